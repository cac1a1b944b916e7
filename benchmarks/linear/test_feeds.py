"""A feed costs time in proportion to its size, whatever it repeats."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from growth import grows_too_fast

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed

_RSS = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Radio</title>'
    "<item><guid>1</guid>%s<description>%s</description></item></channel></rss>"
)


def rss(fields: str, text: str = "text") -> bytes:
    """Return a feed with one entry that has some fields, in XML, and a text."""
    return (_RSS % (fields, text)).encode()


def read(data: bytes) -> ParsedFeed:
    return parse(data, Origin("https://radio.example/feed", Path()))


# Makers of a feed of about so many characters.
_ATTACKS: dict[str, Callable[[int], bytes]] = {
    "a long author": lambda size: rss(f"<author>{'a' * size}</author>"),
    "a long author in broken XML": lambda size: rss(f"<author>{'a' * size}</author><b>"),
    "an author of addresses": lambda size: rss(f"<author>{'a@b.' * (size // 4)}</author>"),
    "a long creator": lambda size: rss(f"<dc:creator>{'a-' * (size // 2)}</dc:creator>"),
    "a long owner": lambda size: rss(f"<itunes:owner><itunes:name>{'a' * size}</itunes:name></itunes:owner>"),
    "many authors": lambda size: rss("".join(f"<author>{n}</author>" for n in range(size // 20))),
    "many creators": lambda size: rss("".join(f"<dc:creator>{n}</dc:creator>" for n in range(size // 30))),
    "many tags": lambda size: rss("".join(f"<category>{n}</category>" for n in range(size // 25))),
    "many keywords": lambda size: rss(f"<itunes:keywords>{'a, ' * (size // 3)}</itunes:keywords>"),
    "document types in a text": lambda size: rss("", f"<![CDATA[{'<!DOCTYPE ' * (size // 10)}]]>"),
    "hours to skip": lambda size: rss("<skipHours>" * (size // 11)),
    "open CDATA sections": lambda size: rss("", "<![CDATA[" * (size // 9)),
    "comments": lambda size: rss("", "<!--" * (size // 4)),
    "references": lambda size: rss("", "&eacute;&#0;" * (size // 12)),
    "sections that never end": lambda size: rss("", "<a><![CDATA[" * (size // 12)),
    "closed comments in broken XML": lambda size: rss("<b>", "<!-- -->" * (size // 8)),
    "quotation marks in tags": lambda size: rss("", '<a b="< ' * (size // 8)),
    "tags that aren't closed": lambda size: rss("", "<a>" * (size // 3)),
    "tags that aren't open": lambda size: rss("<a>", "<b></a>" * (size // 7)),
    "entries in one another": lambda size: rss("<item>" * (size // 6)),
    "ampersands": lambda size: rss("", "&a " * (size // 3)),
    "halves of characters": lambda size: rss("", "&#55357;" * (size // 8)),
    "undeclared prefixes": lambda size: rss("".join(f"<p{n}:a/>" for n in range(size // 10))),
    "elements that fail": lambda size: rss("<textInput><link>x</link></textInput>" * (size // 38)),
    "bytes that aren't UTF-8": lambda size: rss("").replace(b"text", b"\xe9 \xc3" * (size // 3)),
    "escapes in JSON": lambda size: b'{"items": ["' + b"\\'" * (size // 2),
    "open items in JSON": lambda size: b'{"items": [' + b'{"id": [' * (size // 8),
    "broken items in JSON": lambda size: b'{"items": [' + b'{"id": x}, ' * (size // 11),
    "tags in JSON": lambda size: json.dumps(
        {"items": [{"id": "1", "tags": [str(n) for n in range(size // 8)]}]}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("attack", _ATTACKS)
def test_the_time_for_a_feed_grows_with_its_size(attack: str) -> None:
    """A feed of four times the size takes about four times as long, whatever it repeats."""
    assert not grows_too_fast(read, _ATTACKS[attack], (5_000, 20_000, 80_000))
