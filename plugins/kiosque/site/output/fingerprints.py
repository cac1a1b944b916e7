"""Fingerprints of outputs: digests of their ingredients, which show whether one has to be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from kiosque.site.output.wanted import Copy, Generated, Output, Page, Shared


class Renderer(Protocol):
    """The theme, as far as the publisher needs it."""

    def digest(self, template: str) -> bytes:
        """Return a digest that changes with everything that could change what the template renders."""

    def render(self, template: str, values: Mapping[str, object]) -> bytes:
        """Return the page that a template makes of some values."""


class Fingerprints:
    """Makes the fingerprints of one build. A record that many pages show is encoded once."""

    def __init__(self, renderer: Renderer) -> None:
        """Use the digests of the templates that ``renderer`` has."""
        self._renderer = renderer
        self._encode = msgspec.msgpack.Encoder().encode
        # The digests of shared records, by the ``id`` of the object, which lives as long as the build.
        self._shared: dict[int, bytes] = {}

    def of(self, output: Output) -> bytes:
        """Return the fingerprint of an output. Raises OSError for an unreadable file, or TemplateError."""
        if isinstance(output, Page):
            ingredients = [self._renderer.digest(output.template), self._encode(output.values)]
            for name, records in output.shared.items():
                ingredients.append(b"%b %d" % (name.encode(), len(records)))
                ingredients += self._digests(records)
            return _digest(b"".join(ingredients))
        if isinstance(output, Copy):
            return _digest(_file_state(output).encode())
        return _digest(output.key.encode() if isinstance(output, Generated) else output.data)

    def _digests(self, records: Sequence[Shared]) -> Iterable[bytes]:
        known = self._shared
        # Lists name each record many times. ``map`` looks 100,000 of them up without a loop in Python.
        if None in map(known.get, map(id, records)):
            for record in records:
                if id(record) not in known:
                    known[id(record)] = _digest(self._encode(record))
        return map(known.__getitem__, map(id, records))


def _file_state(copy: Copy) -> str:
    """Return the name, size and time of the file to be copied, or its name alone where that is enough."""
    if copy.checksum:
        return str(copy.origin)
    state = Path(copy.origin).stat()
    return f"{copy.origin} {state.st_size} {state.st_mtime_ns}"


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
