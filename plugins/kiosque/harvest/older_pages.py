"""Fetch the older pages of a feed, once, at its first visit."""

from __future__ import annotations

import logging
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.harvest.store.source_archive import FeedReading, read_older_page
from kiosque.harvest.workers import JobKilledError, Workers
from kiosque.urls import without_secrets

logger = logging.getLogger(__name__)

_MOST_PAGES = 60
_MOST_BYTES = 40_000_000


async def fetch_pages(
    first: Body, reading: FeedReading, fetcher: Fetcher, workers: Workers
) -> tuple[list[Body], bool]:
    """Return the older pages of a feed, newest first, and whether these are all of them.

    A feed names its older page (RFC 5005: ``prev-archive``, ``next``), or WordPress numbers its pages
    (``?paged=2``). Only pages on the feed's own host are asked. The last page is the one before a page that
    is missing, empty, or without any new entry. If the server fails on the way, the pages are incomplete.
    """
    pages: list[Body] = []
    older, names = reading.older_page, reading.names
    seen = {first.url}
    while len(pages) < _MOST_PAGES and sum(len(page.data) for page in pages) < _MOST_BYTES:
        url = older or (_numbered(first.url, len(pages) + 2) if reading.is_wordpress else "")
        if not url or url in seen or urlsplit(url).hostname != urlsplit(first.url).hostname:
            break
        seen.add(url)
        page = await fetcher.get(url)
        if not isinstance(page, Body):
            logger.debug("%s: %d older pages, then none", without_secrets(first.url), len(pages))
            return pages, not isinstance(page, Failure) or page.missing or page.gone
        try:
            older, page_names = await workers.do(partial(read_older_page, fetcher.root), page, len(page.data))
        except JobKilledError:
            logger.debug("%s: takes too much to be read", without_secrets(url))
            break
        if page_names <= names:
            logger.debug("%s: has no entry that newer pages lack", without_secrets(url))
            break
        names |= page_names
        pages.append(page)
    logger.debug("%s: %d older pages", without_secrets(first.url), len(pages))
    return pages, True


def _numbered(url: str, number: int) -> str:
    """Return the address of a numbered page of a WordPress feed."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))])))
