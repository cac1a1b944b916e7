"""All of a list's past can be fetched, and what lies in an archive document stays as it is."""

from __future__ import annotations

from pathlib import Path

import msgspec
from conftest import built, entry, tree, write_tree

from feeds import hubs
from feeds.findings import parsed
from feeds.history_rules import check_history, ids
from feeds.hubs import feeds_of
from kiosque.model import Entry

FULL = {"content/sources/radio.md": hubs.source("Radio"), "content/sources/blog.md": hubs.source("Blog")}


def many() -> list[Entry]:
    """Return what a radio published: 70 in January, 40 in February, 20 in March; two of them in one
    second.
    """
    counts = {1: 70, 2: 40, 3: 20}
    return [
        entry("radio", f"{month}-{number}", f"2026-{month:02}-{1 + number // 6:02}T{number % 6:02}:00:00Z")
        for month, count in counts.items()
        for number in range(count)
    ] + [entry("radio", "twin", "2026-03-01T00:00:00Z")]


def hub(root: Path, entries: list[Entry]) -> Path:
    return write_tree(root, {"pelicanconf.py": hubs.SETTINGS, **FULL, "archive/radio/2026.jsonl": entries})


def documents(root: Path, folder: str) -> dict[str, bytes]:
    """Return the Atom documents of one list, by address."""
    found = feeds_of(root)
    names = [f"{folder}feed.atom", *(path for path in found if path.startswith(f"{folder}archives/"))]
    return {f"{hubs.URL}/{name}": found[name] for name in names}


def archived(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in feeds_of(root).items() if "archives/" in path}


def wrong(root: Path, folder: str, number: int) -> list[object]:
    """Return the findings of a list's past, and whether it holds as many publications as it should."""
    found = documents(root, folder)
    expected = {one for data in found.values() for one in ids(parsed(data))}
    assert number == len(expected)
    return list(check_history(found, f"{hubs.URL}/{folder}feed.atom", sorted(expected)))


def test_the_past_of_the_whole_and_of_each_source_is_complete(tmp_path: Path) -> None:
    """From the feed one document leads to the next, each holds at most 30, and nothing is lost."""
    root = hub(tmp_path / "hub", many())
    built(root)
    assert [] == wrong(root, "", 131)
    assert [] == wrong(root, "medias/radio/", 131)


def test_every_history_of_the_demonstration_is_complete(built_demonstration: Path) -> None:
    """The demonstration's lists with archive documents lead through all of their past."""
    found = feeds_of(built_demonstration)
    folders = {path.partition("archives/")[0] for path in found if "archives/" in path}
    assert {"", "medias/radio-glandasse/"} <= folders
    for folder in folders:
        url = f"https://kiosque-drome.example/{folder}"
        names = [f"{folder}feed.atom", *(path for path in found if path.startswith(f"{folder}archives/"))]
        of_list = {f"https://kiosque-drome.example/{name}": found[name] for name in names}
        expected = sorted({one for data in of_list.values() for one in ids(parsed(data))})
        assert [] == list(check_history(of_list, f"{url}feed.atom", expected))


def test_news_leave_archive_documents_alone(tmp_path: Path) -> None:
    """When something arrives, only the feed and, where they fill one, a new document are written."""
    entries = many()
    root = hub(tmp_path / "hub", entries)
    built(root)
    before = archived(root)
    for number in range(40):
        entries.append(entry("radio", f"new-{number}", f"2026-03-14T{number // 10:02}:{number % 60:02}:00Z"))
        if number % 8 == 0 or number > 35:
            hub(root, entries)
            built(root)
            after = archived(root)
            assert before == {path: after[path] for path in before}
            assert [] == wrong(root, "medias/radio/", 131 + number + 1)
            before = after


def test_a_month_that_is_over_changes_its_documents_once(tmp_path: Path) -> None:
    """With the first build of a month the one before gets its last document; what is there stays."""
    root = hub(tmp_path / "hub", many())
    built(root)
    before = archived(root)
    from kiosque.site.build import build

    build(root, now="2026-04-02T08:00:00Z", search=False)
    after = archived(root)
    assert before == {path: after[path] for path in before}
    assert {"archives/2026/03.atom", "medias/radio/archives/2026/03.atom"} == set(after) - set(before)
    assert [] == wrong(root, "", 131)


def test_a_correction_and_a_takedown_change_the_document_that_holds_it(tmp_path: Path) -> None:
    """What is corrected is so in its archive document, and what is taken down leaves it; others stay as they
    are.
    """
    entries = many()
    root = hub(tmp_path / "hub", entries)
    built(root)
    before = archived(root)
    corrected = [
        msgspec.structs.replace(one, title="Corrected") if one.id == "1-69" else one for one in entries
    ]
    hub(root, corrected)
    built(root)
    after = archived(root)
    changed = {path for path in before if before[path] != after[path]}
    assert {"archives/2026/01-3.atom", "medias/radio/archives/2026/01-3.atom"} == changed
    write_tree(
        root,
        {
            "content/takedowns.yml": (
                "- address: https://radio.example/1-69\n  date: 2026-03-01\n  reason: Demande\n"
            )
        },
    )
    built(root)
    assert b"Corrected" not in b"".join(archived(root).values())
    assert [] == wrong(root, "", 130)


def test_a_list_that_its_feed_holds_whole_has_no_past(tmp_path: Path) -> None:
    """Thirty publications need no archive document, and neither does a list without one."""
    root = hub(tmp_path / "hub", many()[:30])
    built(root)
    assert {} == archived(root)
    assert b"prev-archive" not in (root / "output/feed.atom").read_bytes()
    assert "medias/blog/feed.atom" not in tree(root / "output")
