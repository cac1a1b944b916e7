"""What a build for the public does besides: configuration for hosts, and compressed copies of what is text.

Copies lie beside their files (``index.html.br``, ``index.html.gz``): servers that can send them spare the work, and what is
compressed once may be compressed well.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import brotli

from kiosque import takedowns
from kiosque.model import Problem
from kiosque.settings import HubSettings
from kiosque.site import hosting, publisher
from kiosque.site.hosting.rules import TEXTUAL
from kiosque.site.hub import Hub
from kiosque.site.output import Made, Wanted
from kiosque.site.publisher import Published, Written
from kiosque.site.theme import Theme

_SHARE = "compressed"
# Less than this fits into one packet, compressed or not.
_LEAST = 1024
_CHUNK = 8


def _brotli(data: bytes) -> bytes:
    # A window as large as the text: the usual one of 4 MB costs more to lay out than most texts to compress.
    window = min(max(len(data).bit_length(), 16), 22)
    return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=_QUALITY, lgwin=window))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


# Of brotli's eleven levels the best takes fifty times as long as this one, for a tenth less.
_QUALITY = 9
_COPIES: Mapping[str, Callable[[bytes], bytes]] = {".br": _brotli, ".gz": _gzip}


class Hosted:
    """What hosts need of one build."""

    def __init__(self, hub: Hub, theme: Theme) -> None:
        """Note nothing yet."""
        self._hub = hub
        self._theme = theme
        self._noted = hosting.Noted()
        self._rules = hosting.Rules(hub.site)

    def wanted(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Pass the whole site on, then what hosts read in its folder."""
        yield from self._noted.passing(outputs)
        settings = self._hub.settings
        # What is wrong with them, gathering has said.
        down, _problems = takedowns.load(settings.root, settings.zone, settings.site.url)
        self._rules = hosting.rules(self._hub, down, self._noted)
        yield from hosting.inside(self._rules, self._noted)

    def finish(self, published: Published) -> list[Problem]:
        """Write what servers include, and compress what differs, once the site is there; return what went wrong."""
        settings = self._hub.settings
        beside = publisher.publish(
            lambda _standing: hosting.beside(self._rules),
            settings.root / hosting.FOLDER,
            settings.cache,
            self._theme,
        )
        copies = publisher.publish(
            lambda _standing: _copies(settings.output, published.files),
            settings.output,
            settings.cache,
            self._theme,
            share=_SHARE,
            chunk=_CHUNK,
        )
        return [*beside.problems, *copies.problems]


def drop_stale_copies(published: Published, settings: HubSettings) -> None:
    """Remove the copies of what a build that isn't for the public has changed: the next one that is makes them again."""
    touched = [*published.written, *published.removed]
    if not touched or not publisher.manifest(settings.output, settings.cache, _SHARE).is_file():
        return
    for path in touched:
        for suffix in _COPIES:
            (settings.output / f"{path}{suffix}").unlink(missing_ok=True)


def _copies(output: Path, files: Mapping[str, Written]) -> Iterator[Made]:
    """Yield the copies of all text that is worth it, named by what they are made of."""
    for path, written in files.items():
        # What has a point before its name is for servers, not for readers.
        if written.size >= _LEAST and path.endswith(TEXTUAL) and not path.startswith("."):
            for suffix, compress in _COPIES.items():
                key = f"{_QUALITY} {written.digest.hex()}"
                yield Made(path + suffix, key, partial(_compressed, output / path, compress))


def _compressed(file: Path, compress: Callable[[bytes], bytes]) -> bytes:
    return compress(file.read_bytes())
