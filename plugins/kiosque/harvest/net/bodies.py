"""The bytes of an answer's body: decompressed by what they are, and told whole from cut. Pure functions.

Some servers compress twice, some don't say that they compress, some say so and don't. So the first bytes of a
body decide. ``Content-Encoding`` (RFC 9110, section 8.4) is needed only for what has no mark of its own:
brotli (RFC 7932) and raw deflate (RFC 1951).
"""

from __future__ import annotations

import contextlib
import re
import sys
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, Protocol

import brotli
import msgspec

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

# The first bytes of gzip (RFC 1952), Zstandard (RFC 8878), and zlib (RFC 1950) with its usual window. The
# fourth header of zlib, “x^”, could start a text.
_MARKS = {
    b"\x1f\x8b\x08": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x78\x01": "deflate",
    b"\x78\x9c": "deflate",
    b"\x78\xda": "deflate",
}
_UNMARKED = frozenset({"br", "deflate"})
_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
# The start of a feed or a page, also in UTF-16. Compressed bytes that start so have control characters too.
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*(?:<\x00?[?!/a-zA-Z]|[{\[])")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]")
_START = 64
_MEDIA_TYPES = ("image/", "audio/", "video/", "font/")
# A body that is compressed twice is a mistake. One that is compressed more often is a bomb.
_MOST_LAYERS = 3
_MOST_MEMBERS = 32
# A gzip member ends with its checksum and its length. If they are wrong, the bytes before them still count.
_TRAILER = 8
# The bytes at the end of a document in which its closing tag is searched.
TAIL = 1000
# In a tail whose white space is single spaces.
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf) ?>(?: ?<!--[^>]*-->)? ?$", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry) ?> ?(?:</[\w.:-]* ?>? ?){0,2}<?$", re.IGNORECASE)
_ERRORS = (zlib.error, brotli.error, ZstdError, EOFError)


class TooLargeError(Exception):
    """A body is larger than its limit, once it is decompressed."""


class CompressionError(ValueError):
    """A body isn't compressed as its server says, and no feed or page as it is."""


class Content(NamedTuple):
    """The bytes of a body without compression; ``is_cut`` if the end of a compressed stream is missing."""

    data: bytes
    is_cut: bool = False


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class _Brotli:
    """Brotli's decompressor, with the methods of those of the standard library."""

    unused_data = b""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._decompressor.is_finished())

    def decompress(self, data: bytes, /, max_length: int) -> bytes:
        return bytes(self._decompressor.process(data, output_buffer_limit=max_length))


_STREAMS: Mapping[str, Callable[[], _Stream]] = {
    "gzip": partial(zlib.decompressobj, 16 + zlib.MAX_WBITS),
    "zlib": partial(zlib.decompressobj, zlib.MAX_WBITS),
    "raw deflate": partial(zlib.decompressobj, -zlib.MAX_WBITS),
    "br": _Brotli,
    "zstd": ZstdDecompressor,
}


def content(data: bytes, encoding: str, content_type: str, size: int) -> Content:
    """Return a body without its compressions.

    ``encoding`` and ``content_type`` are the values of ``Content-Encoding`` and ``Content-Type``. ``size`` is
    the largest result, in bytes.
    Raises TooLargeError if the body is larger, CompressionError if it isn't what ``encoding`` says.
    """
    codings = [name for part in reversed(encoding.split(",")) if (name := part.strip().lower()) in _CODINGS]
    body, decoded = Content(data), 0
    while not _is_markup(body.data) and decoded < _MOST_LAYERS:
        coding = _mark(body.data) or next((name for name in codings if name in _UNMARKED), "")
        if not coding:
            break
        try:
            layer = _decompressed(body.data, coding, size)
        except CompressionError:
            if codings:
                raise
            break
        body, decoded = Content(layer.data, body.is_cut or layer.is_cut), decoded + 1
        codings = [name for name in codings if name != coding]
    if decoded or _is_markup(data) or content_type.startswith(_MEDIA_TYPES):
        return body
    if codings:
        raise CompressionError
    return _guessed(data, size)


def _is_markup(data: bytes) -> bool:
    """Whether bytes are empty, or start as a feed or a page does."""
    return not data or (_MARKUP.match(data[:TAIL]) is not None and not _CONTROL.search(data[:_START]))


def _mark(data: bytes) -> str:
    return next((coding for mark, coding in _MARKS.items() if data.startswith(mark)), "")


def _guessed(data: bytes, size: int) -> Content:
    """Return a body that names no compression and has no mark of one, decompressed if that gives a feed."""
    start = data[:_START]
    if _CONTROL.search(start) or not start.isascii():
        for coding in ("br", "deflate"):
            with contextlib.suppress(CompressionError, TooLargeError):
                body = _decompressed(data, coding, size)
                if body.data and not body.is_cut and _is_markup(body.data):
                    return body
    return Content(data)


def _decompressed(data: bytes, coding: str, size: int) -> Content:
    """Return the content of one compression, as much as there is.

    Raises TooLargeError if it is larger than ``size``, CompressionError if there is none at all.
    """
    if coding == "deflate":
        # RFC 1950, section 2.2. Many programs leave the header of zlib out (RFC 9110, section 8.4.1.2).
        is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        coding = "zlib" if is_zlib else "raw deflate"
    output, rest, stream = bytearray(), data, _STREAMS[coding]()
    try:
        for _member in range(_MOST_MEMBERS):
            body, trailer = rest[:-_TRAILER], rest[-_TRAILER:]
            output += stream.decompress(body, size + 1 - len(output))
            if not stream.eof and len(output) <= size:
                output += stream.decompress(trailer, size + 1 - len(output))
                trailer = b""
            if len(output) > size:
                raise TooLargeError
            rest = stream.unused_data + trailer
            if not stream.eof or _mark(rest) != coding:
                break
            stream = _STREAMS[coding]()
    except _ERRORS:
        if not output:
            raise CompressionError from None
    if not output and not stream.eof:
        raise CompressionError
    return Content(bytes(output), not stream.eof)


def is_whole(data: bytes) -> bool:
    """Whether a feed ends as a feed does, so that nothing of it is missing."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _is_json(data)
    return _ROOT_END.search(_tail(data)) is not None


def has_whole_entries(data: bytes) -> bool:
    """Whether a feed that was cut ends after an entry: only closing tags of the feed itself are missing."""
    return _ENTRY_END.search(_tail(data)) is not None


def _tail(data: bytes) -> bytes:
    """Return the end of a document, also of one in UTF-16, with single spaces."""
    return b" ".join(data[-TAIL:].replace(b"\0", b"").split())


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
