"""Filling a cache with files of elsewhere that pages show: a few each round, newest first, one host after another.

An address is taken as immutable: a file that is kept is never asked for again. What can't be had is remembered, so that
it isn't asked at each round. A lost cache is filled again over several rounds.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from kiosque.files import replace_file
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.model import Record
from kiosque.urls import safe_url

# What a round may spend on one cache, in seconds: a host that drips must not hold up the next round.
_TIME = 300
# Bodies that are in memory at once.
_AT_ONCE = 8
_LONGEST = timedelta(weeks=1)
# A site that was made anew has lost all its old files: asking on for each helps nobody.
_MISSING_IN_A_ROW = 3


class Filled(Record, frozen=True):
    """How many files were asked for, kept and missed, and how many wait for another round."""

    asked: int = 0
    kept: int = 0
    missed: int = 0
    waiting: int = 0


class Missed(Record, frozen=True):
    """A file that couldn't be had: how often in a row, and when it is asked again (``None``: never)."""

    failures: int
    next: datetime | None


class Outcome(Enum):
    """What became of asking for a file."""

    KEPT = "kept"
    # Of no use, and it never will be.
    USELESS = "useless"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    # The server is in trouble, or can't be reached.
    TROUBLE = "trouble"


Keep = Callable[[Body, str], Awaitable[Outcome]]
Outcomes = dict[str, tuple[Outcome, float]]


class Filling:
    """A cache that is being filled; ``memory`` is the file that says what couldn't be had."""

    def __init__(self, memory: Path, now: datetime) -> None:
        """Remember what couldn't be had before; nothing is asked yet."""
        self._memory, self._now = memory, now
        self._missed = _load(memory)

    def due(self, lacking: Iterable[str]) -> list[str]:
        """Return which of the addresses that the cache lacks are to be asked, in order.

        What failed before comes last, so that it can't hold up its host's others.
        """
        found = [
            url for url in dict.fromkeys(lacking) if self._is_due(self._missed.get(url)) and safe_url(url)
        ]
        return sorted(found, key=lambda url: url in self._missed)

    def _is_due(self, missed: Missed | None) -> bool:
        return missed is None or (missed.next is not None and missed.next <= self._now)

    async def fill(self, fetcher: Fetcher, due: Sequence[str], keep: Keep, size: int, most: int) -> Filled:
        """Fetch what is due, at most ``most`` files of at most ``size`` bytes, and ``keep`` each.

        A host that is in trouble is left in peace until the next round, which comes to its other files first. What
        takes more than five minutes in all waits for the next round.
        """
        round_ = _Round(fetcher, keep, size)
        try:
            await round_.ask(due, most)
        finally:
            _save(self._memory, _remembered(self._missed, round_.outcomes, self._now))
        kept = sum(outcome is Outcome.KEPT for outcome, _wait in round_.outcomes.values())
        asked = len(round_.outcomes)
        return Filled(asked=asked, kept=kept, missed=asked - kept, waiting=len(due) - asked)


def forget_failures(memory: Path, wanted: Iterable[str]) -> None:
    """Forget the failures of all but the ``wanted`` addresses: what is remembered stays as small as what is wanted."""
    addresses = set(wanted)
    _save(memory, {url: missed for url, missed in _load(memory).items() if url in addresses})


class _Round:
    """One round of asking; ``outcomes`` are by address, with the seconds that a server asks to wait."""

    def __init__(self, fetcher: Fetcher, keep: Keep, size: int) -> None:
        self._fetcher, self._keep, self._size = fetcher, keep, size
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._until = asyncio.get_running_loop().time() + _TIME
        self._missing: Counter[str] = Counter()
        self._ended: set[str] = set()
        self.outcomes: Outcomes = {}

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
        """Ask one host for its files, one after the other, while it answers."""
        for url in urls:
            async with self._places:
                if not self._open([url]):
                    return
                outcome, wait = await self._ask_one(url)
            self.outcomes[url] = outcome, wait
            self._missing[host] = self._missing[host] + 1 if outcome is Outcome.MISSING else 0
            if outcome is Outcome.TROUBLE or self._missing[host] == _MISSING_IN_A_ROW:
                self._ended.add(host)

    async def _ask_one(self, url: str) -> tuple[Outcome, float]:
        answer = await self._fetcher.get(url, size=self._size)
        if isinstance(answer, Body):
            return await self._keep(answer, url), 0
        if isinstance(answer, Failure) and not answer.unreachable and (answer.gone or answer.missing):
            return Outcome.MISSING, 0
        return Outcome.TROUBLE, (isinstance(answer, Failure) and answer.wait) or 0


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _remembered(missed: dict[str, Missed], outcomes: Outcomes, now: datetime) -> dict[str, Missed]:
    """Return what is known of the files that couldn't be had, after a round."""
    known = dict(missed)
    for url, (outcome, wait) in outcomes.items():
        known.pop(url, None)
        if outcome is not Outcome.KEPT:
            failures = missed[url].failures + 1 if url in missed else 1
            pause = _pause(outcome, failures, wait)
            known[url] = Missed(failures=failures, next=now + pause if pause else None)
    return known


def _pause(outcome: Outcome, failures: int, wait: float) -> timedelta | None:
    """Return how long a file isn't asked: growing up to a week; ``None`` for ever, since it will stay useless."""
    if outcome is Outcome.USELESS:
        return None
    if outcome is not Outcome.TROUBLE:
        return _LONGEST
    # 2^8 hours are more than a week already.
    growing = timedelta(hours=1 << min(failures - 1, 8))
    asked = timedelta(seconds=min(wait, _LONGEST.total_seconds()))
    return min(max(growing, asked), _LONGEST)


def _load(memory: Path) -> dict[str, Missed]:
    try:
        return msgspec.json.decode(memory.read_bytes(), type=dict[str, Missed])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _save(memory: Path, missed: dict[str, Missed]) -> None:
    if missed != _load(memory):
        replace_file(memory, msgspec.json.format(msgspec.json.encode(missed), indent=1))
