"""A person at a terminal: runs a command, waits for its questions, and presses keys."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import patience

CTRL_C, CTRL_D = "\x03", "\x04"


def kiosque(*words: str) -> list[str]:
    """Return the command line of a command of Kiosque."""
    return [sys.executable, "-m", "kiosque", *words]


def at_terminal(
    command: Sequence[str],
    steps: Sequence[tuple[str, str]],
    folder: Path,
    more: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """Run a command at a terminal of its own; return its exit code and all that the screen showed.

    Each step is a text that the person waits for, and the keys that they then press.
    """
    screen, keyboard = pty.openpty()
    environment = {**os.environ, "LANGUAGE": "en", "COLUMNS": "200", **(more or {})}
    # setsid gives the command this terminal, so that Ctrl-C reaches it as a signal.
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command],
        stdin=keyboard, stdout=keyboard, stderr=keyboard, cwd=folder, env=environment,
    ) as process:  # fmt: skip
        os.close(keyboard)
        shown, seen = "", 0
        for text, keys in steps:
            while text not in shown[seen:]:
                shown += _read(screen, f"waiting for {text!r} after: {shown}")
            seen = shown.index(text, seen) + len(text)
            if keys == CTRL_C:
                _wait_until_asleep(process.pid)
            os.write(screen, keys.encode())
        while piece := _read(screen):
            shown += piece
        code = process.wait()
    os.close(screen)
    return code, shown.replace("\r\n", "\n")


def _wait_until_asleep(pid: int) -> None:
    """Wait until a process waits for keys: Python overlooks a signal that comes in the instant before."""
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        os.sched_yield()


def _read(screen: int, needed: str = "") -> str:
    """Return what the screen shows next; empty at the end, which is an error where more is ``needed``."""
    if not select.select([screen], [], [], patience.SECONDS)[0]:
        # The end of the terminal ends the command too.
        os.close(screen)
        message = f"{needed}: nothing more appears"
        raise AssertionError(message)
    try:
        piece = os.read(screen, 65536)
    except OSError:
        piece = b""
    assert piece or not needed, needed
    return piece.decode(errors="replace")
