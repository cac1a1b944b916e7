"""Work on all cores: forked children see what their parent has without a copy, and only their results travel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

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
