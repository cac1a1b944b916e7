"""Reading ``content/takedowns.yml``: each broken item is a problem with its line, and the others count."""

from __future__ import annotations

from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosque import frontmatter
from kiosque.addresses import ENTRY_PAGE
from kiosque.frontmatter import Located
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.schema import BadValueError, Field
from kiosque.schema import values as v
from kiosque.takedowns.covering import Takedown, Takedowns
from kiosque.takedowns.memory import read_memories
from kiosque.text import folded

PATH = "content/takedowns.yml"


def load(root: Path, zone: tzinfo, site_url: str = "") -> tuple[Takedowns, tuple[Problem, ...]]:
    """Read the takedowns of the hub in ``root``; without a file there are none.

    While something of the file can't be read, all that was ever removed stays down: a slip of the pen must not bring
    it back. ``site_url`` is the hub's own address, without a slash at its end.
    """
    items, problems, is_whole = _read_file(root / PATH, zone)
    if is_whole and not items:
        return Takedowns(), tuple(problems)
    memories, wrong = read_memories(root)
    names = {item.names for item in items}
    kept = [memory for memory in memories if not is_whole or memory.names in names]
    return Takedowns(items, kept, site_url), (*problems, *wrong)


def _read_file(file: Path, zone: tzinfo) -> tuple[list[Takedown], list[Problem], bool]:
    try:
        return read(file.read_bytes(), zone)
    except FileNotFoundError:
        return [], [], True
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        return [], [Problem(path=PATH, message=message.format(reason=error.strerror))], False


def read(data: bytes, zone: tzinfo) -> tuple[list[Takedown], list[Problem], bool]:
    """Read the items of a file: those that count, what is wrong, and whether all of them count."""
    text, unread = frontmatter.decode(data, PATH)
    located, wrong = frontmatter.parse_yaml(text, PATH)
    problems = [*unread, *wrong]
    if unread or (wrong and located is None):
        return [], problems, False
    if located is None or located.value is None:
        return [], problems, True
    if not isinstance(located.value, list):
        message = _(
            "this file is not a list: begin each takedown with a dash, as “- source: radio-du-fleuve”"
        )
        return [], [*problems, Problem(path=PATH, line=located.line, message=message)], False
    found = [_Item(one, zone) for one in located.value]
    items = [item.takedown for item in found if item.takedown]
    return (
        items,
        [*problems, *(problem for item in found for problem in item.problems)],
        len(items) == len(found),
    )


def _entry(value: v.Value, zone: tzinfo) -> tuple[str, str]:
    """A source's slug and, after a slash, the id of one of its entries."""
    source, _slash, identity = v.text(value, zone).partition("/")
    if not identity:
        message = _("“{value}” names no entry: write its source, a slash and its id, as {example}")
        raise BadValueError(message.format(value=value, example=_ENTRY.example))
    return v.slug(source, zone), identity


def _address(value: v.Value, zone: tzinfo) -> str:
    """The address of an original, or that of its page on the hub."""
    written = v.text(value, zone)
    if written.startswith("/"):
        if ENTRY_PAGE.fullmatch(written):
            return written
        message = _("“{value}” is not the page of an entry: write it as /medias/radio-du-fleuve/2026/une-chronique/; "
                    "an article goes with its file")  # fmt: skip
        raise BadValueError(message.format(value=value))
    url = v.web_address(value, zone)
    parts = urlsplit(url)
    if parts.path.strip("/") or parts.query:
        return url
    message = _(
        "“{value}” is a whole site: write the address of one entry, or take the medium down with “source:”"
    )
    raise BadValueError(message.format(value=value))


_ENTRY = Field("entry", _entry, ("parution",), example="radio-du-fleuve/https://radio.example/?p=12")
_FIELDS = (
    _ENTRY,
    Field("address", _address, ("adresse",)),
    Field("source", v.slug, ("média",)),
    Field("date", v.day, ("jour",), required=True, example="2026-03-15"),
    Field("reason", v.text, ("motif", "raison"), required=True, example="à la demande de la personne citée"),
    Field("by", v.text, ("par",)),
)
_KEYS = {folded(name): field for field in _FIELDS for name in (field.name, *field.french)}


class _Item:
    """One item as read: its takedown unless something stops it, and what to mend."""

    def __init__(self, located: Located, zone: tzinfo) -> None:
        self.problems: list[Problem] = []
        self._line, self._zone = located.line, zone
        self._lines: dict[str, int] = {}
        self._found: dict[str, Any] = {}
        self._is_broken = False
        self._take_all(located)
        self.takedown = None if self._is_broken else self._made()

    def _take_all(self, located: Located) -> None:
        if not isinstance(located.value, dict):
            self._stop(located.line, _("this takedown has no keys: write it as “{example}”").format(
                example=f"- {{entry: {_ENTRY.example}, date: 2026-03-15, reason: …}}"))  # fmt: skip
            return
        for written, value in located.value.items():
            self._take(written, value)
        for field in _FIELDS:
            if field.required and field.name not in self._lines:
                self._miss(field, self._line)
        self._check_names()

    def _take(self, written: str, located: Located) -> None:
        field = _KEYS.get(folded(written.strip()))
        if field is None:
            self._unknown(written, located)
            return
        self._lines[field.name] = located.line
        plain = located.plain()
        if plain is None or plain == "":
            self._miss(field, located.line)
            return
        try:
            self._found[field.name] = field.convert(plain, self._zone)
        except BadValueError as error:
            self._stop(located.line, f"{field.name}: {error}", located.column)

    def _check_names(self) -> None:
        if not self._lines.keys() & {"entry", "address", "source"}:
            self._stop(self._line, _("this takedown names nothing: add “entry:”, “address:” or “source:”"))
        if "source" in self._lines and self._lines.keys() & {"entry", "address"}:
            message = _(
                "“source:” takes a whole medium down: leave it out, or leave out what names one entry"
            )
            self._stop(self._lines["source"], message)

    def _made(self) -> Takedown:
        source, identity = self._found.get("entry", (self._found.get("source", ""), ""))
        return Takedown(
            day=self._found["date"],
            reason=self._found["reason"],
            source=source,
            identity=identity,
            address=self._found.get("address", ""),
            by=self._found.get("by", ""),
            line=self._line,
        )

    def _miss(self, field: Field, line: int) -> None:
        if field.name == "by":
            return
        message = _("“{field}” is missing: add a line such as “{field}: {example}”")
        self._stop(line, message.format(field=field.name, example=field.example))

    def _stop(self, line: int, message: str, column: int | None = None) -> None:
        self._is_broken = True
        self.problems.append(Problem(path=PATH, line=line, column=column, message=message))

    def _unknown(self, written: str, located: Located) -> None:
        message = _("the key “{key}” is not known and is left aside").format(key=written)
        if near := get_close_matches(folded(written), list(_KEYS), n=1):
            message += " " + _("(did you mean “{key}”?)").format(key=near[0])
        self.problems.append(Problem(path=PATH, line=located.line, message=message))
