"""Remove from ``archive/`` the lines of entries that are taken down. All other bytes stay as they are."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import msgspec

from kiosque.archive.entries import ARCHIVE, archived_sources
from kiosque.archive.year_files import year_files
from kiosque.content.addresses import page_address
from kiosque.files import cannot_write, read_file, replace_file
from kiosque.model import ArchiveError, KiosqueError, OutputError, Record
from kiosque.takedowns.covering import Removal, Takedown, Takedowns
from kiosque.takedowns.removals import write_removals
from kiosque.urls import address_key

logger = logging.getLogger(__name__)


class RemovedEntry(Record, frozen=True):
    """An entry that was removed from a file of the hub.

    ``line`` is the line of its takedown in ``content/takedowns.yml``.
    """

    file: str
    source: str
    year: int
    slug: str
    id: str
    line: int

    @property
    def address(self) -> str:
        """The address that its page had on the hub."""
        return page_address(self.source, self.year, self.slug)


class _Enclosure(Record, frozen=True):
    """The part of an enclosure that a takedown needs."""

    url: str = ""


class _Line(Record, frozen=True):
    """The part of an entry's line that a takedown needs: decoding the rest would take most of the time."""

    id: str
    slug: str
    url: str = ""
    enclosures: tuple[_Enclosure, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.url, *(enclosure.url for enclosure in self.enclosures))))


_DECODER = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class _Purge:
    """The purge of a file: the lines that are removed, each with its takedown, and the bytes that remain."""

    path: Path
    year: int
    remaining: bytes
    removed: tuple[tuple[_Line, Takedown], ...]


def purge(
    root: Path,
    takedowns: Takedowns,
    dry_run: bool,  # noqa: FBT001 - an option of its callers
    named: Iterable[str] = (),
) -> tuple[RemovedEntry, ...]:
    """Remove everything that is taken down from the archive of a hub; return the removed entries.

    ``root`` is the hub's folder. Before an entry is removed, its names are added to ``takedowns`` and to
    ``archive/takedowns.jsonl``. ``named`` are the addresses in other lists of editors: those of a whole
    source are remembered, so that these lists need no mend. Lines that can't be read stay, unless their whole
    source is taken down. With ``dry_run`` nothing is written.

    Raises ArchiveError or OutputError where a file can't be written; all other files are written
    nevertheless. Hold the lock of a harvest: a round under way would write back the entries that it has read.
    """
    if not takedowns:
        return ()
    start = perf_counter()
    archive = root / ARCHIVE
    keys_of_named = {address_key(address) for address in named} - {""}
    purges = {source: list(_purges(archive, source, takedowns)) for source in archived_sources(archive)}
    if not dry_run:
        for source, of_source in purges.items():
            _add_removals(archive, source, of_source, takedowns, keys_of_named)
        write_removals(root, takedowns.removals)
        _write(archive, purges, takedowns)
    removed = tuple(
        RemovedEntry(
            file=purge.path.relative_to(root).as_posix(),
            source=source,
            year=purge.year,
            slug=line.slug,
            id=line.id,
            line=takedown.line,
        )
        for source, of_source in purges.items()
        for purge in of_source
        for line, takedown in purge.removed
    )
    logger.debug(
        "%d entries taken down in %d sources%s, in %.2f s",
        len(removed), len(purges), " (dry run)" if dry_run else "", perf_counter() - start,
    )  # fmt: skip
    return removed


def _purges(archive: Path, source: str, takedowns: Takedowns) -> Iterator[_Purge]:
    """Yield the purge of each file of a source that changes.

    A file that can't be opened is left out: whoever reads the archive reports it.
    """
    is_whole_source = takedowns.covers_source(source) is not None
    for year, path in year_files(archive, source):
        with contextlib.suppress(OSError):
            purge = _purge_of(source, year, Path(path), takedowns)
            if purge.removed or is_whole_source:
                yield purge


def _purge_of(source: str, year: int, path: Path, takedowns: Takedowns) -> _Purge:
    remaining, removed = [], []
    for raw in read_file(path).splitlines(keepends=True):
        line = _line(raw)
        addresses = (page_address(source, year, line.slug), *line.addresses) if line else ()
        takedown = takedowns.covers(source, line.id, addresses) if line else takedowns.covers_source(source)
        if takedown is None:
            remaining.append(raw)
        elif line:
            removed.append((line, takedown))
    return _Purge(path, year, b"".join(remaining), tuple(removed))


def _line(raw: bytes) -> _Line | None:
    """Return a line of the archive; None where it can't be read."""
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _add_removals(
    archive: Path, source: str, purges: list[_Purge], takedowns: Takedowns, keys_of_named: AbstractSet[str]
) -> None:
    """Add the names of the removed entries to the takedowns."""
    if whole := takedowns.covers_source(source):
        removed = [address for purge in purges for line, _item in purge.removed for address in line.addresses]
        known = tuple(dict.fromkeys(url for url in removed if address_key(url) in keys_of_named))
        takedowns.add_removal(
            whole, Removal(names=whole.names, day=whole.day, source=source, addresses=known)
        )
        return
    if not any(purge.removed for purge in purges):
        return
    counts = address_counts(archive, source)
    for purge in purges:
        for line, takedown in purge.removed:
            own = tuple(address for address in line.addresses if is_own(address, counts))
            removal = Removal(
                names=takedown.names,
                day=takedown.day,
                source=source,
                identity=line.id,
                addresses=(page_address(source, purge.year, line.slug), *own),
            )
            takedowns.add_removal(takedown, removal)


def address_counts(archive: Path, source: str) -> Counter[str]:
    """Return how many entries of a source have each address, by the address's key.

    Many podcasts give each episode the address of the show. An address that several entries have names none
    of them.
    """
    counts: Counter[str] = Counter()
    for _year, path in year_files(archive, source):
        with contextlib.suppress(OSError):
            lines = filter(None, map(_line, read_file(path).splitlines()))
            counts.update(key for line in lines for key in {address_key(url) for url in line.addresses})
    return counts


def is_own(address: str, counts: Counter[str]) -> bool:
    """Whether an address names one entry: no other entry has it, and it isn't that of a whole site."""
    key = address_key(address)
    return counts[key] == 1 and ("/" in key or "?" in key)


def _write(archive: Path, purges: Mapping[str, list[_Purge]], takedowns: Takedowns) -> None:
    failures: list[KiosqueError] = []
    for source, of_source in purges.items():
        try:
            for purge in of_source:
                _write_file(purge)
            if takedowns.covers_source(source):
                _remove_source(archive / source)
        except (ArchiveError, OutputError) as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _write_file(purge: _Purge) -> None:
    try:
        if purge.remaining.strip():
            replace_file(purge.path, purge.remaining, lasting=True)
        else:
            purge.path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(purge.path, error)) from error


def _remove_source(folder: Path) -> None:
    """Remove the facts of a source's feeds, such as titles and trailers, and the folder where it is empty."""
    try:
        (folder / "state.json").unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(folder, error)) from error
    with contextlib.suppress(OSError):
        folder.rmdir()
