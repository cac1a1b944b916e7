"""What lies in the output folder: each file's size, time and digest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiosque.deploy.host import OWN, File, digest_of
from kiosque.files import read_file, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError

# Control characters, and bytes that aren't UTF-8.
_NOT_SENT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_UNFINISHED = ".kiosque-draft"
_Digests = dict[str, tuple[int, int, str]]


def scan(output: Path, cache: Path) -> dict[str, File]:
    """Return the files of ``output`` by path. Digests are kept in ``cache`` under size and time; raises OutputError."""
    kept = cache / "deploy" / f"digests-{digest_of(os.fsencode(output))}.msgpack"
    before = _load(kept)
    digests: _Digests = {}
    found = {}
    try:
        for path, state in _walk(str(output), ""):
            known = before.get(path)
            if known is None or known[:2] != (state.st_size, state.st_mtime_ns):
                known = (state.st_size, state.st_mtime_ns, digest_of(read_file(f"{output}/{path}")))
            digests[path] = known
            found[path] = File(size=state.st_size, time=state.st_mtime_ns // 10**9, digest=known[2])
    except OSError as error:
        message = _("{path} can't be read ({reason}): build the site again")
        raise OutputError(message.format(path=error.filename, reason=error.strerror)) from error
    if digests != before:
        replace_file(kept, msgspec.msgpack.encode(digests))
    return found


def _load(kept: Path) -> _Digests:
    try:
        return msgspec.msgpack.decode(kept.read_bytes(), type=_Digests)
    except (OSError, msgspec.MsgspecError):
        return {}


def _walk(root: str, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield path and state of each file; links aren't followed, for nothing that Kiosque writes is one."""
    with os.scandir(f"{root}/{below}") as entries:
        for entry in entries:
            path = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if path != OWN:
                    yield from _walk(root, f"{path}/")
            elif entry.is_file(follow_symlinks=False) and not path.endswith(_UNFINISHED):
                yield _plain(path), entry.stat(follow_symlinks=False)


def _plain(path: str) -> str:
    """Return a path that every host can have; control characters would be commands to some."""
    if _NOT_SENT.search(path):
        message = _(
            "the name of {path} can't be that of a file on a host: rename the file that it comes from"
        )
        raise OutputError(message.format(path=ascii(path)))
    return path
