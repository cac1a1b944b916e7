"""The publisher: the only writer of an output folder.

It makes the outputs that differ from the previous build, and removes files that nobody wants any more.

The manifest keeps, of each file that it wrote, a fingerprint of the ingredients and the file's size and time.
A file is left alone where both are the same. Before the publisher writes anything, it saves a manifest that
names all files which it is about to touch: the next build repairs what an interrupted build left behind.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

import jinja2
import msgspec

from kiosque.cache_files import checksum
from kiosque.content.guarded import CpuLimitError, cpu_limit
from kiosque.files import cannot_write
from kiosque.i18n import _
from kiosque.model import OutputError, Problem
from kiosque.site.output.failures import DamagedFileError, problem_of
from kiosque.site.output.fingerprints import Fingerprints, Renderer
from kiosque.site.output.manifest import PublishedFile, load_manifest, manifest_file, save_manifest
from kiosque.site.output.processes import forked
from kiosque.site.output.wanted import Copy, Data, Generated, Output, Page, Unchanged, Wanted

logger = logging.getLogger(__name__)

# The number of outputs that a child takes at a time.
_CHUNK = 100
# The number of outputs that are held in memory at once, with their values.
_BATCH = 30_000
_DRAFT = ".kiosque-draft"
# Of a processor. The largest lists and texts take less than a second.
_MOST_SECONDS = 30
# Errors that concern one output.
_FAILURES = (
    jinja2.TemplateError, CpuLimitError, OSError, TypeError, ValueError, AttributeError, LookupError,
    RecursionError,
)  # fmt: skip
# Errors that concern one path: a folder lies where a file should be, or someone else's folder is closed. Any
# other error, such as that of a full disk, concerns all paths.
_OF_ONE_FILE = frozenset({
    errno.EACCES, errno.EEXIST, errno.EILSEQ, errno.EINVAL, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG,
    errno.ENOENT, errno.ENOTDIR, errno.ENOTEMPTY, errno.EPERM,
})  # fmt: skip
# Names joined by slashes. None of them leads up, is empty or is too long for a file system.
_PLAIN_PATH = re.compile(r"(?:^|(?:(?!\.{1,2}/)[^/\0]{1,199}/)+)(?!\.{1,2}$)[^/\0]{1,199}")


@dataclass(slots=True)
class Published:
    """The result of ``publish``: the paths written and removed, the number of files left alone, the problems.

    ``files`` is the content of the new manifest.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: int = 0
    problems: list[Problem] = field(default_factory=list)
    had_manifest: bool = True
    files: Mapping[str, PublishedFile] = field(default_factory=dict)


class _Job(msgspec.Struct, frozen=True, eq=False):
    """An output to be made.

    ``old`` is the file of the previous build, which is left alone if its bytes turn out to be the same.
    Without such a file, ``fingerprint`` is empty: it is made together with the output, in a child.
    """

    output: Output
    fingerprint: bytes = b""
    old: PublishedFile | None = None


@dataclass(slots=True)
class PreviousBuild:
    """The files that the previous build left in a folder, by path, and the means to compare them."""

    folder: Path
    files: Mapping[str, PublishedFile]
    fingerprints: Fingerprints

    def has(self, output: Output) -> bool:
        """Whether the folder holds an output, unchanged. Raises the errors of ``Fingerprints.of``."""
        old = self.files.get(output.path)
        return old is not None and self.is_same(output.path, old, self.fingerprints.of(output))

    def is_same(self, path: str, old: PublishedFile, fingerprint: bytes) -> bool:
        """Whether a file has this fingerprint, and nobody has changed it on the disk."""
        return old.fingerprint == fingerprint and _is_intact(self.folder, path, old)


