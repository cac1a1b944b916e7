"""The examples of a component in the style guide: the rendered example, and the source to copy."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markupsafe import Markup, escape

from kiosque.i18n import _
from kiosque.site.styleguide.components import Component, Example

# Attributes that hold one id or several.
_ID = re.compile(
    r"\b(id|for|list|headers|popovertarget|commandfor|"
    r"aria-(?:labelledby|describedby|controls|owns|details))=\"([^\"]+)\""
)
_INNER_LINK = re.compile(r"\bhref=\"#([^\"]+)\"")
# A link to a page of the hub, but not to a file of the theme. A hub needn't have the pages that examples link
# to.
_PAGE_LINK = re.compile(r"\bhref=\"/(?![^\"]*\btheme/)[^\"]*\"")
# Elements that screen readers list by their names.
_LANDMARK = re.compile(r"<(?:nav|section|aside|form|search)\b[^>]*>")
_LABEL = re.compile(r"\b(aria-label(?:ledby)?)=\"([^\"]*)\"")


def rendered(macro: Any, example: Example, heading: str) -> Markup:
    """Return an example as its macro renders it, changed so that several examples fit on a page.

    ``heading`` is the id of the example's heading. It is added to ids and to the names of landmarks, so that
    none is there twice. Links to pages, and to fragments that aren't part of the example, lead to the
    heading. An error of the macro gets a note with the name of the example.
    """
    try:
        html = str(macro(**example.arguments))
    except Exception as error:
        error.add_note(_("in the example “{name}” of its data file").format(name=example.name))
        raise
    html = _ID.sub(lambda m: f'{m[1]}="{" ".join(f"{id_}-{heading}" for id_ in m[2].split())}"', html)
    ids = {attribute[2] for attribute in _ID.finditer(html) if attribute[1] == "id"}
    html = _INNER_LINK.sub(
        lambda m: f'href="#{own if (own := f"{m[1]}-{heading}") in ids else heading}"', html
    )
    html = _PAGE_LINK.sub(f'href="#{heading}"', html)
    html = _LANDMARK.sub(lambda m: _with_unique_name(m[0], example.name, heading), html)
    return Markup(html)  # noqa: S704 - it comes from the theme


def _with_unique_name(tag: str, name: str, heading: str) -> str:
    """Return the tag of a landmark with the example's name in its own name."""

    def longer_label(label: re.Match[str]) -> str:
        addition = heading if label[1] == "aria-labelledby" else f"({escape(name)})"
        return f'{label[1]}="{label[2]} {addition}"'

    renamed, labels = _LABEL.subn(longer_label, tag)
    # A section without a name isn't a landmark, and needs no name.
    return renamed if labels or tag.startswith("<section") else f'{tag[:-1]} aria-labelledby="{heading}">'


def source(example: Example, component: Component) -> str:
    """Return the lines of a template that show an example.

    Plain values are written out. For a record or list stands the name of its parameter: see ``data``.
    """
    macro = component.macro
    own = f"show_{macro}" if macro in example.arguments else macro
    arguments = []
    for parameter in component.parameters:
        if parameter.name in example.arguments:
            value = _literal(parameter.name, example.arguments[parameter.name])
            arguments.append(f"{parameter.name}={value}" if parameter.default else value)
    imported = macro if own == macro else f"{macro} as {own}"
    return f'{{% from "{component.file}" import {imported} %}}\n\n{{{{ {own}({", ".join(arguments)}) }}}}'


def _literal(name: str, value: object) -> str:
    return msgspec.json.encode(value).decode() if isinstance(value, str | int | float | None) else name


def data(example: Example) -> str:
    """Return the records and lists among an example's arguments as indented JSON."""
    plain = (str, int, float, type(None))
    parts = [
        f"{name} = {msgspec.json.format(json, indent=2)}"
        for name, json in example.as_json.items()
        if not isinstance(example.arguments[name], plain)
    ]
    return "\n\n".join(parts)
