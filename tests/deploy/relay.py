"""A relay on loopback that stands before a server, counts what goes through, and can cut it off at any byte."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

NEAR, FAR = "127.0.0.1", "127.0.0.2"
# How long a busy machine may take to start a server, or to end a connection, in seconds.
_PATIENCE = 20.0
# How a socket closes: the other side is told that it was the end, or is reset.
_GENTLY, _ABRUPTLY = struct.pack("ii", 0, 0), struct.pack("ii", 1, 0)


class Cutter:
    """Relays ports of NEAR to the same ports of FAR, where a server listens; one thread does it all.

    It takes the ports before the server starts, so that no other program has them meanwhile. ``passed`` are the bytes of
    all connections, in both ways together, since ``cut_after``. ``faults`` is what went wrong without anyone's asking.
    """

    def __init__(self, ports: int = 1) -> None:
        """Listen on so many ports."""
        self._listeners = [socket.create_server((NEAR, 0)) for _port in range(ports)]
        self.ports: list[int] = [listener.getsockname()[1] for listener in self._listeners]
        self.passed = 0
        self.faults: list[str] = []
        self._limit: int | None = None
        self._is_cut = False
        self._relays: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        for listener in self._listeners:
            listener.setblocking(False)
            self._loop.add_reader(listener, self._accept, listener)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def cut_after(self, limit: int | None) -> None:
        """Count anew, once what was there is over; after so many bytes all is cut, and stays so until called again."""
        self._wait_for(self._begin(limit))

    def close(self) -> None:
        """Cut what is still there and stop."""
        self._wait_for(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(3 * _PATIENCE)

    async def _begin(self, limit: int | None) -> None:
        if self._relays:
            _over, left = await asyncio.wait(self._relays, timeout=_PATIENCE)
            if left:
                self.faults.append(f"{len(left)} connections outlived their deployment")
                await _cancelled(left)
        self.passed, self._limit, self._is_cut = 0, limit, False

    async def _end(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener)
            listener.close()
        await _cancelled(self._relays)

    def _accept(self, listener: socket.socket) -> None:
        """Take whoever comes; whatever happens to one is nothing to the others."""
        try:
            client, _address = listener.accept()
        except OSError as error:
            # The listener is asked again at once, perhaps in vain many times.
            if (fault := f"somebody could not be let in: {error!r}") not in self.faults:
                self.faults.append(fault)
            return
        pair = (client, socket.socket())
        for one in pair:
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
        relay = self._loop.create_task(self._relay(*pair))
        self._relays.add(relay)
        relay.add_done_callback(lambda _relay: self._over(relay, pair))

    def _over(self, relay: asyncio.Task[None], pair: tuple[socket.socket, socket.socket]) -> None:
        self._relays.discard(relay)
        for one in pair:
            one.close()

    async def _relay(self, client: socket.socket, server: socket.socket) -> None:
        """Relay one connection in both ways, to its end or to its cut."""
        if self._is_cut:
            return
        port = client.getsockname()[1]
        try:
            await self._connect(server, port)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(client, server))
                both.create_task(self._pump(server, client))
            for one in (client, server):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _GENTLY)
        except* ConnectionError:
            # Clients and servers may leave without a word, too.
            pass
        except* Exception as error:
            self.faults.append(f"a connection to port {port} failed: {error.exceptions!r}")

    async def _connect(self, server: socket.socket, port: int) -> None:
        """Connect to the server; it may not have started yet."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                with suppress(ConnectionError):
                    return await self._loop.sock_connect(server, (FAR, port))
                await asyncio.sleep(0.02)

    async def _pump(self, come: socket.socket, go: socket.socket) -> None:
        """Carry what comes, up to the cut or the end, which is told."""
        while data := await self._loop.sock_recv(come, 1 << 16):
            # Acknowledged at once: OpenSSH lets small packets wait for that, up to 40 ms for each.
            come.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            passing = data if self._limit is None else data[: self._limit - self.passed]
            self.passed += len(passing)
            await self._loop.sock_sendall(go, passing)
            if len(passing) < len(data):
                self._cut()
                return
        with suppress(OSError):
            go.shutdown(socket.SHUT_WR)

    def _cut(self) -> None:
        self._is_cut = True
        for relay in self._relays:
            relay.cancel()


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
