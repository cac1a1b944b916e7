"""The words of a feed's texts: none is lost, none invented; their addresses lead where their authors say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import RawEntry
from kiosque.html.plain_text import plain_text
from kiosque.html.sanitizer import clean_html

ORIGIN = Origin("https://moulin.example/flux/", Path())
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
PAGE = "https://moulin.example/2025/marche/"


def rss(item: str, link: str = f"<link>{PAGE}</link>") -> RawEntry:
    """Return the entry of a feed in RSS."""
    channel = f"<title>R</title><link>https://moulin.example/</link><item><guid>1</guid>{link}{item}</item>"
    (entry,) = parse(
        f'<rss version="2.0" {SPACES}><channel>{channel}</channel></rss>'.encode(), ORIGIN
    ).entries
    return entry


def atom(inner: str, attributes: str = "", feed: str = "") -> list[RawEntry]:
    """Return the entries of a feed in Atom, of which ``inner`` is the first."""
    entries = f"<entry {attributes}><id>urn:1</id>{inner}</entry>"
    source = f'<feed xmlns="http://www.w3.org/2005/Atom" {feed}><title>A</title>{entries}</feed>'
    return list(parse(source.encode(), ORIGIN).entries)


def item(**fields: object) -> RawEntry:
    """Return the item of a JSON Feed."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", **fields}]}
    (entry,) = parse(json.dumps(feed).encode(), ORIGIN).entries
    return entry


def cdata(element: str, text: str) -> str:
    """Return an element whose content is HTML."""
    return f"<{element}><![CDATA[{text}]]></{element}>"


def shown(entry: RawEntry) -> str:
    """Return an entry's text as its page shows it."""
    return clean_html(entry.html, entry.base)


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("Un\ndeux\n\ntrois", "<p>Un<br>deux</p><p>trois</p>"),
        ("  Un\r\n   deux &amp;amp; trois  \n \n", "<p>Un<br>deux &amp; trois</p>"),
        ("Un seul", "Un seul"),
        ("&lt;p&gt;Un\ndeux&lt;/p&gt;", "<p>Un\ndeux</p>"),
    ],
)
def test_line_breaks_of_plain_text_are_breaks(written: str, html: str) -> None:
    """In a description without markup, lines are lines and empty lines part paragraphs."""
    assert shown(rss(f"<description>{written}</description>")) == html


def test_line_breaks_of_plain_text_in_json_feed() -> None:
    """``content_text`` is plain text."""
    assert item(content_text="Un <b>\ndeux\n\ntrois").html == "<p>Un &lt;b&gt;<br>deux</p><p>trois</p>"


@pytest.mark.parametrize("kind", ["", ' type="text"'])
def test_text_in_atom_is_text(kind: str) -> None:
    """What looks like a tag in plain text is shown as it is written, in a title, a summary and a content."""
    words = "Le champ &lt;nom&gt; en &lt;b&gt;gras&lt;/b&gt;"
    (entry,) = atom(f"<title{kind}>{words}</title><summary{kind}>{words}</summary>")
    assert (entry.title, entry.text) == ("Le champ <nom> en <b>gras</b>", "Le champ <nom> en <b>gras</b>")
    (entry,) = atom(f"<title>T</title><content{kind}>{words}</content>")
    assert plain_text(shown(entry)) == "Le champ <nom> en <b>gras</b>"


LONG = "<p>" + "Nous avons parlé du moulin. " * 20 + "FIN</p>"


@pytest.mark.parametrize(
    "fields",
    [
        cdata("description", LONG) + cdata("content:encoded", "<p>Résumé court.</p>"),
        cdata("content:encoded", "<p>Résumé court.</p>") + cdata("description", LONG),
        cdata("content:encoded", LONG) + cdata("description", "Résumé court."),
        cdata("description", "Résumé court.") + cdata("content:encoded", LONG),
        cdata("description", "Résumé court.") + cdata("itunes:summary", LONG),
        cdata("description", LONG)
        + cdata(
            "content:encoded", f"<p>Résumé court.</p><script>{'a b ' * 900}</script><i hidden>{LONG}</i>"
        ),
    ],
)
def test_the_fuller_text_wins(fields: str) -> None:
    """Whichever element holds it, the text with more shown words is the text, the other one the summary."""
    entry = rss(fields)
    assert entry.text.endswith("FIN")
    assert entry.summary_text == "Résumé court."


