"""What visits taught about feeds, and may be lost without harm: ``.cache/harvest/<source>.json``.

A lost file costs one visit of each feed of that source.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from kiosque.files import replace_file
from kiosque.model import Problem, Record


class Validators(Record, frozen=True):
    """What a server gave to recognise its answer by, exactly as received."""

    etag: str = ""
    last_modified: str = ""


class Hints(Record, frozen=True):
    """What tells when a feed is due again, in seconds.

    ``fresh`` is what its server says of its answers, ``every`` what the feed says of itself, ``rhythm`` the usual time
    between two of its entries. ``skip_hours`` (0 to 23) and ``skip_days`` (Monday is 0) are in GMT.
    """

    fresh: float | None = None
    every: float | None = None
    rhythm: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


class Visit(Record, frozen=True):
    """What a feed's last visits taught.

    ``terms`` is a digest of all that decided what became of its entries, ``digest`` one of its bytes. ``next`` is when
    it is due again, ``succeeded`` when it last answered, ``failures`` how many visits failed since, from
    ``failing`` on, and ``failure`` why the last one did, in plain words. ``problems`` are what couldn't be read of it, ``advice`` is what its producer
    could mend.
    ``rewrites`` counts the reads in a row that changed most of its entries, ``rewritten`` is when that was last kept.
    """

    terms: str
    validators: Validators = Validators()
    digest: str = ""
    next: datetime | None = None
    hints: Hints = Hints()
    succeeded: datetime | None = None
    failures: int = 0
    failing: datetime | None = None
    failure: str = ""
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    rewrites: int = 0
    rewritten: datetime | None = None


class Memory(Record, frozen=True):
    """What is remembered of a source: its feeds' visits by address.

    ``archive`` is a stamp of the archive that they led to, ``scope`` the agreement that it was held to. ``dead`` are
    its newest files that nobody can have, as of the day that they were ``probed``.
    """

    archive: str = ""
    scope: str = ""
    probed: datetime | None = None
    dead: tuple[str, ...] = ()
    visits: dict[str, Visit] = {}  # noqa: RUF012 - msgspec gives each record its own


def load(root: Path, source: str) -> Memory:
    """Return what is remembered of a source; nothing where that was lost or can't be read."""
    try:
        return msgspec.json.decode(_file(root, source).read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Memory()


def save(root: Path, source: str, memory: Memory) -> None:
    """Keep what is remembered of a source; raises OutputError where it can't be kept."""
    replace_file(_file(root, source), msgspec.json.encode(memory))


def _file(root: Path, source: str) -> Path:
    return root / ".cache" / "harvest" / f"{source}.json"
