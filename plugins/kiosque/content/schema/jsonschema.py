"""The head of a kind of file as JSON Schema (draft 2020-12), which editors of YAML check and complete by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import yaml

from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind
from kiosque.i18n import _

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kind: Kind, address: str = "", say: Callable[[str], str] = _) -> dict[str, Any]:
    """Return the schema of a kind's head; ``address`` is its own, ``say`` gives its words in the reader's language.

    Each field may stand under its English or one of its French keys; of one that is required, one of them must.
    """
    schema = {"$schema": _DRAFT} | ({"$id": address} if address else {})
    described = schema | {"title": say(kind.label), "description": say(kind.help)}
    either = [field for field in kind.fields if field.name in kind.one_of]
    mapping = _mapping(kind.fields, say)
    return described | mapping | ({"anyOf": _present(either)} if either else {})


def _mapping(fields: tuple[Field, ...], say: Callable[[str], str]) -> dict[str, Any]:
    required = [{"anyOf": _present([one])} for one in fields if one.required]
    properties = {key: _field(one, say) for one in fields for key in keys(one)}
    mapping = {"type": "object", "properties": properties, "additionalProperties": False}
    return mapping | ({"allOf": required} if required else {})


def _present(fields: Iterable[Field]) -> list[dict[str, Any]]:
    """Return what is asked of a mapping that holds one of these fields, under any of their keys."""
    return [{"required": [key]} for one in fields for key in keys(one)]


def keys(field: Field) -> Iterable[str]:
    """Return the keys under which a field may stand, the English one first."""
    return (field.name, *field.french)


def _field(field: Field, say: Callable[[str], str]) -> dict[str, Any]:
    described = {"title": say(field.label), "description": say(field.help) if field.help else ""}
    example = {"examples": [_as_json(field.example)]} if field.example else {}
    return {key: value for key, value in described.items() if value} | _shape(field, say) | example


def _shape(field: Field, say: Callable[[str], str]) -> dict[str, Any]:
    if not field.fields:
        choices = field.shape.choices
        known = {"examples": list(choices)} if field.shape.name == "suggestion" else {"enum": list(choices)}
        return dict(field.shape.json) | (known if choices else {})
    one = {"anyOf": [dict(field.fields[0].shape.json), _mapping(field.fields, say)]}
    return {"type": "array", "items": one} if field.many else one


def _as_json(example: str) -> object:
    """Return an example as JSON has it, where dates are text."""
    value = yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text, lists and mappings only
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
