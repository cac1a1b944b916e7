"""Work that children share comes out as if one had done it all, whatever becomes of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.site.output import processes
from kiosque.site.output.processes import Child


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def squares(number: int, chunk: int) -> list[int]:
    return list(processes.forked(lambda one: one * one, range(number), chunk=chunk))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 200), st.integers(1, 30))
def test_results_come_in_order(number: int, chunk: int) -> None:
    """However much there is to do, and however little a child takes at a time."""
    assert [one * one for one in range(number)] == squares(number, chunk)


def test_children_do_the_work(tmp_path: Path) -> None:
    """Nobody does anything twice, and the parent nothing."""

    def work(number: int) -> int:
        # Fails where it is there already.
        (tmp_path / f"{number}").touch(exist_ok=False)
        return os.getpid()

    workers = list(processes.forked(work, range(90), chunk=10))
    assert (90, False) == (len(workers), os.getpid() in workers)


def test_what_a_killed_child_leaves_is_done_by_its_parent() -> None:
    """A system without memory kills what asks for much: the work is finished all the same."""
    parent = os.getpid()

    def work(number: int) -> int:
        if number == 50 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return number + 1

    assert list(range(1, 101)) == list(processes.forked(work, range(100), chunk=10))


def test_what_the_work_raises_is_raised() -> None:
    """As it would be without children."""

    def work(number: int) -> int:
        return 1 // (number - 50)

    with pytest.raises(ZeroDivisionError):
        list(processes.forked(work, range(100), chunk=10))


@pytest.mark.parametrize(
    ("children", "turns", "expected"),
    [
        (2, "00000000", [0, 1, 2, 3, 4, 5, 6, 7]),
        (2, "11111111", [7, 6, 5, 4, 3, 2, 1, 0]),
        (2, "01010101", [0, 7, 1, 6, 2, 5, 3, 4]),
        (4, "01230123", [0, 3, 4, 7, 1, 2, 5, 6]),
        (4, "33333333", [7, 6, 1, 2, 5, 0, 3, 4]),
        (3, "012", [0, 4, 5]),
    ],
)
def test_neighbours_come_towards_each_other(children: int, turns: str, expected: list[int]) -> None:
    """Each begins at the far end of its stretch; who is done helps where most is left, at the end worked at
    last.
    """
    queue = processes._ChunkQueue(8, children)
    takers: list[Iterator[int]] = [queue.taken(child) for child in range(children)]
    assert expected == [next(takers[int(child)]) for child in turns]
    assert len(turns) < 8 or [None] * children == [next(taker, None) for taker in takers]


def test_a_child_ends_with_its_context() -> None:
    """One that nobody waits for doesn't stay."""
    with Child(lambda: os.read(os.pipe()[0], 1)) as child:
        pid = child._pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
