"""Fields that several kinds of content file have. Their keys may be in English or in French."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field, Head
from kiosque.i18n import N_
from kiosque.model import Picture


def picture(values: Mapping[str, Any], head: Head) -> Picture | None:
    """Return the picture that the values of its group describe, or None without a file.

    The file is in the folder of the text. ``head`` gets the problem if no file is named.
    """
    options = {name: value for name, value in values.items() if name not in {"line", "file"}}
    if "file" not in values:
        if not head.names("file"):
            head.miss(PICTURE[0])
        return None
    return Picture(url=str(PurePosixPath(head.path).parent / values["file"]), **options)


LICENCE = Field(
    "licence",
    shape.LICENCE,
    N_("Licence"),
    N_("What others may do with it: CC BY-SA 4.0 lets them share it if they name you and share alike."),
    ("license",),
    example="CC BY-SA 4.0",
)
PICTURE = (
    Field(
        "file",
        shape.PICTURE,
        N_("Picture"),
        N_("JPEG, PNG or WebP, at least 1200 pixels wide. It lies beside the text."),
        ("fichier",),
        required=True,
        example="carte.jpg",
    ),
    Field(
        "alt",
        shape.LINE,
        N_("Description of the picture"),
        N_("What it shows, in a sentence, for those who don’t see it."),
        ("texte alternatif", "texte-alternatif"),
        example="Des habitants autour d’un plan",
    ),
    Field("caption", shape.LINE, N_("Caption"), N_("Shown under the picture."), ("légende", "legende"),
          example="Samedi, dans la salle des fêtes."),
    Field("credit", shape.LINE, N_("Credit"), N_("Who made the picture."), ("crédit", "auteur"),
          example="Awa"),
    Field("licence", shape.LICENCE, N_("Licence of the picture"), "", ("license",), example="CC BY-SA 4.0"),
)  # fmt: skip
SLUG = Field(
    "slug",
    shape.SLUG,
    N_("Address"),
    N_("The end of its address; by default the name of its file."),
    ("adresse",),
    example="une-carte-faite-a-vingt-mains",
    asked=False,
)
TITLE = Field(
    "title",
    shape.LINE,
    N_("Title"),
    N_("In sentence case: capitals are harder to read."),
    ("titre",),
    required=True,
    example="Une carte faite à vingt mains",
)
TAGS = Field(
    "tags",
    shape.TAGS,
    N_("Tags"),
    N_("Two to four, among those already there if you can."),
    ("mots-clés", "mots-cles", "étiquettes"),
    example="[agriculture, mobilité]",
)
COMMUNE = Field(
    "commune",
    shape.COMMUNE,
    N_("Commune"),
    N_("Where it takes place: its official code, between quotes."),
    ("code commune",),
    example='"26113"',
)
LANGUAGE = Field(
    "language",
    shape.LANGUAGE,
    N_("Language"),
    N_("Where it isn’t the hub’s: fr, oc, en…"),
    ("langue", "lang"),
    example="fr",
    asked=False,
)
SUMMARY = Field(
    "summary",
    shape.PARAGRAPH,
    N_("Summary"),
    N_("One or two sentences, shown in the lists."),
    ("résumé", "resume", "chapeau"),
    example="Un samedi, vingt personnes, quatre hameaux.",
)
ALIASES = Field(
    "aliases",
    shape.ALIASES,
    N_("Former addresses"),
    N_("They lead to the present one."),
    ("anciennes adresses", "alias"),
    example="[/articles/ancienne-adresse/]",
    asked=False,
)
STATUS = Field(
    "status",
    shape.STATUS,
    N_("Status"),
    "",
    ("statut", "état"),
    example="draft",
    asked=False,
)
VERIFIED = Field(
    "verified",
    shape.DAY,
    N_("Verified on"),
    N_("The day on which someone last made sure that it is still true."),
    ("vérifié", "vérifié le", "verifie"),
    example="2026-02-01",
    asked=False,
)
UPDATED = Field(
    "updated",
    shape.MOMENT,
    N_("Updated on"),
    N_("The day of the last correction that matters."),
    ("mise à jour", "modifié", "modified"),
    example="2026-02-08",
    asked=False,
)
AUTHORS = Field(
    "authors",
    shape.LINES,
    N_("Authors"),
    N_("Who signs: a name, a first name, a group."),
    ("auteurs", "auteur", "autrices", "autrice", "auteurices", "author"),
    example="[Awa, Les Amis du lavoir]",
)
IMAGE = Field(
    "image",
    shape.GROUP,
    N_("Main picture"),
    "",
    ("illustration", "photo"),
    example="{file: carte.jpg, alt: Des habitants autour d’un plan, credit: Awa}",
    fields=PICTURE,
    make=picture,
)
EXPIRES = Field(
    "expires",
    shape.END,
    N_("Shown until"),
    N_("The last day on which the hub shows it, for what ends by itself."),
    ("expire", "expire le", "jusqu’au", "jusqu'au"),
    example="2026-03-31",
)
