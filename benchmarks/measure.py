"""Measuring a process: how long it takes, what it and its children work, and how much memory they hold
together.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

_PAUSE = 0.02
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Measured:
    """What running a command cost: ``seconds`` and ``cpu`` are medians of its runs, ``peak`` is in bytes; its
    last words.

    ``cpu`` is in seconds too: the work of all its processes, for themselves and in the system.
    """

    seconds: float
    peak: int
    output: bytes
    cpu: float


def measure(command: Sequence[str], folder: Path, runs: int, prepare: Callable[[], None]) -> Measured:
    """Run a command several times in ``folder``, each time after ``prepare``, and once more to watch its
    memory.

    The watched run isn't timed: looking at the memory of a process holds it up.
    """
    seconds, cpu = [], []
    others = _adopt()
    for _ in range(runs):
        prepare()
        start, worked = time.perf_counter(), _worked()
        _check(subprocess.run(command, cwd=folder, capture_output=True, check=False))
        seconds.append(time.perf_counter() - start)
        _reap(others)
        cpu.append(_worked() - worked)
    prepare()
    output, peak = _watched(command, folder)
    _reap(others)
    return Measured(median(seconds), peak, output, median(cpu))


def _adopt() -> set[int]:
    """Become the parent of all processes below that lose theirs, and return the children that there are now.

    A parent that ends before its children would take the count of their work with it (prctl(2), subreaper).
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    return {child.pid for child in psutil.Process().children()}


def _reap(others: set[int]) -> None:
    """Wait for the end of all adopted children, which adds up their work."""
    for child in psutil.Process().children():
        if child.pid not in others:
            os.waitpid(child.pid, 0)


def _worked() -> float:
    """Return the CPU time of all processes below that have ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watched(command: Sequence[str], folder: Path) -> tuple[bytes, int]:
    """Run a command and return what it printed and the most memory that its processes held together, in
    bytes.
    """
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        watch = _Watch(process.pid)
        watch.start()
        output, errors = process.communicate()
        watch.over.set()
        watch.join()
    _check(subprocess.CompletedProcess(command, process.returncode, output, errors))
    return output, watch.peak


def _check(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        raise SystemExit(f"{' '.join(done.args)} failed:\n{done.stderr.decode()}")


class _Watch(threading.Thread):
    """Adds up the memory of a process tree every 20 ms and keeps the highest sum.

    A process counts for its proportional set size (PSS): a page that n processes share counts for one nth in
    each, so that the sum is what they really take together. Forked children share most of their parent's
    memory; adding up resident sizes would count it once for each.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self.over = threading.Event()
        self.peak = 0

    def run(self) -> None:
        while not self.over.wait(_PAUSE):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            self.peak = max(self.peak, sum(_proportional_size(process.pid) for process in family))


def _proportional_size(pid: int) -> int:
    """Return the PSS of a process in bytes; nothing where it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
