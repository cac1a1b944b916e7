"""The podcast of a list: its newest sounds in RSS 2.0 with the elements of Apple and the podcast namespace.

Apple: https://help.apple.com/itc/podcasts_connect/#/itcb54353390. The namespace:
https://podcastindex.org/namespace/1.0.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

from kiosque import text
from kiosque.content.kinds.source import SOURCE
from kiosque.html import plain_text
from kiosque.html.players import sound_type
from kiosque.model import Format, Location, Record, Source
from kiosque.site.feeds.covers import ListType, cover
from kiosque.site.feeds.feed_item import FeedItem
from kiosque.site.feeds.feed_items import feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Group, Publication, Publications, Theme
from kiosque.site.output.wanted import Generated, Output, Page

# Apps show only the episodes of the feed itself, and few of them read its archives. A hundred episodes are
# three months of a daily programme, and weigh about as much as a picture.
NEWEST = 100
# Apple takes titles of at most so many characters.
_LONGEST_TITLE = 255
_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_SCHEME = re.compile(r"\A[a-z]++://", re.IGNORECASE)


class Live(Record, frozen=True):
    """The live stream of a radio, which never ends: the radio's name and page, the stream and its media type.

    ``start`` is the earliest moment at which the hub knows that the radio was on air.
    """

    name: str
    address: str
    stream: str
    type: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Show:
    """The description of a list's podcast, besides the values that all feeds of the list share.

    ``name`` gives the initials for the artwork. ``about`` is clean HTML or plain text. ``author`` is empty
    where the hub is the author. ``logo`` is the address of a picture. ``place`` is where the podcast is made;
    for the podcast of a commune, it is that commune. ``radios`` are the sources whose live streams the
    podcast has.
    """

    list_type: ListType
    name: str
    about: str = ""
    author: str = ""
    place: Location | None = None
    logo: str = ""
    radios: Sequence[Source] = ()


def of_hub(hub: Hub) -> Show:
    """Return the description of the podcast of all sources."""
    place = Location(name=hub.territory.name) if hub.territory.name else None
    return Show("hub", hub.site.name, hub.site.tagline, place=place, radios=hub.sources)


def of_all(hub: Hub) -> Podcast:
    """Return the podcast of all sounds of a hub."""
    return Podcast(hub, of_hub(hub), "/", "", hub.publications)


def of_source(hub: Hub, source: Source) -> Show:
    """Return the description of a source's podcast."""
    commune = hub.commune(source.commune)
    logo = hub.logos.get(source.slug)
    return Show(
        "source",
        source.name,
        hub.descriptions.get(source.slug, ""),
        source.name,
        _place(hub, source.commune, commune.name) if commune else None,
        logo.sizes[-1][0] if logo else "",
        (source,),
    )


def of_theme(theme: Theme) -> Show:
    """Return the description of a theme's podcast."""
    return Show("theme", theme.link.name, theme.introduction)


def of_commune(hub: Hub, group: Group) -> Show:
    """Return the description of a commune's podcast, with the live streams of the radios at home there."""
    code = group.publications[0].commune
    radios = [source for source in hub.sources if source.commune == code]
    return Show("commune", group.link.name, place=_place(hub, code, group.link.name), radios=radios)


def _place(hub: Hub, code: str, name: str) -> Location:
    latitude, longitude = hub.points.get(code, (None, None))
    return Location(name=name, latitude=latitude, longitude=longitude)


@dataclass(frozen=True)
class Podcast:
    """The podcast of a list. All fields but ``hub`` and ``show`` are those of the list."""

    hub: Hub
    show: Show
    list_address: str
    title: str
    publications: Publications
    language: str = ""

    @property
    def address(self) -> str:
        """Return the address of the podcast, or an empty one: see the function ``address``."""
        return address(self.hub, self.list_address, self.publications)

    def outputs(self) -> Iterator[Output]:
        """Yield the podcast and its artwork; nothing for a podcast without episodes."""
        if not self._episodes:
            return
        hub, show, items = self.hub, self.show, self._episodes
        artwork = _artwork(hub, show, self.list_address)
        values = {
            "site": hub.site,
            "address": self.list_address,
            "title": self.title,
            "language": self.language or hub.site.language,
            "updated": max(item.updated for item in items),
            "list_type": show.list_type,
            "about": show.about,
            "author": show.author or hub.site.name,
            "place": show.place,
            "cover": f"/{artwork.path}",
            "covers": {} if show.list_type == "source" else _covers(hub, items),
            "live": [live for source in show.radios if (live := _live(hub, source))],
        }
        yield Page(self.address[1:], "podcast.rss", values, listed=False, shared={"items": items})
        yield artwork

    @cached_property
    def _episodes(self) -> list[FeedItem]:
        return feed_items(self.hub, islice(_with_sound(self.hub, self.publications), NEWEST))


