"""The protocol that every kind of host follows, its file record and its errors."""

from __future__ import annotations

import posixpath
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import msgspec

from kiosque.model import KiosqueError

# Kiosque's own folder on a host. Readers of the site have no need of it.
OWN_FOLDER = ".kiosque"
DRAFTS = f"{OWN_FOLDER}/drafts"
_RUN = secrets.token_hex(4)
OnSent = Callable[[str], None]


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: its bytes, its time in whole seconds since 1970, and a digest of its content."""

    size: int
    time: int
    digest: str

    def has_content_of(self, other: File) -> bool:
        """Whether both files have the same content."""
        return self.size == other.size and self.digest == other.digest


class HostError(KiosqueError):
    """A host can't be reached, refuses a request or is full. The text says what to do."""


class Host(Protocol):
    """A place that takes files. Paths start at its folder and use slashes. Every method may raise HostError.

    A file appears under its name whole and at once: it is written into ``DRAFTS`` and then renamed. It gets
    the time of its ``File`` on hosts that can set times.
    """

    def read(self, path: str) -> bytes | None:
        """Return the content of a small file, or ``None`` where there is no such file."""

    def write(self, path: str, data: bytes) -> None:
        """Write a small file; replace the file that has its name."""

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file and return true; return false where there is one already.

        Of two calls at the same time only one returns true. Others may see the file empty before they see its
        content.
        """

    def release(self, path: str) -> None:
        """Remove a claimed file."""

    def clear(self) -> None:
        """Remove the drafts of a deployment that was cut off."""

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Return the paths of files that are missing, or differ in size or time.

        With ``deep`` also in content.
        """

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files of ``folder`` in any order; call ``on_sent`` with the path of each."""

    def delete(self, paths: Collection[str]) -> None:
        """Remove files in any order, which may be missing already, and the folders that this leaves empty."""

    def finish(self) -> None:
        """Put all changes online, on hosts where they are not online at once."""

    def close(self) -> None:
        """Close the connection; never raises."""


def digest_of(data: bytes) -> str:
    """Return the digest of a file's content, as 16 hexadecimal digits.

    64 bits tell versions of one file apart. More would make the manifest of 100,000 files larger.
    """
    return blake2b(data, digest_size=8).hexdigest()


def draft_of(path: str) -> str:
    """Return the path of the draft that is later renamed to ``path``; each process has its own."""
    return f"{DRAFTS}/{blake2b(path.encode(), digest_size=8).hexdigest()}-{_RUN}"


def folders_of(paths: Iterable[str]) -> list[str]:
    """Return all folders above some files, the deepest first."""
    folders: set[str] = set()
    for path in paths:
        folder = posixpath.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    return sorted(folders, key=lambda folder: (-folder.count("/"), folder))


def differs(expected: File, size: int, time: int | None) -> bool:
    """Whether size or time of a file on a host differ from the expected file.

    ``None`` where the host tells no time.
    """
    return size != expected.size or (time is not None and time != expected.time)
