"""Run the work of a round that takes processor time.

In a thread for a few small feeds, else in limited processes.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import cache, partial
from multiprocessing import forkserver
from types import TracebackType
from typing import Self, TypeVar

from kiosque.files import temporary_folder
from kiosque.i18n import asked_language, use
from kiosque.job_limits import JobLimits, end_with_main_process, within_limits

logger = logging.getLogger(__name__)

Argument = TypeVar("Argument")
Result = TypeVar("Result")

# So many jobs take less time in a thread than processes need to start.
_THREAD_JOBS = 24
# In bytes. All work takes linear time, so that a job of this size ends soon even if its feed is hostile.
_SMALL = 64_000


class JobKilledError(Exception):
    """Raised when a job uses more than it may, or crashes its process."""


class Workers:
    """Runs jobs outside the event loop. It is an asynchronous context.

    The first small jobs of a round run in a thread, one after the other. Most rounds have no more jobs than
    that. All others run in processes with limits.
    """

    def __init__(self, limits: JobLimits | None = None) -> None:
        """Start no process yet: a round in which no feed has changed needs none."""
        self._limits = limits or JobLimits()
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

    async def do(self, work: Callable[[Argument], Result], job: Argument, size: int) -> Result:
        """Return ``work(job)``, run in a thread or process. Job, result and exception must be picklable.

        ``size`` is how much the job has to read, in bytes.
        Raises JobKilledError if the job uses more than it may.
        """
        loop = asyncio.get_running_loop()
        self._jobs += 1
        if self._jobs <= _THREAD_JOBS and size <= _SMALL:
            return await loop.run_in_executor(self._thread, work, job)
        limited = partial(within_limits, self._limits, work)
        if self._pool is None:
            self._pool = _process_pool(_cores())
            logger.debug("many jobs, or a large one: %d processes", _cores())
        pool = self._pool
        try:
            return await loop.run_in_executor(pool, limited, job)
        except BrokenProcessPool:
            # A job has crashed its process, and the pool with all its jobs. Each job is tried again alone, so
            # that only the crashing one fails.
            if self._pool is pool:
                self._pool = None
            logger.debug("a job crashed its process: the jobs that were running run again, each alone")
            with _process_pool(1) as alone:
                try:
                    return await loop.run_in_executor(alone, limited, job)
                except BrokenProcessPool:
                    raise JobKilledError from None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _process_pool(cores: int) -> ProcessPoolExecutor:
    # A process with threads must not be forked, and threads resolve host names at that time.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kiosque.harvest.store.source_archive"])
    _start_fork_server()
    return ProcessPoolExecutor(cores, mp_context=context, initializer=_begin)


@cache
def _start_fork_server() -> None:
    """Start the server that forks processes, with its socket where the next command finds it.

    A killed process can't remove it, and what multiprocessing puts elsewhere would stay.
    """
    at_exit = ExitStack()
    folder = str(at_exit.enter_context(temporary_folder()))
    atexit.register(at_exit.close)
    # The address of a socket is at most 104 bytes long (unix(7)).
    if len(os.fsencode(folder)) < 80:
        multiprocessing.current_process()._config["tempdir"] = folder  # type: ignore[attr-defined]  # noqa: SLF001
    forkserver.ensure_running()


def _begin() -> None:
    end_with_main_process()
    use(asked_language())
