"""The filters of templates: addresses, dates and durations in words, clean prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from gettext import NullTranslations
from html import escape
from sys import getsizeof
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kiosque import text
from kiosque.html import sanitizer
from kiosque.settings.pelicanconf import Site
from kiosque.site.feeds import podcasts
from kiosque.site.feeds.json_item import json_item
from kiosque.site.feeds.open_data import as_csv, as_json, publication_row
from kiosque.site.hub.records import Card
from kiosque.site.locale import format_date
from kiosque.site.render import media_words, text_filters
from kiosque.site.render.alphabet import by_letter
from kiosque.site.render.jinja import put_out
from kiosque.site.render.linked_data import LinkedData
from kiosque.site.styleguide import examples
from kiosque.urls import uri

# It looks for the quotation mark first, which is found without a step for each letter.
_RELATIVE = re.compile(r'="(?:(?<=\bhref=")|(?<=\bsrc=")|(?<=\bcite="))(?!https?://|mailto:|tel:|#)')
_LIKE_HTML = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
# As much of a text as a list says of it, in characters.
_SUMMARY = 220
# Bytes of memory that are rendered before what they leave behind is forgotten.
_MOST_RENDERED = 80_000_000


def once() -> Callable[..., str]:
    """Return a filter that renders a macro for a record or a word once, however many pages show it.

    It gives text that is escaped, and that templates take for such without a mark: marking it would copy it.

    A macro sees its arguments only, and a record lives as long as its build: same record, same words. What nothing asked
    for while as much again was rendered is forgotten, so that a build of any size fits into memory.
    """
    young: dict[tuple[object, ...], str] = {}
    old: dict[tuple[object, ...], str] = {}
    size = 0

    def render(record: object, macro: Any, *arguments: object) -> str:
        nonlocal young, old, size
        key = (macro.name, record if type(record) is str else id(record), *arguments)
        found = young.get(key)
        if found is not None:
            return found
        rendered = old.get(key) or put_out(macro, record, *arguments)
        young[key] = rendered
        size += getsizeof(rendered)
        if size > _MOST_RENDERED:
            young, old, size = {}, young, 0
        return rendered

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

    def absolute(address: str) -> str:
        return site.url + address if address.startswith("/") else address

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    whole = lru_cache(maxsize=20_000)(lambda address: uri(absolute(address)))
    linked = LinkedData(site, whole)
    return {
        "ld_page": linked.page,
        "ld_item": linked.item,
        "ld_entry": linked.entry,
        "ld_source": linked.source,
        **media_words.filters(site.language),
        **text_filters.filters(site, catalogue),
        "once": once(),
        "section": section,
        "tongue": tongue,
        "summary": summary,
        "link": lambda address: site.root + address if address.startswith("/") else address,
        "absolute": absolute,
        "uri": whole,
        "seconds": seconds,
        "as_html": as_html,
        "day": lambda moment: day(local(moment).date() if isinstance(moment, datetime) else moment),
        "month": lambda moment: month(local(moment).date() if isinstance(moment, datetime) else moment),
        "rfc822": lambda moment: format_datetime(moment.astimezone(UTC)),
        "json_item": lambda item, html: json_item(item, html, whole, site.name),
        "publication_row": lambda item: publication_row(item, whole, site.name, site.language),
        "json_row": as_json,
        "csv_rows": as_csv,
        "iso": lambda moment: moment.isoformat().replace("+00:00", "Z"),
        "absolute_links": lambda html, page: absolute_links(html, f"{site.url}/", page),
        "source_type": _source_type(catalogue),
        "by_letter": by_letter,
        "translated": lambda message: catalogue.gettext(message) if message else "",
        "example": examples.shown,
        "example_source": examples.source,
        "example_data": examples.data,
        "duration": duration,
        "clock": clock,
        "podcast_guid": podcasts.guid,
        "about_podcast": podcasts.about,
        "episode_title": podcasts.episode_title,
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


def absolute_links(html: str, base: str, page: str) -> str:
    """Return clean HTML to be read elsewhere: relative addresses start from ``base``, places of the text from its page."""
    clean = sanitizer.scrub(html)
    if _RELATIVE.search(clean):
        clean = sanitizer.clean_html(clean, base)
    return clean.replace(' href="#', f' href="{page}#').strip()


def as_html(plain: str) -> str | Markup:
    """Return plain text for readers that take it for HTML, of which it looks like some: RSS doesn't say what a title is.

    It is then escaped once more, its ampersands written as the Best Practices Profile of RSS asks for.
    """
    plain = plain.unescape() if isinstance(plain, Markup) else plain
    if not _LIKE_HTML.search(plain):
        return plain
    return Markup(escape(plain).replace("&", "&#x26;"))  # noqa: S704 - references to “&” alone are left


def seconds(duration: float) -> str:
    """Return a duration in seconds as feeds write it: whole where it is."""
    return f"{duration:.3f}".rstrip("0").rstrip(".")


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
