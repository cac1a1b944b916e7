"""Files of ``.cache/`` and their checksums: what doesn't match its checksum isn't there.

A bad disk or a copy that was cut off can damage each of these files, and each can be made again. So damage
costs the time to make one anew, and nothing else.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosque.files import read_file, replace_file

logger = logging.getLogger(__name__)
T = TypeVar("T")
_SUM = 16


def save_cache(file: Path, value: object) -> None:
    """Write a value: its checksum, then MessagePack. Raises OutputError where the file can't be written."""
    replace_file(file, sealed(msgspec.msgpack.encode(value)))


def load_cache(file: Path, type_: type[T]) -> T | None:
    """Return the value that ``save_cache`` wrote.

    ``None`` where the file is missing, damaged or of another type.
    """
    try:
        data = unsealed(read_file(file))
        return None if data is None else msgspec.msgpack.decode(data, type=type_)
    except (OSError, ValueError, RecursionError) as error:
        # The errors of msgspec are value errors, and so is that of text which isn't UTF-8.
        logger.debug("nothing is taken from %s: %s", file, error)
        return None


def checksum(data: bytes) -> str:
    """Return the checksum that is part of the name of a file which others read too, such as a picture."""
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def sealed(data: bytes) -> bytes:
    """Return data behind its checksum (16 bytes)."""
    return hashlib.blake2b(data, digest_size=_SUM).digest() + data


def unsealed(data: bytes) -> bytes | None:
    """Return what ``sealed`` was given; ``None`` where the checksum is another one."""
    content = data[_SUM:]
    return content if data == sealed(content) else None
