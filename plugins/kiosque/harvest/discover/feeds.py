"""The feeds of a web page, and what each would bring: by its link tags, known places, then anchors."""

from __future__ import annotations

import asyncio
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
from kiosque.urls import safe_url

# Enough for a page that names its sections' feeds; a visitor who asks more often than that is a nuisance.
MOST_TRIED = 12
_SHOWN = 3
# Whether a feed gives whole texts is seen in its newest entries.
_WEIGHED = 10
_LONGEST_WEIGHED = 20_000
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?:lire la suite|en savoir plus|continuer la lecture|read more|continue reading)\W*)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"/comments?(?:/|$|\?)|/video-comments\.|[?&]feed=comments|feed/(?:atom|rss2)/comments", re.IGNORECASE
)
_COMMENTS_TITLE = re.compile(r"(?:comments (?:on|for)|commentaires (?:sur|pour))\b", re.IGNORECASE)
_OLDEST = datetime.min.replace(tzinfo=UTC)


class Found(Record, frozen=True):
    """A feed, and what it would bring.

    ``entries`` is how many it holds, ``formats`` how many of each format, ``newest`` the date of its newest, ``titles``
    those of its newest three. ``full`` says that most of its texts are whole ones. ``same_as`` is the address of a feed
    named before it that brings the same entries.
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


class Discovered(Record, frozen=True):
    """What a page's address led to: its feeds, the best first, or why there are none.

    ``title`` is the page's or, of an address that is a feed itself, the feed's; so is ``homepage``.
    """

    url: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    feeds: tuple[Found, ...] = ()
    failure: str = ""

    @property
    def proposed(self) -> tuple[Found, ...]:
        """The feeds that a source would want: not those of comments, and none twice."""
        return tuple(feed for feed in self.feeds if not feed.is_comments and not feed.same_as)


def discover(root: Path, url: str, user_agent: str, allow_private: bool) -> Discovered:  # noqa: FBT001 - as a Fetcher takes it
    """Return the feeds of the page at an address, which may be a feed itself. It never raises for what lies there."""

    async def run() -> Discovered:
        async with Fetcher(root=root, user_agent=user_agent, allow_private=allow_private) as fetcher:
            return await _Discovery(fetcher, root).page(url)

    return asyncio.run(run())


class _Read(NamedTuple):
    """A feed that was read; ``brings`` is what tells its entries from those of others."""

    found: Found
    brings: frozenset[str]


class _Discovery:
    """One search, and which addresses it has tried."""

    def __init__(self, fetcher: Fetcher, root: Path) -> None:
        self._fetcher, self._root = fetcher, root
        self._tried: set[str] = set()
        self._left = MOST_TRIED

    async def page(self, written: str) -> Discovered:
        """Ask for a page, then for its feeds."""
        if not (url := safe_url(written)):
            message = _("“{value}” is not a web address: write it in full, as https://radio.example/")
            return Discovered(url=written, failure=message.format(value=written))
        answer = await self._fetcher.get(url)
        if not isinstance(answer, Body):
            return Discovered(url=url, failure=answer.message if isinstance(answer, Failure) else _none())
        if read := self._read(answer, url):
            return _of_feed(url, read.found)
        self._tried |= {url, answer.url}
        page = read_page(answer.data, answer.url, answer.content_type)
        feeds = await self._feeds(page, answer.url)
        return Discovered(
            url=url,
            title=page.site_name or page.title,
            homepage=answer.url,
            language=page.language,
            feeds=feeds,
            failure="" if feeds else _none(),
        )

    async def _feeds(self, page: WebPage, url: str) -> tuple[Found, ...]:
        """Try the surest places first, and stop where some have feeds."""
        for places in _places(page, url):
            tried = await asyncio.gather(*map(self._try, self._untried(places)))
            if found := [read for read in tried if read]:
                return _best_first(found)
        return ()

    def _untried(self, places: Iterable[str]) -> list[str]:
        """Return those not asked yet, as many as may still be; those of comments only where nothing else is left."""
        fresh = [one for one in dict.fromkeys(places) if one not in self._tried]
        chosen = sorted(fresh, key=_names_comments)[: self._left]
        self._left -= len(chosen)
        self._tried.update(chosen)
        return chosen

    async def _try(self, url: str) -> _Read | None:
        answer = await self._fetcher.get(url)
        return self._read(answer, url) if isinstance(answer, Body) else None

    def _read(self, answer: Body, url: str) -> _Read | None:
        if looks_like_page(answer.data):
            return None
        parsed = parse(answer.data, Origin(answer.url, self._root, answer.content_type))
        if parsed.fatal:
            return None
        return _Read(
            _found(parsed, answer.moved or url),
            frozenset(one.url or one.guid or one.title for one in parsed.entries),
        )


def _none() -> str:
    return _("no feed was found there: look on the page for a link named RSS or Atom, and give its address")


def _of_feed(url: str, feed: Found) -> Discovered:
    return Discovered(url=url, title=feed.title, homepage=feed.link, language=feed.language, feeds=(feed,))


def _places(page: WebPage, url: str) -> Iterator[tuple[str, ...]]:
    """Yield the addresses to try, in groups: the next is tried only where those before it have no feed."""
    # An instance's page of a channel may name the feed of the whole instance: what the address itself says comes first.
    yield (*platforms.certain(url, page.markup), *page.links)
    yield platforms.likely(url, page.markup)
    yield page.anchors
    yield platforms.usual(url)


def _names_comments(url: str) -> bool:
    return bool(_COMMENTS.search(url))


def _best_first(read: Iterable[_Read]) -> tuple[Found, ...]:
    """Put feeds of comments last, and before them those whose entries another one brings already."""
    feeds = list({one.found.url: one for one in read}.values())
    marked = []
    for place, (found, brings) in enumerate(feeds):
        same_as = next((one.found.url for one in feeds[:place] if brings and brings <= one.brings), "")
        marked.append(msgspec.structs.replace(found, same_as=same_as))
    return tuple(sorted(marked, key=lambda feed: (feed.is_comments, bool(feed.same_as))))


def _found(parsed: ParsedFeed, url: str) -> Found:
    entries = sorted(parsed.entries, key=_moment, reverse=True)
    return Found(
        url=url,
        title=parsed.title,
        link=parsed.link,
        language=parsed.language or _usual_language(entries),
        entries=len(entries),
        newest=next((one.published or one.updated for one in entries), None),
        formats=dict(sorted(Counter(one.format for one in entries).items())),
        full=_is_full(entries[:_WEIGHED]),
        titles=tuple(one.title for one in entries if one.title)[:_SHOWN],
        is_comments=_names_comments(url) or bool(_COMMENTS_TITLE.match(parsed.title)),
    )


def _moment(entry: RawEntry) -> datetime:
    return entry.published or entry.updated or _OLDEST


def _usual_language(entries: Iterable[RawEntry]) -> str:
    stated = Counter(one.language for one in entries if one.language)
    return max(stated, key=lambda language: stated[language], default="")


def _is_full(entries: Iterable[RawEntry]) -> bool:
    """Whether most of the texts are longer than an excerpt, and don't end as one."""
    texts = [plain_text(one.html[:_LONGEST_WEIGHED]) for one in entries]
    whole = [text for text in texts if len(text) > 2 * EXCERPT and not _CUT.search(text[-60:])]
    return len(whole) * 2 > len(texts)
