"""The kinds of content files as pages show them: a form, a guide, a model file, a schema for YAML editors."""

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
    """A field of a kind, for form and guide. Its texts are English messages, which templates translate.

    ``key`` is its name in the form, such as ``image.alt`` inside a group. ``choices`` are pairs of a value
    and its label. A field with ``asked`` false is only in the guide.
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
    """A kind of content file, for pages. Its texts are English messages, which templates translate.

    ``address`` is that of its form. ``folder`` holds its files, below the hub's folder. ``title`` is the name
    of the field from which a file gets its name. At least one of the fields in ``either`` is required.
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
    """Return all kinds, in the order of the schema."""
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
    """Return the filters for these pages: model file and JSON Schema of a kind, source of a content file."""
    translate = catalogue.gettext

    def schema(kind: FormKind) -> Markup:
        address = f"{settings.site.url}{kind.address}schema.json" if settings.site.url else ""
        encoded = msgspec.json.encode(json_schema(KINDS[kind.name], address, translate))
        return Markup(msgspec.json.format(encoded).decode())  # noqa: S704 - goes into a JSON file

    def model(kind: FormKind) -> Markup:
        text = model_file(KINDS[kind.name], translate)
        return Markup(text)  # noqa: S704 - it goes into a text file, not into HTML

    return {
        "kind_schema": schema,
        "kind_model": model,
        "content_file": partial(_content_file, settings),
    }


def _content_file(settings: HubSettings, path: str) -> str:
    """Return the source text of a content file; empty where it can't be read."""
    try:
        return read_file(settings.root / path).decode("utf-8-sig", errors="replace")
    except OSError:
        return ""
