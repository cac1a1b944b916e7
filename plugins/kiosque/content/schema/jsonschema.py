"""Writes JSON Schemas (draft 2020-12) of heads of content files: editors check and complete YAML by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import yaml

from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind
from kiosque.i18n import _

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: Kind, address: str = "", say: Callable[[str], str] = _) -> dict[str, Any]:
    """Return the schema of a kind's head.

    ``address`` is that of the schema itself. ``say`` translates a message. A field may have its English key
    or one of its French keys; a required field must have one of them.
    """
    schema = {"$schema": _DRAFT} | ({"$id": address} if address else {})
    schema |= {"title": say(kind.label), "description": say(kind.help)}
    schema |= _mapping(kind.fields, say)
    either = [field for field in kind.fields if field.name in kind.one_of]
    return schema | ({"anyOf": _has_any(either)} if either else {})


def _mapping(fields: tuple[Field, ...], say: Callable[[str], str]) -> dict[str, Any]:
    """Return the schema of a mapping with these fields."""
    required = [{"anyOf": _has_any([field])} for field in fields if field.required]
    properties = {key: _field(field, say) for field in fields for key in keys(field)}
    mapping = {"type": "object", "properties": properties, "additionalProperties": False}
    return mapping | ({"allOf": required} if required else {})


def _has_any(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Return the alternatives of a schema that asks for one of these fields, under any of its keys."""
    return [{"required": [key]} for field in fields for key in keys(field)]


def keys(field: Field) -> Iterable[str]:
    """Return the keys that a field may have, the English one first."""
    return (field.name, *field.french)


def _field(field: Field, say: Callable[[str], str]) -> dict[str, Any]:
    words = {"title": say(field.label), "description": say(field.help) if field.help else ""}
    example = {"examples": [_as_json(field.example)]} if field.example else {}
    return {key: text for key, text in words.items() if text} | _value(field, say) | example


def _value(field: Field, say: Callable[[str], str]) -> dict[str, Any]:
    """Return the schema of a field's value."""
    if not field.fields:
        choices = field.shape.choices
        listed = {"examples": list(choices)} if field.shape.name == "suggestion" else {"enum": list(choices)}
        return dict(field.shape.json) | (listed if choices else {})
    group = {"anyOf": [dict(field.fields[0].shape.json), _mapping(field.fields, say)]}
    return {"type": "array", "items": group} if field.many else group


def _as_json(example: str) -> object:
    """Return an example, which is YAML, as a value of JSON, in which dates are text."""
    value = yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text, lists and mappings only
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
