"""The kinds of content file as pages show them: a form, a guide, a file to begin with, a schema for editors of YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from gettext import NullTranslations

import msgspec
from markupsafe import Markup

from kiosque.content.kinds import KINDS
from kiosque.content.schema import Field, Kind, json_schema, model_file
from kiosque.files import read_file
from kiosque.model import Record
from kiosque.settings.pelicanconf import HubSettings

ADDRESS = "/contribuer/"
SLUG = ADDRESS.strip("/")


class FormField(Record, frozen=True):
    """A field of a kind, for a form and a guide; its words are English messages.

    ``key`` is its name in the form, ``image.alt`` inside a group; ``choices`` are values with what says them. What
    isn't ``asked`` is in the guide only.
    """

    key: str
    name: str
    shape: str
    label: str
    help: str = ""
    french: tuple[str, ...] = ()
    required: bool = False
    asked: bool = True
    many: bool = False
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    fields: tuple[FormField, ...] = ()


class FormKind(Record, frozen=True):
    """A kind of content file, for pages; its words are English messages.

    ``address`` is that of its form, ``folder`` where its files lie, from the hub's folder. ``title`` names the field that
    gives a file its name; of the fields in ``either`` one must be given.
    """

    name: str
    address: str
    folder: str
    label: str
    help: str
    body: str
    title: str
    fields: tuple[FormField, ...]
    either: tuple[str, ...] = ()
    needs_text: bool = True


def form_kinds() -> list[FormKind]:
    """Return all kinds, in their order."""
    return [_kind(kind) for kind in KINDS.values()]


def _kind(kind: Kind) -> FormKind:
    return FormKind(
        name=kind.name,
        address=f"{ADDRESS}{kind.name}/",
        folder=f"content/{kind.folder}",
        label=kind.label,
        help=kind.help,
        body=kind.body,
        title=kind.title,
        fields=_fields(kind.fields),
        either=kind.one_of,
        needs_text=kind.needs_text,
    )


def _fields(fields: Iterable[Field], group: str = "") -> tuple[FormField, ...]:
    return tuple(
        FormField(
            key=group + field.name,
            name=field.name,
            shape=field.shape.name,
            label=field.label,
            help=field.help,
            french=field.french,
            required=field.required,
            asked=field.asked,
            many=field.many,
            example=field.example,
            choices=tuple(field.shape.choices.items()),
            fields=_fields(field.fields, f"{field.name}."),
        )
        for field in fields
    )


def filters(settings: HubSettings, catalogue: NullTranslations) -> dict[str, Callable[..., object]]:
    """Return the filters of these pages: what a kind's file begins with, its schema, and a file of the hub as it is."""
    say = catalogue.gettext

    def schema(kind: FormKind) -> Markup:
        address = f"{settings.site.url}{kind.address}schema.json" if settings.site.url else ""
        written = msgspec.json.encode(json_schema(KINDS[kind.name], address, say))
        return Markup(msgspec.json.format(written).decode())  # noqa: S704 - a file of JSON

    return {
        "kind_schema": schema,
        "kind_model": lambda kind: Markup(model_file(KINDS[kind.name], say)),  # noqa: S704 - a file of text
        "content_file": partial(_content_file, settings),
    }


def _content_file(settings: HubSettings, path: str) -> str:
    """Return a content file as people wrote it; empty where it can't be read."""
    try:
        return read_file(settings.root / path).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""
