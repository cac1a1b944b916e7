"""What a deployment asks of a host, whatever its kind, and the errors that it may meet there."""

from __future__ import annotations

import posixpath
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import msgspec

from kiosque.model import KiosqueError

# All that is Kiosque's own on a host lies in this folder, which no one else needs to read.
OWN = ".kiosque"
DRAFTS = f"{OWN}/drafts"
_RUN = secrets.token_hex(4)
Done = Callable[[str], None]


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was sent: bytes, its time in whole seconds since 1970, and a digest of what it holds."""

    size: int
    time: int
    digest: str

    def has_content_of(self, other: File) -> bool:
        """Whether both hold the same."""
        return self.size == other.size and self.digest == other.digest


class HostError(KiosqueError):
    """A host can't be reached, refuses something or has no room; the text says what to do."""


class Host(Protocol):
    """One place that takes files. Paths are from its folder, with slashes; every method may raise HostError.

    A file appears under its name at once and whole: it is written into ``DRAFTS`` and then renamed. On hosts that know
    times it has the time of its ``File``.
    """

    def read(self, path: str) -> bytes | None:
        """Return a small file, or nothing where there is none."""

    def write(self, path: str, data: bytes) -> None:
        """Write a small file in the place of whatever is there."""

    def claim(self, path: str, data: bytes) -> bool:
        """Make a small file only where there is none, and say whether that was so: of two at once one succeeds.

        Others may see it empty before they see it whole.
        """

    def release(self, path: str) -> None:
        """Remove what was claimed."""

    def clear(self) -> None:
        """Remove the drafts of a deployment that was cut off."""

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Return which files aren't there as expected: by size and time, with ``deep`` by what they hold."""

    def put(self, folder: Path, files: Mapping[str, File], done: Done) -> None:
        """Send files of ``folder``, in any order, and tell ``done`` of each."""

    def delete(self, paths: Collection[str]) -> None:
        """Remove files that may be gone already, and the folders that this leaves empty."""

    def finish(self) -> None:
        """Make all that was done stand, on hosts where it doesn't at once."""

    def close(self) -> None:
        """Leave; never raises."""


def digest_of(data: bytes) -> str:
    """Return the digest that tells versions of one file apart: 64 bits, since it is kept for each of thousands."""
    return blake2b(data, digest_size=8).hexdigest()


def draft_of(path: str) -> str:
    """Return where this process writes a file before it is renamed to ``path``; no other writes there."""
    return f"{DRAFTS}/{blake2b(path.encode(), digest_size=8).hexdigest()}-{_RUN}"


def folders_of(paths: Iterable[str]) -> list[str]:
    """Return all folders above some files, the deepest first."""
    found: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return sorted(found, key=lambda folder: (-folder.count("/"), folder))


def differs(expected: File, size: int, time: int | None) -> bool:
    """Whether a file on a host isn't the expected one, as far as size and, where the host tells it, time say."""
    return size != expected.size or (time is not None and time != expected.time)
