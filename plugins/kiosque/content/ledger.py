"""Ledgers: lists of decisions that people keep as YAML files under ``content/``.

This module reads them, and adds items at their end. A broken item gives a problem with its line; the other
items count. Keys may be in English or in French.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from kiosque.content import frontmatter
from kiosque.content.frontmatter import Located
from kiosque.content.schema import BadValueError, Key, values
from kiosque.content.schema.written_keys import WrittenKeys
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import ContentError, OutputError, Problem, Record
from kiosque.text import folded
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)
# Converters of words: “No” and “null” are words here, too.
_OF_WORDS = frozenset({values.text, values.texts})
# Long lines aren't wrapped, so that people can find a reason again by searching for its words.
_WIDE = 10**6
T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The format of a ledger: its path in the hub's folder, the fields of an item, and an example of one."""

    path: str
    fields: tuple[Key, ...]
    example: str


@dataclass(slots=True)
class LedgerFile:
    """The items of a ledger's file, and its problems; ``is_whole`` tells that it could be read as a list."""

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True

    @property
    def all_problems(self) -> list[Problem]:
        """The problems of the file and of each of its items."""
        return [*self.problems, *(problem for item in self.items for problem in item.problems)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The YAML of a file, None if it has none, and its problems; ``is_whole`` tells that it could be read."""

    located: Located | None = None
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True


def load(root: Path, path: str) -> Loaded:
    """Return the YAML of a file; a missing file has none."""
    try:
        data = (root / path).read_bytes()
    except FileNotFoundError:
        logger.debug("%s: the hub has no such file", path)
        return Loaded()
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        problem = Problem(path=path, message=message.format(reason=reason_of(error)))
        return Loaded(None, (problem,), is_whole=False)
    return parse(data, path)


def parse(data: bytes, path: str) -> Loaded:
    """Return the YAML of a file's bytes."""
    text, encoding_problems = frontmatter.decode(data, path)
    located, yaml_problems = frontmatter.parse_yaml(text, path)
    is_whole = not encoding_problems and not (yaml_problems and located is None)
    logger.debug("%s: %d bytes read, whole: %s", path, len(data), is_whole)
    has_value = located is not None and located.value is not None
    return Loaded(located if has_value else None, (*encoding_problems, *yaml_problems), is_whole)


def read_file(root: Path, ledger: Ledger, zone: tzinfo) -> LedgerFile:
    """Return the items of a ledger's file; a missing file has none. ``zone`` is that of its dates."""
    return _read(load(root, ledger.path), ledger, zone)


def read(data: bytes, ledger: Ledger, zone: tzinfo) -> LedgerFile:
    """Return the items in the bytes of a ledger's file. ``zone`` is the time zone of its dates."""
    return _read(parse(data, ledger.path), ledger, zone)


def _read(loaded: Loaded, ledger: Ledger, zone: tzinfo) -> LedgerFile:
    if loaded.located is None:
        return LedgerFile([], list(loaded.problems), loaded.is_whole)
    items, problems = read_items(loaded.located, ledger, zone)
    return LedgerFile(items, [*loaded.problems, *problems], is_whole=not problems)


def read_items(located: Located, ledger: Ledger, zone: tzinfo) -> tuple[list[Item], list[Problem]]:
    """Return the items of a YAML list; a problem and no items if ``located`` isn't a list."""
    if isinstance(located.value, list):
        items = [Item(value, ledger, zone) for value in located.value]
        broken = sum(item.is_broken for item in items)
        logger.debug("%s: %d items, %d of them broken", ledger.path, len(items), broken)
        return items, []
    message = _("this is not a list: begin each item with a dash, as “{example}”")
    problem = Problem(path=ledger.path, line=located.line, message=message.format(example=ledger.example))
    return [], [problem]


class Item:
    """One item of a ledger.

    ``values`` are the converted values, and ``located`` the values as written with their lines, both by the
    English name of their field. ``is_broken`` tells that a value can't be read, or that a required one is
    missing. ``keys`` are the keys as the person writes them.
    """

    def __init__(self, located: Located, ledger: Ledger, zone: tzinfo) -> None:
        """Read the fields of an item from a YAML mapping."""
        self.line = located.line
        self.values: dict[str, Any] = {}
        self.located: dict[str, Located] = {}
        self.problems: list[Problem] = []
        self.is_broken = False
        self.keys = WrittenKeys(ledger.fields)
        self._ledger, self._zone = ledger, zone
        if not isinstance(located.value, dict):
            message = _("this item has no keys: write it as “{example}”")
            self.reject(located.line, message.format(example=ledger.example))
            return
        for key, value in located.value.items():
            self._add(key, value)
        for known_field in ledger.fields:
            if known_field.required:
                self.require(known_field)

    def require(self, field: Key) -> None:
        """Reject the item if it has no such field."""
        if field.name not in self.located:
            self._reject_missing(field, self.line)

    def reject(self, line: int, message: str, column: int | None = None) -> None:
        """Mark the item as broken, and add the problem that breaks it."""
        self.is_broken = True
        self.warn(line, message, column)

    def warn(self, line: int, message: str, column: int | None = None) -> None:
        """Add a problem of the item, which still counts."""
        self.problems.append(Problem(path=self._ledger.path, line=line, column=column, message=message))

    def _add(self, key: str, located: Located) -> None:
        """Convert the value of one key."""
        known = _fields_by_key(self._ledger.fields)
        field = known.get(_folded_key(key))
        plain = located.words() if field and field.convert in _OF_WORDS else located.plain()
        if field is None:
            self._warn_of_unknown(key, located.line, known)
            return
        self.keys.note(field, key)
        if plain is not None and plain != "":
            self.located[field.name] = located
            try:
                self.values[field.name] = field.convert(plain, self._zone)
            except BadValueError as error:
                self.reject(located.line, f"{key}: {error}", located.column)
        elif field.required:
            self.located[field.name] = located
            self._reject_missing(field, located.line)

    def _reject_missing(self, field: Key, line: int) -> None:
        message = _("“{field}” is missing: add a line such as “{field}: {example}”")
        self.reject(line, message.format(field=self.keys.of(field), example=field.example))

    def _warn_of_unknown(self, key: str, line: int, known: Mapping[str, Key]) -> None:
        message = _("the key “{key}” is not known and is left aside").format(key=key)
        if near := get_close_matches(_folded_key(key), list(known), n=1):
            message += " " + _("(did you mean “{key}”?)").format(key=_spelt(known[near[0]], near[0]))
        self.warn(line, message)


def _spelt(field: Key, key: str) -> str:
    """Return a key of a field as it is usually spelt; ``key`` is folded."""
    return next(name for name in (field.name, *field.french) if _folded_key(name) == key)


@cache
def _fields_by_key(fields: tuple[Key, ...]) -> Mapping[str, Key]:
    return {_folded_key(name): field for field in fields for name in (field.name, *field.french)}


def _folded_key(key: str) -> str:
    """Return a key in a form for comparisons: ``Même_œuvre`` is the same as ``meme œuvre``."""
    return " ".join(folded(key).replace("_", " ").replace("-", " ").replace("’", "'").split())


def add(
    root: Path, path: str, values: Mapping[str, object], read: Callable[[bytes], Sequence[T]], wanted: T
) -> T:
    """Write an item at the end of a ledger's file, and return its record as ``read`` reads it there.

    ``path`` is that of the file, from the hub's folder ``root``. ``values`` are the keys and values of the
    item, in the order in which people read them. ``read`` returns the records of a file's bytes. ``wanted``
    is the record that it must return for the new item, except for its ``line``. Comments, order and line ends
    of the file stay.

    Raises ContentError and writes nothing if the new file wouldn't be read like that. Raises OutputError if
    the file can't be written.
    """
    file = root / path
    try:
        before = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise OutputError(cannot_write(file, error)) from error
    after = _appended(before, path, values)
    old_records, records = read(before), read(after)
    is_one_more = len(records) == len(old_records) + 1 and records[:-1] == old_records
    if not is_one_more or not _is_same(records[-1], wanted):
        message = _(
            "an item can't be added to this file: write its items one under the other, each beginning with "
            "a dash, then run again"
        )
        raise ContentError((Problem(path=path, line=1, message=message),))
    replace_file(file, after, lasting=True)
    logger.debug("%s: an item added to %d others", path, len(old_records))
    return records[-1]


def _is_same(record: Record, wanted: Record) -> bool:
    return _without_line(record) == _without_line(wanted)


def _without_line(record: Record) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(record).items() if name != "line"}


def _appended(before: bytes, path: str, values: Mapping[str, object]) -> bytes:
    """Return the bytes of a file with one more item, in the indent and with the line ends of the others."""
    text, _problems = frontmatter.decode(before, path)
    located, _problems = frontmatter.parse_yaml(text, path)
    indent = " " * (located.column - 1) if located else ""
    item = yaml.safe_dump([dict(values)], allow_unicode=True, sort_keys=False, width=_WIDE)
    indented = "".join(indent + line for line in item.splitlines(keepends=True))
    end_of_line = "\r\n" if b"\r\n" in before else "\n"
    separator = "" if not before or before.endswith((b"\n", b"\r")) else "\n"
    return before + (separator + indented).replace("\n", end_of_line).encode()
