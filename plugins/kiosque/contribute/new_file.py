"""New content files: what stands in one, and writing it where none is yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from pathlib import Path

from kiosque.content.content_files import CONTENT, SUFFIXES
from kiosque.content.kinds import KINDS
from kiosque.content.schema import values
from kiosque.content.schema.writing import on_one_line
from kiosque.files import cannot_write
from kiosque.i18n import _
from kiosque.model import Feed, Format, KiosqueError, Scope
from kiosque.text import folded, line_text

_LONGEST_NAME = 200
# A medium's name often says what it is; compared without case and accents, the first that fits counts.
_TYPES_BY_NAME = (
    ("radio", re.compile(r"\b(?:web-?)?radios?\b|\bfm\b|\b(?:8[7-9]|9\d|10[0-8])[.,]\d\b")),
    ("webtv", re.compile(r"\b(?:web-?)?tv\b|\btele(?!gra|pho|com)\w*|\bcanal\b")),
    ("podcast", re.compile(r"\bpodcasts?\b|\bbalados?\b")),
    (
        "paper",
        re.compile(r"\b(?:journal|gazette|courrier|hebdo\w*|mensuel|bulletin|revue|fanzine|newspaper)\b"),
    ),
    ("blog", re.compile(r"\bblogs?\b|\bcarnets?\b")),
)
_TYPE_BY_FORMAT = {Format.SOUND: "podcast", Format.VIDEO: "webtv", Format.TEXT: "blog"}
_SUFFIX = re.compile(
    r"\s*[-–—|»:]*\s*\b(?:flux|feed|rss|atom)\b[\s\d.]*(?:rss|atom)?[\s\d.]*$", re.IGNORECASE
)


def source_file(
    *,
    name: str,
    feeds: Iterable[Feed],
    type_: str = "",
    homepage: str = "",
    language: str = "",
    scope: Scope = Scope.EXCERPT,
) -> str:
    """Return the text of a source's file, its fields in their usual order; what is empty is left out."""
    given = {"name": line_text(name), "type": type_, "homepage": homepage, "language": language}
    lines = [f"{key}: {on_one_line(value)}" for key, value in given.items() if value]
    items = [f"  - {on_one_line(_feed(feed))}" for feed in feeds]
    if items:
        lines += ["feeds:", *items]
    return "\n".join(["---", *lines, f"agreement: {on_one_line({'scope': scope.value})}", "---", ""])


def _feed(feed: Feed) -> str | dict[str, object]:
    """Return a feed as it is written: its address alone where nothing more is said of it."""
    more = {
        "only": list(feed.only),
        "except": list(feed.except_),
        "tags": list(feed.tags),
        "language": feed.language,
    }
    options = {key: value for key, value in more.items() if value}
    return {"url": feed.url, **options} if options else feed.url


def guessed_name(titles: Iterable[str], fallback: str) -> str:
    """Return the first title that is one, without what only says that it is a feed's."""
    names = (_SUFFIX.sub("", line_text(title)[:_LONGEST_NAME]) for title in titles)
    return next((name for name in names if name), fallback)


def guessed_type(name: str, formats: Mapping[Format, int]) -> str:
    """Return what a medium is likely to be by its name, else by what it publishes most; empty where nothing tells."""
    plain = folded(name)
    if by_name := next((kind for kind, pattern in _TYPES_BY_NAME if pattern.search(plain)), ""):
        return by_name
    most = max(formats, key=lambda format_: formats[format_], default=None)
    return _TYPE_BY_FORMAT[most] if most else ""


def checked_slug(written: str) -> str:
    """Return a slug that a file can have; raises KiosqueError where it can't be one."""
    try:
        return values.slug(written, UTC)
    except values.BadValueError as error:
        raise KiosqueError(str(error)) from error


def write_new(root: Path, slug: str, text: str, kind: str = "source") -> str:
    """Write a new content file and return its path from the hub's folder.

    Raises KiosqueError where the slug can't be one, or a file of that name is there: nothing is ever overwritten.
    """
    folder = root / CONTENT / KINDS[kind].folder
    name = checked_slug(slug)
    for suffix in SUFFIXES:
        for taken in (folder / f"{name}{suffix}", folder / name / f"index{suffix}"):
            if taken.exists():
                raise already_there(taken.relative_to(root).as_posix())
    path = folder / f"{name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise KiosqueError(cannot_write(path, error)) from error
    return path.relative_to(root).as_posix()


def already_there(path: str) -> KiosqueError:
    """Return the error that says which file has the wanted name."""
    message = _("{path} is there already, and stays as it is: edit it, or choose another name")
    return KiosqueError(message.format(path=path))
