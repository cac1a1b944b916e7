"""Checks of a podcast: the RSS that it is, what Apple requires, and what the podcast namespace says of its
tags.

Apple: https://help.apple.com/itc/podcasts_connect/#/itcb54353390 and podcasters.apple.com/support/1691
(categories). The namespace: https://github.com/Podcastindex-org/podcast-namespace, ``docs/tags``; what it
says of an episode's tags is checked with the other extensions.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from feeds.findings import (
    NAMESPACES,
    Finding,
    Findings,
    is_media_type,
    is_uri,
    is_whole,
    name,
    parsed,
    place,
    rfc_3339,
)
from feeds.rss_rules import check_rss

_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_CATEGORIES = {
    "Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
    "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture",
    "Sports", "Technology", "True Crime", "TV & Film",
}  # fmt: skip
_MEDIUMS = {"podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "publisher", "course"}
# The identifiers of Creative Commons in the SPDX list, in small letters.
_LICENCES = {
    f"cc-{kind}-{version}"
    for kind in ("by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa")
    for version in ("1.0", "2.0", "2.5", "3.0", "4.0")
} | {"cc0-1.0"}
# Each once; of the second as many as there are.
_CHANNEL = (
    "itunes:author", "itunes:type", "itunes:image", "itunes:category", "itunes:explicit", "podcast:guid",
    "podcast:medium", "podcast:locked",
)  # fmt: skip
_CHANNEL_MAY = {"itunes:owner", "podcast:location", "podcast:license", "podcast:liveItem"}
_ITEM_MAY = {"itunes:author", "itunes:duration", "itunes:image", "itunes:season", "itunes:episode"}
_LIVE = ("title", "link", "guid", "enclosure")
_LIVE_MAY = {"podcast:alternateEnclosure", "podcast:contentLink"}
# Apple's limit where it names no other, in letters; of a description in bytes.
_LONGEST, _LONGEST_DESCRIPTION = 255, 4000


def check_podcast(data: bytes, url: str, now: datetime) -> Findings:
    """Yield what is wrong with a podcast that is served at ``url``."""
    channel = parsed(data)[0]
    yield from _numbers(channel)
    for element in channel.iterchildren(etree.Element):
        for rule in _of_channel(element, url):
            yield Finding(place(element), rule)
        if name(element) == "podcast:liveItem":
            yield from _on_air(element)
    for item in channel.iterchildren("item"):
        yield from _episode(item)
    for element in channel.xpath("descendant::title | descendant::itunes:author", namespaces=NAMESPACES):
        if len(element.text or "") > _LONGEST:
            yield Finding(place(element), f"at most {_LONGEST} letters")
    yield from check_rss(_plain(data), url, now)


def _numbers(channel: etree._Element) -> Findings:
    counts = Counter(name(one) for one in channel.iterchildren(etree.Element))
    for called in _CHANNEL:
        if counts[called] != 1:
            yield Finding("channel", f"one {called}")
    for called in counts:
        if called.startswith(("itunes:", "podcast:")) and called not in {*_CHANNEL, *_CHANNEL_MAY}:
            yield Finding("channel", f"no {called}")
    if counts["podcast:license"] > 1:
        yield Finding("channel", "one podcast:license")
    if not counts["item"]:
        yield Finding("channel", "a podcast has episodes")
    described = channel.findtext("description") or ""
    if not described or len(described.encode()) > _LONGEST_DESCRIPTION:
        yield Finding("channel", f"a description of at most {_LONGEST_DESCRIPTION} bytes")


def _of_channel(element: etree._Element, url: str) -> Iterator[str]:
    """Yield the rules that an element of the channel breaks."""
    called, text = name(element), element.text or ""
    if called.startswith(("itunes:", "podcast:")) and text != text.strip() and not len(element):
        yield "no spaces around a value"
    if called == "itunes:author" and not text:
        yield "an author has a name"
    elif called == "itunes:type" and text not in {"episodic", "serial"}:
        yield "a podcast is episodic or serial"
    elif called == "itunes:explicit" and text not in {"true", "false"}:
        yield "explicit is true or false"
    elif called == "itunes:category" and element.get("text") not in _CATEGORIES:
        yield "a category is one of Apple's list"
    elif called == "itunes:image":
        yield from _artwork(element)
    elif called == "itunes:owner" and [name(one) for one in element] != ["itunes:name", "itunes:email"]:
        yield "an owner has name and address"
    elif called == "podcast:guid" and text != _guid(url):
        yield "a guid is a UUIDv5 of the podcast's address without scheme and slashes at its end"
    elif called == "podcast:medium" and text not in _MEDIUMS:
        yield "a medium is one of the list"
    elif called == "podcast:locked" and text not in {"yes", "no"}:
        yield "locked is yes or no"
    elif called == "podcast:license" and text not in _LICENCES:
        yield "a licence without address is an SPDX identifier"
    elif called == "podcast:location":
        if not 0 < len(text) <= 128:
            yield "a place has a name of at most 128 letters"
        if element.get("rel", "subject") not in {"subject", "creator"}:
            yield "a place is that of the subject or of the creator"


def _artwork(element: etree._Element) -> Iterator[str]:
    address = element.get("href") or ""
    if not is_uri(address) or not address.startswith("https:") or not address.endswith((".jpg", ".png")):
        yield "artwork is a JPEG or PNG, by its name too"


def _guid(url: str) -> str:
    parts = urlsplit(url)
    return str(uuid.uuid5(_NAMESPACE, f"{parts.netloc}{parts.path}".rstrip("/")))


def _on_air(live: etree._Element) -> Findings:
    """Yield what is wrong with a broadcast that goes on."""
    counts = Counter(name(one) for one in live.iterchildren(etree.Element))
    if any(counts[called] != 1 for called in _LIVE) or not counts["podcast:contentLink"]:
        yield Finding(place(live), f"one of each of {_LIVE}, and a page for apps that can't play it")
    if counts.keys() - {*_LIVE, *_LIVE_MAY}:
        yield Finding(place(live), f"nothing but {[*_LIVE, *_LIVE_MAY]}")
    if live.get("status") not in {"pending", "live", "ended"} or not rfc_3339(live.get("start") or ""):
        yield Finding(place(live), "a status, and the moment of the start")
    for element in live.iterchildren(etree.Element):
        address = {"enclosure": element.get("url"), "podcast:contentLink": element.get("href")}.get(
            name(element)
        )
        if address is not None and not is_uri(address):
            yield Finding(place(element), "an absolute address")
        if name(element) in {"title", "podcast:contentLink"} and not (element.text or "").strip():
            yield Finding(place(element), "it says what it is")
        if name(element) == "enclosure":
            yield from _sound(element)


def _sound(enclosure: etree._Element) -> Findings:
    is_played = (enclosure.get("type") or "").startswith(("audio/", "video/"))
    if (
        not is_played
        or not is_media_type(enclosure.get("type") or "")
        or not is_whole(enclosure.get("length"))
    ):
        yield Finding(place(enclosure), "an episode is a sound or a video")


def _episode(item: etree._Element) -> Findings:
    counts = Counter(name(one) for one in item.iterchildren(etree.Element))
    if counts["enclosure"] != 1 or not counts["title"] or not counts["guid"]:
        yield Finding(place(item), "an episode has a title, a guid and one enclosure")
    for called, count in counts.items():
        if called.startswith("itunes:") and (called not in _ITEM_MAY or count > 1):
            yield Finding(place(item), f"{called} at most once, of {sorted(_ITEM_MAY)}")
    for element in item.iterchildren(etree.Element):
        called, text = name(element), element.text or ""
        if called == "enclosure":
            yield from _sound(element)
        elif called == "itunes:image":
            yield from (Finding(place(element), rule) for rule in _artwork(element))
        elif called == "itunes:duration" and not is_whole(text):
            yield Finding(place(element), "a duration in whole seconds")
        elif called in {"itunes:season", "itunes:episode"} and not is_whole(text, 1):
            yield Finding(place(element), "a number above nought")
        elif called == "description" and len(text.encode()) > _LONGEST_DESCRIPTION:
            yield Finding(place(element), f"at most {_LONGEST_DESCRIPTION} bytes")


def _plain(data: bytes) -> bytes:
    """Return the RSS that a podcast is for a reader that knows nothing of podcasts."""
    rss = parsed(data)
    for element in rss.xpath("channel/podcast:* | descendant::itunes:*", namespaces=NAMESPACES):
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    return etree.tostring(rss)
