"""The files of the output folder: size, time and digest of each."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosque.cache_files import load_cache, save_cache
from kiosque.deploy.host import OWN_FOLDER, File, digest_of
from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import OutputError
from kiosque.timed_stage import timed_stage
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

# Control characters, and bytes that aren't UTF-8.
_FORBIDDEN_IN_PATHS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# The suffixes of compressed copies: index.html.br lies beside index.html.
COPY_SUFFIXES = (".br", ".gz")
# Files and folders that a killed build has left.
_UNFINISHED = ".kiosque-draft"
# By path: size, time in nanoseconds, digest.
_Digests = dict[str, tuple[int, int, str]]


def scan(output: Path, cache: Path) -> dict[str, File]:
    """Return the files of ``output`` by path; raises OutputError.

    ``cache`` keeps the digests of the last scan. A file whose size and time haven't changed isn't read again.
    """
    digests_file = cache / "deploy" / f"digests-{digest_of(os.fsencode(output))}.msgpack"
    known_digests = load_cache(digests_file, _Digests) or {}
    digests: _Digests = {}
    files = {}
    try:
        with timed_stage(logger, "scanning %s", output):
            for path, stat in _walk(str(output), ""):
                known = known_digests.get(path)
                if known is None or known[:2] != (stat.st_size, stat.st_mtime_ns):
                    known = (stat.st_size, stat.st_mtime_ns, digest_of(read_file(f"{output}/{path}")))
                digests[path] = known
                files[path] = File(size=stat.st_size, time=stat.st_mtime_ns // 10**9, digest=known[2])
    except OSError as error:
        message = _("{path} can't be read ({reason}): build the site again")
        raise OutputError(message.format(path=error.filename, reason=reason_of(error))) from error
    if digests != known_digests:
        save_cache(digests_file, digests)
    logger.debug("%d files in %s, digests of %d known before", len(files), output, len(known_digests))
    return files


def without_copies(files: Mapping[str, File]) -> dict[str, File]:
    """Return the files without the compressed copies of others, for a host that compresses by itself."""
    return {
        path: file
        for path, file in files.items()
        if not (path.endswith(COPY_SUFFIXES) and path.rpartition(".")[0] in files)
    }


def _walk(root: str, below: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield path and state of each file below a folder. Links are skipped: Kiosque writes none."""
    with os.scandir(f"{root}/{below}") as entries:
        for entry in entries:
            path = f"{below}{entry.name}"
            if path.endswith(_UNFINISHED):
                continue
            if entry.is_dir(follow_symlinks=False):
                if path != OWN_FOLDER:
                    yield from _walk(root, f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                yield _checked_path(path), entry.stat(follow_symlinks=False)


def _checked_path(path: str) -> str:
    """Return a path that every host can have; raises OutputError on any other.

    A control character, such as a line end, would be a command in FTP and in scripts for a shell.
    """
    if _FORBIDDEN_IN_PATHS.search(path):
        message = _(
            "the name of {path} can't be that of a file on a host: rename the file that it comes from"
        )
        raise OutputError(message.format(path=ascii(path)))
    return path
