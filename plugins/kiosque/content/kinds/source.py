"""The medium: a source with its feeds, and its agreement with the hub."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from kiosque.content.kinds.common import COMMUNE, LANGUAGE, SLUG, VERIFIED
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field, Head
from kiosque.content.schema.kind import Either, Kind
from kiosque.i18n import N_, _
from kiosque.model import Agreement, Feed, Source
from kiosque.urls import not_taken, safe_url, without_userinfo


def is_outside(path: str) -> bool:
    """Whether a path from a content file may lead out of the hub's folder."""
    pure = PurePosixPath(path)
    return pure.is_absolute() or ".." in pure.parts or "\0" in path or "\\" in path or ":" in path


def _feed(values: Mapping[str, Any], head: Head) -> Feed | None:
    options = {("except_" if name == "except" else name): value for name, value in values.items()}
    address = options.get("url", "")
    if "://" in address:
        options["url"] = safe_url(address)
    if options.get("url") and ("://" in address or not is_outside(address)):
        return Feed(**options)
    # If the feed has no address at all, the missing field ``url`` is a problem already.
    if address or not head.names("url"):
        head.say("feed-address", options["line"], _not_a_feed(address))
    return None


def _not_a_feed(address: str) -> str:
    """Return why an address can't be a feed, without the password that it may hold."""
    if without_userinfo(address) != address:
        return not_taken(address)
    message = _("“{url}” is neither a web address nor a file of this hub: write https://… or demo/feeds/…")
    return message.format(url=address)


def _agreement(values: Mapping[str, Any], _head: Head) -> Agreement:
    return Agreement(**{name: value for name, value in values.items() if name != "line"})


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
    Field("tags", shape.TAGS, N_("Tags to add"), N_("Each of its entries gets them."),
          ("mots-clés", "mots-cles"), example="[chronique]", asked=False),
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

SOURCE = Kind(
    name="source",
    folder="sources",
    address="/medias/{slug}/",
    record=Source,
    label=N_("Medium"),
    plural=N_("Media"),
    help=N_("A radio, a blog, a web TV, a newspaper whose publications the hub gathers."),
    body=N_("Who they are, in Markdown."),
    mark=N_("Medium"),
    title="name",
    schema_org="Organization",
    template="",
    fields=(
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
            make=_feed,
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
        COMMUNE,
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
            make=_agreement,
        ),
        LANGUAGE,
        VERIFIED,
        SLUG,
    ),
    either=Either(
        ("feeds", "homepage"),
        "source-without-feed",
        N_("this source has neither feeds nor a homepage: add “{key}:” with the address of its feed"),
    ),
    needs_text=False,
    text_field="description",
)
