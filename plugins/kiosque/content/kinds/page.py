"""The hub's own page: about the hub, how to take part, the legal notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosque.content.kinds.common import ALIASES, LANGUAGE, SLUG, STATUS, SUMMARY, TITLE, VERIFIED
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field, Head
from kiosque.content.schema.kind import Kind
from kiosque.i18n import N_
from kiosque.model import ContentItem, Record


class Answerable(Record, frozen=True):
    """The publisher or the host of the site, as the legal notice names them.

    ``director`` is the publication director.
    """

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    director: str = ""


class HubPage(ContentItem, frozen=True, kw_only=True):
    """One of the hub's own pages, ``content/pages/<slug>.md``.

    Only a legal notice has ``publisher`` and ``host``.
    """

    publisher: Answerable | None = None
    host: Answerable | None = None


def _answerable(values: Mapping[str, Any], _head: Head) -> Answerable:
    return Answerable(**{name: value for name, value in values.items() if name != "line"})


_PHONE = Field(
    "phone", shape.LINE, N_("Telephone"), "", ("téléphone", "telephone", "tel"), example="01 99 00 00 00"
)
HOST = (
    Field("name", shape.LINE, N_("Name"), "", ("nom",), example="Hébergeur Démonstration"),
    Field("address", shape.LINE, N_("Postal address"), "", ("adresse", "siège"),
          example="2 rue du Serveur, 26000 Valence"),
    _PHONE,
)  # fmt: skip
PUBLISHER = (
    Field("name", shape.LINE, N_("Name"), "", ("nom",), example="Association Démonstration"),
    Field("address", shape.LINE, N_("Postal address"), "", ("adresse", "siège"),
          example="1 place de l’Exemple, 26000 Valence"),
    _PHONE,
    Field("email", shape.EMAIL, N_("E-mail"), "", ("courriel", "mail"), example="bonjour@kiosque.example"),
    Field("director", shape.LINE, N_("Publication director"),
          N_("Who answers for what is published, often who presides."),
          ("directrice de publication", "directeur de publication", "direction"), example="Camille Exemple"),
)  # fmt: skip

PAGE = Kind(
    name="page",
    folder="pages",
    address="/{slug}/",
    record=HubPage,
    label=N_("Page"),
    plural=N_("Pages"),
    help=N_("A page of the hub itself: who runs it, how to take part."),
    body=N_("The text, in Markdown."),
    mark=N_("Page"),
    title="title",
    has_list=False,
    schema_org="WebPage",
    template="",
    fields=(
        TITLE,
        SUMMARY,
        LANGUAGE,
        ALIASES,
        STATUS,
        VERIFIED,
        SLUG,
        Field(
            "publisher",
            shape.GROUP,
            N_("Publisher of the site"),
            N_("For the legal notice: who answers for the site."),
            ("éditeur", "éditrice", "editeur"),
            example="{name: Association Démonstration, director: Camille Exemple}",
            fields=PUBLISHER,
            make=_answerable,
            asked=False,
        ),
        Field(
            "host",
            shape.GROUP,
            N_("Host of the site"),
            N_("For the legal notice: whose servers the site is on."),
            ("hébergeur", "hébergement", "hebergeur"),
            example="{name: Hébergeur Démonstration, phone: 01 99 00 00 01}",
            fields=HOST,
            make=_answerable,
            asked=False,
        ),
    ),
)
