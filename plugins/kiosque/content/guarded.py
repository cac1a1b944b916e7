"""Reads one file in such a way that whatever happens is a problem of this file, and of no other."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from kiosque.i18n import N_, _
from kiosque.model import Problem
from kiosque.text import excerpt

logger = logging.getLogger(__name__)
T = TypeVar("T")
# Of a processor. A text of 100 kB takes half a second.
_MOST_SECONDS = 10


class Failure(NamedTuple):
    """What is said of a file that can't be read or checked: the rule, and English messages, to be translated.

    ``other`` has a brace for the reason.
    """

    rule: str
    too_long: str
    too_deep: str
    other: str


_READING = Failure(
    "text-unreadable",
    N_("this text takes too long to read: simplify it, or cut it into several"),
    N_("this text nests quotes or lists too deep: keep them flat"),
    N_("this text can't be read ({reason}): simplify it"),
)


def guarded(path: str, read: Callable[[], T], failure: Failure = _READING) -> T | Problem:
    """Return what ``read`` returns, or the problem of the file at ``path`` that keeps it from doing so.

    Parsers of Markdown, reStructuredText, YAML and pictures fail in many ways on hostile bytes.
    """
    try:
        with cpu_limit(_MOST_SECONDS):
            return read()
    except CpuLimitError:
        message = _(failure.too_long)
    except RecursionError:
        message = _(failure.too_deep)
    except Exception as error:
        logger.debug("%s can't be read", path, exc_info=True)
        reason = excerpt(str(error) or type(error).__name__, 200)
        message = _(failure.other).format(reason=reason)
    return Problem(path=path, line=1, message=message, rule=failure.rule)


class CpuLimitError(Exception):
    """A piece of work took more of a processor's time than it may."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise CpuLimitError within the block once this process has worked for so many seconds of a processor.

    Waiting doesn't count. Regular expressions look for signals while they search, so that they end too. Only
    the main thread of a process can have such a limit. There is none in other threads, or where a system has
    no timer.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise CpuLimitError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
