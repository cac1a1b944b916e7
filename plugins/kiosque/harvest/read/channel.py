"""What a feed says of itself: its name and terms, when to come back, and where its older entries are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from kiosque.archive.entries import FeedFacts
from kiosque.archive.feed_memory import Hints
from kiosque.harvest.read.origin import Origin
from kiosque.html.plain_text import plain_text
from kiosque.languages import language_tag

_SKIP_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.DOTALL | re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.DOTALL | re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
# The syndication module of RSS 1.0 (https://web.resource.org/rss/1.0/modules/syndication/), in seconds.
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_629_800, "yearly": 31_557_600}
_OLDER = ("prev-archive", "next")


def facts(channel: Any, origin: Origin, site: str, podcast: FeedFacts) -> FeedFacts:
    """Return what a feed says of itself, what its podcast namespace says included."""
    image = str((channel.get("image") or {}).get("href") or channel.get("logo") or channel.get("icon") or "")
    rights = plain_text(_string(channel, "rights"))
    return msgspec.structs.replace(
        podcast,
        title=plain_text(_string(channel, "title")),
        link=site,
        language=language_tag(_string(channel, "language")),
        licence=podcast.licence or _string(channel, "license") or rights,
        image=origin.link(image, site) if image else "",
    )


def hints(channel: Any, data: bytes) -> Hints:
    """Return what a feed says of when to come back: ``ttl``, the syndication module, ``skipHours``, ``skipDays``."""
    hours, days = _SKIP_HOURS.search(data), _SKIP_DAYS.search(data)
    named = [day.lower() for day in _DAY.findall(days[1])] if days else []
    return Hints(
        every=max(_ttl(channel), _period(channel)) or None,
        skip_hours=tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(hours[1])})) if hours else (),
        skip_days=tuple(sorted({_DAYS.index(day) for day in named if day in _DAYS})),
    )


def _ttl(channel: Any) -> float:
    written = _string(channel, "ttl")
    return float(written) * 60 if written.isdecimal() and len(written) < 8 else 0.0


def _period(channel: Any) -> float:
    period = _PERIODS.get(_string(channel, "sy_updateperiod").lower(), 0)
    frequency = _string(channel, "sy_updatefrequency")
    times = int(frequency) if frequency.isdecimal() and len(frequency) < 6 else 1
    return period / max(times, 1)


def older(channel: Any, origin: Origin) -> str:
    """Return the address of a feed's page before this one, where it names one (RFC 5005, sections 3 and 4)."""
    links = {
        str(one.get("rel")): str(one.get("href") or "")
        for one in channel.get("links") or ()
        if isinstance(one, Mapping)
    }
    return next((url for rel in _OLDER if (url := origin.link(links.get(rel, "")))), "")


def _string(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""
