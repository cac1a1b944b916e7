"""Shapes of front-matter values: each takes what YAML gave and returns a clean value, or says the mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import PurePosixPath
from typing import TypeVar

from kiosque.i18n import _
from kiosque.languages import language_tag
from kiosque.model import Scope, Status
from kiosque.text import line_text
from kiosque.urls import safe_url

Value = object
Convert = Callable[[Value, tzinfo], Value]
_T = TypeVar("_T")

_TRUE = {"true", "yes", "oui", "vrai", "1"}
_FALSE = {"false", "no", "non", "faux", "0"}
_SCOPES = {
    "full": Scope.FULL, "complet": Scope.FULL, "intégral": Scope.FULL,
    "excerpt": Scope.EXCERPT, "extrait": Scope.EXCERPT,
    "link": Scope.LINK, "lien": Scope.LINK,
}  # fmt: skip
_STATUSES = {
    "published": Status.PUBLISHED, "publié": Status.PUBLISHED,
    "hidden": Status.HIDDEN, "caché": Status.HIDDEN,
    "draft": Status.DRAFT, "brouillon": Status.DRAFT,
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(.*))?")
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")


class BadValueError(ValueError):
    """A value that doesn't fit its field; the text says what is expected, with an example."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an item in a list that people keep: its names, and what makes its value clean.

    ``name`` is the key in English, ``french`` the French ones, the usual one first.
    """

    name: str
    convert: Convert
    french: tuple[str, ...] = ()
    required: bool = False
    example: str = ""


def text(value: Value, _zone: tzinfo) -> str:
    """One line of text; numbers and dates are taken as they are written."""
    if isinstance(value, list | dict):
        raise BadValueError(_("a line of text is expected here, without dashes or braces"))
    return line_text(str(value))


def texts(value: Value, zone: tzinfo) -> tuple[str, ...]:
    """A list of lines; a single line is cut at its commas."""
    items = value if isinstance(value, list) else text(value, zone).split(",")
    return tuple(dict.fromkeys(clean for item in items if (clean := text(item, zone))))


def moment(value: Value, zone: tzinfo) -> datetime:
    """A day or an instant, in the hub's time zone unless it names another; returned in UTC.

    Takes ISO 8601 (``2026-02-01``, ``2026-02-01 18:30``) and the French ``01/02/2026``.
    """
    parsed = _parse_moment(value)
    if parsed is None:
        message = _("“{value}” is not a date: write it as 2026-02-01, or 2026-02-01 18:30")
        raise BadValueError(message.format(value=value))
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=zone)
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        raise _beyond(value) from None


def _beyond(value: Value) -> BadValueError:
    return BadValueError(_("“{value}” is not a date that can be meant").format(value=value))


def _parse_moment(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    written = str(value).strip()
    if french := _DAY_FIRST.fullmatch(written):
        day, month, year, hour = french.groups()
        written = f"{year}-{int(month):02}-{int(day):02} {hour or '00:00'}"
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def end(value: Value, zone: tzinfo) -> datetime:
    """The instant at which something ends, as ``moment``; a day ends with its last minute."""
    begins = moment(value, zone)
    is_day = type(value) is date or not re.search(r"\d:\d|T\d", str(value))
    if not is_day:
        return begins
    try:
        return (begins.astimezone(zone) + timedelta(days=1)).astimezone(UTC)
    except OverflowError:
        raise _beyond(value) from None


def day(value: Value, zone: tzinfo) -> date:
    """A day."""
    return moment(value, zone).astimezone(zone).date()


def flag(value: Value, _zone: tzinfo) -> bool:
    """Yes or no."""
    written = str(value).strip().lower()
    if written in _TRUE | _FALSE:
        return written in _TRUE
    raise BadValueError(_("“{value}” is neither yes nor no: write true or false").format(value=value))


def web_address(value: Value, zone: tzinfo) -> str:
    """An absolute http(s) address."""
    if url := safe_url(text(value, zone)):
        return url
    message = _("“{value}” is not a web address: write it in full, as https://radio.example/")
    raise BadValueError(message.format(value=value))


def commune(value: Value, _zone: tzinfo) -> str:
    """An official commune code of five characters; whether the territory has it is checked later."""
    code = str(value).strip().upper().rjust(5, "0")
    if _COMMUNE.fullmatch(code):
        return code
    message = _('“{value}” is not a commune\'s code: five characters in quotes, as "26113" for Die')
    raise BadValueError(message.format(value=value))


def language(value: Value, zone: tzinfo) -> str:
    """A BCP 47 language tag."""
    if tag := language_tag(text(value, zone)):
        return tag
    raise BadValueError(_("“{value}” is not a language: write fr, oc, en or pt-BR").format(value=value))


def relative_file(value: Value, zone: tzinfo) -> str:
    """The name of a file that lies in the same folder or below: never one that leaves it."""
    written = text(value, zone).strip()
    path = PurePosixPath(written)
    if not written or path.is_absolute() or ".." in path.parts or "\\" in written or "\0" in written:
        message = _("“{value}” leaves its folder: name a file that lies beside this one")
        raise BadValueError(message.format(value=value))
    return str(path)


def slug(value: Value, zone: tzinfo) -> str:
    """The last part of an address: small letters, digits and hyphens."""
    written = text(value, zone).strip()
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", written):
        return written
    message = _("“{value}” can't be an address: use small letters, digits and hyphens only")
    raise BadValueError(message.format(value=value))


def aliases(value: Value, zone: tzinfo) -> tuple[str, ...]:
    """Former addresses on this hub, each as ``/articles/former/``."""
    return tuple(_alias(item) for item in texts(value, zone))


def _alias(written: str) -> str:
    parts = written.strip("/").split("/")
    if any(not part or part.startswith(".") or not re.fullmatch(r"[\w.~-]+", part) for part in parts):
        message = _("“{value}” can't be a former address: write it as /articles/former-address/")
        raise BadValueError(message.format(value=written))
    return f"/{'/'.join(parts)}/"


def scope(value: Value, _zone: tzinfo) -> Scope:
    """What a source allows: full, excerpt or link."""
    return _one_of(value, _SCOPES, "full, excerpt, link")


def status(value: Value, _zone: tzinfo) -> Status:
    """Who finds a text: published, hidden or draft."""
    return _one_of(value, _STATUSES, "published, hidden, draft")


def _one_of(value: Value, table: dict[str, _T], choices: str) -> _T:
    found = table.get(str(value).strip().lower())
    if found is None:
        raise BadValueError(_("“{value}” is none of: {choices}").format(value=value, choices=choices))
    return found


def one_of(names: Mapping[str, str]) -> Convert:
    """Return a converter to one of several values; ``names`` are the words that people may write for each."""
    choices = ", ".join(dict.fromkeys(names.values()))
    return lambda value, _zone: _one_of(value, dict(names), choices)
