"""Opens the host of a target; the module of a kind is loaded only when it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import Host
from kiosque.settings.targets import Kind

_MODULES = {
    Kind.FOLDER: "folder",
    Kind.FTP: "ftps",
    Kind.FTPS: "ftps",
    Kind.GIT: "git",
    Kind.RSYNC: "rsync",
    Kind.SFTP: "sftp",
}


@contextmanager
def opened(credentials: Credentials, root: Path, cache: Path) -> Iterator[Host]:
    """Connect to the host of a target, of the hub in ``root``, and leave it at the end; raises HostError."""
    module = import_module(f"kiosque.deploy.hosts.{_MODULES[credentials.target.kind]}")
    host: Host = module.connect(credentials, root, cache)
    try:
        yield host
    finally:
        host.close()
