"""Read the instants of a feed's dates: RFC 822 and RFC 3339 at once, any other format part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, auto
from functools import cached_property

from kiosque.harvest.dates import numeric, written
from kiosque.harvest.dates.numeric import Order

_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_OFFSET = timedelta(hours=15)
_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6,
    "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
# RFC 822, section 5.1, with the years of RFC 1123.
_RFC_822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) ([A-Z][a-z]{2}) (\d{4}) "
    r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? (?:([+-])([01]\d)([0-5]\d)|GMT|UTC?|Z)",
    re.ASCII,
)
_ORDINAL_DATE = re.compile(r"(\d{4})-(\d{3})(?![\d-])", re.ASCII)
# Seconds since 1970 since 1973, with decimals or in milliseconds.
_UNIX_SECONDS = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{13})", re.ASCII)
_DIGITS = re.compile(r"(\d{8})(\d{6})?|(\d{10})", re.ASCII)


def instant(text: str) -> datetime | None:
    """Return the instant of a date that a specification defines; ``None`` for any other date.

    These are RFC 822, ISO 8601 (so RFC 3339 and W3C-DTF) down to the day, and seconds since 1970.
    """
    try:
        moment = _rfc_822(text) or _iso_8601(text) or _digits(text)
        return moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None


def _rfc_822(text: str) -> datetime | None:
    match = _RFC_822.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    zone = UTC
    if sign and (zone_hours, zone_minutes) != ("00", "00"):
        minutes = int(zone_hours) * 60 + int(zone_minutes)
        zone = timezone(timedelta(minutes=-minutes if sign == "-" else minutes))
    number = _MONTHS.get(month)
    if number is None or not _is_offset(zone.utcoffset(None)):
        return None
    return datetime(int(year), number, int(day), int(hour), int(minute), int(second or 0), tzinfo=zone)


def _is_offset(offset: timedelta | None) -> bool:
    return offset is None or abs(offset) <= _MOST_OFFSET


def _iso_8601(text: str) -> datetime | None:
    """Return the instant of an ISO 8601 date. A week or month without its day is none.

    Python takes any character between day and time, even the sign of a zone.
    """
    is_basic = text[8:9] in {"T", "t"} and text[:8].isdecimal()
    if not is_basic and (text[4:5] != "-" or text[10:11] not in {"", "T", "t", " "} or len(text) < 10):
        return _ordinal_date(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if _is_offset(moment.utcoffset()) else None
    )


def _ordinal_date(text: str) -> datetime | None:
    """Return the instant of a year and the number of a day in it (ISO 8601-1, section 5.2.3)."""
    match = _ORDINAL_DATE.match(text)
    if match is None:
        return None
    day = date(int(match[1]), 1, 1) + timedelta(int(match[2]) - 1)
    return _iso_8601(f"{day.isoformat()}{text[match.end() :]}") if day.year == int(match[1]) else None


def _digits(text: str) -> datetime | None:
    """Return the instant of a date of digits alone.

    They are seconds or milliseconds since 1970, a day, or a day and a time. Ten digits that could also be a
    day and an hour mean nothing certain.
    """
    digits = _DIGITS.fullmatch(text)
    if digits and digits[1]:
        return datetime.fromisoformat(f"{digits[1]}T{digits[2] or '000000'}Z")
    seconds = _UNIX_SECONDS.fullmatch(text)
    if seconds is None or (digits and _is_day_and_hour(text)):
        return None
    return _EPOCH + timedelta(seconds=int(seconds[1] or 0) or int(seconds[2]) // 1000)


def _is_day_and_hour(digits: str) -> bool:
    try:
        return 1970 <= datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}").year < 2100
    except ValueError:
        return False


class Reason(Enum):
    """Why a date is left out."""

    NOT_UNDERSTOOD = auto()
    TWO_DAYS = auto()
    TOO_EARLY = auto()


def _no_dates() -> Iterable[str]:
    return ()


class FeedDates:
    """Reads the dates of one feed, which may tell the order of day and month from each other.

    ``language`` is the feed's, ``all_dates`` gives its dates as written. ``unread`` collects, in order, the
    dates that are left out, each with its reason.
    """

    def __init__(self, language: str = "", all_dates: Callable[[], Iterable[str]] = _no_dates) -> None:
        """Read no date yet."""
        self.language = language
        self.unread: dict[str, Reason] = {}
        self._all_dates = all_dates

    def read(self, text: str) -> datetime | None:
        """Return a date as an instant in whole seconds; ``None`` if it isn't certain which one it is.

        1970-01-01 is what machines without a clock write, and no date before it is one of a feed.
        """
        text = text.strip()
        if not text:
            return None
        moment = instant(text) or self._written(text)
        if isinstance(moment, datetime):
            if moment > _EARLIEST:
                return moment.replace(microsecond=0) if moment.microsecond else moment
            moment = Reason.TOO_EARLY
        self.unread[text] = moment
        return None

    def _written(self, text: str) -> datetime | Reason:
        """Return the instant of a date in any other format, or why there is none."""
        try:
            found = written.parse(text, self.language)
            if found is None:
                return Reason.NOT_UNDERSTOOD
            is_ambiguous = len(set(found.days.values())) > 1
            failure = Reason.TWO_DAYS if is_ambiguous else Reason.NOT_UNDERSTOOD
            return found.instant(self._order if is_ambiguous else None) or failure
        except (ValueError, OverflowError):
            return Reason.NOT_UNDERSTOOD

    @cached_property
    def _order(self) -> Order | None:
        """The order of day and month in this feed: what its other dates prove, else its language's."""
        figures = (text for text in self._all_dates() if numeric.DATE.search(text[: written.LONGEST]))
        found = (written.parse(text.strip(), self.language) for text in figures)
        orders = {date.order for date in found if date and date.order in {"dmy", "mdy"}}
        if not orders:
            return numeric.order_of_language(self.language)
        return orders.pop() if len(orders) == 1 else None
