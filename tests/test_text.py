"""What comes from outside is harmless once it has passed here, and costs little, whoever wrote it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vectors import VECTORS

from kiosque.html.plain_text import plain_text
from kiosque.html.sanitizer import clean_html, scrub, without_remote_pictures
from kiosque.languages import direction, language_tag
from kiosque.text import excerpt, folded, line_text, slug
from kiosque.urls import safe_url

BASE = "https://site.example/blog/"
DEEP = 100_000


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p>a<script>alert(1)", "<p>a</p>"),
        ("<style>p{}</style><object data=//x></object><form><input></form>", ""),
        ("<svg><script>alert(1)</script><img src=x onerror=alert(1)></svg>", ""),
        ('<p onclick="x()" class="a" style="color:red" id="menu">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener">a</a>'),
        ('<a href="java\nscript:alert(1)">a</a>', '<a rel="noopener">a</a>'),
        ('<a href=" JaVaScRiPt:alert(1)">a</a>', '<a rel="noopener">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener">a</a>'),
        ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example" rel="noopener">a</a>'),
        ('<a href="tel:+33475">a</a>', '<a href="tel:+33475" rel="noopener">a</a>'),
        ('<a href="https://x.example/?a=%C3%A9&utm_source=b&fbclid=c#d">a</a>',
         '<a href="https://x.example/?a=%C3%A9#d" rel="noopener">a</a>'),
        ('<a href="https://x.example/?utm_source=b">a</a>',
         '<a href="https://x.example/" rel="noopener">a</a>'),
        ('<a href="https://me:secret@x.example/">a</a>', '<a rel="noopener">a</a>'),
        ('<a href="{filename}../b.md">a</a>', '<a href="{filename}../b.md" rel="noopener">a</a>'),
        ('<img src="{static}b.png" alt="c">', '<img src="{static}b.png" alt="c">'),
        ('<img src="{attach}b.png">', '<img src="{attach}b.png">'),
        ('<img src="b.png" width="640" height="tall">', '<img src="b.png" width="640">'),
        ('<img src="//x.example/b.png">', '<img src="https://x.example/b.png">'),
        (r'<img src="/\x.example/b.png">', '<img src="https://x.example/b.png">'),
        ('<img src="http:/x.example/b.png">', ""),
        ('<img src="data:image/png;base64,x">', ""),
        ('<img src="https://x.example/b.gif" width="1" height="1">', ""),
        ('<p><img src="https://x.example/b.gif" width=1px></p>', ""),
        ('<img src="a.png" alt="1 > 0">', '<img src="a.png" alt="1 &gt; 0">'),
        ("<h1>a</h1>", "<h2>a</h2>"),
        ('<sup id="fnref:1"><a href="#fn:1">1</a></sup>',
         '<sup id="fnref:1"><a href="#fn:1" rel="noopener">1</a></sup>'),
        ('<li id="search">a</li>', "<li>a</li>"),
        ('<q cite="javascript:x">a</q>', "<q>a</q>"),
        ("<p>a</p><p> &nbsp;<br></p>", "<p>a</p>"),
        ("<pre>\n\n  a</pre>", "<pre>  a</pre>"),
        ("a < b &amp; c", "a &lt; b &amp; c"),
        ("a\x00\x0b<!-- b -->c", "ac"),
        ("<p>a<!-- b", "<p>a</p>"),
        ("a\ud800b&#6;c&#x0b;d&#<x>7;</x>e&#13;f&#146;", "ab c d e\nf’"),
        ("a\U0001fffe&#x1FFFF;b&#1114111;c\ufdd0&#64976;d&#xfdef;\U0010ffff\U0001f600", "a b c d \U0001f600"),
        ('<a href="java&#5;script:x()">a</a>', '<a href="java script:x()" rel="noopener">a</a>'),
        ('<img alt="a src=" title="">', ""),
        ("<center><font size=7>a</font></center>", "a"),
        ("<td colspan=100000>a", "a"),
        ('<iframe src="https://x.example/a?b&amp;c" title="A &lt; b"></iframe>',
         '<a href="https://x.example/a?b&amp;c" rel="noopener">A &lt; b</a>'),
        ("<p>a <iframe data-src=//x.example/b>c</iframe></p>",
         '<p>a <a href="https://x.example/b" rel="noopener">x.example</a></p>'),
        ("a<iframe src=javascript:alert(1)></iframe><iframe srcdoc=b></iframe><iframe src=/c></iframe>", "a"),
        ('a<iframe src="https://x.example/" width="0"></iframe>', "a"),
        ("<div>" * 60 + "<iframe src=//x></iframe>", "<div>" * 60 + "x" + "</div>" * 60),
        ("<p>a</p><figure><div>\n<figcaption> </figcaption></div></figure><p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<h2></h2>a<div><br></div>b", "a\nb"),
        ('<p><a href="https://x.example/"><img src=x width=1></a></p>', ""),
        ('<a href="https://x.example/"> </a>a<a id="fn1"></a>', 'a<a id="fn1" rel="noopener"></a>'),
    ],
)  # fmt: skip
def test_clean_html(source: str, clean: str) -> None:
    """Only an allow-list of tags, attributes and addresses passes."""
    assert clean == clean_html(source)


@pytest.mark.parametrize(
    ("source", "clean"),
    [
        ('<a href="../b">a</a>', '<a href="https://site.example/b" rel="noopener">a</a>'),
        ('<a href="#fn1">a</a>', '<a href="#fn1" rel="noopener">a</a>'),
        ('<img src="b.png">', '<img src="https://site.example/blog/b.png">'),
        ('<img src="//x.example/b.png">', '<img src="https://x.example/b.png">'),
        ('<blockquote cite="/b">a</blockquote>', '<blockquote cite="https://site.example/b">a</blockquote>'),
    ],
)
def test_clean_html_with_a_base(source: str, clean: str) -> None:
    """With a base, relative addresses become absolute."""
    assert clean == clean_html(source, BASE)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ("12 3", "23 4"),
        ("2 3 3 2", "2 3 3 2"),
        ("4 5", "2 3"),
        ("2 4 6 4 2", "2 3 4 3 2"),
        ("3 2 3", "2 2 3"),
        ("1 2 3 4 5 6 5", "2 3 4 5 6 6 6"),
        ("1 1 3", "2 2 3"),
        ("6", "2"),
    ],
)
def test_headings(levels: str, shown: str) -> None:
    """The outermost headings come right under the page's own, the others one level under theirs."""

    def written(digits: str) -> str:
        return "".join(f"<h{one}>a</h{one}>" for one in digits if one != " ")

    assert written(shown) == clean_html(written(levels))


