"""Where the work of a round is done: in this process for a few feeds, on all cores for many."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from kiosque.i18n import asked_language, use

A = TypeVar("A")
R = TypeVar("R")

# Fewer feeds are read sooner than processes start.
_WORTH_PROCESSES = 24


class Workers:
    """Does work apart from the loop of sockets. Used as an asynchronous context.

    The first jobs of a round are done by a thread of this process, one by one: in most rounds there are no more.
    """

    def __init__(self) -> None:
        """Start nothing yet: a round in which no feed has changed needs neither."""
        self._thread = ThreadPoolExecutor(1)
        self._pool: ProcessPoolExecutor | None = None
        self._jobs = 0

    async def __aenter__(self) -> Self:
        """Start nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let thread and processes go."""
        self._thread.shutdown(cancel_futures=True)
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    async def do(self, work: Callable[[A], R], job: A) -> R:
        """Return ``work(job)``, done elsewhere; both may travel, and so does what it raises."""
        loop = asyncio.get_running_loop()
        self._jobs += 1
        if self._jobs <= _WORTH_PROCESSES:
            return await loop.run_in_executor(self._thread, work, job)
        if self._pool is None:
            self._pool = _pool(_cores())
        pool = self._pool
        try:
            return await loop.run_in_executor(pool, work, job)
        except BrokenProcessPool:
            # One feed has brought its process down, and all work under way with it: each is tried again alone.
            if self._pool is pool:
                self._pool = None
            with _pool(1) as alone:
                return await loop.run_in_executor(alone, work, job)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(cores: int) -> ProcessPoolExecutor:
    # Threads resolve names meanwhile, and a process with threads must not be forked.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kiosque.harvest.store.source_archive"])
    return ProcessPoolExecutor(cores, mp_context=context, initializer=_start)


def _start() -> None:
    use(asked_language())
