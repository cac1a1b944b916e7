"""Work on all cores: forked children see what their parent has without a copy, and only their results travel."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

T = TypeVar("T")
R = TypeVar("R")


def forked(work: Callable[[T], R], items: Sequence[T], *, chunk: int) -> Iterator[R]:
    """Yield ``work(item)`` for each item, in order; a child takes ``chunk`` items at a time.

    Fewer than three chunks are not worth the children. What ``work`` raises is raised here: what a child has not done,
    its parent does, so it may be done twice.
    """
    cores = os.cpu_count() or 1
    if len(items) < 3 * chunk or cores == 1:
        yield from map(work, items)
        return
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    done: dict[int, list[R]] = {}
    with ExitStack() as children:
        desk = _Desk(len(chunks), cores)
        begun = [
            children.enter_context(Child(partial(_work_through, desk, child, work, chunks)))
            for child in range(cores)
        ]
        for child in begun:
            # Its own words, which came through no hands but ours.
            done |= pickle.loads(child.result() or _NOTHING)  # noqa: S301
    for number, some in enumerate(chunks):
        yield from done[number] if number in done else map(work, some)


_NOTHING = pickle.dumps({})


def _work_through(
    desk: _Desk, child: int, work: Callable[[Any], Any], chunks: Sequence[Sequence[Any]]
) -> bytes:
    return pickle.dumps({number: [work(item) for item in chunks[number]] for number in desk.taken(child)})


class _Desk:
    """Where children take what to do next, so that all end together.

    What lies side by side has much in common, which a child then makes once: each has a stretch of its own. Neighbours
    begin at its far ends and come towards each other; who has done all of it helps where most is left, from the end that
    is worked at last.
    """

    def __init__(self, number: int, children: int) -> None:
        """Lay out what is to be done, in stretches."""
        import multiprocessing  # noqa: PLC0415 - most builds have little to do, and loading this takes as long

        ends = [number * child // children for child in range(children + 1)]
        stretches = [end for pair in pairwise(ends) for end in pair]
        # Of each stretch the first that is left, and the end.
        self._left: SynchronizedArray[int] = multiprocessing.get_context("fork").Array("l", stretches)

    def taken(self, child: int) -> Iterator[int]:
        """Take one after the other, until nothing is left."""
        while (one := self._take(child)) is not None:
            yield one

    def _take(self, child: int) -> int | None:
        with self._left.get_lock():
            left = self._left[:]
            stretches = list(zip(left[::2], left[1::2], strict=True))
            own = stretches[child]
            owner = child if own[0] < own[1] else _fullest(stretches)
            first, end = stretches[owner]
            if first == end:
                return None
            # Those with an even number go up, their neighbours down, and helpers the other way.
            if (owner % 2 == 0) == (owner == child):
                self._left[2 * owner] = first + 1
                return first
            self._left[2 * owner + 1] = end - 1
            return end - 1


def _fullest(stretches: Sequence[tuple[int, int]]) -> int:
    """Return which stretch has most left."""
    return max(range(len(stretches)), key=lambda one: stretches[one][1] - stretches[one][0])


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
