"""Finds the content files of a hub: those of each kind, below ``content/``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kiosque.content.schema import Kind
from kiosque.i18n import _
from kiosque.model import Problem, spelt_out
from kiosque.text import slug

CONTENT = "content"
SUFFIXES = (".md", ".rst")
# Other spellings of these, in small letters.
TEXT_SUFFIXES = frozenset({*SUFFIXES, ".markdown"})
# Files that systems and editors leave beside others: hidden ones, open documents, copies, thumbnails.
_OF_PROGRAMS = re.compile(
    r"\..*|~\$.*|#.*#|.*~|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|.*\.(?:bak|old|orig|rej|sw[a-p]|tmp)",
    re.IGNORECASE | re.DOTALL,
)


def content_files(root: Path, kind: Kind) -> Iterator[Path]:
    """Yield the files of a kind in order, at any depth: ``<slug>.md``, ``<slug>.rst``, ``<slug>/index.md``.

    Links that lead out of ``content/``, or to a hidden file, are left out: a submission must not publish
    other files of the hub or of the machine. ``root`` is the hub's folder.
    """
    folder, top = root / CONTENT / kind.folder, (root / CONTENT).resolve()
    if not top.is_relative_to(root.resolve()) or (folder.is_symlink() and leads_out(folder, top)):
        return iter(())
    files = [
        path
        for path in _files_below(folder)
        if is_text(path.name) and path.is_file() and not _is_link_out(path, folder, top)
    ]
    return iter(sorted(files))


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder, and the index files of folders that are links.

    A link to a folder isn't followed any deeper: it may lead in a circle.
    """
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118 - ten times as fast
        for name in names:
            yield Path(where, name)
        for name in links:
            yield from (Path(where, name, f"index{suffix}") for suffix in SUFFIXES)


def is_text(name: str) -> bool:
    """Whether a file of this name is a content file, if its folder is that of a kind."""
    return PurePosixPath(name).suffix.lower() in TEXT_SUFFIXES and not is_of_program(name)


def is_of_program(name: str) -> bool:
    """Whether a system or an editor made the file of this name beside those of people.

    >>> [is_of_program(name) for name in ("._a.md", "Thumbs.db", "a.md~", "a (copie).md")]
    [True, True, True, False]
    """
    return bool(_OF_PROGRAMS.fullmatch(name))


def file_name_problems(root: Path, kind: Kind) -> Iterator[Problem]:
    """Yield the problems of the names of a kind's files and folders.

    These are invisible characters, and links that lead out of ``content/``.
    """
    folder, top = root / CONTENT / kind.folder, (root / CONTENT).resolve()
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*folders, *names]):
            yield from _name_problems(root, Path(where, name), top)


def _name_problems(root: Path, path: Path, top: Path) -> Iterator[Problem]:
    if spelt_out(path.name) != path.name:
        message = _("the name of this file holds signs that nobody sees: rename it")
        yield Problem(path=path.relative_to(root).as_posix(), message=message, rule="file-control")
    # Few files are links. A path object for each look-up would cost more.
    if os.path.islink(path):  # noqa: PTH114
        for file in (path, path / "index.md", path / "index.rst"):
            if os.path.islink(file) and leads_out(file, top):  # noqa: PTH114
                message = _(
                    "this is a link that leads out of content/, and is left out: put a copy of the file here"
                )
                yield Problem(path=file.relative_to(root).as_posix(), message=message, rule="file-link")


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a link ends outside ``folder``, which is resolved, or at a hidden file or folder of it."""
    try:
        target = path.resolve()
    except (OSError, RuntimeError):
        return True
    is_below = target.is_relative_to(folder)
    return not is_below or any(part.startswith(".") for part in target.relative_to(folder).parts)


def _is_link_out(path: Path, folder: Path, top: Path) -> bool:
    # Only links can lead out. To resolve every path would take longer than to read the files.
    is_link = path.is_symlink() or (path.parent != folder and path.parent.is_symlink())
    return is_link and leads_out(path, top)


def walk(root: Path, folder: str = CONTENT) -> Iterator[str]:
    """Yield the paths of all files below a folder of the hub, but those of programs and hidden ones.

    Symbolic links aren't followed. A link to a folder is yielded as a file.
    """
    for where, folders, files in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = os.path.relpath(where, root)
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118 - ten times as fast
        for name in sorted([*files, *links]):
            if not is_of_program(name):
                yield f"{below}/{name}"


def slug_of(path: str) -> str:
    """Return the slug that the name of a content file gives; for ``index.md``, that of its folder."""
    pure = PurePosixPath(path)
    # Hugo names a translation index.fr.md.
    is_index = pure.stem.partition(".")[0] == "index"
    return slug(pure.parent.name if is_index else pure.stem, fallback="sans-nom")


def same_slug(path: str, taken: str, by: str, key: str) -> Problem:
    """Return the problem that the file ``path`` has the slug ``taken``, as the file ``by`` has already.

    ``key`` is the key that gives a file its slug, as the person writes it.
    """
    message = _(
        "the address “{slug}” is taken by {other}: rename this file, or give it a “{key}:” of its own"
    )
    text = message.format(slug=taken, other=by, key=key)
    return Problem(path=path, line=1, message=text, rule="address-taken")
