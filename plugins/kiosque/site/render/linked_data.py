"""Descriptions of pages for programs: schema.org in JSON-LD (https://schema.org/, W3C JSON-LD 1.1).

A block of JSON-LD is data, not a script: a content security policy that forbids inline scripts allows it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from kiosque.content.kinds import KINDS
from kiosque.model import Format
from kiosque.settings.pelicanconf import Site
from kiosque.site.hub.playable import Player
from kiosque.site.hub.records import Card, Image, ItemCard, Link

Absolute = Callable[[str], str]
Thing = Mapping[str, object]

_CONTEXT = "https://schema.org"
_TYPES = {Format.TEXT: "Article", Format.SOUND: "PodcastEpisode", Format.VIDEO: "VideoObject"}
_SOURCES = {"radio": "RadioStation", "webtv": "TelevisionStation", "paper": "NewsMediaOrganization",
            "podcast": "NewsMediaOrganization", "blog": "Organization"}  # fmt: skip


class LinkedData:
    """Makes the JSON-LD block of each type of page. All addresses in it are absolute."""

    def __init__(self, site: Site, absolute: Absolute) -> None:
        """Make blocks for a hub; ``absolute`` makes an address of the hub absolute."""
        self._site = site
        self._absolute = absolute
        self._hub: Thing = {"@type": "Organization", "name": site.name, "url": absolute("/")}

    def page(self, title: str, address: str, above: Sequence[tuple[str, str]] = ()) -> Markup:
        """Return the block of a list; ``above`` are the names and addresses of its parent pages."""
        name = html.unescape(str(title))
        if address == "/":
            return _block(
                {**self._hub, "@type": "WebSite", "inLanguage": self._site.language, "publisher": self._hub}
            )
        collection = {
            "@type": "CollectionPage",
            "name": name,
            "url": self._absolute(address),
            "inLanguage": self._site.language,
            "isPartOf": {"@type": "WebSite", "name": self._site.name, "url": self._absolute("/")},
            "breadcrumb": self._breadcrumbs([*above, (name, address)]),
        }
        return _block(collection)

    def item(self, card: ItemCard, updated: object, licence: str) -> Markup:
        """Say what a page written for the hub is, by the type of its kind."""
        kind = KINDS[card.kind].schema_org
        facts = {
            **(self._publication(card, kind) if isinstance(card, Card) else self._undated(card, kind)),
            "headline": card.title,
            "dateModified": updated or getattr(card, "moment", None),
            "license": licence,
            "publisher": self._hub,
        }
        return _block(facts, self._breadcrumbs([(card.title, card.address)]))

    def entry(
        self,
        card: Card,
        original: str,
        updated: object,
        rights: str,
        players: Sequence[Player],
        numbers: tuple[int | None, int | None],
    ) -> Markup:
        """Return the block of the page of an entry; ``numbers`` are season and episode."""
        season, episode = numbers
        publication = {
            **self._publication(card, _TYPES[card.format]),
            "dateModified": updated or card.moment,
            "license": rights,
            "sameAs": original,
            "publisher": self._medium(card.source),
        }
        if card.format is Format.TEXT:
            publication |= {
                "headline": card.title,
                "mainEntityOfPage": original or self._absolute(card.address),
            }
        elif card.format is Format.SOUND:
            publication |= {
                "associatedMedia": [self._media_object(player) for player in players if player.files],
                "timeRequired": _duration(card.duration),
                "episodeNumber": episode,
                "partOfSeason": {"@type": "PodcastSeason", "seasonNumber": season} if season else None,
                "partOfSeries": {"@type": "PodcastSeries", "name": card.source.name} if card.source else None,
            }
        else:
            first = next((player for player in players if player.tag != "audio"), None)
            publication |= {
                "uploadDate": card.moment,
                "duration": _duration(card.duration),
                "thumbnailUrl": self._picture(card.image),
                "contentUrl": self._absolute(first.files[0].url) if first and first.files else None,
                "embedUrl": first.page if first and not first.files else None,
            }
        above = [(card.source.name, card.source.address)] if card.source else []
        return _block(publication, self._breadcrumbs([*above, (card.title, card.address)]))

    def source(
        self,
        name: str,
        address: str,
        source_type: str,
        homepage: str,
        commune: Link | None,
        logo: Image | None,
    ) -> Markup:
        """Return the block of the page of a source."""
        organization = {
            "@type": _SOURCES.get(source_type, "Organization"),
            "name": name,
            "url": homepage or self._absolute(address),
            "mainEntityOfPage": self._absolute(address),
            "logo": self._picture(logo),
            "areaServed": self._place(commune) if commune else None,
        }
        return _block(organization, self._breadcrumbs([(name, address)]))

    def _publication(self, card: Card, schema_type: str) -> dict[str, object]:
        return {
            **self._undated(card, schema_type),
            "datePublished": card.moment,
            "author": [{"@type": "Person", "name": author.name} for author in card.authors]
            or (self._medium(card.source) if card.source else self._hub),
        }

    def _undated(self, card: ItemCard, schema_type: str) -> dict[str, object]:
        return {
            "@type": schema_type,
            "name": card.title,
            "url": self._absolute(card.address),
            "description": card.summary,
            "inLanguage": card.language or self._site.language,
            "image": self._picture(card.image),
            "contentLocation": self._place(card.commune) if card.commune else None,
        }

    def _medium(self, source: Link | None) -> Thing:
        if source is None:
            return self._hub
        return {"@type": "Organization", "name": source.name, "url": self._absolute(source.address)}

    def _media_object(self, player: Player) -> Thing:
        return {
            "@type": "AudioObject" if player.tag == "audio" else "VideoObject",
            "contentUrl": self._absolute(player.files[0].url),
            "encodingFormat": player.files[0].type,
            "duration": _duration(player.duration),
        }

    def _place(self, commune: Link) -> Thing:
        return {"@type": "Place", "name": commune.name}

    def _picture(self, image: Image | None) -> str:
        return self._absolute(image.sizes[-1][0]) if image else ""

    def _breadcrumbs(self, pages: Sequence[tuple[str, str]]) -> Thing:
        """Return the way from home to a page; ``pages`` are names and addresses."""
        items = [
            {"@type": "ListItem", "position": position, "name": name, "item": self._absolute(address)}
            for position, (name, address) in enumerate([(self._site.name, "/"), *pages], start=1)
        ]
        return {"@type": "BreadcrumbList", "itemListElement": items}


def _duration(seconds: float | None) -> str:
    """Return a duration as ISO 8601 writes it."""
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{rest}S"


def _block(*things: Thing) -> Markup:
    graph = [_without_empty(thing) for thing in things]
    content = graph[0] if len(graph) == 1 else {"@graph": graph}
    # Without “<”, no text in the block can end the element.
    encoded = msgspec.json.encode({"@context": _CONTEXT, **content}).decode().replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">{encoded}</script>')  # noqa: S704 - see above


def _without_empty(thing: Thing) -> dict[str, object]:
    """Return a thing without its empty values; zero counts as a value."""
    return {
        name: _without_empty(value) if isinstance(value, dict) else value
        for name, value in thing.items()
        if value or value == 0
    }
