"""The head of a kind of file as JSON Schema (draft 2020-12), which editors of YAML check and complete by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from kiosque.i18n import _
from kiosque.schema.fields import Field
from kiosque.schema.kinds import Kind

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: Kind, address: str = "") -> dict[str, Any]:
    """Return the schema of a kind's head, its words in the language in force; ``address`` is its own.

    Each field may stand under its English or one of its French keys; of one that is required, one of them must.
    """
    schema = {"$schema": _DRAFT} | ({"$id": address} if address else {})
    return schema | {"title": _(kind.label), "description": _(kind.help)} | _mapping(kind.fields)


def _mapping(fields: tuple[Field, ...]) -> dict[str, Any]:
    required = [{"anyOf": [{"required": [key]} for key in keys(one)]} for one in fields if one.required]
    properties = {key: _field(one) for one in fields for key in keys(one)}
    mapping = {"type": "object", "properties": properties, "additionalProperties": False}
    return mapping | ({"allOf": required} if required else {})


def keys(field: Field) -> Iterable[str]:
    """Return the keys under which a field may stand, the English one first."""
    return (field.name, *field.french)


def _field(field: Field) -> dict[str, Any]:
    described = {"title": _(field.label), "description": _(field.help) if field.help else ""}
    example = {"examples": [_as_json(field.example)]} if field.example else {}
    return {key: value for key, value in described.items() if value} | _shape(field) | example


def _shape(field: Field) -> dict[str, Any]:
    if not field.fields:
        choices = field.shape.choices
        known = {"examples": list(choices)} if field.shape.name == "suggestion" else {"enum": list(choices)}
        return dict(field.shape.json) | (known if choices else {})
    one = {"anyOf": [dict(field.fields[0].shape.json), _mapping(field.fields)]}
    return {"type": "array", "items": one} if field.many else one


def _as_json(example: str) -> object:
    """Return an example as JSON has it, where dates are text."""
    value = yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text, lists and mappings only
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
