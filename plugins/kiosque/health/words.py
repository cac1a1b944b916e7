"""The health of a source in words, in any language that has a catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosque.health.facts import Condition, Fact, FactKind, SourceHealth
from kiosque.model import Problem, on_one_line

# In days. A fortnight is “two weeks”, and two months are no longer counted in weeks.
_WEEK, _MONTH, _YEAR = 7, 30.44, 365.25
_FEWEST_WEEKS, _FEWEST_MONTHS, _MONTHS_OF_YEAR = 2, 2, 12


@dataclass(frozen=True, slots=True)
class Words:
    """A language: the two functions of its catalogue, and the function that writes a day."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    day: Callable[[date], str]


def sentence(fact: Fact, words: Words) -> str:
    """Return a fact in words, with what to do about it; without a capital and a full stop."""
    _ = words.gettext
    messages = {
        FactKind.GONE: _(
            "gone for good since {day}: remove line {line} of {path}, or write the feed's new address there"
        ),
        FactKind.FAILING: _("can't be had since {day}: {reason}")
        if fact.reason
        else _("can't be had since {day}"),
        FactKind.MOVED: _("has moved to {address}: write that address in line {line} of {path}"),
        FactKind.MOVING: _("sends to {address} since {day}; if that lasts, it is asked there"),
        FactKind.ANNOUNCED: _(
            "says that it has moved to {address}: write that address in line {line} of {path}, "
            "if it is the same feed"
        ),
        FactKind.ANSWERED: _("answered last on {day}"),
        FactKind.NEXT: _("is asked again on {day}"),
        FactKind.DUE: _("is asked again at the next harvest"),
        FactKind.UNASKED: _("has not been asked yet: the next harvest does"),
        FactKind.SILENT: _silent(fact.usual, words),
        FactKind.EMPTY: _("its feeds can be read, and nothing has come from them yet"),
        FactKind.FEEDLESS: _("names no feed: nothing is gathered from it"),
    }
    return messages[fact.kind].format(
        day=words.day(fact.day) if fact.day else "",
        reason=fact.reason,
        address=fact.address,
        usual=span(fact.usual, words) if fact.usual else "",
        path=fact.path,
        line=fact.line,
    )


def _silent(usual: int | None, words: Words) -> str:
    _ = words.gettext
    if usual is None:
        return _("nothing new since {day}")
    if usual == 1:
        return _("nothing new since {day}, where something comes every day or so")
    return _("nothing new since {day}, where entries usually come {usual} apart")


def span(days: int, words: Words) -> str:
    """Return a number of days in the unit that people count in: ``three weeks``, ``twenty years``."""
    _ = words.gettext
    months = round(days / _MONTH)
    if days < _FEWEST_WEEKS * _WEEK:
        return _("a day") if days == 1 else _("{number} days").format(number=_counted(days, words))
    if months < _FEWEST_MONTHS:
        return _("{number} weeks").format(number=_counted(days // _WEEK, words))
    if months == _MONTHS_OF_YEAR:
        return _("a year")
    if months < 2 * _MONTHS_OF_YEAR:
        return _("{number} months").format(number=_counted(months, words))
    return _("{number} years").format(number=_counted(round(days / _YEAR), words))


def age(days: int, words: Words) -> str:
    """Return how long ago a day is: ``today``, ``yesterday``, ``twenty years ago``."""
    _ = words.gettext
    if days < 1:
        return _("today")
    return _("yesterday") if days == 1 else _("{span} ago").format(span=span(days, words))


def _counted(number: int, words: Words) -> str:
    """Return a whole number in letters up to twenty, and in digits above."""
    _ = words.gettext
    letters = _(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty"
    ).split()
    return letters[number - 2] if 2 <= number < len(letters) + 2 else str(number)


def advice_text(advice: Problem, words: Words) -> str:
    """Return a piece of advice on a single line, with the line of the feed that it is about."""
    message = on_one_line(advice.message)
    if advice.line is None:
        return message
    return words.gettext("line {line}: {message}").format(line=advice.line, message=message)


def verdict(condition: Condition, words: Words) -> str:
    """Return a condition in words, which follow the name of a source."""
    _ = words.gettext
    verdicts = {
        Condition.OK: _("is fine"),
        Condition.SILENT: _("is silent"),
        Condition.WARNING: _("needs attention"),
        Condition.BROKEN: _("no longer answers"),
    }
    return verdicts[condition]


def tally(sources: Sequence[SourceHealth], words: Words) -> str:
    """Return how many sources are in each condition, best first.

    For example ``9 sources: 7 are fine, 1 is silent, 1 no longer answers``.
    """
    _, ngettext = words.gettext, words.ngettext
    numbers = Counter(source.condition for source in sources)
    ok, silent, warning, broken = (numbers[condition] for condition in Condition)
    counts = {
        Condition.OK: ngettext("{number} is fine", "{number} are fine", ok),
        Condition.SILENT: ngettext("{number} is silent", "{number} are silent", silent),
        Condition.WARNING: ngettext("{number} needs attention", "{number} need attention", warning),
        Condition.BROKEN: ngettext("{number} no longer answers", "{number} no longer answer", broken),
    }
    total = ngettext("{number} source", "{number} sources", len(sources)).format(number=len(sources))
    verdicts = [
        counts[condition].format(number=number) for condition in Condition if (number := numbers[condition])
    ]
    return (
        _("{sources}: {verdicts}").format(sources=total, verdicts=", ".join(verdicts)) if verdicts else total
    )