def address(hub: Hub, list_address: str, publications: Publications) -> str:
    """Return the address of a list's podcast; empty without sounds, or for a hub without ``SITEURL``."""
    return f"{list_address}podcast.rss" if any(_with_sound(hub, publications)) else ""


def _with_sound(hub: Hub, publications: Publications) -> Iterator[Publication]:
    """Yield the publications that carry a sound, newest first; none for a hub without ``SITEURL``."""
    return (publication for publication in publications if hub.site.url and _carries_sound(hub, publication))


def _carries_sound(hub: Hub, publication: Publication) -> bool:
    """Whether a publication carries a sound file that has an address.

    Where the agreement allows only a link, the publication carries no file, whatever its format.
    """
    if publication.card.format is not Format.SOUND or publication.entry is None:
        return False
    for enclosure in publication.entry.enclosures:
        if enclosure.type.startswith("audio/"):
            is_remote = enclosure.url.startswith(("https://", "http://"))
            return is_remote or _is_served(hub, publication, enclosure.url)
    return False


def _is_served(hub: Hub, publication: Publication, path: str) -> bool:
    (item,) = feed_items(hub, [publication])
    return any(path == served for served, _address in item.served)


def _covers(hub: Hub, items: Sequence[FeedItem]) -> dict[str, str]:
    """Return the address of each source's artwork by the source's page: apps show it beside the episodes."""
    pages = {item.origin.address for item in items if item.origin}
    return {page: _source_cover(hub, page) for page in sorted(pages)}


def _source_cover(hub: Hub, page: str) -> str:
    known = hub.cache.of(_source_cover)
    if page not in known:
        source = next(source for source in hub.sources if page == SOURCE.page(source.slug))
        known[page] = f"/{_artwork(hub, of_source(hub, source), page).path}"
    address: str = known[page]
    return address


def _artwork(hub: Hub, show: Show, list_address: str) -> Generated:
    return cover(hub, show.list_type, show.name, show.logo, list_address)


def _live(hub: Hub, source: Source) -> Live | None:
    """Return the live stream of a source; ``None`` for a source without stream, or without publications.

    The oldest publication tells since when the stream is on air.
    """
    publications = hub.by_source.get(source.slug)
    if not source.stream or not publications:
        return None
    return Live(
        name=source.name,
        address=SOURCE.page(source.slug),
        stream=source.stream,
        type=sound_type(source.stream),
        start=publications[-1].card.moment,
    )


def about(html: str) -> str:
    """Return the description of a podcast as plain text, of at most the 4,000 bytes that Apple takes."""
    return text.excerpt(plain_text.plain_text(html), 1000)


def episode_title(item: FeedItem, covers: Mapping[str, str]) -> str:
    """Return an episode's title, followed by the name of its radio where the podcast may have several.

    The lists of apps are narrow and cut the end off: the subject of the episode has to come first.
    """
    assert item.origin is not None
    name = f" · {item.origin.name}" if covers else ""
    return text.excerpt(item.title, _LONGEST_TITLE - len(name)) + name


def guid(feed: str) -> str:
    """Return the ``podcast:guid``: the UUID (version 5) of the address without scheme and last slashes.

    It belongs to the podcast for good. It is made of the address on the hub: the feed of the source is
    another podcast, with a GUID of its own.
    """
    return str(uuid.uuid5(_NAMESPACE, _SCHEME.sub("", feed, count=1).rstrip("/")))
