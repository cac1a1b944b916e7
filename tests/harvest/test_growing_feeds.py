"""A feed costs time in proportion to its size, and no field of it is longer than the hub keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.growth import grows_too_fast

from kiosque.harvest.read import field_limits
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
    "tags in JSON": lambda size: json.dumps(
        {"items": [{"id": "1", "tags": [str(n) for n in range(size // 8)]}]}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("attack", _ATTACKS)
def test_the_time_for_a_feed_grows_with_its_size(attack: str) -> None:
    """A feed of four times the size takes about four times as long, whatever it repeats."""
    assert not grows_too_fast(read, _ATTACKS[attack], (5_000, 20_000, 80_000))


def test_fields_are_cut() -> None:
    """Title, authors and tags have limits in RSS, in broken RSS and in JSON alike."""
    fields = "".join(
        [
            f"<title>{'t' * 600}</title>",
            *(f"<dc:creator>{n} c</dc:creator>" for n in range(60)),
            *(f"<category>{n}</category>" for n in range(60)),
        ]
    )
    item = {
        "id": "1",
        "title": "t" * 600,
        "authors": [{"name": f"{n} c"} for n in range(60)],
        "tags": [str(n) for n in range(60)],
    }
    for feed in (rss(fields), rss(fields + "<b>"), json.dumps({"items": [item]}).encode()):
        [entry] = read(feed).entries
        assert "t" * (field_limits.TITLE - 1) + "…" == entry.title
        assert [str(n) for n in range(field_limits.TAGS)] == list(entry.tags)
        assert [f"{n} c" for n in range(field_limits.PEOPLE)] == list(entry.authors)


def test_a_long_name_is_cut() -> None:
    """The name of a person has at most 1,000 characters, in each kind of feed."""
    item = {"id": "1", "authors": [{"name": "n" * 2_000}]}
    long_name = f"<author>{'n' * 2_000}</author>"
    for feed in (rss(long_name), rss(long_name + "<b>"), json.dumps({"items": [item]}).encode()):
        [entry] = read(feed).entries
        assert ("n" * field_limits.NAME,) == entry.authors


def test_a_text_is_cut_at_a_million_characters() -> None:
    """A text of more than a million characters loses its end, and nothing else."""
    for text in ("a" * 1_200_000, f"<![CDATA[{'a' * 1_200_000}]]>"):
        [entry] = read(rss("<title>Title</title>", text)).entries
        assert ("Title", "a" * field_limits.TEXT) == (entry.title, entry.html)
