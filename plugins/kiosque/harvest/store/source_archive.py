"""One source, from the bytes of its feeds to its archive: what takes processor time, without a socket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosque.archive import entries
from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.harvest.net import schedule
from kiosque.harvest.net.responses import Body
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed
from kiosque.harvest.store.advice import advise, identity
from kiosque.harvest.store.decide import Decision, Kind, Terms, decide, is_rewritten
from kiosque.model import ArchiveError, Feed, Problem, Record, Source, StoredEntry

_WRITTEN = {Kind.ADD, Kind.CHANGE}


@dataclass(frozen=True, slots=True)
class Job:
    """The bodies of a source's feeds, in order, and what decides about their entries.

    ``patient`` are the addresses of feeds that rewrite their entries all the time. A job without bodies holds the
    archive to the source's agreement.
    """

    root: Path
    source: Source
    bodies: tuple[tuple[Feed, Body], ...]
    terms: Terms
    patient: frozenset[str] = frozenset()
    dry_run: bool = False


class Learned(Record, frozen=True):
    """What reading one body taught.

    ``fatal`` says why it is no feed; ``older`` where its page before is, ``names`` what tells the entries of this one.
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


@dataclass(slots=True)
class Done:
    """What became of a job: each decision's kind and, in a dry run, the decisions; ``error`` is why nothing was written."""

    kinds: list[Kind] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    error: str = ""


def work(job: Job) -> Done:
    """Read the bodies, decide about their entries, and write what changed of the source's archive."""
    folder = job.root / entries.ARCHIVE
    archived = entries.read_source(folder, job.source.slug)
    done = Done(problems=list(archived.problems))
    known = {stored.entry.id: stored for stored in archived.entries}
    decisions: list[Decision] = []
    for feed, body in job.bodies:
        made, learned = _read(job, feed, body, known, decisions)
        known |= {one.stored.entry.id: one.stored for one in made if one.stored}
        decisions += made
        done.learned.append(learned)
    done.kinds = [one.kind for one in decisions]
    if job.dry_run:
        done.decisions = decisions
        return done
    held = [_held(stored, job.source) for stored in known.values()]
    if not _WRITTEN.isdisjoint(done.kinds) or any(
        now is not before for now, before in zip(held, known.values(), strict=True)
    ):
        try:
            entries.write_source(folder, job.source.slug, held, archived.broken)
        except ArchiveError as error:
            done.error = str(error)
    return done


def _read(
    job: Job, feed: Feed, body: Body, known: dict[str, StoredEntry], before: Iterable[Decision]
) -> tuple[list[Decision], Learned]:
    parsed = parse(body.data, Origin(body.url, job.root, body.content_type))
    if parsed.fatal:
        return [], Learned(fatal=" ".join(one.message for one in parsed.problems))
    terms = msgspec.structs.replace(
        job.terms,
        settled=frozenset(one.stored.entry.id for one in before if one.stored),
        patient=feed.url in job.patient,
    )
    decisions = decide(job.source, feed, parsed, known, terms)
    return decisions, _learned(parsed, feed, decisions, job.terms)


def _learned(parsed: ParsedFeed, feed: Feed, decisions: list[Decision], terms: Terms) -> Learned:
    moments = [entry.published for entry in parsed.entries if entry.published]
    return Learned(
        hints=msgspec.structs.replace(parsed.hints, rhythm=schedule.rhythm(moments)),
        facts=parsed.facts,
        problems=parsed.problems,
        advice=(*identity(parsed, feed), *advise(parsed, feed, terms.now)),
        older_page=parsed.older_page,
        is_wordpress=parsed.is_wordpress,
        names=_names(parsed),
        is_rewritten=is_rewritten(decisions),
    )


def _held(stored: StoredEntry, source: Source) -> StoredEntry:
    """Hold a known entry to the agreement as it is now: narrowed, what is no longer allowed goes."""
    entry = entries.allowed(stored.entry, source.agreement.scope)
    return stored if entry == stored.entry else StoredEntry(year=stored.year, entry=entry)


def look(root: Path, body: Body) -> tuple[str, frozenset[str]]:
    """Return where the page before one of a feed is, and what tells its entries."""
    parsed = parse(body.data, Origin(body.url, root, body.content_type))
    return parsed.older_page, _names(parsed)


def _names(parsed: ParsedFeed) -> frozenset[str]:
    return frozenset(entry.guid or entry.url or entry.title for entry in parsed.entries)
