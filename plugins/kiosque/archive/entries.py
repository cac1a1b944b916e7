"""Read and write the entries in ``archive/``, JSON Lines files by source and year. The only writer there.

Each write is atomic. A file is written only when its bytes change. A file with an unreadable line is never
written, so that this line isn't lost.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter

import msgspec

from kiosque.archive.format import require_format
from kiosque.archive.year_files import cut_year, source_folder, year_files
from kiosque.files import cannot_write, read_file, replace_file
from kiosque.i18n import _
from kiosque.model import ArchiveError, Enclosure, Entry, OutputError, Problem, Record, Scope, StoredEntry
from kiosque.text import excerpt
from kiosque.urls import address_key
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

ARCHIVE = "archive"
_DECODER = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder(order="sorted")
_LINK_SCOPE_FIELDS = (
    "id", "source", "slug", "first_seen", "url", "title", "published", "updated", "language", "format",
    "digest",
)  # fmt: skip


class Archived(Record, frozen=True):
    """The archived entries of one source; ``broken`` holds the years whose file has an unreadable line."""

    entries: tuple[StoredEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: frozenset[int] = frozenset()


class Live(Record, frozen=True):
    """A broadcast that a podcast announces (``podcast:liveItem``). Its status is pending, live or ended."""

    title: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    url: str = ""
    type: str = ""


class FeedFacts(Record, frozen=True):
    """The information that a feed gives about itself.

    ``guid`` is the podcast namespace's identifier of the feed. ``funding`` holds pairs of an address and its
    text. ``image`` is the address of the feed's picture. ``new_address`` is where the feed says that it has
    moved (``itunes:new-feed-url``).
    """

    title: str = ""
    link: str = ""
    language: str = ""
    licence: str = ""
    guid: str = ""
    image: str = ""
    new_address: str = ""
    funding: tuple[tuple[str, str], ...] = ()
    trailers: tuple[Enclosure, ...] = ()
    live: tuple[Live, ...] = ()


class FeedState(Record, frozen=True):
    """The lasting facts about a feed, kept in ``state.json``.

    - ``gone``: when its server answered that the feed is gone for good (410).
    - ``failing``: since when the feed fails.
    - ``moving``: the address that the feed redirects to since ``moving_since``.
    - ``moved``: the new address, which is asked instead of the old one once the redirect has lasted.
    - ``past``: when the feed's older pages were read.
    """

    gone: datetime | None = None
    failing: datetime | None = None
    moving: str = ""
    moving_since: datetime | None = None
    moved: str = ""
    past: datetime | None = None
    facts: FeedFacts = FeedFacts()


def announced_address(url: str, state: FeedState) -> str:
    """Return the new address that a feed announces itself; empty if ``url`` is the same, or it has none."""
    announced = state.facts.new_address
    return (
        announced
        if announced and address_key(announced) not in {address_key(url), address_key(state.moved)}
        else ""
    )


def allowed(entry: Entry, scope: Scope) -> Entry:
    """Return what an agreement allows to keep of an entry; under ``link``, only what a link needs."""
    if scope is Scope.FULL:
        return entry
    if scope is Scope.LINK:
        link_fields = {name: getattr(entry, name) for name in _LINK_SCOPE_FIELDS}
        return Entry(**link_fields)
    summary = excerpt(entry.summary)
    if not entry.content and entry.summary == summary:
        return entry
    return msgspec.structs.replace(entry, summary=summary, content="")


def read_archive(
    folder: Path, sources: Iterable[str] | None = None
) -> tuple[dict[str, tuple[StoredEntry, ...]], tuple[Problem, ...]]:
    """Return the entries of the named (or all) sources, by source, and a problem for each unreadable line.

    Raises ArchiveError if the archive has another format than this Kiosque reads.
    """
    require_format(folder)
    start = perf_counter()
    names = sorted(sources) if sources is not None else archived_sources(folder)
    entries: dict[str, tuple[StoredEntry, ...]] = {}
    problems: list[Problem] = []
    for name in names:
        archived = read_source(folder, name)
        entries[name] = archived.entries
        problems += archived.problems
    logger.debug(
        "archive read in %.2f s: %d entries of %d sources, %d unreadable lines",
        perf_counter() - start, sum(map(len, entries.values())), len(entries), len(problems),
    )  # fmt: skip
    return entries, tuple(problems)


def read_source(folder: Path, source: str) -> Archived:
    """Return the entries of all years of one source."""
    entries: list[StoredEntry] = []
    problems: list[Problem] = []
    broken: set[int] = set()
    for year, path in year_files(folder, source):
        for entry in read_year_file(path, folder):
            if isinstance(entry, Problem):
                problems.append(entry)
                broken.add(year)
            else:
                entries.append(StoredEntry(year=year, entry=entry))
    return Archived(entries=tuple(entries), problems=tuple(problems), broken=frozenset(broken))


def archived_sources(folder: Path) -> list[str]:
    """Return the names of the folders of an archive, sorted, also of sources that the hub no longer has."""
    return sorted(path.name for path in folder.glob("*") if path.is_dir())


def read_year_file(path: str, folder: Path) -> Iterator[Entry | Problem]:
    """Yield the entries of a file of an archive, and a problem for each line that can't be read."""
    try:
        data = read_file(path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions").format(
            reason=reason_of(error)
        )
        yield Problem(path=_shown_path(path, folder), message=message)
        return
    try:
        yield from _DECODER.decode_lines(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        yield from _read_lines(data, _shown_path(path, folder))


def _shown_path(path: str, folder: Path) -> str:
    return Path(path).relative_to(folder.parent).as_posix()


def _read_lines(data: bytes, name: str) -> Iterator[Entry | Problem]:
    """Yield each line's entry, or a problem with the line's number where it can't be read."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = _(
                "this line of the archive can't be read ({reason}): take it back from git, or remove it"
            )
            yield Problem(path=name, line=number, message=message.format(reason=reason_of(error)))


def write_source(
    folder: Path, source: str, entries: Iterable[StoredEntry], broken: Iterable[int] = ()
) -> list[Path]:
    """Write the files of a source that changed, and return their paths.

    ``broken`` holds the years whose file has unreadable lines. Such a file is never written, because these
    lines would be lost.
    Raises ArchiveError if a file can't be written, or if a broken one would have to be. In the second case
    the other years are written first.
    """
    years: defaultdict[int, list[Entry]] = defaultdict(list)
    for stored in entries:
        years[stored.year].append(stored.entry)
    broken_years, not_written, written = set(broken), [], []
    for year in sorted(years):
        for path, data in cut_year(folder, source, year, _encoded_lines(years[year])).items():
            if _is_same(path, data):
                continue
            if year in broken_years:
                not_written.append(path)
            else:
                _replace(path, data)
                written.append(path)
                logger.debug("%s: %d bytes written", path, len(data))
    if not_written:
        message = _("{path} has lines that can't be read: mend it first, nothing was written to it")
        raise ArchiveError(message.format(path=not_written[0].relative_to(folder.parent)))
    return written


def read_state(folder: Path, source: str) -> dict[str, FeedState]:
    """Return the lasting state of a source's feeds, by address; raise ArchiveError if it is unreadable."""
    path = folder / source / "state.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, FeedState])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = _("{path} can't be read ({reason}): take it back from git, or remove it")
        raise ArchiveError(
            message.format(path=path.relative_to(folder.parent), reason=reason_of(error))
        ) from error


def write_state(folder: Path, source: str, state: Mapping[str, FeedState]) -> None:
    """Write the lasting state of a source's feeds if it changed; remove the file if no feed has any."""
    path = source_folder(folder, source) / "state.json"
    lasting = {url: feed_state for url, feed_state in state.items() if feed_state != FeedState()}
    data = msgspec.json.format(_ENCODER.encode(lasting), indent=1) + b"\n"
    if lasting and not _is_same(path, data):
        _replace(path, data)
        logger.debug("%s: state of %d feeds written", path, len(lasting))
    if not lasting:
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(path, error)) from error


def _encoded_lines(entries: list[Entry]) -> dict[str, bytes]:
    """Return the lines of entries in their order, by their ids."""
    ordered = sorted(entries, key=lambda entry: (entry.moment, entry.id))
    return {entry.id: _ENCODER.encode(entry) + b"\n" for entry in ordered}


def _is_same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ArchiveError(cannot_write(path, error)) from error


def _replace(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data, lasting=True)
    except OutputError as error:
        raise ArchiveError(str(error)) from error
