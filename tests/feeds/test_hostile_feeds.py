"""Whatever an entry holds, its feeds are well-formed and inert."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import msgspec
from conftest import built, entry, write_tree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds import hubs
from feeds.findings import NAMESPACES, Finding, parsed
from feeds.rules import check
from kiosque.model import (
    Alternative,
    Chapter,
    Enclosure,
    Entry,
    Format,
    Location,
    Person,
    Picture,
    Transcript,
)

ATTACK = (
    "]]>\"'></title></entry></item><script>alert(1)</script><!-- &lt;b&gt; &amp; &eacute; &#0; -->{{ 7*7 }}"
)
CONTROLS = "".join(map(chr, range(32))) + "\x7f\x80\x9f\ufffe\uffff"
DIRECTIONS = "\u202e\u2066\u200f"
ADDRESSES = (
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/x", "/x", "x", "",
    "http://", " ", 'https://x.example/"><script>alert(1)</script>', "https://x.example/]]>&amp;<b>",
    "https://x.example/a b\x00é|{}[]", "https://é.example/é?é#é", "https://user:word@x.example/",
    f"https://x.example/{ATTACK}", CONTROLS,
)  # fmt: skip
HTML = (
    f"<p>{ATTACK}</p><script>alert(1)</script><p onclick=alert(1) style='x'>x</p><a "
    f"href='javascript:alert(1)'>x</a>"
    "<iframe src=https://x.example/></iframe><img src=x "
    "onerror=alert(1)><style>x</style><svg><script>x</script></svg>"
    "<a href='#x'>x</a><a href=/x>x</a><form action=/x><input></form><base href=https://evil.example/><!-- x "
    "-->"
)
# What may stand in the path of an address as it is (RFC 3986, section 3.3).
_IN_PATHS = "/~!$&'()*+,;=:@"


def hostile(word: str, address: str, html: str, number: int = 0) -> Entry:
    """Return an entry that says ``word`` in every field for words, and so on."""
    return entry(
        "radio", f"one-{number}", f"2026-01-10T18:30:{number % 60:02}Z", title=word, url=address,
        authors=(word, "x"), people=(Person(name=word, role=word, url=address),),
        updated=datetime.fromisoformat("2026-01-11T18:30:00Z"), language=word, format=Format.SOUND,
        tags=(word, f"{word} x"), summary=word, content=html,
        image=Picture(url=address, alt=word, caption=word, credit=word, licence=word), season=number,
        episode=number,
        enclosures=(
            Enclosure(
                url=address, type=word, length=-number, duration=-1.5, title=word, width=0, height=-1,
                alternatives=(Alternative(url=address, type=word, length=0, width=0, height=0),),
                transcripts=(Transcript(url=address, type=word, language=word),),
                chapters=(Chapter(start=-1, title=word, url=address),
                          Chapter(start=2, title="", url=address)),
            ),
            Enclosure(url=address or "x", type="text/html", title=word),
            Enclosure(url=f"https://x.example/{number}.mp3", type="audio/mpeg", title=word),
        ),
        locations=(Location(name=word, latitude=91.0, longitude=400.0), Location(name=word), Location()),
        rights=word,
    )  # fmt: skip


def wrong(root: Path) -> dict[str, list[Finding]]:
    """Return what is wrong with the feeds of a hub; each is well-formed, or this raises."""
    found = {}
    for path, data in hubs.feeds_of(root).items():
        json.loads(data) if path.endswith(".json") else parsed(data)
        if findings := check(data, f"{hubs.URL}/{quote(path, safe=_IN_PATHS)}", hubs.MOMENT):
            found[path] = findings
    return found


def hub(root: Path, entries: list[Entry], word: str = "Radio") -> Path:
    source = (
        f"---\nname: {json.dumps(word)}\nhomepage: https://radio.example/\n"
        f"agreement: {{scope: full, licence: {json.dumps(word)}}}\n---\n"
    )
    files = {"pelicanconf.py": hubs.SETTINGS, "content/sources/radio.md": source}
    return write_tree(root, {**files, "archive/radio/2026.jsonl": entries})


def test_markup_in_every_field(tmp_path: Path) -> None:
    """Tags, quotes, ends of sections, controls and marks of direction are text, and addresses that lead
    nowhere are left out.
    """
    words = (
        ATTACK,
        CONTROLS + "x",
        DIRECTIONS + "x",
        "&amp;lt;script&gt;",
        "<b>x</b>",
        "x" * 3000,
        "&#x1;",
        " ",
    )
    entries = [
        hostile(word, address, HTML, number)
        for number, (word, address) in enumerate((word, address) for word in words for address in ADDRESSES)
    ]
    root = hub(tmp_path / "hub", entries, ATTACK)
    built(root)
    assert {} == wrong(root)
    assert len(entries) == len(list((root / "output/medias/radio/2026").glob("one-*")))


def test_what_a_file_edited_by_hand_holds_does_not_break_a_feed(tmp_path: Path) -> None:
    """Characters that XML forbids are left out of it, wherever they stand; all else stays."""
    one = entry(
        "radio",
        "one",
        title="a\x00b\x0bc\ufffed",
        summary="e\x1ff",
        tags=("g\x07h",),
        content="<p>i\x08j</p>",
    )
    root = hub(tmp_path / "hub", [one])
    built(root)
    feed = parsed((root / "output/medias/radio/feed.atom").read_bytes())
    texts = ("atom:title", "atom:summary", "atom:content")
    found = [feed.findtext(f"atom:entry/{name}", "", NAMESPACES) for name in texts]
    assert ["abcd", "ef", "<p>ij</p>"] == found
    assert ["gh"] == feed.xpath("atom:entry/atom:category/@term", namespaces=NAMESPACES)
    sitemap = (root / "output/sitemap.xml").read_bytes()
    assert etree.fromstring(sitemap) is not None


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    [ATTACK, CONTROLS, DIRECTIONS]
)
URLS = WORDS | st.sampled_from(ADDRESSES) | WORDS.map("https://x.example/{}".format)


# A build for each example: few of many entries tell as much as many of few.
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
@given(st.lists(st.tuples(WORDS, URLS, WORDS | st.just(HTML)), min_size=20, max_size=30))
def test_anything_in_every_field(rows: list[tuple[str, str, str]]) -> None:
    """Whatever a line of the archive holds, the feeds keep all rules."""
    with tempfile.TemporaryDirectory() as folder:
        entries = [hostile(*row, number=number) for number, row in enumerate(rows)]
        root = hub(Path(folder) / "hub", entries)
        built(root)
        assert {} == wrong(root)
        items = json.loads((root / "output/medias/radio/feed.json").read_bytes())["items"]
        assert len(rows) == len(items)


def test_a_lone_surrogate_is_no_line_of_the_archive(tmp_path: Path) -> None:
    """JSON can hold half a character by its number; such a line is named, and the others are published."""
    good = msgspec.json.encode(entry("radio", "one"))
    bad = msgspec.json.encode(entry("radio", "two")).replace(b"Title", b"\\ud800")
    root = hub(tmp_path / "hub", [])
    write_tree(root, {"archive/radio/2026.jsonl": good + b"\n" + bad + b"\n"})
    report = built(root)
    assert ["archive/radio/2026.jsonl"] == [one.path for one in report.problems if "archive" in one.path]
    assert {} == wrong(root)
