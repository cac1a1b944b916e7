"""The pictures that pages will show, fetched politely and kept in ``.cache/pictures/remote/``; no page names another host.

An address is taken as immutable: a picture that is there is never asked for again. What can't be had is remembered in
``.cache/pictures/failures.json``, so that it isn't asked at each round. A lost cache is filled again over several rounds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import msgspec

from kiosque import pictures
from kiosque.archive import ARCHIVE, read_source, read_state
from kiosque.files import replace_file
from kiosque.harvest.answers import Body, Failure
from kiosque.harvest.fetch import Fetcher
from kiosque.model import ArchiveError, Record, Scope, Source, StoredEntry
from kiosque.text import safe_url, web_url

SIZE = 8_000_000
# What a round may spend on pictures, in seconds: a host that drips must not hold up the next round.
_TIME = 300
# Bodies that are in memory at once.
_AT_ONCE = 8
_LONGEST = timedelta(weeks=1)
# A site that was made anew has lost all its old pictures: asking on for each helps nobody.
_MISSING_IN_A_ROW = 3


class Filled(Record, frozen=True):
    """How many pictures were asked for, kept and missed, and how many wait for another round."""

    asked: int = 0
    kept: int = 0
    missed: int = 0
    waiting: int = 0


class Missed(Record, frozen=True):
    """A picture that couldn't be had: how often in a row, and when it is asked again (``None``: never)."""

    failures: int
    next: datetime | None


class _Outcome(Enum):
    """What became of asking for a picture."""

    KEPT = "kept"
    TINY = "tiny"
    # Not there, or not a picture.
    MISSING = "missing"
    UNREADABLE = "unreadable"
    # The server is in trouble, or can't be reached.
    TROUBLE = "trouble"


def wanted_pictures(
    root: Path, sources: Iterable[Source], entries: Iterable[StoredEntry] | None = None
) -> list[str]:
    """Return the addresses of the pictures that pages show: those of feeds, then those of entries, newest first.

    ``entries`` are those of all the sources, in any order; without them the archive is read. Where the agreement lets
    only titles and links be shown, no picture is.
    """
    shown = {source.slug: source for source in sources if source.agreement.scope is not Scope.LINK}
    archive = root / ARCHIVE
    if entries is None:
        # One source at a time: all entries together would fill the memory.
        entries = (stored for slug in shown for stored in read_source(archive, slug).entries)
    dated = [
        (stored.entry.moment, stored.entry.image.url)
        for stored in entries
        if stored.entry.image and stored.entry.source in shown
    ]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    feeds = [_feeds_picture(archive, source) for source in shown.values()]
    return [url for url in dict.fromkeys([*feeds, *(url for _moment, url in dated)]) if web_url(url)]


def _feeds_picture(archive: Path, source: Source) -> str:
    try:
        return pictures.feeds_picture(source, read_state(archive, source.slug))
    except ArchiveError:
        # Whoever harvests or builds says so.
        return ""


async def fill(root: Path, fetcher: Fetcher, wanted: Sequence[str], now: datetime, most: int = 200) -> Filled:
    """Fetch those of the ``wanted`` addresses, newest first, that aren't kept yet; at most ``most`` of them.

    A host that is in trouble is left in peace until the next round, which comes to its other pictures first. What takes
    more than five minutes in all waits for the next round. Raises OutputError where the cache can't be written.
    """
    missed = _load(root)
    due = _due(wanted, pictures.kept(pictures.remote_folder(root)), missed, now)
    if not due:
        return Filled()
    with _Decoder(pictures.remote_folder(root)) as decoder:
        round_ = _Round(fetcher, decoder)
        try:
            await round_.ask(due, most)
        finally:
            _save(root, _remembered(missed, round_.outcomes, now))
    kept = sum(outcome is _Outcome.KEPT for outcome, _wait in round_.outcomes.values())
    asked = len(round_.outcomes)
    return Filled(asked=asked, kept=kept, missed=asked - kept, waiting=len(due) - asked)


def prune(root: Path, wanted: Iterable[str], most: int = 1000) -> int:
    """Remove pictures that no page shows any more, at most ``most`` files, and return how many; not beside a ``fill``.

    ``wanted`` are the addresses of all sources, also of those that this round left out. What is remembered of others'
    failures is forgotten.
    """
    addresses = set(wanted)
    _save(root, {url: missed for url, missed in _load(root).items() if url in addresses})
    return pictures.forget(pictures.remote_folder(root), map(pictures.remote_key, addresses), most)


def _due(wanted: Iterable[str], kept: Collection[str], missed: dict[str, Missed], now: datetime) -> list[str]:
    """Return what is to be asked, in order; what failed before comes last, so that it can't hold up its host's others."""
    due = [
        url
        for url in dict.fromkeys(wanted)
        if pictures.remote_key(url) not in kept and _is_due(missed.get(url), now) and safe_url(url)
    ]
    return sorted(due, key=lambda url: url in missed)


