"""Work shared among forked child processes, one for each core.

Children use the memory of their parent without a copy. Only their results travel between processes.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

logger = logging.getLogger(__name__)

# <linux/prctl.h>
_PR_SET_PDEATHSIG = 1
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

    As a context manager it ends the child at the end of the ``with`` block. The child also ends when its
    parent is killed.
    """

    # The ends from which this process reads the results of its children.
    _read_ends: ClassVar[set[int]] = set()

    def __init__(self, work: Callable[[], bytes]) -> None:
        """Fork, and start the work in the child."""
        parent = os.getpid()
        self._result, write_end = os.pipe()
        self._read_ends.add(self._result)
        self._pid = os.fork()
        if not self._pid:
            # A pipe breaks when nobody can read from it any more. A child that kept the reading ends would
            # wait in a full pipe for ever after its parent was killed, and so would its brothers.
            for read_end in self._read_ends:
                os.close(read_end)
            self._read_ends.clear()
            _work_and_exit(work, write_end, parent)
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
        self._read_ends.discard(self._result)
        os.close(self._result)


def end_with(parent: int) -> None:
    """Make this process end when its parent, whose process number is given, ends in any way.

    Linux alone offers that (prctl(2), ``PR_SET_PDEATHSIG``). Elsewhere a child ends when it has done its
    work.
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only children need it

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before the call.
    if os.getppid() != parent:
        os._exit(1)


def _work_and_exit(work: Callable[[], bytes], write_end: int, parent: int) -> NoReturn:
    """Do the work of a child and exit at once.

    The exit skips everything that is the parent's to do: flushing files, releasing locks, cleaning up.
    """
    try:
        end_with(parent)
        data = work()
        with open(write_end, "wb") as pipe:
            pipe.write(data)
    finally:
        os._exit(0)
