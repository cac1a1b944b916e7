"""The one writer of an output folder: it renders what differs from last time, and removes what nobody wants.

Of each file that it wrote, the manifest keeps a fingerprint of all that made it, and what the file system said
of it then. A file whose fingerprint and state are the same is left alone. Before anything is written, the manifest
says which files are about to be: a build that is cut off is mended by the next.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

import jinja2
import msgspec

from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Problem
from kiosque.site.output.processes import forked
from kiosque.site.output.wanted import Copy, Data, Generated, Output, Page, Shared, Unchanged, Wanted
from kiosque.site.render.theme import Theme

_FORMAT = 1
_CHUNK = 100
_AT_ONCE = 30_000
_DRAFT = ".kiosque-draft"
# Names parted by slashes, none of which leads up, is empty or is too long for a file system.
_PLAIN_PATH = re.compile(r"(?:^|(?:(?!\.{1,2}/)[^/\0]{1,199}/)+)(?!\.{1,2}$)[^/\0]{1,199}")


class PublishedFile(msgspec.Struct, frozen=True, array_like=True):
    """One file of the manifest: what made it, and its state once written.

    An empty ``fingerprint`` says that it was about to be written: whatever is there is ours, and not to be trusted.
    """

    fingerprint: bytes
    size: int = -1
    modified: int = -1
    digest: bytes = b""


class Manifest(msgspec.Struct, frozen=True):
    """What the publisher knows of an output folder."""

    format: int
    files: dict[str, PublishedFile]


@dataclass(slots=True)
class Published:
    """What a publication did: the paths written and removed, how many were left alone, what went wrong.

    ``files`` is what the manifest now says.
    """

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: int = 0
    problems: list[Problem] = field(default_factory=list)
    had_manifest: bool = True
    files: Mapping[str, PublishedFile] = field(default_factory=dict)


class _Job(msgspec.Struct, frozen=True, eq=False):
    """One file to be made; ``old`` is what was there, to leave it alone if its bytes turn out the same.

    The fingerprint of what wasn't there is made with the file.
    """

    output: Output
    fingerprint: bytes = b""
    old: PublishedFile | None = None


@dataclass(slots=True)
class PreviousBuild:
    """What the last build left in a folder, by path, and what tells whether an output is among it."""

    folder: Path
    files: Mapping[str, PublishedFile]
    fingerprints: _Fingerprints

    def has(self, output: Output) -> bool:
        """Whether an output is there as it should be. Raises what making its fingerprint does."""
        before = self.files.get(output.path)
        return before is not None and self.is_same(output.path, before, self.fingerprints.of(output))

    def is_same(self, path: str, before: PublishedFile, fingerprint: bytes) -> bool:
        """Whether nothing that makes a file differs, nor the file."""
        return before.fingerprint == fingerprint and _is_intact(self.folder, path, before)


def publish(
    wanted: Callable[[PreviousBuild], Iterable[Wanted]],
    folder: Path,
    cache: Path,
    theme: Theme,
    *,
    share: str = "",
    chunk: int = _CHUNK,
) -> Published:
    """Make ``folder`` hold what is wanted. Raises OutputError where it can't be written.

    Who wants something is told what stands there. Without a manifest in ``cache`` it overwrites what is wanted and
    prunes nothing. A ``share`` of a folder has a manifest of its own; ``chunk`` outputs are work enough for a child.
    """
    manifest_file = manifest(folder, cache, share)
    old = _load(manifest_file)
    result = Published(had_manifest=old is not None)
    known = old or {}
    _clear_drafts(folder, known)
    files: dict[str, PublishedFile] = {}
    result.files = files
    standing = PreviousBuild(folder, known, _Fingerprints(theme))
    differing = _differing(wanted(standing), standing, files, result)
    touched = False
    # In batches, so that memory holds the values of some pages only, however many there are.
    while jobs := list(islice(differing, _AT_ONCE)):
        # From here on a cut leaves a manifest that owns every file that may have been touched.
        _save(manifest_file, known | files)
        make = partial(_make, folder=folder, theme=theme, fingerprints=standing.fingerprints)
        for job, made in zip(jobs, forked(make, jobs, chunk=chunk), strict=True):
            _take(job, made, files, result)
        touched = True
    unwanted = [path for path in known if path not in files]
    if not touched and not unwanted and old is not None:
        return result
    for path in unwanted:
        _remove(folder, path, known[path], result)
    _save(manifest_file, files)
    return result


def manifest(folder: Path, cache: Path, share: str = "") -> Path:
    """Return the file in which the publisher keeps what it knows of a folder, or of a share of it."""
    key = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    return cache / "manifests" / f"{key}{share and '-'}{share}.msgpack"


def _load(file: Path) -> dict[str, PublishedFile] | None:
    try:
        manifest = msgspec.msgpack.decode(file.read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None
    return manifest.files if manifest.format == _FORMAT else None


def _save(file: Path, files: dict[str, PublishedFile]) -> None:
    replace_file(file, msgspec.msgpack.encode(Manifest(_FORMAT, files)))


def _clear_drafts(folder: Path, known: dict[str, PublishedFile]) -> None:
    """Remove the half-written files that a cut build left behind."""
    for path, written in known.items():
        if not written.fingerprint:
            (folder / (path + _DRAFT)).unlink(missing_ok=True)


def _differing(
    wanted: Iterable[Wanted], standing: PreviousBuild, files: dict[str, PublishedFile], result: Published
) -> Iterator[_Job]:
    """Yield the outputs that aren't there as they should be; fill ``files`` with all that are wanted."""
    for output in wanted:
        path = output.path
        before = standing.files.get(path)
        # What the manifest knows has been published before, so its path is one.
        if path in files or not (before or _PLAIN_PATH.fullmatch(path)):
            message = _(
                "two things want this address, or it can't be an address: only the first is published"
            )
            result.problems.append(Problem(path=path, message=message))
            continue
        if isinstance(output, Unchanged):
            files[path] = standing.files[path]
            result.kept += 1
            continue
        if before is None:
            files[path] = PublishedFile(b"")
            yield _Job(output)
            continue
        try:
            fingerprint = standing.fingerprints.of(output)
        except (OSError, jinja2.TemplateError) as error:
            result.problems.append(_failure(output, error))
            files[path] = before
            continue
        if standing.is_same(path, before, fingerprint):
            files[path] = before
            result.kept += 1
        else:
            files[path] = PublishedFile(b"")
            yield _Job(output, fingerprint, before)


