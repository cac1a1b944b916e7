"""The feeds of a list: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1; archives in Atom (RFC 5005, section 4)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosque.site.feeds.feed_item import FeedItem
from kiosque.site.feeds.feed_items import feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.output.wanted import Page, Wanted

logger = logging.getLogger(__name__)

NEWEST = 30
FORMATS = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Followed:
    """A list that has feeds: the address of its page, its title, and its publications, newest first.

    The title is empty for the hub's own list. ``archived`` adds archives with all older publications.
    ``language`` is that of the list's source; empty stands for the hub's.
    """

    address: str
    title: str
    publications: Publications
    archived: bool = False
    language: str = ""


def feeds(hub: Hub, followed: Followed) -> Iterator[Page]:
    """Yield the feeds of a list, each with its newest publications; none for an empty list.

    A hub without ``SITEURL`` has no feeds: other programs read them, and can't follow a relative address.
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


def feeds_last(outputs: Iterable[Wanted]) -> Iterator[Wanted]:
    """Yield all outputs, with feeds at the end, format by format.

    Feeds of a format share rendered items. Child processes take neighbouring outputs, and so render hardly
    any item twice.
    """
    feed_pages: dict[str, list[Wanted]] = {suffix: [] for suffix in reversed(FORMATS)}
    for output in outputs:
        suffix = output.path.rpartition(".")[2]
        if suffix in feed_pages and isinstance(output, Page):
            feed_pages[suffix].append(output)
        else:
            yield output
    for suffix, pages in feed_pages.items():
        logger.debug("%d feeds and archive documents in .%s", len(pages), suffix)
        yield from pages


def _updated(items: Sequence[FeedItem]) -> datetime:
    return max(item.updated for item in items)


def _archives(hub: Hub, followed: Followed) -> Iterator[Page]:
    """Yield the archive documents of a list, oldest first, with at most ``NEWEST`` publications each.

    A new publication doesn't change them: see ``_parts``. A list that fits into its feed has none.
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
    """Yield the address and the publications, newest first, of each archive document, oldest document first.

    A year with few publications is one document. Other years are cut into months, and large months into
    parts. The current year or month has only the documents that nothing can be added to any more: its other
    publications are among the newest, in the feed itself.
    """
    folder = f"{followed.address}archives"
    now = hub.settings.now.astimezone(hub.settings.zone)
    for year, of_year in _grouped(lambda local: local.year, reversed(followed.publications)).items():
        if len(of_year) > NEWEST:
            for month, of_month in _grouped(lambda local: local.month, of_year).items():
                is_current = (year, month) == (now.year, now.month)
                yield from _month_parts(f"{folder}/{year}/{month:02}", of_month, is_current=is_current)
        elif year != now.year:
            yield f"{folder}/{year}.atom", of_year[::-1]


def _grouped(
    key: Callable[[datetime], int], publications: Iterable[Publication]
) -> dict[int, list[Publication]]:
    """Return publications, in their order, by the year or month of their local time."""
    groups: defaultdict[int, list[Publication]] = defaultdict(list)
    for publication in publications:
        groups[key(publication.local)].append(publication)
    return groups


def _month_parts(
    address: str, publications: Publications, *, is_current: bool
) -> Iterator[tuple[str, Publications]]:
    """Yield the documents of a month, oldest first; of the current month only those that are full."""
    for number, start in enumerate(range(0, len(publications), NEWEST), start=1):
        part = publications[start : start + NEWEST]
        if not is_current or len(part) == NEWEST:
            yield f"{address}{f'-{number}' if number > 1 else ''}.atom", part[::-1]
