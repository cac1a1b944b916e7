"""Firefox without a window, asked over WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import patience

_LISTENING = re.compile(rb"ws://\S+")


def answers(firefox: str, addresses: Sequence[str], expression: str, profile: Path) -> list[Any]:
    """Return what an expression gives, or promises, as JSON, in each of the pages at some addresses."""
    asking = _answers(addresses, expression, firefox, profile)
    # In a thread of its own: Playwright may have a loop under way in this one.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, asking).result()


async def _answers(addresses: Sequence[str], expression: str, firefox: str, profile: Path) -> list[Any]:
    arguments = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    process = await asyncio.create_subprocess_exec(
        firefox, *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        socket = await asyncio.wait_for(_socket(process), patience.SECONDS)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"{socket}/session", max_msg_size=0) as connection,
        ):
            session = _Session(connection)
            await session.call("session.new", capabilities={})
            tree = await session.call("browsingContext.getTree")
            tab = tree["contexts"][0]["context"]
            return [await session.asked(tab, address, expression) for address in addresses]
    finally:
        process.terminate()
        await process.wait()


async def _socket(process: asyncio.subprocess.Process) -> str:
    """Return the address that Firefox listens at, which it says in one of its first lines."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        if found := _LISTENING.search(line):
            return found[0].decode()
    raise AssertionError("Firefox ended before it listened")


class _Session:
    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection
        self._numbers = count()

    async def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result, passing over events."""
        number = next(self._numbers)
        await self._connection.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._connection.receive_json(timeout=patience.SECONDS)
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def asked(self, tab: str, address: str, expression: str) -> Any:
        await self.call("browsingContext.navigate", context=tab, url=address, wait="complete")
        result = await self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await {expression}))()",
            target={"context": tab},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"]["value"])
