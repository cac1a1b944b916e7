"""The files of a source's years: ``<year>.jsonl``, and for a large year ``<year>-2.jsonl`` and so on.

Forges warn about files of 50 MB and refuse those of 100 MB. An entry stays in the file in which it is. So a
new one changes one file, and a process that is killed between two files loses nothing.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import ArchiveError, Record

# In bytes. A file grows past it only where its entries are changed later.
LARGEST = 50_000_000
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEAR = re.compile(r"[1-9][0-9]{3}")
_NAME = re.compile(r"([1-9][0-9]{3})(?:-([2-9]|[1-9][0-9]))?\.jsonl")


class _Line(Record, frozen=True):
    """The part of an entry's line that is needed here."""

    id: str


_LINE_DECODER = msgspec.json.Decoder(_Line)


def source_folder(folder: Path, source: str) -> Path:
    """Return the folder of a source in an archive.

    The name may come from outside. It is checked, so that the path can't leave the archive: raises
    ArchiveError.
    """
    if not _SLUG.fullmatch(source):
        raise ArchiveError(_("“{slug}” can't be the name of a source's folder").format(slug=source))
    return folder / source


def year_file(folder: Path, source: str, year: int, part: int = 1) -> Path:
    """Return the path of a file of a year, the first one or a further part; raises ArchiveError."""
    if not _YEAR.fullmatch(str(year)):
        raise ArchiveError(_("“{year}” can't be the year of an entry").format(year=year))
    name = f"{year}.jsonl" if part == 1 else f"{year}-{part}.jsonl"
    return source_folder(folder, source) / name


def year_files(folder: Path, source: str) -> list[tuple[int, str]]:
    """Return the years of a source in an archive, the oldest first, each with the path of one of its files.

    Paths are plain strings: a large archive has thousands.
    """
    return [(year, f"{folder}/{source}/{name}") for year, _part, name in _files(folder, source)]


def _files(folder: Path, source: str) -> list[tuple[int, int, str]]:
    """Return year, part and name of each file of a source, in this order."""
    if not _SLUG.fullmatch(source):
        return []
    try:
        names = [item.name for item in os.scandir(folder / source)]
    except FileNotFoundError:
        return []
    matches = filter(None, map(_NAME.fullmatch, names))
    return sorted((int(match[1]), int(match[2] or 1), match[0]) for match in matches)


def cut_year(folder: Path, source: str, year: int, lines: Mapping[str, bytes]) -> dict[Path, bytes]:
    """Return the bytes of each file of a year, by its path, from the lines of its entries, by their ids.

    Raises ArchiveError for a source or a year that can't be one.
    """
    first = year_file(folder, source, year)
    is_cut = year_file(folder, source, year, 2).exists()
    if not is_cut and sum(map(len, lines.values())) <= LARGEST:
        return {first: b"".join(lines.values())}
    parts = _parts(lines, _present_parts(folder, source, year))
    files: defaultdict[int, list[bytes]] = defaultdict(list)
    for line, part in zip(lines.values(), parts, strict=True):
        files[part].append(line)
    return {year_file(folder, source, year, part): b"".join(files[part]) for part in sorted(files)}


def _parts(lines: Mapping[str, bytes], present: Mapping[str, int]) -> list[int]:
    """Return the part of each line: that in which it is, or the last for a new one, while it has room."""
    sizes: Counter[int] = Counter()
    for id_ in present.keys() & lines.keys():
        sizes[present[id_]] += len(lines[id_])
    last = max(present.values(), default=1)
    parts = []
    for id_, line in lines.items():
        if id_ not in present:
            last += bool(sizes[last]) and sizes[last] + len(line) > LARGEST
            sizes[last] += len(line)
        parts.append(present.get(id_, last))
    return parts


def _present_parts(folder: Path, source: str, year: int) -> dict[str, int]:
    """Return the part in which each entry of a year is, by its id."""
    parts: dict[str, int] = {}
    for file_year, part, name in _files(folder, source):
        if file_year == year:
            # Unreadable lines are reported when the source is read, and their file isn't written.
            with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
                lines = _LINE_DECODER.decode_lines(read_file(f"{folder}/{source}/{name}"))
                parts |= {line.id: part for line in lines}
    return parts
