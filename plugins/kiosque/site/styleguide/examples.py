"""What the style guide shows of a component's example: how it looks, and the source to copy."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from markupsafe import Markup, escape

from kiosque.i18n import _
from kiosque.site.styleguide.components import Component, Example

# Attributes that hold an id, or several; and the elements that screen readers list by name.
_ID = re.compile(
    r"\b(id|for|list|headers|popovertarget|commandfor|aria-(?:labelledby|describedby|controls|owns|details))=\"([^\"]+)\""
)
_INNER_LINK = re.compile(r"\bhref=\"#([^\"]+)\"")
# Pages of the hub, but not the theme's own files: a hub needn't have the pages that examples name.
_PAGE_LINK = re.compile(r"\bhref=\"/(?![^\"]*\btheme/)[^\"]*\"")
_LANDMARK = re.compile(r"<(?:nav|section|aside|form|search)\b[^>]*>")
_LABEL = re.compile(r"\b(aria-label(?:ledby)?)=\"([^\"]*)\"")


def shown(macro: Any, example: Example, heading: str) -> Markup:
    """Return an example as its macro renders it, fit to stand beside others.

    No id and no name of a landmark is there twice; links to pages, and to places that aren't shown, lead to the example. ``heading`` is the id of
    the example's heading. What the macro raises names the example.
    """
    try:
        html = str(macro(**example.arguments))
    except Exception as error:
        error.add_note(_("in the example “{name}” of its data file").format(name=example.name))
        raise
    html = _ID.sub(lambda m: f'{m[1]}="{" ".join(f"{id_}-{heading}" for id_ in m[2].split())}"', html)
    ids = {found[2] for found in _ID.finditer(html) if found[1] == "id"}
    html = _INNER_LINK.sub(
        lambda m: f'href="#{own if (own := f"{m[1]}-{heading}") in ids else heading}"', html
    )
    html = _PAGE_LINK.sub(f'href="#{heading}"', html)
    return Markup(_LANDMARK.sub(lambda m: _named_apart(m[0], example.name, heading), html))  # noqa: S704 - the theme's


def _named_apart(tag: str, name: str, heading: str) -> str:
    """Add an example's name to that of a landmark, or name it so."""

    def longer(label: re.Match[str]) -> str:
        more = heading if label[1] == "aria-labelledby" else f"({escape(name)})"
        return f'{label[1]}="{label[2]} {more}"'

    named, labels = _LABEL.subn(longer, tag)
    # Without a name a section is no landmark, and needs none.
    return named if labels or tag.startswith("<section") else f'{tag[:-1]} aria-labelledby="{heading}">'


def source(example: Example, component: Component) -> str:
    """Return what a template writes for an example: plain values as they are, records by their parameter's name."""
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
    """Return the records and lists among an example's arguments, as JSON that is easily read."""
    plain = (str, int, float, type(None))
    parts = [
        f"{name} = {msgspec.json.format(written, indent=2)}"
        for name, written in example.written.items()
        if not isinstance(example.arguments[name], plain)
    ]
    return "\n\n".join(parts)
