"""Reads the head of a content file, and remembers the line of each value. Pure functions.

A head is YAML between ``---`` lines, TOML between ``+++`` lines, Pelican's ``Key: value`` lines, or the
fields of reStructuredText.

A submission is hostile until it is read: only plain YAML is accepted, without tags, anchors and aliases. A
tag can make objects. Aliases of aliases can make a file of a few lines fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import yaml

from kiosque.content.other_tools import toml_head
from kiosque.content.yaml_heads.head_slips import HeadSlip, slips_of, with_plain_indents, with_plain_spaces
from kiosque.content.yaml_heads.yaml_faults import UnsafeError, head_fault, yaml_message
from kiosque.i18n import _
from kiosque.model import Problem

_FENCE = re.compile(r"---[ \t]*")
_CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*")
_HEADER = re.compile(r"([^\W\d_][\w .’'-]{0,40}?)[ \t]*:[ \t]*(.*)")
_RST_FIELD = re.compile(r":([^:\s][^:]{0,40}):[ \t]*(.*)")
_RST_LINE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*")
_UNREADABLE = "head-unreadable"
# In bytes.
LONGEST_TEXT = 500_000
_MAX_DEPTH = 6
# Each level of lists and mappings has one of these, or stands one column further in than the level above.
_OPENINGS = ("[", "{", "- ", "-\n", "-\t", "? ", "?\n", "?\t")
_DEEP_INDENT = "\n" + " " * _MAX_DEPTH
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ALIAS_OR_TAG = re.compile(r"[&*!]")


@dataclass(frozen=True, slots=True)
class Located:
    """A value with its line and column, counted from 1.

    The items of a mapping or list are located values too. ``key`` is the line and column of the value's key,
    if it has one. ``written`` are the words of a value that YAML takes for something else than text: ``No``
    for False, ``null`` for None; else it is empty. ``comment`` is what stands behind a value without quotes,
    from a “#” on: YAML leaves it out.
    """

    value: object
    line: int
    column: int = 1
    key: tuple[int, int] | None = None
    written: str = ""
    comment: str = ""

    def plain(self) -> object:
        """Return the value without lines and columns."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value

    def words(self) -> object:
        """Return the value as ``plain`` does, with each scalar as the text that the person wrote."""
        if isinstance(self.value, list):
            return [item.words() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.words() for key, item in self.value.items()}
        return self.written or self.value


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A content file: the values of its head by their keys, its text, and the problems of its head.

    ``first_line`` is the line of the file on which its text begins.
    ``slips`` are the values that need quotes, without which the head can't be read.
    """

    values: dict[str, Located] = field(default_factory=dict)
    body: str = ""
    problems: tuple[Problem, ...] = ()
    first_line: int = 1
    slips: tuple[HeadSlip, ...] = ()


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a file in UTF-8 with Unix line ends; a file in another encoding gives a problem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = _("this file is not text in UTF-8: save it again with that encoding")
        return "", (Problem(path=path, line=line, message=message, rule="encoding"),)
    return text.replace("\r\n", "\n").replace("\r", "\n"), ()


def decode_text(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Return what ``decode`` returns for a content file; one longer than any text gives a problem."""
    if len(data) > LONGEST_TEXT:
        message = _("this file has {size} kB, and a text at most {most}: cut it into several")
        message = message.format(size=len(data) // 1000, most=LONGEST_TEXT // 1000)
        return "", (Problem(path=path, line=1, message=message, rule="text-long"),)
    return decode(data, path)


def split(text: str, path: str) -> FrontMatter:
    """Split a file into its head and its text. Each fault of the head is in ``problems``, with its line."""
    head = _split(text, path)
    return replace(head, first_line=text.count("\n") - head.body.count("\n") + 1)


def _split(text: str, path: str) -> FrontMatter:
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if toml_head.FENCE.fullmatch(lines[first]):
        return _between_plus_signs(lines, path, first)
    if not _FENCE.fullmatch(lines[first]):
        return _headers(lines)
    for number, line in enumerate(lines[first + 1 :], start=first + 1):
        if _CLOSING.fullmatch(line):
            return _yaml(lines[first + 1 : number], "\n".join(lines[number + 1 :]), path, first + 2)
    message = _("the head of this file has no end: close it with a line of three hyphens, ---")
    return FrontMatter(problems=(Problem(path=path, line=1, message=message, rule=_UNREADABLE),))


def parse_yaml(text: str, path: str, first_line: int = 1) -> tuple[Located | None, tuple[Problem, ...]]:
    """Return the value of a YAML text, and the problems; None and one problem if it can't be read.

    ``first_line`` is the line of the file on which ``text`` starts. ``path`` is named in the problems.
    """
    try:
        _refuse_aliases(text)
        _refuse_depth(text)
        node = _compose(text)
        problems = tuple(_repeated_keys(node, path, first_line)) if node else ()
        return (_locate(node, first_line, _MAX_DEPTH, text.split("\n")) if node else None), problems
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        rule = "head-unsafe" if isinstance(error, UnsafeError) else _UNREADABLE
        problem = Problem(path=path, line=line, column=column, message=yaml_message(error), rule=rule)
        return None, (problem,)
    except (ArithmeticError, LookupError, ValueError) as error:
        # PyYAML doesn't foresee all faults: "\\U00110000" is no character.
        message = head_fault(str(error))
        return None, (Problem(path=path, line=first_line, column=1, message=message, rule=_UNREADABLE),)


def _refuse_depth(text: str) -> None:
    """Raise UnsafeError if lists and mappings go deeper than any head needs.

    Composing calls itself for each level: 50,000 levels end the process. So levels are counted from events
    first.
    """
    is_flat = sum(map(text.count, _OPENINGS)) < _MAX_DEPTH and _DEEP_INDENT not in text
    if not is_flat and (mark := _mark_of_depth(text)):
        raise _too_deep(mark)


def _mark_of_depth(text: str) -> object | None:
    """Return the place at which a YAML text goes too deep; None if it doesn't."""
    depth = 0
    # ``_compose`` meets the same faults, and words them.
    with suppress(yaml.YAMLError, ValueError):
        for event in yaml.parse(text, Loader=_FAST):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _MAX_DEPTH:
                mark: object = event.start_mark
                return mark
    return None


def _too_deep(mark: object) -> UnsafeError:
    return UnsafeError(_("lists within lists go too deep here: keep the head of a file flat"), mark)


def _compose(text: str) -> yaml.Node | None:
    """Return the YAML tree of a text. Raises YAMLError.

    libyaml is faster, but isn't installed everywhere and words faults differently. So PyYAML reads faulty
    text again.
    """
    try:
        return yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _refuse_aliases(text: str) -> None:
    """Raise UnsafeError if a text has anchors, aliases or tags."""
    if not _ALIAS_OR_TAG.search(text):
        return
    for event in yaml.parse(text, Loader=_FAST):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = _("& and * have a meaning of their own in YAML: put this value between quotes")
            raise UnsafeError(message, event.start_mark)
        if getattr(event, "tag", None):
            raise UnsafeError(
                _("! has a meaning of its own in YAML: put this value between quotes"), event.start_mark
            )


_SCALARS = yaml.SafeLoader("")


def _position(node: yaml.Node, first_line: int) -> tuple[int, int]:
    """Return the line and column of a node in its file, counted from 1."""
    return node.start_mark.line + first_line, node.start_mark.column + 1


def _locate(
    node: yaml.Node, first_line: int, depth: int, lines: list[str], key: tuple[int, int] | None = None
) -> Located:
    """Return the value of a node. Raises UnsafeError below ``depth`` levels of lists and mappings."""
    line, column = _position(node, first_line)
    if depth == 0:
        raise _too_deep(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        pairs = {
            str(key.value): _locate(value, first_line, depth - 1, lines, _position(key, first_line))
            for key, value in node.value
            if isinstance(key, yaml.ScalarNode)
        }
        return Located(pairs, line, column, key)
    if isinstance(node, yaml.SequenceNode):
        items = [_locate(item, first_line, depth - 1, lines) for item in node.value]
        return Located(items, line, column, key)
    value = _scalar(node)
    written = "" if isinstance(value, str) else str(node.value)
    return Located(value, line, column, key, written, _comment(node, lines))


def _comment(node: yaml.Node, lines: list[str]) -> str:
    """Return what stands from a “#” on behind a scalar without quotes, on the line where it ends."""
    end = node.end_mark
    if getattr(node, "style", None) or end.line >= len(lines):
        return ""
    behind = lines[end.line][end.column :].strip()
    return behind if behind.startswith("#") else ""


def _repeated_keys(node: yaml.Node, path: str, first_line: int) -> Iterator[Problem]:
    """Yield a problem for each key that stands twice in one mapping, where only the last counts."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if isinstance(item, yaml.MappingNode):
                yield from _repeated_keys(item, path, first_line)
        return
    lines: dict[str, int] = {}
    for key, _value in node.value if isinstance(node, yaml.MappingNode) else ():
        name, (line, column) = str(key.value), _position(key, first_line)
        if name in lines:
            message = _("“{key}” stands on line {line} already: keep one of the two; only this one counts")
            message = message.format(key=name, line=lines[name])
            yield Problem(path=path, line=line, column=column, message=message, rule="key-twice")
        lines[name] = line


def _scalar(node: yaml.Node) -> object:
    """Return a scalar: None, a boolean, a date, or else text, so that codes such as 01004 keep their zero."""
    if node.tag in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}:
        try:
            return _SCALARS.construct_object(node)
        except ValueError:
            return str(node.value)
    return str(node.value)


def _yaml(lines: list[str], body: str, path: str, first_line: int) -> FrontMatter:
    """Read a head between ``---`` lines, which starts on ``first_line``."""
    lines = with_plain_indents(lines)
    located, problems = parse_yaml("\n".join(lines), path, first_line)
    is_mapping = located is not None and isinstance(located.value, dict)
    if not is_mapping and (plain := with_plain_spaces(lines)) != lines:
        lines = plain
        located, problems = parse_yaml("\n".join(lines), path, first_line)
    if located is None:
        slips = slips_of(lines, first_line, lambda head: _lines_of_faults(head, path, first_line))
        told = tuple(slip.problem(path) for slip in slips) or problems
        return FrontMatter(body=body, problems=told, slips=slips)
    if not isinstance(located.value, dict):
        message = _("the head of this file is not a list of keys: write each line as “title: …”")
        return FrontMatter(
            body=body, problems=(Problem(path=path, line=first_line, message=message, rule=_UNREADABLE),)
        )
    return FrontMatter(values=located.value, body=body, problems=problems)


def _lines_of_faults(head: str, path: str, first_line: int) -> list[int]:
    """Return the lines of the faults that keep a head from being read."""
    located, problems = parse_yaml(head, path, first_line)
    return [] if located else [problem.line or first_line for problem in problems]


def _between_plus_signs(lines: list[str], path: str, first: int) -> FrontMatter:
    """Read a head in TOML, whose upper plus signs stand in the line ``first``, counted from 0."""
    numbers = (
        number for number, line in enumerate(lines) if number > first and toml_head.FENCE.fullmatch(line)
    )
    end = next(numbers, None)
    if end is None:
        message = _("the head of this file has no end: close it with a line of three plus signs, +++")
        return FrontMatter(problems=(Problem(path=path, line=1, message=message, rule=_UNREADABLE),))
    body = "\n".join(lines[end + 1 :])
    try:
        values = toml_head.read_toml("\n".join(lines[first + 1 : end]))
    except toml_head.TomlError as error:
        message = _(
            "the head of this file can't be read ({reason}): write texts between quotes, or use YAML "
            "between lines of three hyphens"
        ).format(reason=error)
        problem = Problem(path=path, line=error.line + first + 1, message=message, rule=_UNREADABLE)
        return FrontMatter(body=body, problems=(problem,))
    places = toml_head.key_places(lines[first + 1 : end])
    located = {}
    for key, value in values.items():
        line, column = places.get(key, (1, 1))
        located[key] = _placed(value, line + first, column)
    return FrontMatter(located, body)


def _placed(value: object, line: int, column: int) -> Located:
    """Return a value of a head in TOML with the place of its key in the file."""
    if isinstance(value, dict):
        inner: object = {key: _placed(item, line, column) for key, item in value.items()}
    else:
        inner = [_placed(item, line, column) for item in value] if isinstance(value, list) else value
    return Located(inner, line + 1, column, (line + 1, column))


def _headers(lines: list[str]) -> FrontMatter:
    """Read a head of ``Key: value`` lines, up to the first other line. Indented lines continue a value."""
    values: dict[str, Located] = {}
    more: dict[str, list[str]] = {}
    last_key = ""
    for number, line in enumerate(lines, start=1):
        if last_key and line[:1].isspace() and line.strip():
            more.setdefault(last_key, []).append(line.strip())
        elif match := _HEADER.fullmatch(line):
            last_key = match[1].strip()
            more.pop(last_key, None)
            values[last_key] = Located(match[2].strip(), number, match.start(2) + 1, (number, 1))
        else:
            return FrontMatter(values=_continued(values, more), body="\n".join(lines[number - 1 :]))
    return FrontMatter(values=_continued(values, more))


def _continued(values: dict[str, Located], more: Mapping[str, list[str]]) -> dict[str, Located]:
    """Return values, each with the lines that continue it. They are joined once: there may be thousands."""
    return {
        key: Located(" ".join([str(located.value), *more[key]]), located.line, located.column, located.key)
        if key in more
        else located
        for key, located in values.items()
    }


def split_file(text: str, path: str) -> FrontMatter:
    """Split a content file into its head and its text; the suffix of ``path`` tells its markup."""
    return split_rst(text) if path.lower().endswith(".rst") else split(text, path)


def split_rst(text: str) -> FrontMatter:
    """Split reStructuredText into its head, which is its title and the fields below, and its text.

    This is for callers that need the head only. The build reads such files with docutils, with the same
    result.
    """
    lines = text.split("\n")
    values, start = _rst_title(lines)
    more: dict[str, list[str]] = {}
    last_key = ""
    for number, line in enumerate(lines[start:], start=start + 1):
        if match := _RST_FIELD.fullmatch(line):
            last_key = match[1].strip()
            more.pop(last_key, None)
            values[last_key] = Located(match[2].strip(), number, match.start(2) + 1, (number, 2))
        elif last_key and line[:1].isspace() and line.strip():
            more.setdefault(last_key, []).append(line.strip())
        elif line.strip():
            return FrontMatter(values=_continued(values, more), body="\n".join(lines[number - 1 :]))
    return FrontMatter(values=_continued(values, more))


def _rst_title(lines: list[str]) -> tuple[dict[str, Located], int]:
    """Return the title of reStructuredText, if it has one, and the index of the line below it."""
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    if first + 2 < len(lines) and _RST_LINE.fullmatch(lines[first]):
        # Lines of signs above and below the title.
        return {"title": Located(lines[first + 1].strip(), first + 2, 1, (first + 2, 1))}, first + 3
    if first + 1 < len(lines) and _RST_LINE.fullmatch(lines[first + 1]):
        return {"title": Located(lines[first].strip(), first + 1, 1, (first + 1, 1))}, first + 2
    return {}, first