def test_headings_within_headings_and_their_marks() -> None:
    """What stands in a heading keeps its own level and its place for notes."""
    assert '<h2 id="fn1">a<div><h3>b</h3></div>c</h2>' == clean_html(
        "<h1 id=fn1>a<div><h5>b</h5></div>c</h1>"
    )
    assert "<h2>a</h2>" == scrub("<h1>a</h1>")


DATA = "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>"
HEADED = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
NAMED = "<table><caption>a</caption><tbody><tr><td>b</td><td>c</td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        (DATA, DATA),
        (HEADED, HEADED),
        (NAMED, NAMED),
        ("<table><tr><td>a<tr><td>b<br>c</table>", "<p>a</p><p>b<br>c</p>"),
        ("<table><tr><td>a<td dir=rtl colspan=2>b</table>", '<p>a</p><p dir="rtl">b</p>'),
        (f"<table role=presentation{HEADED[6:]}", "<p>a</p><p>b</p>"),
        (f"<table role=NONE{DATA[6:]}", "<p>a</p><p>b</p><p>c</p><p>d</p>"),
        (f"<table role=grid{DATA[6:]}", DATA),
        (f"<table><tr><td>a</td><td>{DATA}</td></tr><tr><td>e</td><td><p>f</p></td></tr></table>",
         f"<p>a</p><div>{DATA}</div><p>e</p><div><p>f</p></div>"),
        ("<table><tr><td>" * 20 + "a", "<div>" * 19 + "<p>a</p>" + "</div>" * 19),
        ("<table><tr><td>&nbsp;</td><td><img src=a.png></td><td><img src=b.gif width=1></td></table>",
         '<p><img src="a.png"></p>'),
        ("<table><tr><td><table><tr><td> </table></table>a<table></table>", "a"),
        ("<a href=/b><table><tr><td><a href=/c>d</a></table>", '<p><a href="/c" rel="noopener">d</a></p>'),
    ],
)  # fmt: skip
def test_layout_tables(table: str, shown: str) -> None:
    """Tables that only place things become paragraphs and blocks; tables of data stay."""
    assert shown == clean_html(table)


ADDRESS = "https://x.example/a"


