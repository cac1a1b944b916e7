"""The archive: what is written comes back, and what can't be read is named and never lost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosque import i18n
from kiosque.archive import read_archive, read_source, write_source
from kiosque.model import ArchiveError, Enclosure, Entry, StoredEntry

SEEN = datetime(2026, 1, 10, 18, 30, tzinfo=UTC)


def stored(name: str, year: int = 2026, published: datetime | None = SEEN) -> StoredEntry:
    enclosure = Enclosure(url=f"https://radio.example/{name}.mp3", type="audio/mpeg", duration=61.5)
    entry = Entry(
        id=name,
        source="radio",
        slug=name,
        first_seen=SEEN,
        published=published,
        title="Été",
        enclosures=(enclosure,),
    )
    return StoredEntry(year=year, entry=entry)


LINE = (
    '{"enclosures":[{"duration":61.5,"type":"audio/mpeg","url":"https://radio.example/a.mp3"}],'
    '"first_seen":"2026-01-10T18:30:00Z","id":"a","published":"2026-01-10T18:30:00Z","slug":"a",'
    '"source":"radio","title":"Été"}\n'
)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def test_an_entry_is_one_line_with_sorted_keys(tmp_path: Path) -> None:
    """A line has sorted keys, times in UTC, and no field without a value."""
    (file,) = write_source(tmp_path / "archive", "radio", [stored("a")])
    assert (tmp_path / "archive" / "radio" / "2026.jsonl", LINE) == (file, file.read_text("utf-8"))


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    """Reading gives the entries that were written, oldest year first, each with its year."""
    entries = (stored("b", 2025), stored("a"), stored("c"))
    write_source(tmp_path / "archive", "radio", reversed(entries))
    assert ({"radio": entries}, ()) == read_archive(tmp_path / "archive")


def test_a_file_of_the_same_bytes_is_not_written(tmp_path: Path) -> None:
    """Only the years that changed are written again, and no draft stays behind."""
    write_source(tmp_path / "archive", "radio", [stored("a"), stored("b", 2025)])
    written = write_source(tmp_path / "archive", "radio", [stored("a"), stored("b", 2025), stored("c")])
    files = {path.name for path in (tmp_path / "archive" / "radio").iterdir()}
    assert ([tmp_path / "archive" / "radio" / "2026.jsonl"], {"2025.jsonl", "2026.jsonl"}) == (written, files)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"<<<<<<< HEAD", "JSON is malformed: invalid character (byte 0)"),
        (b'{"id": "a"', "Input data was truncated"),
        (b'{"id": "a"}', "Object missing required field `source`"),
    ],
)
def test_an_unreadable_line_is_named_and_the_others_are_read(
    line: bytes, reason: str, tmp_path: Path
) -> None:
    """A broken line is a problem with its number; the entries around it are read."""
    file = tmp_path / "archive" / "radio" / "2026.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(LINE.encode() + line + b"\n\n" + LINE.replace('"a"', '"b"').encode())
    found = read_source(tmp_path / "archive", "radio")
    message = (
        f"archive/radio/2026.jsonl:2: this line of the archive can't be read ({reason}): "
        "take it back from git, or remove it"
    )
    assert ([message], ["a", "b"], {2026}) == (
        [str(problem) for problem in found.problems],
        [one.entry.id for one in found.entries],
        found.broken,
    )


def test_a_broken_year_is_not_written(tmp_path: Path) -> None:
    """Where a line would be lost, nothing is written and the mend is said."""
    file = tmp_path / "archive" / "radio" / "2026.jsonl"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"broken\n")
    with pytest.raises(ArchiveError) as raised:
        write_source(tmp_path / "archive", "radio", [stored("a")], broken=[2026])
    message = (
        "archive/radio/2026.jsonl has lines that can't be read: mend it first, nothing was written to it"
    )
    assert (message, b"broken\n") == (str(raised.value), file.read_bytes())


@pytest.mark.parametrize("name", ["", "..", "../radio", "a/b", "Radio", ".git", "a b"])
def test_a_source_cannot_leave_the_archive(name: str, tmp_path: Path) -> None:
    """A name that isn't a slug is neither read nor written."""
    assert ((), ()) == (read_source(tmp_path, name).entries, read_source(tmp_path, name).problems)
    with pytest.raises(ArchiveError, match="can't be the name of a source's folder"):
        write_source(tmp_path, name, [stored("a")])


def test_other_files_of_a_source_are_left_alone(tmp_path: Path) -> None:
    """Only files named by a year hold entries."""
    folder = tmp_path / "archive" / "radio"
    folder.mkdir(parents=True)
    for name in ("state.json", "notes.jsonl", ".2026.jsonl.draft"):
        (folder / name).write_bytes(b"broken")
    assert ({"radio": ()}, ()) == read_archive(tmp_path / "archive")


def test_a_hub_without_archive_has_no_entries(tmp_path: Path) -> None:
    """A folder that isn't there holds nothing, and that is no problem."""
    assert ({}, ()) == read_archive(tmp_path / "archive")


def test_an_archive_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file in the way of a folder is an error that says what to do."""
    (tmp_path / "archive").write_bytes(b"")
    with pytest.raises(ArchiveError, match="can't be written .*: free some space or mend"):
        write_source(tmp_path / "archive", "radio", [stored("a")])
