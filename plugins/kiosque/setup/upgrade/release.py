"""What a version of Kiosque gives to a hub: lock, workflows and units, and the format of its archive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import kiosque
from kiosque.model import Record
from kiosque.setup import starter
from kiosque.setup.distribution.requirements import LOCK
from kiosque.setup.distribution.wheel import Wheel

_STARTER = "kiosque/setup/starter/"
_FORMAT = "kiosque/archive/format.json"


class Release(Record, frozen=True):
    """A version of Kiosque. ``files`` are workflows and units, by their path in a hub."""

    lock: str
    files: Mapping[str, bytes]
    archive_format: int


def release_of(wheel: Wheel) -> Release:
    """Return what the version in a wheel gives to a hub, without running any of its code."""
    return _release(wheel.files)


def release_that_runs() -> Release:
    """Return what the Kiosque that runs gives to a hub."""
    package = Path(kiosque.__file__).parent
    lock = package / "setup" / "lock.txt"
    names = [package / "archive" / "format.json", *(package / "setup" / "starter").rglob("*")]
    files = {
        f"kiosque/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in names
        if path.is_file()
    }
    # In a checkout the lock lies among the other locks.
    lock = lock if lock.is_file() else package.parents[1] / "requirements" / "run.txt"
    return _release({**files, LOCK: lock.read_bytes()})


def _release(files: Mapping[str, bytes]) -> Release:
    places = {
        starter.place_in_hub(path.removeprefix(_STARTER)): data
        for path, data in files.items()
        if path.startswith(_STARTER)
    }
    places.pop("", None)
    return Release(
        lock=files.get(LOCK, b"").decode("utf-8"),
        files=places,
        archive_format=int(json.loads(files.get(_FORMAT, b'{"format": 1}'))["format"]),
    )
