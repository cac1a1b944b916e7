"""The report of a source's visit: its numbers, and the words for what happened to each feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, tzinfo

from kiosque.archive.entries import FeedState, announced_address
from kiosque.archive.feed_memory import Visit
from kiosque.harvest.net.responses import Answer, Body, Failure
from kiosque.harvest.store.decide import Action, Decision
from kiosque.harvest.store.source_archive import FeedReading, UpdateResult
from kiosque.i18n import _, current_language
from kiosque.model import Feed, Problem, Record, Source
from kiosque.urls import without_secrets
from kiosque.wording.localized import format_day, format_moment


class SourceReport(Record, frozen=True):
    """The result of a source's visit.

    The numbers count its entries: ``added``, ``changed``, ``kept`` as they were, ``dropped``. ``visited``
    counts its feeds. ``decisions`` are filled in a dry run only. ``unwritten`` says that its files could not
    all be written, ``postponed`` that the round had no time left for it.
    """

    source: str
    added: int = 0
    changed: int = 0
    kept: int = 0
    dropped: int = 0
    visited: int = 0
    problems: tuple[Problem, ...] = ()
    decisions: tuple[Decision, ...] = ()
    unwritten: bool = False
    postponed: bool = False


def of_result(source: Source, result: UpdateResult, problems: Iterable[Problem]) -> SourceReport:
    """Return the report of a source whose archive was updated; each problem is named once."""
    counts = Counter(result.actions)
    return SourceReport(
        source=source.slug,
        added=counts[Action.ADD],
        changed=counts[Action.CHANGE],
        kept=counts[Action.KEEP],
        dropped=counts[Action.DROP],
        problems=tuple(dict.fromkeys(problems)),
        decisions=tuple(result.decisions),
    )


def outcome(answer: Answer, reading: FeedReading | None) -> str:
    """Return what became of a feed's answer, for the log."""
    if reading:
        return "the body is no feed" if reading.fatal else reading.summary
    if isinstance(answer, Body):
        return "the same bytes as before, not read"
    return "failure" if isinstance(answer, Failure) else "not modified"


def no_feed_message(feed: Feed, answer: Answer, reading: FeedReading) -> str:
    """Return why a body is no feed, with the address that it came from if it isn't the feed's own."""
    if feed.is_file or not isinstance(answer, Body) or answer.url == feed.url:
        return reading.fatal
    message = _("leads to {url}: {reason}")
    return message.format(url=without_secrets(answer.url), reason=reading.fatal)


def gone_message(gone: datetime, source: Source, zone: tzinfo) -> str:
    """Return that a feed is gone since a moment, and what to do."""
    message = _("gone for good since {day}: remove it, or its line in {path} to ask again")
    day = format_day(gone.astimezone(zone).date(), current_language())
    return message.format(day=day, path=f"archive/{source.slug}/state.json")


def failure_message(visit: Visit, zone: tzinfo) -> str:
    """Return why a feed failed, and when it is asked again."""
    if not visit.next:
        return visit.failure
    again = _("asked again on {day}").format(day=format_moment(visit.next, zone, current_language()))
    return f"{visit.failure}; {again}"


def move_message(feed: Feed, state: FeedState) -> str:
    """Return where a feed has moved to, by its server or by its own words; empty if it hasn't."""
    if state.moved:
        return _("has moved to {url}: write that address here").format(url=state.moved)
    if address := announced_address(feed.url, state):
        message = _("says that it has moved to {url}: write that address here, if it is the same feed")
        return message.format(url=address)
    return ""
