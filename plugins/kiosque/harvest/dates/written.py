"""Read the dates that are in none of the two usual formats: in words, in figures, in any order.

Each character of a date must be understood: a word or number too many, and the date is none. A date may mean
several days (``05/03/2019``); the caller says which order the feed has, if that is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from kiosque.harvest.dates import numeric, zones
from kiosque.harvest.dates.names import FILLERS, Names, folded, names
from kiosque.harvest.dates.numeric import Order

# In characters. The longest real dates name a zone in words (80 characters).
LONGEST = 120
_EQUIVALENTS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("[]\u00b0\u200e\u200f\ufeff", " ")
    # Year, month and day in Chinese, Japanese and Korean.
    | {"\u5e74": "-", "\u6708": "-", "\u65e5": " ", "\ub144": "-", "\uc6d4": "-", "\uc77c": " "}
)
_T = re.compile(r"(?<=\d)t(?=\d)", re.ASCII)
_GLUED_TIME = re.compile(r"^(\d{4}-\d\d-\d\d)(?=\d\d:\d\d)", re.ASCII)
# German and Italian write 10.30 for a time, with a word that tells it from a date.
_DOTTED_TIME = re.compile(r"\b(\d\d?)\.(\d\d)(?= uhr\b)|(?<=\bore )(\d\d?)\.(\d\d)\b", re.ASCII)
_COMMENT = re.compile(r"\(([^()]*)\)")
_TIME = re.compile(
    r"(?<![\d:+-])(?P<hour>\d\d?)"
    r"(?:(?::|\s?h\s?)(?P<minute>[0-5]\d)(?:(?::|\s?m(?:in)?\s?|')(?P<second>[0-5]\d|60)(?:[.,]\d+)?)?"
    r"|\s?h\b|(?=\s?[ap]\.?\s?m\b))"
    r"(?:\s?s\b)?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?(?![\d:])",
    re.ASCII,
)
_ORDINAL = re.compile(r"(?<![^\W_])(\d\d?)(?:st|nd|rd|th|ere?|eme|e|o|a|an|vet|vat)\b", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+", re.ASCII)
_BETWEEN = re.compile(r"[\s,.;'/|\u00b7-]*")
_WEEK = frozenset(range(7))


class Written(NamedTuple):
    """A date as read: the days that it may mean, by the order of their parts, the time of day and the zone.

    A month in words leaves one order, ``dmy``. ``time_of_day`` may be 24 hours, or have a 61st second.
    """

    days: Mapping[Order, date]
    time_of_day: timedelta
    zone: tzinfo

    @property
    def order(self) -> Order | None:
        """The order that this date proves: in any other one it is no day, or another day of the week."""
        return next(iter(self.days)) if len(self.days) == 1 else None

    def instant(self, order: Order | None) -> datetime | None:
        """Return the instant, if this date means one day only, or if the feed's order tells which."""
        days = set(self.days.values())
        day = days.pop() if len(days) == 1 else self.days.get(order) if order else None
        if day is None:
            return None
        local = datetime.combine(day, time(), self.zone) + self.time_of_day
        # Where clocks are put forward or back, an hour happens twice or never.
        is_one_instant = local.utcoffset() == local.replace(fold=1).utcoffset()
        return local.astimezone(UTC) if is_one_instant else None


@lru_cache(maxsize=1024)
def parse(text: str, language: str = "") -> Written | None:
    """Return a date as read; ``None`` if a part of it isn't understood. ``language`` is the feed's."""
    if len(text) > LONGEST:
        return None
    rest, place = _without_place(_prepared(text))
    timed = _without_time(rest)
    if timed is None:
        return None
    rest, time_of_day, zone = timed
    in_figures, rest, zone = _without_figures(rest, zone)
    rest = _ORDINAL.sub(r"\1 ", rest)
    if not _BETWEEN.fullmatch(_NUMBER.sub("", _WORD.sub("", rest))):
        return None
    numbers, (words, zone) = _NUMBER.findall(rest), _without_zones(_WORD.findall(rest), zone)
    days = _days_in_figures(in_figures, words) if in_figures and not numbers else {}
    days = days or (_day_in_words(words, numbers, language) if not in_figures else {})
    return Written(days, time_of_day, zone or place or UTC) if days else None


def _prepared(text: str) -> str:
    """Return a date in small letters without accents, comments, and T between day and time."""
    text = folded(text.translate(_EQUIVALENTS)).translate(_EQUIVALENTS)
    text = _GLUED_TIME.sub(r"\1 ", _T.sub(" ", " ".join(text.split())))
    text = _DOTTED_TIME.sub(r"\1\3:\2\4", text)
    return _COMMENT.sub(lambda comment: f" {comment[1]} " if zones.is_name(comment[1].strip()) else " ", text)


