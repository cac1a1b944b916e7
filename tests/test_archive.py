"""The archive gives back what it was given, and loses nothing."""

from __future__ import annotations

import gettext
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosque import i18n
from kiosque.archive import year_files
from kiosque.archive.entries import (
    FeedState,
    read_archive,
    read_source,
    read_state,
    write_source,
    write_state,
)
from kiosque.model import ArchiveError, Enclosure, Entry, StoredEntry, Transcript

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_current", gettext.NullTranslations())


def stored(identity: str, year: int = 2026, **fields: object) -> StoredEntry:
    """Return an entry of the source “radio”."""
    given = {"id": identity, "source": "radio", "slug": f"s-{identity}", "first_seen": NOON} | fields
    return StoredEntry(year=year, entry=Entry(**given))


def folder(tmp_path: Path) -> Path:
    """Return the archive of a new hub."""
    return tmp_path / "archive"


def test_a_line_is_as_the_design_says(tmp_path: Path) -> None:
    """Keys are sorted, times end in Z, fields without a value are left out, text is not escaped."""
    one = stored(
        "1",
        title="Été",
        published=NOON.replace(hour=18, minute=30),
        enclosures=(Enclosure(url="https://r.example/a"),),
    )
    write_source(folder(tmp_path), "radio", [one])
    expected = (
        '{"enclosures":[{"url":"https://r.example/a"}],"first_seen":"2026-01-10T12:00:00Z","id":"1",'
        '"published":"2026-01-10T18:30:00Z","slug":"s-1","source":"radio","title":"Été"}\n'
    )
    assert expected == (folder(tmp_path) / "radio" / "2026.jsonl").read_text(encoding="utf-8")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Reading gives back what was written, by source and year, oldest first, undated by first sight."""
    transcript = Transcript(url="https://r.example/t", language="fr")
    entries = [
        stored("c", published=NOON.replace(month=2)),
        stored(
            "b",
            2025,
            published=NOON.replace(year=2025),
            enclosures=(Enclosure(url="x", transcripts=(transcript,)),),
        ),
        stored("a"),
        stored("d", published=NOON.replace(day=1)),
    ]
    write_source(folder(tmp_path), "radio", entries)
    found, problems = read_archive(folder(tmp_path))
    assert () == problems
    assert {"radio": (entries[1], entries[3], entries[2], entries[0])} == found


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    """A file whose bytes don't differ is not touched."""
    entries = [stored("1"), stored("2", 2025)]
    first = write_source(folder(tmp_path), "radio", entries)
    assert ["2025.jsonl", "2026.jsonl"] == [path.name for path in first]
    assert [] == write_source(folder(tmp_path), "radio", reversed(entries))
    assert [first[1]] == write_source(folder(tmp_path), "radio", [*entries, stored("3")])
    assert ["2025.jsonl", "2026.jsonl"] == sorted(
        path.name for path in (folder(tmp_path) / "radio").iterdir()
    )


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b'{"id": 1}',
        b"<<<<<<< HEAD",
        b"\xff\xfe",
        b'{"id":"1","source":"r","slug":"s","first_seen":"never"}',
    ],
)
def test_a_line_that_cannot_be_read_is_kept(tmp_path: Path, bad: bytes) -> None:
    """A bad line is named with its place and the mend; the rest is read; no rewrite loses it, other years are
    written.
    """
    write_source(folder(tmp_path), "radio", [stored("1"), stored("2"), stored("3", 2025)])
    path = folder(tmp_path) / "radio" / "2026.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], bad, b"", lines[1]]) + b"\n")
    before = path.read_bytes()
    archived = read_source(folder(tmp_path), "radio")
    assert ["3", "1", "2"] == [one.entry.id for one in archived.entries]
    assert [("archive/radio/2026.jsonl", 2)] == [(one.path, one.line) for one in archived.problems]
    assert "take it back from git" in archived.problems[0].message
    with pytest.raises(ArchiveError, match=r"archive/radio/2026\.jsonl has lines that can't be read"):
        write_source(
            folder(tmp_path), "radio", [*archived.entries, stored("4"), stored("5", 2027)], archived.broken
        )
    assert before == path.read_bytes()
    assert (folder(tmp_path) / "radio" / "2027.jsonl").is_file()


