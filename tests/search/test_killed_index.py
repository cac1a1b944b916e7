"""A build that is killed while Pagefind works leaves neither its process nor its pages behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import patience

# Makes an index of nothing with another program in the place of Pagefind's.
_SCRIPT = """
import sys
from pathlib import Path
from kiosque.site.search import pagefind

pagefind._program = lambda: Path(sys.argv[1])
pagefind.make_shard([], Path(sys.argv[2]), "fr", list, with_code=True)
"""
# Says into a pipe which pages it was given, and keeps the pipe open until its end.
_PROGRAM = """#!/bin/sh
exec 3> {pipe}
echo "$2" >&3
exec sleep 1000
"""


def test_pagefind_ends_with_the_build(tmp_path: Path) -> None:
    """The program is ended with its parent, and the next index removes the pages that it was given."""
    pipe, program = tmp_path / "pipe", tmp_path / "program"
    os.mkfifo(pipe)
    program.write_text(_PROGRAM.format(pipe=pipe))
    program.chmod(0o700)
    command = [sys.executable, "-c", _SCRIPT, str(program), str(tmp_path / "index")]
    with subprocess.Popen(command) as build:
        with pipe.open() as said:
            pages = Path(said.readline().strip())
            assert pages.is_dir()
            build.send_signal(signal.SIGKILL)
            build.wait()
            assert select.select([said], [], [], patience.SECONDS)[0]
            assert "" == said.read()
    program.write_text("#!/bin/sh\nexit 1\n")
    subprocess.run(command, check=False, capture_output=True)
    assert not pages.exists()
