"""Jinja as a build of ten thousand pages needs it: what never changes during a build is done once, or not at all.

All that is put out is still escaped, and templates mean what Jinja's documentation says.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from typing import Any, cast

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.ext import InternationalizationExtension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

# Tests and filters that take what isn't there.
_OF_MISSING = {"d", "default", "defined", "undefined"}

# MarkupSafe's own escaping, without the mark on what it gives, which takes longer than the rest.
_escaped_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)


def _escaped(value: object) -> str:
    """Escape what a template puts out, and what is put together there at once."""
    kind = type(value)
    if kind is str:
        return _escaped_text(value)  # type: ignore[arg-type]  # mypy doesn't see that it is one
    return value if kind is Markup else escape(value)  # type: ignore[return-value]  # nor here


def put_out(called: Any, *given: Any, **named: Any) -> str:
    """Return what a macro gives, or whatever else a template calls so, ready to be put out.

    Jinja looks each time whether what it calls asks for more than its arguments, and marks what a macro gives as
    escaped: both take longer than most macros.
    """
    if type(called) is not Macro or called.caller or called.catch_kwargs or called.catch_varargs:
        return _escaped(called(*given, **named))
    names = called.arguments
    arguments = (*given, *[named.pop(name, missing) for name in names[len(given) :]])
    if named or len(arguments) > len(names):
        # It says what is wrong with its arguments.
        return _escaped(called(*given, **named))
    return called._func(*arguments)  # noqa: SLF001 - Jinja has no other way to it


class _Code(CodeGenerator):
    """Jinja's, which puts out what imported macros and the filter ``once`` give without asking what they gave."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        """Write the code of a template, knowing what it imports and defines."""
        imported = {
            name if isinstance(name, str) else name[1]
            for one in node.find_all(nodes.FromImport)
            for name in one.names
        }
        self._macros = imported | {one.name for one in node.find_all(nodes.Macro)}
        self._direct: nodes.Expr | None = None
        self._may_be_missing = False
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        self._direct = node if self._is_macro(node) or _is_once(node) else None
        if not self._direct:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if self._direct is not node:
            super()._output_child_post(node, frame, finalize)

    def _is_macro(self, node: nodes.Expr) -> bool:
        return (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name in self._macros
        )

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: FBT001, FBT002, N802 - Jinja's
        """Write a call."""
        if node is not self._direct:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("put_out(")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_Filter(self, node: nodes.Filter, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write a filter: what ``once`` gives is text, which is marked as escaped where it isn't put out at once."""
        is_marked = _is_once(node) and node is not self._direct
        self.write("Markup(" if is_marked else "")
        before, self._may_be_missing = self._may_be_missing, self._may_be_missing or node.name in _OF_MISSING
        super().visit_Filter(node, frame)
        self._may_be_missing = before
        self.write(")" if is_marked else "")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write an attribute as Python does, where it is one of a record: Jinja would look for a key where it is missing."""
        if self._may_be_missing or keyword.iskeyword(node.attr) or _is_self(node.node):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Test(self, node: nodes.Test, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write a test: one of whether something is there is asked of what may be missing."""
        before, self._may_be_missing = self._may_be_missing, self._may_be_missing or node.name in _OF_MISSING
        super().visit_Test(node, frame)
        self._may_be_missing = before


def _is_self(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "self"


def _is_once(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Filter) and node.name == "once"


class Template(jinja2.Template):
    """A template whose macros are made once: what imports it adds no globals, so Jinja needn't compare them."""

    def _get_default_module(self, ctx: object = None) -> Any:
        del ctx
        if self._module is None:
            self._module = self.make_module()
        return self._module

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Any:  # noqa: A002 - Jinja's name
        namespace |= {"escape": _escaped, "put_out": put_out}
        return super()._from_namespace(environment, namespace, globals)


class Environment(jinja2.Environment):
    """Jinja's, which looks a template up once a build: none changes meanwhile."""

    code_generator_class = _Code
    template_class = Template

    def __init__(self, catalogue: NullTranslations, **options: Any) -> None:
        """Open an environment that speaks the language of a catalogue."""
        super().__init__(**options)
        self.catalogue = catalogue
        self._found: dict[Any, jinja2.Template] = {}

    def make_globals(self, d: Any) -> Any:
        """Return what a template sees besides its values, as one mapping, since it is copied for each page."""
        return {**self.globals, **(d or {})}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: A002 - Jinja's name
        """Return a template, the same one each time."""
        if name not in self._found:
            self._found[name] = super().get_template(name, parent, globals)
        return self._found[name]


class ConstantMessages(InternationalizationExtension):
    """Jinja's, which translates ``_("…")`` while a template is compiled: one environment speaks one language."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Put the translation in the place of each call whose one argument is a text."""
        translate = cast("Any", self.environment).catalogue.gettext
        tokens = list(stream)
        place = 0
        while place < len(tokens):
            name, opening, message, closing = (*tokens[place : place + 4], *[tokens[-1]] * 3)[:4]
            is_message = name.test("name:_") and message.test("string")
            if is_message and opening.test("lparen") and closing.test("rparen"):
                yield Token(message.lineno, "string", translate(message.value))
                place += 4
            else:
                yield name
                place += 1
