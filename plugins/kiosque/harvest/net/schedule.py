"""Decide when a feed is due again: by its server's and its own wishes, and by its dates. Pure functions."""

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
# A feed is due a little early, so that an hourly round that starts some minutes early still visits it.
_EARLY = timedelta(minutes=5)
# How many times a feed is visited in the usual time between two of its entries.
_VISITS_BETWEEN_ENTRIES = 4
_RECENT_ENTRIES = 12


class Bounds(Record, frozen=True):
    """The shortest and the longest time between two visits, whatever a feed asks for."""

    shortest: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(days=1)


def freshness_lifetime(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds an answer is fresh: ``max-age``, else ``Expires`` (RFC 9111, 4.2.1)."""
    control = headers.get("Cache-Control", "")
    if re.search(r"\bno-(?:cache|store)\b", control, re.IGNORECASE):
        return 0.0
    if max_age := _MAX_AGE.search(control):
        return float(max_age[1])
    expires, date = _http_date(headers.get("Expires", "")), _http_date(headers.get("Date", ""))
    return max((expires - date).total_seconds(), 0.0) if expires and date else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds a server asks to wait (``Retry-After``; RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    until = _http_date(value)
    now = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until else None


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def rhythm(moments: Sequence[datetime]) -> float | None:
    """Return the median time between two of the newest entries, in seconds; ``None`` below three dates."""
    newest = sorted(moments, reverse=True)[:_RECENT_ENTRIES]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    return median(gaps) if len(gaps) >= 2 else None


def after_success(now: datetime, hints: Hints, bounds: Bounds) -> datetime:
    """Return when a feed that answered is due again.

    It is visited a few times in the usual time between two of its entries. Yet the visit waits until the
    answer is no longer fresh, and until the interval that the feed asks for is over. The bounds limit this.
    The hours and days that the feed asks to skip are avoided.
    """
    usual = bounds.shortest if hints.rhythm is None else _bounded_span(hints.rhythm / _VISITS_BETWEEN_ENTRIES)
    asked = [_bounded_span(seconds) for seconds in (hints.fresh, hints.every) if seconds is not None]
    span = min(max(usual, *asked, bounds.shortest), max(bounds.longest, bounds.shortest))
    return _after_skipped_hours(now + span - _EARLY, hints)


def after_failure(now: datetime, failures: int, asked: float | None, bounds: Bounds) -> datetime:
    """Return when a feed that failed is due again: the wait doubles at each failure, up to a week.

    ``failures`` counts the failed visits in a row. ``asked`` is the wait that the server asks for, in
    seconds.
    """
    span: timedelta = min(bounds.shortest * 2.0 ** min(failures - 1, 12), _WEEK)
    return now + max(span, min(_bounded_span(asked or 0), _WEEK)) - _EARLY


def _bounded_span(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), 10 * _WEEK.total_seconds()))


def _after_skipped_hours(moment: datetime, hints: Hints) -> datetime:
    """Return the first time from ``moment`` on outside the hours and days to skip (RSS 2.0; both in GMT)."""
    later = moment
    for _hour in range(24 * 7):
        if later.hour not in hints.skip_hours and later.weekday() not in hints.skip_days:
            return later
        later = (later + timedelta(hours=1)).replace(minute=0, second=0)
    return moment
