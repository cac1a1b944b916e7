"""Dates, numbers and units as a language writes them.

Babel is loaded with the first of them: a build after which nothing changed writes none, and that takes it as
long as reading two thousand entries.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from datetime import date
from decimal import Decimal


def format_date(day: date, pattern: str, language: str) -> str:
    """Return a date by a pattern of Unicode's CLDR, such as ``d MMMM y``."""
    from babel import dates

    return dates.format_date(day, pattern, locale=language)


def format_decimal(number: float, language: str) -> str:
    """Return a number with the marks that a language puts into it."""
    from babel import numbers

    return numbers.format_decimal(number, locale=language)


def format_unit(amount: float | Decimal, unit: str, pattern: str, language: str) -> str:
    """Return an amount with a unit of CLDR, in short: ``18 Mo``."""
    from babel import units

    return units.format_unit(amount, unit, "short", pattern, locale=language)
