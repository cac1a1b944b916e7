"""Servers that mean harm, or are broken beyond belief: each costs its own visit, and nothing else."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import backports.zstd
import brotli
import pytest
from aiohttp import web

from kiosque.harvest.net import guard
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.net.responses import Body

from .conftest import Server
from .test_fetch import SMALL, failure, get


@contextmanager
def speaking(said: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection after another with a function that may say anything; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _address = listening.accept()
                except OSError:
                    return
                with connection:
                    try:
                        connection.recv(65_536)
                        said(connection)
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_slow_drip_is_left(server: Server) -> None:
    """A server that gives a byte now and then, for ever, is left when the visit's time is over."""

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    server.routes["/feed"] = drip
    assert "did not answer in time" in failure(get(f"{server.url}/feed", limits=Limits(total=0.3)))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n<rss/>",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: x\r\n" % n for n in range(100_000)) + b"\r\n",
        b"HTTP/1.1 999999 \r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
    ids=lambda said: repr(said[:60]),
)
def test_answers_that_are_none(said: bytes) -> None:
    """Whatever isn't HTTP, lies about its length or buries the answer in headers is a failure that says
    so.
    """
    with speaking(lambda connection: connection.sendall(said)) as url:
        assert failure(get(url, limits=Limits(silence=2, total=5, size=1_000_000)))


@pytest.mark.parametrize("compress", [brotli.compress, backports.zstd.compress], ids=["br", "zstd"])
def test_new_compressions_and_their_bombs(server: Server, compress: Callable[[bytes], bytes]) -> None:
    """Brotli and Zstandard are read, and their bombs are left where the content passes the limit."""
    name = "br" if compress is brotli.compress else "zstd"
    fetched = get(server.says("/feed", compress(b"<rss/>"), Content_Encoding=name))
    assert isinstance(fetched, Body)
    assert b"<rss/>" == fetched.data
    bomb = compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "larger than 1 MB" in failure(get(server.says("/bomb", bomb, Content_Encoding=name)))


def test_a_thousand_redirects(server: Server) -> None:
    """A chain of redirects, each to another address, is given up after five."""
    for number in range(1000):
        server.says(f"/{number}", status=301, Location=f"/{number + 1}")
    assert "from one address to another" in failure(get(f"{server.url}/0"))
    assert 6 == len(server.requests)


def test_a_name_that_leads_here_is_refused_at_each_hop(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public server can't send us to a name that resolves to this machine."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    port = server.port
    url = server.says("/feed", status=302, Location=f"http://private.test:{port}/secret")

    async def resolve(_self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        here = "127.0.0.9" if host == "private.test" else host
        return [
            {"hostname": host, "host": here, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", resolve)
    assert "private" in failure(get(url, allow_private=False))
    assert ["/feed"] == [request.path for request in server.requests]


def test_a_certificate_that_nobody_vouches_for() -> None:
    """A server that signs its own certificate isn't believed, and the message says what to do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A key that guards nothing: whoever can read it here may have it.
    context.load_cert_chain(Path(__file__).parents[1] / "data" / "self-signed.pem")

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(10)

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _address = listening.accept()
            try:
                shake_hands(connection)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        message = failure(get(f"https://127.0.0.1:{listening.getsockname()[1]}/feed"))
    assert "certificate can't be trusted" in message


def test_requests_to_one_host_are_spaced(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the starts of two requests to one host lies the pause; who waits for it keeps nobody else
    waiting.
    """
    monkeypatch.setattr("kiosque.harvest.net.fetch.is_loopback", lambda _netloc: False)
    asked: list[float] = []

    async def note(_request: web.Request) -> web.StreamResponse:
        asked.append(time.monotonic())
        return web.Response(body=b"<rss/>")

    server.routes = {f"/{number}": note for number in range(4)}

    async def run() -> None:
        from kiosque.harvest.net.fetch import Fetcher

        limits = Limits(pause=0.1, at_once_each_host=4)
        async with Fetcher(Path(), "Kiosque", allow_private=True, limits=limits) as fetcher:
            await asyncio.gather(*(fetcher.get(f"{server.url}/{number}") for number in range(4)))

    asyncio.run(run())
    # A start may be noted late, never early: the last came no sooner than three pauses after the first was
    # let go.
    assert asked[-1] - asked[0] > 0.2
    assert SMALL.pause < Limits().pause
