"""A round: all due feeds of all sources, each source on its own; one dead radio never stops the round."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from filelock import FileLock, Timeout

import kiosque
from kiosque import archive, text, visits
from kiosque.files import cannot_write
from kiosque.harvest.decide import Decision, Kind, decide
from kiosque.harvest.fetch import Body, Failure, Fetcher, Limits, NotModified
from kiosque.harvest.parse import Origin, parse
from kiosque.harvest.raw import Parsed
from kiosque.i18n import _
from kiosque.model import ArchiveError, Feed, KiosqueError, OutputError, Problem, Record, Source, StoredEntry
from kiosque.visits import Memory, Validators, Visit

# A little under an hour, so that an hourly round which starts some minutes early still finds all feeds due.
_PAUSE = timedelta(minutes=55)


class Options(Record, frozen=True):
    """How a round goes. ``user_agent`` names the hub, its address and a contact."""

    now: datetime
    user_agent: str = f"Kiosque/{kiosque.__version__}"
    force: bool = False
    dry_run: bool = False
    allow_private: bool = False
    limits: Limits = Limits()


class SourceReport(Record, frozen=True):
    """How one source fared: how many entries were added, changed and left out, and what went wrong."""

    source: str
    added: int = 0
    changed: int = 0
    kept: int = 0
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
    options = msgspec.structs.replace(options, now=options.now.replace(microsecond=0))
    folder = root / ".cache" / "harvest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "harvest.lock", timeout=0):
            return asyncio.run(_round(root, sources, options, progress or (lambda _report: None)))
    except Timeout:
        raise OutputError(_("another harvest of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error


async def _round(
    root: Path, sources: Sequence[Source], options: Options, progress: Callable[[SourceReport], None]
) -> Report:
    async with Fetcher(root, options.user_agent, options.allow_private, options.limits) as fetcher:

        async def one(source: Source) -> SourceReport:
            report = await _visit(root, source, options, fetcher)
            progress(report)
            return report

        return Report(sources=tuple(await asyncio.gather(*(one(source) for source in sources))))


async def _visit(root: Path, source: Source, options: Options, fetcher: Fetcher) -> SourceReport:
    try:
        return await _Harvest(root, source, options, fetcher).run()
    except KiosqueError as error:
        problem = Problem(path=source.path, message=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one source mustn't cost the others their round
        message = _("a fault of Kiosque itself ({reason}): please report it, with this source's feeds")
        problem = Problem(path=source.path, message=message.format(reason=f"{type(error).__name__}: {error}"))
    return SourceReport(source=source.slug, problems=(problem,), unwritten=True)


class _Harvest:
    """The harvest of one source."""

    def __init__(self, root: Path, source: Source, options: Options, fetcher: Fetcher) -> None:
        self.root, self.source, self.options, self.fetcher = root, source, options, fetcher
        self.archive = root / archive.ARCHIVE
        self.memory = visits.load(root, source.slug)
        # Where the archive isn't the one that was left (taken back from git, say), feeds are read afresh.
        is_ours = self.memory.archive == _stamp(self.archive / source.slug)
        self.visits = {
            feed.url: visit
            for feed in source.feeds
            if is_ours and (visit := self.memory.visits.get(feed.url)) and visit.terms == self._terms(feed)
        }
        self.state = archive.read_state(self.archive, source.slug)
        self.problems: list[Problem] = []
        self.known: dict[str, StoredEntry] | None = None
        self.broken: frozenset[int] = frozenset()
        self.decisions: list[Decision] = []
        self.settled: set[str] = set()

    async def run(self) -> SourceReport:
        """Visit each due feed, then write the source once."""
        due = [feed for feed in self.source.feeds if self._is_due(feed)]
        fetched = await asyncio.gather(*(self._fetch(feed) for feed in due))
        known = dict(self.visits)
        for feed, body in zip(due, fetched, strict=True):
            known[feed.url] = self._take(feed, body)
        unwritten = not self.options.dry_run and not self._write(known)
        counts = Counter(one.kind for one in self.decisions)
        return SourceReport(
            source=self.source.slug,
            added=counts[Kind.ADD],
            changed=counts[Kind.CHANGE],
            kept=counts[Kind.KEEP],
            dropped=counts[Kind.DROP],
            visited=len(due),
            problems=tuple(self.problems),
            decisions=tuple(self.decisions) if self.options.dry_run else (),
            unwritten=unwritten,
        )

    def _is_due(self, feed: Feed) -> bool:
        if feed.url in self.state and (gone := self.state[feed.url].gone):
            message = _("gone for good since {day}: remove it, or its line in {path} to ask again")
            path = f"archive/{self.source.slug}/state.json"
            self.problems.append(self._problem(feed, message.format(day=gone.date(), path=path)))
            return False
        visit = self.visits.get(feed.url)
        is_asked = (
            feed.is_file or self.options.force or (self.options.allow_private and _is_loopback(feed.url))
        )
        return is_asked or visit is None or not visit.next or visit.next <= self.options.now

    async def _fetch(self, feed: Feed) -> Body | NotModified | Failure:
        visit = self.visits.get(feed.url)
        return await self.fetcher.fetch(feed, visit.validators if visit else Validators())

    def _take(self, feed: Feed, body: Body | NotModified | Failure) -> Visit:
        """Decide about what a feed answered, and return what to remember of the visit."""
        later = None if feed.is_file else self.options.now + _PAUSE
        before = self.visits.get(feed.url, Visit(terms=self._terms(feed)))
        visit = msgspec.structs.replace(before, next=later)
        if isinstance(body, NotModified):
            return visit
        if isinstance(body, Failure):
            self.problems.append(self._problem(feed, body.message))
            if body.gone:
                self.state[feed.url] = archive.FeedState(gone=self.options.now)
            return visit
        digest = hashlib.blake2b(body.data, digest_size=16).hexdigest()
        if digest != before.digest and not self._read(feed, body):
            # A feed that is broken is read at each round, and says so, until it is mended.
            return msgspec.structs.replace(visit, validators=Validators(), digest="")
        return msgspec.structs.replace(visit, validators=body.validators, digest=digest)

    def _read(self, feed: Feed, body: Body) -> bool:
        """Take what can be read of a feed, and return whether that is all of it."""
        parsed = parse(body.data, Origin(body.url, self.root, body.content_type))
        self.problems += parsed.problems
        if not parsed.fatal:
            self._decide(feed, parsed)
        return not parsed.problems

    def _decide(self, feed: Feed, parsed: Parsed) -> None:
        if self.known is None:
            archived = archive.read_source(self.archive, self.source.slug)
            self.problems += archived.problems
            self.broken = archived.broken
            self.known = {stored.entry.id: stored for stored in archived.entries}
        decisions = decide(self.source, feed, parsed, self.known, self.options.now, self.settled)
        stored = {one.stored.entry.id: one.stored for one in decisions if one.stored}
        self.known |= stored
        self.settled |= stored.keys()
        self.decisions += decisions

    def _write(self, known: dict[str, Visit]) -> bool:
        """Write the archive first: what was learnt of a visit must not outlive entries that were not kept."""
        try:
            if self.known is not None and any(one.kind in {Kind.ADD, Kind.CHANGE} for one in self.decisions):
                archive.write_source(self.archive, self.source.slug, self.known.values(), self.broken)
            archive.write_state(self.archive, self.source.slug, self.state)
            memory = Memory(archive=_stamp(self.archive / self.source.slug), visits=known)
            visits.save(self.root, self.source.slug, memory)
        except (ArchiveError, OutputError) as error:
            self.problems.append(Problem(path=f"archive/{self.source.slug}", message=str(error)))
            return False
        return True

    def _problem(self, feed: Feed, message: str) -> Problem:
        return Problem(path=self.source.path, line=feed.line, message=f"{feed.url}: {message}")

    def _terms(self, feed: Feed) -> str:
        """Return a digest of what decides, besides its bytes, what becomes of a feed's entries."""
        asked = msgspec.structs.replace(feed, line=1)
        terms = msgspec.json.encode((asked, self.source.agreement.scope, self.source.language, _code()))
        return hashlib.blake2b(terms, digest_size=16).hexdigest()


@cache
def _code() -> str:
    """Return a digest of the code that turns bytes into entries: another version may read more in the same feed."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), Path(text.__file__)]
    versions = "".join(version(name) for name in ("feedparser", "nh3", "python-slugify"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files) + versions.encode()).hexdigest()


def _stamp(folder: Path) -> str:
    """Return what tells whether the archive of a source was changed by something else than a harvest."""
    return " ".join(f"{path.stem}:{path.stat().st_size}" for path in sorted(folder.glob("*.jsonl")))


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}


def totals(reports: Iterable[SourceReport]) -> tuple[int, int]:
    """Return how many entries were added and changed in all."""
    found = list(reports)
    return sum(report.added for report in found), sum(report.changed for report in found)
