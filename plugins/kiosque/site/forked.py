"""Work on all cores: forked children see what their parent has without a copy, and only their results travel."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# What children work on: set just before they start, inherited by fork.
_task: tuple[Callable[[Any], Any], Sequence[Any]] | None = None
_chunk = 0


def forked(work: Callable[[T], R], items: Sequence[T], *, chunk: int) -> Iterator[R]:
    """Yield ``work(item)`` for each item, in order; ``chunk`` items at a time go to one of the children.

    Fewer than three chunks are not worth the children. What ``work`` raises is raised here.
    """
    global _task, _chunk  # noqa: PLW0603 - children inherit it by fork; passing it would copy every item through a pipe
    cores = os.cpu_count() or 1
    if len(items) < 3 * chunk or cores == 1:
        yield from map(work, items)
        return
    # Only where there is much to do: most builds have little, and loading these takes as long.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    _task, _chunk = (work, items), chunk
    try:
        with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork")) as pool:
            for results in pool.map(_run, range(0, len(items), chunk)):
                yield from results
    finally:
        _task = None


def _run(start: int) -> list[Any]:
    assert _task is not None
    work, items = _task
    return [work(item) for item in items[start : start + _chunk]]


class Child:
    """One child that works beside its parent, on what both have; its result is bytes. A context, which ends it."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        """Fork, and let the child begin."""
        self._result, end = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            _work_and_end(work, end)
        os.close(end)

    def result(self) -> bytes:
        """Wait for what the work gave; nothing where it failed, so that the parent does it again and says why."""
        with open(self._result, "rb", closefd=False) as pipe:
            return pipe.read()

    def __enter__(self) -> Self:
        """Go on beside the child."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the child, which has nothing left to do or nobody left to do it for."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._result)


def _work_and_end(work: Callable[[], bytes], end: int) -> NoReturn:
    """Do the work of a child, and end without what its parent has yet to do: flushing, unlocking, cleaning up."""
    try:
        data = work()
        with open(end, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)
