"""All media of a soak on loopback, each on a host of its own, at a simulated hour."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from aiohttp import web
from benchmarks.feeds import host
from benchmarks.soaking import healthy, hostile


class MediaServer:
    """Serves healthy media first, then hostile ones, from a thread. ``now`` is the hour of all feeds.

    Requests for 127.0.0.1, which stands for a private network, are counted in ``private``.
    """

    def __init__(
        self, media: Sequence[healthy.Medium], attacks: Sequence[hostile.Attack], now: datetime
    ) -> None:
        self._media, self._attacks, self.now = media, attacks, now
        self.port, self.private = 0, 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._serve()), daemon=True
        )

    def base(self, number: int) -> str:
        """Return the address of a source's server."""
        return f"http://{host(number)}:{self.port}"

    def __enter__(self) -> Self:
        for attack in self._attacks:
            attack.prepare()
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    async def _serve(self) -> None:
        server = web.Server(self._answer)
        private = await self._loop.create_server(server, "127.0.0.1", 0)
        self.port = private.sockets[0].getsockname()[1]
        hosts = [host(number) for number in range(len(self._media) + len(self._attacks))]
        await self._loop.create_server(server, hosts, self.port, family=socket.AF_INET, backlog=16)
        self._numbers = {name: number for number, name in enumerate(hosts)}
        self._ready.set()
        await self._closing.wait()
        await server.shutdown(0)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport
        number = self._numbers.get(request.transport.get_extra_info("sockname")[0])
        if number is None:
            self.private += 1
            return web.Response(status=200, text="secret")
        if number < len(self._media):
            return self._healthy(self._media[number], request)
        response = await self._attacks[number - len(self._media)].answer(request)
        if not response.prepared and "Location" in response.headers:
            response.headers["Location"] = response.headers["Location"].replace("{port}", str(self.port))
        return response

    def _healthy(self, medium: healthy.Medium, request: web.BaseRequest) -> web.Response:
        if request.path.endswith(".jpg"):
            return web.Response(body=healthy.picture(request.path[1:]), content_type="image/jpeg")
        if request.path != "/feed":
            return web.Response(status=404)
        body = medium.feed(self.now, self.base(medium.number))
        if medium.number % 2:
            return web.Response(body=body)
        tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, headers={"ETag": tag})
