"""What can be followed, and how: everything, articles, and the lists by format, theme, commune and medium.

Tags and authors aren't here: there are hundreds of them, and their own pages say how to follow them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.content.kinds import KINDS
from kiosque.content.kinds.source import SOURCE
from kiosque.model import Record
from kiosque.site.feeds import podcasts
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link, Publications
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import frames

_ADDRESS = "/suivre/"
_FORMATS = {"sound": "/ecouter/", "video": "/regarder/", "text": "/lire/"}


class Followable(Record, frozen=True):
    """A list that has feeds: its page, and its podcast where it has one. A list that every hub has gives no name."""

    link: Link
    podcast: str = ""


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page; of a hub without an address, or without publications, it says that nothing can be followed."""
    is_open = bool(hub.site.url and hub.publications)
    values = {
        "site": hub.site,
        "address": _ADDRESS,
        "title": "",
        "follow": "/" if is_open else "",
        "podcast": podcasts.address(hub, "/", hub.publications),
        "frame": frames.address(hub, "/", hub.publications),
        "articles": bool(hub.articles),
        "kinds": _kinds(hub),
        "formats": _formats(hub),
        "themes": _heard(hub, ((one.link, hub.by_theme.get(one.link.address, ())) for one in hub.themes)),
        "communes": _heard(hub, ((one.link, one.publications) for one in hub.communes)),
        "sources": _heard(hub, _sources(hub)),
    }
    yield Page(page_path(_ADDRESS), "follow.html", values)


def _kinds(hub: Hub) -> list[Followable]:
    """Return the lists of the kinds that have dates, beside articles."""
    lists = ((KINDS[name], some) for name, some in hub.items.items() if some and KINDS[name].date)
    return [
        Followable(link=Link(name=hub.kind_names[kind.name], address=kind.list_address))
        for kind, _some in lists
    ]


def _formats(hub: Hub) -> list[Followable]:
    return [
        Followable(link=Link(name="", address=address))
        for kind, address in _FORMATS.items()
        if hub.by_format.get(kind)
    ]


def _sources(hub: Hub) -> Iterator[tuple[Link, Publications]]:
    for source in hub.sources:
        link = Link(name=source.name, address=SOURCE.page(source.slug))
        yield link, hub.by_source.get(source.slug, ())


def _heard(hub: Hub, lists: Iterator[tuple[Link, Publications]]) -> list[Followable]:
    """Return the lists that have something, each with its podcast if it is heard."""
    return [
        Followable(link=link, podcast=podcasts.address(hub, link.address, publications))
        for link, publications in lists
        if publications
    ]
