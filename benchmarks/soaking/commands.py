"""Commands that may be killed at any instant, and the processes that they leave behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

# In seconds: how long the children of a killed command may take to notice.
GRACE = 10.0
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill after some seconds: of the process alone, or of all its group at once."""

    after: float
    group: bool


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended; ``left`` names the processes that it left behind."""

    code: int
    output: bytes
    errors: str
    seconds: float
    left: tuple[str, ...]

    @property
    def was_killed(self) -> bool:
        """Whether the kill came before its end."""
        return self.code == -signal.SIGKILL


class Commands:
    """Runs one command after another. Orphans become children of this process, which looks for them."""

    def __init__(self, folder: Path, environment: Mapping[str, str], grace: float = GRACE) -> None:
        """Keep what commands print in ``folder``. Their children may live ``grace`` seconds longer."""
        self._grace = grace
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._folder, self._environment = folder, {**os.environ, **environment}
        # Where Python keeps no bytecode, each start compiles all of Kiosque.
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._others = {child.pid for child in psutil.Process().children(recursive=True)}

    def run(self, words: Sequence[str], cwd: Path, kill: Kill | None = None) -> Done:
        """Run a command to its end, or kill it."""
        output, errors = self._folder / "stdout", self._folder / "stderr"
        start = time.perf_counter()
        with output.open("wb") as out, errors.open("wb") as err:
            # Not pipes: orphans would keep them open.
            process = subprocess.Popen(
                words, cwd=cwd, env=self._environment, stdout=out, stderr=err, start_new_session=True
            )
        try:
            process.wait(kill.after if kill else None)
        except subprocess.TimeoutExpired:
            assert kill
            (os.killpg if kill.group else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
        seconds = time.perf_counter() - start
        return Done(
            process.returncode,
            output.read_bytes(),
            errors.read_text(encoding="utf-8", errors="replace"),
            seconds,
            tuple(self._left()),
        )

    def _left(self) -> list[str]:
        """Return the processes that don't end by themselves; end them."""
        until = time.monotonic() + self._grace
        while (alive := self._alive()) and time.monotonic() < until:
            time.sleep(0.02)
        names = [_name(process) for process in alive]
        for process in alive:
            process.kill()
        return names

    def _alive(self) -> list[psutil.Process]:
        children = psutil.Process().children(recursive=True)
        below = [child for child in children if child.pid not in self._others]
        return [child for child in below if not _reaped(child)]


def _reaped(process: psutil.Process) -> bool:
    """Whether a process has ended; take its exit code, which its parent can't."""
    try:
        return os.waitpid(process.pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return not process.is_running()


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[:200] or process.name()
    except psutil.Error:
        return str(process.pid)
