"""The podcast of a list: its newest sounds in RSS 2.0, with Apple's words and those of the podcast namespace.

Apple: https://help.apple.com/itc/podcasts_connect/#/itcb54353390. The namespace: https://podcastindex.org/namespace/1.0.
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
from kiosque.html import plain_text
from kiosque.html.players import sound_type
from kiosque.model import Format, Location, Record, Source
from kiosque.site.feeds.covers import Kind, cover
from kiosque.site.feeds.feed_item import FeedItem, feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Group, Publication, Publications, Theme
from kiosque.site.output.wanted import Made, Output, Page

# Apps show what the feed holds and no more, and few of them read its archives: a daily programme is heard for three
# months back. A hundred episodes weigh about what one picture does.
NEWEST = 100
# Apple takes so many letters of a title.
_LONGEST = 255
_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_SCHEME = re.compile(r"[a-z]+://", re.IGNORECASE)


class Live(Record, frozen=True):
    """A radio's sound of this moment: its page on the hub, the stream and its type.

    It never ends. ``start`` is the oldest moment of which the hub knows that it was on air.
    """

    name: str
    address: str
    stream: str
    type: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Show:
    """What the podcast of a list says of itself, besides what its other feeds do.

    ``name`` is what its artwork says in letters; ``about`` is clean HTML or plain text. ``author`` is empty where that
    is the hub; ``logo`` is the address of a picture. ``place`` is where it is made or, of a commune, what it is about.
    """

    kind: Kind
    name: str
    about: str = ""
    author: str = ""
    place: Location | None = None
    logo: str = ""
    radios: Sequence[Source] = ()


def of_hub(hub: Hub) -> Show:
    """Return what the podcast of all radios says of itself."""
    place = Location(name=hub.territory.name) if hub.territory.name else None
    return Show("hub", hub.site.name, hub.site.tagline, place=place, radios=hub.sources)


def of_all(hub: Hub) -> Podcast:
    """Return the podcast of all that is heard on a hub."""
    return Podcast(hub, of_hub(hub), "/", "", hub.publications)


def of_source(hub: Hub, source: Source) -> Show:
    """Return what the podcast of a source says of itself."""
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
    """Return what the podcast of a theme says of itself."""
    return Show("theme", theme.link.name, theme.introduction)


def of_commune(hub: Hub, group: Group) -> Show:
    """Return what the podcast of a commune says of itself; the radios that are at home there are heard in it."""
    code = group.publications[0].commune
    radios = [source for source in hub.sources if source.commune == code]
    return Show("commune", group.link.name, place=_place(hub, code, group.link.name), radios=radios)


def _place(hub: Hub, code: str, name: str) -> Location:
    latitude, longitude = hub.points.get(code, (None, None))
    return Location(name=name, latitude=latitude, longitude=longitude)


@dataclass(frozen=True)
class Podcast:
    """The podcast of a list: ``list_address``, ``title``, ``publications`` and ``language`` are those of the list."""

    hub: Hub
    show: Show
    list_address: str
    title: str
    publications: Publications
    language: str = ""

    @property
    def address(self) -> str:
        """Where it is, as ``address`` says."""
        return address(self.hub, self.list_address, self.publications)

    def outputs(self) -> Iterator[Output]:
        """Yield the podcast and its artwork, where it has episodes."""
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
            "kind": show.kind,
            "about": show.about,
            "author": show.author or hub.site.name,
            "place": show.place,
            "cover": f"/{artwork.path}",
            "covers": {} if show.kind == "source" else _covers(hub, items),
            "live": [live for source in show.radios if (live := _live(hub, source))],
        }
        yield Page(self.address[1:], "podcast.rss", values, listed=False, shared={"items": items})
        yield artwork

    @cached_property
    def _episodes(self) -> list[FeedItem]:
        return feed_items(self.hub, islice(_heard(self.hub, self.publications), NEWEST))


def address(hub: Hub, list_address: str, publications: Publications) -> str:
    """Return where a list's podcast is; empty where nothing is heard, or where the hub doesn't know its own address."""
    return f"{list_address}podcast.rss" if any(_heard(hub, publications)) else ""


def _heard(hub: Hub, publications: Publications) -> Iterator[Publication]:
    """Return what is heard of some publications, newest first; nothing where the hub doesn't know its own address."""
    return (one for one in publications if hub.site.url and _is_heard(hub, one))


def _is_heard(hub: Hub, publication: Publication) -> bool:
    """Whether it carries a sound that its address leads to.

    What an agreement lets only be linked to carries none, whatever its format.
    """
    if publication.card.format is not Format.SOUND or publication.entry is None:
        return False
    for one in publication.entry.enclosures:
        if one.type.startswith("audio/"):
            return one.url.startswith(("https://", "http://")) or _is_served(hub, publication, one.url)
    return False


def _is_served(hub: Hub, publication: Publication, path: str) -> bool:
    (item,) = feed_items(hub, [publication])
    return any(path == served for served, _address in item.served)


def _covers(hub: Hub, items: Sequence[FeedItem]) -> dict[str, str]:
    """Return the artwork of each source of episodes, by its page: apps show beside an episode which radio it is from."""
    pages = {item.origin.address for item in items if item.origin}
    return {page: _source_cover(hub, page) for page in sorted(pages)}


def _source_cover(hub: Hub, page: str) -> str:
    known = hub.podcast_covers
    if page not in known:
        source = next(one for one in hub.sources if page == f"/medias/{one.slug}/")
        known[page] = f"/{_artwork(hub, of_source(hub, source), page).path}"
    return known[page]


def _artwork(hub: Hub, show: Show, list_address: str) -> Made:
    return cover(hub, show.kind, show.name, show.logo, list_address)


def _live(hub: Hub, source: Source) -> Live | None:
    """Return the stream of a source that states one and that has published: before that nobody knows since when."""
    publications = hub.by_source.get(source.slug)
    if not source.stream or not publications:
        return None
    return Live(
        name=source.name,
        address=f"/medias/{source.slug}/",
        stream=source.stream,
        type=sound_type(source.stream),
        start=publications[-1].card.moment,
    )


def about(html: str) -> str:
    """Return what a podcast says of itself in plain words, within the 4,000 bytes that Apple takes."""
    return text.excerpt(plain_text.plain_text(html), 1000)


def episode_title(item: FeedItem, covers: Mapping[str, str]) -> str:
    """Return an episode's title, with the name of its radio where the podcast may have several.

    The name comes last: in the narrow list of an app, what an episode is about is read first.
    """
    assert item.origin is not None
    name = f" · {item.origin.name}" if covers else ""
    return text.excerpt(item.title, _LONGEST - len(name)) + name


def guid(feed: str) -> str:
    """Return the identity of a podcast: a UUID of its feed's address, without scheme and slashes at its end.

    It stays with the podcast for good, as the namespace asks for: of its own feed, that is, and not that of a source,
    which has one already.
    """
    return str(uuid.uuid5(_NAMESPACE, _SCHEME.sub("", feed, count=1).rstrip("/")))
