"""The article: a text written for the hub."""

from __future__ import annotations

from datetime import datetime

from kiosque.content.kinds.common import (
    ALIASES,
    AUTHORS,
    COMMUNE,
    EXPIRES,
    IMAGE,
    LANGUAGE,
    LICENCE,
    SLUG,
    STATUS,
    SUMMARY,
    TAGS,
    TITLE,
    UPDATED,
    VERIFIED,
)
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind, Order
from kiosque.i18n import N_
from kiosque.model import ContentItem


class Article(ContentItem, frozen=True, kw_only=True):
    """A text written for the hub, ``content/articles/<slug>.md``; ``featured`` puts it on the home page."""

    date: datetime
    featured: bool = False


ARTICLE = Kind(
    name="article",
    folder="articles",
    address="/articles/{slug}/",
    record=Article,
    label=N_("Article"),
    plural=N_("Articles"),
    help=N_("A text written for the hub: a story, an inquiry, a how-to, a question."),
    body=N_("The text, in Markdown."),
    mark=N_("Written here"),
    title="title",
    date="date",
    order=Order.NEWEST,
    in_stream=True,
    schema_org="NewsArticle",
    template="",
    fields=(
        TITLE,
        Field(
            "date",
            shape.MOMENT,
            N_("Date"),
            N_("The day of publication, and the hour if you like."),
            ("jour",),
            required=True,
            example="2026-02-01",
        ),
        UPDATED,
        AUTHORS,
        SUMMARY,
        TAGS,
        COMMUNE,
        IMAGE,
        LICENCE,
        EXPIRES,
        Field(
            "featured",
            shape.FLAG,
            N_("On the front page"),
            "",
            ("à la une", "une"),
            example="true",
            asked=False,
        ),
        LANGUAGE,
        ALIASES,
        STATUS,
        VERIFIED,
        SLUG,
    ),
)
