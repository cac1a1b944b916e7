"""The manifest of an output folder: what the publisher wrote there, kept in the cache from build to build."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import msgspec

from kiosque.cache_files import load_cache, save_cache

logger = logging.getLogger(__name__)

_FORMAT = 1


class PublishedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file that the publisher wrote: a fingerprint of its ingredients, and its state on the disk.

    ``size`` is in bytes, ``modified`` in nanoseconds as the file system counts them. ``digest`` is the
    SHA-256 of the bytes. An empty ``fingerprint`` says that the publisher was about to write the file: the
    file then belongs to the publisher, but its content can't be trusted.
    """

    fingerprint: bytes
    size: int = -1
    modified: int = -1
    digest: bytes = b""


class Manifest(msgspec.Struct, frozen=True):
    """The files of an output folder that the publisher wrote, by their paths below the folder."""

    format: int
    files: dict[str, PublishedFile]


def manifest_file(folder: Path, cache: Path, share: str = "") -> Path:
    """Return the file in the cache that holds the manifest of a folder, or of a share of it."""
    key = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    return cache / "manifests" / f"{key}{share and '-'}{share}.msgpack"


def load_manifest(file: Path) -> dict[str, PublishedFile] | None:
    """Return the files of a manifest; ``None`` where it is missing, damaged or of another format."""
    manifest: Manifest | None = load_cache(file, Manifest)
    return manifest.files if manifest and manifest.format == _FORMAT else None


def save_manifest(file: Path, files: dict[str, PublishedFile]) -> None:
    """Write a manifest. Raises OutputError where the cache can't be written."""
    save_cache(file, Manifest(_FORMAT, files))
