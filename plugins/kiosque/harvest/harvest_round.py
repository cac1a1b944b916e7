"""A round: all due feeds of all sources, each source on its own; one dead radio never stops the round."""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from filelock import FileLock, Timeout

import kiosque
from kiosque.archive import entries, feed_memory
from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Memory, Validators, Visit
from kiosque.archive.format import migrate
from kiosque.code_digest import code_digest
from kiosque.files import cannot_write
from kiosque.harvest import older_pages
from kiosque.harvest.net.fetch import Fetcher, Limits
from kiosque.harvest.net.guard import is_loopback
from kiosque.harvest.net.responses import Body, Failure, Fetched, NotModified
from kiosque.harvest.net.schedule import Bounds
from kiosque.harvest.remote import companions
from kiosque.harvest.remote import pictures as gallery
from kiosque.harvest.remote.list import wanted
from kiosque.harvest.store import feed_state
from kiosque.harvest.store.advice import dead_enclosures
from kiosque.harvest.store.decide import Decision, Kind, Terms
from kiosque.harvest.store.source_archive import Done, Job, Learned, work
from kiosque.harvest.workers import Workers
from kiosque.i18n import _
from kiosque.model import ArchiveError, Feed, KiosqueError, OutputError, Problem, Record, Source
from kiosque.takedowns import Takedowns, purge

_PROBE_EVERY = timedelta(days=7)


