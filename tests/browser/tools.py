"""The programs of ``tests/tools``: axe, the Nu checker, Lighthouse. Tests skip where one isn't installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "tools" / "node_modules"
_INSTALL = "npm ci --ignore-scripts --prefix tests/tools"


def program(name: str) -> str:
    """Return the path of a program of this machine."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def file(name: str) -> Path:
    """Return a file of the tools, by its path below ``node_modules``."""
    found = MODULES / name
    if not found.is_file():
        pytest.skip(f"{name} is not installed: {_INSTALL}")
    return found
