"""The time that a piece of a round may take: what isn't done by then waits for the next round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class TimeLimit:
    """An end, some seconds after its making. A clock that nobody sets back measures it."""

    def __init__(self, seconds: float) -> None:
        """Begin now; the event loop must be running."""
        self._end = asyncio.get_running_loop().time() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left; 0 once it is over."""
        return max(0.0, self._end - asyncio.get_running_loop().time())

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return not self.left

    async def within(self, work: Awaitable[T]) -> T | None:
        """Return the result of work; ``None`` where it isn't done in time, and is cancelled."""
        try:
            async with asyncio.timeout(self.left) as timeout:
                return await work
        except TimeoutError:
            if not timeout.expired():
                raise
            return None
