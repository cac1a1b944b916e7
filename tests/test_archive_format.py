"""An archive in an older format is brought up to date, and kept as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import tree

from kiosque import i18n
from kiosque.archive.entries import read_archive, read_state
from kiosque.archive.format import UPGRADES, Upgrade, format_of, migrate, require_format
from kiosque.model import ArchiveError

OLD = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def renamed(old: str, new: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a change that gives a key another name."""
    return lambda given: {(new if key == old else key): value for key, value in given.items()}


# Two made-up changes of format, as a later Kiosque could bring them.
LATER = (
    Upgrade(entry=renamed("title", "name"), state=renamed("https://radio.example/feed", "feed")),
    Upgrade(entry=renamed("name", "heading")),
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive as the first version wrote it, with a line that nobody can read."""
    folder = tmp_path / "archive"
    shutil.copytree(OLD / "archive-format-1", folder)
    (folder / "radio" / "2025.jsonl").write_bytes(b'{"title": broken\n{"title":"whole"}\n')
    return folder


def archives() -> list[Path]:
    """Return the archives of all formats that there have been."""
    return sorted(OLD.glob("archive-format-*"))


@pytest.mark.parametrize("old", archives(), ids=lambda path: path.name)
def test_an_archive_of_every_format_is_read(old: Path, tmp_path: Path) -> None:
    """Once up to date, all that an old archive holds is there."""
    folder = tmp_path / "archive"
    shutil.copytree(old, folder)
    migrate(folder)
    entries, problems = read_archive(folder)
    assert ((), ["La crue", "Sans date"]) == (problems, [one.entry.title for one in entries["radio"]])
    crue = msgspec.to_builtins(entries["radio"][0].entry)
    lost = {
        key for key in json.loads((old / "radio/2026.jsonl").read_text().splitlines()[0]) if not crue[key]
    }
    assert (set(), 1) == (lost, len(read_state(folder, "radio")))


def test_there_is_an_archive_of_every_format() -> None:
    """A change of the format comes with an archive of the one before."""
    assert len(UPGRADES) + 1 == len(archives())


def test_an_older_archive_goes_through_all_changes(archive: Path) -> None:
    """Each entry and each state passes every change in order; unreadable lines stay, and the old archive is
    kept whole.
    """
    before = tree(archive)
    assert "archive-format-1" == migrate(archive, LATER)
    assert before == tree(archive.with_name("archive-format-1"))
    lines = (archive / "radio" / "2026.jsonl").read_text().splitlines()
    assert ["La crue", "Sans date"] == [json.loads(line)["heading"] for line in lines]
    assert b'{"title": broken\n{"heading":"whole"}\n' == (archive / "radio" / "2025.jsonl").read_bytes()
    assert ["feed"] == list(json.loads((archive / "radio" / "state.json").read_text()))
    assert (3, "") == (format_of(archive), migrate(archive, LATER))


def test_a_copy_kept_before_stays(archive: Path) -> None:
    """Nothing that was kept is ever overwritten."""
    archive.with_name("archive-format-1").mkdir()
    assert "archive-format-1_2" == migrate(archive, LATER)


def test_cut_off_between_the_two_it_goes_on(archive: Path) -> None:
    """Where the old archive has gone and the new isn't in its place yet, the next call puts it there."""
    migrate(archive, LATER)
    after = tree(archive)
    archive.rename(archive.with_name(".archive.draft"))
    assert "" == migrate(archive, LATER)
    assert after == tree(archive)


def test_cut_off_while_it_is_written_it_begins_again(archive: Path) -> None:
    """Half an archive beside the old one is no archive."""
    half = archive.with_name(".archive.draft") / "radio"
    half.mkdir(parents=True)
    (half / "2020.jsonl").write_text("half")
    migrate(archive, LATER)
    assert not (archive / "radio" / "2020.jsonl").exists()


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ('{"format": 9}', "the archive is in format 9, which this Kiosque doesn't know: install a newer one"),
        (
            "{}",
            "archive/format.json can't be read (“format” is missing): take it back from git, or remove it",
        ),
    ],
)
def test_what_is_not_known_is_left_alone(archive: Path, mark: str, message: str) -> None:
    """An archive from the future, or one that doesn't say what it is, is neither read nor touched."""
    (archive / "format.json").write_text(mark)
    before = tree(archive)
    for attempt in (lambda: migrate(archive), lambda: read_archive(archive)):
        with pytest.raises(ArchiveError) as error:
            attempt()
        assert message == str(error.value)
    assert before == tree(archive)


def test_only_harvest_changes_it(archive: Path) -> None:
    """Whoever only reads, and a dry run, says which command brings it up to date."""
    message = "the archive is in format 1, an older one: kiosque harvest brings it up to date"
    for attempt in (lambda: require_format(archive, LATER), lambda: migrate(archive, LATER, dry_run=True)):
        with pytest.raises(ArchiveError) as error:
            attempt()
        assert message == str(error.value)
