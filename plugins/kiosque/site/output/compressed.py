"""Compressed copies of text files, beside them: ``index.html.br`` and ``index.html.gz``.

Servers that send these copies don't have to compress at each request, and get a better compression.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from kiosque.settings.pelicanconf import HubSettings
from kiosque.site.output.manifest import PublishedFile, manifest_file
from kiosque.site.output.publisher import Published
from kiosque.site.output.wanted import Generated

logger = logging.getLogger(__name__)

# The share of the output folder that the copies are: the publisher keeps a manifest of its own for it.
SHARE = "compressed"
# The number of copies that a child makes at a time. Few, since a copy takes as long as rendering several
# pages.
CHUNK = 8
# A smaller file, in bytes, fits into one network packet whether compressed or not.
_SMALLEST = 1024
# The best of brotli's levels, 11, takes fifty times as long as this one and saves a tenth.
_QUALITY = 9


def _brotli(data: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - only public builds compress, and loading takes time

    # A window of the size of the text. To prepare the usual window of 4 MB takes longer than to compress most
    # texts.
    window = min(max(len(data).bit_length(), 16), 22)
    return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=_QUALITY, lgwin=window))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


_COMPRESSORS: Mapping[str, Callable[[bytes], bytes]] = {".br": _brotli, ".gz": _gzip}


def copies(
    output: Path, files: Mapping[str, PublishedFile], text_suffixes: tuple[str, ...]
) -> Iterator[Generated]:
    """Yield the copies of all text files that are large enough.

    ``text_suffixes`` are the suffixes of text files. Files whose path begins with a point get no copies: they
    are for servers, not for readers.
    """
    for path, file in files.items():
        if file.size >= _SMALLEST and path.endswith(text_suffixes) and not path.startswith("."):
            for suffix, compress in _COMPRESSORS.items():
                key = f"{_QUALITY} {file.digest.hex()}"
                yield Generated(path + suffix, key, partial(_compressed, output / path, compress))


def drop_stale(published: Published, settings: HubSettings) -> None:
    """Remove the copies of files that a private build has changed; the next public build makes them again."""
    touched = [*published.written, *published.removed]
    if not touched or not manifest_file(settings.output, settings.cache, SHARE).is_file():
        return
    logger.debug("removing the compressed copies of %d changed files", len(touched))
    for path in touched:
        for suffix in _COMPRESSORS:
            (settings.output / f"{path}{suffix}").unlink(missing_ok=True)


def _compressed(file: Path, compress: Callable[[bytes], bytes]) -> bytes:
    return compress(file.read_bytes())
