"""New content files: the text of a source's file, and writing a file that doesn't exist yet."""

from __future__ import annotations

import logging
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

logger = logging.getLogger(__name__)
_LONGEST_NAME = 200
# The name of a medium often tells its type. Names are compared without case and accents; the first match
# counts.
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
    """Return the text of a source's file, its fields in their usual order; empty fields are left out."""
    texts = {"name": line_text(name), "type": type_, "homepage": homepage, "language": language}
    lines = [f"{key}: {on_one_line(value)}" for key, value in texts.items() if value]
    items = [f"  - {on_one_line(_feed(feed))}" for feed in feeds]
    if items:
        lines += ["feeds:", *items]
    return "\n".join(["---", *lines, f"agreement: {on_one_line({'scope': scope.value})}", "---", ""])


def _feed(feed: Feed) -> str | dict[str, object]:
    """Return a feed as a source's file has it: a mapping, or its address where it has no options."""
    all_options = {
        "only": list(feed.only),
        "except": list(feed.except_),
        "tags": list(feed.tags),
        "language": feed.language,
    }
    options = {key: value for key, value in all_options.items() if value}
    return {"url": feed.url, **options} if options else feed.url


def guessed_name(titles: Iterable[str], fallback: str) -> str:
    """Return the first title with words, without “RSS feed” and the like at its end; else ``fallback``."""
    names = (_SUFFIX.sub("", line_text(title)[:_LONGEST_NAME]) for title in titles)
    return next((name for name in names if name), fallback)


def guessed_type(name: str, formats: Mapping[Format, int]) -> str:
    """Return the likely type of a medium by its name, else by its usual format; empty where unknown.

    ``formats`` has the number of its entries of each format.
    """
    plain = folded(name)
    if by_name := next((type_ for type_, pattern in _TYPES_BY_NAME if pattern.search(plain)), ""):
        return by_name
    most_usual = max(formats, key=lambda format_: formats[format_], default=None)
    return _TYPE_BY_FORMAT[most_usual] if most_usual else ""


def checked_slug(text: str) -> str:
    """Return a slug that is valid as the name of a file; raise KiosqueError where it isn't."""
    try:
        return values.slug(text, UTC)
    except values.BadValueError as error:
        raise KiosqueError(str(error)) from error


def write_new(root: Path, slug: str, text: str, kind: str = "source") -> str:
    """Write a new content file and return its path from the hub's folder.

    It overwrites nothing. Raises KiosqueError where the slug isn't valid, or where a file has that name
    already.
    """
    folder = root / CONTENT / KINDS[kind].folder
    name = checked_slug(slug)
    for suffix in SUFFIXES:
        for existing in (folder / f"{name}{suffix}", folder / name / f"index{suffix}"):
            if existing.exists():
                raise already_there(existing.relative_to(root).as_posix())
    path = folder / f"{name}.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise KiosqueError(cannot_write(path, error)) from error
    logger.debug("%s: %d characters written", path, len(text))
    return path.relative_to(root).as_posix()


def already_there(path: str) -> KiosqueError:
    """Return the error for a file that has the wanted name already."""
    message = _("{path} is there already, and stays as it is: edit it, or choose another name")
    return KiosqueError(message.format(path=path))
