"""No field of a feed is longer than the hub keeps."""

from __future__ import annotations

import json
from pathlib import Path

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
