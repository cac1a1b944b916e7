"""Checks of all that a feed and its archive documents hold together: RFC 5005, section 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from feeds.findings import NAMESPACES, Finding, Findings, parsed

MOST = 30


def chain(documents: Mapping[str, bytes], subscription: str) -> Iterator[tuple[str, etree._Element]]:
    """Yield the subscription document, then each older document that the one before names; each address
    once.
    """
    url, seen = subscription, set()
    while url and url in documents and url not in seen:
        seen.add(url)
        feed = parsed(documents[url])
        yield url, feed
        url = _link(feed, "prev-archive")


def ids(feed: etree._Element) -> list[str]:
    """Return the ids of a document's entries, in its order."""
    return [str(one) for one in feed.xpath("atom:entry/atom:id/text()", namespaces=NAMESPACES)]


def check_history(documents: Mapping[str, bytes], subscription: str, expected: Sequence[str]) -> Findings:
    """Yield what is wrong with a feed's past: ``documents`` by address, ``expected`` the ids that all of it
    holds.
    """
    found: set[str] = set()
    reached = []
    for url, feed in chain(documents, subscription):
        reached.append(url)
        found |= set(ids(feed))
        yield from _document(url, feed, subscription)
        older = _link(feed, "prev-archive")
        if older and older not in documents:
            yield Finding(url, f"the document before is there: {older}")
        if older in reached:
            yield Finding(url, "documents never name a newer one as older")
    for url in documents.keys() - set(reached):
        yield Finding(url, "each archive document is reached from the feed")
    if lost := set(expected) - found:
        yield Finding(subscription, f"nothing is lost: {len(lost)} publications are in no document")
    if strange := found - set(expected):
        yield Finding(subscription, f"what is no longer published is in no document: {len(strange)} are")


def _document(url: str, feed: etree._Element, subscription: str) -> Findings:
    is_archive = feed.find("fh:archive", NAMESPACES) is not None
    if is_archive != (url != subscription):
        yield Finding(url, "fh:archive says of archive documents, and of no other, that they are such")
    if is_archive and _link(feed, "current") != subscription:
        yield Finding(url, "an archive document names the current feed")
    if _link(feed, "self") != url:
        yield Finding(url, "a document names itself")
    number = len(ids(feed))
    if not 0 < number <= MOST:
        yield Finding(url, f"a document holds at most {MOST} entries, and isn't empty")
    moments = feed.xpath("atom:entry/atom:published/text()", namespaces=NAMESPACES)
    if moments != sorted(moments, reverse=True):
        yield Finding(url, "the newest entry comes first")


def _link(feed: etree._Element, relation: str) -> str:
    return str(next(iter(feed.xpath(f"atom:link[@rel='{relation}']/@href", namespaces=NAMESPACES)), ""))