class _Fingerprints:
    """Makes the fingerprints of one build; a record that many pages show is read once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._encode = msgspec.msgpack.Encoder().encode
        self._shared: dict[int, bytes] = {}

    def of(self, output: Output) -> bytes:
        """Return a digest of all that makes an output."""
        if isinstance(output, Page):
            made_of = [self._theme.digest(output.template), self._encode(output.values)]
            for name, records in output.shared.items():
                made_of.append(b"%b %d" % (name.encode(), len(records)))
                made_of += self._digests(records)
            return _digest(b"".join(made_of))
        if isinstance(output, Copy):
            return _digest(_state(output).encode())
        return _digest(output.key.encode() if isinstance(output, Generated) else output.data)

    def _digests(self, records: Sequence[Shared]) -> Iterable[bytes]:
        known = self._shared
        # Most were seen on another page: looking them up without a loop counts, for lists show a hundred thousand.
        if None in map(known.get, map(id, records)):
            for record in records:
                if id(record) not in known:
                    known[id(record)] = _digest(self._encode(record))
        return map(known.__getitem__, map(id, records))


def _state(copy: Copy) -> str:
    """Return what differs when the file to be copied does, as far as the file system says."""
    if copy.is_named_by_content:
        return str(copy.origin)
    state = Path(copy.origin).stat()
    return f"{copy.origin} {state.st_size} {state.st_mtime_ns}"


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _is_intact(folder: Path, path: str, written: PublishedFile) -> bool:
    try:
        state = os.lstat(f"{folder}/{path}")
    except OSError:
        return False
    return state.st_size == written.size and state.st_mtime_ns == written.modified


def _make(
    job: _Job, folder: Path, theme: Theme, fingerprints: _Fingerprints
) -> PublishedFile | Problem | None:
    """Make one file: return its state, ``None`` where it was the same already, or what went wrong."""
    try:
        data = _bytes(job.output, theme)
        fingerprint = job.fingerprint or fingerprints.of(job.output)
    except (jinja2.TemplateError, OSError, TypeError, ValueError, AttributeError, LookupError) as error:
        return _failure(job.output, error)
    # Most processors have instructions for this one, which makes it the fastest.
    digest = hashlib.sha256(data).digest()
    if job.old and job.old.digest == digest and _is_intact(folder, job.output.path, job.old):
        return None
    state = _write(folder, job.output.path, data, is_new=job.old is None)
    return PublishedFile(fingerprint, state.st_size, state.st_mtime_ns, digest)


def _bytes(output: Output, theme: Theme) -> bytes:
    if isinstance(output, Page):
        return theme.render(output.template, {**output.values, **output.shared})
    if isinstance(output, Generated):
        return output.make()
    return output.data if isinstance(output, Data) else Path(output.origin).read_bytes()


def _write(folder: Path, path: str, data: bytes, *, is_new: bool) -> os.stat_result:
    """Write a new file in place, an existing one by replacing it, so that a reader never meets half of it."""
    name = f"{folder}/{path}"
    try:
        # A page mostly has a folder of its own.
        if is_new and name.endswith("/index.html"):
            _make_folder(os.path.dirname(name))
        try:
            return _write_new(name, data)
        except FileNotFoundError:
            _make_folder(os.path.dirname(name))
            return _write_new(name, data)
        except FileExistsError:
            draft = name + _DRAFT
            Path(draft).unlink(missing_ok=True)
            try:
                state = _write_new(draft, data)
                os.replace(draft, name)
            except OSError:
                Path(draft).unlink(missing_ok=True)
                raise
            return state
    except OSError as error:
        raise OutputError(cannot_write(name, error)) from error


def _make_folder(name: str) -> None:
    """Make a folder, and those above it that aren't there: mostly they are, since lists come before what they list."""
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


