"""Read the format number of the archive, and convert an archive in an older format.

``archive/format.json`` holds ``{"format": N}``. An archive without this file is in format 1. Whoever changes
the meaning of the archive's lines adds an ``Upgrade`` to ``UPGRADES``, and an archive in the old format to
the tests.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import ArchiveError
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

Change = Callable[[dict[str, Any]], dict[str, Any]]
_FORMAT_FILE = "format.json"


def _unchanged(value: dict[str, Any]) -> dict[str, Any]:
    return value


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The step from a format to the next: how to convert an entry and a source's state, both as JSON."""

    entry: Change = _unchanged
    state: Change = _unchanged


# The first upgrade converts format 1 to 2, the second 2 to 3, and so on.
UPGRADES: tuple[Upgrade, ...] = ()


def format_of(archive: Path) -> int:
    """Return the format number of an archive. Raises ArchiveError if ``format.json`` can't be read."""
    path = archive / _FORMAT_FILE
    try:
        return int(json.loads(path.read_bytes())["format"])
    except FileNotFoundError:
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = _("{path} can't be read ({reason}): take it back from git, or remove it")
        raise ArchiveError(
            message.format(path=f"{archive.name}/{_FORMAT_FILE}", reason=reason_of(error))
        ) from error


def require_format(archive: Path, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Raise ArchiveError unless the archive is in the format that this Kiosque reads."""
    number, current = format_of(archive), len(upgrades) + 1
    if number > current:
        message = _("the archive is in format {found}, which this Kiosque doesn't know: install a newer one")
        raise ArchiveError(message.format(found=number))
    if number < current:
        message = _("the archive is in format {found}, an older one: kiosque harvest brings it up to date")
        raise ArchiveError(message.format(found=number))


def migrate(archive: Path, upgrades: Sequence[Upgrade] = UPGRADES, *, dry_run: bool = False) -> str:
    """Convert an archive to the current format; return the name of the folder that keeps the old archive.

    The name is empty if the archive was in the current format already. The new archive is written in full
    beside the old one, then they change places: if this is interrupted, the next call repairs it. An
    unreadable line is kept as it is.
    Raises ArchiveError if the archive can't be converted, or if a dry run would have to convert it.
    """
    draft = archive.with_name(f".{archive.name}.draft")
    try:
        if not archive.exists() and (draft / _FORMAT_FILE).exists():
            draft.replace(archive)
        number = format_of(archive)
        if dry_run or number >= len(upgrades) + 1:
            require_format(archive, upgrades)
            return ""
        logger.debug("archive in format %d: converted to format %d", number, len(upgrades) + 1)
        backup = _free_path(archive.with_name(f"{archive.name}-format-{number}"))
        shutil.rmtree(draft, ignore_errors=True)
        _write_upgraded(archive, draft, upgrades[number - 1 :])
        replace_file(draft / _FORMAT_FILE, b'{"format": %d}\n' % (len(upgrades) + 1), lasting=True)
        archive.replace(backup)
        draft.replace(archive)
        logger.debug("old archive kept in %s", backup)
    except OSError as error:
        raise ArchiveError(cannot_write(archive, error)) from error
    return backup.name


def _free_path(path: Path) -> Path:
    """Return a path that doesn't exist yet, so that a backup made earlier stays."""
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
    """Yield the converted parts of a file of the archive."""
    data = file.read_bytes()
    if file.suffix == ".jsonl":
        for line in data.splitlines(keepends=True):
            yield _changed_json(line, [upgrade.entry for upgrade in upgrades])
    elif file.name == "state.json":
        yield _changed_json(data, [upgrade.state for upgrade in upgrades], indent=1)
    else:
        yield data


def _changed_json(data: bytes, changes: Sequence[Change], indent: int | None = None) -> bytes:
    try:
        value = json.loads(data)
    except ValueError:
        return data
    for change in changes:
        value = change(value)
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, separators=separators)
    return f"{text}\n".encode()
