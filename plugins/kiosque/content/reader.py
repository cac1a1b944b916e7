"""Reads the head of a content file into the record of its kind. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from kiosque.content.content_files import slug_of
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.other_tools.drafts import is_mark, kept_back
from kiosque.content.other_tools.missing_fields import completed
from kiosque.content.schema import BadValueError, Field, Kind
from kiosque.content.schema.fields import fields_by_key, plain_key
from kiosque.content.schema.written_keys import WrittenKeys
from kiosque.content.yaml_heads.head_slips import HASH
from kiosque.i18n import _
from kiosque.model import Problem, Status
from kiosque.text import excerpt

T = TypeVar("T")
# The rule of ``kiosque check`` for a value that can't be that of its field, by the shape of the field.
_RULES = {
    "aliases": "address-invalid",
    "commune": "commune-code",
    "day": "date-wrong",
    "file": "file-outside",
    "moment": "date-wrong",
    "picture": "file-outside",
    "slug": "address-invalid",
}
# Hugo's day before which a text isn't shown (https://gohugo.io/content-management/front-matter/): of a text
# with a “date” too, the later one counts.
_PUBLISHED_FROM = "publishdate"


@dataclass(frozen=True, slots=True)
class ReadFile(Generic[T]):
    """A content file: its record (None if it can't be made), its text, and its problems.

    ``values`` are the checked values of its head by the name of their field. ``places`` are their lines and
    columns. A field of a group has a name such as ``image.alt``. ``keys`` are the keys as the person writes
    them.
    """

    record: T | None
    body: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Located] = field(default_factory=dict)
    keys: WrittenKeys = field(default_factory=lambda: WrittenKeys(()))


def read_record(kind: Kind, head: FrontMatter, path: str, zone: tzinfo) -> ReadFile[Any]:
    """Return a content file with the record that its head makes.

    ``path`` is its path in the hub's folder, ``zone`` the time zone of its dates. There is no record if the
    head can't be read, or lacks a field that its kind requires. What a head of another tool says, or the
    text and the file's name tell, counts as if it stood in the head.
    """
    head = completed(kind, head, path)
    values = _HeadValues(kind, head, path, zone)
    attributes = {
        field.attribute: _attribute(field, values) for field in kind.fields if field.name in values.checked
    }
    either = kind.either
    has_either = either is None or any(attributes.get(name) for name in either.fields)
    if either and not has_either and not values.fatal and not any(map(values.checked.get, either.fields)):
        values.say(either.rule, 1, _(either.message).format(key=values.keys.key(either.fields[0])))
    if values.fatal or not has_either:
        return values.file(None, head)
    text = {kind.text_field: head.body.strip()} if kind.text_field else {}
    record = kind.record(**{"slug": slug_of(path), **attributes, "path": path, **text})
    return values.file(record, head)


def _attribute(field: Field, values: _HeadValues) -> Any:
    """Return the value of a field as the record keeps it."""
    value = values.checked[field.name]
    if field.make and field.many:
        records = (field.make(mapping, values) for mapping in value)
        return tuple(record for record in records if record is not None)
    if field.make:
        return field.make(value, values)
    if field.shape.name == "picture":
        return str(PurePosixPath(values.path).parent / value)
    return value


def likely_key(key: str, known: Iterable[str]) -> str:
    """Return the known key that is spelt most like ``key``; empty if none is near."""
    return next(iter(get_close_matches(plain_key(key), list(known), n=1)), "")


def spelt(field: Field, plain: str) -> str:
    """Return the key of a field as it is usually spelt; ``plain`` is how keys are compared."""
    return next(key for key in (field.name, *field.french) if plain_key(key) == plain)


class _HeadValues:
    """The checked values of a head, by the name of their field.

    ``lines`` and ``places`` tell where each value is. ``problems`` are the problems of the head, each once.
    ``fatal`` is true if no record can be made: the head can't be read, or lacks a required field.
    """

    def __init__(self, kind: Kind, head: FrontMatter, path: str, zone: tzinfo) -> None:
        self.checked: dict[str, Any] = {}
        self._from: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.places: dict[str, Located] = {}
        self.problems = list(head.problems)
        self.path, self._zone, self._kind = path, zone, kind
        self.keys = WrittenKeys(kind.fields)
        is_readable = bool(head.values) or not head.problems
        for key, located in head.values.items():
            self._take_key(key, located)
        if later := self._from.get("date"):
            self.checked["date"] = max(later, self.checked.get("date", later))
        is_kept_back = self._keep_back(head)
        missing = [field for field in kind.fields if field.required and not self.checked.get(field.name)]
        if is_readable:
            for field in missing:
                if field.name not in self.lines:
                    self.miss(field)
        self.fatal = bool(missing) or not is_readable or is_kept_back

    def file(self, record: T | None, head: FrontMatter) -> ReadFile[T]:
        """Return the content file with these values."""
        return ReadFile(record, head.body, tuple(self.problems), self.checked, self.places, self.keys)

    def names(self, field: str) -> bool:
        """Whether the head has a field with this name, at any level."""
        return field in self.lines

    def say(self, rule: str, line: int, message: str, column: int | None = None) -> None:
        """Add a problem of the file."""
        self.problems.append(Problem(path=self.path, line=line, column=column, message=message, rule=rule))

    def miss(self, field: Field, group: Field | None = None) -> None:
        """Add the problem that a field is missing or empty."""
        message = _("“{field}” is missing: add a line such as “{field}: {example}”")
        line = self.lines.get(field.name, 1)
        key = self.keys.of(field, group)
        self.say("field-missing", line, message.format(field=key, example=field.example))

    def _take_key(self, key: str, located: Located) -> None:
        """Check the value of a key of the head: of a field, a group (``image``), or ``image.alt``."""
        fields = fields_by_key(self._kind.fields)
        group_key, _dot, inner_key = key.partition(".")
        if (group := fields.get(plain_key(group_key))) and group.fields:
            self.keys.note(group, group_key)
            self._take_group(group, inner_key, located)
        elif field := fields.get(plain_key(key)):
            self.keys.note(field, key)
            self._take(field, self.checked, located, key)
        elif plain_key(key) == _PUBLISHED_FROM and (field := fields.get("date")):
            self._take(field, self._from, located, key)
        elif not is_mark(key):
            self._unknown(key, located, fields)

    def _keep_back(self, head: FrontMatter) -> bool:
        """Make a draft of a file that isn't to be published; return whether it is left out, without drafts.

        A status that nobody understands doesn't publish a file either.
        """
        fields = fields_by_key(self._kind.fields)
        key = kept_back(head.values, fields)
        if "status" in fields:
            if key or (self.names("status") and self.places["status"].value and "status" not in self.checked):
                self.checked["status"] = Status.DRAFT
            return False
        if key:
            message = _(
                "“{key}” says that this isn't to be published, so it is left out: "
                "remove the line, or the file"
            )
            self.say("not-public", head.values[key].line, message.format(key=key))
        return bool(key)

    def _take(
        self, field: Field, into: dict[str, Any], located: Located, key: str, group: Field | None = None
    ) -> None:
        """Check a value and put it into a mapping; ``key`` is the key as the person wrote it."""
        self.lines[field.name] = located.line
        self.places[f"{group.name}.{field.name}" if group else field.name] = located
        self._tell_cut(field, located, key)
        plain = located.words() if field.shape.is_text else located.plain()
        if plain is None or plain == "":
            if field.required:
                self.miss(field, group)
            return
        try:
            into[field.name] = field.shape.convert(plain, self._zone)
        except BadValueError as error:
            rule = _RULES.get(field.shape.name, "value-wrong")
            self.say(rule, located.line, f"{key}: {error}", located.column)

    def _tell_cut(self, field: Field, located: Located, key: str) -> None:
        """Tell where YAML takes the end of a text, from a “#” on, for a remark."""
        for item in located.value if isinstance(located.value, list) else [located]:
            if field.shape.is_text and HASH.match(item.comment):
                message = _(
                    "{key}: “{end}” is left out, since a “#” begins a remark: put the whole value between "
                    "quotes if this belongs to it"
                )
                message = message.format(key=key, end=excerpt(item.comment, 60))
                self.say("value-cut", item.line, message, item.column)

    def _take_group(self, group: Field, inner_key: str, located: Located) -> None:
        """Check a mapping (``image: {…}``), one key of it (``image.alt: …``), or mappings (``feeds:``)."""
        self.lines.setdefault(group.name, located.line)
        self.places.setdefault(group.name, located)
        if group.many:
            items = located.value if isinstance(located.value, list) else [located]
            self.checked[group.name] = [self._mapping(group, item) for item in items if item.value]
        elif inner_key or located.value:
            if inner_key:
                located = Located({inner_key: located}, located.line, located.column)
            self.checked[group.name] = self.checked.get(group.name, {}) | self._mapping(group, located)

    def _mapping(self, group: Field, located: Located) -> dict[str, Any]:
        """Return the checked values of one mapping of a group, and its ``line``.

        A single value in place of a mapping is that of the group's first field.
        """
        checked: dict[str, Any] = {"line": located.line}
        if not isinstance(located.value, dict):
            self._take(group.fields[0], checked, located, self.keys.of(group), group)
            return checked
        fields = fields_by_key(group.fields)
        for key, value in located.value.items():
            if field := fields.get(plain_key(key)):
                self.keys.note(field, key, group)
                self._take(field, checked, value, key, group)
            else:
                self._unknown(key, value, fields)
        return checked

    def _unknown(self, key: str, located: Located, known: Mapping[str, Field]) -> None:
        message = _("the key “{key}” is not known and is left aside").format(key=key)
        if near := likely_key(key, known):
            message += " " + _("(did you mean “{key}”?)").format(key=spelt(known[near], near))
        line, column = located.key or (located.line, None)
        self.say("key-unknown", line, message, column)
