"""Findings about the machine of a hub: versions, programs, disk and clock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from kiosque.i18n import _, current_language
from kiosque.settings.targets import HostKind, Target
from kiosque.setup.distribution.installed import installed_version
from kiosque.setup.doctor.findings import Finding, look, mend, well
from kiosque.wording.localized import format_moment, format_size

# Free bytes on the disk. A build and a harvest of a large hub may write the first number. With less than the
# second, no build is safe.
_ROOM, _LITTLE_ROOM = 1_000_000_000, 100_000_000
_PROGRAMS = {HostKind.RSYNC: ("rsync", "ssh"), HostKind.GIT: ("git",)}


def versions(targets: Mapping[str, Target]) -> Iterator[Finding]:
    """Yield findings about the versions of Python and Kiosque, and about programs that the targets need."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield well(_("Kiosque {version}, Python {python}").format(version=installed_version(), python=python))
    for target in targets.values():
        for program in _PROGRAMS.get(target.kind, ()):
            if shutil.which(program) is None:
                message = _("the program {program} isn't installed: the target {target} needs it")
                yield mend(message.format(program=program, target=target.name), "publishconf.py")


def disk(root: Path, folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield findings about the room on the disk and about folders that can't be written."""
    free = shutil.disk_usage(root).free
    room = _("{size} free on the disk").format(size=format_size(free, current_language()))
    if free < _LITTLE_ROOM:
        yield mend(_("{room}: too little for a build; make room").format(room=room))
    elif free < _ROOM:
        yield look(_("{room}: a large hub may need more").format(room=room))
    else:
        yield well(room)
    for folder in folders:
        existing = next((path for path in (folder, *folder.parents) if path.exists()), root)
        if not os.access(existing, os.W_OK):
            message = _("this folder can't be written: check its permissions")
            yield mend(message, _path_in_hub(existing, root))


def _path_in_hub(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def clock(newest: datetime | None, zone: tzinfo) -> Iterator[Finding]:
    """Yield a finding about the machine's clock, compared with the arrival of the newest entry.

    ``zone`` is the time zone of the hub.
    """
    now = datetime.now(UTC)
    if newest and newest > now + timedelta(hours=1):
        message = _("the clock says {now}, but the archive has something of {newest}: set the clock")
        yield mend(message.format(now=_readable(now, zone), newest=_readable(newest, zone)))
    else:
        yield well(_("the clock says {now}").format(now=_readable(now, zone)))


def _readable(moment: datetime, zone: tzinfo) -> str:
    return format_moment(moment, zone, current_language())
