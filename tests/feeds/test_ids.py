"""What is followed keeps its identity, whatever changes about it, and no two things share one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from conftest import Content, built, entry, write_tree

from feeds import hubs
from feeds.findings import parsed
from feeds.history_rules import ids
from kiosque.model import Entry

ONE = entry("radio", "one", summary="Un texte.")
FIRST_SIGHT = msgspec.structs.replace(ONE, published=None)


def hub(root: Path, one: Entry = ONE, name: str = "Radio", **more: Content) -> dict[str, list[str]]:
    """Build a hub of one entry and return the ids that the feeds of its source have, by format."""
    files: Mapping[str, Content] = {
        "pelicanconf.py": hubs.SETTINGS,
        "content/sources/radio.md": hubs.source(name),
        "archive/radio/2026.jsonl": [one],
        **more,
    }
    write_tree(root, files)
    built(root)
    return of_list(root, "medias/radio")


def of_list(root: Path, folder: str) -> dict[str, list[str]]:
    output = root / "output" / folder
    rss = parsed((output / "feed.rss").read_bytes())
    items = json.loads((output / "feed.json").read_bytes())["items"]
    return {
        "atom": ids(parsed((output / "feed.atom").read_bytes())),
        "rss": [str(one) for one in rss.xpath("channel/item/guid/text()")],
        "json": [item["id"] for item in items],
    }


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"title": "Un autre titre"}, "Radio"),
        ({"title": ""}, "Radio"),
        ({"url": "https://elsewhere.example/one"}, "Radio"),
        ({"url": ""}, "Radio"),
        ({"slug": "another"}, "Radio"),
        ({"published": None}, "Radio"),
        ({"summary": "Un autre texte.", "content": "<p>Un autre texte.</p>"}, "Radio"),
        ({}, "Onde"),
    ],
)
def test_an_entry_keeps_its_id(tmp_path: Path, changes: dict[str, object], name: str) -> None:
    """Another title, address, date, text or name of the source leaves the id as it was, the same in all
    formats.
    """
    before = hub(tmp_path / "hub")
    assert {"atom": before["rss"], "rss": before["rss"], "json": before["rss"]} == before
    assert before == hub(tmp_path / "hub", msgspec.structs.replace(ONE, **changes), name)


def test_an_id_is_that_of_its_source_and_its_entry(tmp_path: Path) -> None:
    """The id is a UUID of the source's name in addresses and the entry's id: it never changes with Kiosque
    either.
    """
    assert ["urn:uuid:9feab8e3-e34b-5b55-8f47-1301e60a3aea"] == hub(tmp_path / "hub")["atom"]


def test_another_agreement_keeps_the_id(tmp_path: Path) -> None:
    """Under an agreement that only lets the hub link, an entry is the same."""
    before = hub(tmp_path / "hub")
    source: dict[str, Content] = {"content/sources/radio.md": hubs.source("Radio", scope="link")}
    write_tree(tmp_path / "hub", source)
    built(tmp_path / "hub")
    assert before == of_list(tmp_path / "hub", "medias/radio")


def test_a_renamed_article_keeps_its_id(tmp_path: Path) -> None:
    """An article whose file has another name is the same, where its former address is among its aliases."""
    root = tmp_path / "hub"
    hub(root, **{"content/articles/carte.md": "---\ntitle: Une carte\ndate: 2026-02-01\n---\nTexte.\n"})
    before = of_list(root, "articles")
    (root / "content/articles/carte.md").unlink()
    head = "title: Une carte\ndate: 2026-02-01\naliases: [/articles/carte/, /articles/carte-2/]"
    hub(root, **{"content/articles/carte-du-diois.md": f"---\n{head}\n---\nTexte.\n"})
    assert before == of_list(root, "articles")


def test_no_two_things_share_an_id(tmp_path: Path) -> None:
    """Entries of the same id at two sources, and an article of the same name, are three things."""
    files: dict[str, Content] = {
        "content/sources/blog.md": hubs.source("Blog"),
        "archive/blog/2026.jsonl": [entry("blog", "one")],
        "content/articles/one.md": "---\ntitle: One\ndate: 2026-02-01\n---\nTexte.\n",
    }
    hub(tmp_path / "hub", **files)
    assert 3 == len(set(of_list(tmp_path / "hub", "")["atom"]))
