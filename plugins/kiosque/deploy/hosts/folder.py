"""A folder of this machine as a host: a web server's own, or one that something else carries away."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import DRAFTS, Done, File, HostError, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.i18n import _


def connect(credentials: Credentials, root: Path, _cache: Path) -> FolderHost:
    """Return the folder of a target; raises HostError where there is none."""
    return FolderHost((root / Path(credentials.target.path).expanduser()).resolve())


class FolderHost:
    """A folder that is there."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; raises HostError where there is none."""
        if not folder.is_dir():
            message = _("the folder {folder} isn't there: make it, or name another in publishconf.py")
            raise HostError(message.format(folder=folder))
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        with _plainly(path):
            file = self._folder / path
            return file.read_bytes() if file.is_file() else None

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._write(path, data)

    def claim(self, path: str, data: bytes) -> bool:
        """Make a small file where there is none."""
        file = self._folder / path
        with _plainly(path):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open("xb") as made:
                    made.write(data)
            except FileExistsError:
                return False
        return True

    def release(self, path: str) -> None:
        """Remove what was claimed."""
        self.delete([path])

    def clear(self) -> None:
        """Remove all drafts."""
        with _plainly(DRAFTS):
            for draft in (self._folder / DRAFTS).glob("*"):
                draft.unlink(missing_ok=True)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Look at each file."""
        return {path for path, file in expected.items() if not self._is_as(path, file, deep=deep)}

    def put(self, folder: Path, files: Mapping[str, File], done: Done) -> None:
        """Copy files."""
        for path, file in files.items():
            data = (folder / path).read_bytes()
            self._write(path, data, file.time)
            done(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        for path in paths:
            with _plainly(path):
                (self._folder / path).unlink(missing_ok=True)
        for folder in folders_of(paths):
            # One that still holds something stays.
            with suppress(OSError):
                (self._folder / folder).rmdir()

    def finish(self) -> None:
        """Do nothing: all stands at once."""

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def _is_as(self, path: str, file: File, *, deep: bool) -> bool:
        try:
            state = os.lstat(f"{self._folder}/{path}")
        except OSError:
            return False
        if differs(file, state.st_size, int(state.st_mtime)):
            return False
        return not deep or digest_of((self._folder / path).read_bytes()) == file.digest

    def _write(self, path: str, data: bytes, time: int | None = None) -> None:
        """Write a draft, then rename it."""
        draft, file = self._folder / draft_of(path), self._folder / path
        with _plainly(path):
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
def _plainly(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise failures.of_system(path, error) from error
