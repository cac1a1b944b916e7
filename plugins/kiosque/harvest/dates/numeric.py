"""Dates in figures: which days ``05/03/2019`` may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

Order = Literal["dmy", "mdy", "ymd"]
DATE = re.compile(
    r"(?<![\d/.-])(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?![\d/]|-(?!\d\d:\d\d$))", re.ASCII
)


def full_year(digits: str) -> int:
    """Return a year of four digits, or of two (RFC 5322, section 4.3): 49 is 2049, 50 is 1950."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)


def possible_days(match: re.Match[str]) -> dict[Order, date]:
    """Return the days that a date in figures may mean, by the order of its parts.

    A year of four digits in front is followed by the month everywhere. With dots, the day comes before the
    month everywhere (CLDR).
    """
    return dict(_days(match[1], match[3], match[4], match[2]))


def _days(first: str, second: str, third: str, separator: str) -> Iterator[tuple[Order, date]]:
    orders: dict[Order, tuple[str, str, str]] = {}
    if len(first) == 4:
        orders["ymd"] = first, second, third
    elif len(third) == 4 or separator == ".":
        orders["dmy"] = third, second, first
    elif len(third) == 2:
        orders["dmy"] = third, second, first
        orders["ymd"] = first, second, third
    if "dmy" in orders and separator != ".":
        orders["mdy"] = third, first, second
    for order, (year, month, day) in orders.items():
        if len(year) in {2, 4} and len(month) <= 2 and len(day) <= 2:
            try:
                yield order, date(full_year(year), int(month), int(day))
            except ValueError:
                continue


@lru_cache(maxsize=256)
def order_of_language(language: str) -> Order | None:
    """Return the order in which people write the parts of a date in a language, as CLDR has it.

    English proves nothing without a country. ``en-US`` neither: programs write it where nobody chose a
    language.
    """
    # Babel takes a while to import and is needed for few feeds.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    if not language or language.lower() in {"en", "en-us"}:
        return None
    try:
        pattern = Locale.parse(language, sep="-").date_formats["short"].pattern.lower()
    except (UnknownLocaleError, ValueError):
        return None
    letters = dict.fromkeys(letter for letter in pattern if letter in "dmy")
    orders: dict[str, Order] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
    return orders.get("".join(letters))
