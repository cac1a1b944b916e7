"""The feeds of a list: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, and its past in Atom (RFC 5005, section 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosque.site.feeds.feed_item import FeedItem, feed_items
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.output.wanted import Page, Wanted

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


def feeds_last(outputs: Iterable[Wanted]) -> Iterator[Wanted]:
    """Pass all outputs on, feeds behind the others, format by format: what one of them renders, the next ones ask for.

    Children that make pages side by side so make hardly any item twice.
    """
    last: dict[str, list[Wanted]] = {suffix: [] for suffix in reversed(FORMATS)}
    for output in outputs:
        suffix = output.path.rpartition(".")[2]
        if suffix in last and isinstance(output, Page):
            last[suffix].append(output)
        else:
            yield output
    for some in last.values():
        yield from some


def _updated(items: Sequence[FeedItem]) -> datetime:
    return max(item.updated for item in items)


def _archives(hub: Hub, followed: Followed) -> Iterator[Page]:
    """Yield the archive documents of a list, oldest first, of at most ``NEWEST`` each: see ``_parts``.

    What is in one doesn't change when something arrives. A list that its feed holds whole has none.
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
    """Yield the address and the publications, newest first, of each archive document, oldest first.

    The past is cut by month, and a month that holds much into parts; the months of a year that holds little stand
    together. Of a year or month under way there is only what nothing can join any more: the rest is among the newest.
    """
    folder = f"{followed.address}archives"
    now = hub.settings.now.astimezone(hub.settings.zone)
    for year, of_year in _by(lambda local: local.year, reversed(followed.publications)).items():
        if len(of_year) > NEWEST:
            for month, of_month in _by(lambda local: local.month, of_year).items():
                is_under_way = (year, month) == (now.year, now.month)
                yield from _cut(f"{folder}/{year}/{month:02}", of_month, is_under_way=is_under_way)
        elif year != now.year:
            yield f"{folder}/{year}.atom", of_year[::-1]


def _by(key: Callable[[datetime], int], publications: Iterable[Publication]) -> dict[int, list[Publication]]:
    """Return publications, oldest first, by the year or month of their local time."""
    found: defaultdict[int, list[Publication]] = defaultdict(list)
    for publication in publications:
        found[key(publication.local)].append(publication)
    return found


def _cut(
    address: str, publications: Publications, *, is_under_way: bool
) -> Iterator[tuple[str, Publications]]:
    for number, start in enumerate(range(0, len(publications), NEWEST), start=1):
        part = publications[start : start + NEWEST]
        if not is_under_way or len(part) == NEWEST:
            yield f"{address}{f'-{number}' if number > 1 else ''}.atom", part[::-1]