class Options(Record, frozen=True):
    """How a round goes.

    ``user_agent`` names the hub, its address and a contact; ``only`` are the sources that are visited, all where it
    is empty. Sources that were taken down never are.
    """

    now: datetime
    user_agent: str = f"Kiosque/{kiosque.__version__}"
    only: frozenset[str] = frozenset()
    force: bool = False
    dry_run: bool = False
    allow_private: bool = False
    limits: Limits = Limits()
    bounds: Bounds = Bounds()
    takedowns: Takedowns = Takedowns()
    pictures: bool = True


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
    """How a round went.

    ``removed`` counts the entries that were taken down, ``pictures`` those that were fetched, ``companions`` the
    chapters and transcripts. ``kept`` names the folder that holds the archive as it was, where its format changed.
    """

    sources: tuple[SourceReport, ...] = ()
    removed: int = 0
    pictures: int = 0
    companions: int = 0
    kept: str = ""

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

    ``sources`` are all of the hub, also where ``options`` ask for some only.
    Raises OutputError where another round of the same hub is under way or the cache can't be written.
    """
    options = msgspec.structs.replace(options, now=options.now.replace(microsecond=0))
    shown = [source for source in sources if not options.takedowns.covers_source(source.slug)]
    folder = root / ".cache" / "harvest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "harvest.lock", timeout=0):
            kept = migrate(root / entries.ARCHIVE, dry_run=options.dry_run)
            removed = purge(root, options.takedowns, options.dry_run)
            report = asyncio.run(_round(root, shown, options, progress or (lambda _report: None)))
            return msgspec.structs.replace(report, removed=len(removed), kept=kept)
    except Timeout:
        raise OutputError(_("another harvest of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error


async def _round(
    root: Path, sources: Sequence[Source], options: Options, progress: Callable[[SourceReport], None]
) -> Report:
    asked = [source for source in sources if not options.only or source.slug in options.only]
    # Sources beyond these wait, so that bodies that wait to be read don't fill the memory.
    places = asyncio.Semaphore(4 * options.limits.at_once)
    async with (
        Fetcher(root, options.user_agent, options.allow_private, options.limits) as fetcher,
        Workers() as workers,
    ):

        async def one(source: Source) -> SourceReport:
            async with places:
                report = await _visit(root, source, options, fetcher, workers)
            progress(report)
            return report

        reports = tuple(await asyncio.gather(*(one(source) for source in asked)))
        report = Report(sources=reports)
        if options.pictures and not options.dry_run:
            report = await _with_files(report, root, sources, fetcher, options.now)
        return report


async def _with_files(
    report: Report, root: Path, sources: Sequence[Source], fetcher: Fetcher, now: datetime
) -> Report:
    """Keep what pages show of elsewhere, and forget what none does any more."""
    shown = wanted(root, sources)
    gallery.prune(root, shown.pictures)
    companions.prune(root, shown.companions)
    pictures = await gallery.fill(root, fetcher, shown.pictures, now)
    beside = await companions.fill(root, fetcher, shown.companions, now)
    return msgspec.structs.replace(report, pictures=pictures.kept, companions=beside.kept)


async def _visit(
    root: Path, source: Source, options: Options, fetcher: Fetcher, workers: Workers
) -> SourceReport:
    try:
        return await _Harvest(root, source, options, fetcher, workers).run()
    except KiosqueError as error:
        problem = Problem(path=source.path, message=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one source mustn't cost the others their round
        message = _("a fault of Kiosque itself ({reason}): please report it, with this source's feeds")
        problem = Problem(path=source.path, message=message.format(reason=f"{type(error).__name__}: {error}"))
    return SourceReport(source=source.slug, problems=(problem,), unwritten=True)


class _Harvest:
    """The harvest of one source."""

    def __init__(
        self, root: Path, source: Source, options: Options, fetcher: Fetcher, workers: Workers
    ) -> None:
        self.root, self.source, self.options = root, source, options
        self.fetcher, self.workers = fetcher, workers
        self.archive = root / entries.ARCHIVE
        self.memory = feed_memory.load(root, source.slug)
        # Where the archive isn't the one that was left (taken back from git, say), feeds are read afresh.
        is_ours = self.memory.archive == _stamp(self.archive / source.slug)
        self.visits = {feed.url: self._known_visit(feed, is_ours) for feed in source.feeds}
        self.state_before = entries.read_state(self.archive, source.slug)
        self.state = _followed(self.state_before, source)
        self.problems: list[Problem] = []
        self.digests: dict[str, str] = {}

    def _known_visit(self, feed: Feed, is_ours: bool) -> Visit:  # noqa: FBT001 - a fact, named at its one call
        """Return what is remembered of a feed; where it must be read afresh, without what spares reading it."""
        terms = self._terms(feed)
        visit = self.memory.visits.get(feed.url, Visit(terms=terms))
        if is_ours and visit.terms == terms:
            return visit
        return msgspec.structs.replace(visit, terms=terms, validators=Validators(), digest="", next=None)

    async def run(self) -> SourceReport:
        """Visit each due feed, then write the source once."""
        due = [feed for feed in self.source.feeds if self._is_due(feed)]
        answers = await asyncio.gather(*(self._fetch(feed) for feed in due))
        bodies = tuple(
            (feed, answer)
            for feed, answer in zip(due, answers, strict=True)
            if isinstance(answer, Body) and self._is_news(feed, answer)
        )
        done = Done()
        if bodies or self.memory.scope != self.source.agreement.scope:
            done = await self.workers.do(work, self._job(bodies))
        learned = dict(zip((feed.url for feed, _body in bodies), done.learned, strict=True))
        for feed, answer in zip(due, answers, strict=True):
            self._learn(feed, answer, learned.get(feed.url))
        older = [one for feed, body in bodies for one in await self._past(feed, body, learned[feed.url])]
        if older:
            done = _both(done, await self.workers.do(work, self._job(tuple(older))))
        dead = await self._dead(any(isinstance(answer, Body | NotModified) for answer in answers))
        return self._report(len(due), done, dead)

    def _job(self, bodies: tuple[tuple[Feed, Body], ...]) -> Job:
        terms = Terms(now=self.options.now, takedowns=self.options.takedowns)
        patient = frozenset(url for url, visit in self.visits.items() if _is_patient(visit, self.options.now))
        return Job(self.root, self.source, bodies, terms, patient, self.options.dry_run)

    def _is_due(self, feed: Feed) -> bool:
        state = self.state.get(feed.url, FeedState())
        if state.gone:
            message = _("gone for good since {day}: remove it, or its line in {path} to ask again")
            path = f"archive/{self.source.slug}/state.json"
            self._say(feed, message.format(day=state.gone.date(), path=path))
            return False
        if state.moved:
            self._say(feed, _("has moved to {url}: write that address here").format(url=state.moved))
        visit = self.visits[feed.url]
        is_near = self.options.allow_private and is_loopback(urlsplit(feed.url).netloc)
        is_asked = feed.is_file or self.options.force or is_near
        return is_asked or not visit.next or visit.next <= self.options.now

    async def _fetch(self, feed: Feed) -> Fetched:
        moved = self.state.get(feed.url, FeedState()).moved
        asked = msgspec.structs.replace(feed, url=moved) if moved else feed
        return await self.fetcher.fetch(asked, self.visits[feed.url].validators)

    def _is_news(self, feed: Feed, body: Body) -> bool:
        """Whether a body isn't the one that was read last: some servers never say that nothing has changed."""
        self.digests[feed.url] = hashlib.blake2b(body.data, digest_size=16).hexdigest()
        return self.digests[feed.url] != self.visits[feed.url].digest

    def _learn(self, feed: Feed, answer: Fetched, learned: Learned | None) -> None:
        """Remember what an answer taught of a feed, and say what is wrong."""
        visit = self._answered(feed, answer, learned)
        if visit.failure:
            again = (
                _("asked again on {day}").format(day=f"{visit.next:%Y-%m-%d %H:%M} UTC") if visit.next else ""
            )
            self._say(feed, "; ".join(filter(None, (visit.failure, again))))
        else:
            self.problems += visit.problems
        self.visits[feed.url] = visit
        if feed.is_file:
            return
        before = self.state.get(feed.url, FeedState())
        state = feed_state.stands(before, visit, answer, self.options.now)
        if learned and not learned.fatal:
            state = msgspec.structs.replace(state, facts=learned.facts)
        self.state[feed.url] = state

    def _answered(self, feed: Feed, answer: Fetched, learned: Learned | None) -> Visit:
        now, bounds, visit = self.options.now, self.options.bounds, self.visits[feed.url]
        if isinstance(answer, Failure):
            visit = feed_state.failed(visit, answer.message, answer.wait, now, bounds)
        elif learned and learned.fatal:
            # What can't be read is read again at each visit, until it is mended.
            visit = msgspec.structs.replace(visit, validators=Validators(), digest="")
            visit = feed_state.failed(visit, learned.fatal, None, now, bounds)
        else:
            visit = feed_state.succeeded(self._read(feed, visit, answer, learned), answer.fresh, now, bounds)
        return msgspec.structs.replace(visit, next=None) if feed.is_file else visit

    def _read(self, feed: Feed, visit: Visit, answer: Body | NotModified, learned: Learned | None) -> Visit:
        """Return what reading a body taught, if one was read."""
        if isinstance(answer, Body):
            visit = msgspec.structs.replace(
                visit, validators=answer.validators, digest=self.digests[feed.url]
            )
        if learned is None:
            return visit
        visit = msgspec.structs.replace(
            visit, hints=learned.hints, problems=learned.problems, advice=learned.advice
        )
        if _is_patient(visit, self.options.now):
            # Its changes were not kept this time, so that nothing tells whether it goes on.
            return visit
        rewrites = visit.rewrites + 1 if learned.is_rewritten else 0
        rewritten = self.options.now if learned.is_rewritten else visit.rewritten
        return msgspec.structs.replace(visit, rewrites=rewrites, rewritten=rewritten)

    async def _past(self, feed: Feed, body: Body, learned: Learned) -> list[tuple[Feed, Body]]:
        """Return the older pages of a feed, until they were once had to the last."""
        state = self.state.get(feed.url, FeedState())
        if feed.is_file or self.options.dry_run or state.past or learned.fatal:
            return []
        pages: list[Body] = []
        is_whole = True
        if learned.older_page or learned.is_wordpress:
            pages, is_whole = await older_pages.pages(body, learned, self.fetcher, self.workers)
        if is_whole:
            self.state[feed.url] = msgspec.structs.replace(state, past=self.options.now)
        return [(feed, page) for page in pages]

    async def _dead(self, is_there: bool) -> Memory:  # noqa: FBT001 - a fact, named at its one call
        """Look once a week whether a source's newest files can be had; the first time some day within a week."""
        now = self.options.now
        if self.memory.probed is None:
            spread = timedelta(seconds=zlib.crc32(self.source.slug.encode()) % _PROBE_EVERY.total_seconds())
            return Memory(probed=now - spread)
        if not is_there or self.options.dry_run or now - self.memory.probed < _PROBE_EVERY:
            return self.memory
        archived = entries.read_source(self.archive, self.source.slug)
        dead = await dead_enclosures(self.fetcher.probe, archived.entries, now)
        return Memory(probed=now, dead=dead)

    def _report(self, visited: int, done: Done, probed: Memory) -> SourceReport:
        self.problems += done.problems
        if done.error:
            self.problems.append(Problem(path=f"archive/{self.source.slug}", message=done.error))
        unwritten = bool(done.error) or (not self.options.dry_run and not self._save(probed))
        counts = Counter(done.kinds)
        return SourceReport(
            source=self.source.slug,
            added=counts[Kind.ADD],
            changed=counts[Kind.CHANGE],
            kept=counts[Kind.KEEP],
            dropped=counts[Kind.DROP],
            visited=visited,
            problems=tuple(dict.fromkeys(self.problems)),
            decisions=tuple(done.decisions),
            unwritten=unwritten,
        )

    def _save(self, probed: Memory) -> bool:
        """Keep what was learnt, after the archive: it must not outlive entries that were not kept."""
        try:
            if self.state != self.state_before:
                entries.write_state(self.archive, self.source.slug, self.state)
            memory = Memory(
                probed=probed.probed,
                dead=probed.dead,
                archive=_stamp(self.archive / self.source.slug),
                scope=self.source.agreement.scope,
                visits=self.visits,
            )
            if memory != self.memory:
                feed_memory.save(self.root, self.source.slug, memory)
        except (ArchiveError, OutputError) as error:
            self.problems.append(Problem(path=f"archive/{self.source.slug}", message=str(error)))
            return False
        return True

    def _say(self, feed: Feed, message: str) -> None:
        self.problems.append(Problem(path=self.source.path, line=feed.line, message=f"{feed.url}: {message}"))

    def _terms(self, feed: Feed) -> str:
        """Return a digest of what decides, besides its bytes, what becomes of a feed's entries."""
        asked = msgspec.structs.replace(feed, line=1)
        reading = code_digest(work.__module__).hex()
        terms = msgspec.json.encode((asked, self.source.agreement.scope, self.source.language, reading))
        return hashlib.blake2b(terms, digest_size=16).hexdigest()


def _followed(state: dict[str, FeedState], source: Source) -> dict[str, FeedState]:
    """Return the state of a source's feeds as its file names them now: that of one that moved goes with it."""
    feeds = {feed.url for feed in source.feeds}
    found = {url: one for url, one in state.items() if url in feeds}
    for url, one in state.items():
        if url not in feeds and one.moved in feeds and one.moved not in state:
            found[one.moved] = msgspec.structs.replace(one, moved="", gone=None)
    return found


def _is_patient(visit: Visit, now: datetime) -> bool:
    """Whether a feed's changes wait: it rewrites its entries at each visit, and had them kept today."""
    return visit.rewrites >= 2 and visit.rewritten is not None and (now - visit.rewritten).days < 1


def _both(first: Done, second: Done) -> Done:
    return Done(
        kinds=first.kinds + second.kinds,
        problems=first.problems + second.problems,
        error=first.error or second.error,
    )


def _stamp(folder: Path) -> str:
    """Return what tells whether the archive of a source was changed by something else than a harvest."""
    return " ".join(f"{path.stem}:{path.stat().st_size}" for path in sorted(folder.glob("*.jsonl")))
