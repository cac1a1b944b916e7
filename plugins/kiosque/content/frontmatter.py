"""The head of a content file: YAML between ``---`` lines, or Pelican's ``Key: value`` lines, with their lines.

A submission is hostile until read: only plain YAML is accepted, no object tag and no alias (an alias that
names itself a few times over is a bomb).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from kiosque.i18n import N_, _
from kiosque.model import Problem

_FENCE = re.compile(r"---[ \t]*")
_CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*")
_HEADER = re.compile(r"([^\W\d_][\w .’'-]{0,40}?)[ \t]*:[ \t]*(.*)")
_RST_FIELD = re.compile(r":([^:\s][^:]{0,40}):[ \t]*(.*)")
_RST_LINE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*")
# What PyYAML finds wrong, and what that is to who wrote it.
_REASONS = (
    (r"mapping values are not allowed", N_("a “: ” stands where none can")),
    (r"could not find expected ':'", N_("a “:” is missing after a key")),
    (r"found unexpected (?:end of stream|document)", N_("a quotation mark is not closed")),
    (r"cannot start any token", N_("a value begins with a sign that has a meaning of its own")),
    (r"expected ',' or", N_("a comma, a bracket or a brace is missing")),
    (
        r"expected (?:<block end>|the node content)",
        N_("a line isn’t indented like its neighbours, or a list isn’t closed"),
    ),
    (r"unknown escape", N_("a backslash between double quotation marks has a meaning of its own")),
)
_UNREADABLE = "head-unreadable"
_MAX_DEPTH = 6
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ALIAS_OR_TAG = re.compile(r"[&*!]")


@dataclass(frozen=True, slots=True)
class Located:
    """A value with the line and column where it stands; mappings and lists hold further located values.

    ``key`` is the line and column of the key that it belongs to, where it has one.
    """

    value: object
    line: int
    column: int = 1
    key: tuple[int, int] | None = None

    def plain(self) -> object:
        """Return the value without its places."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A content file taken apart: its keys as written, its text, and what could not be read of its head."""

    values: dict[str, Located] = field(default_factory=dict)
    body: str = ""
    problems: tuple[Problem, ...] = ()


class _UnsafeError(yaml.YAMLError):
    """YAML that a submission has no use for."""

    def __init__(self, message: str, mark: object) -> None:
        super().__init__(message)
        self.problem = message
        self.problem_mark = mark


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a file in UTF-8, with plain line ends; a file in another encoding is a problem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = _("this file is not text in UTF-8: save it again with that encoding")
        return "", (Problem(path=path, line=line, message=message, rule="encoding"),)
    return text.replace("\r\n", "\n").replace("\r", "\n"), ()


def split(text: str, path: str) -> FrontMatter:
    """Take a file's head from its text. Whatever can't be read is in ``problems``, each with its line."""
    lines = text.split("\n")
    if not _FENCE.fullmatch(lines[0]):
        return _headers(lines)
    for number, line in enumerate(lines[1:], start=1):
        if _CLOSING.fullmatch(line):
            return _yaml(lines[1:number], "\n".join(lines[number + 1 :]), path)
    message = _("the head of this file has no end: close it with a line of three hyphens, ---")
    return FrontMatter(problems=(Problem(path=path, line=1, message=message, rule=_UNREADABLE),))


def parse_yaml(text: str, path: str, first_line: int = 1) -> tuple[Located | None, tuple[Problem, ...]]:
    """Return plain YAML with its places, and what is wrong: alone, where that stops it from being read.

    ``first_line`` is the line of the file on which ``text`` starts.
    """
    try:
        _refuse_aliases(text)
        node = _compose(text)
        repeated = tuple(_repeated(node, path, first_line)) if node else ()
        return (_locate(node, first_line, _MAX_DEPTH) if node else None), repeated
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        rule = "head-unsafe" if isinstance(error, _UnsafeError) else _UNREADABLE
        problem = Problem(path=path, line=where[0], column=where[1], message=_yaml_mend(error), rule=rule)
        return None, (problem,)


def _compose(text: str) -> yaml.Node | None:
    """Read with libyaml where it is there, and with PyYAML itself where that finds a fault, to word it the same."""
    try:
        return yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _refuse_aliases(text: str) -> None:
    if not _ALIAS_OR_TAG.search(text):
        return
    for event in yaml.parse(text, Loader=_FAST):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _UnsafeError(_("& and * have a meaning of their own in YAML: put this value between quotes"),
                          event.start_mark)  # fmt: skip
        if getattr(event, "tag", None):
            raise _UnsafeError(
                _("! has a meaning of its own in YAML: put this value between quotes"), event.start_mark
            )


