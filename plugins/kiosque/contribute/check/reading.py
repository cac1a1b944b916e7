"""Read a content file for all rules: its head, its text and its markup."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from kiosque.content import frontmatter
from kiosque.content.content_files import CONTENT, is_text, slug_of
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.guarded import guarded
from kiosque.content.kinds import KINDS
from kiosque.content.other_tools.missing_fields import completed
from kiosque.content.reader import ReadFile, read_record
from kiosque.content.schema import Kind
from kiosque.contribute.check import markup_scan as marks
from kiosque.contribute.check.markup_scan import Marks
from kiosque.files import read_file
from kiosque.model import Problem
from kiosque.text import slug

# Only the beginning of a heading becomes part of its anchor.
_MOST_WORDS = 2000
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`\\]|<[^>]*>")
_NOWHERE = Located(None, 1)


@dataclass(frozen=True)
class CheckedText:
    """A content file.

    ``path`` is from the hub's folder. ``content`` is the whole file with plain line ends, ``head`` the same
    split into head and body, ``parsed`` the record and values of its head.
    """

    path: str
    kind: Kind
    content: str
    head: FrontMatter
    parsed: ReadFile[Any]

    @cached_property
    def marks(self) -> Marks:
        """The links, headings and tags of its body."""
        first_line = self.content.count("\n") - self.head.body.count("\n") + 1
        reader = marks.rst if self.path.lower().endswith(".rst") else marks.markdown
        return reader(self.head.body, first_line)

    @cached_property
    def anchors(self) -> Mapping[str, None]:
        """The anchors of its page, in their order: those that the site gives its headings."""
        names: dict[str, None] = {}
        next_numbers: dict[str, int] = {}
        for heading in self.marks.headings:
            words = heading.words[:_MOST_WORDS]
            wanted = heading.id or slug(_MARKUP.sub(r"\1", words), "section")
            name, number = wanted, next_numbers.get(wanted, 2)
            while name in names:
                name, number = f"{wanted}-{number}", number + 1
            names[name] = None
            next_numbers[wanted] = number
        return names

    @property
    def slug(self) -> str:
        """The last part of the address of its page."""
        return str(self.parsed.values.get("slug") or slug_of(self.path))

    @property
    def address(self) -> str:
        """The address of its page."""
        return self.kind.page(self.slug)

    @property
    def title(self) -> str:
        """Its title or name; empty where it has none."""
        return str(self.parsed.values.get(self.kind.title) or "")

    def place(self, field: str) -> Located:
        """Return the place of a field in the file; the first line where it is missing."""
        return self.parsed.places.get(field, _NOWHERE)

    def pictures(self) -> Iterator[tuple[str, int, int]]:
        """Yield the pictures that its head names: file, line and column."""
        for name in picture_fields(self.kind):
            if file := _value(self.parsed.values, name):
                place = self.place(name)
                yield file, place.line, place.column


def _value(values: Any, name: str) -> str:
    """Return the text of a field, ``image.file`` for one in a group; empty where it has none."""
    group, _dot, inner = name.partition(".")
    value = values.get(group)
    if inner:
        value = value.get(inner) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def picture_fields(kind: Kind) -> Iterator[str]:
    """Yield the names of the fields that name a picture; ``image.file`` is a field of a group."""
    for field in kind.fields:
        if field.shape.name == "picture":
            yield field.name
        yield from (f"{field.name}.{inner.name}" for inner in field.fields if inner.shape.name == "picture")


def kind_of(path: str) -> Kind | None:
    """Return the kind of a content file, by its folder; None for a file that nothing reads."""
    # Plain strings are faster than paths, and this is called several times for each file.
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != CONTENT or not is_text(parts[-1]):
        return None
    return next((kind for kind in KINDS.values() if kind.folder == parts[1]), None)


def text_of(
    data: bytes, path: str, kind: Kind, zone: tzinfo
) -> tuple[CheckedText | None, tuple[Problem, ...]]:
    """Return a content file from its bytes, and the problems of its head; None where it isn't UTF-8."""
    text, problems = frontmatter.decode_text(data, path)
    if problems:
        return None, problems
    result = guarded(path, lambda: _checked(text, path, kind, zone))
    return (None, (result,)) if isinstance(result, Problem) else (result, result.parsed.problems)


def _checked(text: str, path: str, kind: Kind, zone: tzinfo) -> CheckedText:
    head = completed(kind, frontmatter.split_file(text, path), path)
    return CheckedText(path, kind, text, head, read_record(kind, head, path, zone))


def bytes_of(root: Path, path: str) -> bytes:
    """Return the bytes of a file of the hub; raises OSError."""
    return read_file(f"{root}/{path}")


def digest_of(texts: Iterable[str]) -> str:
    """Return a digest of some texts, 32 hexadecimal digits, the same on every computer."""
    return hashlib.sha256("\0".join(texts).encode(errors="surrogatepass")).hexdigest()[:32]
