"""Work for many files at the same time: the first failure ends all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable


async def each(items: Iterable[str], work: Callable[[str], Awaitable[None]], at_once: int) -> None:
    """Do ``work`` for all items, ``at_once`` of them at the same time; the first failure ends all."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _number in range(at_once):
                group.create_task(worker())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
