"""A hub's own feeds, harvested by another hub, give the same entries, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from conftest import write_tree
from harvest.conftest import Server

from feeds import hubs
from kiosque.archive.entries import read_source
from kiosque.model import Alternative, ChaptersFile, Enclosure, Entry
from kiosque.urls import uri

# What another hub gives anew, whatever it reads.
ITS_OWN = {"id": "", "slug": "", "first_seen": hubs.MOMENT, "digest": ""}
PAGE = f"{hubs.URL}/medias/radio/2026"

Change = Callable[[Entry], Entry]
# What a format can't carry as it is: what becomes of it, and why.
ALL: dict[str, tuple[Change, str]] = {
    "addresses": (
        lambda entry: msgspec.structs.replace(
            entry,
            url=uri(entry.url) or f"{PAGE}/{entry.slug}/",
            image=entry.image and msgspec.structs.replace(entry.image, url=uri(entry.image.url)),
            enclosures=tuple(msgspec.structs.replace(one, url=uri(one.url)) for one in entry.enclosures),
        ),
        "they are URIs, since RSS takes no others; what has no page elsewhere has one on the hub",
    ),
    "authors": (
        lambda entry: msgspec.structs.replace(entry, authors=entry.authors or ("Radio",)),
        "RFC 4287 (section 4.2.1) asks for an author: where nobody signed, the medium did",
    ),
    "notes": (
        lambda entry: msgspec.structs.replace(
            entry, content=entry.content.replace('href="#', f'href="{PAGE}/{entry.slug}/#')
        ),
        "places of a text are places of its page: in a feed, a link to them would start from the feed",
    ),
}
XML: dict[str, tuple[Change, str]] = {
    "title": (
        lambda entry: msgspec.structs.replace(entry, title=entry.title or entry.summary),
        (
            "RFC 4287 (section 4.2.14) asks for a title, and what shows RSS in one line needs one: its text "
            "begins there"
        ),
    ),
}


def given(entry: Entry, changes: dict[str, tuple[Change, str]]) -> Entry:
    """Return an entry as another hub should have it."""
    for change, _reason in changes.values():
        entry = change(entry)
    return msgspec.structs.replace(entry, **ITS_OWN)


def harvested(root: Path, feed: str, scope: str = "full") -> list[Entry]:
    """Return what another hub has after it has harvested a feed, oldest first."""
    source = hubs.source("Radio", f"feeds: ['{feed}']", scope)
    write_tree(root, {"pelicanconf.py": hubs.SETTINGS, "content/sources/radio.md": source})
    hubs.harvest(root, "--allow-private")
    found = [stored.entry for stored in read_source(root / "archive", "radio").entries]
    return [msgspec.structs.replace(one, **ITS_OWN) for one in sorted(found, key=lambda one: one.moment)]


@pytest.fixture
def server(built_whole: Path) -> Iterator[Server]:
    """Serve the feeds of the hub that has all there can be."""
    with Server() as running:
        for name in ("feed.atom", "feed.rss", "feed.json"):
            running.says(f"/{name}", (built_whole / "output/medias/radio" / name).read_bytes())
        yield running


@pytest.mark.parametrize(
    ("name", "changes"),
    [("feed.atom", ALL | XML), ("feed.rss", ALL | XML), ("feed.json", ALL)],
)
def test_a_harvested_feed_gives_the_same_entries(
    tmp_path: Path, server: Server, name: str, changes: dict[str, tuple[Change, str]]
) -> None:
    """Each field of each entry is what it was, but for what the format can't carry."""
    expected = [given(one, changes) for one in hubs.everything()]
    found = harvested(tmp_path / "hub", f"{server.url}/{name}")
    assert len(expected) == len(found)
    for one, other in zip(expected, found, strict=True):
        assert msgspec.to_builtins(one) == msgspec.to_builtins(other)


@pytest.mark.parametrize("name", ["feed.atom", "feed.rss", "feed.json"])
def test_a_hub_reads_again_what_it_wrote(tmp_path: Path, server: Server, name: str) -> None:
    """Harvesting the same feed a second time changes nothing."""
    root = tmp_path / "hub"
    before = harvested(root, f"{server.url}/{name}")
    assert before == harvested(root, f"{server.url}/{name}")
    hubs.harvest(root, "--allow-private", "--force")
    assert before == harvested(root, f"{server.url}/{name}")


def test_a_json_feed_of_a_hub_may_say_anything(tmp_path: Path, server: Server) -> None:
    """What is no place, person, file or number in the extension is left out, and stops nothing."""
    wrong: list[object] = [
        7,
        "x",
        [],
        {},
        [7],
        [{}],
        [{"url": {}, "name": [], "latitude": "x"}],
        {"url": "javascript:x"},
        None,
    ]
    fields = (
        "people", "places", "season", "episode", "alternatives", "transcripts", "chapters", "rights",
        "format", "page",
    )  # fmt: skip
    items = [
        {
            "id": f"{number}", "title": f"T{number}", "content_text": "x",
            "date_published": "2026-01-01T00:00:00Z",
            "attachments": [{"url": "https://x.example/a.mp3", "mime_type": "audio/mpeg", "_kiosque": value}],
            "_kiosque": dict.fromkeys(fields, value),
        }
        for number, value in enumerate(wrong)
    ]  # fmt: skip
    items += [
        {"id": "last", "title": "Last", "content_text": "x", "_kiosque": value} for value in (7, "x", [])
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}
    url = server.says("/wrong.json", json.dumps(feed))
    found = harvested(tmp_path / "hub", url)
    assert len(wrong) + 1 == len(found)
    for one in found[: len(wrong)]:
        plain = one.enclosures[0]
        assert ((), (), ()) == (plain.alternatives, plain.transcripts, plain.chapters)


def test_a_file_of_the_hub_is_a_file_of_the_web_to_others(tmp_path: Path) -> None:
    """Sounds and chapters that lie in the hub's folder are read at the hub's address."""
    from conftest import built, entry

    sound = Enclosure(
        url="demo/son.mp3",
        type="audio/mpeg",
        length=3_000,
        alternatives=(Alternative(url="demo/son.ogg", type="audio/ogg"),),
        chapters=ChaptersFile(url="demo/son.json", type="application/json"),
    )
    files = {f"demo/son.{suffix}": b"\0" * 3_000 for suffix in ("mp3", "ogg")} | {"demo/son.json": b"{}"}
    files["content/sources/radio.md"] = hubs.source("Radio", "feeds: [demo/feed.xml]").encode()
    root = hubs.whole(tmp_path / "hub", [entry("radio", "one", enclosures=(sound,))], files)
    built(root)
    item = json.loads((root / "output/medias/radio/feed.json").read_bytes())["items"][0]
    folder = f"{hubs.URL}/fichiers/demo"
    assert [f"{folder}/son.mp3"] == [one["url"] for one in item["attachments"]]
    extension = item["_kiosque"]
    assert [f"{folder}/son.ogg"] == [one["url"] for one in extension["alternatives"]]
    assert f"{folder}/son.json" == extension["chapters"]["url"]
    assert (root / "output/fichiers/demo/son.ogg").is_file()
