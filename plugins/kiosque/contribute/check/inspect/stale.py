"""Find stale texts: past their last day, or not verified for a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from kiosque.contribute.check.context import Context
from kiosque.contribute.check.inspect import heads
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import RULES
from kiosque.i18n import N_, current_language
from kiosque.model import Problem
from kiosque.wording.localized import format_day

_YEAR = timedelta(days=365)
_MEND = N_("read it again, mend it, and write “{key}: {today}”")


def stale(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem where someone should look at a text again.

    A text with a date shows its age itself: it needs a new verification only where it has had one. A text
    without a date, such as a page or a source, needs one each year.
    """
    yield from (problem for problem in heads.dates(text, hub) if problem.rule == "expired")
    names = {field.name for field in text.kind.fields}
    if "verified" not in names or not text.parsed.values:
        return
    verified = text.parsed.values.get("verified")
    today = hub.settings.today
    place = text.place("verified")
    if isinstance(verified, date) and not isinstance(verified, datetime):
        if today - verified > _YEAR:
            yield RULES["stale-unverified"].at(
                text.path,
                place.line,
                day=format_day(verified, current_language()),
                today=today.isoformat(),
                mend=_MEND,
                key=text.parsed.keys.key("verified"),
            )
    elif "date" not in names:
        yield RULES["stale-never"].at(
            text.path, place.line, today=today.isoformat(), mend=_MEND, key=text.parsed.keys.key("verified")
        )
