"""The components of a theme: the data file beside each says what its macro takes, with examples that are shown.

A data file is ``components/<name>.json`` beside ``components/<name>.html``; a hub's own theme overrides either. It holds
``description``; ``parameters``, each with ``name``, ``type`` (as Python writes it: ``list[Link]``, ``Image | None``),
``description`` and, where it may be left out, ``default``; and ``examples``, each with ``name`` and ``arguments``. An
address in an example that begins with ``{assets}`` lies in the theme's ``static`` folder.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kiosque.i18n import _
from kiosque.model import Format, Problem, Record

FOLDER = "components"
_PLAIN: Mapping[str, Any] = {
    "bool": bool, "date": date, "datetime": datetime, "dict": dict, "float": float, "int": int, "list": list,
    "str": str, "tuple": tuple, "Format": Format,
}  # fmt: skip
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\s*\((.*?)\)\s*-?%}", re.DOTALL)
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_INNERMOST = re.compile(r"\([^()\[\]{}]*\)|\[[^()\[\]{}]*\]|{[^()\[\]{}]*}")
_NAMED = re.compile(r"(\w+)\s*(=?)[^,]*")


class Parameter(Record, frozen=True):
    """What a macro takes. ``default`` is written as in JSON; empty for one that must be given."""

    name: str
    type: str
    description: str
    default: str = ""


class Example(Record, frozen=True):
    """A use of a component. ``written`` are its arguments as JSON, to be read by people."""

    name: str
    arguments: dict[str, Any]
    written: dict[str, str]


class Component(Record, frozen=True):
    """A macro of the theme: ``file`` is its template, ``macro`` its name there."""

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
    """Return the components of a theme by name, and what is wrong with their data files.

    ``themes`` are theme folders, a hub's own first; ``assets`` is the address of its style and scripts.
    """
    files = _files(themes)
    found: list[Component] = []
    problems: list[Problem] = []
    for name in sorted({Path(file).stem for file in files}):
        macro, data = files.get(f"{name}.html"), files.get(f"{name}.json")
        if macro and data:
            file = _DataFile(name, macro.read_text(encoding="utf-8"), data.read_bytes(), assets)
            found += file.component()
            problems += file.problems
        else:
            problems.append(_alone(name, has_macro=macro is not None))
    return tuple(found), tuple(problems)


def _files(themes: Sequence[Path]) -> dict[str, Path]:
    """Return the macros and data files of all themes, the first theme's where several have one."""
    found: dict[str, Path] = {}
    for theme in reversed(themes):
        folder = theme / "templates" / FOLDER
        found |= {path.name: path for path in folder.glob("*") if path.suffix in {".html", ".json"}}
    return found


def _alone(name: str, *, has_macro: bool) -> Problem:
    if has_macro:
        message = _("this component has no data file: write {file} beside it, which says what it takes")
        return Problem(path=_path(f"{name}.html"), message=message.format(file=f"{name}.json"))
    message = _("this data file has no component: write {file} beside it, or remove it")
    return Problem(path=_path(f"{name}.json"), message=message.format(file=f"{name}.html"))


def _path(file: str) -> str:
    return f"theme/templates/{FOLDER}/{file}"


