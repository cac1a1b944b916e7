"""No pattern and no function of text takes more than linear time, whatever a feed or a person writes."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from growth import grows_too_fast, matched, pumps, repeated, searched

import kiosque

# The rooms whose texts come from feeds, or from people by way of a feed's markup.
_ROOMS = (
    "kiosque.harvest.dates", "kiosque.harvest.discover", "kiosque.harvest.net", "kiosque.harvest.read",
    "kiosque.harvest.store", "kiosque.html", "kiosque.languages", "kiosque.model",
    "kiosque.site.render", "kiosque.site.feeds", "kiosque.site.hub",
    "kiosque.site.pages", "kiosque.site.search",
    "kiosque.site.hosting", "kiosque.site.output", "kiosque.takedowns", "kiosque.territory",
    "kiosque.text", "kiosque.urls", "kiosque.works",
)  # fmt: skip
# A text with few tags is read without a limit of depth: these have more.
_LONG_SIZES = (2_500, 10_000, 40_000)
# The rooms whose functions take whole texts.
_MARKUP = (
    "kiosque.html",
    "kiosque.text",
    "kiosque.urls",
    "kiosque.site.render.typography",
    "kiosque.site.render.validity",
)
# nh3 takes quadratic time for signs outside ASCII: 160,000 of them take a third of a second. The length of
# texts and the limits of processes bound it.
_CLEANERS = {"clean_html", "scrub"}
# The theme's own files, which run as code.
_TRUSTED = {"kiosque.site.render.theme"}
_FINDING = {"search", "finditer", "findall", "sub", "subn", "split"}
_MATCHING = {"match", "fullmatch"}
# What functions of text are fed besides the pumps of their own module: markup, addresses, marks and white
# space in a row.
_PIECES = (
    " ", "\u00a0", "\u202f", "\n", "a", "1 ", "1\u00a0111", "é", "'", '"', '" a', "« ", "»", "...", "!",
    "? ", " :", ";", "&", "&amp;", "&#1;", "&#",
    "http://", "https://a.", "www. ", "www.", "a@b ", "@", "//", "/.", "..", "[", "](", "(", "%", "%2",
    "?a=", "#", "\\",
    "<", ">", "</", "<a", "<a ", "<!--", "-->", "<!", "<![CDATA[", "]]>", "<?", "<!DOCTYPE ", "<b>",
    "<i><b>", "<p>", "<div>", "<div></div>", "<p> ",
    "<br>", "<h1>", "<h2>", "</h2>", "<ul>", "<ul>x", "<li>", "<ol><li>", "<dl><dt>", "<dl>", "<dt>",
    "<details>", "<summary>", "<figure>", "<figcaption>",
    "<ruby>", "<ruby><rt>", "<rp>", "<pre>", "<pre>\n", "<blockquote>", "<table>", "<table><tr><td>",
    "<tr>", "<td>", "<td colspan=9 rowspan=9>", "<caption>",
    "<a href=x>", "<a href='", '<a href="', "<img ", "<img style= ", "<img src=x>", "<img style=",
    "<img width= ", "<iframe ", "<iframe src=http://a>",
    "<script>", "</script>", "<script ", "<svg>", "<title>", "<audio>", "<video src=x>", "<object>",
    "<embed>", 'a="', "a=b ", "a=", "lang=", ' lang="',
    '<p id="fn1">', '<sup id="fnref1"><a href="#fn1">', '<div><hr><ol><li id="fn', "</p>", "</div>",
    "</a>", "{", "}", "{\\", "00:00:01.000 --> ", "A: ",
)  # fmt: skip


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(kiosque.__path__, "kiosque."):
        if info.name not in _TRUSTED and any(
            info.name == room or info.name.startswith(f"{room}.") for room in _ROOMS
        ):
            yield importlib.import_module(info.name)


MODULES = [pytest.param(module, id=module.__name__.removeprefix("kiosque.")) for module in _modules()]


def _patterns(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the compiled patterns of a module with their names, those in its tables too."""
    for name, value in vars(module).items():
        for pattern in _inside(value):
            yield name, pattern
    for node in ast.walk(ast.parse(Path(inspect.getsourcefile(module) or "").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                is_search = ast.unparse(node.func).removeprefix("re.") in _FINDING
                if ast.unparse(node.func) != "re.compile":
                    yield f"line {node.lineno}" + (".sub" if is_search else ".match"), re.compile(first.value)


def _inside(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _inside(item)
    elif isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from _inside(item)


def _uses(module: ModuleType, name: str) -> set[str]:
    """Return the methods that a module calls of a pattern; all of them where it can't be seen."""
    if name.startswith("line "):
        return {name.rpartition(".")[2]}
    source = inspect.getsource(module)
    return (
        set(re.findall(rf"\b{re.escape(name)}\.(\w+)", source)) & (_FINDING | _MATCHING)
        or _FINDING | _MATCHING
    )


@pytest.mark.parametrize("module", MODULES)
def test_patterns_take_linear_time(module: ModuleType) -> None:
    """A pattern's time grows with the text, not with its square.

    The pumps are made from the pattern's own shape.
    """
    steep = {
        (name, pump)
        for name, pattern in _patterns(module)
        for pump in pumps(pattern)
        for work in _works(pattern, _uses(module, name))
        if grows_too_fast(work, repeated(*pump))
    }
    assert set() == steep


def _works(pattern: re.Pattern[Any], uses: set[str]) -> Iterator[Callable[[str], object]]:
    if uses & _FINDING:
        yield searched(pattern)
    if uses & _MATCHING:
        yield matched(pattern)


def _functions(module: ModuleType) -> Iterator[tuple[str, Callable[[str], object]]]:
    """Yield the functions of a module that need one text and no more."""
    for name, function in inspect.getmembers(module, callable):
        if getattr(function, "__module__", "") != module.__name__ or inspect.isclass(function):
            continue
        try:
            parameters = list(inspect.signature(function).parameters.values())
            hints = typing.get_type_hints(inspect.unwrap(function))
        except (NameError, TypeError, ValueError):
            continue
        needed = [one for one in parameters if one.default is one.empty]
        if len(needed) == 1 and hints.get(needed[0].name) in {str, bytes}:
            yield name, _on_text(inspect.unwrap(function), is_bytes=hints[needed[0].name] is bytes)


def _on_text(function: Callable[[Any], object], *, is_bytes: bool) -> Callable[[str], object]:
    def call(text: str) -> object:
        try:
            result = function(text.encode() if is_bytes else text)
            return list(result) if isinstance(result, Iterator) else result
        except Exception:  # noqa: BLE001 - what it says of a text is for other tests; here its time counts
            return None

    return call


@pytest.mark.parametrize("module", MODULES)
def test_functions_of_text_take_linear_time(module: ModuleType) -> None:
    """A function's time grows with the text, not with its square, for markup and marks in a row."""
    common = _PIECES if module.__name__.startswith(_MARKUP) else ()
    own = {pump[1] for _name, pattern in _patterns(module) for pump in pumps(pattern)}
    steep = {
        (name, piece)
        for name, function in _functions(module)
        for piece in dict.fromkeys((*common, *sorted(own)))
        if (name not in _CLEANERS or piece.isascii())
        and grows_too_fast(function, repeated("", piece, ""), _LONG_SIZES)
    }
    assert set() == steep
