"""The command line with which Kiosque runs another command of its own."""

from __future__ import annotations

import logging
import sys
from pathlib import Path


def own_command(root: Path) -> list[str]:
    """Return the start of a command line that runs Kiosque on a hub, with ``-v`` where this run has it."""
    is_verbose = logging.getLogger("kiosque").isEnabledFor(logging.DEBUG)
    return [sys.executable, "-m", "kiosque", "--hub", str(root), *(["-v"] if is_verbose else [])]
