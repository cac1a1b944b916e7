"""Writes lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), which feed readers import. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from kiosque.model import Record, Source
from kiosque.urls import public_address


class FeedLine(Record, frozen=True):
    """One feed of a list: its address, its title, the website that it belongs to, language and tags."""

    url: str
    title: str
    homepage: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


def feeds_of_sources(sources: Iterable[Source]) -> list[FeedLine]:
    """Return the feeds of sources, in their order.

    Feeds that are files of the hub are left out, and addresses with a key, which nobody else may have.
    """
    return [
        FeedLine(
            url=feed.url,
            title=source.name,
            homepage=source.homepage,
            language=feed.language or source.language,
            tags=feed.tags,
        )
        for source in sources
        for feed in source.feeds
        if not feed.is_file and public_address(feed.url)
    ]


def opml_document(feeds: Iterable[FeedLine], title: str) -> str:
    """Return a list of feeds as an OPML 2.0 document, in their order; ``title`` is that of the list."""
    document = ET.Element("opml", version="2.0")
    head = ET.SubElement(document, "head")
    ET.SubElement(head, "title").text = title
    ET.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = ET.SubElement(document, "body")
    for feed in feeds:
        attributes = {
            "text": feed.title,
            "title": feed.title,
            "type": "rss",
            "xmlUrl": feed.url,
            "htmlUrl": feed.homepage,
            "language": feed.language,
            "category": ",".join(tag.replace(",", " ").replace("/", " ") for tag in feed.tags),
        }
        ET.SubElement(body, "outline", {name: value for name, value in attributes.items() if value})
    ET.indent(document)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(document, encoding="unicode")}\n'