@pytest.mark.parametrize(
    "written",
    [
        "?utm_source=rss&utm_medium=x", "?UTM_Source=rss", "?fbclid=x", "?gclid=x&wbraid=y", "?msclkid=x",
        "?mc_cid=x&mc_eid=y", "?igshid=x", "?yclid=x", "?twclid=x", "?_hsenc=x&_hsmi=y", "?vero_id=x",
        "?oly_enc_id=x", "?wt_zmc=x", "?at_medium=x&at_campaign=y&at_custom1=z",
        "?pk_campaign=x&mtm_source=y&matomo_id=z&piwik_kwd=a", "?xtor=RSS-1",
        "?utm_source", "?utm_a=1&amp;utm_b=2&amp;amp;utm_c=3", "#xtor=RSS-1", "?fbclid=x#utm_source=y",
    ],
)  # fmt: skip
def test_links_do_not_follow_people(written: str) -> None:
    """Parameters that only follow people leave a link."""
    assert f'<a href="{ADDRESS}" rel="noopener">a</a>' == clean_html(f'<a href="{ADDRESS}{written}">a</a>')


@pytest.mark.parametrize(
    "written",
    [
        "?page=2",
        "?id=1#notes",
        "?at_home=1",
        "?source=a",
        "#utm",
        "?a=utm_source=b",
        "#/b?utm_source=c",
        "?pk=1",
        "?__start=2",
    ],
)
def test_links_keep_what_they_need(written: str) -> None:
    """Everything else of an address stays as it is."""
    assert f'<a href="{ADDRESS}{written}" rel="noopener">a</a>' == clean_html(
        f'<a href="{ADDRESS}{written}">a</a>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://feedproxy.google.com/~r/blog/~4/x", "http://feeds.feedburner.com/~r/blog/~4/x",
        "https://feeds.feedburner.com/~ff/x?d=y", "https://pixel.wp.com/b.gif?blog=1",
        "http://stats.wordpress.com/b.gif", "http://c.statcounter.com/1/0/x/1/",
        "https://ad.doubleclick.net/x", "https://www.google-analytics.com/collect?v=1",
        "https://stats.site.example/matomo.php?idsite=1", "//site.example/piwik/piwik.php?idsite=1",
        "https://logs.xiti.com/hit.xiti?s=1", "https://x.example/hit.xiti?s=1",
        "https://medium.com/_/stat?event=x", "https://rss.art19.com/x",
        "https://x.us1.list-manage.com/track/open.php?u=x", "https://blogger.googleusercontent.com/tracker/1",
        "https://counter.theconversation.com/content/1/count.gif", "https://www.facebook.com/tr?id=1",
        "https://site.example/spip.php?action=cron", "https&#58;//pixel.wp.com/b.gif",
    ],
)  # fmt: skip
def test_counters_of_readers(address: str) -> None:
    """Pictures of known counters go, whatever their size, and links that show nothing else go with them."""
    assert "ab" == clean_html(f'a<a href="https://x.example/"><img src="{address}" width="400"></a>b')


@pytest.mark.parametrize(
    "written",
    [
        'src="{}" width="1" height="1"',
        'src="{}" height=0',
        'src="{}" style="display:none"',
        'src="{}" style="border:0; WIDTH : 1px"',
    ],
)
def test_pictures_that_nobody_sees(written: str) -> None:
    """Dots and hidden pictures count readers: they go."""
    assert "" == clean_html(f"<img {written.format(ADDRESS)}>")
    assert "" == clean_html(f"<p><img {written.format(ADDRESS)} />")


@pytest.mark.parametrize(
    "address",
    ["https://x.example/xiti.com/a.png", "https://notxiti.com/a.png", "https://medium.com/a.png",
     "https://i0.wp.com/a.png",
     "https://facebook.com/transport.png", "https://feeds.feedburner.com/a.png",
     "https://site.example/a.png?action=crons"],
)  # fmt: skip
def test_pictures_that_count_nobody(address: str) -> None:
    """Pictures whose address only resembles a counter's stay."""
    assert f'<img src="{address}">' == clean_html(
        f'<img src="{address}" style="max-width:100%; width:100px">'
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * DEEP,
        "<b>" * DEEP,
        "".join(f"<b lang={number}>" for number in range(2000)) + "<p>x" * 20_000,
        "<b x></i>" * DEEP,
        "<!--" * DEEP,
        "<script " * DEEP,
        "<script>" * DEEP,
        "<br" * DEEP,
        "<a href='" * DEEP,
        "<p>" * DEEP,
        "<table><td>" * DEEP,
        "</p>" * DEEP,
        "<a b c=" * DEEP,
        '<img alt="' * DEEP,
        "<p \t" * DEEP + " " * DEEP,
        "<iframe src=//x>" * DEEP,
        "<iframe src=//x></iframe>" * DEEP,
        "<table><tr><td>a</table>" * 10_000,
        ("<div>" * 50 + "</div>" * 50) * 1000,
        ("<table><td>" * 15 + "</table>" * 15) * 1000,
        "<h1>" * DEEP,
    ],
    ids=lambda hostile: hostile[:12],
)  # fmt: skip
def test_hostile_html_is_cut_short(hostile: str) -> None:
    """HTML made to keep a parser busy is read in linear time, and doesn't grow: the suite would not end
    otherwise.
    """
    assert len(clean_html(hostile)) < 10 * len(hostile)
    assert len(plain_text(hostile)) <= len(hostile)


