"""Writes the files of an import. What is there already stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kiosque.content.content_files import CONTENT
from kiosque.contribute.moving.old_text import NewFile
from kiosque.contribute.moving.site_folder import LARGEST_FILE
from kiosque.files import read_file, replace_file
from kiosque.i18n import _
from kiosque.model import KiosqueError, OutputError, Problem
from kiosque.wording.reasons import reason_of


@dataclass(slots=True)
class Written:
    """The paths that an import wrote, or would write, those that are as it would write them, and problems."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def write(root: Path, files: Iterable[NewFile], *, dry_run: bool = False) -> Written:
    """Write files that the hub in ``root`` lacks; a file with other bytes stays, and is named.

    Files of a text that stays are only written where the text is as the import would write it.
    """
    written = Written()
    kept: set[str] = set()
    content = (root / CONTENT).resolve()
    if not content.is_relative_to(root.resolve()):
        raise KiosqueError(_("content/ is a link out of this hub: nothing is written there"))
    for file in files:
        if file.text in kept:
            continue
        target = root / file.path
        try:
            is_kept = _write(target, file, content, written, dry_run=dry_run)
        except (OSError, OutputError) as error:
            is_kept = True
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            message = _("this file isn’t written ({reason})").format(reason=reason)
            written.problems.append(Problem(path=file.path, message=message))
        if is_kept:
            kept.add(file.path)
    return written


def _write(target: Path, file: NewFile, content: Path, written: Written, *, dry_run: bool) -> bool:
    """Write one file where there is none; return whether a file with other bytes stays in its place."""
    if not target.parent.resolve().is_relative_to(content) or target.is_symlink():
        message = _("this is a link that leads out of content/: nothing is written there")
        written.problems.append(Problem(path=file.path, message=message))
        return True
    data = _bytes(file)
    if not target.exists():
        if not dry_run:
            replace_file(target, data)
        written.new.append(file.path)
        return False
    if target.is_file() and read_file(target) == data:
        written.unchanged.append(file.path)
        return False
    message = _(
        "this file differs from the old site’s, and stays: to take the other, remove it and import again"
    )
    written.problems.append(Problem(path=file.path, message=message))
    return True


def _bytes(file: NewFile) -> bytes:
    if file.copied is None:
        return file.data
    if file.copied.is_symlink() or file.copied.stat().st_size > LARGEST_FILE:
        raise OSError(_("the file of the old site was exchanged meanwhile"))
    return read_file(file.copied)
