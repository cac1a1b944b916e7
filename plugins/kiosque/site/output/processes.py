"""Work shared among forked child processes, one for each core.

Children use the memory of their parent without a copy. Only their results travel between processes.
"""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")


def forked(work: Callable[[T], R], items: Sequence[T], *, chunk: int) -> Iterator[R]:
    """Yield ``work(item)`` for each item, in order. A child takes ``chunk`` items at a time.

    Fewer than three chunks aren't worth the time to start children: the parent does them. The parent also
    does the chunks that a child didn't finish, so an item may be worked on twice. An error of ``work`` is
    raised here.
    """
    cores = os.cpu_count() or 1
    if len(items) < 3 * chunk or cores == 1:
        yield from map(work, items)
        return
    chunks = [items[start : start + chunk] for start in range(0, len(items), chunk)]
    logger.debug("sharing %d chunks of at most %d items among %d children", len(chunks), chunk, cores)
    done: dict[int, list[R]] = {}
    with ExitStack() as children:
        queue = _ChunkQueue(len(chunks), cores)
        started = [
            children.enter_context(Child(partial(_work_through, queue, child, work, chunks)))
            for child in range(cores)
        ]
        for child in started:
            # Safe to unpickle: the bytes come from our own child, through a pipe that nobody else can write
            # to.
            done |= pickle.loads(child.result() or _NO_RESULTS)  # noqa: S301
    if len(done) < len(chunks):
        logger.debug("children left %d chunks: their parent does them", len(chunks) - len(done))
    for number, chunk_items in enumerate(chunks):
        yield from done[number] if number in done else map(work, chunk_items)


_NO_RESULTS = pickle.dumps({})


def _work_through(
    queue: _ChunkQueue, child: int, work: Callable[[Any], Any], chunks: Sequence[Sequence[Any]]
) -> bytes:
    """Return the pickled results of all chunks that a child takes, by the chunk's number."""
    return pickle.dumps({number: [work(item) for item in chunks[number]] for number in queue.taken(child)})


class _ChunkQueue:
    """A queue, shared by all children, from which each takes the number of its next chunk.

    Neighbouring chunks have much in common, which the same child then makes only once. So each child has a
    range of its own. Two neighbours begin at the far ends of their ranges and come towards each other. A
    child whose range is finished helps in the range with most chunks left, from the end that its owner would
    reach last. So all children end at nearly the same time.
    """

    def __init__(self, chunks: int, children: int) -> None:
        """Share out ``chunks`` chunks among the children."""
        import multiprocessing  # noqa: PLC0415 - it loads slowly, and most builds start no children

        bounds = [chunks * child // children for child in range(children + 1)]
        ranges = [bound for pair in pairwise(bounds) for bound in pair]
        # For each child two numbers: its first chunk that is left, and the end of its range.
        self._left: SynchronizedArray[int] = multiprocessing.get_context("fork").Array("l", ranges)

    def taken(self, child: int) -> Iterator[int]:
        """Yield the numbers of the chunks that a child is to do, until no chunk is left."""
        while (number := self._take(child)) is not None:
            yield number

    def _take(self, child: int) -> int | None:
        with self._left.get_lock():
            left = self._left[:]
            ranges = list(zip(left[::2], left[1::2], strict=True))
            first, end = ranges[child]
            owner = child if first < end else _longest(ranges)
            first, end = ranges[owner]
            if first == end:
                return None
            # Children with an even number go upwards, those with an odd number downwards, helpers the other
            # way.
            if (owner % 2 == 0) == (owner == child):
                self._left[2 * owner] = first + 1
                return first
            self._left[2 * owner + 1] = end - 1
            return end - 1


def _longest(ranges: Sequence[tuple[int, int]]) -> int:
    """Return the index of the range with most chunks left."""
    return max(range(len(ranges)), key=lambda index: ranges[index][1] - ranges[index][0])


class Child:
    """A child process that works beside its parent, on the memory of both; its result is bytes.

    As a context manager it ends the child at the end of the ``with`` block.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        """Fork, and start the work in the child."""
        self._result, write_end = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            _work_and_exit(work, write_end)
        os.close(write_end)

    def result(self) -> bytes:
        """Wait for the result, empty where the work failed: the parent repeats it and sees the error."""
        with open(self._result, "rb", closefd=False) as pipe:
            return pipe.read()

    def __enter__(self) -> Self:
        """Let the parent continue beside the child."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the child: it has finished, or nobody needs its result any more."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._result)


def _work_and_exit(work: Callable[[], bytes], write_end: int) -> NoReturn:
    """Do the work of a child and exit at once.

    The exit skips everything that is the parent's to do: flushing files, releasing locks, cleaning up.
    """
    try:
        data = work()
        with open(write_end, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)
