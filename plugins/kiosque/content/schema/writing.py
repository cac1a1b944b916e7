"""Content files, written: a head from the values of its fields, and the file that someone begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import yaml

from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind
from kiosque.i18n import N_, _

_ENDLESS = 2**31 - 1
_RULE = N_("Lines that begin with # don’t count: take the mark away from those that you need.")
_NEEDED = N_("It is needed.")
_EXAMPLE = N_("For example:")
Say = Callable[[str], str]


def content_file(head: Mapping[str, object], body: str = "") -> str:
    """Return the text of a content file: its head in the order given, what is empty left out, then its text.

    Values are text, numbers, days, lists and mappings of them.
    """
    lines = [line for key, value in head.items() for line in _lines(key, value)]
    text = body.strip()
    return "\n".join(["---", *lines, "---", *([text] if text else []), ""])


def _lines(key: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        inner = [f"  {line}" for name, one in value.items() for line in _lines(name, one)]
        yield from [f"{key}:", *inner] if inner else []
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        yield from [f"{key}:", *(f"  - {on_one_line(one)}" for one in value)]
    elif value not in ("", [], None):
        yield f"{key}: {on_one_line(value)}"


def on_one_line(value: object) -> str:
    """Return a value as YAML on one line, between quotes where YAML would take it for anything else."""
    written = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=_ENDLESS, sort_keys=False
    )
    return written.removesuffix("...\n").strip()


def model_file(kind: Kind, say: Say = _) -> str:
    """Return a file to begin with, for whoever writes it by hand: what must be filled in, and the rest behind ``#``.

    It is written in the hub's language, which ``say`` speaks. Without its marks it is read as it stands.
    """
    lines = [f"# {say(kind.label)}. {say(kind.help)}", f"# {say(_RULE)}"]
    for field in kind.fields:
        if field.asked:
            lines += ["", *_model(field, say, is_needed=field.required)]
    return "\n".join(["---", *lines, "---", "", say(kind.body), ""])


def _model(field: Field, say: Say, *, is_needed: bool) -> list[str]:
    said = " ".join(filter(None, (f"{say(field.label)}.", say(field.help) if field.help else "")))
    if is_needed:
        return [f"# {said} {say(_NEEDED)} {say(_EXAMPLE)} {field.example}", f"{field.name}:"]
    if not field.fields or field.many:
        return [f"# {said}", f"#{field.name}: {field.example}"]
    inner = [f"#  {one.name}: {one.example}" for one in field.fields if one.asked]
    return [f"# {said}", f"#{field.name}:", *inner]
