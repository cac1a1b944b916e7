"""The kinds of content file and their fields. A key may be written in English or in French."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosque.schema import values as v
from kiosque.schema.values import Field

PICTURE = (
    Field("file", v.relative_file, ("fichier",), required=True, example="carte.jpg"),
    Field("alt", v.text, ("texte alternatif", "texte-alternatif"), example="Des habitants autour d’un plan"),
    Field("caption", v.text, ("légende", "legende")),
    Field("credit", v.text, ("crédit", "auteur")),
    Field("licence", v.text, ("license",), example="CC BY-SA 4.0"),
)
FEED = (
    Field("url", v.text, ("adresse",), required=True, example="https://radio.example/podcast.xml"),
    Field("only", v.texts, ("seulement",)),
    Field("except", v.texts, ("sauf",)),
    Field("tags", v.texts, ("mots-clés", "mots-cles")),
    Field("language", v.language, ("langue",)),
)
AGREEMENT = (
    Field("scope", v.scope, ("étendue", "etendue", "portée"), example="full"),
    Field("since", v.day, ("depuis",)),
    Field("by", v.text, ("par",)),
    Field("licence", v.text, ("license",)),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a content file can be: its name, its folder under ``content/`` and its fields.

    ``groups`` are the fields whose value is a mapping, or a list of mappings, with fields of its own.
    """

    name: str
    folder: str
    fields: tuple[Field, ...]
    groups: Mapping[str, tuple[Field, ...]]


_SLUG = Field("slug", v.slug, ("adresse",))
_TITLE = Field("title", v.text, ("titre",), required=True, example="Une carte faite à vingt mains")
_TAGS = Field("tags", v.texts, ("mots-clés", "mots-cles", "étiquettes"), example="[agriculture, mobilité]")
_COMMUNE = Field("commune", v.commune, ("code commune",), example='"26113"')
_LANGUAGE = Field("language", v.language, ("langue", "lang"), example="fr")
_SUMMARY = Field("summary", v.text, ("résumé", "resume", "chapeau"))
_ALIASES = Field("aliases", v.aliases, ("anciennes adresses", "alias"))
_STATUS = Field("status", v.status, ("statut", "état"))

ARTICLE = Kind(
    "article",
    "articles",
    (
        _TITLE,
        Field("date", v.moment, ("jour",), required=True, example="2026-02-01"),
        Field("updated", v.moment, ("modified", "mise à jour", "modifié")),
        Field("authors", v.texts, ("auteurs", "auteur", "autrices", "autrice", "auteurices", "author")),
        _TAGS, _COMMUNE, _SUMMARY, _LANGUAGE,
        Field("licence", v.text, ("license",), example="CC BY-SA 4.0"),
        Field("featured", v.flag, ("à la une", "une")),
        _ALIASES, _STATUS, _SLUG,
    ),
    {"image": PICTURE},
)  # fmt: skip
PAGE = Kind("page", "pages", (_TITLE, _SUMMARY, _LANGUAGE, _ALIASES, _STATUS, _SLUG), {})
SOURCE = Kind(
    "source",
    "sources",
    (
        Field("name", v.text, ("nom",), required=True, example="Radio du Fleuve"),
        Field("type", v.text, ("sorte",), example="radio"),
        Field("homepage", v.web_address, ("site", "page d’accueil", "page d'accueil")),
        Field("stream", v.web_address, ("direct",)),
        _COMMUNE, _LANGUAGE,
        Field("logo", v.relative_file),
        Field("contact", v.text, ("courriel",)),
        _SLUG,
    ),
    {"feeds": FEED, "agreement": AGREEMENT},
)  # fmt: skip

KINDS = {kind.name: kind for kind in (ARTICLE, PAGE, SOURCE)}
GROUP_NAMES = {"flux": "feeds", "accord": "agreement", "illustration": "image", "photo": "image"}
