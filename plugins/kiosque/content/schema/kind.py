"""What a kind of content file is: its fields, its addresses, its order, how long it is shown. One description a kind."""

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
    """How the list of a kind is ordered."""

    NEWEST = "newest first"
    NAME = "by name"


@dataclass(frozen=True, slots=True)
class Either:
    """Fields of which a head must give one at least, and the rule and English message that say so otherwise."""

    fields: tuple[str, ...]
    rule: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a content file can be. All code that works for every kind asks its description.

    ``name`` is its name in code and commands, ``folder`` its folder below ``content/``. ``address`` is the pattern of its
    pages, ``/articles/{slug}/``. ``record`` is the class of its records: a ``ContentItem``, unless it has pages of its own
    making. ``title`` is the field that a file is called by.

    ``label``, ``plural``, ``help``, ``body`` and ``mark`` are English messages: one of it, several, what it is for, what
    its text is, and what cards say of it.

    ``date`` is the field that gives its day, by which lists are cut and feeds ordered; a kind without one has a list by
    name and no feeds. ``order`` is how its own list is ordered. Until the moment of the field ``until`` it is shown.
    ``in_stream`` puts it among the publications: stream, home page, lists by format, theme, tag and commune.
    ``has_list`` gives it a list of its own. ``schema_org`` is its type in schema.org. ``template`` renders its pages; it is
    empty where a part of its own makes them.

    ``either`` asks for one of several fields, ``needs_text`` for a text. ``text_field`` is the field of the record that
    keeps the text's Markdown, where its page isn't made of it alone.
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
        """The fields whose value is a mapping, or a list of mappings, with fields of its own."""
        return {field.name: field.fields for field in self.fields if field.fields}

    @property
    def one_of(self) -> tuple[str, ...]:
        """The fields of which one at least must be given; none where nothing is asked so."""
        return self.either.fields if self.either else ()

    @property
    def list_address(self) -> str:
        """The address of its list, below which its pages lie: ``/articles/``."""
        return self.address.partition("{slug}")[0]

    def page(self, slug: str) -> str:
        """Return the address of one of its pages."""
        return self.address.replace("{slug}", slug)

    def slug_in(self, address: str) -> str:
        """Return the slug in the address of one of its pages, with or without the last slash; empty for any other."""
        found = _pattern(self.address).fullmatch(address)
        return found["slug"] if found else ""

    def moment(self, record: Any) -> datetime | None:
        """Return when a record takes its place among others, where its kind has a date."""
        moment: datetime | None = getattr(record, self.date) if self.date else None
        return moment

    def is_over(self, record: Any, now: datetime) -> bool:
        """Whether the time of a record has passed."""
        until: datetime | None = getattr(record, self.until, None)
        return until is not None and until <= now


@cache
def _pattern(address: str) -> re.Pattern[str]:
    before, _slug, after = address.partition("{slug}")
    return re.compile(rf"{re.escape(before)}(?P<slug>[a-z0-9-]+){re.escape(after.rstrip('/'))}/?")
