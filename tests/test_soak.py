"""The soak of ``benchmarks/soak.py`` notices what it is there for, and a short one finds nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from benchmarks.soaking import checks
from conftest import REPOSITORY, write_tree

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Starts a process that lives on, in a session of its own.
_PARENT = """
import subprocess
subprocess.Popen(["sleep", "1000"], start_new_session=True)
"""
# A command that ends by itself, and one that is killed.
_COMMANDS = """
import sys
from pathlib import Path
from benchmarks.soaking.commands import Commands, Kill

folder = Path(sys.argv[1])
commands = Commands(folder, {}, grace=0)
done = commands.run([sys.executable, "-c", sys.argv[2]], folder)
killed = commands.run(["sleep", "1000"], folder, Kill(0, group=False))
print(done.left, done.was_killed, killed.left, killed.was_killed)
"""


def published(host: Path, *pages: str) -> Path:
    """Return a host that has some pages of a medium, and no others."""
    for page in host.rglob("index.html"):
        page.unlink()
    return write_tree(host, {f"medias/media-000/2026/{page}/index.html": "" for page in pages})


def test_posts_that_are_late_or_never_come_are_named(tmp_path: Path) -> None:
    """A post has two hours from its date, or from the start; one whose time isn't over isn't awaited."""
    dates = {
        "p000x0001": NOON - 500 * HOUR,
        "p000x0002": NOON + timedelta(minutes=1),
        "p000x0003": NOON + timedelta(minutes=1),
        "p000x0004": NOON + 3 * HOUR,
    }
    publication = checks.Publication(dates, NOON)
    publication.look(published(tmp_path, "un-p000x0001"), NOON + HOUR)
    publication.look(published(tmp_path, "un-p000x0001", "deux-p000x0002"), NOON + 3 * HOUR)
    assert [
        "late: p000x0002, due since 2026-03-15 12:01:00+00:00, was published 2:59:00 later",
        "late: p000x0003, due since 2026-03-15 12:01:00+00:00, was never published",
    ] == list(publication.late(NOON + 4 * HOUR))
    assert [HOUR, timedelta(hours=2, minutes=59)] == publication.delays()
    assert [] == publication.faults


def test_posts_that_are_lost_or_doubled_are_named_once(tmp_path: Path) -> None:
    """A post that was online stays there, at one address."""
    folder = "medias/media-000/2026/un-p000x0001"
    publication = checks.Publication({"p000x0001": NOON, "p000x0002": NOON}, NOON)
    publication.look(published(tmp_path, "un-p000x0001", "deux-p000x0002"), NOON)
    for hour in (1, 2):
        publication.look(published(tmp_path, "un-p000x0001", "un-p000x0001-2"), NOON + hour * HOUR)
    assert [
        "lost: p000x0002 was published, and isn't any more",
        f"doubled: p000x0001 has the pages {folder}, {folder}-2",
    ] == publication.faults


def test_posts_with_two_records_are_named(tmp_path: Path) -> None:
    """A post stands once in the archive, in whichever year."""
    lines = {"media-000/2025.jsonl": "p000x0001\np000x0002\n", "media-000/2026.jsonl": "p000x0001\n"}
    write_tree(tmp_path, lines)
    assert ["doubled: p000x0001 has 2 records in media-000"] == list(checks.doubled_records(tmp_path))


@pytest.mark.parametrize(
    "file",
    [
        "hub/archive/radio/.2026.jsonl.tmp",
        "hub/.cache/harvest/.radio.msgpack.123.tmp",
        "hub/.cache/tmp1a2b3c4d/harvest/radio.msgpack",
        "hub/.cache/kiosque-run-1a2b3c4d/1.html",
        "host/index.html.kiosque-draft",
        "host/.kiosque/lock",
        "host/.kiosque/drafts/1",
        "host/.kiosque/pending.json.gz",
        "temporary/anything",
    ],
)
def test_a_file_that_is_left_is_named(tmp_path: Path, file: str) -> None:
    """Drafts, locks and temporary folders are found in the hub, on its host and elsewhere."""
    usual = ("hub/.cache/texts.msgpack", "hub/archive/radio/2026.jsonl", "host/.kiosque/manifest.json.gz")
    folders = [tmp_path / "hub", tmp_path / "host"]
    write_tree(tmp_path, dict.fromkeys(usual, ""))
    assert [] == list(checks.left_files(folders, tmp_path / "temporary"))
    write_tree(tmp_path, {file: ""})
    assert list(checks.left_files(folders, tmp_path / "temporary"))


def test_folders_that_differ_are_told_apart(tmp_path: Path) -> None:
    """Files that only one has, and files with other bytes, are named, but for those that may differ."""
    write_tree(tmp_path, {"a/1": "1", "a/2": "2", "a/s/3": "3", "b/1": "9", "b/4": "4"})
    found = checks.unlike(tmp_path / "a", tmp_path / "b", "^s/")
    assert ["unlike: only a has 2", "unlike: only b has 4", "unlike: 1 differs"] == list(found)


def test_a_process_that_is_left_is_named(tmp_path: Path) -> None:
    """A command's child that lives on is found in any session; a killed command leaves nothing."""
    command = [sys.executable, "-c", _COMMANDS, str(tmp_path), _PARENT]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert "('sleep 1000',) False () True\n" == done.stdout


def test_a_short_soak_finds_nothing() -> None:
    """Two hours of a few sources, two of them hostile, end with a report without faults."""
    command = [sys.executable, "-m", "benchmarks.soak", "--days", "0.1", "--feeds", "8"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (0, "| sources: healthy, hostile | 6, 2 |") == (done.returncode, done.stdout.splitlines()[4])
    assert done.stdout.endswith("|\n\n")
