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


def forked(work: Callable[[T], R], items: Sequence[T], *, chunk: int) -> Iterator[R]:
    """Yield ``work(item)`` for each item, in order; ``chunk`` items at least go to one of the children at a time.

    Fewer than three chunks are not worth the children. What ``work`` raises is raised here.
    """
    global _task  # noqa: PLW0603 - children inherit it by fork; passing it would copy every item through a pipe
    cores = os.cpu_count() or 1
    if len(items) < 3 * chunk or cores == 1:
        yield from map(work, items)
        return
    # Only where there is much to do: most builds have little, and loading these takes as long.
    import multiprocessing  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    _task = work, items
    try:
        with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("fork")) as pool:
            for results in pool.map(_run, _shares(len(items), chunk, cores)):
                yield from results
    finally:
        _task = None


def _shares(number: int, least: int, cores: int) -> Iterator[tuple[int, int]]:
    """Yield where each share of the work starts and ends: large ones first, since what lies side by side has much in common.

    The last ones are small, so that all children end together (guided self-scheduling; Polychronopoulos and Kuck, 1987).
    """
    start = 0
    while start < number:
        end = min(start + max(least, (number - start) // (2 * cores)), number)
        yield start, end
        start = end


def _run(share: tuple[int, int]) -> list[Any]:
    assert _task is not None
    work, items = _task
    return [work(item) for item in items[slice(*share)]]


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
