"""The connection of one request: the whole answer arrives, even if the length that it names is wrong."""

from __future__ import annotations

import re

from aiohttp.client_proto import ResponseHandler

# The length that a server names, for the reader of the body. aiohttp would stop at it, or fail at it.
NAMED_LENGTH = "X-Kiosque-Named-Length"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEAD = 65_536
# A length that isn't a plain number stays, so that aiohttp refuses the answer.
_LENGTH = re.compile(rb"^Content-Length(?=:[ \t]*\d{1,15}[ \t]*\r?$)", re.IGNORECASE | re.MULTILINE)


class WholeAnswer(ResponseHandler):
    """Receives an answer until its connection ends.

    A connection serves one request, so all that comes belongs to its answer. Programs that count letters
    instead of bytes, or that compress afterwards, name a wrong ``Content-Length`` (RFC 9110, section 8.6).
    The header is given another name, so that aiohttp reads until the end of the connection.
    """

    _head: bytes | None = b""

    def data_received(self, data: bytes) -> None:
        """Pass bytes on to aiohttp, the head of the answer as a whole."""
        if self._head is None:
            super().data_received(data)
            return
        start = max(len(self._head) - 3, 0)
        self._head += data
        if _HEAD_END.search(self._head, start) or len(self._head) > _LONGEST_HEAD:
            self._pass_head_on()

    def eof_received(self) -> None:
        """Pass on a head that never ended."""
        self._pass_head_on()
        super().eof_received()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Pass on a head that never ended."""
        self._pass_head_on()
        super().connection_lost(exc)

    def _pass_head_on(self) -> None:
        received, self._head = self._head, None
        if not received:
            return
        end = _HEAD_END.search(received)
        length = end.start() if end else 0
        head = _LENGTH.sub(NAMED_LENGTH.encode(), received[:length])
        super().data_received(head + received[length:])
