"""Update the archive of a source from the bytes of its feeds: the work for a processor, without network."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import msgspec

from kiosque.archive import entries
from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.harvest.net import schedule
from kiosque.harvest.net.responses import Body
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed
from kiosque.harvest.store.advice import advise, identity_advice
from kiosque.harvest.store.decide import Action, Decision, DecisionContext, decide, is_rewritten
from kiosque.i18n import _, current_language
from kiosque.model import ArchiveError, Feed, Problem, Record, Source, StoredEntry
from kiosque.urls import without_secrets
from kiosque.wording.localized import format_decimal

logger = logging.getLogger(__name__)

# New entries of a feed that a visit takes: those of ten years, at more than one a day.
MOST_NEW = 5000
_WRITING_ACTIONS = {Action.ADD, Action.CHANGE}


@dataclass(frozen=True, slots=True)
class UpdateJob:
    """The input of ``update_archive``: the feeds of a source that have a new body, in order.

    ``patient`` holds the addresses of the feeds that rewrite their entries at each visit, ``read_anew`` those
    that are read for the first time, or for the first time since options or code have changed. A job without
    bodies only shortens the archived entries to what the source's agreement allows.
    """

    root: Path
    source: Source
    bodies: tuple[tuple[Feed, Body], ...]
    context: DecisionContext
    patient: frozenset[str] = frozenset()
    read_anew: frozenset[str] = frozenset()
    dry_run: bool = False


class FeedReading(Record, frozen=True):
    """The result of reading one feed, besides the decisions about its entries.

    - ``fatal``: why the body is no feed; empty if it is one.
    - ``older_page``: the address of the feed's next older page, if any.
    - ``is_wordpress``: WordPress made the feed, so its older pages are numbered.
    - ``names``: the guid, link or title of each entry, to notice a page that repeats another.
    - ``is_rewritten``: the feed changed most of its known entries.
    - ``is_cut``: the feed has more new entries than a visit takes.
    - ``summary``: the number of its entries for each action and reason, and the time in seconds, for the log,
      which a worker process can't write itself.
    """

    fatal: str = ""
    hints: Hints = Hints()
    facts: FeedFacts = FeedFacts()
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    older_page: str = ""
    is_wordpress: bool = False
    names: frozenset[str] = frozenset()
    is_rewritten: bool = False
    is_cut: bool = False
    summary: str = ""


@dataclass(slots=True)
class UpdateResult:
    """The result of a job: the action for each entry, and in a dry run the decisions.

    ``readings`` has one item for each body of the job. ``error`` says why the archive wasn't written.
    """

    actions: list[Action] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    readings: list[FeedReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    error: str = ""


def update_archive(job: UpdateJob) -> UpdateResult:
    """Read the bodies of a job, decide about their entries, and write the source's archive if it changed."""
    folder = job.root / entries.ARCHIVE
    archived = entries.read_source(folder, job.source.slug)
    result = UpdateResult(problems=list(archived.problems))
    known = {stored.entry.id: stored for stored in archived.entries}
    decisions: list[Decision] = []
    for feed, body in job.bodies:
        feed_decisions, reading = _read_feed(job, feed, body, known, decisions)
        known |= {decision.stored.entry.id: decision.stored for decision in feed_decisions if decision.stored}
        decisions += feed_decisions
        result.readings.append(reading)
    result.actions = [decision.action for decision in decisions]
    if job.dry_run:
        result.decisions = decisions
        return result
    allowed = [_within_agreement(stored, job.source) for stored in known.values()]
    start = perf_counter()
    if not _WRITING_ACTIONS.isdisjoint(result.actions) or any(
        after is not before for after, before in zip(allowed, known.values(), strict=True)
    ):
        try:
            entries.write_source(folder, job.source.slug, allowed, archived.broken)
        except ArchiveError as error:
            result.error = str(error)
        logger.debug("%s: archive written in %.2f s", job.source.slug, perf_counter() - start)
    return result


def _read_feed(
    job: UpdateJob, feed: Feed, body: Body, known: dict[str, StoredEntry], before: Iterable[Decision]
) -> tuple[list[Decision], FeedReading]:
    """Read one feed and decide about its entries. ``before`` are the decisions about the feeds before it."""
    start = perf_counter()
    parsed = parse(body.data, Origin(body.url, job.root, body.content_type))
    if parsed.fatal:
        return [], FeedReading(fatal=" ".join(problem.message for problem in parsed.problems))
    context = msgspec.structs.replace(
        job.context,
        settled=frozenset(decision.stored.entry.id for decision in before if decision.stored),
        patient=feed.url in job.patient,
        read_anew=feed.url in job.read_anew,
    )
    decided = decide(job.source, feed, parsed, known, context)
    decisions = _first_new(decided)
    reading = _reading(parsed, feed, decisions, context)
    if is_cut := len(decisions) < len(decided):
        problem = _too_many_new(feed, sum(decision.action is Action.ADD for decision in decided))
        reading = msgspec.structs.replace(reading, problems=(*reading.problems, problem))
    summary = f"{_summary(decisions)} in {perf_counter() - start:.2f} s"
    return decisions, msgspec.structs.replace(reading, summary=summary, is_cut=is_cut)


def _first_new(decisions: list[Decision]) -> list[Decision]:
    """Return decisions with as many new entries as a visit takes: the first ones, newest in most feeds."""
    numbers = itertools.count(1)
    return [
        decision for decision in decisions if decision.action is not Action.ADD or next(numbers) <= MOST_NEW
    ]


def _too_many_new(feed: Feed, number: int) -> Problem:
    message = _("this feed has {number} new entries: {most} are taken now, more at each next visit")
    counts = {"number": number, "most": MOST_NEW}
    words = {name: format_decimal(count, current_language()) for name, count in counts.items()}
    return Problem(path=without_secrets(feed.url), message=message.format(**words))


def _summary(decisions: Iterable[Decision]) -> str:
    counts = Counter(f"{decision.action} ({decision.reason})" for decision in decisions)
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "no entries"


def _reading(
    parsed: ParsedFeed, feed: Feed, decisions: list[Decision], context: DecisionContext
) -> FeedReading:
    dates = [entry.published for entry in parsed.entries if entry.published]
    return FeedReading(
        hints=msgspec.structs.replace(parsed.hints, rhythm=schedule.rhythm(dates)),
        facts=parsed.facts,
        problems=parsed.problems,
        advice=(*identity_advice(parsed, feed), *advise(parsed, feed, context.now)),
        older_page=parsed.older_page,
        is_wordpress=parsed.is_wordpress,
        names=_entry_names(parsed),
        is_rewritten=not context.read_anew and is_rewritten(decisions),
    )


def _within_agreement(stored: StoredEntry, source: Source) -> StoredEntry:
    """Return a known entry without what the agreement no longer allows; the same object if nothing goes."""
    entry = entries.allowed(stored.entry, source.agreement.scope)
    return stored if entry == stored.entry else StoredEntry(year=stored.year, entry=entry)


def read_older_page(root: Path, body: Body) -> tuple[str, frozenset[str]]:
    """Return the address of the next older page that a page of a feed names, and the names of its entries."""
    parsed = parse(body.data, Origin(body.url, root, body.content_type))
    return parsed.older_page, _entry_names(parsed)


def _entry_names(parsed: ParsedFeed) -> frozenset[str]:
    return frozenset(entry.guid or entry.url or entry.title for entry in parsed.entries)