def _is_due(missed: Missed | None, now: datetime) -> bool:
    return missed is None or (missed.next is not None and missed.next <= now)


class _Decoder:
    """Decodes pictures in a process of its own, one at a time: one that brings the decoder down costs only itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = _pool()
        self._turn = asyncio.Lock()

    async def keep(self, data: bytes, url: str) -> _Outcome:
        """Keep the picture of an address, and say what it turned out to be."""
        async with self._turn:
            try:
                task = self._pool.submit(pictures.keep, data, url, self._folder)
                await asyncio.wrap_future(task)
            except pictures.TinyPictureError:
                return _Outcome.TINY
            except pictures.PictureError:
                return _Outcome.UNREADABLE
            except BrokenProcessPool:
                self._pool.shutdown()
                self._pool = _pool()
                return _Outcome.UNREADABLE
        return _Outcome.KEPT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown()


def _pool() -> ProcessPoolExecutor:
    """Return a process that starts when it is first needed; not forked, since this one has threads."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Round:
    """One round of asking; ``outcomes`` are by address, with the seconds that a server asks to wait."""

    def __init__(self, fetcher: Fetcher, decoder: _Decoder) -> None:
        self._fetcher, self._decoder = fetcher, decoder
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._until = asyncio.get_running_loop().time() + _TIME
        self._missing: Counter[str] = Counter()
        self._ended: set[str] = set()
        self.outcomes: dict[str, tuple[_Outcome, float]] = {}

    async def ask(self, due: Sequence[str], most: int) -> None:
        """Ask for the first ``most``; what hosts in trouble leave of that goes to the next in order."""
        while chosen := self._open(due)[: most - len(self.outcomes)]:
            hosts: defaultdict[str, list[str]] = defaultdict(list)
            for url in chosen:
                hosts[_host(url)].append(url)
            try:
                async with asyncio.TaskGroup() as group:
                    for host, urls in hosts.items():
                        group.create_task(self._ask_host(host, urls))
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from None

    def _open(self, due: Sequence[str]) -> list[str]:
        if asyncio.get_running_loop().time() > self._until:
            return []
        return [url for url in due if url not in self.outcomes and _host(url) not in self._ended]

    async def _ask_host(self, host: str, urls: Sequence[str]) -> None:
        """Ask one host for its pictures, one after the other, while it answers."""
        for url in urls:
            async with self._places:
                if not self._open([url]):
                    return
                outcome, wait = await self._ask_one(url)
            self.outcomes[url] = outcome, wait
            self._missing[host] = self._missing[host] + 1 if outcome is _Outcome.MISSING else 0
            if outcome is _Outcome.TROUBLE or self._missing[host] == _MISSING_IN_A_ROW:
                self._ended.add(host)

    async def _ask_one(self, url: str) -> tuple[_Outcome, float]:
        answer = await self._fetcher.get(url, size=SIZE)
        if isinstance(answer, Body):
            return await self._decoder.keep(answer.data, url), 0
        if isinstance(answer, Failure) and not answer.unreachable and (answer.gone or answer.missing):
            return _Outcome.MISSING, 0
        return _Outcome.TROUBLE, (isinstance(answer, Failure) and answer.wait) or 0


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _remembered(
    missed: dict[str, Missed], outcomes: dict[str, tuple[_Outcome, float]], now: datetime
) -> dict[str, Missed]:
    """Return what is known of the pictures that couldn't be had, after a round."""
    known = dict(missed)
    for url, (outcome, wait) in outcomes.items():
        known.pop(url, None)
        if outcome is not _Outcome.KEPT:
            failures = missed[url].failures + 1 if url in missed else 1
            pause = _pause(outcome, failures, wait)
            known[url] = Missed(failures=failures, next=now + pause if pause else None)
    return known


def _pause(outcome: _Outcome, failures: int, wait: float) -> timedelta | None:
    """Return how long a picture isn't asked: growing up to a week; ``None`` for ever, since it will stay tiny."""
    if outcome is _Outcome.TINY:
        return None
    if outcome is not _Outcome.TROUBLE:
        return _LONGEST
    # 2^8 hours are more than a week already.
    growing = timedelta(hours=1 << min(failures - 1, 8))
    asked = timedelta(seconds=min(wait, _LONGEST.total_seconds()))
    return min(max(growing, asked), _LONGEST)


def _load(root: Path) -> dict[str, Missed]:
    try:
        return msgspec.json.decode(_file(root).read_bytes(), type=dict[str, Missed])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _save(root: Path, missed: dict[str, Missed]) -> None:
    if missed != _load(root):
        replace_file(_file(root), msgspec.json.format(msgspec.json.encode(missed), indent=1))


def _file(root: Path) -> Path:
    return root / ".cache" / "pictures" / "failures.json"