def publish(
    wanted: Callable[[PreviousBuild], Iterable[Wanted]],
    folder: Path,
    cache: Path,
    renderer: Renderer,
    *,
    share: str = "",
    chunk: int = _CHUNK,
) -> Published:
    """Make ``folder`` hold exactly the wanted outputs. Raises OutputError where it can't be written.

    ``wanted`` receives the state of the previous build. Without a manifest in ``cache``, wanted files are
    overwritten and nothing is removed. A ``share`` of a folder has its own manifest: several shares don't
    touch each other's files. A child process makes ``chunk`` outputs at a time.
    """
    start = time.perf_counter()
    manifest = manifest_file(folder, cache, share)
    loaded = load_manifest(manifest)
    old_files = loaded or {}
    logger.debug("publishing to %s: manifest %s names %d files", folder, manifest.name, len(old_files))
    _remove_drafts(folder, old_files)
    files: dict[str, PublishedFile] = {}
    result = Published(had_manifest=loaded is not None, files=files)
    previous = PreviousBuild(folder, old_files, Fingerprints(renderer))
    jobs = _jobs(wanted(previous), previous, files, result)
    made_any = False
    # In batches, so that memory holds the values of a batch only, however many pages there are.
    while batch := list(islice(jobs, _BATCH)):
        # If the build is interrupted from here on, the manifest already names every file that it may have
        # touched.
        logger.debug("making %d outputs", len(batch))
        save_manifest(manifest, old_files | files)
        make = partial(_make, folder=folder, renderer=renderer, fingerprints=previous.fingerprints)
        for job, outcome in zip(batch, forked(make, batch, chunk=chunk), strict=True):
            _record(job, outcome, files, result)
        made_any = True
    unwanted = [path for path in old_files if path not in files]
    for path in unwanted:
        _remove(folder, path, old_files[path], result)
    if made_any or unwanted or loaded is None:
        save_manifest(manifest, files)
    logger.debug(
        "published to %s in %.3f s: %d written, %d unchanged, %d removed, %d problems",
        folder,
        time.perf_counter() - start,
        len(result.written),
        result.kept,
        len(result.removed),
        len(result.problems),
    )
    return result


def _remove_drafts(folder: Path, files: dict[str, PublishedFile]) -> None:
    """Remove the half-written files that an interrupted build left behind."""
    for path, file in files.items():
        if not file.fingerprint:
            # A file may lie where the path has a folder: then there is no draft, and nothing to remove.
            with contextlib.suppress(OSError):
                (folder / (path + _DRAFT)).unlink(missing_ok=True)


def _jobs(
    wanted: Iterable[Wanted], previous: PreviousBuild, files: dict[str, PublishedFile], result: Published
) -> Iterator[_Job]:
    """Yield a job for each output that is missing or differs; add all wanted paths to ``files``."""
    folders: set[str] = set()
    for output in wanted:
        path = output.path
        old = previous.files.get(path)
        # A path of the manifest was checked when it was first published.
        is_address = bool(old or _PLAIN_PATH.fullmatch(path))
        if problem := _collision(path, files, folders) if is_address else _no_address(path):
            result.problems.append(problem)
            continue
        if isinstance(output, Unchanged):
            files[path] = previous.files[path]
            result.kept += 1
            continue
        if old is None:
            files[path] = PublishedFile(b"")
            yield _Job(output)
            continue
        try:
            fingerprint = previous.fingerprints.of(output)
        except (OSError, jinja2.TemplateError) as error:
            result.problems.append(problem_of(output, error))
            files[path] = old
            continue
        if previous.is_same(path, old, fingerprint):
            files[path] = old
            result.kept += 1
        else:
            files[path] = PublishedFile(b"")
            yield _Job(output, fingerprint, old)


def _collision(path: str, files: Mapping[str, PublishedFile], folders: set[str]) -> Problem | None:
    """Return the problem that a path is that of another output, or lies below or above one.

    ``folders`` are those of the outputs so far; the folders of this path are added.
    """
    taken = path if path in files or path in folders else ""
    folder = path.rpartition("/")[0]
    if folder in folders and not taken:
        return None
    new_folders = []
    # The folders above a known folder are known too, and no output has their paths.
    while folder and folder not in folders:
        new_folders.append(folder)
        taken = folder if folder in files else taken
        folder = folder.rpartition("/")[0]
    if not taken:
        folders.update(new_folders)
        return None
    message = _("/{taken} stands at this address already: only that is published").format(taken=taken)
    return Problem(path=path, message=message)


def _no_address(path: str) -> Problem:
    return Problem(path=path, message=_("this can't be an address: it is left out"))


def _is_intact(folder: Path, path: str, file: PublishedFile) -> bool:
    """Whether a file still has the size and time that it had when it was written."""
    try:
        state = os.lstat(f"{folder}/{path}")
    except OSError:
        return False
    return state.st_size == file.size and state.st_mtime_ns == file.modified


