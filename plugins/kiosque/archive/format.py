"""The format of the archive: which one a hub has, and how an older one is brought up to date.

``archive/format.json`` holds ``{"format": N}``; an archive without it is in the first format. A change of what the lines
of the archive mean adds an ``Upgrade`` to ``UPGRADES``, and a copy of an archive in the old format to the tests.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import ArchiveError

Change = Callable[[dict[str, Any]], dict[str, Any]]
_MARK = "format.json"


def _same(given: dict[str, Any]) -> dict[str, Any]:
    return given


@dataclass(frozen=True, slots=True)
class Upgrade:
    """From one format to the next: what becomes of an entry, and of the state of a source's feeds, as JSON."""

    entry: Change = _same
    state: Change = _same


# The first leads from format 1 to 2, and so on.
UPGRADES: tuple[Upgrade, ...] = ()


def format_of(archive: Path) -> int:
    """Return the format of an archive; raises ArchiveError where it doesn't say it in a way that can be read."""
    mark = archive / _MARK
    try:
        return int(json.loads(mark.read_bytes())["format"])
    except FileNotFoundError:
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("{path} can't be read ({reason}): take it back from git, or remove it")
        raise ArchiveError(message.format(path=f"{archive.name}/{_MARK}", reason=error)) from error


def require_format(archive: Path, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Raise ArchiveError unless the archive is in the format that this Kiosque reads."""
    found, wanted = format_of(archive), len(upgrades) + 1
    if found > wanted:
        message = _("the archive is in format {found}, which this Kiosque doesn't know: install a newer one")
        raise ArchiveError(message.format(found=found))
    if found < wanted:
        message = _("the archive is in format {found}, an older one: kiosque harvest brings it up to date")
        raise ArchiveError(message.format(found=found))


def migrate(archive: Path, upgrades: Sequence[Upgrade] = UPGRADES, *, dry_run: bool = False) -> str:
    """Bring an archive up to date; return the name of the folder that keeps it as it was, empty where nothing was needed.

    The new one is written whole beside the old before they change places: whatever cuts this off, the next call
    mends it. A line that can't be read is kept as it is. Raises ArchiveError where that can't be done, or where a dry run
    would have to.
    """
    draft = archive.with_name(f".{archive.name}.draft")
    try:
        if not archive.exists() and (draft / _MARK).exists():
            draft.replace(archive)
        found = format_of(archive)
        if dry_run or found >= len(upgrades) + 1:
            require_format(archive, upgrades)
            return ""
        kept = _free(archive.with_name(f"{archive.name}-format-{found}"))
        shutil.rmtree(draft, ignore_errors=True)
        _write_upgraded(archive, draft, upgrades[found - 1 :])
        replace_file(draft / _MARK, b'{"format": %d}\n' % (len(upgrades) + 1), lasting=True)
        archive.replace(kept)
        draft.replace(archive)
    except OSError as error:
        raise ArchiveError(cannot_write(archive, error)) from error
    return kept.name


def _free(path: Path) -> Path:
    """Return a path where nothing is yet: a copy that was kept before stays."""
    number = 1
    while path.exists():
        number += 1
        path = path.with_name(f"{path.name.partition('_')[0]}_{number}")
    return path


def _write_upgraded(archive: Path, draft: Path, upgrades: Sequence[Upgrade]) -> None:
    draft.mkdir(parents=True)
    for file in sorted(path for path in archive.rglob("*") if path.is_file()):
        new = draft / file.relative_to(archive)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(b"".join(_upgraded(file, upgrades)))


def _upgraded(file: Path, upgrades: Sequence[Upgrade]) -> Iterator[bytes]:
    """Yield what a file of the archive becomes."""
    data = file.read_bytes()
    if file.suffix == ".jsonl":
        for line in data.splitlines(keepends=True):
            yield _changed(line, [one.entry for one in upgrades])
    elif file.name == "state.json":
        yield _changed(data, [one.state for one in upgrades], indent=1)
    else:
        yield data


def _changed(data: bytes, changes: Sequence[Change], indent: int | None = None) -> bytes:
    try:
        value = json.loads(data)
    except ValueError:
        return data
    for change in changes:
        value = change(value)
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, separators=separators)
    return f"{text}\n".encode()