def _take(
    job: _Job, made: PublishedFile | Problem | None, files: dict[str, PublishedFile], result: Published
) -> None:
    """Note what became of a job."""
    path = job.output.path
    if isinstance(made, Problem):
        result.problems.append(made)
        if job.old:
            files[path] = msgspec.structs.replace(job.old, fingerprint=b"")
        else:
            del files[path]
    elif made is None and job.old:
        files[path] = msgspec.structs.replace(job.old, fingerprint=job.fingerprint)
        result.kept += 1
    elif made is not None:
        files[path] = made
        result.written.append(path)


def _failure(output: Output, error: Exception) -> Problem:
    """Say which template or file is at fault, and where."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        message = _("this template can't be read: {reason}").format(reason=error.message)
        return Problem(path=f"theme/templates/{error.name}", line=error.lineno, message=message)
    if isinstance(error, jinja2.TemplateNotFound):
        message = _("this template is missing from the theme").format()
        return Problem(path=f"theme/templates/{error.name}", message=message)
    if isinstance(output, Page):
        message = _("the page /{path} can't be made with this template: {reason}")
        reason = ": ".join([*getattr(error, "__notes__", ()), str(error) or type(error).__name__])
        template, line = _template_place(error) or (output.template, None)
        return Problem(
            path=f"theme/templates/{template}",
            line=line,
            message=message.format(path=output.path, reason=reason),
        )
    origin = str(output.origin) if isinstance(output, Copy) else output.path
    return Problem(path=origin, message=_("this file can't be read: put it back, or mend its permissions"))


def _template_place(error: Exception) -> tuple[str, int] | None:
    """Return the template where rendering failed, and the line: Jinja's frames carry them."""
    place, trace = None, error.__traceback__
    while trace:
        _theme, is_template, name = trace.tb_frame.f_code.co_filename.rpartition("/templates/")
        if is_template and not name.endswith(".py"):
            place = (name, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _remove(folder: Path, path: str, written: PublishedFile, result: Published) -> None:
    """Remove a file that nobody wants any more, unless someone else has changed it since, and empty folders."""
    ours = not written.fingerprint or _is_intact(folder, path, written)
    try:
        if ours:
            (folder / path).unlink(missing_ok=True)
            result.removed.append(path)
        for parent in PurePosixPath(path).parents:
            if str(parent) != ".":
                (folder / parent).rmdir()
    except OSError:
        # A folder that still holds something, or is gone already, needs nothing.
        return
