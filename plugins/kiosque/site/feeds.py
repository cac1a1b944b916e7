"""The feeds of a list: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, and its past in Atom (RFC 5005, section 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosque.site.feeditem import FeedItem, feed_items
from kiosque.site.hub import Hub, Publication, Publications
from kiosque.site.output import Page

NEWEST = 30
FORMATS = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Followed:
    """A list to be followed: its page, its title (empty for the hub's own), and its publications, newest first.

    ``archived`` gives all of its past; ``language`` is that of its source, where it isn't the hub's.
    """

    address: str
    title: str
    publications: Publications
    archived: bool = False
    language: str = ""


def feeds(hub: Hub, followed: Followed) -> Iterator[Page]:
    """Yield the feeds of a list, each with its newest publications; none for a list that has nothing.

    A hub that doesn't know its own address has none either: feeds are read elsewhere, where a relative one leads nowhere.
    """
    if not followed.publications or not hub.site.url:
        return
    archives = list(_archives(hub, followed)) if followed.archived else []
    items = feed_items(hub, followed.publications[:NEWEST])
    values = {
        "site": hub.site,
        "address": followed.address,
        "title": followed.title,
        "language": followed.language or hub.site.language,
        "updated": _updated(items),
    }
    for format_ in FORMATS:
        links = (
            {"older": archives[-1].values["self_address"] if archives else ""} if format_ == "atom" else {}
        )
        yield Page(
            f"{followed.address}feed.{format_}"[1:],
            f"feed.{format_}",
            values | links,
            listed=False,
            shared={"items": items},
        )
    yield from archives


def _updated(items: Sequence[FeedItem]) -> datetime:
    return max(item.updated for item in items)


def _archives(hub: Hub, followed: Followed) -> Iterator[Page]:
    """Yield the archive documents of a list, oldest first: its past by month, in parts of at most ``NEWEST``.

    What is in one doesn't change when something arrives: of the month under way only full parts are written, and
    what they leave out is among the newest. A list that its feed holds whole has none.
    """
    if len(followed.publications) <= NEWEST:
        return
    older = ""
    for address, publications in _parts(hub, followed):
        items = feed_items(hub, publications)
        values = {
            "site": hub.site,
            "address": followed.address,
            "title": followed.title,
            "language": followed.language or hub.site.language,
            "updated": _updated(items),
            "self_address": address,
            "older": older,
        }
        yield Page(address[1:], "archive.atom", values, listed=False, shared={"items": items})
        older = address


def _parts(hub: Hub, followed: Followed) -> Iterator[tuple[str, Publications]]:
    """Yield the address and the publications, newest first, of each archive document, oldest first."""
    months: defaultdict[tuple[int, int], list[Publication]] = defaultdict(list)
    for publication in reversed(followed.publications):
        months[publication.local.year, publication.local.month].append(publication)
    now = hub.settings.now.astimezone(hub.settings.zone)
    for (year, month), publications in months.items():
        for number, start in enumerate(range(0, len(publications), NEWEST), start=1):
            part = publications[start : start + NEWEST]
            if (year, month) == (now.year, now.month) and len(part) < NEWEST:
                return
            suffix = f"-{number}" if number > 1 else ""
            yield f"{followed.address}archives/{year}/{month:02}{suffix}.atom", part[::-1]
