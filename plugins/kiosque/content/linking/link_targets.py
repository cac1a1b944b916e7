"""Links in content files, as Pelican writes them: ``{filename}other.md``, ``{static}/map.pdf``. Pure.

The syntax is Pelican's: https://docs.getpelican.com/en/stable/content.html#linking-to-internal-content
"""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from kiosque.content.content_files import CONTENT

# Kinds of target that name a file. The others name a tag, an author or a category, or the hub's front page.
FILE_KINDS = frozenset({"filename", "static", "attach"})
# The kind of a link that names a file from the folder of the text, as editors and forges read it.
BESIDE = "beside"
# What a browser takes for the start of an address, a query or a part of the page (https://url.spec.whatwg.org/).
_NOT_BESIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#?{]|\Z")
_TARGET = re.compile(r"\{(filename|static|attach|tag|author|index|category)\}(.*)", re.DOTALL)


class LinkTarget(NamedTuple):
    """The target of a link.

    ``name`` is the path of a file from the hub's folder, or else the name of a tag, author or category.
    """

    kind: str
    name: str
    fragment: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it names a file of the hub by Pelican's syntax."""
        return self.kind in FILE_KINDS


def link_target(link: str, path: str) -> LinkTarget | None:
    """Return the target of a link in the file at ``path``; None for a link that isn't one of Pelican's.

    ``link`` may be escaped as in HTML, and as in an address. A query is left out.

    >>> link_target("{attach}photo.jpg#top", "content/articles/fete/index.md")
    LinkTarget(kind='attach', name='content/articles/fete/photo.jpg', fragment='top')
    """
    link = html.unescape(link).strip()
    found = _TARGET.fullmatch(unquote(link) if link.startswith("%7B") else link)
    if not found:
        return None
    kind, value = found.groups()
    name, fragment = split_link(unquote(value))
    return LinkTarget(kind, linked_path(path, name) if kind in FILE_KINDS else name, fragment)


def beside_target(link: str, path: str) -> LinkTarget | None:
    """Return the target of a link that starts from the folder of the file at ``path``; None for any other.

    There may be no such file: on a page, such a link can also lead to another page.

    >>> beside_target("ma%20photo.jpg", "content/articles/fete/index.md")
    LinkTarget(kind='beside', name='content/articles/fete/ma photo.jpg', fragment='')
    """
    link = html.unescape(link).strip()
    if _NOT_BESIDE.match(link):
        return None
    name, fragment = split_link(link)
    return LinkTarget(BESIDE, linked_path(path, unquote(name)), fragment)


def split_link(link: str) -> tuple[str, str]:
    """Return the path and the fragment of a link within the hub, without its query.

    Not by ``urlsplit``: it raises ValueError for ``//[``, and takes ``radio:libre`` for an address with a
    scheme.
    """
    before, _hash, fragment = link.partition("#")
    return before.partition("?")[0], fragment


def linked_path(path: str, link: str) -> str:
    """Return the path from the hub's folder that a link in the file at ``path`` names.

    A link that begins with a slash starts at ``content/``, any other in the folder of the file. ``..`` at the
    hub's folder stays there, so that no link leads out of it.
    """
    start = PurePosixPath(CONTENT) if link.startswith("/") else PurePosixPath(path).parent
    parts: list[str] = []
    for part in (start / link.lstrip("/")).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
