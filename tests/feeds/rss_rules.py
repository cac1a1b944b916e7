"""Checks of an RSS feed: the RSS 2.0 specification, its Best Practices Profile, and what the W3C's validator
reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from lxml import etree

from feeds.extension_rules import extension, readable
from feeds.findings import (
    NAMESPACES,
    Finding,
    Findings,
    in_html,
    is_id,
    is_language,
    is_media_type,
    is_plausible,
    is_uri,
    is_whole,
    like_html,
    name,
    parsed,
    place,
    rfc_822,
    rfc_3339,
)

_CHANNEL_ONE = ("title", "link", "description", "language", "lastBuildDate")
_CHANNEL_MAY = ("generator", "copyright", "ttl", "image", "docs", "pubDate")
_ITEM_ONE = ("guid", "link", "pubDate")
_ITEM_MAY = (
    "title", "description", "enclosure", "source", "content:encoded", "atom:updated", "dc:language",
    "dc:rights",
)  # fmt: skip
_ITEM_ANY = ("category", "dc:creator", "atom:link")
_PLAIN = {"title", "category", "source", "dc:creator", "dc:rights"}


def check_rss(data: bytes, url: str, now: datetime) -> Findings:
    """Yield what is wrong with an RSS feed that is served at ``url``."""
    try:
        rss = parsed(data)
    except etree.XMLSyntaxError as error:
        yield Finding("document", f"well-formed XML ({error})")
        return
    if (
        name(rss) != "rss"
        or dict(rss.attrib) != {"version": "2.0"}
        or [name(one) for one in rss] != ["channel"]
    ):
        yield Finding("document", "the root is rss, version 2.0, and holds one channel")
        return
    channel = rss[0]
    yield from _numbers(channel, _CHANNEL_ONE, _CHANNEL_MAY)
    for child in channel.iterchildren(etree.Element):
        yield from _of_channel(child, now)
    selves = channel.xpath("atom:link[@rel='self']/@href", namespaces=NAMESPACES)
    if selves != [url]:
        yield Finding("channel", f"one atom:link to itself, which is the address {url}")
    names = [name(child) for child in channel.iterchildren(etree.Element)]
    if "item" in names and set(names[names.index("item") :]) != {"item"}:
        yield Finding("channel", "items stand behind all else")
    yield from _repeated(channel)
    for item in channel.iterfind("item"):
        yield from _item(item, now)


def _numbers(parent: etree._Element, one: Iterable[str], may: Iterable[str]) -> Findings:
    numbers = Counter(name(child) for child in parent.iterchildren(etree.Element))
    for called in one:
        if numbers[called] != 1:
            yield Finding(place(parent), f"exactly one {called}")
    for called in may:
        if numbers[called] > 1:
            yield Finding(place(parent), f"at most one {called}")
    if parent.attrib:
        yield Finding(place(parent), "no attributes")
    if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
        yield Finding(place(parent), "no text between elements")


def _repeated(channel: etree._Element) -> Findings:
    for one, number in Counter(guid.text for guid in channel.iterfind("item/guid")).items():
        if number > 1:
            yield Finding("channel", f"each item stands once: {one} stands {number} times")


def _of_channel(child: etree._Element, now: datetime) -> Findings:
    text = child.text or ""
    match name(child):
        case "title" | "description" | "generator" if not text.strip() or like_html(text):
            yield Finding(place(child), "a text of the channel is plain, and not empty")
        case "link" if not is_uri(text):
            yield Finding(place(child), "a link is an absolute address, in ASCII")
        case "language" if not is_language(text):
            yield Finding(place(child), "a language is a language tag")
        case "lastBuildDate" | "pubDate":
            yield from _date(child, now)
        case "atom:link":
            relation, kind = child.get("rel"), child.get("type")
            good = kind == "application/rss+xml" if relation == "self" else relation == "hub" and kind is None
            if not good or not is_uri(child.get("href", "")):
                yield Finding(place(child), "a link of Atom in a channel is the feed's own, or its hub's")
        case "xhtml:div":
            yield from readable(child)
        case called if called not in {*_CHANNEL_ONE, *_CHANNEL_MAY, "item"}:
            yield Finding(place(child), f"{called} is no element of a channel")


def _date(child: etree._Element, now: datetime) -> Findings:
    moment = rfc_822(child.text or "")
    if moment is None:
        yield Finding(place(child), "a date is one of RFC 822, its year of four digits")
    elif not is_plausible(moment, now):
        yield Finding(place(child), "a date is plausible")


def _item(item: etree._Element, now: datetime) -> Findings:
    yield from _numbers(item, _ITEM_ONE, _ITEM_MAY)
    names = [name(child) for child in item.iterchildren(etree.Element)]
    if "title" not in names and "description" not in names:
        yield Finding(place(item), "an item has a title or a description")
    if "content:encoded" in names and "description" not in names[: names.index("content:encoded")]:
        yield Finding(place(item), "a description stands before content:encoded")
    for child in item.iterchildren(etree.Element):
        yield from _of_item(child, now)


def _of_item(child: etree._Element, now: datetime) -> Findings:
    text, called = child.text or "", name(child)
    if (
        called in {*_ITEM_ONE, *_ITEM_MAY, *_ITEM_ANY}
        and called not in {"enclosure", "atom:link"}
        and not text.strip()
    ):
        yield Finding(place(child), f"{called} is not empty")
    if called in _PLAIN and like_html(text):
        yield Finding(place(child), "a plain text is escaped where readers may take it for HTML")
    match called:
        case "link" if not is_uri(text):
            yield Finding(place(child), "a link is an absolute address, in ASCII")
        case "guid" if child.get("isPermaLink") != "false" or not is_id(text):
            yield Finding(place(child), "a guid that is no address says so")
        case "pubDate":
            yield from _date(child, now)
        case "atom:updated" if not (moment := rfc_3339(text)) or not is_plausible(moment, now):
            yield Finding(place(child), "a date of Atom is one of RFC 3339, and plausible")
        case "dc:language" if not is_language(text):
            yield Finding(place(child), "a language is a language tag")
        case "description" | "content:encoded":
            for rule in in_html(text):
                yield Finding(place(child), rule)
        case "source" if not is_uri(child.get("url", "")) or set(child.attrib) != {"url"}:
            yield Finding(place(child), "a source has an address")
        case "enclosure":
            yield from _enclosure(child)
        case "atom:link":
            good = child.get("rel") == "enclosure" and is_uri(child.get("href", ""))
            if (
                not good
                or not is_media_type(child.get("type", ""))
                or not is_whole(child.get("length", "1"), 1)
            ):
                yield Finding(place(child), "a link of Atom in an item is an enclosure after the first")
        case _ if called not in {*_ITEM_ONE, *_ITEM_MAY, *_ITEM_ANY}:
            if ":" not in called:
                yield Finding(place(child), f"{called} is no element of an item")
            else:
                yield from extension(child)


def _enclosure(enclosure: etree._Element) -> Findings:
    if set(enclosure.attrib) != {"url", "length", "type"}:
        yield Finding(place(enclosure), "an enclosure has url, length and type")
    if not is_uri(enclosure.get("url", "")):
        yield Finding(place(enclosure), "the url of an enclosure is absolute, in ASCII")
    if not is_whole(enclosure.get("length")):
        yield Finding(place(enclosure), "the length of an enclosure is its bytes, 0 where unknown")
    kind = enclosure.get("type", "")
    if not is_media_type(kind) or kind == "text/html":
        yield Finding(place(enclosure), "the type of an enclosure is that of a file")
