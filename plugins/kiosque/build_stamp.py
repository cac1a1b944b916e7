"""Whether what lies in an output folder was built to be published, and to its end."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum
from pathlib import Path

from kiosque.files import replace_file


class Built(StrEnum):
    """How a folder was last built; ``UNFINISHED`` where that was cut off."""

    PUBLISHED = "published"
    PRIVATE = "private"
    UNFINISHED = "unfinished"


def note(cache: Path, output: Path, how: Built) -> None:
    """Note how ``output`` was built; raises OutputError where ``cache`` can't be written."""
    replace_file(_file(cache, output), how.encode())


def noted(cache: Path, output: Path) -> Built | None:
    """Return how ``output`` was built; nothing where that isn't known."""
    try:
        return Built(_file(cache, output).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _file(cache: Path, output: Path) -> Path:
    name = hashlib.blake2b(os.fsencode(output.absolute()), digest_size=8).hexdigest()
    return cache / "built" / name
