"""What each kind of feed gives, down to the last field; and that nothing makes the parser raise."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
SHARED = Path(__file__).parents[2] / "../shared/feeds"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared feeds aren't beside this clone")
INPUTS = sorted(path for path in FEEDS.iterdir() if path.suffix != ".json")
ORIGIN = Origin("https://feed.example/feed", FEEDS)


def expected(path: Path, actual: object) -> object:
    """Return the stored result of an input; KIOSQUE_RECORD=1 stores the actual one, to be read before it is
    kept.
    """
    file = path.with_name(f"{path.name}.expected.json")
    if os.environ.get("KIOSQUE_RECORD"):
        file.write_text(json.dumps(actual, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_feed_gives_what_is_stored_beside_it(path: Path) -> None:
    """A feed gives exactly the entries and problems that lie beside it."""
    actual = msgspec.json.decode(msgspec.json.encode(parse(path.read_bytes(), ORIGIN)))
    assert expected(path, actual) == actual


def shared_feeds() -> list[dict[str, str]]:
    """Return the rows of the shared index that are feeds."""
    if not SHARED.is_dir():
        return []
    with (SHARED / "INDEX.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if row["kind"].split("/")[0] not in {"opml", "ics"}]


@needs_shared
@pytest.mark.parametrize("row", shared_feeds(), ids=lambda row: row["file"])
def test_a_real_feed_gives_all_its_entries(row: dict[str, str]) -> None:
    """A real feed gives as many entries as the index counts, each with something to know it by and to
    read.
    """
    parsed = parse((SHARED / row["file"]).read_bytes(), ORIGIN)
    assert (int(row["n_entries"]), False) == (len(parsed.entries), parsed.fatal)
    assert [] == [entry for entry in parsed.entries if not (entry.guid or entry.url or entry.title)]
    assert [] == [entry for entry in parsed.entries if not (entry.title or entry.html)]


@needs_shared
@pytest.mark.parametrize(
    ("file", "urls", "dates", "enclosures"),
    [
        ("de-cre-podlove.rss.xml", 30, 30, 30),
        ("en-joshuawright-noguid.rss.xml", 10, 11, 0),
        ("en-launched-fireside.rss.xml", 36, 36, 36),
        ("en-podcasting20.rss.xml", 56, 56, 56),
        ("fr-framablog-wordpress.rss.xml", 10, 10, 1),
        ("fr-framasoft-peertube.rss.xml", 20, 20, 0),
        ("fr-nota-bene-spip.rss.xml", 3, 3, 0),
        ("fr-rsr-capsule-podcast.rss.xml", 15, 15, 15),
        ("fr-vigiliantes-agenda-hugo.rss.xml", 96, 0, 0),
        ("ru-ibash-windows1251.rss.xml", 50, 50, 0),
    ],
)
def test_a_real_feed_gives_the_facts_that_it_has(file: str, urls: int, dates: int, enclosures: int) -> None:
    """A real feed gives the links, dates and enclosures that it has, and no torrent as an enclosure."""
    entries = parse((SHARED / file).read_bytes(), ORIGIN).entries
    counted = [
        sum(map(bool, found))
        for found in zip(*((e.url, e.published, e.enclosures) for e in entries), strict=True)
    ]
    assert [urls, dates, enclosures] == counted


@pytest.mark.parametrize(
    ("declared", "served"),
    [
        ("utf-8", "text/xml"), ("utf-7", "text/xml; charset=utf-7"), ("cp037", ""),
        ("cp500", "application/xml; charset=cp500"), ("utf-16", ""), ("utf-32", "text/xml; charset=utf-32"),
    ],
)  # fmt: skip
def test_entities_are_refused_in_every_encoding(declared: str, served: str) -> None:
    """A feed that declares entities is refused, however its encoding hides them."""
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE r [<!ENTITY a '
        f'"{"x" * 99}">]><rss><channel>&a;</channel></rss>'
    )
    hidden = {"utf-7": text.replace("<!", "+ADwAIQ-").encode()}
    parsed = parse(hidden.get(declared) or text.encode(declared), Origin("https://x.example/", FEEDS, served))
    assert parsed.fatal
    assert "entities" in parsed.problems[0].message


def test_files_of_a_file_feed_lie_beside_it(tmp_path: Path) -> None:
    """A file feed's relative media are files beside it, by their path from the hub's folder; others are
    dropped.
    """
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "un son.mp3").write_bytes(b"x")
    (tmp_path.parent / "outside.mp3").write_bytes(b"x")
    (tmp_path / "demo" / "link.mp3").symlink_to(tmp_path.parent / "outside.mp3")
    names = (
        "un%20son.mp3",
        "../demo/un son.mp3",
        "missing.mp3",
        "../../outside.mp3",
        "/etc/passwd",
        "link.mp3",
        "%00.mp3",
    )
    items = "".join(
        f'<item><guid>{name}</guid><enclosure url="{name}" type="audio/mpeg"/></item>' for name in names
    )
    data = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    entries = parse(data, Origin("demo/feed.xml", tmp_path)).entries
    inside = ("demo/un son.mp3",)
    assert [inside, inside, (), (), (), (), ()] == [
        tuple(one.url for one in entry.enclosures) for entry in entries
    ]


PIECES = st.sampled_from(
    [
        "<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "<link href='http://[/'/>",
        "<enclosure url='http://[' type='a/b' length='-1'/>", "<guid>", "]]>", "<![CDATA[",
        "<pubDate>Mon, 99 Foo 99999 99:99:99</pubDate>", "<updated>0000-00-00T00:00:00Z</updated>",
        "&#x110000;", "&bad;", "\0", "<georss:point>x y</georss:point>",
        "<itunes:duration>1e999</itunes:duration>", "<media:content url='a' duration='nan'/>",
        "<media:group>", "<psc:chapters>", "<podcast:person>", "<source>", "<content type='xhtml'>",
        "</channel>", "</rss>", "é",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=300), st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode())
    )
)
def test_no_bytes_make_it_raise(data: bytes) -> None:
    """Whatever bytes come, the parser answers with entries or with problems."""
    parsed = parse(data, ORIGIN)
    assert parsed.fatal <= bool(parsed.problems)


NAMES = st.sampled_from(
    ["id", "url", "title", "items", "authors", "author", "name", "tags", "attachments", "date_published",
     "image", "summary",
     "content_html", "content_text", "language", "home_page_url", "mime_type", "duration_in_seconds",
     "size_in_bytes"]
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=15,
)


@settings(deadline=None, max_examples=300)
@given(
    st.dictionaries(NAMES, JSON, max_size=4), st.lists(st.dictionaries(NAMES, JSON, max_size=6), max_size=4)
)
def test_no_json_makes_it_raise(feed: dict[str, object], items: list[object]) -> None:
    """Whatever a JSON feed puts in its fields, the parser answers with as many entries as there are items."""
    data = json.dumps(feed | {"items": items}).encode()
    parsed = parse(data, ORIGIN)
    assert len(items) == len(parsed.entries)


VIDEO = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>V</title><entry>
<id>v</id><title>V</title><link href="https://host.example/v"/><media:group>{}</media:group></entry></feed>"""


