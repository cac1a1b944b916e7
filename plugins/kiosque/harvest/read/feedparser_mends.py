"""Mends what feedparser misreads: the end of ``xml:base``, and addresses in the attribute ``uri``."""

from __future__ import annotations

from typing import Any

from feedparser.mixin import _FeedParserMixin


class _Mended(_FeedParserMixin):  # type: ignore[misc]  # feedparser has no types
    """The methods of feedparser's two parsers that are replaced."""

    baseuri: str
    _uri = ""

    def unknown_endtag(self, tag: str) -> None:
        """Read an end tag. The base of the element goes with it, even if there was none around it."""
        _unknown_endtag(self, tag)
        if self.baseuri:
            self.baseuri = self.basestack[-1] if self.basestack else ""

    def _start_link(self, attrs_d: dict[str, Any]) -> None:
        """Read the start of a link. RSS has its address in its text; ``uri`` only counts without one."""
        self._uri = attrs_d.pop("uri", "")
        _start_link(self, attrs_d)

    def _end_link(self) -> None:
        """Read the end of a link."""
        _end_link(self)
        context = self._get_context()
        if self._uri and not context.get("link"):
            context["link"] = self.resolve_uri(self._uri)
        self._uri = ""


# feedparser has no public hook for any of these.
_unknown_endtag = _FeedParserMixin.unknown_endtag
_start_link, _end_link = _FeedParserMixin._start_link, _FeedParserMixin._end_link  # noqa: SLF001 - see above


def install() -> None:
    """Make feedparser read these rightly, in its strict and in its forgiving parser."""
    _FeedParserMixin.unknown_endtag = _Mended.unknown_endtag
    _FeedParserMixin._start_link = _Mended._start_link  # noqa: SLF001 - see above
    _FeedParserMixin._end_link = _Mended._end_link  # noqa: SLF001 - see above