def test_what_plugins_add_makes_no_text_fuller() -> None:
    """A picture with a caption isn't given up for a description with the same words and a plugin's."""
    content = '<figure><img src="a.png"><figcaption>Le moulin.</figcaption></figure>'
    added = "<p>L’article La photo est apparu en premier sur Radio du Moulin.</p>"
    entry = rss(cdata("content:encoded", content) + cdata("description", f"<p>Le moulin.</p>{added}"))
    assert (content, "Le moulin.") == (entry.html, entry.summary_text)


def test_a_fuller_description_keeps_the_pictures_of_the_content() -> None:
    """No picture and no player is lost where the description has more words."""
    content = '<img src="a.png"><p>Court.</p><audio src="b.mp3"></audio>'
    entry = rss(cdata("content:encoded", content) + cdata("description", LONG))
    assert f'<p><img src="{PAGE}a.png"></p>{LONG}' == shown(entry)
    assert [f"{PAGE}b.mp3"] == [file.url for file in entry.enclosures]


def test_the_notes_that_spip_adds_to_a_description_make_it_no_text() -> None:
    """A description that is the content, its section and its author doesn't replace pictures and links."""
    content = '<img src="a.png"><p>Un jeu est sorti.</p>'
    entry = rss(
        cdata("content:encoded", content) + cdata("description", "Un jeu est sorti. - Jeux / Tir, Jerhum")
    )
    assert content == entry.html


def test_of_two_texts_with_the_same_words_the_one_with_links_counts() -> None:
    """Podcasts say the same in ``description``, with links, and in ``itunes:summary``, without."""
    linked = 'Un mot sur <a href="https://x.example/">le moulin</a>.'
    plain = "<itunes:summary>Un mot sur le moulin.</itunes:summary>"
    for fields in (cdata("description", linked) + plain, plain + cdata("description", linked)):
        assert linked == rss(fields).html


def test_a_break_in_xhtml_is_one_break() -> None:
    """``<br/>`` in XHTML breaks a line once."""
    xhtml = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Un<br/>deux</p></div>'
    (entry,) = atom(f'<content type="xhtml">{xhtml}</content>')
    assert shown(entry) == "<p>Un<br>deux</p>"


@pytest.mark.parametrize("html", ["", "  ", "<p></p>", None])
def test_an_empty_html_hides_no_plain_text(html: str | None) -> None:
    """JSON Feed: ``content_html`` without a word leaves ``content_text``."""
    assert item(content_html=html, content_text="Bonjour à toutes.").text == "Bonjour à toutes."
    assert (
        item(content_html="<p>Bonjour à <b>toutes</b></p>", content_text="Bonjour").text == "Bonjour à toutes"
    )


RELATIVE = '<img src="affiche.jpg"> <a href="plan.pdf">p</a> <a href="/logo.png">l</a> <a href="../">d</a>'


def addresses(start: str, above: str, top: str = "https://moulin.example") -> str:
    """Return ``RELATIVE`` with absolute addresses."""
    links = {f"{start}plan.pdf": "p", f"{top}/logo.png": "l", above: "d"}
    return " ".join(
        [
            f'<img src="{start}affiche.jpg">',
            *(f'<a href="{link}" rel="noopener">{word}</a>' for link, word in links.items()),
        ]
    )


def test_relative_addresses_start_from_the_entry() -> None:
    """In each format, as on the entry's own page; those that begin with a slash start from the top."""
    absolute = addresses(PAGE, "https://moulin.example/2025/")
    assert absolute == shown(rss(cdata("description", RELATIVE)))
    assert absolute == shown(item(url=PAGE, content_html=RELATIVE))
    content = f'<content type="html"><![CDATA[{RELATIVE}]]></content>'
    (entry,) = atom(f'<link href="{PAGE}"/>{content}')
    assert absolute == shown(entry)


