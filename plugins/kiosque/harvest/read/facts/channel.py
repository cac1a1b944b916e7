"""Read a feed's own information: its title and licence, when to visit it again, where its older page is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import msgspec

from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.harvest.read.origin import Origin
from kiosque.html.plain_text import plain_text
from kiosque.languages import language_tag

# An element that starts again before it ends doesn't count: without that, each start would be followed for
# 2,000 bytes.
_SKIP_HOURS = re.compile(
    rb"<skipHours>((?:(?!<skipHours>).){0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE
)
_SKIP_DAYS = re.compile(rb"<skipDays>((?:(?!<skipDays>).){0,2000}?)</skipDays>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(rb"<image\b[^<>]*+>((?:(?!<image\b).){0,2000}?)</image>", re.DOTALL | re.IGNORECASE)
_IMAGE_ADDRESS = re.compile(rb"<url>(?:\s*+<!\[CDATA\[)?([^<\]]*+)", re.IGNORECASE)
_HOUR_ELEMENT = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY_ELEMENT = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_DAY_NAMES = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
# The syndication module of RSS 1.0 (https://web.resource.org/rss/1.0/modules/syndication/), in seconds.
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_629_800, "yearly": 31_557_600}
_OLDER_PAGE_RELATIONS = ("prev-archive", "next")


def facts(channel: Any, origin: Origin, site: str, podcast: FeedFacts, data: bytes) -> FeedFacts:
    """Return the information that a feed gives about itself.

    ``podcast`` holds what its podcast namespace says. ``site`` is the feed's homepage.
    ``data`` is the feed.
    """
    stated = (channel.get("image") or {}).get("href") or channel.get("logo") or channel.get("icon")
    image = str(stated or _image_beside_channel(data))
    rights = plain_text(_string(channel, "rights"))
    return msgspec.structs.replace(
        podcast,
        title=plain_text(_string(channel, "title")),
        link=site,
        language=language_tag(_string(channel, "language")),
        licence=podcast.licence or _string(channel, "license") or rights,
        image=origin.resolve_page(image, site) if image else "",
        # https://podcasters.apple.com/support/837-change-the-rss-feed-url
        new_address=origin.resolve_page(_string(channel, "itunes_new-feed-url")),
    )


def _image_beside_channel(data: bytes) -> str:
    """Return the address of a feed's picture where it stands beside the channel (RSS 1.0, section 5.4)."""
    if b'purl.org/rss/1.0/"' not in data and b"purl.org/rss/1.0/'" not in data:
        return ""
    image = _IMAGE.search(data)
    address = _IMAGE_ADDRESS.search(image[1]) if image else None
    return unescape(address[1].decode("utf-8", "ignore")).strip() if address else ""


def hints(channel: Any, data: bytes) -> Hints:
    """Return when a feed asks to be visited: ``ttl``, ``skipHours``, ``skipDays``, the syndication module."""
    hours, days = _SKIP_HOURS.search(data), _SKIP_DAYS.search(data)
    day_names = [day.lower() for day in _DAY_ELEMENT.findall(days[1])] if days else []
    return Hints(
        every=max(_ttl_seconds(channel), _update_seconds(channel)) or None,
        skip_hours=tuple(sorted({int(hour) % 24 for hour in _HOUR_ELEMENT.findall(hours[1])}))
        if hours
        else (),
        skip_days=tuple(sorted({_DAY_NAMES.index(day) for day in day_names if day in _DAY_NAMES})),
    )


def _ttl_seconds(channel: Any) -> float:
    minutes = _string(channel, "ttl")
    return float(minutes) * 60 if minutes.isdecimal() and len(minutes) < 8 else 0.0


def _update_seconds(channel: Any) -> float:
    period = _PERIODS.get(_string(channel, "sy_updateperiod").lower(), 0)
    frequency = _string(channel, "sy_updatefrequency")
    times = int(frequency) if frequency.isdecimal() and len(frequency) < 6 else 1
    return period / max(times, 1)


def older_page(channel: Any, origin: Origin) -> str:
    """Return the address of the feed's next older page, if it names one (RFC 5005, sections 3 and 4)."""
    links = {
        str(link.get("rel")): str(link.get("href") or "")
        for link in channel.get("links") or ()
        if isinstance(link, Mapping)
    }
    return next(
        (url for rel in _OLDER_PAGE_RELATIONS if (url := origin.resolve_page(links.get(rel, "")))), ""
    )


def _string(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""
