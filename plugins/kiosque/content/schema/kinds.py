"""The kinds of content file and their fields. A key may be written in English or in French."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field
from kiosque.i18n import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """What a content file can be: its name, its folder under ``content/`` and its fields.

    ``label`` names one of it, ``help`` says what it is for, ``body`` what its text is: English messages. ``title`` is
    the field that a file is called by. Of the fields named in ``either`` one at least must be given; ``needs_text``
    says that it is nothing without a text.
    """

    name: str
    folder: str
    label: str
    help: str
    body: str
    title: str
    fields: tuple[Field, ...]
    either: tuple[str, ...] = ()
    needs_text: bool = True

    @property
    def groups(self) -> Mapping[str, tuple[Field, ...]]:
        """The fields whose value is a mapping, or a list of mappings, with fields of its own."""
        return {field.name: field.fields for field in self.fields if field.fields}


_LICENCE = Field(
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
    Field("credit", shape.LINE, N_("Credit"), N_("Who made the picture."), ("crédit", "auteur"), example="Awa"),
    Field("licence", shape.LICENCE, N_("Licence of the picture"), "", ("license",), example="CC BY-SA 4.0"),
)  # fmt: skip
FEED = (
    Field(
        "url",
        shape.FEED_ADDRESS,
        N_("Address of the feed"),
        N_("RSS, Atom or JSON Feed; the address of its page does too."),
        ("adresse",),
        required=True,
        example="https://radio.example/podcast.xml",
    ),
    Field("only", shape.LINES, N_("Only with these words"), N_("Words or tags; all else is left out."),
          ("seulement",), example="[local]", asked=False),
    Field("except", shape.LINES, N_("Without these words"), N_("Words or tags that are left out."), ("sauf",),
          example="[publicité]", asked=False),
    Field("tags", shape.TAGS, N_("Tags to add"), N_("Each of its entries gets them."), ("mots-clés", "mots-cles"),
          example="[chronique]", asked=False),
    Field("language", shape.LANGUAGE, N_("Language of the feed"), "", ("langue",), example="oc", asked=False),
)  # fmt: skip
AGREEMENT = (
    Field(
        "scope",
        shape.SCOPE,
        N_("What may be shown"),
        N_("What the medium agreed to: without an agreement, excerpts."),
        ("étendue", "etendue", "portée"),
        example="full",
    ),
    Field("since", shape.DAY, N_("Agreed on"), "", ("depuis",), example="2026-01-10"),
    Field(
        "by", shape.LINE, N_("Agreed by"), N_("Who said so at the medium."), ("par",), example="la rédaction"
    ),
    Field("licence", shape.LICENCE, N_("Licence of its texts"), "", ("license",), example="CC BY-SA 4.0"),
)
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
    Field("director", shape.LINE, N_("Publication director"), N_("Who answers for what is published, often who presides."),
          ("directrice de publication", "directeur de publication", "direction"), example="Camille Exemple"),
)  # fmt: skip

_SLUG = Field(
    "slug",
    shape.SLUG,
    N_("Address"),
    N_("The end of its address; by default the name of its file."),
    ("adresse",),
    example="une-carte-faite-a-vingt-mains",
    asked=False,
)
_TITLE = Field(
    "title",
    shape.LINE,
    N_("Title"),
    N_("In sentence case: capitals are harder to read."),
    ("titre",),
    required=True,
    example="Une carte faite à vingt mains",
)
_TAGS = Field(
    "tags",
    shape.TAGS,
    N_("Tags"),
    N_("Two to four, among those already there if you can."),
    ("mots-clés", "mots-cles", "étiquettes"),
    example="[agriculture, mobilité]",
)
_COMMUNE = Field(
    "commune",
    shape.COMMUNE,
    N_("Commune"),
    N_("Where it takes place: its official code, between quotes."),
    ("code commune",),
    example='"26113"',
)
_LANGUAGE = Field(
    "language",
    shape.LANGUAGE,
    N_("Language"),
    N_("Where it isn’t the hub’s: fr, oc, en…"),
    ("langue", "lang"),
    example="fr",
    asked=False,
)
_SUMMARY = Field(
    "summary",
    shape.PARAGRAPH,
    N_("Summary"),
    N_("One or two sentences, shown in the lists."),
    ("résumé", "resume", "chapeau"),
    example="Un samedi, vingt personnes, quatre hameaux.",
)
_ALIASES = Field(
    "aliases",
    shape.ALIASES,
    N_("Former addresses"),
    N_("They lead to the present one."),
    ("anciennes adresses", "alias"),
    example="[/articles/ancienne-adresse/]",
    asked=False,
)
_STATUS = Field(
    "status",
    shape.STATUS,
    N_("Status"),
    "",
    ("statut", "état"),
    example="draft",
    asked=False,
)
_VERIFIED = Field(
    "verified",
    shape.DAY,
    N_("Verified on"),
    N_("The day on which someone last made sure that it is still true."),
    ("vérifié", "vérifié le", "verifie"),
    example="2026-02-01",
    asked=False,
)

ARTICLE = Kind(
    "article",
    "articles",
    N_("Article"),
    N_("A text written for the hub: a story, an inquiry, a how-to, a question."),
    N_("The text, in Markdown."),
    "title",
    (
        _TITLE,
        Field(
            "date",
            shape.MOMENT,
            N_("Date"),
            N_("The day of publication, and the hour if you like."),
            ("jour",),
            required=True,
            example="2026-02-01",
        ),
        Field(
            "updated",
            shape.MOMENT,
            N_("Updated on"),
            N_("The day of the last correction that matters."),
            ("modified", "mise à jour", "modifié"),
            example="2026-02-08",
            asked=False,
        ),
        Field(
            "authors",
            shape.LINES,
            N_("Authors"),
            N_("Who signs: a name, a first name, a group."),
            ("auteurs", "auteur", "autrices", "autrice", "auteurices", "author"),
            example="[Awa, Les Amis du lavoir]",
        ),
        _SUMMARY,
        _TAGS,
        _COMMUNE,
        Field(
            "image",
            shape.GROUP,
            N_("Main picture"),
            "",
            ("illustration", "photo"),
            example="{file: carte.jpg, alt: Des habitants autour d’un plan, credit: Awa}",
            fields=PICTURE,
        ),
        _LICENCE,
        Field(
            "expires",
            shape.END,
            N_("Shown until"),
            N_("The last day on which the hub shows it, for what ends by itself."),
            ("expire", "expire le", "jusqu’au", "jusqu'au"),
            example="2026-03-31",
        ),
        Field(
            "featured",
            shape.FLAG,
            N_("On the front page"),
            "",
            ("à la une", "une"),
            example="true",
            asked=False,
        ),
        _LANGUAGE,
        _ALIASES,
        _STATUS,
        _VERIFIED,
        _SLUG,
    ),
)
PAGE = Kind(
    "page",
    "pages",
    N_("Page"),
    N_("A page of the hub itself: who runs it, how to take part."),
    N_("The text, in Markdown."),
    "title",
    (
        _TITLE,
        _SUMMARY,
        _LANGUAGE,
        _ALIASES,
        _STATUS,
        _VERIFIED,
        _SLUG,
        Field(
            "publisher",
            shape.GROUP,
            N_("Publisher of the site"),
            N_("For the legal notice: who answers for the site."),
            ("éditeur", "éditrice", "editeur"),
            example="{name: Association Démonstration, director: Camille Exemple}",
            fields=PUBLISHER,
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
            asked=False,
        ),
    ),
)
SOURCE = Kind(
    "source",
    "sources",
    N_("Medium"),
    N_("A radio, a blog, a web TV, a newspaper whose publications the hub gathers."),
    N_("Who they are, in Markdown."),
    "name",
    (
        Field("name", shape.LINE, N_("Name"), "", ("nom",), required=True, example="Radio des Trois Ponts"),
        Field("type", shape.SOURCE_TYPE, N_("What it is"), "", ("sorte",), example="radio"),
        Field(
            "homepage",
            shape.WEB_ADDRESS,
            N_("Homepage"),
            N_("Its website; the hub looks there for its feeds."),
            ("site", "page d’accueil", "page d'accueil"),
            example="https://radio.example/",
        ),
        Field(
            "feeds",
            shape.GROUP,
            N_("Feeds"),
            N_("The addresses where it publishes, one a line."),
            ("flux",),
            example="[https://radio.example/podcast.xml]",
            fields=FEED,
            many=True,
        ),
        Field(
            "stream",
            shape.WEB_ADDRESS,
            N_("Live stream"),
            N_("The address of the sound itself, for a radio."),
            ("direct",),
            example="https://radio.example/live.mp3",
        ),
        _COMMUNE,
        Field(
            "logo", shape.PICTURE, N_("Logo"), N_("It lies beside the text."), example="radio-du-fleuve.png"
        ),
        Field(
            "contact",
            shape.EMAIL,
            N_("Contact"),
            N_("The address of the newsroom: it is public."),
            ("courriel",),
            example="redaction@radio.example",
        ),
        Field(
            "agreement",
            shape.GROUP,
            N_("Agreement"),
            "",
            ("accord",),
            example="{scope: full, since: 2026-01-10, by: la rédaction}",
            fields=AGREEMENT,
        ),
        _LANGUAGE,
        _VERIFIED,
        _SLUG,
    ),
    either=("feeds", "homepage"),
    needs_text=False,
)

KINDS = {kind.name: kind for kind in (ARTICLE, PAGE, SOURCE)}
