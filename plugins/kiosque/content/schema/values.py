"""Converters of front-matter values: each takes a value that YAML read, and returns a checked one.

They are pure functions. A converter also takes the time zone of the hub. It raises BadValueError if the value
doesn't fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import PurePosixPath
from typing import TypeVar

from kiosque.i18n import _, current_language
from kiosque.languages import language_tag
from kiosque.model import Scope, Status
from kiosque.text import line_text
from kiosque.urls import not_taken, safe_url
from kiosque.wording.month_names import month_of

Value = object
Convert = Callable[[Value, tzinfo], Value]
_T = TypeVar("_T")

TRUE = frozenset({"true", "yes", "oui", "vrai", "1", "on", "y"})
FALSE = frozenset({"false", "no", "non", "faux", "0", "off", "n"})
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
# “jeudi 12 mars 2026 à 18 h 30”, “1er août 2026”, “12 de març de 2026”, “March 12, 2026”.
_IN_WORDS = re.compile(
    r"""(?:[^\W\d_]{2,20}\.?,?[ ])?
    (?:(\d{1,2})(?:er|st|nd|rd|th|º|\.)?[ ](?:de[ ]|d'|di[ ])?([^\W\d_]{3,12}\.?)
      |([^\W\d_]{3,12}\.?)[ ](\d{1,2}),?)
    (?:[ ]de)?[ ](\d{4})
    (?:,?[ ](?:(?:à|a|at|um)[ ])?(.{1,12}))?""",
    re.IGNORECASE | re.VERBOSE,
)
_HOUR = re.compile(r"(\d{1,2}) ?(?:h|:) ?(\d{2})?")
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")


class BadValueError(ValueError):
    """A value that doesn't fit its field. The message says what is expected, with an example."""


@dataclass(frozen=True, slots=True)
class Key:
    """One field of an item of a ledger: its keys, and the converter of its value.

    ``name`` is the key in English; ``french`` are the keys in French, the usual one first.
    """

    name: str
    convert: Convert
    french: tuple[str, ...] = ()
    required: bool = False
    example: str = ""


def text(value: Value, _zone: tzinfo) -> str:
    """Return one line of text. Numbers and dates become text."""
    if isinstance(value, list | dict):
        raise BadValueError(_("a line of text is expected here, without dashes or braces"))
    return line_text(str(value))


def texts(value: Value, zone: tzinfo) -> tuple[str, ...]:
    """Return the lines of a list, each once; a single line is split at its commas."""
    items = value if isinstance(value, list) else text(value, zone).split(",")
    return tuple(dict.fromkeys(clean for item in items if (clean := text(item, zone))))


def moment(value: Value, zone: tzinfo) -> datetime:
    """Return a day or an instant in UTC. It is in the hub's time zone unless the value names another.

    The value is in ISO 8601 (``2026-02-01``, ``2026-02-01 18:30``), in the French form ``01/02/2026``, or in
    words (``1er février 2026 à 18h30``).
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
        raise _out_of_range(value) from None


def _out_of_range(value: Value) -> BadValueError:
    return BadValueError(_("“{value}” is not a date that can be meant").format(value=value))


def _parse_moment(value: Value) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    iso_date = str(value).strip()
    if french := _DAY_FIRST.fullmatch(iso_date):
        day, month, year, hour = french.groups()
        iso_date = f"{year}-{int(month):02}-{int(day):02} {hour or '00:00'}"
    elif words := _IN_WORDS.fullmatch(" ".join(iso_date.split())):
        iso_date = _iso_of_words(words)
    try:
        return datetime.fromisoformat(iso_date)
    except ValueError:
        return None


def _iso_of_words(words: re.Match[str]) -> str:
    """Return a date in words as ISO 8601; empty where a word is no month, or an hour isn't understood."""
    day, month, first_month, next_day, year, hour = words.groups()
    number = month_of(month or first_month)
    clock = _HOUR.fullmatch(hour) if hour else None
    if number is None or (hour and not clock):
        return ""
    time_of_day = f"{int(clock[1]):02}:{clock[2] or '00'}" if clock else "00:00"
    return f"{year}-{number:02}-{int(day or next_day):02} {time_of_day}"


def end(value: Value, zone: tzinfo) -> datetime:
    """Return the instant at which something ends, in UTC. A day ends at midnight after it; see ``moment``."""
    start = moment(value, zone)
    is_day = type(value) is date or not re.search(r"\d:\d|T\d|\d\s?h(?![^\W\d])", str(value))
    if not is_day:
        return start
    try:
        return (start.astimezone(zone) + timedelta(days=1)).astimezone(UTC)
    except OverflowError:
        raise _out_of_range(value) from None


def day(value: Value, zone: tzinfo) -> date:
    """Return a day, as it is in the hub's time zone."""
    return moment(value, zone).astimezone(zone).date()


def flag(value: Value, _zone: tzinfo) -> bool:
    """Return yes or no as a boolean."""
    word = str(value).strip().lower()
    if word in TRUE | FALSE:
        return word in TRUE
    raise BadValueError(_("“{value}” is neither yes nor no: write true or false").format(value=value))


def web_address(value: Value, zone: tzinfo) -> str:
    """Return an absolute http(s) address."""
    address = text(value, zone)
    if url := safe_url(address):
        return url
    raise BadValueError(not_taken(address))


def commune(value: Value, _zone: tzinfo) -> str:
    """Return the official code of a commune: five characters. A later check asks if the territory has it."""
    code = str(value).strip().upper().rjust(5, "0")
    if _COMMUNE.fullmatch(code):
        return code
    message = _('“{value}” is not a commune\'s code: five characters in quotes, as "26113" for Die')
    raise BadValueError(message.format(value=value))


def language(value: Value, zone: tzinfo) -> str:
    """Return a language tag (BCP 47)."""
    if tag := language_tag(text(value, zone)):
        return tag
    raise BadValueError(_("“{value}” is not a language: write fr, oc, en or pt-BR").format(value=value))


def relative_file(value: Value, zone: tzinfo) -> str:
    """Return the path of a file in the same folder or below. A path that leaves the folder is refused."""
    name = text(value, zone).strip()
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        message = _("“{value}” leaves its folder: name a file that lies beside this one")
        raise BadValueError(message.format(value=value))
    return str(path)


def slug(value: Value, zone: tzinfo) -> str:
    """Return the last part of an address: lower-case letters, digits and hyphens."""
    part = text(value, zone).strip()
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", part):
        return part
    message = _("“{value}” can't be an address: use small letters, digits and hyphens only")
    raise BadValueError(message.format(value=value))


# Names of folders, which a file system limits to 255 bytes.
_ALIAS_PART = re.compile(r"[\w.~-]{1,150}")
_MOST_PARTS = 12


def aliases(value: Value, zone: tzinfo) -> tuple[str, ...]:
    """Return former addresses on this hub, each as ``/articles/former/``."""
    return tuple(_alias(item) for item in texts(value, zone))


def _alias(address: str) -> str:
    parts = address.strip("/").split("/")
    is_short = len(parts) <= _MOST_PARTS
    if not is_short or any(part.startswith(".") or not _ALIAS_PART.fullmatch(part) for part in parts):
        message = _("“{value}” can't be a former address: write it as /articles/former-address/")
        raise BadValueError(message.format(value=address))
    return f"/{'/'.join(parts)}/"


def scope(value: Value, _zone: tzinfo) -> Scope:
    """Return how much of its texts a source lets the hub show."""
    return _one_of(value, _SCOPES, _("full, excerpt, link"))


def status(value: Value, _zone: tzinfo) -> Status:
    """Return who can read a text: everybody, those who have its address, or nobody."""
    return _one_of(value, _STATUSES, _("published, hidden, draft"))


def _one_of(value: Value, table: dict[str, _T], choices: str) -> _T:
    choice = table.get(str(value).strip().lower())
    if choice is None:
        raise BadValueError(_("“{value}” is none of: {choices}").format(value=value, choices=choices))
    return choice


def one_of(names: Mapping[str, str]) -> Convert:
    """Return a converter to one of several values. ``names`` maps words that people may write to them."""

    def convert(value: Value, _zone: tzinfo) -> str:
        of_language = [word for word in names if (word == names[word]) != (current_language() == "fr")]
        return _one_of(value, dict(names), ", ".join(of_language or dict.fromkeys(names.values())))

    return convert
