"""Compressed copies of texts, beside them: ``index.html.br``, ``index.html.gz``.

Servers that can send them spare the work at each request, and what is compressed once may be compressed well.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.output import publisher
from kiosque.site.output.publisher import Published, PublishedFile
from kiosque.site.output.wanted import Generated

# The manifest of its own that the publisher keeps of them.
SHARE = "compressed"
# So few make a share of a child's work: each takes as long as rendering some pages.
CHUNK = 8
# Less than this, in bytes, fits into one packet, compressed or not.
_LEAST = 1024
# Of brotli's eleven levels the best takes fifty times as long as this one, for a tenth less.
_QUALITY = 9


def _brotli(data: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - few builds compress, and all would wait for it

    # A window as large as the text: the usual one of 4 MB costs more to lay out than most texts to compress.
    window = min(max(len(data).bit_length(), 16), 22)
    return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=_QUALITY, lgwin=window))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


_COPIES: Mapping[str, Callable[[bytes], bytes]] = {".br": _brotli, ".gz": _gzip}


def copies(output: Path, files: Mapping[str, PublishedFile], textual: tuple[str, ...]) -> Iterator[Generated]:
    """Yield the copies of all files of which it is worth it, named by what they are made of.

    ``textual`` are the ends of the names of texts. What has a point before its name is for servers, not for readers.
    """
    for path, written in files.items():
        if written.size >= _LEAST and path.endswith(textual) and not path.startswith("."):
            for suffix, compress in _COPIES.items():
                key = f"{_QUALITY} {written.digest.hex()}"
                yield Generated(path + suffix, key, partial(_compressed, output / path, compress))


def drop_stale(published: Published, settings: HubSettings) -> None:
    """Remove the copies of what a build that isn't for the public has changed: the next one that is makes them again."""
    touched = [*published.written, *published.removed]
    if not touched or not publisher.manifest(settings.output, settings.cache, SHARE).is_file():
        return
    for path in touched:
        for suffix in _COPIES:
            (settings.output / f"{path}{suffix}").unlink(missing_ok=True)


def _compressed(file: Path, compress: Callable[[bytes], bytes]) -> bytes:
    return compress(file.read_bytes())
