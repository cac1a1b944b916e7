"""A round: all due feeds of all sources, each source on its own; one dead radio never stops the round."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

import kiosque
from kiosque import archive
from kiosque.files import cannot_write, replace_file
from kiosque.harvest.decide import Decision, Kind, decide
from kiosque.harvest.fetch import Body, Failure, Fetcher, Limits, NotModified, Validators
from kiosque.harvest.parse import Origin, parse
from kiosque.harvest.raw import Parsed
from kiosque.i18n import _
from kiosque.model import ArchiveError, Feed, OutputError, Problem, Record, Source, StoredEntry

_PAUSE = timedelta(minutes=55)


class Options(Record, frozen=True):
    """How a round goes. ``user_agent`` names the hub, its address and a contact."""

    now: datetime
    user_agent: str = f"Kiosque/{kiosque.__version__}"
    force: bool = False
    dry_run: bool = False
    allow_private: bool = False
    limits: Limits = Limits()


class Visit(Record, frozen=True):
    """What may be lost without harm: what a feed's last visit taught."""

    validators: Validators = Validators()
    digest: str = ""
    next: datetime | None = None


class SourceReport(Record, frozen=True):
    """How one source fared: how many entries were added, changed and left out, and what went wrong."""

    source: str
    added: int = 0
    changed: int = 0
    dropped: int = 0
    visited: int = 0
    problems: tuple[Problem, ...] = ()
    decisions: tuple[Decision, ...] = ()
    unwritten: bool = False