def test_what_is_too_deep_keeps_its_words() -> None:
    """Too many nested tags lose the tags, not what they hold."""
    assert "word" in clean_html("<div>" * 500 + "word" + "</div>" * 500)


TAGS = ["p", "div", 'a href="/b?utm_a=1&b=2"', "a href=http://[", "img src=x.png", 'img src="http:/x"',
        "img src=//h/a width=1",
        "table", "tr", "td", "ul", "li", "b", "i", "pre", "h1", "h2", "br", "blockquote cite=x", "sup id=fn1",
        "script", "svg", "form", "center", "dl", "dt", "details", "ruby", "rt", "caption", "col", "code",
        "ol start=2", "textarea", "xmp", "math", "style", "select", "template", "noscript", "table role=none",
        "th", "tbody", "h3", "h5 id=fn1", "iframe src=//x.example/",
        "a id=fn2", "div", "figure", "figcaption", "img src=//pixel.wp.com/a"]  # fmt: skip
PIECES = st.sampled_from(
    [f"<{tag}>" for tag in TAGS]
    + [f"</{tag.split()[0]}>" for tag in TAGS]
    + [
        "x",
        " ",
        "\n",
        "&amp;",
        "&lt;b&gt;",
        "&nbsp;",
        "<",
        ">",
        '"',
        "'",
        "&",
        "<!--",
        "-->",
        "<![CDATA[",
        "\x0c",
        "é",
        "=",
        "/",
    ]
)
MARKUP = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)


@settings(max_examples=500)
@example('<a href="/b"><table><a href="/b">', "")
@example("<li><center><li>", "")
@example("<dl><dd><article><dt><form><dd>", "")
@example("<ul><li><section><ul><li><main><li><fieldset><li>", "")
@given(MARKUP, st.sampled_from(["", BASE]))
def test_cleaning_twice_is_cleaning_once(source: str, base: str) -> None:
    """Cleaning what is clean changes nothing."""
    once = clean_html(source, base)
    assert once == clean_html(once, base)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(VECTORS) | PIECES, max_size=10).map("".join))
def test_cleaning_attacks(source: str) -> None:
    """Attacks neither survive a second cleaning otherwise than the first, nor grow, nor leave a control
    character.
    """
    once = clean_html(source)
    assert once == clean_html(once)
    assert once == scrub(once)
    assert len(once) < 10 * len(source) + 100
    tags = "".join(re.findall(r"<[^<>]*>", once))
    assert [] == [one for one in once.replace("\t", "") + tags if ord(one) < 32 and one != "\n"]


@settings(max_examples=500)
@given(MARKUP)
def test_nothing_that_runs_passes(source: str) -> None:
    """No tag that runs, frames or calls elsewhere survives."""
    clean = without_remote_pictures(clean_html(source)).lower()
    tags = "".join(re.findall(r"<[^<>]*>", clean))
    assert [] == [
        bad
        for bad in ("<script", "<svg", "<iframe", "<style", "<form", 'src="http', 'src="//')
        if bad in tags
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Un</p><p>deux<br>trois</p>", "Un deux trois"),
        ("l&#8217;<b>eau</b>&nbsp;!", "l’eau\u00a0!"),
        ('<a title="1 > 0">a</a>', "a"),
        ("<style>p{}</style>a<script>b</script>", "a"),
        ("1 < 2 &amp; 3 > 2", "1 < 2 & 3 > 2"),
        ("I <3 U", "I <3 U"),
        ("a\x00\x1b\u202eb\u2066c\n\td", "abc d"),
        ("a\U0001ffff&#x1fffe;\ufdd0b", "ab"),
        ("<ul><li>a<li>b</ul>c", "a b c"),
    ],
)
def test_plain_text(source: str, text: str) -> None:
    """HTML becomes its words on one line."""
    assert text == plain_text(source)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("short", "short"),
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        ("mot " * 75 + "fin", "mot " * 73 + "mot…"),
        ("a" * 297 + ", suite et fin", "a" * 297 + "…"),
    ],
)
def test_excerpt(text: str, short: str) -> None:
    """A long text is cut at a word, with an ellipsis, at 300 characters in all."""
    assert short == excerpt(text)


