"""The files of ``tests/tools``: axe, the Nu checker, Lighthouse. Tests skip where one isn't installed."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULES = Path(__file__).parents[1] / "tools" / "node_modules"
_INSTALL = "npm ci --ignore-scripts --prefix tests/tools"


def file(name: str) -> Path:
    """Return a file of the tools, by its path below ``node_modules``."""
    found = MODULES / name
    if not found.is_file():
        pytest.skip(f"{name} is not installed: {_INSTALL}")
    return found
