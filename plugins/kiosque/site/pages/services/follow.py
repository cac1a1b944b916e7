"""The page of all feeds and podcasts: of the whole hub, of articles, by format, theme, commune and medium.

Tags and authors aren't here: there are hundreds of them. Their own pages say how to follow them.
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
    """A list with feeds: the link to its page, and the address of its podcast, if it has one.

    The link to a format has no name: the template knows the names of formats.
    """

    link: Link
    podcast: str = ""


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the page. If the hub has no address or no publications, it says that there are no feeds."""
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
        "themes": _with_podcasts(hub, _themes(hub)),
        "communes": _with_podcasts(hub, ((group.link, group.publications) for group in hub.communes)),
        "sources": _with_podcasts(hub, _sources(hub)),
    }
    yield Page(page_path(_ADDRESS), "follow.html", values)


def _kinds(hub: Hub) -> list[Followable]:
    """Return the lists of kinds that have dates and are not in the stream, unless they are empty."""
    kinds = (KINDS[name] for name, items in hub.items.items() if items and KINDS[name].date)
    return [
        Followable(link=Link(name=hub.kind_names[kind.name], address=kind.list_address)) for kind in kinds
    ]


def _formats(hub: Hub) -> list[Followable]:
    return [
        Followable(link=Link(name="", address=address))
        for kind, address in _FORMATS.items()
        if hub.by_format.get(kind)
    ]


def _themes(hub: Hub) -> Iterator[tuple[Link, Publications]]:
    for theme in hub.themes:
        yield theme.link, hub.by_theme.get(theme.link.address, ())


def _sources(hub: Hub) -> Iterator[tuple[Link, Publications]]:
    for source in hub.sources:
        link = Link(name=source.name, address=SOURCE.page(source.slug))
        yield link, hub.by_source.get(source.slug, ())


def _with_podcasts(hub: Hub, lists: Iterator[tuple[Link, Publications]]) -> list[Followable]:
    """Return the lists that aren't empty, each with its podcast if it has sounds."""
    return [
        Followable(link=link, podcast=podcasts.address(hub, link.address, publications))
        for link, publications in lists
        if publications
    ]
