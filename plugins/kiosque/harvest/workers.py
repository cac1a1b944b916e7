"""Run the work of a round that takes processor time: in a thread for a few feeds, on all cores for many."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from kiosque.i18n import asked_language, use

logger = logging.getLogger(__name__)

Argument = TypeVar("Argument")
Result = TypeVar("Result")

# So many jobs take less time in a thread than processes need to start.
_THREAD_JOBS = 24


class Workers:
    """Runs jobs outside the event loop. It is an asynchronous context.

    The first jobs of a round run in a thread, one after the other. Most rounds have no more jobs than that.
    """

    def __init__(self) -> None:
        """Start no process yet: a round in which no feed has changed needs none."""
        self._thread = ThreadPoolExecutor(1)
        self._pool: ProcessPoolExecutor | None = None
        self._jobs = 0

    async def __aenter__(self) -> Self:
        """Start nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop thread and processes."""
        self._thread.shutdown(cancel_futures=True)
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    async def do(self, work: Callable[[Argument], Result], job: Argument) -> Result:
        """Return ``work(job)``, run in a thread or process. Job, result and exception must be picklable."""
        loop = asyncio.get_running_loop()
        self._jobs += 1
        if self._jobs <= _THREAD_JOBS:
            return await loop.run_in_executor(self._thread, work, job)
        if self._pool is None:
            self._pool = _process_pool(_cores())
            logger.debug("more than %d jobs: %d processes", _THREAD_JOBS, _cores())
        pool = self._pool
        try:
            return await loop.run_in_executor(pool, work, job)
        except BrokenProcessPool:
            # A job has crashed its process, and the pool with all its jobs. Each job is tried again alone, so
            # that only the crashing one fails.
            if self._pool is pool:
                self._pool = None
            logger.debug("a job crashed its process: the jobs that were running run again, each alone")
            with _process_pool(1) as alone:
                return await loop.run_in_executor(alone, work, job)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _process_pool(cores: int) -> ProcessPoolExecutor:
    # A process with threads must not be forked, and threads resolve host names at that time.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kiosque.harvest.store.source_archive"])
    return ProcessPoolExecutor(cores, mp_context=context, initializer=_set_language)


def _set_language() -> None:
    use(asked_language())
