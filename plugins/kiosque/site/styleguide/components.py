"""The components of a theme: macros, each with a data file that describes its parameters and has examples.

The data file of ``components/<name>.html`` is ``components/<name>.json``; a hub's own theme overrides either.
It has:

- ``description``;
- ``parameters``, each with ``name``, ``type`` (in Python's notation: ``list[Link]``, ``Image | None``),
  ``description`` and, for an optional parameter, ``default``;
- ``examples``, each with ``name`` and ``arguments``.

In an example, an address that begins with ``{assets}`` is that of a file in the theme's ``static`` folder.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kiosque.i18n import _
from kiosque.model import Format, Problem, Record
from kiosque.wording.reasons import in_own_words, reason_of

logger = logging.getLogger(__name__)

FOLDER = "components"
_PLAIN_TYPES: Mapping[str, Any] = {
    "bool": bool, "date": date, "datetime": datetime, "dict": dict, "float": float, "int": int, "list": list,
    "str": str, "tuple": tuple, "Format": Format,
}  # fmt: skip
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\s*\((.*?)\)\s*-?%}", re.DOTALL)
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")
_INNERMOST_BRACKETS = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|{[^()\[\]{}]*}")
_PARAMETER = re.compile(r"(\w+)\s*(=?)[^,]*")


class Parameter(Record, frozen=True):
    """A parameter of a macro. ``default`` is JSON; empty for a required parameter."""

    name: str
    type: str
    description: str
    default: str = ""


class Example(Record, frozen=True):
    """A use of a component. ``as_json`` has the arguments as they are written in the data file."""

    name: str
    arguments: dict[str, Any]
    as_json: dict[str, str]


class Component(Record, frozen=True):
    """A macro of the theme: ``file`` is its template, ``macro`` its name in the template."""

    name: str
    file: str
    macro: str
    description: str
    parameters: tuple[Parameter, ...]
    examples: tuple[Example, ...]


class _Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    type: str
    description: str
    default: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    arguments: dict[str, msgspec.Raw]


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    description: str
    parameters: tuple[_Parameter, ...] = ()
    examples: tuple[_Example, ...] = ()


_read_content = msgspec.json.Decoder(_Content).decode


def load_components(themes: Sequence[Path], assets: str) -> tuple[tuple[Component, ...], tuple[Problem, ...]]:
    """Return the components of a theme, sorted by name, and the problems of their data files.

    ``themes`` are the folders of the theme, the hub's own first. ``assets`` is the address of its style and
    scripts.
    """
    files = _files(themes)
    components: list[Component] = []
    problems: list[Problem] = []
    for name in sorted({Path(file).stem for file in files}):
        macro, data = files.get(f"{name}.html"), files.get(f"{name}.json")
        if macro and data:
            file = _DataFile(name, macro.read_text(encoding="utf-8"), data.read_bytes(), assets)
            components += file.component()
            problems += file.problems
        else:
            problems.append(_missing_file(name, has_macro=macro is not None))
    logger.debug("%d components in %d files, %d problems", len(components), len(files), len(problems))
    return tuple(components), tuple(problems)


def _files(themes: Sequence[Path]) -> dict[str, Path]:
    """Return the macros and data files by name; where several themes have a file, that of the first theme."""
    files: dict[str, Path] = {}
    for theme in reversed(themes):
        folder = theme / "templates" / FOLDER
        files |= {path.name: path for path in folder.glob("*") if path.suffix in {".html", ".json"}}
    return files


def _missing_file(name: str, *, has_macro: bool) -> Problem:
    if has_macro:
        message = _("this component has no data file: write {file} beside it, which says what it takes")
        return Problem(path=_path(f"{name}.html"), message=message.format(file=f"{name}.json"))
    message = _("this data file has no component: write {file} beside it, or remove it")
    return Problem(path=_path(f"{name}.json"), message=message.format(file=f"{name}.html"))


def _path(file: str) -> str:
    return f"theme/templates/{FOLDER}/{file}"


class _DataFile:
    """Reads a data file and collects its problems."""

    def __init__(self, name: str, template: str, data: bytes, assets: str) -> None:
        self.problems: list[Problem] = []
        self._name = name
        self._macro = name.replace("-", "_")
        self._template = template
        self._data = data.replace(b'"{assets}', b'"' + assets.encode())

    def component(self) -> Iterator[Component]:
        """Yield the component; none where the file can't be read. Wrong examples are left out."""
        try:
            content = _read_content(self._data)
        except msgspec.DecodeError as error:
            message = _("this data file can't be read: {reason}").format(reason=reason_of(error))
            self._report(message, _position(self._data, error))
            return
        self._check_signature(content)
        types = {parameter.name: self._type(parameter) for parameter in content.parameters}
        examples = (self._example(example, content, types) for example in content.examples)
        yield Component(
            name=self._name,
            file=f"{FOLDER}/{self._name}.html",
            macro=self._macro,
            description=content.description,
            parameters=tuple(_parameter(parameter) for parameter in content.parameters),
            examples=tuple(example for example in examples if example),
        )

    def _report(self, message: str, position: int = 0) -> None:
        """Add a problem of the data file; ``position`` is a byte in the line at fault."""
        line = self._data.count(b"\n", 0, max(position, 0)) + 1
        self.problems.append(Problem(path=_path(f"{self._name}.json"), line=line, message=message))

    def _check_signature(self, content: _Content) -> None:
        """Compare the parameters of the macro with those of the data file."""
        in_macro = signature(self._template, self._macro)
        in_data = [
            (parameter.name, parameter.default is not msgspec.UNSET) for parameter in content.parameters
        ]
        if in_macro is None:
            message = _("this file must hold the macro {macro}, named like the file")
            self.problems.append(
                Problem(path=_path(f"{self._name}.html"), message=message.format(macro=self._macro))
            )
        elif in_macro != in_data:
            message = _("the macro takes ({taken}) but “parameters” says ({said}): mend one of them")
            self._report(
                message.format(taken=_in_words(in_macro), said=_in_words(in_data)),
                self._data.find(b'"parameters"'),
            )

    def _type(self, parameter: _Parameter) -> Any:
        try:
            return type_of(parameter.type)
        except ValueError as error:
            message = _("the type of “{parameter}” is not known: {reason}")
            position = self._data.find(msgspec.json.encode(parameter.type))
            self._report(message.format(parameter=parameter.name, reason=error), position)
            return None

    def _example(self, example: _Example, content: _Content, types: Mapping[str, Any]) -> Example | None:
        """Return an example with decoded arguments; report it and return ``None`` where they don't fit."""
        position = max(self._data.find(msgspec.json.encode(example.name)), 0)
        if not self._has_right_names(example, content, position):
            return None
        arguments = {}
        for name, raw in example.arguments.items():
            if types[name] is None:
                return None
            try:
                arguments[name] = msgspec.json.decode(raw, type=types[name])
            except msgspec.DecodeError as error:
                message = _("“{parameter}” of the example “{example}” is wrong: {reason}")
                start = self._data.find(bytes(raw), position)
                self._report(
                    message.format(parameter=name, example=example.name, reason=in_own_words(str(error))),
                    start + _position(bytes(raw), error),
                )
                return None
        as_json = {name: bytes(raw).decode() for name, raw in example.arguments.items()}
        return Example(name=example.name, arguments=arguments, as_json=as_json)

    def _has_right_names(self, example: _Example, content: _Content, position: int) -> bool:
        """Whether an example has all required arguments and no unknown ones; report it otherwise."""
        known = {parameter.name for parameter in content.parameters}
        required = {parameter.name for parameter in content.parameters if parameter.default is msgspec.UNSET}
        missing, unknown = required - set(example.arguments), set(example.arguments) - known
        if not missing and not unknown:
            return True
        message = _("the arguments of the example “{example}” don't fit: {names}")
        names = [
            *(_("“{name}” is missing").format(name=name) for name in sorted(missing)),
            *(_("“{name}” is not a parameter").format(name=name) for name in sorted(unknown)),
        ]
        self._report(message.format(example=example.name, names=", ".join(names)), position)
        return False


