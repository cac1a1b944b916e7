"""Opens the host of a target. Only the module of the target's kind is loaded."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import Host
from kiosque.settings.targets import HostKind
from kiosque.timed_stage import timed_stage

logger = logging.getLogger(__name__)

_MODULES = {
    HostKind.FOLDER: "folder",
    HostKind.FTP: "ftps",
    HostKind.FTPS: "ftps",
    HostKind.GIT: "git",
    HostKind.RSYNC: "rsync",
    HostKind.S3: "s3",
    HostKind.SFTP: "sftp",
    HostKind.WEBDAV: "webdav",
}


@contextmanager
def open_host(credentials: Credentials, root: Path, cache: Path) -> Iterator[Host]:
    """Connect to the host of a target, and close the connection at the end; raises HostError.

    ``root`` is the hub's folder: relative paths of keys and certificates start there.
    """
    target = credentials.target
    module = import_module(f"kiosque.deploy.hosts.{_MODULES[target.kind]}")
    with timed_stage(
        logger, "opening target %s, %s on %s", target.name, target.kind, target.host or "this machine"
    ):
        host: Host = module.connect(credentials, root, cache)
    try:
        yield host
    finally:
        host.close()
