"""The most that a feed may say in one field: more is cut, before any library works on it.

feedparser searches some fields in quadratic time, and compares each tag and author of an entry with all
before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict

from kiosque.text import excerpt

# In characters. A title may have markup in its source.
TITLE, _TITLE_SOURCE = 500, 5_000
NAME = 1_000
TEXT = 1_000_000
# Of one entry, of each.
TAGS = PEOPLE = 50
# The names by which feedparser calls elements that hold a person, an address of mail, a tag or an address of
# the web.
_NAMES = frozenset({
    "author", "category", "contributor", "email", "generator", "href", "id", "itunes_keywords", "language",
    "link", "name", "publisher",
    "rights", "tags", "url", "width", "height",
})  # fmt: skip

_T = TypeVar("_T")


def title(text: str) -> str:
    """Return a title of at most 500 characters."""
    return excerpt(text, TITLE)


def name(text: str) -> str:
    """Return the name of a person or thing, of at most 1,000 characters."""
    return text[:NAME]


def few(items: Iterable[_T], most: int = TAGS) -> tuple[_T, ...]:
    """Return the first items, each once."""
    return tuple(islice(dict.fromkeys(items), most))


def _longest(element: str) -> int:
    if element in _NAMES:
        return NAME
    return _TITLE_SOURCE if element == "title" else TEXT


def _cut(pieces: list[Any], most: int) -> None:
    """Shorten the pieces of a text in place, so that they have ``most`` characters together."""
    left = most
    for number, piece in enumerate(pieces):
        if len(piece) >= left:
            pieces[number:] = [piece[:left]]
            return
        left -= len(piece)


class _Limited(_FeedParserMixin):  # type: ignore[misc]  # feedparser has no types
    """The methods of feedparser's two parsers that the limits replace."""

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        """Return the text of an element that ends, not longer than its field may be."""
        if self.elementstack:
            _cut(self.elementstack[-1][2], _longest(self.elementstack[-1][0]))
        return _pop(self, element, strip_whitespace)

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """Add a tag to an entry or channel that has few. Texts of attributes come here too."""
        if len(self._get_context().get("tags") or ()) < TAGS:
            _add_tag(self, *(value and value[:NAME] for value in (term, scheme, label)))

    def _sync_author_detail(self, key: str = "author") -> None:
        """Keep what a feed says of a person as its name: ``authors.py`` finds the address of mail in it.

        feedparser looks for an address with a pattern that takes quadratic time, and only knows short
        domains.
        """
        context = self._get_context()
        details, person = context.get(f"{key}s"), context.get(key)
        if not person or (details and details[-1]):
            _sync_author_detail(self, key)
        else:
            detail = details[-1] if details else FeedParserDict()
            context.setdefault(f"{key}_detail", detail)
            detail["name"] = person


# feedparser has no public hook for any of these.
_pop, _add_tag = _FeedParserMixin.pop, _FeedParserMixin._add_tag  # noqa: SLF001 - see above
_sync_author_detail = _FeedParserMixin._sync_author_detail  # noqa: SLF001 - see above


def install() -> None:
    """Make feedparser keep these limits, in its strict and in its forgiving parser."""
    _FeedParserMixin.pop = _Limited.pop
    _FeedParserMixin._add_tag = _Limited._add_tag  # noqa: SLF001 - see above
    _FeedParserMixin._sync_author_detail = _Limited._sync_author_detail  # noqa: SLF001 - see above