def _make(
    job: _Job, folder: Path, renderer: Renderer, fingerprints: Fingerprints
) -> PublishedFile | Problem | None:
    """Make an output and write it. Return the new file, ``None`` for the same bytes, or a problem.

    Raises OutputError where no other output could be written either: a disk that is full, for instance.
    """
    try:
        with cpu_limit(_MOST_SECONDS):
            data = _bytes(job.output, renderer)
        fingerprint = job.fingerprint or fingerprints.of(job.output)
    except _FAILURES as error:
        return problem_of(job.output, error)
    # Most processors have instructions for SHA-256, which make it the fastest digest.
    digest = hashlib.sha256(data).digest()
    if job.old and job.old.digest == digest and _is_intact(folder, job.output.path, job.old):
        return None
    try:
        state = _write(folder, job.output.path, data, is_new=job.old is None)
    except OSError as error:
        message = cannot_write(folder / job.output.path, error)
        if not folder.is_dir() or error.errno not in _OF_ONE_FILE:
            raise OutputError(message) from error
        return Problem(path=job.output.path, message=message)
    return PublishedFile(fingerprint, state.st_size, state.st_mtime_ns, digest)


def _bytes(output: Output, renderer: Renderer) -> bytes:
    if isinstance(output, Page):
        return renderer.render(output.template, {**output.values, **output.shared})
    if isinstance(output, Generated):
        return output.make()
    return output.data if isinstance(output, Data) else _copied(output)


def _copied(copy: Copy) -> bytes:
    """Return the bytes of a file to be copied.

    Raises DamagedFileError if they don't match their checksum: the file is removed, to be made again.
    """
    data = Path(copy.origin).read_bytes()
    if copy.checksum and checksum(data) != copy.checksum:
        Path(copy.origin).unlink()
        raise DamagedFileError
    return data


def _write(folder: Path, path: str, data: bytes, *, is_new: bool) -> os.stat_result:
    """Write a file. An existing file is replaced by a finished draft: readers never see half a file."""
    name = f"{folder}/{path}"
    # Most pages have a folder of their own.
    if is_new and name.endswith("/index.html"):
        _make_folder(os.path.dirname(name))
    try:
        return _write_new(name, data)
    except FileNotFoundError:
        _make_folder(os.path.dirname(name))
        return _write_new(name, data)
    except FileExistsError:
        draft = name + _DRAFT
        try:
            Path(draft).unlink(missing_ok=True)
            state = _write_new(draft, data)
            os.replace(draft, name)
        except OSError:
            with contextlib.suppress(OSError):
                Path(draft).unlink(missing_ok=True)
            raise
        return state


def _make_folder(name: str) -> None:
    """Make a folder, and the folders above it where they are missing.

    Mostly they exist: lists come before the pages that they list.
    """
    try:
        os.mkdir(name)
    except FileNotFoundError:
        os.makedirs(name, exist_ok=True)
    except FileExistsError:
        return


def _write_new(name: str, data: bytes) -> os.stat_result:
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        return os.fstat(handle)
    finally:
        os.close(handle)


def _record(
    job: _Job, outcome: PublishedFile | Problem | None, files: dict[str, PublishedFile], result: Published
) -> None:
    """Add the outcome of a job to the new manifest and to the result."""
    path = job.output.path
    if isinstance(outcome, Problem):
        result.problems.append(outcome)
        if job.old:
            files[path] = msgspec.structs.replace(job.old, fingerprint=b"")
        else:
            del files[path]
    elif outcome is None and job.old:
        files[path] = msgspec.structs.replace(job.old, fingerprint=job.fingerprint)
        result.kept += 1
    elif outcome is not None:
        files[path] = outcome
        result.written.append(path)


def _remove(folder: Path, path: str, file: PublishedFile, result: Published) -> None:
    """Remove an unwanted file, unless someone else has changed it, and the folders that it leaves empty."""
    is_ours = not file.fingerprint or _is_intact(folder, path, file)
    try:
        if is_ours:
            (folder / path).unlink(missing_ok=True)
            result.removed.append(path)
        else:
            logger.debug("not removing %s: someone else has changed it", path)
        for parent in PurePosixPath(path).parents:
            if str(parent) != ".":
                (folder / parent).rmdir()
    except OSError:
        # A folder that isn't empty stays, and a folder that is gone needs nothing.
        return
