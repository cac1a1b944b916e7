"""Loads all content files of a kind."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import Any

from kiosque.content import frontmatter
from kiosque.content.content_files import content_files, file_name_problems, same_slug
from kiosque.content.guarded import guarded
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.kinds.source import SOURCE
from kiosque.content.reader import ReadFile, read_record
from kiosque.content.schema import Kind
from kiosque.content.schema.written_keys import WrittenKeys
from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import Problem, Source
from kiosque.wording.reasons import reason_of


def load_sources(root: Path, zone: tzinfo) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Return all sources of a hub, ordered by slug, and the problems of their files."""
    sources, problems = load(SOURCE, root, zone)
    return tuple(sorted(sources, key=lambda source: source.slug)), problems


def load_pages(root: Path, zone: tzinfo) -> tuple[tuple[HubPage, ...], tuple[Problem, ...]]:
    """Return all of the hub's own pages, in the order of their files, and the problems of these files."""
    return load(PAGE, root, zone)


def load(kind: Kind, root: Path, zone: tzinfo) -> tuple[tuple[Any, ...], tuple[Problem, ...]]:
    """Return the records of all files of a kind, in the order of the files, and the problems of these files.

    Of two files with the same slug, the first counts.
    """
    records: dict[str, Any] = {}
    problems = [*file_name_problems(root, kind)]
    for file in content_files(root, kind):
        path = file.relative_to(root).as_posix()
        content = _load_file(kind, file, path, zone)
        problems += content.problems
        if content.record and content.record.slug in records:
            first = records[content.record.slug].path
            problems.append(same_slug(path, content.record.slug, first, content.keys.key("slug")))
        elif content.record:
            records[content.record.slug] = content.record
    return tuple(records.values()), tuple(problems)


def keys_of(kind: Kind, root: Path, path: str, zone: tzinfo) -> WrittenKeys:
    """Return the keys of a file as they are written; none if it can't be read."""
    return _load_file(kind, root / path, path, zone).keys


def _load_file(kind: Kind, file: Path, path: str, zone: tzinfo) -> ReadFile[Any]:
    try:
        text, problems = frontmatter.decode_text(read_file(file), path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        problem = Problem(path=path, message=message.format(reason=reason_of(error)))
        return ReadFile(None, problems=(problem,))
    if problems:
        return ReadFile(None, problems=problems)
    result = guarded(path, lambda: read_record(kind, frontmatter.split(text, path), path, zone))
    return ReadFile(None, problems=(result,)) if isinstance(result, Problem) else result