def _parameter(parameter: _Parameter) -> Parameter:
    default = "" if isinstance(parameter.default, msgspec.UnsetType) else bytes(parameter.default).decode()
    return Parameter(
        name=parameter.name, type=parameter.type, description=parameter.description, default=default
    )


def signature(template: str, macro: str) -> list[tuple[str, bool]] | None:
    """Return the parameters of a macro: each name, and whether it has a default.

    Return ``None`` where the template doesn't define the macro.
    """
    parameters = dict(_MACRO.findall(template)).get(macro)
    if parameters is None:
        return None
    names = _STRING.sub("", parameters)
    while _INNERMOST_BRACKETS.search(names):
        names = _INNERMOST_BRACKETS.sub("", names)
    return [(name, bool(equals)) for name, equals in _PARAMETER.findall(names)]


def _in_words(parameters: list[tuple[str, bool]]) -> str:
    return ", ".join(f"{name}=" if has_default else name for name, has_default in parameters)


def _position(data: bytes, error: msgspec.DecodeError) -> int:
    """Return the byte of JSON at which an error is: msgspec names the byte, or the keys on the way to it."""
    if byte := re.search(r"\(byte (\d+)\)", str(error)):
        return int(byte[1])
    position = 0
    for name in re.findall(r"\.(\w+)", str(error).rpartition("`$")[2]):
        position = max(position, data.find(f'"{name}"'.encode(), position))
    return position


def type_of(notation: str) -> Any:
    """Return the type of a Python notation such as ``list[Link]``. Raises ValueError for an unknown type.

    Known are plain types and the records of Kiosque. Nothing is evaluated: the notation is only parsed.
    """
    try:
        return _type_of_node(ast.parse(notation, mode="eval").body)
    except SyntaxError:
        raise ValueError(notation) from None


def _type_of_node(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Name(id=name) if name in _PLAIN_TYPES:
            return _PLAIN_TYPES[name]
        case ast.Name(id=name) if name in _records():
            return _records()[name]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _type_of_node(left) | _type_of_node(right)
        case ast.Subscript(value=ast.Name(id="list" | "tuple" | "dict" as name), slice=ast.Tuple(elts=inner)):
            return _PLAIN_TYPES[name][
                tuple(... if _is_ellipsis(part) else _type_of_node(part) for part in inner)
            ]
        case ast.Subscript(value=ast.Name(id="list" | "tuple" | "dict" as name), slice=inner):
            return _PLAIN_TYPES[name][_type_of_node(inner)]
    raise ValueError(ast.unparse(node))


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


@cache
def _records() -> Mapping[str, Any]:
    """Return all records of Kiosque by name: those of the modules that are loaded."""
    return {
        record.__name__: record for record in _descendants(Record) if record.__module__.startswith("kiosque.")
    }


def _descendants(record: type[Any]) -> Iterator[type[Any]]:
    for subclass in record.__subclasses__():
        yield subclass
        yield from _descendants(subclass)
