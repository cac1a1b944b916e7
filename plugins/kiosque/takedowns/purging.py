"""Removing from ``archive/`` what is taken down; not one byte of anything else."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosque.archive.entries import ARCHIVE, archived_sources, year_files
from kiosque.content.addresses import page_address
from kiosque.files import cannot_write, read_file, replace_file
from kiosque.model import ArchiveError, KiosqueError, OutputError, Record
from kiosque.takedowns.covering import Memory, Takedown, Takedowns
from kiosque.takedowns.memory import write_memories
from kiosque.urls import address_key


class Removed(Record, frozen=True):
    """One entry that was removed: ``line`` is that of the takedown."""

    source: str
    year: int
    slug: str
    id: str
    line: int

    @property
    def address(self) -> str:
        """The address that its page had on the hub."""
        return page_address(self.source, self.year, self.slug)


class _File(Record, frozen=True):
    """One file of an entry, as far as a takedown needs it."""

    url: str = ""


class _Line(Record, frozen=True):
    """One line of the archive, as far as a takedown needs it: most of a large archive is left undecoded."""

    id: str
    slug: str
    url: str = ""
    enclosures: tuple[_File, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.url, *(file.url for file in self.enclosures))))


_DECODER = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class _Year:
    """The lines of one file that are taken down, with what does it, and the bytes of the others."""

    path: Path
    kept: bytes
    gone: tuple[tuple[_Line, Takedown], ...]


def purge(root: Path, takedowns: Takedowns, dry_run: bool) -> tuple[Removed, ...]:  # noqa: FBT001 - told by its callers' own options
    """Remove from the archive of the hub in ``root`` all that is taken down, and return what that was.

    What each entry was known by is remembered, in ``takedowns`` and beside the archive, before it goes. Lines that
    can't be read stay, save where their whole source goes. With ``dry_run`` nothing is written. Raises ArchiveError
    or OutputError where a file can't be written; the others are written all the same. Call it under the lock of a harvest:
    a round under way would write back what it has read.
    """
    if not takedowns:
        return ()
    archive = root / ARCHIVE
    found = [(source, list(_years(archive, source, takedowns))) for source in archived_sources(archive)]
    if not dry_run:
        for source, years in found:
            _remember(archive, source, years, takedowns)
        write_memories(root, takedowns.memories)
        _write(root, found, takedowns)
    return tuple(
        Removed(source=source, year=int(year.path.stem), slug=line.slug, id=line.id, line=takedown.line)
        for source, years in found
        for year in years
        for line, takedown in year.gone
    )


def _years(archive: Path, source: str, takedowns: Takedowns) -> Iterator[_Year]:
    """Yield the files of a source that something goes from; one that can't be opened is named by whoever reads it."""
    is_whole = takedowns.covers_source(source) is not None
    for _number, path in year_files(archive, source):
        with contextlib.suppress(OSError):
            year = _year(Path(path), read_file(path), takedowns)
            if year.gone or is_whole:
                yield year


def _year(path: Path, data: bytes, takedowns: Takedowns) -> _Year:
    source, year = path.parent.name, int(path.stem)
    kept, gone = [], []
    for raw in data.splitlines(keepends=True):
        line = _line(raw)
        addresses = (page_address(source, year, line.slug), *line.addresses) if line else ()
        takedown = takedowns.covers(source, line.id, addresses) if line else takedowns.covers_source(source)
        if takedown is None:
            kept.append(raw)
        elif line:
            gone.append((line, takedown))
    return _Year(path, b"".join(kept), tuple(gone))


def _line(raw: bytes) -> _Line | None:
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _remember(archive: Path, source: str, years: list[_Year], takedowns: Takedowns) -> None:
    if whole := takedowns.covers_source(source):
        takedowns.remember(whole, Memory(names=whole.names, day=whole.day, source=source))
        return
    gone = [(int(year.path.stem), line, takedown) for year in years for line, takedown in year.gone]
    if not gone:
        return
    counts = address_counts(archive, source)
    for number, line, takedown in gone:
        own = tuple(one for one in line.addresses if is_own(one, counts))
        addresses = (page_address(source, number, line.slug), *own)
        memory = Memory(
            names=takedown.names, day=takedown.day, source=source, identity=line.id, addresses=addresses
        )
        takedowns.remember(takedown, memory)


def address_counts(archive: Path, source: str) -> Counter[str]:
    """Count the entries of a source that bear each address, in its normal form.

    Many podcasts give each episode the address of the show: what several entries bear names none of them.
    """
    counts: Counter[str] = Counter()
    for _number, path in year_files(archive, source):
        with contextlib.suppress(OSError):
            lines = filter(None, map(_line, read_file(path).splitlines()))
            counts.update(key for line in lines for key in {address_key(url) for url in line.addresses})
    return counts


def is_own(address: str, counts: Counter[str]) -> bool:
    """Whether an address names one entry: no other bears it, and it isn't that of a whole site."""
    key = address_key(address)
    return counts[key] == 1 and ("/" in key or "?" in key)


def _write(root: Path, found: list[tuple[str, list[_Year]]], takedowns: Takedowns) -> None:
    failures: list[KiosqueError] = []
    for source, years in found:
        try:
            for year in years:
                _put(year.path, year.kept)
            if takedowns.covers_source(source):
                _leave(root / ARCHIVE / source)
        except (ArchiveError, OutputError) as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _put(path: Path, kept: bytes) -> None:
    try:
        if kept.strip():
            replace_file(path, kept, lasting=True)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(path, error)) from error


def _leave(folder: Path) -> None:
    """Remove what the archive knows of a source's feeds: titles, trailers, announcements; then its empty folder."""
    try:
        (folder / "state.json").unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(folder, error)) from error
    with contextlib.suppress(OSError):
        folder.rmdir()
