"""Days, hours, numbers and sizes as a language writes them. Pure functions.

Babel is loaded with the first of them. A build after which nothing changed writes none, and loading Babel
takes as long as reading two thousand entries.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

_KILOBYTE, _MEGABYTE, _GIGABYTE = 10**3, 10**6, 10**9
_HOURS = {"fr": "H\u202f'h'\u202fmm"}


def format_date(day: date, pattern: str, language: str) -> str:
    """Return a date by a pattern of Unicode's CLDR, such as ``LLLL y``."""
    from babel import dates

    return dates.format_date(day, pattern, locale=language)


def format_day(day: date, language: str) -> str:
    """Return a day in words: ``1er décembre 2026``, ``2 décembre 2026``."""
    words = format_date(day, "d MMMM y", language)
    # French has an ordinal number for the first day of a month, and cardinal numbers for the others. CLDR's
    # patterns have cardinal numbers only.
    return words.replace("1 ", "1er ", 1) if day.day == 1 and language == "fr" else words


def format_moment(moment: datetime, zone: tzinfo | None, language: str) -> str:
    """Return an instant in words: ``1er décembre 2026, 18 h 05``.

    ``zone`` is the time zone; ``None`` is that of the machine.
    """
    local = moment.astimezone(zone)
    return f"{format_day(local.date(), language)}, {format_hour(local, language)}"


def format_hour(local: datetime, language: str) -> str:
    """Return the hour and minute of a time that is local already: ``18 h 05``, in English ``18:05``."""
    from babel import dates

    return dates.format_time(local, _HOURS.get(language, "HH:mm"), locale=language)


def format_decimal(number: float, language: str) -> str:
    """Return a number with the marks that a language puts into it."""
    from babel import numbers

    return numbers.format_decimal(number, locale=language)


def format_percent(share: float, language: str) -> str:
    """Return a share of 1 as a whole percentage."""
    from babel import numbers

    return numbers.format_percent(share, locale=language)


def format_size(size: int, language: str) -> str:
    """Return a size in bytes as people read it: ``12 octets``, ``640 ko``, ``1,8 Mo``, ``1,2 Go``."""
    if size < _KILOBYTE:
        return _with_unit(Decimal(size), "byte", language)
    amount, unit = Decimal(size) / _KILOBYTE, "kilobyte"
    if size >= _MEGABYTE:
        amount, unit = Decimal(size) / _MEGABYTE, "megabyte"
    if size >= _GIGABYTE:
        amount, unit = Decimal(size) / _GIGABYTE, "gigabyte"
    digit = Decimal("0.1") if unit != "kilobyte" and amount < 10 else Decimal(1)
    return _with_unit(amount.quantize(digit), unit, language)


@lru_cache(maxsize=5000)
def _with_unit(amount: Decimal, unit: str, language: str) -> str:
    """Return a rounded size with its unit. Formatting by CLDR's patterns is slow, and few sizes differ."""
    from babel import units

    if unit == "byte":
        return units.format_unit(amount, "digital-byte", "long", "#,##0", locale=language)
    return units.format_unit(amount, f"digital-{unit}", "short", "#,##0.#", locale=language)
