"""What lists show of the media."""

from __future__ import annotations

from kiosque.model import Record, Source
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Image, Link


class SourceCard(Record, frozen=True):
    """What a list shows of a medium; ``stream`` is where it is heard live, empty where it isn't."""

    link: Link
    type: str
    stream: str = ""
    commune: Link | None = None
    logo: Image | None = None


def source_card(hub: Hub, source: Source) -> SourceCard:
    """Return what lists show of a source; its commune is named where it has a page."""
    return SourceCard(
        link=Link(name=source.name, address=f"/medias/{source.slug}/"),
        type=source.type,
        stream=source.stream,
        commune=hub.commune(source.commune),
        logo=hub.logos.get(source.slug),
    )