def test_xml_base_holds_in_its_element() -> None:
    """The innermost ``xml:base`` counts; it ends with its element."""
    content = f'<content type="html">{RELATIVE.replace("<", "&lt;")}</content>'
    link = f'<link href="{PAGE}"/>'
    based = content.replace("<content", '<content xml:base="notes/"')
    other = "https://autre.example"
    first = f'</entry><entry xml:base="{other}/a/"><id>urn:2</id>{based}</entry>'
    last = f"<entry><id>urn:3</id>{link}{content}"
    one, two, three = atom(link + content + first + last)
    assert addresses(PAGE, "https://moulin.example/2025/") == shown(one) == shown(three)
    assert addresses(f"{other}/a/notes/", f"{other}/a/", other) == shown(two)
    (entry,) = atom(link + content, feed=f'xml:base="{other}/b/"')
    assert addresses(f"{other}/b/", f"{other}/", other) == shown(entry)
    (entry,) = atom(link + based)
    assert addresses(f"{PAGE}notes/", PAGE) == shown(entry)


def test_feedburner_names_the_addresses_behind_its_own() -> None:
    """``origLink`` and ``origEnclosureLink`` are the addresses; a wrong one is none."""
    counting = "http://feedproxy.example/~r/moulin/~5/abc/1.mp3"
    files = f'<enclosure url="{counting}" type="audio/mpeg" length="123456"/>'
    entry = rss(
        f"{files}<feedburner:origLink>{PAGE}</feedburner:origLink>"
        "<feedburner:origEnclosureLink>https://moulin.example/1.mp3</feedburner:origEnclosureLink>",
        "<link>http://feedproxy.example/~r/moulin/~3/abc/</link>",
    )
    assert (PAGE, ["https://moulin.example/1.mp3"]) == (entry.url, [file.url for file in entry.enclosures])
    assert [123456] == [file.length for file in entry.enclosures]
    entry = rss(f"{files}<feedburner:origLink>javascript:x()</feedburner:origLink>")
    assert (PAGE, [counting]) == (entry.url, [file.url for file in entry.enclosures])


@pytest.mark.parametrize(
    "link",
    [
        f'<link uri="urn:moulin:12">{PAGE}</link>',
        f'<link uri="https://autre.example/">{PAGE}</link>',
        f'<link uri="{PAGE}"></link>',
        f'<link uri="{PAGE}"/>',
        f'<link uri="">{PAGE}</link>',
    ],
)
def test_a_link_with_an_attribute_has_its_address(link: str) -> None:
    """The text of an RSS link is its address; without one it is the attribute's."""
    assert rss("", link).url == PAGE


@pytest.mark.parametrize(
    ("around", "start"),
    [("", PAGE), (' xml:base="notes/"', f"{PAGE}notes/"), (' xml:base="https://autre.example/a/"', None)],
)
def test_xml_base_holds_inside_of_a_text(around: str, start: str | None) -> None:
    """XHTML states bases on its own elements: each ends with its element, the outermost one too."""
    start = start or "https://autre.example/a/"
    top = start.partition("/2025")[0].removesuffix("/a/")
    inner = (
        '<a href="x">1</a><p xml:base="b/"><a href="x">2</a><br/><i xml:base="/c/"><a href="x">3</a></i>'
        '<a href="#note">4</a><a href="x">5</a></p><a href="x">6</a>'
    )
    xhtml = f'<div xmlns="http://www.w3.org/1999/xhtml"{around}>{inner}</div>'
    (entry,) = atom(f'<link href="{PAGE}"/><content type="xhtml">{xhtml}</content>')
    found = re.findall(r'href="([^"]*)"', shown(entry))
    assert [f"{start}x", f"{start}b/x", f"{top}/c/x", "#note", f"{start}b/x", f"{start}x"] == found
