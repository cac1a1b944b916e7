"""Jinja made faster for builds of ten thousand pages.

Work whose result never changes during a build is done once, or left out.

All output is still escaped, and templates keep the meaning that Jinja's documentation gives them.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

# Tests and filters that accept undefined values.
_FOR_UNDEFINED = {"d", "default", "defined", "undefined"}

# MarkupSafe's own escaping without the ``Markup`` around the result, which takes longer than the escaping.
_escaped_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)


def _escaped(value: object) -> str:
    """Return a value as escaped text; a result of type ``str`` is escaped too."""
    value_type = type(value)
    if value_type is str:
        return _escaped_text(value)  # type: ignore[arg-type]  # mypy doesn't see that it is text
    return value if value_type is Markup else escape(value)  # type: ignore[return-value]  # nor here


def escaped_call(function: Any, *positional: Any, **named: Any) -> str:
    """Call a macro, or anything else that a template calls, and return its result as escaped text.

    At each call Jinja asks whether a macro takes more than its named arguments, and marks the result as
    escaped. Both take longer than most macros, and are left out here.
    """
    if type(function) is not Macro or function.caller or function.catch_kwargs or function.catch_varargs:
        return _escaped(function(*positional, **named))
    names = function.arguments
    arguments = (*positional, *[named.pop(name, missing) for name in names[len(positional) :]])
    if named or len(arguments) > len(names):
        # This call raises Jinja's own error about the wrong arguments.
        return _escaped(function(*positional, **named))
    return function._func(*arguments)  # noqa: SLF001 - Jinja has no other way to it


class _CodeGenerator(CodeGenerator):
    """Jinja's generator, changed so that results which are escaped already are written out directly.

    These are the results of macros and of the filter ``once``.
    """

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        """Write the code of a template, after collecting the macros that it imports and defines."""
        imported = {
            name if isinstance(name, str) else name[1]
            for statement in node.find_all(nodes.FromImport)
            for name in statement.names
        }
        self._macros = imported | {macro.name for macro in node.find_all(nodes.Macro)}
        # The expression whose result is written out without another escaping.
        self._escaped_node: nodes.Expr | None = None
        self._may_be_undefined = False
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        self._escaped_node = node if self._is_macro(node) or _is_once(node) else None
        if not self._escaped_node:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if self._escaped_node is not node:
            super()._output_child_post(node, frame, finalize)

    def _is_macro(self, node: nodes.Expr) -> bool:
        return (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name in self._macros
        )

    def visit_Call(  # noqa: N802 - Jinja's name
        self,
        node: nodes.Call,
        frame: Any,
        forward_caller: bool = False,  # noqa: FBT001, FBT002 - Jinja's arguments
    ) -> None:
        """Write a call: that of a macro as ``escaped_call``."""
        if node is not self._escaped_node:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("escaped_call(")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    def visit_Filter(self, node: nodes.Filter, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write a filter. The result of ``once`` is marked as escaped where it isn't written out directly."""
        is_marked = _is_once(node) and node is not self._escaped_node
        self.write("Markup(" if is_marked else "")
        with self._undefined_allowed(node.name):
            super().visit_Filter(node, frame)
        self.write(")" if is_marked else "")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write an attribute as plain Python does.

        Jinja would look for an item of that name where the attribute is missing, which records don't have.
        """
        if self._may_be_undefined or keyword.iskeyword(node.attr) or _is_self(node.node):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Test(self, node: nodes.Test, frame: Any) -> None:  # noqa: N802 - Jinja's name
        """Write a test, which may be one of whether a value is defined."""
        with self._undefined_allowed(node.name):
            super().visit_Test(node, frame)

    @contextmanager
    def _undefined_allowed(self, name: str) -> Iterator[None]:
        """Allow undefined attributes inside of a filter or test that accepts undefined values."""
        before = self._may_be_undefined
        self._may_be_undefined = before or name in _FOR_UNDEFINED
        yield
        self._may_be_undefined = before


def _is_self(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.name == "self"


def _is_once(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Filter) and node.name == "once"


class Template(jinja2.Template):
    """A template whose macros are made once.

    Jinja would make them again for other globals, but templates that import this one add none.
    """

    def _get_default_module(self, ctx: object = None) -> Any:
        del ctx
        if self._module is None:
            self._module = self.make_module()
        return self._module

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Any:  # noqa: A002 - Jinja's name
        namespace |= {"escape": _escaped, "escaped_call": escaped_call}
        return super()._from_namespace(environment, namespace, globals)


class Environment(jinja2.Environment):
    """Jinja's environment, which looks each template up once a build: templates don't change meanwhile."""

    code_generator_class = _CodeGenerator
    template_class = Template

    def __init__(self, catalogue: NullTranslations, **options: Any) -> None:
        """Make an environment whose messages are translated by a catalogue."""
        super().__init__(**options)
        self.catalogue = catalogue
        self._templates: dict[Any, jinja2.Template] = {}

    def make_globals(self, d: Any) -> Any:
        """Return the globals of a template as a plain dictionary, which is copied for each page."""
        return {**self.globals, **(d or {})}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: A002 - Jinja's name
        """Return a template, the same object for each call."""
        if name not in self._templates:
            self._templates[name] = super().get_template(name, parent, globals)
        return self._templates[name]


class ConstantMessages(InternationalizationExtension):
    """Jinja's extension, which translates ``_("…")`` at compilation: an environment has one language."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Replace each ``_("…")`` with the translation, where the only argument is a text."""
        translate = cast("Any", self.environment).catalogue.gettext
        tokens = list(stream)
        position = 0
        while position < len(tokens):
            name, opening, message, closing = (*tokens[position : position + 4], *[tokens[-1]] * 3)[:4]
            is_message = name.test("name:_") and message.test("string")
            if is_message and opening.test("lparen") and closing.test("rparen"):
                yield Token(message.lineno, "string", translate(message.value))
                position += 4
            else:
                yield name
                position += 1
