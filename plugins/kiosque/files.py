"""Replaces files atomically, reads thousands of files fast, and makes folders for temporary files."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from kiosque.i18n import _
from kiosque.model import KiosqueError, OutputError
from kiosque.wording.reasons import reason_of

_TEMPORARY = "kiosque-run-"


def replace_file(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Write a draft beside ``path`` and rename it to ``path``: a reader sees the old file or the new one.

    The bytes of a ``lasting`` file are on the disk before it is renamed, so that a power cut leaves the old
    file or the new one too. Raises OutputError where it can't be written.
    """
    # The draft has a fixed name: the next write takes over a draft that a killed process has left.
    draft = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _open_draft(draft)
        try:
            with open(handle, "wb", closefd=False) as file:
                file.write(data)
            if lasting:
                os.fsync(handle)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
    except OSError as error:
        raise OutputError(cannot_write(path, error)) from error


def _open_draft(draft: Path) -> int:
    """Return the handle of an empty draft. Another process that writes the same file waits for its end."""
    while True:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # The one who had the lock has renamed or removed the draft: this handle is that of its file.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), draft.stat()):
                    os.ftruncate(handle, 0)
                    return handle
        except OSError:
            os.close(handle)
            raise
        os.close(handle)


def read_file(path: Path | str) -> bytes:
    """Return the bytes of a file; raises OSError.

    An archive has a file for each source and year. This takes half of the time of ``Path.read_bytes``.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        data = os.read(handle, os.fstat(handle).st_size)
        # A file that is being written, or a pipe, may give only a part of its content at once.
        while more := os.read(handle, 1 << 20):
            data += more
    finally:
        os.close(handle)
    return data


def read_given_file(file: Path, most: int) -> bytes:
    """Return the bytes of a file that a person names, and no more than one beyond ``most``.

    Raises KiosqueError, with what to do, if it can't be opened.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        raise KiosqueError(message.format(reason=reason_of(error))) from error


def resolved_below(path: Path, folders: Iterable[Path]) -> Path | None:
    """Return a file with links resolved; None unless one of ``folders`` holds it, without a hidden name.

    ``folders`` are resolved already. What counts is where a path ends: each of its parts may be a link.
    """
    try:
        file = path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None
    below = (file.relative_to(folder) for folder in folders if file.is_relative_to(folder))
    is_shown = any(not any(part.startswith(".") for part in relative.parts) for relative in below)
    return file if is_shown and file.is_file() else None


def cannot_write(path: Path | str, error: OSError) -> str:
    """Return the message for a path that can't be written: the reason, and what to do."""
    message = _(
        "{path} can't be written ({reason}): free some space or mend the folder's permissions, then run again"
    )
    return message.format(path=path, reason=reason_of(error))


@contextlib.contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Give a new folder, and remove it afterwards; ``parent`` is by default the system's temporary folder.

    A killed process can't remove its folder: the next call with the same parent does it. A folder is in use
    while its process, or a forked child, holds its lock (flock(2)), which ends with them.
    """
    place = Path(parent or tempfile.gettempdir())
    _remove_abandoned(place)
    folder, handle = _new_folder(place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _new_folder(place: Path) -> tuple[Path, int]:
    """Return a new folder and the handle that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=place))
        # Another process may take a folder for abandoned until it is locked.
        if (handle := _locked(folder)) is not None:
            if folder.is_dir():
                return folder, handle
            os.close(handle)


def _remove_abandoned(place: Path) -> None:
    with contextlib.suppress(OSError):
        for folder in place.glob(f"{_TEMPORARY}*"):
            if (handle := _locked(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(handle)


def _locked(folder: Path) -> int | None:
    """Return the handle of a folder, now locked; ``None`` where it is in use or someone else's."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_uid == os.getuid():
            return handle
    os.close(handle)
    return None
