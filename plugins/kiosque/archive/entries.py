"""Records to and from ``archive/``: one JSON Lines file a source and year. The only writer there.

Writes are atomic; a file is written only where its bytes differ; a line that can't be read stops its file from
being written, so that it isn't lost.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from kiosque.archive.format import require_format
from kiosque.files import cannot_write, read_file, replace_file
from kiosque.i18n import _
from kiosque.model import ArchiveError, Enclosure, Entry, OutputError, Problem, Record, Scope, StoredEntry
from kiosque.text import excerpt

ARCHIVE = "archive"
_DECODER = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder(order="sorted")
_OF_A_LINK = (
    "id", "source", "slug", "first_seen", "url", "title", "published", "updated", "language", "format", "digest",
)  # fmt: skip
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"[1-9][0-9]{3}")


class Archived(Record, frozen=True):
    """What the archive has of one source; ``broken`` are the years of which a line can't be read."""

    entries: tuple[StoredEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    broken: frozenset[int] = frozenset()


class Live(Record, frozen=True):
    """A broadcast that a podcast announces (``podcast:liveItem``); ``status`` is pending, live or ended."""

    title: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    url: str = ""
    type: str = ""


class FeedFacts(Record, frozen=True):
    """What a feed says of itself.

    ``guid`` is that of the podcast namespace, ``funding`` pairs of address and words, ``image`` its picture's address.
    """

    title: str = ""
    link: str = ""
    language: str = ""
    licence: str = ""
    guid: str = ""
    image: str = ""
    funding: tuple[tuple[str, str], ...] = ()
    trailers: tuple[Enclosure, ...] = ()
    live: tuple[Live, ...] = ()


class FeedState(Record, frozen=True):
    """What lasts of a feed.

    ``gone`` is when its server said that it is gone for good, ``failing`` since when it can't be had. ``moving`` is
    the address that it has sent to since ``moving_since``; ``moved`` the one that is asked in its stead since that
    has held. ``past`` is when its past was brought in.
    """

    gone: datetime | None = None
    failing: datetime | None = None
    moving: str = ""
    moving_since: datetime | None = None
    moved: str = ""
    past: datetime | None = None
    facts: FeedFacts = FeedFacts()


def allowed(entry: Entry, scope: Scope) -> Entry:
    """Return what of an entry an agreement allows to be kept: under ``link``, what it takes to lead there."""
    if scope is Scope.FULL:
        return entry
    if scope is Scope.LINK:
        kept = {name: getattr(entry, name) for name in _OF_A_LINK}
        return Entry(**kept)
    summary = excerpt(entry.summary)
    if not entry.content and entry.summary == summary:
        return entry
    return msgspec.structs.replace(entry, summary=summary, content="")


def read_archive(
    folder: Path, sources: Iterable[str] | None = None
) -> tuple[dict[str, tuple[StoredEntry, ...]], tuple[Problem, ...]]:
    """Read the archive of the named sources, or of all: entries by source, and the lines that can't be read.

    Raises ArchiveError where the archive is in another format than this Kiosque reads.
    """
    require_format(folder)
    names = sorted(sources) if sources is not None else archived_sources(folder)
    entries: dict[str, tuple[StoredEntry, ...]] = {}
    problems: list[Problem] = []
    for name in names:
        archived = read_source(folder, name)
        entries[name] = archived.entries
        problems += archived.problems
    return entries, tuple(problems)


def read_source(folder: Path, source: str) -> Archived:
    """Read all years of one source."""
    entries: list[StoredEntry] = []
    problems: list[Problem] = []
    broken: set[int] = set()
    for year, path in year_files(folder, source):
        for found in _read_file(path, folder):
            if isinstance(found, Problem):
                problems.append(found)
                broken.add(year)
            else:
                entries.append(StoredEntry(year=year, entry=found))
    return Archived(entries=tuple(entries), problems=tuple(problems), broken=frozenset(broken))


def archived_sources(folder: Path) -> list[str]:
    """Return the names of the folders of an archive, sorted, whether the hub still has these sources or not."""
    return sorted(path.name for path in folder.glob("*") if path.is_dir())


def year_files(folder: Path, source: str) -> list[tuple[int, str]]:
    """Return the years of a source in an archive, the oldest first, each with the path of its file.

    Paths are plain strings: a large archive has thousands.
    """
    if not _SLUG.fullmatch(source):
        return []
    try:
        names = [entry.name for entry in os.scandir(folder / source)]
    except FileNotFoundError:
        return []
    years = (name.removesuffix(".jsonl") for name in names if name.endswith(".jsonl"))
    return sorted((int(year), f"{folder}/{source}/{year}.jsonl") for year in years if _YEAR.fullmatch(year))


def _read_file(path: str, folder: Path) -> Iterator[Entry | Problem]:
    try:
        data = read_file(path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions").format(
            reason=error.strerror
        )
        yield Problem(path=_name(path, folder), message=message)
        return
    try:
        yield from _DECODER.decode_lines(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        yield from _read_lines(data, _name(path, folder))


def _name(path: str, folder: Path) -> str:
    return Path(path).relative_to(folder.parent).as_posix()


def _read_lines(data: bytes, name: str) -> Iterator[Entry | Problem]:
    """Read a file line by line, to name those that can't be read and keep the others."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = _(
                "this line of the archive can't be read ({reason}): take it back from git, or remove it"
            )
            yield Problem(path=name, line=number, message=message.format(reason=error))


def write_source(
    folder: Path, source: str, entries: Iterable[StoredEntry], broken: Iterable[int] = ()
) -> list[Path]:
    """Write a source's entries where they differ from what is there, and return the files written.

    Raises ArchiveError where a file can't be written, or is among ``broken``: its unreadable lines would be lost.
    The other years are written all the same.
    """
    years: defaultdict[int, list[Entry]] = defaultdict(list)
    for stored in entries:
        years[stored.year].append(stored.entry)
    paths = {year: _path(folder, source, str(year), "jsonl") for year in sorted(years)}
    changed = {year: data for year in paths if not _is_same(paths[year], data := _lines(years[year]))}
    for year, data in changed.items():
        if year not in set(broken):
            _replace(paths[year], data)
    if lost := sorted(set(broken) & set(changed)):
        message = _("{path} has lines that can't be read: mend it first, nothing was written to it")
        raise ArchiveError(message.format(path=paths[lost[0]].relative_to(folder.parent)))
    return [paths[year] for year in changed]


def read_state(folder: Path, source: str) -> dict[str, FeedState]:
    """Read what lasts of a source's feeds, by their address; raises ArchiveError where it can't be read."""
    path = folder / source / "state.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, FeedState])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = _("{path} can't be read ({reason}): take it back from git, or remove it")
        raise ArchiveError(message.format(path=path.relative_to(folder.parent), reason=error)) from error


def write_state(folder: Path, source: str, state: Mapping[str, FeedState]) -> None:
    """Write what lasts of a source's feeds, where it differs; without anything to say there is no file."""
    path = _path(folder, source, "state", "json")
    lasting = {url: one for url, one in state.items() if one != FeedState()}
    data = msgspec.json.format(_ENCODER.encode(lasting), indent=1) + b"\n"
    if lasting and not _is_same(path, data):
        _replace(path, data)
    if not lasting:
        _remove(path)


def _path(folder: Path, source: str, name: str, suffix: str) -> Path:
    """Return the path of a file of a source; both parts may come from elsewhere, and must not lead elsewhere."""
    if not _SLUG.fullmatch(source):
        raise ArchiveError(_("“{slug}” can't be the name of a source's folder").format(slug=source))
    if suffix == "jsonl" and not _YEAR.fullmatch(name):
        raise ArchiveError(_("“{year}” can't be the year of an entry").format(year=name))
    return folder / source / f"{name}.{suffix}"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveError(cannot_write(path, error)) from error


def _lines(entries: list[Entry]) -> bytes:
    ordered = sorted(entries, key=lambda entry: (entry.moment, entry.id))
    return b"".join(_ENCODER.encode(entry) + b"\n" for entry in ordered)


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
