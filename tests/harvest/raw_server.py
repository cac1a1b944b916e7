"""A server on a raw socket, which may say anything: what no library for servers lets through."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FEED = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>R</title>'
    b"<link>https://r.example/</link>\n"
    b"<item><guid>1</guid><title>Le four \xc3\xa0 pain</title><link>https://r.example/1</link></item>\n"
    b"<item><guid>2</guid><title>La f\xc3\xaate</title><link>https://r.example/2</link></item>\n"
    b"</channel>\n</rss>\n"
)


class RawServer:
    """Answers one request after another with ``answer``, and keeps each as received.

    ``answer`` takes the connection and the request; it returns the bytes to send, or sends them itself.
    """

    def __init__(
        self, answer: Callable[[socket.socket, bytes], bytes | None], listening: socket.socket
    ) -> None:
        self.requests: list[bytes] = []
        self.host = f"127.0.0.1:{listening.getsockname()[1]}"
        self.url = f"http://{self.host}"
        self._answer, self._listening = answer, listening
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection:
                try:
                    request = connection.recv(65_536)
                    self.requests.append(request)
                    if said := self._answer(connection, request):
                        connection.sendall(said)
                except OSError:
                    continue

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [request.split(b" ", 2)[1].decode() for request in self.requests]

    def sent(self, name: str) -> list[str]:
        """Return the value of a header in each request; empty where it is missing."""
        start = f"{name}: ".lower()
        lines = [request.decode().split("\r\n") for request in self.requests]
        return [
            next((line[len(start) :] for line in head if line.lower().startswith(start)), "")
            for head in lines
        ]


@contextmanager
def raw_server(answer: Callable[[socket.socket, bytes], bytes | None]) -> Iterator[RawServer]:
    """Serve on loopback until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield RawServer(answer, listening)
        listening.shutdown(socket.SHUT_RDWR)


def http(body: bytes = FEED, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """Return an answer of HTTP; ``length`` is the number in Content-Length, if any."""
    named = [f"HTTP/1.1 {status}", *headers]
    if length is not None:
        named.append(f"Content-Length: {length}")
    return "\r\n".join([*named, "", ""]).encode("latin-1") + body