class Report(Record, frozen=True):
    """How a round went."""

    sources: tuple[SourceReport, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that went wrong, in order of source."""
        return tuple(problem for source in self.sources for problem in source.problems)


def harvest(
    root: Path,
    sources: Sequence[Source],
    options: Options,
    progress: Callable[[SourceReport], None] | None = None,
) -> Report:
    """Visit all due feeds and write what is new into ``archive/``; ``progress`` hears of each source as it ends.

    Raises OutputError where another round of the same hub is under way or the cache can't be written.
    """
    cache = root / ".cache" / "harvest"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache.parent / "harvest.lock", timeout=0):
            return asyncio.run(_round(root, sources, options, progress or (lambda _report: None)))
    except Timeout:
        raise OutputError(_("another harvest of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(cache, error)) from error


async def _round(
    root: Path, sources: Sequence[Source], options: Options, progress: Callable[[SourceReport], None]
) -> Report:
    async with Fetcher(root, options.user_agent, options.allow_private, options.limits) as fetcher:

        async def one(source: Source) -> SourceReport:
            report = await _Harvest(root, source, options, fetcher).run()
            progress(report)
            return report

        return Report(sources=tuple(await asyncio.gather(*(one(source) for source in sources))))


class _Harvest:
    """The harvest of one source."""

    def __init__(self, root: Path, source: Source, options: Options, fetcher: Fetcher) -> None:
        self.root, self.source, self.options, self.fetcher = root, source, options, fetcher
        self.visits_file = root / ".cache" / "harvest" / f"{source.slug}.json"
        # Without its archive a source starts afresh, whatever the cache remembers.
        has_archive = (root / archive.ARCHIVE / source.slug).is_dir()
        self.visits = _load_visits(self.visits_file) if has_archive else {}
        self.problems: list[Problem] = []
        self.known: dict[str, StoredEntry] | None = None
        self.broken: frozenset[int] = frozenset()
        self.decisions: list[Decision] = []
        self.visited = 0

    async def run(self) -> SourceReport:
        """Visit each due feed, then write the source once."""
        due = [feed for feed in self.source.feeds if self._is_due(feed)]
        fetched = await asyncio.gather(*(self._fetch(feed) for feed in due))
        visits = dict(self.visits)
        for feed, body in zip(due, fetched, strict=True):
            if visit := self._take(feed, body):
                visits[feed.url] = visit
        unwritten = not self.options.dry_run and not self._write(visits)
        return SourceReport(
            source=self.source.slug,
            added=sum(one.kind is Kind.ADD for one in self.decisions),
            changed=sum(one.kind is Kind.CHANGE for one in self.decisions),
            dropped=sum(one.kind is Kind.DROP for one in self.decisions),
            visited=self.visited,
            problems=tuple(self.problems),
            decisions=tuple(self.decisions) if self.options.dry_run else (),
            unwritten=unwritten,
        )

    def _is_due(self, feed: Feed) -> bool:
        visit = self.visits.get(feed.url)
        return (
            feed.is_file
            or self.options.force
            or visit is None
            or not visit.next
            or visit.next <= self.options.now
        )

    async def _fetch(self, feed: Feed) -> Body | NotModified | Failure:
        visit = self.visits.get(feed.url, Visit())
        self.visited += 1
        return await self.fetcher.fetch(feed, visit.validators)

    def _take(self, feed: Feed, body: Body | NotModified | Failure) -> Visit | None:
        """Decide about what a feed answered, and return what to remember of the visit."""
        before = self.visits.get(feed.url, Visit())
        later = self.options.now + _PAUSE
        if isinstance(body, Failure):
            self.problems.append(self._problem(feed, body.message))
            return msgspec.structs.replace(before, next=None if feed.is_file else later)
        if isinstance(body, NotModified):
            return msgspec.structs.replace(before, next=later)
        digest = self._digest(feed, body.data)
        if digest != before.digest:
            parsed = parse(body.data, Origin(body.url, self.root, body.content_type))
            self.problems += parsed.problems
            if parsed.fatal:
                return msgspec.structs.replace(before, next=None if feed.is_file else later)
            self._decide(feed, parsed)
            if parsed.problems:
                # A feed that is broken says so at each round, until it is mended.
                digest = ""
        return Visit(validators=body.validators, digest=digest, next=None if feed.is_file else later)

    def _decide(self, feed: Feed, parsed: Parsed) -> None:
        if self.known is None:
            archived = archive.read_source(self.root / archive.ARCHIVE, self.source.slug)
            self.problems += archived.problems
            self.broken = archived.broken
            self.known = {stored.entry.id: stored for stored in archived.entries}
        decisions = decide(self.source, feed, parsed, self.known, self.options.now)
        self.known |= {one.stored.entry.id: one.stored for one in decisions if one.stored}
        self.decisions += decisions

    def _write(self, visits: dict[str, Visit]) -> bool:
        """Write the archive first: what was learnt of a visit must not outlive entries that were not kept."""
        try:
            if self.known is not None and any(one.kind in {Kind.ADD, Kind.CHANGE} for one in self.decisions):
                folder = self.root / archive.ARCHIVE
                archive.write_source(folder, self.source.slug, self.known.values(), self.broken)
            if visits != self.visits:
                replace_file(self.visits_file, msgspec.json.encode(visits))
        except (ArchiveError, OutputError) as error:
            self.problems.append(Problem(path=f"archive/{self.source.slug}", message=str(error)))
            return False
        return True

    def _problem(self, feed: Feed, message: str) -> Problem:
        return Problem(path=self.source.path, line=feed.line, message=f"{feed.url}: {message}")

    def _digest(self, feed: Feed, data: bytes) -> str:
        """Return a digest of a feed's bytes and of all that decides what becomes of them."""
        agreed = msgspec.json.encode((feed, self.source.agreement.scope, self.source.language, _code()))
        return hashlib.blake2b(agreed + data, digest_size=16).hexdigest()


def _code() -> str:
    return kiosque.__version__


def _load_visits(file: Path) -> dict[str, Visit]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Visit])
    except (OSError, msgspec.MsgspecError):
        return {}


def totals(reports: Iterable[SourceReport]) -> tuple[int, int]:
    """Return how many entries were added and changed in all."""
    found = list(reports)
    return sum(report.added for report in found), sum(report.changed for report in found)
