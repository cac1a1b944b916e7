"""Long texts that are set aside come back exactly as feedparser would have given them."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosque.harvest.read import parse as parsing
from kiosque.harvest.read.long_texts import set_aside
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse

LONG = "<p>Une longue émission sur l’eau &amp; les vergers.</p> " * 6
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Radio</title>
<description>{about}</description>
<item><title>Un</title><guid>1</guid><description>{text}</description><content:encoded>{text}</content:encoded></item>
<!-- <item><description>{inside}</description></item> -->
<item><title><![CDATA[Deux <description>{inside}</description>]]></title><guid>2</guid></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Radio</title><id>urn:a</id>
<entry><id>1</id><title>Un</title><summary type="html">{text}</summary><content type='html'> {text} </content></entry>
<entry><id>2</id><title>Deux</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{inside}</div></content></entry>
</feed>"""  # noqa: E501 - a document as it is
ORIGIN = Origin("https://radio.example/rss", Path())
# Whatever XML allows in text, and what feeds write in it.
TEXT = st.lists(
    st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"])
    | st.sampled_from(["\n", "\r\n", "\t", "<p>", "</p>", "&amp;", "&#233;", "Ã©", "\x92", "]]", "<!--", "é"])
).map("".join)
WAYS = {
    "CDATA": lambda text: f"<![CDATA[{text.replace(']]>', '')}]]>",
    "escaped": html.escape,
}


def read(feed: str) -> list[dict]:
    """Return what is read of a feed's texts."""
    reading, _whole, _faults = parsing._parsed_document(feed.encode(), ORIGIN)
    document = reading.document
    return [document.feed, *document.entries]


def read_by_feedparser(feed: str) -> list[dict]:
    """Return the same, read by feedparser alone."""
    document = parsing._by_feedparser(feed.encode())
    return [document.feed, *document.entries]


@given(TEXT, st.sampled_from(sorted(WAYS)), st.sampled_from([RSS, ATOM]))
@example("\x85\x92" * 2, "escaped", RSS)
@example("Ã©tÃ©", "CDATA", ATOM)
@example("</description><description>", "CDATA", RSS)
def test_any_text_comes_back_as_feedparser_gives_it(text: str, way: str, feed: str) -> None:
    """Whatever a feed says, in whichever way it is written, reads the same as without setting aside."""
    written = feed.format(
        about=WAYS[way](LONG + text), text=WAYS[way](text + LONG + text), inside="<p>court</p>"
    )
    assert read_by_feedparser(written) == read(written)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_long_texts_are_set_aside(way: str) -> None:
    """What is long and is HTML doesn't pass through feedparser; comments and titles stay as they are."""
    light, texts = set_aside(RSS.format(about="court", text=WAYS[way](LONG), inside=LONG).encode())
    expected = RSS.format(about="court", text="{}", inside=LONG)
    before, between, after = expected.split("{}")
    assert f"{before}kiosque-text-0{between}kiosque-text-1{after}" == light.decode()
    assert [LONG.strip()] * 2 == list(texts.values())


@pytest.mark.parametrize(
    "feed",
    [
        RSS.format(about="", text=html.escape(LONG) + "&inconnu;", inside=""),
        RSS.format(about="", text="court", inside=""),
        RSS.format(about="", text=f"{LONG}<b>", inside=""),
        RSS.format(about="kiosque-text-0", text=WAYS["CDATA"](LONG), inside=""),
        f"<rss><item><description><![CDATA[{LONG}",
    ],
)
def test_what_is_not_plainly_well_formed_stays(feed: str) -> None:
    """Unknown entities, short texts, elements within, texts without an end, and names like ours are left
    alone.
    """
    assert (feed.encode(), {}) == set_aside(feed.encode())


def test_a_broken_feed_keeps_its_texts_and_the_line_of_its_fault(tmp_path: Path) -> None:
    """Where the XML is broken after a long text, entries have their texts, and the fault its own line."""
    feed = RSS.format(about="", text=WAYS["CDATA"](LONG.replace(" ", "\n")), inside="").replace(
        "</channel>", "</canal>"
    )
    parsed = parse(feed.encode(), Origin("https://radio.example/rss", tmp_path, "application/xml"))
    assert [LONG.replace(" ", "\n").strip()] == [one.html for one in parsed.entries[:1]]
    assert [feed[: feed.index("</canal>")].count("\n") + 1] == [one.line for one in parsed.problems]
