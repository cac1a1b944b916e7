"""What a job in a process of its own may use: the system ends a process that uses more."""

from __future__ import annotations

import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from typing import TypeVar

from kiosque.model import Record

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class JobLimits(Record, frozen=True):
    """The most that a job in a process may use: ``cpu`` in seconds, ``memory`` as bytes of address space."""

    cpu: int = 60
    memory: int = 2_000_000_000


def within_limits(limits: JobLimits, work: Callable[[Argument], Result], job: Argument) -> Result:
    """Return ``work(job)`` in a process that the system ends if it uses more than it may."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.cpu
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, limits.memory)):
        _soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    return work(job)


def end_with_main_process() -> None:
    """Make this process end soon after the one that gives it its jobs, even if that one is killed.

    The processes of a pool hold both ends of the pipe of their jobs: none of them would ever see its end.
    """
    threading.Thread(target=_end_after_main_process, daemon=True).start()


def _end_after_main_process() -> None:
    if main_process := multiprocessing.parent_process():
        main_process.join()
        os._exit(1)
