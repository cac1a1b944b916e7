"""How large a hub's repository grows in a year of hourly harvests: ``python benchmarks/growth.py
[SOURCES]...``.

Each medium publishes a hundred things a year, at random hours; whatever came within an hour is one commit, as
the scheduled job makes it. One medium in two agreed to whole texts, of 400 words each; of the others an
excerpt of 300 characters is kept. Words are made up, as often as words of a language are (Zipf, 1935), so
that they compress like one.

Prints, as Markdown, the size of the archive itself, of all objects as commits leave them, and of the
repository once git has packed it (``git gc``, which it does by itself from time to time).
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from kiosque.archive.entries import ARCHIVE, write_source
from kiosque.model import Entry, Format, StoredEntry
from kiosque.text import excerpt

MEMORY_DISK = Path("/dev/shm")
START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = 365 * 24
A_YEAR = 100
_WORDS, _LONG = 30_000, 400
_SYLLABLES = [
    first + last
    for first in ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "ch"]
    for last in ["a", "e", "i", "o", "u", "an", "on", "ou"]
]


class Year:
    """One year of a number of media."""

    def __init__(self, folder: Path, sources: int) -> None:
        """Draw all words from one seed."""
        self.folder = folder
        self.sources = sources
        self._random = random.Random(26113)
        self._words = [
            "".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(_WORDS)
        ]
        self._often = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))

    def commits(self) -> Iterator[tuple[datetime, list[Path]]]:
        """Write what each hour brings, and yield the hour and the files that changed."""
        due: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(self.sources * A_YEAR):
            due[self._random.randrange(HOURS)].append(number % self.sources)
        archived: defaultdict[int, list[StoredEntry]] = defaultdict(list)
        for hour, sources in sorted(due.items()):
            moment = START + timedelta(hours=hour)
            changed = []
            for source in sources:
                archived[source].append(self._entry(source, len(archived[source]), moment))
                changed += write_source(self.folder / ARCHIVE, f"media-{source}", archived[source])
            yield moment, sorted(set(changed))

    def _entry(self, source: int, number: int, moment: datetime) -> StoredEntry:
        name, text = f"media-{source}", self._text(_LONG)
        entry = Entry(
            id=f"https://{name}.example/?p={number}",
            source=name,
            slug=f"{number}-{self._text(4).replace(' ', '-')}",
            url=f"https://{name}.example/{number}",
            title=self._text(8),
            authors=(self._text(2),),
            tags=tuple(self._text(3).split()),
            summary=excerpt(text),
            content="" if source % 2 else f"<p>{text}</p>",
            format=Format.TEXT,
            published=moment,
            first_seen=moment,
            digest=f"{self._random.getrandbits(128):032x}",
        )
        return StoredEntry(year=moment.year, entry=entry)

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._often, k=words))


def stream(year: Year, number: list[int]) -> Iterator[bytes]:
    """Yield the commits of a year as ``git fast-import`` reads them; ``number`` counts them."""
    for moment, files in year.commits():
        number[0] += 1
        message = f"{len(files)} parution(s)".encode()
        yield b"commit refs/heads/main\n"
        yield b"committer hub <hub@kiosque.example> %d +0000\n" % moment.timestamp()
        yield b"data %d\n%s\n" % (len(message), message)
        for file in files:
            data = file.read_bytes()
            path = file.relative_to(year.folder).as_posix().encode()
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(data), data)


def git(folder: Path, *arguments: str, data: Iterator[bytes] | None = None) -> bytes:
    """Run git in a repository; return what it prints."""
    command = ["git", "-C", str(folder), *arguments]
    if data is None:
        return subprocess.run(command, check=True, capture_output=True).stdout
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for part in data:
            process.stdin.write(part)
    return b""


def size(folder: Path) -> float:
    """Return the bytes of all files of a folder, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def loose(packed: Path, folder: Path) -> float:
    """Return the size, in MB, of a repository's objects before they are packed."""
    git(folder, "init", "-q", "loose")
    with next((packed / ".git" / "objects" / "pack").glob("*.pack")).open("rb") as pack:
        subprocess.run(["git", "-C", str(folder / "loose"), "unpack-objects", "-q"], stdin=pack, check=True)
    return size(folder / "loose" / ".git" / "objects")


def measured(sources: int) -> tuple[int, float, float, float]:
    """Return, for a year of so many media, its commits and, in MB, its archive, loose objects and packed
    repository.
    """
    parent = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kiosque-growth-", dir=parent) as name:
        folder = Path(name) / "hub"
        folder.mkdir()
        git(folder, "init", "-q", "-b", "main")
        number = [0]
        git(folder, "fast-import", "--quiet", data=stream(Year(folder, sources), number))
        unpacked = loose(folder, Path(name))
        # As git gc does it with objects that nothing has packed yet: the import leaves them without deltas.
        git(folder, "repack", "-a", "-d", "-f", "-q")
        return number[0], size(folder / ARCHIVE), unpacked, size(folder / ".git")


def main() -> None:
    """Measure a year for each number of media, and print a table."""
    parser = argparse.ArgumentParser(description="Measure how a hub's repository grows in a year.")
    parser.add_argument("sources", nargs="*", type=int, default=[50, 200], metavar="SOURCES")
    print("| media | things published | commits | archive, MB | before packing, MB | packed, MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    for sources in parser.parse_args().sources:
        commits, archive, unpacked, packed = measured(sources)
        print(
            f"| {sources} | {sources * A_YEAR} | {commits} | {archive:.1f} | {unpacked:.1f} | {packed:.1f} |"
        )


if __name__ == "__main__":
    main()
