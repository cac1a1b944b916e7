"""A server of feeds on loopback, slow as the network is: ``python feedserver.py FOLDER COUNT``.

Feed n lies at an address of its own (``feeds.host``), all on one port, which is printed as soon as all are
listening. Each answer takes 50 ms. ``http://127.0.0.1:PORT/control/MODE`` says how to answer from then on,
and returns as JSON how often each status was answered since it was last asked:

- ``fresh``: 200, always, with ETag and Last-Modified.
- ``304``: the same, but 304 to whoever sends one of them back as received.
- ``same``: 200, always, with neither.
- ``news``: as ``304``; one feed in ten has an entry more.

Whatever else is asked for isn't there: 404, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import sys
from collections import Counter
from email.utils import formatdate
from pathlib import Path

from aiohttp import web
from feeds import host

LATENCY = 0.05
MODES = ("fresh", "304", "same", "news")
_TYPES = {"feed.xml": "application/xml", "feed.json": "application/feed+json"}


class FeedServer:
    """Answers with the feeds of ``folder``, written by ``feeds.write``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mode = MODES[0]
        self._answered: Counter[int] = Counter()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer one request: of the one who measures, or of the one who is measured."""
        if request.path.startswith("/control/"):
            return self._control(request.path.removeprefix("/control/"))
        response = await self._feed(request)
        self._answered[response.status] += 1
        return response

    def _control(self, mode: str) -> web.Response:
        if mode not in MODES:
            return web.Response(status=404)
        answered, self._mode = self._answered, mode
        self._answered = Counter()
        return web.json_response(answered)

    async def _feed(self, request: web.BaseRequest) -> web.Response:
        path = self._path(request.url.host or "", request.path_qs.removeprefix("/"))
        if not path:
            return web.Response(status=404)
        await asyncio.sleep(LATENCY)
        about = path.stat()
        validators = {
            "ETag": f'"{about.st_mtime_ns:x}-{about.st_size:x}"',
            "Last-Modified": formatdate(about.st_mtime, usegmt=True),
        }
        if self._mode in {"304", "news"} and _is_known(request, validators):
            return web.Response(status=304, headers=validators)
        named = {"Content-Type": _TYPES[path.name]} | (validators if self._mode != "same" else {})
        return web.Response(body=path.read_bytes(), headers=named)

    def _path(self, server: str, name: str) -> Path | None:
        if name not in _TYPES:
            return None
        news, now = (self._folder / kind / server / name for kind in ("news", "now"))
        return next(
            (path for path in (news, now) if (path is now or self._mode == "news") and path.is_file()), None
        )


def _is_known(request: web.BaseRequest, validators: dict[str, str]) -> bool:
    """Whether the one who asks has this answer already; the date counts only where no tag is given (RFC
    9110).
    """
    if tag := request.headers.get("If-None-Match"):
        return tag == validators["ETag"]
    return request.headers.get("If-Modified-Since") == validators["Last-Modified"]


async def serve(folder: Path, count: int) -> None:
    """Listen at all addresses, print the port, and answer until stopped."""
    loop = asyncio.get_running_loop()
    server = web.Server(FeedServer(folder).answer)
    control = await loop.create_server(server, "127.0.0.1", 0)
    port = control.sockets[0].getsockname()[1]
    hosts = [host(number) for number in range(count)]
    await loop.create_server(server, hosts, port, family=socket.AF_INET, backlog=16)
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    # A socket that listens for each feed, and one for each that is asked.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
