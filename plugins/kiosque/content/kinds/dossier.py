"""The dossier: the memory of a project, with the publications about it."""

from __future__ import annotations

from datetime import datetime

from kiosque.content.kinds.common import (
    ALIASES,
    AUTHORS,
    COMMUNE,
    IMAGE,
    LANGUAGE,
    LICENCE,
    SLUG,
    STATUS,
    SUMMARY,
    TITLE,
    UPDATED,
    VERIFIED,
)
from kiosque.content.schema import fields as shape
from kiosque.content.schema import values
from kiosque.content.schema.fields import Field, Shape
from kiosque.content.schema.kind import Kind, Order
from kiosque.i18n import N_
from kiosque.model import ContentItem

BY_DATE, CHOSEN = "date", "chosen"


class Dossier(ContentItem, frozen=True, kw_only=True):
    """The memory of a project, ``content/dossiers/<slug>.md``.

    The project lasted from ``from_`` until ``to``; without ``to`` it still goes on. ``people`` took part.

    The dossier gathers two sorts of publications. The first are from the time of the project, and have one of
    its ``tags`` or ``themes``, or are by one of its ``sources`` (slugs). The second are those in ``items``:
    addresses of pages of the hub, or of originals. ``order`` is ``date``, or ``chosen``: the publications of
    ``items`` come first, in the order of that list.
    """

    from_: datetime
    to: datetime | None = None
    people: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    order: str = BY_DATE


_ORDER = Shape(
    "choice",
    values.one_of({"date": BY_DATE, "par date": BY_DATE, "chosen": CHOSEN, "choisi": CHOSEN}),
    {"type": "string"},
    {BY_DATE: N_("By date"), CHOSEN: N_("In the order of the list")},
)

DOSSIER = Kind(
    name="dossier",
    folder="dossiers",
    address="/dossiers/{slug}/",
    record=Dossier,
    label=N_("Dossier"),
    plural=N_("Dossiers"),
    help=N_("The memory of a project: what was published about it, from its beginning to its end."),
    body=N_("What the project was, and what came of it, in Markdown."),
    mark=N_("Dossier"),
    title="title",
    date="from_",
    order=Order.NEWEST,
    schema_org="Collection",
    template="",
    fields=(
        TITLE,
        Field(
            "from",
            shape.MOMENT,
            N_("Beginning"),
            N_("The day on which the project began."),
            ("de", "du", "début", "depuis"),
            required=True,
            example="2024-09-14",
        ),
        Field(
            "to",
            shape.END,
            N_("End"),
            N_("Its last day; empty while it goes on."),
            ("à", "au", "fin"),
            example="2026-03-08",
        ),
        SUMMARY,
        Field(
            "people",
            shape.LINES,
            N_("Who took part"),
            N_("Groups, associations, people who agree to be named."),
            ("avec", "participants", "participantes", "ont pris part"),
            example="[Les Amis du moulin, la commune de Saillans]",
        ),
        Field(
            "tags",
            shape.TAGS,
            N_("Tags that it gathers"),
            N_("Publications with one of these tags, of the time of the project."),
            ("mots-clés", "mots-cles", "étiquettes"),
            example="[moulin de Saillans]",
        ),
        Field(
            "themes",
            shape.LINES,
            N_("Themes that it gathers"),
            N_("Publications of one of these themes of the hub."),
            ("thèmes",),
            example="[patrimoine]",
            asked=False,
        ),
        Field(
            "sources",
            shape.LINES,
            N_("Media that it gathers"),
            N_("All that these media published meanwhile: the names of their files."),
            ("médias", "medias"),
            example="[radio-des-trois-ponts]",
            asked=False,
        ),
        Field(
            "items",
            shape.LINES,
            N_("Publications that it names"),
            N_("The address of each, on this hub or of its original."),
            ("parutions", "publications"),
            example="[/articles/une-carte-faite-a-vingt-mains/]",
        ),
        Field(
            "order",
            _ORDER,
            N_("Order"),
            N_("By date, or first the publications that it names, in the order of the list."),
            ("ordre",),
            example="date",
            asked=False,
        ),
        AUTHORS,
        COMMUNE,
        IMAGE,
        LICENCE,
        UPDATED,
        LANGUAGE,
        ALIASES,
        STATUS,
        VERIFIED,
        SLUG,
    ),
)
