"""A folder of this machine as a host, for a web server or for a program that sends the files on."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import DRAFTS, File, HostError, OnSent, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.i18n import _


def connect(credentials: Credentials, root: Path, _cache: Path) -> FolderHost:
    """Return the host of a target; raises HostError where its folder doesn't exist."""
    return FolderHost((root / Path(credentials.target.path).expanduser()).resolve())


class FolderHost:
    """A host that is a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        """Check that the folder exists; raises HostError where it doesn't."""
        if not folder.is_dir():
            message = _("the folder {folder} isn't there: make it, or name another in publishconf.py")
            raise HostError(message.format(folder=folder))
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        with _host_errors(path):
            file = self._folder / path
            return file.read_bytes() if file.is_file() else None

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._write(path, data)

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file where there is none."""
        file = self._folder / path
        with _host_errors(path):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open("xb") as new_file:
                    new_file.write(data)
            except FileExistsError:
                return False
        return True

    def release(self, path: str) -> None:
        """Remove a claimed file."""
        self.delete([path])

    def clear(self) -> None:
        """Remove all drafts."""
        with _host_errors(DRAFTS):
            for draft in (self._folder / DRAFTS).glob("*"):
                draft.unlink(missing_ok=True)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Return the paths of files that differ."""
        return {path for path, file in expected.items() if not self._is_same(path, file, deep=deep)}

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Copy files."""
        for path, file in files.items():
            data = (folder / path).read_bytes()
            self._write(path, data, file.time)
            on_sent(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        for path in paths:
            with _host_errors(path):
                (self._folder / path).unlink(missing_ok=True)
        for folder in folders_of(paths):
            # A folder that still holds a file stays.
            with suppress(OSError):
                (self._folder / folder).rmdir()

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _is_same(self, path: str, file: File, *, deep: bool) -> bool:
        try:
            stat = os.lstat(f"{self._folder}/{path}")
        except OSError:
            return False
        if differs(file, stat.st_size, int(stat.st_mtime)):
            return False
        return not deep or digest_of((self._folder / path).read_bytes()) == file.digest

    def _write(self, path: str, data: bytes, time: int | None = None) -> None:
        """Write a draft, then rename it."""
        draft, file = self._folder / draft_of(path), self._folder / path
        with _host_errors(path):
            draft.parent.mkdir(parents=True, exist_ok=True)
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(data)
                if time is not None:
                    os.utime(draft, (time, time))
                draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)


@contextmanager
def _host_errors(path: str) -> Iterator[None]:
    """Turn errors of the operating system into a HostError about ``path``."""
    try:
        yield
    except OSError as error:
        raise failures.from_os_error(path, error) from error
