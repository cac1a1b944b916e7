"""The machine that a hub is run on: its versions, programs, disk and clock."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from kiosque.i18n import _
from kiosque.settings.targets import Kind, Target
from kiosque.setup.doctor.findings import Finding, look, mend, well

_PIN = re.compile(r"^\s*kiosque(?:\[[\w,-]+\])?\s*==\s*([\w.+!-]+)", re.MULTILINE | re.IGNORECASE)
# What one more build and harvest of a large hub may write, in bytes; below the second, nothing is safe.
_ROOM, _LITTLE = 1_000_000_000, 100_000_000
_PROGRAMS = {Kind.RSYNC: ("rsync", "ssh"), Kind.GIT: ("git",)}


def versions(root: Path, targets: Mapping[str, Target]) -> Iterator[Finding]:
    """Yield what is to say of Python, of Kiosque as the hub pins it, and of the programs that its targets need."""
    python = ".".join(map(str, sys.version_info[:3]))
    installed = metadata.version("kiosque")
    yield well(_("Kiosque {version}, Python {python}").format(version=installed, python=python))
    pinned = _PIN.search(_text(root / "requirements.txt"))
    if pinned and pinned[1] != installed:
        message = _("the hub asks for Kiosque {pinned}, {installed} runs: pip install -r requirements.txt")
        yield mend(message.format(pinned=pinned[1], installed=installed), "requirements.txt")
    for target in targets.values():
        for program in _PROGRAMS.get(target.kind, ()):
            if shutil.which(program) is None:
                message = _("the program {program} isn't installed: the target {target} needs it")
                yield mend(message.format(program=program, target=target.name), "publishconf.py")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def disk(root: Path, folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield what is to say of the room on the disk, and of folders that can't be written."""
    free = shutil.disk_usage(root).free
    room = _("{size} MB free on the disk").format(size=f"{free // 1_000_000:,}".replace(",", "\u202f"))
    if free < _LITTLE:
        yield mend(_("{room}: too little for a build; make room").format(room=room))
    elif free < _ROOM:
        yield look(_("{room}: a large hub may need more").format(room=room))
    else:
        yield well(room)
    for folder in folders:
        existing = next((one for one in (folder, *folder.parents) if one.exists()), root)
        if not os.access(existing, os.W_OK):
            message = _("this folder can't be written: check its permissions")
            yield mend(message, _from(existing, root))


def _from(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def clock(newest: datetime | None) -> Iterator[Finding]:
    """Yield what is to say of the machine's clock, beside the newest moment that the archive knows."""
    now = datetime.now(UTC)
    if newest and newest > now + timedelta(hours=1):
        message = _("the clock says {now}, but the archive has something of {newest}: set the clock")
        yield mend(message.format(now=_moment(now), newest=_moment(newest)))
    else:
        yield well(_("the clock says {now}").format(now=_moment(now)))


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
