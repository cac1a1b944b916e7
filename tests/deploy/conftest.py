"""The servers that hubs are deployed to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from . import deploying, servers

Rigs = Callable[..., AbstractContextManager[deploying.Rig]]
Sshd = Callable[[Path], AbstractContextManager[servers.Server]]


@pytest.fixture(scope="session")
def rig() -> Rigs:
    """Return a function that starts a host of a kind and makes a hub for it."""
    return deploying.rig


@pytest.fixture(scope="session")
def sshd() -> Sshd:
    """Return a function that starts OpenSSH's server."""
    return servers.sshd
