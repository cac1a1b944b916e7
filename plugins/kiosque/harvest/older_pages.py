"""The past of a feed, brought in once: the pages and archives that lie behind what it shows."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.harvest.store.source_archive import Learned, look
from kiosque.harvest.workers import Workers

_MOST_PAGES = 60
_MOST_BYTES = 40_000_000


async def pages(first: Body, learned: Learned, fetcher: Fetcher, workers: Workers) -> tuple[list[Body], bool]:
    """Return the pages behind the first one of a feed, newest first, and whether these are all.

    A feed names its older pages (RFC 5005: ``prev-archive``, ``next``), or is one of WordPress, which counts them
    (``?paged=2``). Only pages of the feed's own host are asked; the first that isn't there, is empty or repeats another
    is the last. Where a server fails on the way, there may be more.
    """
    found: list[Body] = []
    older, names = learned.older_page, learned.names
    seen = {first.url}
    while len(found) < _MOST_PAGES and sum(len(one.data) for one in found) < _MOST_BYTES:
        url = older or (_numbered(first.url, len(found) + 2) if learned.is_wordpress else "")
        if not url or url in seen or urlsplit(url).hostname != urlsplit(first.url).hostname:
            break
        seen.add(url)
        page = await fetcher.get(url)
        if not isinstance(page, Body):
            return found, not isinstance(page, Failure) or page.missing or page.gone
        older, more = await workers.do(partial(look, fetcher.root), page)
        if more <= names:
            break
        names |= more
        found.append(page)
    return found, True


def _numbered(url: str, number: int) -> str:
    """Return the address of a page that WordPress counts."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))])))
