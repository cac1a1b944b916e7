"""Reads an export of WordPress: WXR 1.0 to 1.2, which is RSS 2.0 with elements of WordPress.

https://wordpress.org/documentation/article/tools-export-screen/ and wp-admin/includes/export.php say what it
holds. The file is hostile: XML with declarations of a document type is refused, so that it has no entities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from kiosque.i18n import _, current_language
from kiosque.model import KiosqueError
from kiosque.text import CONTROLS
from kiosque.wording.localized import format_size

LARGEST = 200_000_000
_DEEPEST = 30
# In characters; a longer field is cut.
_LONGEST_FIELD = 1_000_000
_ROWS = frozenset({"item", "wp:author"})
_GROUPS = frozenset({"wp:postmeta", "wp:comment"})


@dataclass(slots=True)
class Post:
    """An item of an export: its fields by the names of their elements, its terms, and its hidden fields.

    ``terms`` are pairs of a taxonomy (``category``, ``post_tag``) and a name.
    """

    fields: dict[str, str] = field(default_factory=dict)
    terms: list[tuple[str, str]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    comments: int = 0

    def get(self, name: str) -> str:
        """Return a field, without spaces around it; empty where it is missing."""
        return self.fields.get(name, "").strip()


@dataclass(slots=True)
class Export:
    """An export: the address of the site, its posts, and the names of its authors by their logins."""

    url: str = ""
    language: str = ""
    posts: list[Post] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)


def read_export(data: bytes) -> Export:
    """Return an export of WordPress; raises KiosqueError where it can't be read."""
    if len(data) > LARGEST:
        message = _("this export is larger than {size}: export it in several parts")
        raise KiosqueError(message.format(size=format_size(LARGEST, current_language())))
    # WordPress writes control characters as they are, which XML forbids.
    text = CONTROLS.sub("", data.decode("utf-8-sig", "replace"))
    reader = _Reader()
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        message = _(
            "this export can't be read (line {line} isn’t XML): export it again from WordPress, under Tools"
        )
        raise KiosqueError(message.format(line=error.lineno)) from None
    if not reader.is_wxr:
        raise KiosqueError(_("this is not an export of WordPress: make one under Tools, Export, All content"))
    return reader.export


class _Reader:
    """Handlers for Python's own XML parser. Names keep their prefixes, which are the same in all exports."""

    def __init__(self) -> None:
        self.export = Export()
        self.is_wxr = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._attributes: dict[str, str] = {}
        self._post = Post()
        self._group: dict[str, str] = {}

    def parse(self, text: str) -> None:
        """Read a whole document; raises ExpatError and KiosqueError."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(text.encode(), True)  # noqa: FBT003 - expat takes no keywords

    def _refuse(self, *_declared: object) -> None:
        message = _(
            "this export declares a document type of its own, which is refused: WordPress writes none"
        )
        raise KiosqueError(message)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEEPEST:
            raise KiosqueError(_("this export nests its elements too deep: WordPress doesn’t"))
        self._path.append(name)
        self._text, self._length, self._attributes = [], 0, attributes
        self.is_wxr |= name == "wp:wxr_version"
        if name in _ROWS:
            self._post = Post()
        elif name in _GROUPS:
            self._group = {}

    def _characters(self, text: str) -> None:
        if self._length < _LONGEST_FIELD:
            self._text.append(text[: _LONGEST_FIELD - self._length])
            self._length += len(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        text = "".join(self._text)
        if name == "item":
            self.export.posts.append(self._post)
        elif name == "wp:author":
            self.export.authors[self._post.get("wp:author_login")] = self._post.get("wp:author_display_name")
        elif name in _GROUPS:
            self._end_group(name)
        elif parent in _GROUPS:
            self._group[name] = text
        elif parent == "item" and name == "category":
            self._post.terms.append((self._attributes.get("domain", ""), text.strip()))
        elif parent in _ROWS:
            self._post.fields[name] = text
        elif parent == "channel" and name in {"link", "wp:base_blog_url"} and text.strip():
            self.export.url = text.strip()
        elif parent == "channel" and name == "language":
            self.export.language = text.strip()
        self._text = []

    def _end_group(self, name: str) -> None:
        if name == "wp:comment":
            self._post.comments += 1
        else:
            self._post.meta[self._group.get("wp:meta_key", "")] = self._group.get("wp:meta_value", "")


def posts_of(export: Export, kind: str) -> Iterator[Post]:
    """Yield the posts of a type: ``post``, ``page``, ``attachment``."""
    return (post for post in export.posts if post.get("wp:post_type") == kind)
