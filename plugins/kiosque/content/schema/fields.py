"""Describes a field: its keys, the values that it takes, and the words of forms and guides about it."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from kiosque.content.schema import values as v
from kiosque.content.schema.values import Convert
from kiosque.i18n import N_

_ISO_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?)?$"
_FRENCH_DATE = r"^\d{1,2}/\d{1,2}/\d{4}( \d{1,2}:\d{2})?$"
_DATE = f"{_ISO_DATE}|{_FRENCH_DATE}"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A type of values.

    ``name`` tells a form which control to show. ``convert`` returns the checked value, or raises
    BadValueError. ``json`` describes the value in JSON Schema (2020-12). ``choices`` are the possible values,
    if they are few, each with an English message that names it.
    """

    name: str
    convert: Convert
    json: Mapping[str, object]
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether its values are words of a person: ``No`` and ``null`` are words here."""
        return self.convert in {v.text, v.texts}


def _strings(pattern: str = "") -> dict[str, object]:
    return {
        "type": ["array", "string"],
        "items": {"type": "string"} | ({"pattern": pattern} if pattern else {}),
    }


LINE = Shape("line", v.text, {"type": "string"})
PARAGRAPH = Shape("paragraph", v.text, {"type": "string"})
LINES = Shape("lines", v.texts, _strings())
TAGS = Shape("tags", v.texts, _strings())
MOMENT = Shape("moment", v.moment, {"type": "string", "pattern": _DATE})
END = Shape("moment", v.end, {"type": "string", "pattern": _DATE})
DAY = Shape("day", v.day, {"type": "string", "pattern": _DATE})
FLAG = Shape("flag", v.flag, {"type": "boolean"})
WEB_ADDRESS = Shape(
    "web-address", v.web_address, {"type": "string", "format": "uri", "pattern": "^https?://"}
)
FEED_ADDRESS = Shape("feed-address", v.text, {"type": "string", "minLength": 1})
EMAIL = Shape("email", v.text, {"type": "string"})
COMMUNE = Shape("commune", v.commune, {"type": "string", "pattern": "^[0-9][0-9AB][0-9]{3}$"})
LANGUAGE = Shape("language", v.language, {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"})
FILE = Shape("file", v.relative_file, {"type": "string", "minLength": 1})
PICTURE = Shape("picture", v.relative_file, {"type": "string", "minLength": 1})
SLUG = Shape("slug", v.slug, {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})
ALIASES = Shape("aliases", v.aliases, _strings("^/?[^/.][^/]*(/[^/.][^/]*)*/?$"))
LICENCE = Shape("licence", v.text, {"type": "string"})
SCOPE = Shape(
    "choice",
    v.scope,
    {"type": "string"},
    {
        "full": N_("The whole texts"),
        "excerpt": N_("Excerpts of at most 300 characters"),
        "link": N_("Titles and links only"),
    },
)
STATUS = Shape(
    "choice",
    v.status,
    {"type": "string"},
    {
        "published": N_("Published"),
        "hidden": N_("Hidden: only those who have its address find it"),
        "draft": N_("A draft, which is not published"),
    },
)
SOURCE_TYPE = Shape(
    "suggestion",
    v.text,
    {"type": "string"},
    {
        "radio": N_("Radio"),
        "webtv": N_("Web TV"),
        "blog": N_("Blog"),
        "paper": N_("Newspaper"),
        "podcast": N_("Podcast"),
        "institution": N_("Institution"),
    },
)
GROUP = Shape("group", v.text, {"type": "object"})


class Head(Protocol):
    """The head of the file that is being read, as far as a ``Make`` function needs it."""

    @property
    def path(self) -> str:
        """The path of the file in the hub's folder."""

    def names(self, field: str) -> bool:
        """Whether the head has a field with this name, at any level."""

    def say(self, rule: str, line: int, message: str, column: int | None = None) -> None:
        """Add a problem of the file."""

    def miss(self, field: Field) -> None:
        """Add the problem that a field is missing or empty."""


# Makes the record of a group from its checked values; returns None if they make none. ``line`` is among the
# values.
Make = Callable[[Mapping[str, Any], Head], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a kind of content file.

    ``name`` is its key in English; ``french`` are its keys in French, the usual one first. ``label`` and
    ``help`` are English messages, which are translated when they are shown. ``example`` is YAML as it stands
    in a file.

    A field with ``fields`` of its own holds a mapping, or with ``many`` a list of mappings; ``make`` makes
    the record of such a mapping. In place of a mapping, a file may have a single value, which is that of the
    first field. Forms and ``kiosque new`` ask only for fields that are ``asked``.
    """

    name: str
    shape: Shape
    label: str
    help: str = ""
    french: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    fields: tuple[Field, ...] = ()
    many: bool = False
    asked: bool = True
    make: Make | None = None

    @property
    def attribute(self) -> str:
        """The field's name as an attribute of a record: Python's keyword ``from`` becomes ``from_``."""
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name


def plain_key(key: str) -> str:
    """Return a key of a head as keys are compared: in small letters, with spaces for ``_`` and ``-``."""
    return " ".join(key.replace("_", " ").replace("-", " ").replace("’", "'").lower().split())


@cache
def fields_by_key(fields: tuple[Field, ...]) -> Mapping[str, Field]:
    """Return fields by their keys in English and French, each as ``plain_key`` gives it."""
    return {plain_key(key): field for field in fields for key in (field.name, *field.french)}
