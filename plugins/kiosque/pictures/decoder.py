"""Decodes pictures in a process with limits: a picture that brings a decoder down costs only itself."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self, TypeVar

from kiosque.i18n import current_language, use
from kiosque.job_limits import JobLimits, end_with_main_process, within_limits

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class PictureTooHardError(Exception):
    """Raised when a picture takes more than it may, or brings its decoder down."""


class PictureDecoder:
    """Decodes pictures, one after the other.

    As a context manager it ends the process, which starts with the first picture.
    """

    def __init__(self, limits: JobLimits) -> None:
        """Give each picture these limits."""
        self._limits = limits
        self._pool: ProcessPoolExecutor | None = None

    def do(self, work: Callable[[Argument], Result], job: Argument) -> Result:
        """Return ``work(job)``, or raise its error. Job, result and error must be picklable.

        Raises PictureTooHardError if the picture takes more than it may: the next one starts another process.
        """
        if self._pool is None:
            # A process with threads must not be forked, and a harvest has threads.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, _begin, (current_language(),))
        try:
            return self._pool.submit(within_limits, self._limits, work, job).result()
        except (BrokenProcessPool, MemoryError):
            self.close()
            raise PictureTooHardError from None

    def close(self) -> None:
        """End the process, if it has started."""
        if self._pool:
            self._pool.shutdown()
            self._pool = None

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the process."""
        self.close()


def _begin(language: str) -> None:
    # An interrupt is for the process that waits, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use(language)
    end_with_main_process()
