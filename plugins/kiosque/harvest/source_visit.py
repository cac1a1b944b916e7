"""Visit one source: fetch its due feeds, update its archive, and remember the results."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import msgspec

from kiosque.archive import entries, feed_memory
from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Memory, Validators, Visit
from kiosque.code_digest import code_digest
from kiosque.harvest import older_pages, source_report
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Answer, Body, Failure, NotModified
from kiosque.harvest.older_pages import OlderPages
from kiosque.harvest.options import Options
from kiosque.harvest.source_report import SourceReport
from kiosque.harvest.store import feed_state
from kiosque.harvest.store.advice import dead_enclosures
from kiosque.harvest.store.decide import DecisionContext
from kiosque.harvest.store.source_archive import FeedReading, UpdateJob, UpdateResult, update_archive
from kiosque.harvest.time_limit import TimeLimit
from kiosque.harvest.workers import JobKilledError, Workers
from kiosque.i18n import _
from kiosque.model import ArchiveError, Feed, KiosqueError, OutputError, Problem, Source
from kiosque.urls import without_secrets

logger = logging.getLogger(__name__)

_PROBE_EVERY = timedelta(days=7)


async def visit_source(
    root: Path, source: Source, options: Options, fetcher: Fetcher, workers: Workers
) -> SourceReport:
    """Visit one source and return its report. It never raises: an error becomes a problem of the report."""
    try:
        return await _SourceVisit(root, source, options, fetcher, workers).run()
    except KiosqueError as error:
        problem = Problem(path=source.path, message=str(error))
    except Exception as error:
        # A bug that shows in one source mustn't cost the others their round.
        logger.debug("%s: unexpected error", source.slug, exc_info=True)
        message = _("a fault of Kiosque itself ({reason}): please report it, with this source's feeds")
        problem = Problem(path=source.path, message=message.format(reason=f"{type(error).__name__}: {error}"))
    return SourceReport(source=source.slug, problems=(problem,), unwritten=True)


class _SourceVisit:
    """The visit of one source in a round.

    ``visits`` and ``state`` hold the memory and the lasting state of its feeds, by address. They are updated
    as feeds answer, and written at the end.
    """

    def __init__(
        self, root: Path, source: Source, options: Options, fetcher: Fetcher, workers: Workers
    ) -> None:
        self.root, self.source, self.options = root, source, options
        self.fetcher, self.workers = fetcher, workers
        self.archive = root / entries.ARCHIVE
        self.memory = feed_memory.load(root, source.slug)
        if self.memory == Memory():
            logger.debug("%s: no memory of past visits", source.slug)
        # If the archive isn't as the last visit left it (restored from git, say), feeds are read again.
        is_unchanged = self.memory.archive == _stamp(self.archive / source.slug)
        if not is_unchanged and self.memory.visits:
            logger.debug("%s: archive isn't as the last visit left it: all feeds are read again", source.slug)
        self.visits = {feed.url: self._known_visit(feed, is_unchanged) for feed in source.feeds}
        # Nothing tells what these feeds said when they were last read in the way in which they are read now.
        self.read_anew = frozenset(url for url, visit in self.visits.items() if not visit.digest)
        self.state_before = entries.read_state(self.archive, source.slug)
        self.state = _state_of_feeds(self.state_before, source)
        self.problems: list[Problem] = []
        self.digests: dict[str, str] = {}

    def _known_visit(self, feed: Feed, is_unchanged: bool) -> Visit:  # noqa: FBT001 - its one call names it
        """Return the memory of a feed; if the feed must be read again, without the parts that prevent it."""
        terms = self._terms(feed)
        visit = self.memory.visits.get(feed.url, Visit(terms=terms))
        if visit.terms != terms:
            logger.debug("%s: options, agreement or code have changed: read again", without_secrets(feed.url))
        if is_unchanged and visit.terms == terms:
            return visit
        return msgspec.structs.replace(visit, terms=terms, validators=Validators(), digest="", next=None)

    async def run(self) -> SourceReport:
        """Fetch each due feed, update the archive once, and return the report."""
        limit = TimeLimit(self.options.limits.source)
        start = perf_counter()
        answers = await self._answers([feed for feed in self.source.feeds if self._is_due(feed)], limit)
        asked = perf_counter()
        bodies = tuple(
            (feed, answer)
            for feed, answer in answers
            if isinstance(answer, Body) and self._is_new(feed, answer)
        )
        result = UpdateResult()
        if bodies or self.memory.scope != self.source.agreement.scope:
            result = await self._updated(bodies)
        readings = dict(zip((feed.url for feed, _body in bodies), result.readings, strict=True))
        for feed, answer in answers:
            self._remember(feed, answer, readings.get(feed.url))
        older = [
            (feed, page)
            for feed, answer in answers
            for page in await self._older_pages(feed, answer, readings.get(feed.url), limit)
        ]
        if older:
            result = _added(result, await self._updated(tuple(older)))
        updated = perf_counter()
        logger.debug(
            "%s: %d of %d feeds due, asked in %.2f s, %d new bodies and %d older pages read in %.2f s",
            self.source.slug, len(answers), len(self.source.feeds), asked - start,
            len(bodies), len(older), updated - asked,
        )  # fmt: skip
        has_answered = any(isinstance(answer, Body | NotModified) for _feed, answer in answers)
        probe = await limit.within(self._probe(has_answered)) or self.memory
        return self._report(len(answers), result, probe)

    async def _answers(self, due: Sequence[Feed], limit: TimeLimit) -> list[tuple[Feed, Answer]]:
        """Ask for feeds; return each with its answer. One that isn't there in time stays due."""
        answers = await asyncio.gather(*(limit.within(self._fetch(feed)) for feed in due))
        in_time = [(feed, answer) for feed, answer in zip(due, answers, strict=True) if answer is not None]
        if len(in_time) < len(due):
            logger.debug("%s: %d feeds wait for the next round", self.source.slug, len(due) - len(in_time))
        return in_time

    async def _updated(self, bodies: tuple[tuple[Feed, Body], ...]) -> UpdateResult:
        """Return the result of updating the archive.

        A feed that takes too much fails, and the others don't.
        """
        size = sum(len(body.data) for _feed, body in bodies)
        try:
            return await self.workers.do(update_archive, self._job(bodies), size)
        except JobKilledError:
            if not bodies:
                raise
        if len(bodies) == 1:
            logger.debug("%s: killed while it was read", without_secrets(bodies[0][0].url))
            message = _("reading this feed takes too much time or memory: it must be shorter or simpler")
            return UpdateResult(readings=[FeedReading(fatal=message)])
        result = UpdateResult()
        for body in bodies:
            result = _added(result, await self._updated((body,)))
        return result

    def _job(self, bodies: tuple[tuple[Feed, Body], ...]) -> UpdateJob:
        context = DecisionContext(now=self.options.now, takedowns=self.options.takedowns)
        patient = frozenset(url for url, visit in self.visits.items() if _is_patient(visit, self.options.now))
        return UpdateJob(
            self.root, self.source, bodies, context, patient, self.read_anew, self.options.dry_run
        )

    def _is_due(self, feed: Feed) -> bool:
        state = self.state.get(feed.url, FeedState())
        if state.gone:
            self._add_problem(feed, source_report.gone_message(state.gone, self.source, self.options.zone))
            logger.debug("%s: skipped, gone since %s", without_secrets(feed.url), state.gone)
            return False
        visit = self.visits[feed.url]
        is_always_due = feed.is_file or self.options.force
        is_due = is_always_due or not visit.next or visit.next <= self.options.now
        logger.debug(
            "%s: %s (next visit %s; always due: %s)",
            without_secrets(feed.url), "due" if is_due else "skipped", visit.next or "unset", is_always_due,
        )  # fmt: skip
        return is_due

    async def _fetch(self, feed: Feed) -> Answer:
        moved = self.state.get(feed.url, FeedState()).moved
        asked = msgspec.structs.replace(feed, url=moved) if moved else feed
        return await self.fetcher.fetch(asked, self.visits[feed.url].validators)

    def _is_new(self, feed: Feed, body: Body) -> bool:
        """Whether a body differs from the last one. Some servers never answer that nothing has changed."""
        self.digests[feed.url] = hashlib.blake2b(body.data, digest_size=16).hexdigest()
        return self.digests[feed.url] != self.visits[feed.url].digest

    def _remember(self, feed: Feed, answer: Answer, reading: FeedReading | None) -> None:
        """Update a feed's memory and lasting state after an answer, and report its problems.

        ``reading`` is the result of reading its body; ``None`` if there was no new body.
        """
        if reading and reading.fatal:
            answer = Failure(message=source_report.no_feed_message(feed, answer, reading), no_feed=True)
        visit = self._visit_after(feed, answer, reading)
        logger.debug(
            "%s: %s; next visit %s",
            without_secrets(feed.url),
            source_report.outcome(answer, reading),
            visit.next or "unset",
        )
        if visit.failure:
            self._add_problem(feed, source_report.failure_message(visit, self.options.zone))
        else:
            self.problems += visit.problems
        self.visits[feed.url] = visit
        if feed.is_file:
            return
        before = self.state.get(feed.url, FeedState())
        state = feed_state.state_after(before, visit, answer, self.options.now)
        if reading and not reading.fatal:
            state = msgspec.structs.replace(state, facts=reading.facts)
        if state != before:
            logger.debug("%s: lasting state has changed", without_secrets(feed.url))
        self.state[feed.url] = state

    def _visit_after(self, feed: Feed, answer: Answer, reading: FeedReading | None) -> Visit:
        """Return the memory of a feed after an answer."""
        now, bounds, visit = self.options.now, self.options.bounds, self.visits[feed.url]
        if isinstance(answer, Failure):
            if answer.no_feed:
                # Without validators and digest, an unreadable feed is read again at each visit, until it is
                # mended.
                visit = msgspec.structs.replace(visit, validators=Validators(), digest="")
            visit = feed_state.with_failure(visit, answer.message, answer.wait, now, bounds)
        else:
            visit = self._with_reading(feed, visit, answer, reading)
            visit = feed_state.with_success(visit, answer.fresh, now, bounds)
        return msgspec.structs.replace(visit, next=None) if feed.is_file else visit

    def _with_reading(
        self, feed: Feed, visit: Visit, answer: Body | NotModified, reading: FeedReading | None
    ) -> Visit:
        """Return the memory of a feed with the result of reading its body, if there was a new one."""
        if isinstance(answer, Body):
            validators = answer.validators
            if validators != Validators():
                validators = msgspec.structs.replace(validators, url=answer.url)
            visit = msgspec.structs.replace(visit, validators=validators, digest=self.digests[feed.url])
        if reading is None:
            return visit
        visit = msgspec.structs.replace(
            visit, hints=reading.hints, problems=reading.problems, advice=reading.advice
        )
        if reading.is_cut:
            # Without validators and digest, the rest is read at the next visit, news or not.
            visit = msgspec.structs.replace(visit, validators=Validators(), digest="")
        if _is_patient(visit, self.options.now):
            # The changes of a patient feed are not kept, so nothing tells whether it goes on rewriting.
            return visit
        rewrites = visit.rewrites + 1 if reading.is_rewritten else 0
        rewritten = self.options.now if reading.is_rewritten else visit.rewritten
        return msgspec.structs.replace(visit, rewrites=rewrites, rewritten=rewritten)

    async def _older_pages(
        self, feed: Feed, answer: Answer, reading: FeedReading | None, limit: TimeLimit
    ) -> tuple[Body, ...]:
        """Return older pages of a feed, from where the last round stopped; none once all were read."""
        state, visit = self.state.get(feed.url, FeedState()), self.visits[feed.url]
        if feed.is_file or self.options.dry_run or state.past:
            return ()
        start, names = visit.older, frozenset[str]()
        if isinstance(answer, Body) and reading and not reading.fatal and not start:
            start, names = older_pages.first_older_page(answer, reading), reading.names
        elif not (start and isinstance(answer, Body | NotModified)):
            return ()
        older = await self._fetch_older(start, feed, answer, names, limit) if start else OlderPages()
        self.visits[feed.url] = msgspec.structs.replace(
            visit, older=older.next, older_read=visit.older_read + len(older.pages)
        )
        if not older.next:
            self.state[feed.url] = msgspec.structs.replace(state, past=self.options.now)
        return older.pages

    async def _fetch_older(
        self, start: str, feed: Feed, answer: Answer, names: frozenset[str], limit: TimeLimit
    ) -> OlderPages:
        most = older_pages.MOST_PAGES - self.visits[feed.url].older_read
        newest = answer.url if isinstance(answer, Body) else feed.url
        return await older_pages.fetch_pages(start, newest, names, most, self.fetcher, self.workers, limit)

    async def _probe(self, has_answered: bool) -> Memory:  # noqa: FBT001 - its one call names it
        """Probe once a week whether the source's newest files can be fetched; return a memory of the result.

        The first probe of each source is on another day, so that not all sources are probed in one round.
        """
        now = self.options.now
        if self.memory.probed is None:
            spread = timedelta(seconds=zlib.crc32(self.source.slug.encode()) % _PROBE_EVERY.total_seconds())
            return Memory(probed=now - spread)
        if not has_answered or self.options.dry_run or now - self.memory.probed < _PROBE_EVERY:
            return self.memory
        archived = entries.read_source(self.archive, self.source.slug)
        dead = await dead_enclosures(self.fetcher.probe, archived.entries, now)
        logger.debug("%s: weekly probe of the newest files, %d fail", self.source.slug, len(dead))
        return Memory(probed=now, dead=dead)

    def _report(self, visited: int, result: UpdateResult, probe: Memory) -> SourceReport:
        """Write memory and state, and return the report."""
        for feed in self.source.feeds:
            if message := source_report.move_message(feed, self.state.get(feed.url, FeedState())):
                self._add_problem(feed, message)
        self.problems += result.problems
        if result.error:
            self.problems.append(Problem(path=f"archive/{self.source.slug}", message=result.error))
        unwritten = bool(result.error) or (not self.options.dry_run and not self._save(probe))
        report = source_report.of_result(self.source, result, self.problems)
        return msgspec.structs.replace(report, visited=visited, unwritten=unwritten)

    def _save(self, probe: Memory) -> bool:
        """Write state and memory; return whether they could be written.

        They are written after the archive: if they were first and the round was killed, new entries would be
        lost.
        """
        try:
            if self.state != self.state_before:
                entries.write_state(self.archive, self.source.slug, self.state)
            memory = Memory(
                probed=probe.probed,
                dead=probe.dead,
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

    def _add_problem(self, feed: Feed, message: str) -> None:
        self.problems.append(Problem(path=self.source.path, line=feed.line, message=f"{feed.url}: {message}"))

    def _terms(self, feed: Feed) -> str:
        """Return a digest of all that decides about a feed's entries besides its bytes.

        This is the feed's options, the source's agreement and language, and the code that reads.
        """
        options = msgspec.structs.replace(feed, line=1)
        reading = code_digest(update_archive.__module__).hex()
        terms = msgspec.json.encode((options, self.source.agreement.scope, self.source.language, reading))
        return hashlib.blake2b(terms, digest_size=16).hexdigest()


def _state_of_feeds(state: dict[str, FeedState], source: Source) -> dict[str, FeedState]:
    """Return the state of the feeds that a source names now.

    If the source now names the new address of a feed that has moved, the old address's state goes with it.
    """
    feeds = {feed.url for feed in source.feeds}
    current = {url: known for url, known in state.items() if url in feeds}
    for url, known in state.items():
        if url not in feeds and known.moved in feeds and known.moved not in state:
            current[known.moved] = msgspec.structs.replace(known, moved="", gone=None)
    return current


def _is_patient(visit: Visit, now: datetime) -> bool:
    """Whether a feed's changes wait: it rewrites its entries at each visit, and a rewrite was kept today."""
    return visit.rewrites >= 2 and visit.rewritten is not None and (now - visit.rewritten).days < 1


def _added(first: UpdateResult, second: UpdateResult) -> UpdateResult:
    return UpdateResult(
        actions=first.actions + second.actions,
        decisions=first.decisions + second.decisions,
        readings=first.readings + second.readings,
        problems=first.problems + second.problems,
        error=first.error or second.error,
    )


def _stamp(folder: Path) -> str:
    """Return a stamp of a source's archive, to notice changes that another program makes."""
    return " ".join(f"{path.stem}:{path.stat().st_size}" for path in sorted(folder.glob("*.jsonl")))
