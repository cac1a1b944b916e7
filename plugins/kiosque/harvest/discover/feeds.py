"""Find the feeds of a web page, and describe the entries of each."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosque.harvest.discover import platforms
from kiosque.harvest.discover.webpage import WebPage, looks_like_page, read_page
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.html.plain_text import plain_text
from kiosque.i18n import _
from kiosque.model import Format, Record
from kiosque.text import EXCERPT
from kiosque.urls import not_taken, safe_url, without_secrets, without_userinfo

logger = logging.getLogger(__name__)

# Enough for a page that names a feed for each section. More requests would be a nuisance for its server.
MOST_REQUESTS = 12
_TITLES_SHOWN = 3
# How many of its newest entries show whether a feed gives whole texts, and how many characters of each.
_ENTRIES_WEIGHED = 10
_TEXT_WEIGHED = 20_000
_EXCERPT_END = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?"
    r"|(?:lire la suite|en savoir plus|continuer la lecture|read more|continue reading)\W*)$",
    re.IGNORECASE,
)
_COMMENTS_ADDRESS = re.compile(
    r"/comments?(?:/|$|\?)|/video-comments\.|[?&]feed=comments|feed/(?:atom|rss2)/comments", re.IGNORECASE
)
_COMMENTS_TITLE = re.compile(r"(?:comments (?:on|for)|commentaires (?:sur|pour))\b", re.IGNORECASE)
_OLDEST = datetime.min.replace(tzinfo=UTC)


class FoundFeed(Record, frozen=True):
    """A feed that was found.

    - ``entries``: the number of its entries; ``formats``: the number of each format.
    - ``newest``: the date of its newest entry.
    - ``titles``: the titles of its three newest entries.
    - ``full``: most of its texts are whole, not excerpts.
    - ``same_as``: the address of a feed before it that has the same entries, if any.
    """

    url: str
    title: str = ""
    link: str = ""
    language: str = ""
    entries: int = 0
    newest: datetime | None = None
    formats: dict[Format, int] = msgspec.field(default_factory=dict)
    full: bool = False
    titles: tuple[str, ...] = ()
    is_comments: bool = False
    same_as: str = ""


class Discovery(Record, frozen=True):
    """The feeds found from an address, the best first, or the reason why there are none.

    ``title`` and ``homepage`` are the page's. If the address is a feed itself, they are the feed's.
    """

    url: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    feeds: tuple[FoundFeed, ...] = ()
    failure: str = ""

    @property
    def proposed(self) -> tuple[FoundFeed, ...]:
        """The feeds to propose for a source: no feeds of comments, and none with the entries of another."""
        return tuple(feed for feed in self.feeds if not feed.is_comments and not feed.same_as)


def discover(
    root: Path,
    url: str,
    user_agent: str,
    allow_private: bool,  # noqa: FBT001 - passed on to Fetcher
) -> Discovery:
    """Return the feeds of the page at an address, which may be a feed itself. It never raises."""

    async def run() -> Discovery:
        async with Fetcher(root=root, user_agent=user_agent, allow_private=allow_private) as fetcher:
            return await _Search(fetcher, root).page(url)

    return asyncio.run(run())


class _ReadFeed(NamedTuple):
    """A feed that was read. ``names`` holds the address, guid or title of each entry."""

    feed: FoundFeed
    names: frozenset[str]


class _Search:
    """One search for feeds. It counts its requests, and remembers the addresses that it has asked."""

    def __init__(self, fetcher: Fetcher, root: Path) -> None:
        self._fetcher, self._root = fetcher, root
        self._tried: set[str] = set()
        self._left = MOST_REQUESTS

    async def page(self, address: str) -> Discovery:
        """Fetch a page, then its feeds."""
        if not (url := safe_url(address)):
            return Discovery(url=without_userinfo(address), failure=not_taken(address))
        answer = await self._fetcher.get(url)
        if not isinstance(answer, Body):
            return Discovery(
                url=url, failure=answer.message if isinstance(answer, Failure) else _no_feed_message()
            )
        if read := self._read(answer, url):
            return _feed_itself(url, read.feed)
        self._tried |= {url, answer.url}
        page = read_page(answer.data, answer.url, answer.content_type)
        address = without_secrets(answer.url)
        logger.debug("%s: %d links to feeds, %d likely anchors", address, len(page.links), len(page.anchors))
        feeds = await self._feeds(page, answer.url)
        return Discovery(
            url=url,
            title=page.site_name or page.title,
            homepage=answer.url,
            language=page.language,
            feeds=feeds,
            failure="" if feeds else _no_feed_message(),
        )

    async def _feeds(self, page: WebPage, url: str) -> tuple[FoundFeed, ...]:
        """Return the feeds of the first group of candidates that has any."""
        for addresses in _candidates(page, url):
            chosen = self._untried(addresses)
            results = await asyncio.gather(*map(self._try, chosen))
            logger.debug(
                "%d candidates, %d asked, %d feeds", len(addresses), len(chosen), sum(map(bool, results))
            )
            if feeds := [read for read in results if read]:
                return _best_first(feeds)
        return ()

    def _untried(self, addresses: Iterable[str]) -> list[str]:
        """Return the addresses not asked yet, as many as the limit allows; feeds of comments come last."""
        new = [address for address in dict.fromkeys(addresses) if address not in self._tried]
        chosen = sorted(new, key=_is_comments_address)[: self._left]
        self._left -= len(chosen)
        self._tried.update(chosen)
        return chosen

    async def _try(self, url: str) -> _ReadFeed | None:
        answer = await self._fetcher.get(url)
        return self._read(answer, url) if isinstance(answer, Body) else None

    def _read(self, answer: Body, url: str) -> _ReadFeed | None:
        if looks_like_page(answer.data):
            return None
        parsed = parse(answer.data, Origin(answer.url, self._root, answer.content_type))
        if parsed.fatal:
            return None
        return _ReadFeed(
            _described(parsed, answer.moved or url),
            frozenset(entry.url or entry.guid or entry.title for entry in parsed.entries),
        )


def _no_feed_message() -> str:
    return _("no feed was found there: look on the page for a link named RSS or Atom, and give its address")


def _feed_itself(url: str, feed: FoundFeed) -> Discovery:
    return Discovery(url=url, title=feed.title, homepage=feed.link, language=feed.language, feeds=(feed,))


def _candidates(page: WebPage, url: str) -> Iterator[tuple[str, ...]]:
    """Yield the addresses that may be feeds, in groups, the surest first.

    A group is tried only if the groups before it have no feed.
    """
    # A channel's page may link to the feed of the whole site, so the feed that its own address names comes
    # first.
    yield (*platforms.certain(url, page.markup), *page.links)
    yield platforms.likely(url, page.markup)
    yield page.anchors
    yield platforms.usual(url)


def _is_comments_address(url: str) -> bool:
    return bool(_COMMENTS_ADDRESS.search(url))


def _best_first(read: Iterable[_ReadFeed]) -> tuple[FoundFeed, ...]:
    """Return the feeds with ``same_as`` filled in. Feeds of comments come last, repeated ones before them."""
    feeds = list({item.feed.url: item for item in read}.values())
    marked = []
    for position, (feed, names) in enumerate(feeds):
        same_as = next((item.feed.url for item in feeds[:position] if names and names <= item.names), "")
        marked.append(msgspec.structs.replace(feed, same_as=same_as))
    return tuple(sorted(marked, key=lambda feed: (feed.is_comments, bool(feed.same_as))))


def _described(parsed: ParsedFeed, url: str) -> FoundFeed:
    entries = sorted(parsed.entries, key=_date, reverse=True)
    return FoundFeed(
        url=url,
        title=parsed.title,
        link=parsed.link,
        language=parsed.language or _usual_language(entries),
        entries=len(entries),
        newest=next((entry.published or entry.updated for entry in entries), None),
        formats=dict(sorted(Counter(entry.format for entry in entries).items())),
        full=_is_full(entries[:_ENTRIES_WEIGHED]),
        titles=tuple(entry.title for entry in entries if entry.title)[:_TITLES_SHOWN],
        is_comments=_is_comments_address(url) or bool(_COMMENTS_TITLE.match(parsed.title)),
    )


def _date(entry: RawEntry) -> datetime:
    return entry.published or entry.updated or _OLDEST


def _usual_language(entries: Iterable[RawEntry]) -> str:
    counts = Counter(entry.language for entry in entries if entry.language)
    return max(counts, key=lambda language: counts[language], default="")


def _is_full(entries: Iterable[RawEntry]) -> bool:
    """Whether most texts are longer than an excerpt, and don't end like one."""
    texts = [plain_text(entry.html[:_TEXT_WEIGHED]) for entry in entries]
    whole = [text for text in texts if len(text) > 2 * EXCERPT and not _EXCERPT_END.search(text[-60:])]
    return len(whole) * 2 > len(texts)
