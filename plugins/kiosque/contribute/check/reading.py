"""A content file as a check sees it: taken apart once, for all rules."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from kiosque.content import frontmatter, records
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.kinds import KINDS
from kiosque.content.records import CONTENT, SUFFIXES, Read
from kiosque.content.schema import Kind
from kiosque.contribute.check import markup_scan as marks
from kiosque.contribute.check.markup_scan import Marks
from kiosque.files import read_file
from kiosque.model import Problem

_NOWHERE = Located(None, 1)


@dataclass(frozen=True)
class Text:
    """One file of a kind: its path from the hub's folder, its text with plain line ends, and its head as read."""

    path: str
    kind: Kind
    text: str
    head: FrontMatter
    read: Read[Any]

    @cached_property
    def marks(self) -> Marks:
        """What its text marks up."""
        first = self.text.count("\n") - self.head.body.count("\n") + 1
        reader = marks.rst if self.path.endswith(".rst") else marks.markdown
        return reader(self.head.body, first)

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return str(self.read.values.get("slug") or records.slug_of(self.path))

    @property
    def address(self) -> str:
        """Where it stands on the site."""
        return self.kind.page(self.slug)

    @property
    def title(self) -> str:
        """What it is called; empty where nothing is said."""
        return str(self.read.values.get(self.kind.title) or "")

    def place(self, field: str) -> Located:
        """Return where a field stands; the first line where it doesn't."""
        return self.read.places.get(field, _NOWHERE)

    def pictures(self) -> Iterator[tuple[str, int, int]]:
        """Yield the names of the files that its head gives as pictures, each with its place."""
        for name, field in picture_fields(self.kind):
            place, found = self.place(name), _value(self.read.values, name)
            if found and field:
                yield found, place.line, place.column


def _value(values: Any, name: str) -> str:
    whole, _dot, inner = name.partition(".")
    found = values.get(whole)
    if inner:
        found = found.get(inner) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def picture_fields(kind: Kind) -> Iterator[tuple[str, object]]:
    """Yield the fields of a kind that name a picture, those of its groups too, as ``image.file``."""
    for field in kind.fields:
        if field.shape.name == "picture":
            yield field.name, field
        yield from ((f"{field.name}.{one.name}", one) for one in field.fields if one.shape.name == "picture")


def kind_of(path: str) -> Kind | None:
    """Return the kind that a file's place makes it; None for one that nothing reads."""
    # Plain strings: this is asked of each file several times.
    parts = path.split("/")
    if len(parts) < 3 or parts[0] != CONTENT or not path.endswith(SUFFIXES):
        return None
    is_index = len(parts) == 4 and parts[3].startswith("index.") and parts[3].count(".") == 1
    kinds = (kind for kind in KINDS.values() if kind.folder == parts[1])
    return next(kinds, None) if len(parts) == 3 or is_index else None


def text_of(data: bytes, path: str, kind: Kind, zone: tzinfo) -> tuple[Text | None, tuple[Problem, ...]]:
    """Take a file's bytes apart; what is wrong with its head besides."""
    text, problems = frontmatter.decode(data, path)
    if problems:
        return None, problems
    head = frontmatter.split_file(text, path)
    read = records.read(kind, head, path, zone)
    return Text(path, kind, text, head, read), read.problems


def bytes_of(root: Path, path: str) -> bytes:
    """Return the bytes of a file of the hub; raises OSError."""
    return read_file(f"{root}/{path}")


def walk(root: Path, folder: str = CONTENT) -> Iterator[str]:
    """Yield the paths of all files below a folder of the hub, in order; links aren't followed, what is hidden is left out."""
    for where, folders, files in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = os.path.relpath(where, root)
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]  # noqa: PTH114, PTH118 - a tenth of the time
        for name in sorted([*files, *links]):
            if not name.startswith("."):
                yield f"{below}/{name}"


def digest_of(paths: Iterable[str]) -> str:
    """Return a short digest of some texts, the same on every computer."""
    return hashlib.sha256("\0".join(paths).encode(errors="surrogatepass")).hexdigest()[:32]
