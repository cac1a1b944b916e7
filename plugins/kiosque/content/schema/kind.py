"""Describes a kind of content file: its fields, its addresses, the order of its list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from kiosque.content.schema.fields import Field


class Order(StrEnum):
    """The order of the list of a kind."""

    NEWEST = "newest first"
    NAME = "by name"


@dataclass(frozen=True, slots=True)
class Either:
    """Fields of which a head must have at least one.

    ``rule`` and ``message`` (in English) are those of the problem if it has none.
    """

    fields: tuple[str, ...]
    rule: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """The description of one kind of content file. Code that works for every kind reads it.

    - ``name`` is the name in code and commands, ``folder`` the folder below ``content/``.
    - ``address`` is the pattern of the addresses of its pages: ``/articles/{slug}/``.
    - ``record`` is the class of its records: a ``ContentItem``, unless a module makes its pages in a special
      way.
    - ``title`` is the field with the title of a file.
    - ``label``, ``plural``, ``help``, ``body`` and ``mark`` are English messages: the name of the kind in the
      singular and in the plural, its purpose, the purpose of its text, and the mark on its cards.
    - ``date`` is the field with the date, by which lists are cut and feeds are ordered. A kind without dates
      has a list by name and no feeds.
    - ``order`` is the order of its list. An item is shown until the moment in its field ``until``.
    - ``in_stream`` puts its items among the publications: in the stream, on the home page, and in the lists
      by format, theme, tag and commune. ``has_list`` gives the kind a list of its own.
    - ``schema_org`` is its type in schema.org.
    - ``template`` renders its pages. It is empty if a part of the site makes them for this kind alone.
    - ``either`` asks for one of several fields, ``needs_text`` for a text.
    - ``text_field`` is the field of the record that keeps the Markdown of the text, if the page shows more
      than the text.
    """

    name: str
    folder: str
    address: str
    record: type[Any]
    label: str
    plural: str
    help: str
    body: str
    title: str
    fields: tuple[Field, ...]
    mark: str = ""
    date: str = ""
    until: str = "expires"
    order: Order = Order.NAME
    in_stream: bool = False
    has_list: bool = True
    schema_org: str = "CreativeWork"
    template: str = "item.html"
    either: Either | None = None
    needs_text: bool = True
    text_field: str = ""

    @property
    def groups(self) -> Mapping[str, tuple[Field, ...]]:
        """The fields of each field whose value is a mapping or a list of mappings."""
        return {field.name: field.fields for field in self.fields if field.fields}

    @property
    def one_of(self) -> tuple[str, ...]:
        """The fields of which a head must have at least one; empty if the kind has no such rule."""
        return self.either.fields if self.either else ()

    @property
    def list_address(self) -> str:
        """The address of its list, such as ``/articles/``. The addresses of its pages begin with it."""
        return self.address.partition("{slug}")[0]

    def page(self, slug: str) -> str:
        """Return the address of one of its pages."""
        return self.address.replace("{slug}", slug)

    def slug_in(self, address: str) -> str:
        """Return the slug in the address of a page of this kind; empty for any other address.

        The last slash of the address may be missing.
        """
        match = _pattern(self.address).fullmatch(address)
        return match["slug"] if match else ""

    def moment(self, record: Any) -> datetime | None:
        """Return the moment by which a record is ordered; None if the kind has no date."""
        moment: datetime | None = getattr(record, self.date) if self.date else None
        return moment

    def is_over(self, record: Any, now: datetime) -> bool:
        """Whether a record isn't shown any more at the moment ``now``."""
        until: datetime | None = getattr(record, self.until, None)
        return until is not None and until <= now


@cache
def _pattern(address: str) -> re.Pattern[str]:
    before, _slug, after = address.partition("{slug}")
    return re.compile(rf"{re.escape(before)}(?P<slug>[a-z0-9-]+){re.escape(after.rstrip('/'))}/?")
