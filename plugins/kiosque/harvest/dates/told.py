"""What the report says of the dates of a feed that aren't understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from kiosque.harvest.dates.instants import Reason
from kiosque.i18n import N_, _
from kiosque.model import Problem
from kiosque.text import excerpt

# A feed whose dates are all wrong is mended at one place: a few examples are enough.
_MOST = 5
_LONGEST = 100
_MESSAGES = {
    Reason.NOT_UNDERSTOOD: N_(
        "the date “{text}” isn't understood and is left out: RSS writes “Fri, 14 Mar 2025 10:00:00 +0100”, "
        "Atom and JSON Feed “2025-03-14T10:00:00+01:00”"
    ),
    Reason.TWO_DAYS: N_(
        "the date “{text}” may mean two days and is left out: RSS writes “Fri, 14 Mar 2025 10:00:00 +0100”, "
        "Atom and JSON Feed “2025-03-14T10:00:00+01:00”"
    ),
    Reason.TOO_EARLY: N_(
        "the date “{text}” is from before 1970 and is left out: it looks like a missing one"
    ),
}


def problems(unread: Mapping[str, Reason], path: str, data: bytes) -> Iterator[Problem]:
    """Yield a problem for each of the first dates that are left out, and one for the rest.

    ``data`` is the feed, ``path`` its address.
    """
    for text, reason in islice(unread.items(), _MOST):
        message = _(_MESSAGES[reason]).format(text=excerpt(text, _LONGEST))
        yield Problem(path=path, line=_line(text, data), message=message)
    if len(unread) > _MOST:
        message = _("{count} more dates of this feed are left out for such reasons")
        yield Problem(path=path, message=message.format(count=len(unread) - _MOST))


def _line(text: str, data: bytes) -> int | None:
    """Return the line of a date in a feed; ``None`` if it is written with references or isn't UTF-8."""
    place = data.find(text.encode("utf-8", "surrogatepass"))
    return data.count(b"\n", 0, place) + 1 if place >= 0 else None
