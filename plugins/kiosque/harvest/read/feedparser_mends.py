"""Mends what feedparser misreads: ``xml:base``, addresses in the attribute ``uri``, descriptions of media."""

from __future__ import annotations

from functools import wraps
from typing import Any

from feedparser.mixin import _FeedParserMixin

from kiosque.harvest.read.texts import stated_base

# The field of an entry with the description of its media (https://www.rssboard.org/media-rss). feedparser
# takes it for the entry's summary or content, whichever the entry lacks so far.
MEDIA_DESCRIPTION = "kiosque_media_description"


def install() -> None:
    """Make feedparser read these rightly, in its strict and in its forgiving parser."""
    # feedparser has no public hook for any of these.
    unknown_endtag, pop = _FeedParserMixin.unknown_endtag, _FeedParserMixin.pop
    start_link, end_link = _FeedParserMixin._start_link, _FeedParserMixin._end_link  # noqa: SLF001 - see above

    @wraps(unknown_endtag)
    def mended_endtag(parser: Any, tag: str) -> None:
        unknown_endtag(parser, tag)
        if parser.baseuri:
            # A base ends with its element, even if there was none around it.
            parser.baseuri = parser.basestack[-1] if parser.basestack else ""

    @wraps(pop)
    def mended_pop(parser: Any, element: str, strip_whitespace: int = 1) -> Any:
        if parser.incontent:
            _keep_base_around_xhtml(parser, element)
        return pop(parser, element, strip_whitespace)

    @wraps(start_link)
    def mended_start_link(parser: Any, attributes: dict[str, Any]) -> None:
        # RSS has the address of a link in its text. Another one only counts without it.
        parser.kiosque_uri = attributes.pop("uri", "")
        start_link(parser, attributes)

    @wraps(end_link)
    def mended_end_link(parser: Any) -> None:
        end_link(parser)
        _set_link(parser, parser.kiosque_uri)

    def start_media_description(parser: Any, _attributes: dict[str, Any]) -> None:
        parser.push(MEDIA_DESCRIPTION, 1)

    def end_media_description(parser: Any) -> None:
        context = parser._get_context()  # noqa: SLF001 - see above
        first = context.get(MEDIA_DESCRIPTION)
        description = parser.pop(MEDIA_DESCRIPTION) or ""
        context[MEDIA_DESCRIPTION] = first or description
        if media := context.get("media_content"):
            media[-1].setdefault(MEDIA_DESCRIPTION, description)

    _FeedParserMixin._start_media_description = start_media_description  # noqa: SLF001 - see above
    _FeedParserMixin._end_media_description = end_media_description  # noqa: SLF001 - see above
    _FeedParserMixin.unknown_endtag, _FeedParserMixin.pop = mended_endtag, mended_pop
    _FeedParserMixin._start_link = mended_start_link  # noqa: SLF001 - see above
    _FeedParserMixin._end_link = mended_end_link  # noqa: SLF001 - see above


def _keep_base_around_xhtml(parser: Any, element: str) -> None:
    """Keep the base of the tag around XHTML, which feedparser drops."""
    if parser.elementstack and parser.elementstack[-1][0] == element:
        pieces = parser.elementstack[-1][2]
        if pieces and isinstance(pieces[0], str) and pieces[0].startswith("<div "):
            base = parser.contentparams.get("base") or ""
            parser.contentparams["base"] = stated_base(pieces[0], base) or base


def _set_link(parser: Any, address: str) -> None:
    context = parser._get_context()  # noqa: SLF001 - see above
    if address and not context.get("link"):
        context["link"] = parser.resolve_uri(address)