def _without_place(text: str) -> tuple[str, tzinfo | None]:
    """Return a date without the place that names its zone, and that zone."""
    for match in zones.PLACE.finditer(text):
        if zone := zones.of_place(match[0]):
            return f"{text[: match.start()]} {text[match.end() :]}", zone
    return text, None


def _without_time(text: str) -> tuple[str, timedelta, tzinfo | None] | None:
    """Return a date without its time and zone, with both; ``None`` if it is no time of day.

    A date alone starts at midnight.
    """
    match = _TIME.search(text)
    if match is None:
        return text, timedelta(), None
    hour = _hour(int(match["hour"]), match["half"])
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    if hour is None or (hour == 24 and (minute or second)):
        return None
    zone, end = zones.after_time(text[match.end() :])
    rest = f"{text[: match.start()]} {text[match.end() + end :]}"
    # A leap second (RFC 3339, section 5.7) is the second after it, as in POSIX.
    return rest, timedelta(hours=hour, minutes=minute, seconds=second), zone


def _hour(hour: int, half: str | None) -> int | None:
    """Return the hour of a day; ``None`` if there is none. ``half`` is *a* before noon, *p* after."""
    if half is None or (half == "p" and 12 < hour < 24):
        return hour if hour <= 24 else None
    return hour % 12 + (12 if half == "p" else 0) if 0 < hour <= 12 or (hour, half) == (0, "a") else None


def _without_figures(
    text: str, zone: tzinfo | None
) -> tuple[Mapping[Order, date] | None, str, tzinfo | None]:
    """Return the days that figures such as 14/03/2025 may mean, the text around them, and its zone."""
    match = numeric.DATE.search(text)
    if match is None:
        return None, text, zone
    before, after = text[: match.start()], text[match.end() :]
    if zone is None:
        # XML Schema writes the zone of a day straight after it: 2025-03-14+01:00.
        zone, end = zones.after_time(after)
        after = after[end:]
    return numeric.possible_days(match), f"{before} {after}", zone


def _without_zones(words: Sequence[str], zone: tzinfo | None) -> tuple[list[str], tzinfo | None]:
    """Return words without the names of zones, and the zone: an offset that is known already decides."""
    named = (zones.named(word) for word in words if zones.is_name(word))
    return [word for word in words if not zones.is_name(word)], zone or next(named, None)


def _weekdays(words: Sequence[str], known: Names) -> frozenset[int] | None:
    """Return the days of the week that words leave possible; ``None`` if a word is neither day nor filler."""
    left = _WEEK
    for word in words:
        days = known.days.get(word)
        if days is None and word not in FILLERS:
            return None
        left = left & days if days and word not in FILLERS else left
    return left


def _days_in_figures(days: Mapping[Order, date], words: Sequence[str]) -> Mapping[Order, date]:
    """Return the days that fit the named day of the week, if any. A single day needs no decision."""
    weekdays = _weekdays(words, names())
    if weekdays is None or len(set(days.values())) < 2:
        return days if weekdays is not None else {}
    return {order: day for order, day in days.items() if day.weekday() in weekdays}


def _day_in_words(words: Sequence[str], numbers: Sequence[str], language: str) -> Mapping[Order, date]:
    """Return the day of a month in words: of any language or, if several fit, of the feed's own."""
    if len(numbers) != 2 or not words:
        return {}
    for known in (names(), names(language.partition("-")[0])) if language else (names(),):
        found = set(_named_days(words, numbers, known))
        fitting = {day for day, fits in found if fits} if len({day for day, _fits in found}) > 1 else None
        days = {day for day, _fits in found} if fitting is None else fitting
        if len(days) == 1:
            return {"dmy": days.pop()}
    return {}


def _named_days(words: Sequence[str], numbers: Sequence[str], known: Names) -> Iterator[tuple[date, bool]]:
    """Yield the days that words and numbers may mean, and whether the named day of the week is theirs."""
    first, second = numbers
    day, year = (second, first) if len(first) == 4 else (first, second)
    if len(day) > 2 or len(year) not in {2, 4}:
        return
    for place, word in enumerate(words):
        weekdays = _weekdays([*words[:place], *words[place + 1 :]], known)
        for month in known.months.get(word, ()) if weekdays is not None else ():
            try:
                found = date(numeric.full_year(year), month, int(day))
            except ValueError:
                continue
            yield found, found.weekday() in (weekdays or ())
