"""Where the work of a round is done: in this process for a few feeds, on all cores for many."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from kiosque.i18n import asked_language, use

A = TypeVar("A")
R = TypeVar("R")

# Fewer feeds are read sooner than processes start.
_WORTH_PROCESSES = 24


class Workers:
    """Does work apart from the loop of sockets. Used as an asynchronous context."""

    def __init__(self, feeds: int) -> None:
        """Choose where: ``feeds`` is how many may have to be read."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._cores = cores if feeds >= _WORTH_PROCESSES else 0
        self._pool: ProcessPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        """Start nothing yet: a round in which no feed has changed needs no process."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the processes go."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    async def do(self, work: Callable[[A], R], job: A) -> R:
        """Return ``work(job)``, done elsewhere; both travel, and so does what it raises."""
        if not self._cores:
            return await asyncio.to_thread(work, job)
        if self._pool is None:
            self._pool = _pool(self._cores)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, work, job)
        except BrokenProcessPool:
            # One feed has brought its process down, and all work under way with it: each is tried again alone.
            with _pool(1) as alone:
                return await loop.run_in_executor(alone, work, job)


def _pool(cores: int) -> ProcessPoolExecutor:
    # Threads resolve names meanwhile, and a process with threads must not be forked.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kiosque.harvest.work"])
    return ProcessPoolExecutor(cores, mp_context=context, initializer=_start)


def _start() -> None:
    use(asked_language())
