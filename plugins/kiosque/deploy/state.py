"""Kiosque's notes on a host: the manifest of its files, the files that are about to change, and the lock.

Each deployment replaces ``manifest.json.gz`` at its end. It writes ``pending.json.gz`` before its first
change and removes it at its end. Where ``pending.json.gz`` exists, the last deployment was cut off: the files
that it names belong to the hub, and each may be the old version or the new one.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from kiosque.deploy.host import OWN_FOLDER, File, Host
from kiosque.model import Record

T = TypeVar("T")

MANIFEST = f"{OWN_FOLDER}/manifest.json.gz"
PENDING = f"{OWN_FOLDER}/pending.json.gz"
LOCK = f"{OWN_FOLDER}/lock"
# Makes Apache refuse requests for the folder. Other servers need this in their configuration.
REFUSAL = f"{OWN_FOLDER}/.htaccess"
_REFUSED = b"Require all denied\n"
_FORMAT = 1
# Paths that lead out of the folder, and paths that Kiosque never sends. Others may write on a host, and a
# deployment removes files that its notes name: such a path could have it remove files of others.
_FOREIGN = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f]")
# The largest unpacked size in bytes: a manifest of 100,000 files has 10 MB. A larger file on the host would
# fill memory.
_LARGEST = 200_000_000


class Manifest(msgspec.Struct, frozen=True):
    """The files of the last deployment, and those of the look before it, which stay until the next one."""

    format: int = _FORMAT
    files: dict[str, File] = {}
    previous: dict[str, File] = {}


class Lock(Record, frozen=True):
    """The lock of the deployment that runs.

    ``token`` belongs to its hub's folder. ``owner`` names a person and a machine. ``seen`` is the last sign
    of life.
    """

    token: str
    owner: str
    target: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class HostState:
    """The notes of a host.

    ``had_manifest`` is false for a host that is new, or whose manifest can't be read.
    """

    manifest: Manifest
    pending: Mapping[str, File]
    had_manifest: bool

    @property
    def was_cut(self) -> bool:
        """Whether the last deployment was cut off."""
        return bool(self.pending)

    def owned(self) -> set[str]:
        """Return the paths of all files that belong to the hub."""
        return {*self.manifest.files, *self.manifest.previous, *self.pending}

    def trusted(self) -> dict[str, File]:
        """Return the files that should be on the host, with the size, time and digest that each should have.

        Pending files count where their path was new: if such a file exists, it is whole. A pending file that
        replaces another doesn't count: the host may still have the old version, which may have the same size.
        """
        before = {**self.manifest.previous, **self.manifest.files}
        new = {path: file for path, file in self.pending.items() if path not in before}
        return {**new, **{path: file for path, file in before.items() if path not in self.pending}}


def load(host: Host) -> HostState:
    """Return the notes of a host.

    Where the note of pending files can't be read, every file of the manifest counts as pending.
    """
    manifest = unpack(host.read(MANIFEST), Manifest)
    if manifest and (
        manifest.format != _FORMAT or not _are_paths_of_hub((*manifest.files, *manifest.previous))
    ):
        manifest = None
    known_manifest = manifest or Manifest()
    pending_note = host.read(PENDING)
    pending = unpack(pending_note, dict[str, File])
    if pending_note is not None and (pending is None or not _are_paths_of_hub(pending)):
        pending = {**known_manifest.previous, **known_manifest.files}
    return HostState(manifest=known_manifest, pending=pending or {}, had_manifest=manifest is not None)


def begin(host: Host, host_state: HostState, sent: Mapping[str, File]) -> None:
    """Note on the host which files are about to be sent, beside those of a deployment that was cut off."""
    host.write(PENDING, pack({**host_state.pending, **sent}))
    if not host_state.had_manifest:
        host.write(REFUSAL, _REFUSED)


def end(host: Host, manifest: Manifest) -> int:
    """Replace the manifest and remove the note of pending files; return the size of the manifest in bytes."""
    data = pack(manifest)
    host.write(MANIFEST, data)
    host.delete([PENDING])
    return len(data)


def read_lock(host: Host) -> Lock | None:
    """Return the lock of a host; ``None`` where there is none or the file can't be read."""
    try:
        return msgspec.json.decode(host.read(LOCK) or b"", type=Lock)
    except ValueError:
        return None


def _are_paths_of_hub(paths: Iterable[str]) -> bool:
    return not any(map(_FOREIGN.search, paths))


def pack(content: object) -> bytes:
    """Return a note as it lies on a host: JSON, compressed by gzip."""
    # Without a time the same content gives the same bytes.
    return gzip.compress(msgspec.json.encode(content), 9, mtime=0)


def unpack(data: bytes | None, type_: type[T]) -> T | None:
    """Return the packed content; ``None`` where there is none or others have written something else there."""
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(data or b"", _LARGEST)
        return msgspec.json.decode(unpacked, type=type_)
    except (zlib.error, ValueError):
        # Text that isn't UTF-8 is a value error, and so are the errors of msgspec.
        return None
