"""Checks of what Atom and RSS say alike: Media RSS 1.5, GeoRSS Simple, the podcast namespace, Podlove's
chapters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from feeds.findings import (
    NAMESPACES,
    Finding,
    Findings,
    is_language,
    is_media_type,
    is_uri,
    is_whole,
    name,
    place,
)

_LONGEST = 128
_GEO = re.compile(r"geo:-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?")
_MEDIA = {"image", "audio", "video", "document", "executable"}
_CHAPTER_STARTS = re.compile(r"\d+(?:\.\d+)?")
# Of each element: the attributes that it must and may have.
_ELEMENTS: Mapping[str, tuple[set[str], set[str]]] = {
    "media:thumbnail": ({"url"}, {"width", "height"}),
    "media:group": (set(), set()),
    "media:content": (set(), {"url", "type", "medium", "fileSize", "duration", "width", "height"}),
    "media:player": ({"url"}, {"width", "height"}),
    "media:title": (set(), set()),
    "georss:point": (set(), set()),
    "podcast:location": (set(), {"geo"}),
    "podcast:person": (set(), {"role", "href"}),
    "podcast:season": (set(), set()),
    "podcast:episode": (set(), set()),
    "podcast:transcript": ({"url", "type"}, {"language"}),
    "podcast:chapters": ({"url", "type"}, set()),
    "podcast:alternateEnclosure": ({"type"}, {"length", "height"}),
    "podcast:source": ({"uri"}, set()),
    "podcast:license": (set(), set()),
    "psc:chapters": ({"version"}, set()),
    "psc:chapter": ({"start"}, {"title", "href"}),
}
_ONCE = {
    "podcast:season",
    "podcast:episode",
    "podcast:chapters",
    "podcast:license",
    "georss:point",
    "psc:chapters",
}
_PARENTS = {
    "media:content": {"atom:entry", "item", "media:group"},
    "media:title": {"media:content"},
    "media:player": {"media:content"},
    "podcast:source": {"podcast:alternateEnclosure"},
    "psc:chapter": {"psc:chapters"},
}


def extension(element: etree._Element) -> Findings:
    """Check one element of another namespace than the feed's own, its children included."""
    called = name(element)
    if called not in _ELEMENTS:
        yield Finding(place(element), f"{called} is no element that readers know")
        return
    must, may = _ELEMENTS[called]
    given = set(element.attrib)
    if given - must - may or must - given:
        yield Finding(
            place(element), f"{called} has the attributes {sorted(must)}, and may have {sorted(may)}"
        )
        return
    parent = element.getparent()
    assert parent is not None
    if name(parent) not in _PARENTS.get(called, {"atom:entry", "item"}):
        yield Finding(place(element), f"{called} has no place in {name(parent)}")
    if called in _ONCE and next(element.itersiblings(element.tag, preceding=True), None) is not None:
        yield Finding(place(element), f"{called} stands once")
    for rule in _attributes(element):
        yield Finding(place(element), rule)
    for rule in _content(element, called):
        yield Finding(place(element), rule)
    for child in element.iterchildren(etree.Element):
        yield from extension(child)


def _attributes(element: etree._Element) -> list[str]:
    """Return the rules that the attributes of an element break."""
    found = []
    for attribute, value in element.attrib.items():
        if attribute in {"url", "uri", "href"} and not is_uri(value):
            found.append(f"{attribute} is an absolute address, in ASCII")
        elif attribute in {"width", "height", "fileSize", "length"} and not is_whole(value, 1):
            found.append(f"{attribute} is a whole number above nought")
        elif attribute == "type" and not is_media_type(value):
            found.append("type is a media type")
        elif attribute == "medium" and value not in _MEDIA:
            found.append(f"medium is one of {sorted(_MEDIA)}")
        elif attribute == "geo" and not _GEO.fullmatch(value):
            found.append("geo is a geo URI (RFC 5870)")
        elif attribute in {"duration", "start"} and not _CHAPTER_STARTS.fullmatch(value):
            found.append(f"{attribute} is a number of seconds")
        elif attribute == "language" and not is_language(value):
            found.append("language is a language tag")
    return found


def _content(element: etree._Element, called: str) -> list[str]:
    """Return the rules that the content of an element breaks."""
    text = (element.text or "").strip()
    if called == "media:content" and element.get("url") is None and len(element) == 0:
        return ["a media:content has an address, or a page that plays it"]
    if called == "media:group":
        contents = element.findall("media:content", NAMESPACES)
        return [] if len(contents) >= 2 else ["a media:group holds several forms of the same"]
    if called == "podcast:alternateEnclosure":
        return [] if len(element) else ["an alternateEnclosure has a source"]
    if called == "georss:point":
        numbers = re.fullmatch(r"(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)", text)
        good = numbers and abs(float(numbers[1])) <= 90 and abs(float(numbers[2])) <= 180
        return [] if good else ["a point is latitude and longitude"]
    if called in {"podcast:season", "podcast:episode"}:
        return [] if is_whole(text, 1) else ["a season or an episode is a whole number"]
    if called == "podcast:license":
        return (
            []
            if re.fullmatch(r"[a-z0-9.-]{1,128}", text)
            else ["a licence without address is an SPDX identifier"]
        )
    if called in {"podcast:person", "podcast:location", "media:title"} and not text:
        return [f"{called} is not empty"]
    if called.startswith("podcast:") and len(text) > _LONGEST:
        return [f"{called} has at most {_LONGEST} characters"]
    return []


# What is read by those who open a feed in a browser.
_READABLE = {"a", "div", "h1", "h2", "input", "label", "li", "meta", "ol", "p", "small", "title", "ul"}
_INERT = {"class", "content", "dir", "href", "lang", "name", "readonly", "type", "value"}


def readable(page: etree._Element) -> Findings:
    """Check the page that a feed carries for browsers: words and links, and nothing that runs or loads."""
    for element in page.iter(etree.Element):
        called = name(element).removeprefix("xhtml:")
        if called not in _READABLE or set(element.attrib) - _INERT:
            yield Finding(place(element), "what browsers show of a feed runs nothing and loads nothing")
        elif element.get("href", "/").startswith(("javascript:", "data:")):
            yield Finding(place(element), "what browsers show of a feed leads to pages")
