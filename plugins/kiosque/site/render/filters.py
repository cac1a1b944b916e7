"""The filters of templates: addresses, dates, durations, data for feeds, and those of other modules."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import cache, lru_cache
from gettext import NullTranslations
from html import escape, unescape
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
from kiosque.site.render import media_words, text_filters
from kiosque.site.render.alphabet import by_letter
from kiosque.site.render.jinja import escaped_call
from kiosque.site.render.linked_data import LinkedData
from kiosque.site.styleguide import examples
from kiosque.urls import standard_url, uri
from kiosque.wording.localized import format_date, format_day

# A relative address in an attribute. The pattern begins with ``="``, which a regular expression finds in
# large steps.
_RELATIVE_ADDRESS = re.compile(r'="(?:(?<=\bhref=")|(?<=\bsrc=")|(?<=\bcite="))(?!https?://|mailto:|tel:|#)')
_ADDRESS = re.compile(r'((?: href| src| cite)=")([^"]*)')
_LIKE_HTML = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
# The length of a summary in lists, in characters.
_SUMMARY_LENGTH = 220
# The bytes of memory after which rendered texts become old: see ``once``.
_MOST_RENDERED = 80_000_000


def once() -> Callable[..., str]:
    """Return a filter that renders a macro for a record or a text once, however many pages show it.

    It returns escaped text as ``str``: as ``Markup`` it would have to be copied. The compiled templates know
    that.

    A macro sees only its arguments, and a record lives as long as its build: the same record gives the same
    text. The filter keeps at most two generations of ``_MOST_RENDERED`` bytes each. When the recent one is
    full, the old one is dropped: a build of any size fits into memory.
    """
    recent: dict[tuple[object, ...], str] = {}
    old: dict[tuple[object, ...], str] = {}
    size = 0

    def render(record: object, macro: Any, *arguments: object) -> str:
        nonlocal recent, old, size
        key = (macro.name, record if type(record) is str else id(record), *arguments)
        known = recent.get(key)
        if known is not None:
            return known
        rendered = old.get(key) or escaped_call(macro, record, *arguments)
        recent[key] = rendered
        size += getsizeof(rendered)
        if size > _MOST_RENDERED:
            recent, old, size = {}, recent, 0
        return rendered

    return render


def filters(site: Site, zone: ZoneInfo, catalogue: NullTranslations) -> dict[str, Callable[..., object]]:
    """Return all filters by name.

    ``link`` puts the path of the hub before an address, ``absolute`` the URL of the hub.
    """

    @cache
    def day(moment: date, language: str = site.language) -> str:
        return format_day(moment, language)

    @cache
    def month(moment: date, language: str = site.language) -> str:
        return format_date(moment, "LLLL y", language)

    def absolute(address: str) -> str:
        return site.url + address if address.startswith("/") else address

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    absolute_uri = lru_cache(maxsize=20_000)(lambda address: uri(absolute(address)))
    linked = LinkedData(site, absolute_uri)
    return {
        "ld_page": linked.page,
        "ld_item": linked.item,
        "ld_entry": linked.entry,
        "ld_source": linked.source,
        **media_words.filters(site.language),
        **text_filters.filters(site, catalogue),
        "once": once(),
        "section": section,
        "tongue": language_attributes,
        "summary": summary,
        "link": lambda address: site.root + address if address.startswith("/") else address,
        "absolute": absolute,
        "uri": absolute_uri,
        "seconds": seconds,
        "as_html": as_html,
        "day": lambda moment: day(local(moment).date() if isinstance(moment, datetime) else moment),
        "month": lambda moment: month(local(moment).date() if isinstance(moment, datetime) else moment),
        "rfc822": lambda moment: format_datetime(moment.astimezone(UTC)),
        "json_item": lambda item, html: json_item(item, html, absolute_uri, site.name),
        "publication_row": lambda item: publication_row(item, absolute_uri, site.name, site.language),
        "json_row": as_json,
        "csv_rows": as_csv,
        "iso": lambda moment: moment.isoformat().replace("+00:00", "Z"),
        "absolute_links": absolute_links,
        "source_type": _source_type(catalogue),
        "by_letter": by_letter,
        "translated": lambda message: catalogue.gettext(message) if message else "",
        "example": examples.rendered,
        "example_source": examples.source,
        "example_data": examples.data,
        "duration": duration,
        "clock": iso_duration,
        "podcast_guid": podcasts.guid,
        "about_podcast": podcasts.about,
        "episode_title": podcasts.episode_title,
    }


def _source_type(catalogue: NullTranslations) -> Callable[[str], str]:
    """Return the filter that names a source's type; a type of the hub's own is shown unchanged."""
    _ = catalogue.gettext
    names = {
        "radio": _("Radio"), "webtv": _("Web TV"), "blog": _("Blog"), "paper": _("Newspaper"),
        "podcast": _("Podcast"), "institution": _("Institution"), "media": _("Medium"),
    }  # fmt: skip
    return lambda type_: names.get(type_, type_)


def section(address: str) -> str:
    """Return the first part of an address: ``/fil/`` for ``/fil/`` itself, ``/fil`` for an address below."""
    start, _slash, rest = address[1:].partition("/")
    return f"/{start}" if rest else f"/{start}/"


def language_attributes(card: Card) -> Markup:
    """Return the attributes ``lang`` and ``dir`` of a text in another language than the hub's."""
    return Markup(' lang="{}" dir="{}"').format(card.language, card.direction) if card.language else Markup()


