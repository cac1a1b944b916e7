"""A relay on loopback in front of a server: it counts the bytes and can cut all connections at any byte."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import patience

T = TypeVar("T")

NEAR, FAR = "127.0.0.1", "127.0.0.2"
# The two ways to close a socket (SO_LINGER): with an orderly end, or with a reset.
_GENTLY, _ABRUPTLY = struct.pack("ii", 0, 0), struct.pack("ii", 1, 0)


class Cutter:
    """Relays ports of NEAR to the same ports of FAR, where a server listens, in one thread.

    It takes the ports before the server starts, so that no other program can take them. ``passed`` is the
    number of bytes of all connections, in both directions, since ``cut_after``. ``faults`` are the errors
    that no test asked for.
    """

    def __init__(self, ports: int = 1) -> None:
        """Listen on a number of ports."""
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
        """Wait for the end of all connections and count from zero; cut all connections after ``limit`` bytes.

        New connections are cut at once, until this is called again.
        """
        self._wait_for(self._begin(limit))

    def close(self) -> None:
        """Cut the remaining connections and stop."""
        self._wait_for(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(3 * patience.SECONDS)

    async def _begin(self, limit: int | None) -> None:
        if self._relays:
            _done, remaining = await asyncio.wait(self._relays, timeout=patience.SECONDS)
            if remaining:
                self.faults.append(f"{len(remaining)} connections outlived their deployment")
                await _cancelled(remaining)
        self.passed, self._limit, self._is_cut = 0, limit, False

    async def _end(self) -> None:
        for listener in self._listeners:
            self._loop.remove_reader(listener)
            listener.close()
        await _cancelled(self._relays)

    def _accept(self, listener: socket.socket) -> None:
        """Accept a connection; an error of this connection has no effect on the others."""
        try:
            client, _address = listener.accept()
        except OSError as error:
            # The loop calls again at once, perhaps many times: the error is noted once.
            if (fault := f"somebody could not be let in: {error!r}") not in self.faults:
                self.faults.append(fault)
            return
        pair = (client, socket.socket())
        for end in pair:
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
        relay = self._loop.create_task(self._relay(*pair))
        self._relays.add(relay)
        relay.add_done_callback(lambda _relay: self._forget(relay, pair))

    def _forget(self, relay: asyncio.Task[None], pair: tuple[socket.socket, socket.socket]) -> None:
        self._relays.discard(relay)
        for end in pair:
            end.close()

    async def _relay(self, client: socket.socket, server: socket.socket) -> None:
        """Relay a connection in both directions, to its end or its cut."""
        if self._is_cut:
            return
        port = client.getsockname()[1]
        try:
            await self._connect(server, port)
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._pump(client, server))
                directions.create_task(self._pump(server, client))
            for end in (client, server):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _GENTLY)
        except* ConnectionError:
            # Clients and servers may reset a connection too.
            pass
        except* Exception as error:
            self.faults.append(f"a connection to port {port} failed: {error.exceptions!r}")

    async def _connect(self, server: socket.socket, port: int) -> None:
        """Connect to the server; wait where it hasn't started yet."""
        async with asyncio.timeout(patience.SECONDS):
            while True:
                with suppress(ConnectionError):
                    return await self._loop.sock_connect(server, (FAR, port))
                await asyncio.sleep(0.02)

    async def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        """Send on the bytes of a socket up to the cut or the end, and pass on the end."""
        while data := await self._loop.sock_recv(source, 1 << 16):
            # Acknowledge at once: OpenSSH waits for it before it sends a small packet, up to 40 ms each time.
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            passed_data = data if self._limit is None else data[: self._limit - self.passed]
            self.passed += len(passed_data)
            await self._loop.sock_sendall(sink, passed_data)
            if len(passed_data) < len(data):
                self._cut()
                return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _cut(self) -> None:
        self._is_cut = True
        for relay in self._relays:
            relay.cancel()


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
