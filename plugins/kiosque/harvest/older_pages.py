"""Fetch the older pages of a feed, once, from its first visit on."""

from __future__ import annotations

import logging
import re
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.harvest.store.source_archive import FeedReading, read_older_page
from kiosque.harvest.time_limit import TimeLimit
from kiosque.harvest.workers import JobKilledError, Workers
from kiosque.model import Record
from kiosque.urls import without_secrets

logger = logging.getLogger(__name__)

# Of a feed, in all rounds together.
MOST_PAGES = 60
_MOST_BYTES = 40_000_000
# A feed may name its pages itself, with any number of digits.
_PAGE_NUMBER = re.compile(r"[0-9]{1,6}")


class OlderPages(Record, frozen=True):
    """Pages of a feed, newest first, and the address with which the next round goes on; empty at the end."""

    pages: tuple[Body, ...] = ()
    next: str = ""


def first_older_page(newest: Body, reading: FeedReading) -> str:
    """Return the address of the page before the newest; empty where the feed has only one.

    A feed names its older page (RFC 5005: ``prev-archive``, ``next``), or WordPress numbers its pages
    (``?paged=2``). A page on another host than the feed's own is none: a feed mustn't send a hub anywhere.
    """
    url = reading.older_page or (_numbered(newest.url, 2) if reading.is_wordpress else "")
    return url if urlsplit(url).hostname == urlsplit(newest.url).hostname else ""


async def fetch_pages(
    start: str,
    newest: str,
    known_names: frozenset[str],
    most: int,
    fetcher: Fetcher,
    workers: Workers,
    limit: TimeLimit,
) -> OlderPages:
    """Return at most ``most`` older pages of a feed, from the address ``start`` on, in the time that is left.

    Only pages on the host of ``start`` are asked. The last page is the one before a page that is missing,
    empty, or without any new entry. ``newest`` is the address of the newest page, ``known_names`` are the
    names of the entries of newer pages. Where the time is over or the server fails, the next round goes on
    from there.
    """
    pages: list[Body] = []
    url, names, seen = start, set(known_names), {newest}
    while url and url not in seen and urlsplit(url).hostname == urlsplit(start).hostname:
        if len(pages) == most or sum(len(page.data) for page in pages) > _MOST_BYTES:
            break
        seen.add(url)
        page = await limit.within(fetcher.get(url))
        if page is None or (isinstance(page, Failure) and not (page.missing or page.gone)):
            logger.debug("%s: %d older pages; the rest waits", without_secrets(start), len(pages))
            return OlderPages(pages=tuple(pages), next=url)
        if not isinstance(page, Body):
            break
        try:
            older, page_names = await workers.do(partial(read_older_page, fetcher.root), page, len(page.data))
        except JobKilledError:
            logger.debug("%s: takes too much to be read", without_secrets(url))
            break
        if names.issuperset(page_names):
            logger.debug("%s: has no entry that newer pages lack", without_secrets(url))
            break
        names |= page_names
        pages.append(page)
        url = older or _next_number(url)
    logger.debug("%s: %d older pages", without_secrets(start), len(pages))
    return OlderPages(pages=tuple(pages))


def _next_number(url: str) -> str:
    """Return the address after that of a numbered page; empty where a page has no number."""
    number = dict(parse_qsl(urlsplit(url).query)).get("paged", "")
    return _numbered(url, int(number) + 1) if _PAGE_NUMBER.fullmatch(number) else ""


def _numbered(url: str, number: int) -> str:
    """Return the address of a numbered page of a WordPress feed."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))])))
