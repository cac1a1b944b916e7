"""The status of the last build of an output folder: published, private or unfinished."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path

from kiosque.files import replace_file


class BuildStatus(StrEnum):
    """The status of a build; ``UNFINISHED`` while it runs and where it was cut off."""

    PUBLISHED = "published"
    PRIVATE = "private"
    UNFINISHED = "unfinished"


def write_stamp(cache: Path, output: Path, status: BuildStatus) -> None:
    """Write the status of the build of ``output``; raises OutputError where ``cache`` can't be written."""
    replace_file(_file(cache, output), status.encode())


def read_stamp(cache: Path, output: Path) -> BuildStatus | None:
    """Return the status of the last build of ``output``; ``None`` where it isn't known."""
    try:
        return BuildStatus(_file(cache, output).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _file(cache: Path, output: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(output.absolute()), digest_size=8).hexdigest()
    return cache / "built" / name
