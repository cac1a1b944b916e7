"""A small web server on loopback, and messages in English."""

from __future__ import annotations

import asyncio
import gettext
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Self

import pytest
from aiohttp import web

from kiosque import i18n

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A real server in a thread of its own; ``routes`` are its answers by path, ``requests`` what was asked.

    A handler that never answers waits for ``closing``.
    """

    closing: asyncio.Event

    def __init__(self) -> None:
        self.routes: dict[str, Handler] = {}
        self.requests: list[web.BaseRequest] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Answer a path always in the same way, and return its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def handler(_request: web.Request) -> web.StreamResponse:
            return web.Response(body=data, status=status, headers=named)

        self.routes[path] = handler
        return self.url + path

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.routes.get(request.path)
        return await handler(request) if handler else web.Response(status=404)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self.closing = asyncio.Event()
        runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._ready.set()
        await self.closing.wait()
        await runner.cleanup()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self.closing.set)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server for one test."""
    with Server() as running:
        yield running


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read messages as they stand in the code, whatever other tests have chosen."""
    monkeypatch.setattr(i18n, "_current", gettext.NullTranslations())