class _DataFile:
    """Reads one data file, and notes what is wrong with it."""

    def __init__(self, name: str, template: str, data: bytes, assets: str) -> None:
        self.problems: list[Problem] = []
        self._name = name
        self._macro = name.replace("-", "_")
        self._template = template
        self._data = data.replace(b'"{assets}', b'"' + assets.encode())

    def component(self) -> Iterator[Component]:
        """Yield the component; nothing where its file can't be read. A wrong example is left out."""
        try:
            content = _read_content(self._data)
        except msgspec.DecodeError as error:
            self._note(
                _("this data file can't be read: {reason}").format(reason=error), _place(self._data, error)
            )
            return
        self._check_signature(content)
        types = {one.name: self._type(one) for one in content.parameters}
        yield Component(
            name=self._name,
            file=f"{FOLDER}/{self._name}.html",
            macro=self._macro,
            description=content.description,
            parameters=tuple(_parameter(one) for one in content.parameters),
            examples=tuple(made for one in content.examples if (made := self._example(one, content, types))),
        )

    def _note(self, message: str, place: int = 0) -> None:
        line = self._data.count(b"\n", 0, max(place, 0)) + 1
        self.problems.append(Problem(path=_path(f"{self._name}.json"), line=line, message=message))

    def _check_signature(self, content: _Content) -> None:
        """Compare what the macro takes with what the file says that it takes; a name with ``=`` may be left out."""
        taken = signature(self._template, self._macro)
        said = [(one.name, one.default is not msgspec.UNSET) for one in content.parameters]
        if taken is None:
            message = _("this file must hold the macro {macro}, named like the file")
            self.problems.append(
                Problem(path=_path(f"{self._name}.html"), message=message.format(macro=self._macro))
            )
        elif taken != said:
            message = _("the macro takes ({taken}) but “parameters” says ({said}): mend one of them")
            self._note(
                message.format(taken=_shown(taken), said=_shown(said)), self._data.find(b'"parameters"')
            )

    def _type(self, parameter: _Parameter) -> Any:
        try:
            return type_of(parameter.type)
        except ValueError as error:
            message = _("the type of “{parameter}” is not known: {reason}")
            place = self._data.find(msgspec.json.encode(parameter.type))
            self._note(message.format(parameter=parameter.name, reason=error), place)
            return None

    def _example(self, example: _Example, content: _Content, types: Mapping[str, Any]) -> Example | None:
        place = max(self._data.find(msgspec.json.encode(example.name)), 0)
        required = {one.name for one in content.parameters if one.default is msgspec.UNSET}
        missing, unknown = required - set(example.arguments), set(example.arguments) - set(types)
        if missing or unknown:
            message = _("the arguments of the example “{example}” don't fit: {names}")
            names = [
                *(_("“{name}” is missing").format(name=name) for name in sorted(missing)),
                *(_("“{name}” is not a parameter").format(name=name) for name in sorted(unknown)),
            ]
            self._note(message.format(example=example.name, names=", ".join(names)), place)
            return None
        arguments = {}
        for name, raw in example.arguments.items():
            if types[name] is None:
                return None
            try:
                arguments[name] = msgspec.json.decode(raw, type=types[name])
            except msgspec.DecodeError as error:
                message = _("“{parameter}” of the example “{example}” is wrong: {reason}")
                start = self._data.find(bytes(raw), place)
                self._note(
                    message.format(parameter=name, example=example.name, reason=error),
                    start + _place(bytes(raw), error),
                )
                return None
        written = {name: bytes(raw).decode() for name, raw in example.arguments.items()}
        return Example(name=example.name, arguments=arguments, written=written)


def _parameter(one: _Parameter) -> Parameter:
    default = "" if isinstance(one.default, msgspec.UnsetType) else bytes(one.default).decode()
    return Parameter(name=one.name, type=one.type, description=one.description, default=default)


def signature(template: str, macro: str) -> list[tuple[str, bool]] | None:
    """Return what a macro of a template takes, each name with whether it may be left out; ``None`` without it."""
    taken = dict(_MACRO.findall(template)).get(macro)
    if taken is None:
        return None
    plain = _TEXT.sub("", taken)
    while _INNERMOST.search(plain):
        plain = _INNERMOST.sub("", plain)
    return [(name, bool(equals)) for name, equals in _NAMED.findall(plain)]


def _shown(parameters: list[tuple[str, bool]]) -> str:
    return ", ".join(f"{name}=" if has_default else name for name, has_default in parameters)


def _place(data: bytes, error: msgspec.DecodeError) -> int:
    """Return where in JSON an error is, as far as msgspec tells: a byte, or the names that lead there."""
    if found := re.search(r"\(byte (\d+)\)", str(error)):
        return int(found[1])
    place = 0
    for name in re.findall(r"\.(\w+)", str(error).rpartition("`$")[2]):
        place = max(place, data.find(f'"{name}"'.encode(), place))
    return place


def type_of(written: str) -> Any:
    """Return the type that is written as Python writes it, of plain types and the site's records; else ValueError."""
    try:
        return _typed(ast.parse(written, mode="eval").body)
    except SyntaxError:
        raise ValueError(written) from None


def _typed(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Name(id=name) if name in _PLAIN:
            return _PLAIN[name]
        case ast.Name(id=name) if name in _records():
            return _records()[name]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _typed(left) | _typed(right)
        case ast.Subscript(value=ast.Name(id="list" | "tuple" | "dict" as name), slice=ast.Tuple(elts=inner)):
            return _PLAIN[name][tuple(... if _is_rest(one) else _typed(one) for one in inner)]
        case ast.Subscript(value=ast.Name(id="list" | "tuple" | "dict" as name), slice=inner):
            return _PLAIN[name][_typed(inner)]
    raise ValueError(ast.unparse(node))


def _is_rest(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


@cache
def _records() -> Mapping[str, Any]:
    """Return the records that pages show, by name: those that the modules of the site define."""
    return {one.__name__: one for one in _descendants(Record) if one.__module__.startswith("kiosque.")}


def _descendants(record: type[Any]) -> Iterator[type[Any]]:
    for one in record.__subclasses__():
        yield one
        yield from _descendants(one)
