"""Lists of decisions that people keep in YAML under ``content/``: read with their lines, and added to at their end.

Each broken item is a problem with its line, and the others count. Keys may be written in English or in French.
"""

from __future__ import annotations

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
from kiosque.content.schema import BadValueError, Key
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import ContentError, OutputError, Problem, Record
from kiosque.text import folded

# No line is broken: a person finds a reason again by searching for it.
_WIDE = 10**6
T = TypeVar("T", bound=Record)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What such a file is: its path from the hub's folder, the fields of an item, and an item as people write it."""

    path: str
    fields: tuple[Key, ...]
    example: str


@dataclass(slots=True)
class Read:
    """A file as read; ``is_whole`` says that all of it could be, as YAML."""

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True

    @property
    def all_problems(self) -> list[Problem]:
        """What is wrong with the file and with each of its items."""
        return [*self.problems, *(problem for item in self.items for problem in item.problems)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The YAML of a file with its places, None where there is none; ``is_whole`` says that it could be read."""

    located: Located | None = None
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True


def load(root: Path, path: str) -> Loaded:
    """Return the YAML of a file; a hub without it has none."""
    try:
        data = (root / path).read_bytes()
    except FileNotFoundError:
        return Loaded()
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        problem = Problem(path=path, message=message.format(reason=error.strerror))
        return Loaded(None, (problem,), is_whole=False)
    return parse(data, path)


def parse(data: bytes, path: str) -> Loaded:
    """Return the YAML of a file's bytes."""
    text, unread = frontmatter.decode(data, path)
    located, wrong = frontmatter.parse_yaml(text, path)
    is_whole = not unread and not (wrong and located is None)
    has_any = located is not None and located.value is not None
    return Loaded(located if has_any else None, (*unread, *wrong), is_whole)


def read_file(root: Path, ledger: Ledger, zone: tzinfo) -> Read:
    """Read the items of a file; a hub without it has none."""
    return _read(load(root, ledger.path), ledger, zone)


def read(data: bytes, ledger: Ledger, zone: tzinfo) -> Read:
    """Read the items of a file's bytes."""
    return _read(parse(data, ledger.path), ledger, zone)


def _read(loaded: Loaded, ledger: Ledger, zone: tzinfo) -> Read:
    if loaded.located is None:
        return Read([], list(loaded.problems), loaded.is_whole)
    items, wrong = read_items(loaded.located, ledger, zone)
    return Read(items, [*loaded.problems, *wrong], is_whole=not wrong)


def read_items(located: Located, ledger: Ledger, zone: tzinfo) -> tuple[list[Item], list[Problem]]:
    """Return the items of a list, and what is wrong where it is none."""
    if isinstance(located.value, list):
        return [Item(one, ledger, zone) for one in located.value], []
    message = _("this is not a list: begin each item with a dash, as “{example}”")
    wrong = Problem(path=ledger.path, line=located.line, message=message.format(example=ledger.example))
    return [], [wrong]


class Item:
    """One item as read: its clean ``values`` by the name of their field, what was ``given`` for each, and what to mend.

    ``is_broken`` says that something of it can't be read, or that it lacks what it requires.
    """

    def __init__(self, located: Located, ledger: Ledger, zone: tzinfo) -> None:
        """Take what the ledger's fields know of a mapping."""
        self.line = located.line
        self.values: dict[str, Any] = {}
        self.given: dict[str, Located] = {}
        self.problems: list[Problem] = []
        self.is_broken = False
        self._ledger, self._zone = ledger, zone
        if not isinstance(located.value, dict):
            message = _("this item has no keys: write it as “{example}”")
            self.stop(located.line, message.format(example=ledger.example))
            return
        for written, value in located.value.items():
            self._take(written, value)
        for wanted in ledger.fields:
            if wanted.required:
                self.require(wanted)

    def require(self, wanted: Key) -> None:
        """Say that a field isn't there, where it isn't."""
        if wanted.name not in self.given:
            self._miss(wanted, self.line)

    def stop(self, line: int, message: str, column: int | None = None) -> None:
        """Say what keeps the item from counting as it is meant."""
        self.is_broken = True
        self.say(line, message, column)

    def say(self, line: int, message: str, column: int | None = None) -> None:
        """Say what is odd about the item."""
        self.problems.append(Problem(path=self._ledger.path, line=line, column=column, message=message))

    def _take(self, written: str, located: Located) -> None:
        known = _keys(self._ledger.fields)
        found = known.get(_key(written))
        plain = located.plain()
        if found is None:
            self._unknown(written, located.line, known)
        elif plain is not None and plain != "":
            self.given[found.name] = located
            try:
                self.values[found.name] = found.convert(plain, self._zone)
            except BadValueError as error:
                self.stop(located.line, f"{found.name}: {error}", located.column)
        elif found.required:
            self.given[found.name] = located
            self._miss(found, located.line)

    def _miss(self, missing: Key, line: int) -> None:
        message = _("“{field}” is missing: add a line such as “{field}: {example}”")
        self.stop(line, message.format(field=missing.name, example=missing.example))

    def _unknown(self, written: str, line: int, known: Mapping[str, Key]) -> None:
        message = _("the key “{key}” is not known and is left aside").format(key=written)
        if near := get_close_matches(_key(written), list(known), n=1):
            message += " " + _("(did you mean “{key}”?)").format(key=near[0])
        self.say(line, message)


@cache
def _keys(fields: tuple[Key, ...]) -> Mapping[str, Key]:
    return {_key(name): field for field in fields for name in (field.name, *field.french)}


def _key(written: str) -> str:
    return " ".join(folded(written).replace("_", " ").replace("-", " ").replace("’", "'").split())


def add(
    root: Path, path: str, values: Mapping[str, object], read: Callable[[bytes], Sequence[T]], wanted: T
) -> T:
    """Write an item at the end of a file, and return it as ``read`` finds it there.

    Comments, order and line ends stay as they are. ``values`` are the item's, in the order in which people read them;
    ``wanted`` is the record that ``read`` must make of them, but for its ``line``. Raises ContentError, and writes
    nothing, where the file couldn't be read then as it is meant; OutputError where it can't be written.
    """
    file = root / path
    try:
        before = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise OutputError(cannot_write(file, error)) from error
    after = _appended(before, path, values)
    items, read_back = read(before), read(after)
    if read_back[:-1] != items or len(read_back) != len(items) + 1 or not _is_same(read_back[-1], wanted):
        message = _("an item can't be added to this file: write its items one under the other, each beginning with "
                    "a dash, then run again")  # fmt: skip
        raise ContentError((Problem(path=path, line=1, message=message),))
    replace_file(file, after, lasting=True)
    return read_back[-1]


def _is_same(found: Record, wanted: Record) -> bool:
    return _without_line(found) == _without_line(wanted)


def _without_line(record: Record) -> dict[str, object]:
    return {name: value for name, value in msgspec.structs.asdict(record).items() if name != "line"}


def _appended(before: bytes, path: str, values: Mapping[str, object]) -> bytes:
    text, _unread = frontmatter.decode(before, path)
    located, _wrong = frontmatter.parse_yaml(text, path)
    indent = " " * (located.column - 1) if located else ""
    item = yaml.safe_dump([dict(values)], allow_unicode=True, sort_keys=False, width=_WIDE)
    added = "".join(indent + line for line in item.splitlines(keepends=True))
    end_of_line = "\r\n" if b"\r\n" in before else "\n"
    between = "" if not before or before.endswith((b"\n", b"\r")) else "\n"
    return before + (between + added).replace("\n", end_of_line).encode()
