"""The cards of media in lists."""

from __future__ import annotations

from kiosque.content.kinds.source import SOURCE
from kiosque.model import Record, Source
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Image, Link


class SourceCard(Record, frozen=True):
    """The card of a medium; ``stream`` is the address of its live sound, empty without one."""

    link: Link
    type: str
    stream: str = ""
    commune: Link | None = None
    logo: Image | None = None


def source_card(hub: Hub, source: Source) -> SourceCard:
    """Return the card of a source. It has the commune only if the commune has a page."""
    return SourceCard(
        link=Link(name=source.name, address=SOURCE.page(source.slug)),
        type=source.type,
        stream=source.stream,
        commune=hub.commune(source.commune),
        logo=hub.logos.get(source.slug),
    )
