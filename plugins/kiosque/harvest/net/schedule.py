"""When a feed is due again: what its server and the feed itself ask for, and how often it really publishes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

from kiosque.archive.feed_memory import Hints
from kiosque.model import Record

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,30})", re.IGNORECASE)
_WEEK = timedelta(days=7)
# An hourly round that starts some minutes early still finds all feeds due.
_SLACK = timedelta(minutes=5)
# A feed is asked some times in the time that usually lies between two of its entries.
_VISITS_BETWEEN_ENTRIES = 4
_RECENT = 12


class Bounds(Record, frozen=True):
    """How often a feed is asked, whatever it says: not more often than ``shortest``, at least each ``longest``."""

    shortest: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(days=1)


def lifetime(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds an answer holds: ``max-age``, else ``Expires`` (RFC 9111, section 4.2.1)."""
    control = headers.get("Cache-Control", "")
    if re.search(r"\bno-(?:cache|store)\b", control, re.IGNORECASE):
        return 0.0
    if found := _MAX_AGE.search(control):
        return float(found[1])
    expires, date = _moment(headers.get("Expires", "")), _moment(headers.get("Date", ""))
    return max((expires - date).total_seconds(), 0.0) if expires and date else None


def wait(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds a server asks not to come back (``Retry-After``; RFC 9110, section 10.2.3)."""
    written = headers.get("Retry-After", "").strip()
    if written.isdecimal() and len(written) < 10:
        return float(written)
    until = _moment(written)
    now = _moment(headers.get("Date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until else None


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def rhythm(moments: Sequence[datetime]) -> float | None:
    """Return the usual time between two entries, in seconds, from the dates of some; ``None`` from too few."""
    newest = sorted(moments, reverse=True)[:_RECENT]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    return median(gaps) if len(gaps) >= 2 else None


def after_success(now: datetime, hints: Hints, bounds: Bounds) -> datetime:
    """Return when a feed that answered is due again.

    It is asked a few times in the time that usually lies between its entries, but not before what it says of itself
    has run out, within the bounds, and never in the hours and days that it asks to be spared.
    """
    usual = bounds.shortest if hints.rhythm is None else _span(hints.rhythm / _VISITS_BETWEEN_ENTRIES)
    asked = [_span(seconds) for seconds in (hints.fresh, hints.every) if seconds is not None]
    span = min(max(usual, *asked, bounds.shortest), max(bounds.longest, bounds.shortest))
    return _unspared(now + span - _SLACK, hints)


def after_failure(now: datetime, failures: int, asked: float | None, bounds: Bounds) -> datetime:
    """Return when a feed that failed is tried again: later each time, up to a week, and never not at all.

    ``failures`` counts the failed visits in a row; ``asked`` is what the server wants, in seconds.
    """
    span: timedelta = min(bounds.shortest * 2.0 ** min(failures - 1, 12), _WEEK)
    return now + max(span, min(_span(asked or 0), _WEEK)) - _SLACK


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), 10 * _WEEK.total_seconds()))


def _unspared(moment: datetime, hints: Hints) -> datetime:
    """Return the first hour from a moment on that a feed doesn't ask to be spared (RSS 2.0; hours and days in GMT)."""
    later = moment
    for _hour in range(24 * 7):
        if later.hour not in hints.skip_hours and later.weekday() not in hints.skip_days:
            return later
        later = (later + timedelta(hours=1)).replace(minute=0, second=0)
    return moment
