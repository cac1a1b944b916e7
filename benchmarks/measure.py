"""Measuring a process: how long it takes, and how much memory it and its children hold together."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    """What running a command cost: ``seconds`` is the median of its runs, ``peak`` is in bytes; its last words."""

    seconds: float
    peak: int
    output: bytes


def measure(command: Sequence[str], folder: Path, runs: int, prepare: Callable[[], None]) -> Measured:
    """Run a command several times in ``folder``, each time after ``prepare``, and once more to watch its memory.

    The watched run isn't timed: looking at the memory of a process holds it up.
    """
    seconds = []
    for _ in range(runs):
        prepare()
        start = time.perf_counter()
        _check(subprocess.run(command, cwd=folder, capture_output=True, check=False))
        seconds.append(time.perf_counter() - start)
    prepare()
    output, peak = _watched(command, folder)
    return Measured(median(seconds), peak, output)


def _watched(command: Sequence[str], folder: Path) -> tuple[bytes, int]:
    """Run a command and return what it printed and the most memory that its processes held together, in bytes."""
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
    each, so that the sum is what they really take together. Forked children share most of their parent's memory;
    adding up resident sizes would count it once for each.
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