@pytest.mark.parametrize(
    ("media", "url", "size"),
    [
        ('<media:content url="https://www.youtube.com/v/dQw4w9WgXcQ?version=3" width="640" height="390"/>',
         "https://www.youtube.com/watch?v=dQw4w9WgXcQ", (640, 390)),
        ('<media:player url="https://player.vimeo.com/video/76979871"/>', "https://vimeo.com/76979871",
         (None, None)),
        ('<media:player url="https://rutube.example/play/embed/12"/>', "https://rutube.example/play/embed/12",
         (None, None)),
    ],
)  # fmt: skip
def test_a_video_that_only_its_host_plays_has_its_page(
    media: str, url: str, size: tuple[int | None, int | None]
) -> None:
    """YouTube, Vimeo and RuTube name no file: the page of the player stands for it, and the entry is a
    video.
    """
    (entry,) = parse(VIDEO.format(media).encode(), ORIGIN).entries
    found = [(one.url, one.type, (one.width, one.height)) for one in entry.enclosures]
    assert [(url, "text/html", size)] == found


def test_players_in_a_text_become_enclosures() -> None:
    """What a text embeds is a file of the entry; the text keeps its words, and other frames become links."""
    text = (
        "<p>Voici.</p><iframe "
        'src="https://tube.example/videos/embed/9c9de5e8-0a1e-484a-b099-e80766180a6d"></iframe>'
    )
    text += '<audio src="/son.mp3"></audio><iframe src="https://autre.example/x"></iframe>'
    feed = (
        f"<rss version='2.0'><channel><title>R</title><link>https://r.example/</link><item><guid>1</guid>"
        f"<description><![CDATA[{text}]]></description></item></channel></rss>"
    )
    (entry,) = parse(feed.encode(), ORIGIN).entries
    assert [
        ("https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d", "text/html"),
        ("https://r.example/son.mp3", "audio/mpeg"),
    ] == [(one.url, one.type) for one in entry.enclosures]
    assert "<p>Voici.</p>" in entry.html
    assert '<a href="https://autre.example/x">' in entry.html


def test_a_text_about_entities_is_no_declaration_of_any() -> None:
    """A blog may write about XML; what declares entities, wherever it hides, is refused whole."""
    feed = (
        "<rss version='2.0'><channel><title>R</title><item><guid>1</guid><title>XML</title>{}</item></"
        "channel></rss>"
    )
    talk = feed.format("<description><![CDATA[<p>&lt;!ENTITY</p> <!ENTITY a 'b'>]]></description>")
    assert (False, 1) == (parse(talk.encode(), ORIGIN).fatal, len(parse(talk.encode(), ORIGIN).entries))
    for head in (
        "<!DOCTYPE r [<!ENTITY a 'b'>]>",
        "<!-- <![CDATA[ --><!DOCTYPE r [<!ENTITY a 'b'>]><!-- ]]> -->",
        "<!DOCTYPE r SYSTEM '<![CDATA[' [<!ENTITY a ']]>'>]>",
    ):
        assert parse((head + feed.format("")).encode(), ORIGIN).fatal
