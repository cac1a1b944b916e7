"""The hub's settings file, as far as a command needs it that doesn't load Pelican, which takes a third of a second."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from runpy import run_path
from typing import Any
from zoneinfo import ZoneInfo

from kiosque.i18n import _
from kiosque.model import SettingsError

FILE = "pelicanconf.py"
TIMEZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A hub's folder and address, its time zone, and the present moment of a run."""

    root: Path
    site_url: str
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The day that it is there."""
        return self.now.astimezone(self.zone).date()


def configuration(root: Path, asked_now: str = "") -> Configuration:
    """Read the settings of the hub in ``root``; raises SettingsError where they can't be used."""
    check_folder(root)
    file = root / FILE
    given: dict[str, Any] = {}
    if file.is_file():
        with told(file):
            given = run_path(str(file))
    return Configuration(
        root=root,
        site_url=str(given.get("SITEURL") or "").rstrip("/"),
        zone=zone(str(given.get("TIMEZONE") or TIMEZONE)),
        now=now(asked_now, str(given.get("NOW") or "")),
    )


def check_folder(root: Path) -> None:
    """Raise SettingsError where a folder is no hub."""
    if not (root / "content").is_dir():
        message = _(
            "{folder} is not a hub: it has no folder “content”; go to a hub's folder, or name it with --hub"
        )
        raise SettingsError(message.format(folder=root))


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Raise SettingsError where running a settings file fails, with its line where that is known."""
    try:
        yield
    except SyntaxError as error:
        message = _("{file}:{line}: this settings file can't be read: {reason}")
        raise SettingsError(message.format(file=file.name, line=error.lineno, reason=error.msg)) from None
    except Exception as error:
        # The file is a person's program: whatever it raises is theirs to mend, and must not reach them as a traceback.
        message = _("{file}: this settings file can't be used: {reason}")
        raise SettingsError(message.format(file=file.name, reason=error)) from error


def parse_now(written: str) -> datetime:
    """Return a moment given as ISO 8601 or as seconds since 1970; raises SettingsError on anything else."""
    try:
        if re.fullmatch(r"\d{9,11}", written):
            return datetime.fromtimestamp(int(written), UTC)
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        message = _("“{value}” is not a time: write it as 2026-03-15T08:00:00Z").format(value=written)
        raise SettingsError(message) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def now(asked: str, setting: str) -> datetime:
    """Return the ``now`` of a run: asked for, else SOURCE_DATE_EPOCH, else the hub's setting, else the clock."""
    written = asked or os.environ.get("SOURCE_DATE_EPOCH", "") or setting
    return parse_now(written) if written else datetime.now(UTC).replace(microsecond=0)


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name; raises SettingsError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = _("TIMEZONE is “{name}”, which is not a time zone: write it as Europe/Paris")
        raise SettingsError(message.format(name=name)) from None
