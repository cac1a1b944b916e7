"""What is kept on the host: which files are ours and as what they were sent, and who is deploying.

``manifest.json.gz`` is replaced at the end of each deployment. ``pending.json.gz`` is written before anything is touched and
removed at the end: where it is there, the last deployment was cut off, and what it names is ours but may be old or new.
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

from kiosque.deploy.host import OWN, File, Host
from kiosque.model import Record

T = TypeVar("T")

MANIFEST = f"{OWN}/manifest.json.gz"
PENDING = f"{OWN}/pending.json.gz"
LOCK = f"{OWN}/lock"
# Apache refuses the folder by it; other hosts have that in their configuration.
REFUSAL = f"{OWN}/.htaccess"
_REFUSED = b"Require all denied\n"
_FORMAT = 1
# What leads out of the folder, or is no path that was ever sent: others may write on a host, and what is named is removed.
_NOT_OURS = re.compile(r"(?:^|/)\.{0,2}(?:/|$)|[\x00-\x1f\x7f]")
# No more than this is unpacked: a manifest of 100,000 files has 10 MB.
_LARGEST = 200_000_000


class Manifest(msgspec.Struct, frozen=True):
    """The files of the last deployment, and those of the look before it, which stay for one deployment more."""

    format: int = _FORMAT
    files: dict[str, File] = {}
    previous: dict[str, File] = {}


class Lock(Record, frozen=True):
    """Who is deploying what: a token that no other hub's folder has, words for people, and the last sign of life."""

    token: str
    owner: str
    target: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a host. ``had_manifest`` is false where nothing was deployed to it, or what was is unknown."""

    manifest: Manifest
    pending: Mapping[str, File]
    had_manifest: bool

    @property
    def was_cut(self) -> bool:
        """Whether the last deployment didn't reach its end."""
        return bool(self.pending)

    def owned(self) -> set[str]:
        """Return all that is ours on the host."""
        return {*self.manifest.files, *self.manifest.previous, *self.pending}

    def trusted(self) -> dict[str, File]:
        """Return what should be on the host.

        What was about to be sent when a deployment was cut off counts where it was new: if it is there, it is whole. What
        it was to replace may still be the old one, which may have the same size.
        """
        before = {**self.manifest.previous, **self.manifest.files}
        new = {path: file for path, file in self.pending.items() if path not in before}
        return {**new, **{path: file for path, file in before.items() if path not in self.pending}}


def load(host: Host) -> Known:
    """Return what is known of a host. Where a note of what was pending can't be understood, all of it may have been."""
    manifest = _unpack(host.read(MANIFEST), Manifest)
    if manifest and (manifest.format != _FORMAT or not _are_ours((*manifest.files, *manifest.previous))):
        manifest = None
    known = manifest or Manifest()
    noted = host.read(PENDING)
    pending = _unpack(noted, dict[str, File])
    if noted is not None and (pending is None or not _are_ours(pending)):
        pending = {**known.previous, **known.files}
    return Known(manifest=known, pending=pending or {}, had_manifest=manifest is not None)


def begin(host: Host, known: Known, sent: Mapping[str, File]) -> None:
    """Note what is about to be sent, beside what a cut deployment left so."""
    host.write(PENDING, _pack({**known.pending, **sent}))
    if not known.had_manifest:
        host.write(REFUSAL, _REFUSED)


def end(host: Host, manifest: Manifest) -> int:
    """Note that all has been sent; return the bytes of the manifest."""
    data = _pack(manifest)
    host.write(MANIFEST, data)
    host.delete([PENDING])
    return len(data)


def read_lock(host: Host) -> Lock | None:
    """Return who holds a host; nothing where nobody does, or the file can't be understood."""
    try:
        return msgspec.json.decode(host.read(LOCK) or b"", type=Lock)
    except msgspec.MsgspecError:
        return None


def _are_ours(paths: Iterable[str]) -> bool:
    return not any(map(_NOT_OURS.search, paths))


def _pack(what: object) -> bytes:
    # The same content has the same bytes: no time in it.
    return gzip.compress(msgspec.json.encode(what), 9, mtime=0)


def _unpack(data: bytes | None, type_: type[T]) -> T | None:
    """Return what was packed; nothing where there is nothing, or something else: the host is not ours alone."""
    try:
        unpacked = zlib.decompressobj(wbits=31).decompress(data or b"", _LARGEST)
        return msgspec.json.decode(unpacked, type=type_)
    except (zlib.error, msgspec.MsgspecError):
        return None