def _yaml_mend(error: yaml.YAMLError) -> str:
    if isinstance(error, _UnsafeError):
        return str(error.problem)
    raw = getattr(error, "problem", None) or str(error)
    reason = next((_(plain) for signs, plain in _REASONS if re.search(signs, raw)), raw)
    mend = _("the head of this file can't be read ({reason}): put values with “: ” or “#” between quotes, "
             "and indent with spaces")  # fmt: skip
    return mend.format(reason=reason)


_SCALARS = yaml.SafeLoader("")


def _place(node: yaml.Node, first_line: int) -> tuple[int, int]:
    return node.start_mark.line + first_line, node.start_mark.column + 1


def _locate(node: yaml.Node, first_line: int, depth: int, key: tuple[int, int] | None = None) -> Located:
    line, column = _place(node, first_line)
    if depth == 0:
        raise _UnsafeError(
            _("lists within lists go too deep here: keep the head of a file flat"), node.start_mark
        )
    if isinstance(node, yaml.MappingNode):
        pairs = {
            str(key.value): _locate(value, first_line, depth - 1, _place(key, first_line))
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode)
        }
        return Located(pairs, line, column, key)
    if isinstance(node, yaml.SequenceNode):
        return Located([_locate(item, first_line, depth - 1) for item in node.value], line, column, key)
    return Located(_scalar(node), line, column, key)


def _repeated(node: yaml.Node, path: str, first_line: int) -> Iterator[Problem]:
    """Yield the keys that a head, or an item of a list, gives twice: of these only the last counts."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                yield from _repeated(item, path, first_line)
        return
    seen: dict[str, int] = {}
    for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
        name, (line, column) = str(key.value), _place(key, first_line)
        if name in seen:
            message = _("“{key}” stands on line {line} already: keep one of the two; only this one counts")
            said = message.format(key=name, line=seen[name])
            yield Problem(path=path, line=line, column=column, message=said, rule="key-twice")
        seen[name] = line


def _scalar(node: yaml.Node) -> object:
    """Return a scalar as text, save for nothing, yes, no and dates: codes such as 01004 keep their zero."""
    if node.tag in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}:
        try:
            return _SCALARS.construct_object(node)
        except ValueError:
            return str(node.value)
    return str(node.value)


def _yaml(lines: list[str], body: str, path: str) -> FrontMatter:
    located, problems = parse_yaml("\n".join(lines), path, first_line=2)
    if located is None:
        return FrontMatter(body=body, problems=problems)
    if not isinstance(located.value, dict):
        message = _("the head of this file is not a list of keys: write each line as “title: …”")
        return FrontMatter(
            body=body, problems=(Problem(path=path, line=2, message=message, rule=_UNREADABLE),)
        )
    return FrontMatter(values=located.value, body=body, problems=problems)


def _headers(lines: list[str]) -> FrontMatter:
    """Read Pelican's own head: ``Key: value`` lines up to the first that isn't one; indented lines go on."""
    values: dict[str, Located] = {}
    last = ""
    for number, line in enumerate(lines):
        if last and line[:1].isspace() and line.strip():
            before = values[last]
            values[last] = Located(f"{before.value} {line.strip()}", before.line, before.column, before.key)
        elif match := _HEADER.fullmatch(line):
            last = match[1].strip()
            values[last] = Located(match[2].strip(), number + 1, match.start(2) + 1, (number + 1, 1))
        else:
            return FrontMatter(values=values, body="\n".join(lines[number:]))
    return FrontMatter(values=values)


def split_rst(text: str) -> FrontMatter:
    """Take the head from reStructuredText: its title, and the fields below it.

    What docutils would make of it, for who only needs the head: the build reads such files with docutils itself.
    """
    lines = text.split("\n")
    values: dict[str, Located] = {}
    number = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    if number + 2 < len(lines) and _RST_LINE.fullmatch(lines[number]):
        values["title"] = Located(lines[number + 1].strip(), number + 2, 1, (number + 2, 1))
        number += 3
    elif number + 1 < len(lines) and _RST_LINE.fullmatch(lines[number + 1]):
        values["title"] = Located(lines[number].strip(), number + 1, 1, (number + 1, 1))
        number += 2
    last = ""
    for place in range(number, len(lines)):
        line = lines[place]
        if found := _RST_FIELD.fullmatch(line):
            last = found[1].strip()
            values[last] = Located(found[2].strip(), place + 1, found.start(2) + 1, (place + 1, 2))
        elif last and line[:1].isspace() and line.strip():
            before = values[last]
            values[last] = Located(f"{before.value} {line.strip()}", before.line, before.column, before.key)
        elif line.strip():
            return FrontMatter(values=values, body="\n".join(lines[place:]))
    return FrontMatter(values=values)
