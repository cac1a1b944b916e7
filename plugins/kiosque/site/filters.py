"""The filters of templates: addresses, dates and durations in words, clean prose."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kiosque import text
from kiosque.site import examples, filewords, typeset
from kiosque.site.hub import Card
from kiosque.site.letters import by_letter
from kiosque.site.locale import format_date
from kiosque.site.settings import Site

_NAMESPACE = uuid.UUID("6f0f2a53-6c0d-5d5b-9a43-1f6f1d2f5f10")
_RELATIVE = re.compile(r'\b(?:href|src|cite)="(?!https?://|mailto:|tel:|#)')
# As much of a text as a list says of it, in characters.
_SUMMARY = 220
# What is rendered once is kept until it is this many: a build of any size then fits into memory.
_MOST_RENDERED = 20_000


def once() -> Callable[..., Markup]:
    """Return a filter that renders a macro for a record or a word once, however many pages show it.

    A macro sees its arguments only, and a record lives as long as its build: same record, same words.
    """
    rendered: dict[tuple[object, ...], Markup] = {}

    def render(record: object, macro: Any, *arguments: object) -> Markup:
        key = (macro.name, record if type(record) is str else id(record), *arguments)
        if key not in rendered:
            if len(rendered) > _MOST_RENDERED:
                rendered.clear()
            rendered[key] = macro(record, *arguments)
        return rendered[key]

    return render


def filters(site: Site, zone: ZoneInfo, catalogue: NullTranslations) -> dict[str, Callable[..., object]]:
    """Return the filters of templates; ``link`` puts the hub's own path before an address, ``absolute`` its URL."""

    @cache
    def day(moment: date, language: str = site.language) -> str:
        written = format_date(moment, "d MMMM y", language)
        # French says the first, and the others as they are.
        return written.replace("1 ", "1er ", 1) if moment.day == 1 and language == "fr" else written

    @cache
    def month(moment: date, language: str = site.language) -> str:
        return format_date(moment, "LLLL y", language)

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    return {
        **filewords.filters(site.language),
        **typeset.filters(site, catalogue),
        "once": once(),
        "section": section,
        "tongue": tongue,
        "urn": urn,
        "summary": summary,
        "link": lambda address: site.root + address if address.startswith("/") else address,
        "absolute": lambda address: site.url + address if address.startswith("/") else address,
        "day": lambda moment: day(local(moment).date() if isinstance(moment, datetime) else moment),
        "month": lambda moment: month(local(moment).date() if isinstance(moment, datetime) else moment),
        "iso": lambda moment: moment.isoformat().replace("+00:00", "Z"),
        "absolute_links": lambda html: (
            text.clean_html(html, f"{site.url}/") if site.url and _RELATIVE.search(html) else text.scrub(html)
        ),
        "source_type": _source_type(catalogue),
        "by_letter": by_letter,
        "translated": lambda message: catalogue.gettext(message) if message else "",
        "example": examples.shown,
        "example_source": examples.source,
        "example_data": examples.data,
        "duration": duration,
        "clock": clock,
    }


def _source_type(catalogue: NullTranslations) -> Callable[[str], str]:
    """Return the filter that names a source's type; one that the hub made up is shown as it is written."""
    _ = catalogue.gettext
    names = {
        "radio": _("Radio"), "webtv": _("Web TV"), "blog": _("Blog"), "paper": _("Newspaper"),
        "podcast": _("Podcast"), "institution": _("Institution"), "media": _("Medium"),
    }  # fmt: skip
    return lambda type_: names.get(type_, type_)


def section(address: str) -> str:
    """Return the first part of an address, with a slash at its end where that is all of it: ``/fil/``, ``/fil``."""
    start, _slash, rest = address[1:].partition("/")
    return f"/{start}" if rest else f"/{start}/"


def urn(key: str) -> str:
    """Return the identity that feeds give to a publication; made of what never changes, not of its address or title."""
    return uuid.uuid5(_NAMESPACE, key).urn


def tongue(card: Card) -> Markup:
    """Return the attributes of a text in another language than the hub's."""
    return Markup(' lang="{}" dir="{}"').format(card.language, card.direction) if card.language else Markup()


def summary(card: Card) -> str:
    """Return what a card says below its title; of one without a title, what its text's beginning leaves out."""
    beginning = card.title.removesuffix("…")
    if not card.untitled or not card.summary.startswith(beginning):
        return text.excerpt(card.summary, _SUMMARY)
    rest = card.summary[len(beginning) :].lstrip(" ,;:.–—-\u00a0\u202f")
    return text.excerpt(f"…\u202f{rest}", _SUMMARY) if rest else ""


def duration(seconds: float) -> str:
    """Return a duration for reading: ``52 min``, ``1 h 05``, ``40 s``."""
    total = round(seconds)
    if total < 60:
        return f"{total}\u202fs"
    minutes = round(total / 60)
    if minutes < 60:
        return f"{minutes}\u202fmin"
    return f"{minutes // 60}\u202fh\u202f{minutes % 60:02}"


def clock(seconds: float) -> str:
    """Return a duration as ISO 8601, for programs: ``PT52M3S``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{rest}S"