def summary(card: Card) -> str:
    """Return the summary that a card shows below its title.

    The title of an untitled publication is the beginning of its text: its summary continues there.
    """
    beginning = card.title.removesuffix("…")
    if not card.untitled or not card.summary.startswith(beginning):
        return text.excerpt(card.summary, _SUMMARY_LENGTH)
    rest = card.summary[len(beginning) :].lstrip(" ,;:.–—-\u00a0\u202f")
    return text.excerpt(f"…\u202f{rest}", _SUMMARY_LENGTH) if rest else ""


def absolute_links(html: str, page: str) -> str:
    """Return clean HTML with absolute addresses, to be read outside of the hub.

    They lead where they lead on the text's own page, whose absolute address is ``page``.
    """
    clean = sanitizer.scrub(html)
    if _RELATIVE_ADDRESS.search(clean):
        clean = sanitizer.clean_html(clean, page)
    if "[" in clean:
        # The sanitizer leaves brackets in addresses, where only the host may have them.
        clean = _ADDRESS.sub(lambda match: match[1] + _standard(match[2]), clean)
    return clean.replace(' href="#', f' href="{page}#').strip()


def _standard(escaped: str) -> str:
    address = unescape(escaped)
    return escape(standard_url(address) or address)


def as_html(plain: str) -> str | Markup:
    """Return plain text so that feed readers which parse it as HTML show it unchanged.

    RSS doesn't say whether a title is plain text or HTML. A text that looks like HTML is escaped once more,
    with its ampersands as the RSS Best Practices Profile asks for.
    """
    plain = plain.unescape() if isinstance(plain, Markup) else plain
    if not _LIKE_HTML.search(plain):
        return plain
    return Markup(escape(plain).replace("&", "&#x26;"))  # noqa: S704 - its only markup is references to “&”


def seconds(duration: float) -> str:
    """Return a duration in seconds as feeds write it, with at most three decimals and no zeros at the end."""
    return f"{duration:.3f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    """Return a duration as people read it: ``52 min``, ``1 h 05``, ``40 s``."""
    total = round(seconds)
    if total < 60:
        return f"{total}\u202fs"
    minutes = round(total / 60)
    if minutes < 60:
        return f"{minutes}\u202fmin"
    return f"{minutes // 60}\u202fh\u202f{minutes % 60:02}"


def iso_duration(seconds: float) -> str:
    """Return a duration as ISO 8601 writes it: ``PT0H52M3S``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"PT{hours}H{minutes}M{rest}S"
