"""A build that is killed leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import patience
import pytest

# Prints the number of a child once it works, which then either returns more than a pipe holds or never ends.
SCRIPT = """
import os, sys, time
from contextlib import ExitStack
from kiosque.site.output.processes import Child

def work():
    os.write(1, b"%d\\n" % os.getpid())
    while sys.argv[1] == "endless":
        time.sleep(1000)
    return bytes(10_000_000)

with ExitStack() as children:
    for _number in range(3):
        children.enter_context(Child(work))
    time.sleep(1000)
"""


@pytest.mark.parametrize("work", ["a full pipe", "endless"])
def test_children_end_with_their_parent(work: str) -> None:
    """When a build is killed, its children end, whether they work or wait for somebody to read."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT, work], stdout=subprocess.PIPE) as build:
        assert build.stdout is not None
        children = [int(build.stdout.readline()) for _number in range(3)]
        build.send_signal(signal.SIGKILL)
        try:
            # Each child holds the other end until it ends.
            left, _errors = build.communicate(timeout=patience.SECONDS)
        finally:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        assert b"" == left
