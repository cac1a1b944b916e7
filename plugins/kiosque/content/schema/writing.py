"""Writes content files: from the values of their fields, and as templates to fill in. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import yaml

from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind
from kiosque.i18n import N_, _

# In columns: YAML wraps no line.
_UNLIMITED = 2**31 - 1
_RULE = N_("Lines that begin with # don’t count: take the mark away from those that you need.")
_NEEDED = N_("It is needed.")
_EXAMPLE = N_("For example:")
Say = Callable[[str], str]


def content_file(head: Mapping[str, object], body: str = "") -> str:
    """Return a content file: its head in the order of ``head``, without empty values, and then its text.

    A value is a text, a number, a day, or a list or mapping of these.
    """
    lines = [line for key, value in head.items() for line in _lines(key, value)]
    text = body.strip()
    return "\n".join(["---", *lines, "---", *([text] if text else []), ""])


def _lines(key: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        inner = [f"  {line}" for inner_key, item in value.items() for line in _lines(inner_key, item)]
        yield from [f"{key}:", *inner] if inner else []
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield from [f"{key}:", *(f"  - {on_one_line(item)}" for item in value)]
    elif value not in ("", [], None):
        yield f"{key}: {on_one_line(value)}"


def on_one_line(value: object) -> str:
    """Return a value as YAML on one line, in quotes if YAML would read it as something else."""
    line = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=_UNLIMITED, sort_keys=False
    )
    return line.removesuffix("...\n").strip()


def commented_fields(kind: Kind, names: Iterable[str], say: Say = _) -> list[str]:
    """Return commented lines for fields that a person may fill in, each with its words and an example."""
    by_name = {field.name: field for field in kind.fields}
    return [line for name in names for line in _model(by_name[name], say, is_needed=False)]


def model_file(kind: Kind, say: Say = _) -> str:
    """Return a content file as a template, for people who write by hand.

    Required fields are empty, and all others are commented out with ``#``. Without these marks, the file is
    valid. Its words are in the hub's language; ``say`` translates them.
    """
    lines = [f"# {say(kind.label)}. {say(kind.help)}", f"# {say(_RULE)}"]
    for field in kind.fields:
        if field.asked:
            lines += ["", *_model(field, say, is_needed=field.required)]
    return "\n".join(["---", *lines, "---", "", say(kind.body), ""])


def _model(field: Field, say: Say, *, is_needed: bool) -> list[str]:
    """Return the lines of a field in a template."""
    words = " ".join(filter(None, (f"{say(field.label)}.", say(field.help) if field.help else "")))
    if is_needed:
        return [f"# {words} {say(_NEEDED)} {say(_EXAMPLE)} {field.example}", f"{field.name}:"]
    if not field.fields or field.many:
        return [f"# {words}", f"#{field.name}: {field.example}"]
    inner = [f"#  {part.name}: {part.example}" for part in field.fields if part.asked]
    return [f"# {words}", f"#{field.name}:", *inner]
