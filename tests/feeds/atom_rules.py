"""Checks of an Atom feed: RFC 4287, and what the W3C's feed validator reports besides."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from lxml import etree

from feeds.extension_rules import extension, readable
from feeds.findings import (
    NAMESPACES,
    XML_LANG,
    Finding,
    Findings,
    in_html,
    is_id,
    is_language,
    is_media_type,
    is_plausible,
    is_uri,
    is_whole,
    name,
    parsed,
    place,
    rfc_3339,
)

_ONE = ("atom:id", "atom:title", "atom:updated")
_AT_MOST_ONE = {
    "atom:feed": ("atom:generator", "atom:icon", "atom:logo", "atom:rights", "atom:subtitle", "fh:archive"),
    "atom:entry": ("atom:content", "atom:published", "atom:rights", "atom:source", "atom:summary"),
    "atom:source": ("atom:rights", "atom:subtitle"),
}
_ANY_NUMBER = {
    "atom:feed": ("atom:author", "atom:category", "atom:contributor", "atom:link", "atom:entry"),
    "atom:entry": ("atom:author", "atom:category", "atom:contributor", "atom:link"),
    "atom:source": ("atom:author", "atom:category", "atom:contributor", "atom:link"),
}
_RELATIONS = {
    "atom:feed": {"alternate", "self", "hub", "prev-archive", "next-archive", "current"},
    "atom:entry": {"alternate", "related", "enclosure"},
    "atom:source": {"alternate", "self"},
}
_LINK = {"href", "rel", "type", "hreflang", "title", "length"}


def check_atom(data: bytes, url: str, now: datetime) -> Findings:
    """Yield what is wrong with an Atom feed that is served at ``url``."""
    try:
        feed = parsed(data)
    except etree.XMLSyntaxError as error:
        yield Finding("document", f"well-formed XML ({error})")
        return
    if name(feed) != "atom:feed":
        yield Finding("document", "the root is atom:feed")
        return
    if not is_language(feed.get(XML_LANG, "")):
        yield Finding("feed", "xml:lang states the language of all that states none")
    yield from _container(feed, now)
    yield from _feed(feed, url)
    for entry in feed.iterfind("atom:entry", NAMESPACES):
        yield from _container(entry, now)
        yield from _entry(entry, has_author=feed.find("atom:author", NAMESPACES) is not None)
        for source in entry.iterfind("atom:source", NAMESPACES):
            yield from _container(source, now)


def _feed(feed: etree._Element, url: str) -> Findings:
    selves = feed.xpath("atom:link[@rel='self']/@href", namespaces=NAMESPACES)
    if selves != [url]:
        yield Finding("feed", f"one self link, which is the address {url}")
    if len(feed.xpath("atom:link[@rel='alternate' and @type='text/html']", namespaces=NAMESPACES)) != 1:
        yield Finding("feed", "one link to the page that it is the feed of")
    ids = Counter(feed.xpath("atom:entry/atom:id/text()", namespaces=NAMESPACES))
    for one, number in ids.items():
        if number > 1:
            yield Finding("feed", f"each entry stands once: {one} stands {number} times")
    moments = [rfc_3339(text) for text in feed.xpath("atom:entry/atom:updated/text()", namespaces=NAMESPACES)]
    own = rfc_3339(feed.findtext("atom:updated", "", NAMESPACES))
    if own and any(moment and moment > own for moment in moments):
        yield Finding("feed/atom:updated", "a feed is as new as its newest entry")
    names = [name(child) for child in feed.iterchildren(etree.Element)]
    if "atom:entry" in names and set(names[names.index("atom:entry") :]) != {"atom:entry"}:
        yield Finding("feed", "what a feed says of itself stands before its entries")


def _entry(entry: etree._Element, *, has_author: bool) -> Findings:
    if entry.find("atom:author", NAMESPACES) is None and not has_author:
        yield Finding(place(entry), "an entry or its feed has an author")
    alternates = entry.xpath("atom:link[@rel='alternate']", namespaces=NAMESPACES)
    kinds = [(link.get("type"), link.get("hreflang")) for link in alternates]
    if len(kinds) != len(set(kinds)):
        yield Finding(place(entry), "one alternate link of a type and language")
    if not alternates:
        yield Finding(place(entry), "an entry has an alternate link")


def _container(container: etree._Element, now: datetime) -> Findings:
    """Check the children of a feed, an entry or a source."""
    called = name(container)
    if (container.text or "").strip() or any((child.tail or "").strip() for child in container):
        yield Finding(place(container), "no text between elements")
    if set(container.attrib) - {XML_LANG}:
        yield Finding(place(container), "no attributes but xml:lang")
    if not is_language(container.get(XML_LANG, "en")):
        yield Finding(place(container), "xml:lang is a language tag")
    numbers = Counter(name(child) for child in container.iterchildren(etree.Element))
    for one in _ONE:
        if numbers[one] != 1:
            yield Finding(place(container), f"exactly one {one}")
    for one in _AT_MOST_ONE[called]:
        if numbers[one] > 1:
            yield Finding(place(container), f"at most one {one}")
    known = {*_ONE, *_AT_MOST_ONE[called], *_ANY_NUMBER[called]}
    for child in container.iterchildren(etree.Element):
        if name(child) in known:
            yield from _child(child, called, now)
        elif (called, name(child)) == ("atom:feed", "xhtml:div"):
            yield from readable(child)
        elif name(child).startswith("atom:") or called != "atom:entry":
            yield Finding(place(child), f"{name(child)} is no element of {called}")
        else:
            yield from extension(child)


def _child(child: etree._Element, parent: str, now: datetime) -> Findings:
    text = child.text or ""
    match name(child):
        case "atom:id" if not is_id(text):
            yield Finding(place(child), "an id is an IRI, and canonical")
        case "atom:updated" | "atom:published":
            moment = rfc_3339(text)
            if moment is None:
                yield Finding(place(child), "a date is one of RFC 3339")
            elif not is_plausible(moment, now):
                yield Finding(place(child), "a date is plausible")
        case "atom:title" | "atom:subtitle" | "atom:summary" | "atom:rights" | "atom:content":
            yield from _text(child)
        case "atom:author" | "atom:contributor":
            yield from _person(child)
        case "atom:category" if not child.get("term") or set(child.attrib) - {"term", "scheme", "label"}:
            yield Finding(place(child), "a category has a term")
        case "atom:link":
            yield from _link(child, parent)
        case "atom:generator" if not text:
            yield Finding(place(child), "a generator has a name")


def _text(child: etree._Element) -> Findings:
    kind = child.get("type", "text")
    if kind not in {"text", "html"} or set(child.attrib) - {"type"} or len(child):
        yield Finding(place(child), "a text is of the type text or html, without elements")
    elif not (child.text or "").strip():
        yield Finding(place(child), "a text is not empty")
    elif kind == "html":
        for rule in in_html(child.text or ""):
            yield Finding(place(child), rule)


def _person(person: etree._Element) -> Findings:
    names = [name(child) for child in person]
    if names.count("atom:name") != 1 or set(names) - {"atom:name", "atom:uri"}:
        yield Finding(place(person), "a person has one name, and perhaps an address")
    elif not person.findtext("atom:name", "", NAMESPACES).strip():
        yield Finding(place(person), "a name is not empty")


def _link(link: etree._Element, parent: str) -> Findings:
    if set(link.attrib) - _LINK or len(link) or (link.text or "").strip():
        yield Finding(place(link), f"a link is empty, and has no attributes but {sorted(_LINK)}")
    if not is_uri(link.get("href", "")):
        yield Finding(place(link), "a link leads to an absolute address, in ASCII")
    if link.get("rel") not in _RELATIONS[parent]:
        yield Finding(
            place(link), f"a link of {parent} has one of the relations {sorted(_RELATIONS[parent])}"
        )
    kind = link.get("type")
    if kind is not None and not is_media_type(kind):
        yield Finding(place(link), "the type of a link is a media type")
    if link.get("rel") == "self" and kind not in {None, "application/atom+xml"}:
        yield Finding(place(link), "a self link leads to Atom")
    if link.get("rel") == "enclosure" and kind is None:
        yield Finding(place(link), "an enclosure has a type")
    if link.get("length") is not None and not is_whole(link.get("length"), 1):
        yield Finding(place(link), "a length is a whole number")
    if link.get("title") == "":
        yield Finding(place(link), "a title is not empty")
