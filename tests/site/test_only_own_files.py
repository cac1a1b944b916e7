"""Only files of content/, and those beside a feed that is a file, are published, wherever links lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import built, entry, tree

from kiosque.harvest.read.origin import Origin
from kiosque.model import Enclosure

SECRET = "the-secret-of-this-hub"
# Files of a hub that no page may publish.
SECRETS = (
    ".git/config",
    ".cache/visits.json",
    "content/.drafts/x.json",
    "notes.json",
    "other/notes.json",
    "root.json",
)
FILES = {path: f'{{"{SECRET}": 1}}' for path in SECRETS} | {
    "pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n',
    "feeds/radio/feed.xml": "<rss/>",
    "feeds/radio/sounds/one.mp3": "sound",
    "root.xml": "<rss/>",
    "content/sources/radio.md": "---\nname: Radio\nfeeds: [feeds/radio/feed.xml]\n---\nUs.\n",
    "content/sources/root.md": "---\nname: Root\nfeeds: [root.xml]\n---\nUs.\n",
    "content/articles/own.json": "{}",
}


@pytest.fixture
def linked(hub: Callable[..., Path]) -> Path:
    """Return a hub in which texts and entries name all secrets, by links and by paths."""
    names = [f"x{number}.json" for number in range(len(SECRETS))]
    body = " ".join(f"[x]({{attach}}{name})" for name in [*names, "own.json"])
    sounds = [
        Enclosure(url=path, type="audio/mpeg")
        for secret in SECRETS
        for path in (secret, f"feeds/radio/../../{secret}", f"feeds/radio/{names[0]}")
    ]
    sounds.append(Enclosure(url="feeds/radio/sounds/one.mp3", type="audio/mpeg"))
    entries = {
        f"archive/{source}/2026.jsonl": [entry(source, "one", enclosures=tuple(sounds))]
        for source in ("radio", "root")
    }
    article = f"---\ntitle: Own\ndate: 2026-01-15\n---\n{body}\n"
    root = hub(FILES | entries | {"content/articles/own.md": article})
    for name, secret in zip(names, SECRETS, strict=True):
        (root / "content/articles" / name).symlink_to(root / secret)
    (root / "feeds/radio" / names[0]).symlink_to(root / SECRETS[0])
    (root / "content/articles/linked.md").symlink_to(root / "notes.json")
    (root / "content/pages").mkdir()
    (root / "content/pages/hidden.md").symlink_to(root / "content/.drafts/x.json")
    return root


def test_no_link_publishes_another_file_of_the_hub(linked: Path) -> None:
    """A path counts by where it ends: below content/, or below the folder of the feed, and nowhere hidden."""
    built(linked)
    published = tree(linked / "output")
    assert [] == [path for path, data in published.items() if SECRET.encode() in data]
    files = {path for path in published if path.startswith("fichiers/")}
    assert {"fichiers/articles/own.json", "fichiers/feeds/radio/sounds/one.mp3"} == files


@pytest.mark.parametrize("feed", ["feeds/radio/feed.xml", "root.xml"])
def test_a_feed_names_only_files_beside_it(linked: Path, feed: str) -> None:
    """What an entry of a file names elsewhere in the hub is no file of it."""
    origin = Origin(feed, linked)
    climbing = [f"../../{secret}" for secret in SECRETS]
    assert [] == [name for name in [*climbing, *SECRETS, "x0.json"] if origin.resolve_file(name)]
    own = origin.resolve_file("sounds/one.mp3")
    assert ("feeds/radio/sounds/one.mp3" if feed.startswith("feeds") else "") == own
