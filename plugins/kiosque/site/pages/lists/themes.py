"""Themes: all of them with the newest publications of each, and a list for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiosque.model import Record
from kiosque.site.feeds import podcasts
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Card, Link, Theme
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing

_ADDRESS = "/themes/"
_NEWEST = 3


class ThemeCard(Record, frozen=True):
    """A theme in the list of all themes, with its newest publications."""

    link: Link
    introduction: str
    newest: tuple[Card, ...]


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of themes, and the publications of each.

    The list exists even without themes, and the page of a theme without publications: the menu and the home
    page link to them.
    """
    cards = [_card(hub, theme) for theme in hub.themes]
    yield Page(page_path(_ADDRESS), "themes.html", {"site": hub.site, "address": _ADDRESS, "themes": cards})
    tags = {group.link.address: group.link for group in hub.tags}
    for theme in hub.themes:
        yield from listing.pages(hub, _listing(hub, theme, tags))


def _card(hub: Hub, theme: Theme) -> ThemeCard:
    newest = hub.by_theme.get(theme.link.address, ())[:_NEWEST]
    return ThemeCard(
        link=theme.link,
        introduction=theme.introduction,
        newest=tuple(publication.card for publication in newest),
    )


def _listing(hub: Hub, theme: Theme, tags: Mapping[str, Link]) -> listing.Listing:
    publications = hub.by_theme.get(theme.link.address, ())
    values = {
        "introduction": theme.introduction,
        "tags": [tags[address] for address in theme.tags if address in tags],
    }
    return listing.Listing(
        theme.link.address,
        theme.link.name,
        publications,
        "theme.html",
        values,
        feed=bool(publications),
        framed=True,
        show=podcasts.of_theme(theme),
        filters=True,
    )