def test_only_years_of_sources_are_read(tmp_path: Path) -> None:
    """Files that aren't a year's, and folders that can't be a source's, are left alone."""
    write_source(folder(tmp_path), "radio", [stored("1")])
    for name in ("notes.jsonl", "20260.jsonl", "0000.jsonl", ".2026.jsonl.draft", "2026.jsonl.orig"):
        (folder(tmp_path) / "radio" / name).write_text("x", encoding="utf-8")
    (folder(tmp_path) / "README.md").write_text("x", encoding="utf-8")
    found, problems = read_archive(folder(tmp_path), ["radio", "unknown", "../radio"])
    assert () == problems
    assert {"radio": 1, "unknown": 0, "../radio": 0} == {
        name: len(entries) for name, entries in found.items()
    }
    assert ({}, ()) == read_archive(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("source", "year"),
    [("../radio", 2026), ("", 2026), ("a/b", 2026), ("Radio", 2026), ("radio", 99), ("radio", -1)],
)
def test_paths_lead_nowhere_else(tmp_path: Path, source: str, year: int) -> None:
    """A source or year that could lead out of the archive is refused."""
    with pytest.raises(ArchiveError, match="can't be"):
        write_source(folder(tmp_path), source, [stored("1", year)])
    assert [] == list(tmp_path.iterdir())


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full the old file stays, no draft is left behind, and the message says what to do."""
    path = write_source(folder(tmp_path), "radio", [stored("1")])[0]
    before = path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="there is no room left.*free some space"):
        write_source(folder(tmp_path), "radio", [stored("1"), stored("2")])
    assert [before] == [file.read_bytes() for file in path.parent.iterdir()]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Where the source's folder can't be made there is one clear error."""
    folder(tmp_path).write_text("a file is in the way", encoding="utf-8")
    with pytest.raises(ArchiveError, match="can't be written"):
        write_source(folder(tmp_path), "radio", [stored("1")])


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """A year that can't be opened is a problem, and is not written over."""
    (folder(tmp_path) / "radio" / "2026.jsonl").mkdir(parents=True)
    archived = read_source(folder(tmp_path), "radio")
    assert frozenset({2026}) == archived.broken
    assert "can't be opened" in archived.problems[0].message
    with pytest.raises(ArchiveError):
        write_source(folder(tmp_path), "radio", [stored("1")], archived.broken)


def test_state_is_kept_only_where_there_is_one(tmp_path: Path) -> None:
    """Lasting facts come back as written; without any there is no file."""
    path = folder(tmp_path) / "radio" / "state.json"
    write_state(folder(tmp_path), "radio", {"https://r.example/a": FeedState()})
    assert not path.exists()
    state = {"https://r.example/b": FeedState(gone=NOON)}
    write_state(folder(tmp_path), "radio", state | {"https://r.example/a": FeedState()})
    assert state == read_state(folder(tmp_path), "radio")
    assert {"https://r.example/b": {"gone": "2026-01-10T12:00:00Z"}} == json.loads(path.read_bytes())
    write_state(folder(tmp_path), "radio", {})
    assert ({}, False) == (read_state(folder(tmp_path), "radio"), path.exists())


def test_a_state_that_cannot_be_read(tmp_path: Path) -> None:
    """A broken state says where it is and what to do."""
    path = folder(tmp_path) / "radio" / "state.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{")
    with pytest.raises(ArchiveError, match=r"archive/radio/state\.json can't be read.*take it back from git"):
        read_state(folder(tmp_path), "radio")


def test_every_field_survives(tmp_path: Path) -> None:
    """Each field of an entry that has a value comes back with it."""
    entry = stored(
        "1",
        title="t",
        authors=("a",),
        tags=("b",),
        summary="s",
        content="<p>c</p>",
        season=1,
        episode=2,
        communes=("26113",),
    )
    write_source(folder(tmp_path), "radio", [entry])
    assert msgspec.to_builtins(entry) == msgspec.to_builtins(
        read_source(folder(tmp_path), "radio").entries[0]
    )


def file_ids(tmp_path: Path) -> dict[str, list[str]]:
    """Return the ids in each file of the source “radio”."""
    return {
        path.name: [json.loads(line)["id"] for line in path.read_text().splitlines()]
        for path in sorted((folder(tmp_path) / "radio").iterdir())
    }


def test_a_large_year_is_cut_into_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file takes entries up to its limit, and an entry stays in its file. All are read again."""
    monkeypatch.setattr(year_files, "LARGEST", 700)
    of_2026 = [
        stored(f"{number:02}", content=150 * "a", published=NOON + timedelta(days=number))
        for number in range(1, 8)
    ]
    write_source(folder(tmp_path), "radio", of_2026)
    cut = {"2026.jsonl": ["01", "02"], "2026-2.jsonl": ["03", "04"], "2026-3.jsonl": ["05", "06"]}
    assert cut | {"2026-4.jsonl": ["07"]} == file_ids(tmp_path)

    older = [stored("00"), stored("08", content=400 * "a"), *of_2026, stored("09", 2025)]
    written = write_source(folder(tmp_path), "radio", older)
    cut |= {"2025.jsonl": ["09"], "2026-4.jsonl": ["00", "07"], "2026-5.jsonl": ["08"]}
    assert cut == file_ids(tmp_path)
    assert ["2025.jsonl", "2026-4.jsonl", "2026-5.jsonl"] == [path.name for path in written]

    expected = {(entry.year, entry.entry.id) for entry in older}
    read = read_source(folder(tmp_path), "radio").entries
    assert (len(older), expected) == (len(read), {(entry.year, entry.entry.id) for entry in read})
    assert [] == write_source(folder(tmp_path), "radio", read)
