"""Download files of other hosts into a cache: some each round, one file of a host after the other.

The file at an address is taken as immutable: once in the cache, it is never asked for again. A failure is
remembered, so that the file isn't asked for at each round. A lost cache is filled again over several rounds.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

from kiosque.cache_files import load_cache, save_cache
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body, Failure
from kiosque.harvest.time_limit import TimeLimit
from kiosque.model import Record
from kiosque.urls import safe_url

logger = logging.getLogger(__name__)

# The time that a round may spend on one cache, in seconds: a very slow host must not delay the next round.
TIME_LIMIT = 300
# Concurrent downloads: so many bodies are in memory at most.
_AT_ONCE = 8
_LONGEST_PAUSE = timedelta(weeks=1)
# A rebuilt site has often lost all its files. After so many missing files in a row, its host is left alone.
_MISSING_IN_A_ROW = 3


class DownloadCounts(Record, frozen=True):
    """How many files were asked for, kept and not obtained, and how many wait for another round."""

    asked: int = 0
    kept: int = 0
    missed: int = 0
    waiting: int = 0


class FailedDownload(Record, frozen=True):
    """A failed download: the failures in a row, and when the file is asked for again (``None``: never)."""

    failures: int
    next: datetime | None


class Outcome(Enum):
    """The outcome of one download."""

    KEPT = "kept"
    # The file is useless for good, such as a tiny picture that counts readers.
    USELESS = "useless"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    # The server has an error, or can't be reached.
    TROUBLE = "trouble"


Keep = Callable[[Body, str], Awaitable[Outcome]]
Outcomes = dict[str, tuple[Outcome, float]]


class Downloads:
    """The downloads for one cache. ``failures_file`` remembers failed downloads from round to round."""

    def __init__(self, failures_file: Path, now: datetime) -> None:
        """Read the remembered failures. Nothing is downloaded yet."""
        self._failures_file, self._now = failures_file, now
        self._failures = _load(failures_file)

    def due(self, missing: Iterable[str]) -> list[str]:
        """Return the addresses, among those that the cache lacks, that may be asked now, in order.

        Addresses that failed before come last, so that they can't hold up the other files of their host.
        """
        due = [
            url for url in dict.fromkeys(missing) if self._is_due(self._failures.get(url)) and safe_url(url)
        ]
        logger.debug(
            "%s: %d files due, %d of them failed before; %d failures remembered",
            self._failures_file.parent.name, len(due),
            sum(url in self._failures for url in due), len(self._failures),
        )  # fmt: skip
        return sorted(due, key=lambda url: url in self._failures)

    def _is_due(self, failure: FailedDownload | None) -> bool:
        return failure is None or (failure.next is not None and failure.next <= self._now)

    async def run(
        self, fetcher: Fetcher, due: Sequence[str], keep: Keep, size: int, limit: int, seconds: float
    ) -> DownloadCounts:
        """Download at most ``limit`` of the due files, of at most ``size`` bytes each; ``keep`` each body.

        A host with an error is left alone until the next round, which asks for its other files first. After
        ``seconds``, at most five minutes, the remaining files wait for the next round.
        """
        start = perf_counter()
        round_ = _DownloadRound(fetcher, keep, size, TimeLimit(min(seconds, TIME_LIMIT)))
        try:
            await round_.ask_hosts(due, limit)
        finally:
            _save(self._failures_file, _updated_failures(self._failures, round_.outcomes, self._now))
        kept = sum(outcome is Outcome.KEPT for outcome, _wait in round_.outcomes.values())
        asked = len(round_.outcomes)
        logger.debug(
            "%s: %d of %d files kept, %d wait for another round, %.2f s",
            self._failures_file.parent.name, kept, asked, len(due) - asked, perf_counter() - start,
        )  # fmt: skip
        return DownloadCounts(asked=asked, kept=kept, missed=asked - kept, waiting=len(due) - asked)


def forget_failures(failures_file: Path, wanted: Iterable[str]) -> None:
    """Forget the failures of all addresses but the wanted ones, so that the file doesn't grow for ever."""
    addresses = set(wanted)
    _save(failures_file, {url: failure for url, failure in _load(failures_file).items() if url in addresses})


class _DownloadRound:
    """One round of downloads. ``outcomes`` holds each address's outcome, and its server's wait in seconds."""

    def __init__(self, fetcher: Fetcher, keep: Keep, size: int, limit: TimeLimit) -> None:
        self._fetcher, self._keep, self._size = fetcher, keep, size
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._limit = limit
        self._missing: Counter[str] = Counter()
        self._given_up: set[str] = set()
        self.outcomes: Outcomes = {}

    async def ask_hosts(self, due: Sequence[str], limit: int) -> None:
        """Download the first ``limit`` files. Where a host is given up, other hosts' files take its place."""
        while chosen := self._open(due)[: limit - len(self.outcomes)]:
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
        """Return the addresses that may still be asked in this round; none once the time is over."""
        if self._limit.is_over:
            return []
        return [url for url in due if url not in self.outcomes and _host(url) not in self._given_up]

    async def _ask_host(self, host: str, urls: Sequence[str]) -> None:
        """Download files of one host, one after the other, until the host is given up."""
        for url in urls:
            async with self._places:
                if not self._open([url]):
                    return
                outcome, wait = await self._ask(url)
            self.outcomes[url] = outcome, wait
            self._missing[host] = self._missing[host] + 1 if outcome is Outcome.MISSING else 0
            if outcome is Outcome.TROUBLE or self._missing[host] == _MISSING_IN_A_ROW:
                self._given_up.add(host)
                logger.debug("%s: left alone in this round, after outcome “%s”", host, outcome.value)

    async def _ask(self, url: str) -> tuple[Outcome, float]:
        answer = await self._fetcher.get(url, size=self._size)
        if isinstance(answer, Body):
            return await self._keep(answer, url), 0
        if isinstance(answer, Failure) and not answer.unreachable and (answer.gone or answer.missing):
            return Outcome.MISSING, 0
        return Outcome.TROUBLE, (isinstance(answer, Failure) and answer.wait) or 0


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _updated_failures(
    before: dict[str, FailedDownload], outcomes: Outcomes, now: datetime
) -> dict[str, FailedDownload]:
    """Return the failures to remember after a round."""
    after = dict(before)
    for url, (outcome, wait) in outcomes.items():
        after.pop(url, None)
        if outcome is not Outcome.KEPT:
            failures = before[url].failures + 1 if url in before else 1
            pause = _pause(outcome, failures, wait)
            after[url] = FailedDownload(failures=failures, next=now + pause if pause else None)
    return after


def _pause(outcome: Outcome, failures: int, wait: float) -> timedelta | None:
    """Return how long a file isn't asked for, at most a week; ``None`` means for ever.

    After a server's error the pause doubles at each failure. ``wait``: the pause asked for, in seconds.
    """
    if outcome is Outcome.USELESS:
        return None
    if outcome is not Outcome.TROUBLE:
        return _LONGEST_PAUSE
    # 2^8 hours are more than a week already.
    doubled = timedelta(hours=1 << min(failures - 1, 8))
    asked = timedelta(seconds=min(wait, _LONGEST_PAUSE.total_seconds()))
    return min(max(doubled, asked), _LONGEST_PAUSE)


def _load(failures_file: Path) -> dict[str, FailedDownload]:
    return load_cache(failures_file, dict[str, FailedDownload]) or {}


def _save(failures_file: Path, failures: dict[str, FailedDownload]) -> None:
    if failures != _load(failures_file):
        save_cache(failures_file, failures)
