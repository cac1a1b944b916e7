"""What a field is: its names, what it holds, and what people are told of it."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosque.content.schema import values as v
from kiosque.content.schema.values import Convert
from kiosque.i18n import N_

_DATE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?)?$|^\d{1,2}/\d{1,2}/\d{4}( \d{1,2}:\d{2})?$"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What the value of a field can be.

    ``name`` is what a form goes by to choose its control; ``convert`` makes the value clean, or raises BadValueError;
    ``json`` describes the value as JSON Schema (2020-12) does; ``choices`` are the values that it can have, each with
    the English message that says it.
    """

    name: str
    convert: Convert
    json: Mapping[str, object]
    choices: Mapping[str, str] = field(default_factory=dict)


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
    """The head of a file that is being read, as functions that make a field's record see it."""

    @property
    def path(self) -> str:
        """The file, from the hub's folder."""

    def names(self, field: str) -> bool:
        """Whether the head names a field, at any level."""

    def say(self, rule: str, line: int, message: str, column: int | None = None) -> None:
        """Note a problem of the file."""

    def miss(self, field: Field) -> None:
        """Note that a field is missing or empty."""


# Makes the record of a group from its clean values; ``None`` where they make none. The values hold their ``line``.
Make = Callable[[Mapping[str, Any], Head], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a kind.

    ``name`` is its key in English, ``french`` its keys in French, the usual one first. ``label`` and ``help`` are
    English messages, said in the reader's language. ``example`` is YAML, as a file has it. A field with ``fields`` of
    its own holds a mapping, or where ``many`` a list of mappings; there a bare value stands for the first of them.
    Forms and questions leave out what is not ``asked``. ``make`` makes the record of a group.
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
        """Its name among the attributes of a record, where a word of Python such as ``from`` can't stand."""
        return f"{self.name}_" if keyword.iskeyword(self.name) else self.name
