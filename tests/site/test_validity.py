"""What stands where the standard doesn't let it stand becomes something else, and keeps its words."""

import pytest
from broken import PIECES
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.html.plain_text import plain_text
from kiosque.html.sanitizer import clean_html, without_remote_pictures
from kiosque.site.render.validity import valid

TABLE = "<table><tbody>{}</tbody></table>"


@pytest.mark.parametrize(
    ("clean", "shown"),
    [
        ("a &amp; b", "a &amp; b"),
        ('<p>a <a href="https://x.example/?a=1&amp;b=2">b</a></p>',
         '<p>a <a href="https://x.example/?a=1&amp;b=2">b</a></p>'),
        ('<a href="#a">a<a href="#b">b</a></a>', '<a href="#a">ab</a>'),
        ('<a title="t" rel="noopener">a</a>', '<a title="t">a</a>'),
        ('<p id="fn1">a</p><p id="fn1">b</p>', '<p id="fn1">a</p><p>b</p>'),
        ('<span lang="oc"><div>a</div></span>', '<div lang="oc"><div>a</div></div>'),
        ("<em>a<p>b</p></em>", "a<p>b</p>"),
        ("<code><pre>a</pre></code>", '<pre tabindex="0">a</pre>'),
        ("<pre>a<div>b</div></pre>", '<pre tabindex="0">a\nb</pre>'),
        ("<pre><ul><li>a</li></ul></pre>", "<div><ul><li>a</li></ul></div>"),
        ("<h2>a<p>b</p></h2>", "<h2>a b</h2>"),
        ("<ul>a<li>b</li><ul><li>c</li></ul></ul>",
         "<ul><li>a</li><li>b</li><li><ul><li>c</li></ul></li></ul>"),
        ("<li>a</li>", "<div>a</div>"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<dl><dt>a</dt>b</dl>", "<div><div>a</div>b</div>"),
        ("<details>a<summary>b</summary></details>", "<div>a<div>b</div></div>"),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("<figure>a<figcaption>b</figcaption></figure>", "<figure>a<figcaption>b</figcaption></figure>"),
        ("<ruby>a<rp>(</rp></ruby>", "a("),
        ("<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>", "<ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby>"),
        ("<time>in May</time>", "in May"),
        ('<time datetime="2026-05-01">1 May</time>', '<time datetime="2026-05-01">1 May</time>'),
        ('<time datetime="2024-02-29T10:00Z">a</time>', '<time datetime="2024-02-29T10:00Z">a</time>'),
        ('<time datetime="2026-02-30">a</time> <time datetime="2026-02-29T10:00Z">b</time>', "a b"),
        ('<time datetime="0000-01">a</time> <time datetime="2026-04-31">b</time>', "a b"),
        ('<p lang="xx-yy">a <span lang="fr-XQ">b</span></p>', '<p>a <span lang="fr">b</span></p>'),
        ('<p lang="fr_FR" dir="up">a</p>', '<p lang="fr-FR">a</p>'),
        ('<a href="https://x.example/?a[]=1&amp;b=5%">a</a>',
         '<a href="https://x.example/?a%5B%5D=1&amp;b=5%25">a</a>'),
        ('<a href="https://x.example/#/#a">a</a>', '<a href="https://x.example/#/%23a">a</a>'),
        ('<a href="tel:01 02">a</a>', '<a href="tel:01%2002">a</a>'),
        ('<img src="/a.png">', '<img src="/a.png" alt="">'),
        (TABLE.format("<tr></tr><tr><td>a</td></tr>"), TABLE.format("<tr><td>a</td></tr>")),
        (TABLE.format('<tr><td rowspan="9">a</td><td>b</td></tr>'),
         TABLE.format("<tr><td>a</td><td>b</td></tr>")),
        (TABLE.format('<tr><td colspan="3">a</td></tr>'), TABLE.format("<tr><td>a</td></tr>")),
        (
            TABLE.format('<tr><td colspan="3">a</td></tr><tr><td>b</td><td>c</td></tr>'),
            TABLE.format('<tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr>'),
        ),
    ],
)  # fmt: skip
def test_each_thing_stands_where_it_may(clean: str, shown: str) -> None:
    """Each rule of the standard that feeds break, one by one."""
    assert shown == valid(clean)


MIXED = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@settings(deadline=None, max_examples=400)
@given(MIXED)
def test_words_stay_and_a_second_look_finds_nothing(source: str) -> None:
    """Whatever is mixed, no word is lost, and what was mended stays as it is."""
    clean = without_remote_pictures(clean_html(source))
    shown = valid(clean)
    assert "".join(plain_text(clean).split()) == "".join(plain_text(shown).split())
    assert shown == valid(shown)