@given(st.text(max_size=500), st.integers(1, 300))
def test_an_excerpt_is_never_too_long(text: str, limit: int) -> None:
    """No excerpt is longer than its limit."""
    assert len(excerpt(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’été à l’œuvre", "l-ete-a-l-oeuvre"),
        ("Œdipe", "oedipe"),
        ("🎉", "rien"),
        ("../../etc/passwd", "etc-passwd"),
        ("Москва", "moskva"),
        ("mot " * 40, "mot-" * 14 + "mot"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    """A slug is ASCII, at most 60 characters, cut at a word."""
    assert expected == slug(text, "rien")
    assert len(expected) <= 60


@pytest.mark.parametrize(
    ("url", "base", "safe"),
    [
        ("https://X.example/É a?b=c d", "", "https://x.example/É%20a?b=c%20d"),
        ("  http://x.example\t/\n", "", "http://x.example/"),
        ("/a", BASE, "https://site.example/a"),
        ("//x.example/a", BASE, "https://x.example/a"),
        ("/a", "", ""),
        ("", "", ""),
        ("javascript:alert(1)", BASE, ""),
        ("file:///etc/passwd", BASE, ""),
        ("https://me@x.example/", "", ""),
        ("https://x.example:99999/", "", ""),
        ("http://[", "", ""),
        ("http://[::1/", BASE, ""),
        ("http://a b.example/", "", ""),
        ("http://%31.example/", "", ""),
        ("http://x.example/" + "a" * 2000, "", ""),
        ('https://x.example/"><script>', "", "https://x.example/%22%3E%3Cscript%3E"),
    ],
)
def test_safe_url(url: str, base: str, safe: str) -> None:
    """An address is absolute and http(s), without credentials, or it is nothing."""
    assert safe == safe_url(url, base)


@given(
    st.text(max_size=80) | st.text(alphabet="htps:/@[]?#%\\.x \x00é", max_size=40),
    st.sampled_from(["", BASE]),
)
def test_a_safe_url_stays_as_it_is(url: str, base: str) -> None:
    """What was made safe once is not changed again."""
    once = safe_url(url, base)
    assert once == safe_url(once)


@pytest.mark.parametrize(
    ("clean", "shown"),
    [
        (
            '<img src="https://x.example/a/b.png" alt="Un pont">',
            '<a href="https://x.example/a/b.png" rel="noopener">Un pont</a>',
        ),
        (
            '<img alt="1 > 0" src="https://x.example/b.png">',
            '<a href="https://x.example/b.png" rel="noopener">1 > 0</a>',
        ),
        (
            '<img src="https://x.example/a/b.png?c=d">',
            '<a href="https://x.example/a/b.png?c=d" rel="noopener">b.png</a>',
        ),
        ('<img src="//x.example/" alt=" ">', '<a href="//x.example/" rel="noopener">image</a>'),
        ('<img src="/local.png" alt="a">', '<img src="/local.png" alt="a">'),
        ("<p>no picture</p>", "<p>no picture</p>"),
    ],
)
def test_without_remote_pictures(clean: str, shown: str) -> None:
    """A picture of another host becomes a link to it; those of the hub stay."""
    assert shown == without_remote_pictures(clean)


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("FR", "fr"),
        ("fr_fr", "fr-FR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        (" oc ", "oc"),
        ("français", ""),
        ("", ""),
        ("xx xx", ""),
        ("xx", ""),
        ("xx-FR", ""),
        ("fr-xq", "fr"),
        ("fra-BE", "fr-BE"),
        ("oc-lengadoc", "oc-lengadoc"),
        ("oc-provenc-nicard-fr", "oc-provenc-nicard"),
        ("pcd", "pcd"),
        ("qqq", ""),
        ("es_419", "es-419"),
        ("fr-FR-Latn", "fr-FR"),
        ("fr" + "-1996" * 99, ""),
    ],
)
def test_language_tag(written: str, tag: str) -> None:
    """A language is written in its usual form, or is nothing."""
    assert tag == language_tag(written)


@pytest.mark.parametrize(
    ("language", "expected"), [("ar", "rtl"), ("he-IL", "rtl"), ("fr", "ltr"), ("", "ltr")]
)
def test_direction(language: str, expected: str) -> None:
    """Languages written from the right are known."""
    assert expected == direction(language)


def test_line_text_and_folded() -> None:
    """One-line fields have no control characters; comparing knows neither case nor accents."""
    assert "a b c" == line_text(" a\r\n b\u2028\u202ec\x07 ")
    assert "ete straße".replace("ß", "ss") == folded("Été Straße")
