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


class Visit(Record, frozen=True):
    """What a feed's last visits taught.

    ``terms`` is a digest of all that decided what became of its entries, ``digest`` one of its bytes. ``next`` is when
    it is due again, ``succeeded`` when it last answered, ``failures`` how many visits failed since, and ``failure``
    why the last one did, in plain words. ``advice`` is what its producer could mend.
    """

    terms: str
    validators: Validators = Validators()
    digest: str = ""
    next: datetime | None = None
    succeeded: datetime | None = None
    failures: int = 0
    failure: str = ""
    advice: tuple[Problem, ...] = ()


class Memory(Record, frozen=True):
    """What is remembered of a source: its feeds' visits by address, and a stamp of the archive that they led to."""

    archive: str = ""
    visits: dict[str, Visit] = {}  # noqa: RUF012 - msgspec gives each record its own


def load(root: Path, source: str) -> Memory:
    """Return what is remembered of a source; nothing where that was lost or can't be read."""
    try:
        return msgspec.json.decode(_file(root, source).read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Memory()


def save(root: Path, source: str, memory: Memory) -> None:
    """Keep what is remembered of a source, where it differs; raises OutputError where it can't be kept."""
    if memory != load(root, source):
        replace_file(_file(root, source), msgspec.json.encode(memory))


def _file(root: Path, source: str) -> Path:
    return root / ".cache" / "harvest" / f"{source}.json"
