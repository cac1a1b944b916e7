"""Each check can fail: a good feed with one thing changed breaks the rule about it, and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feeds import hubs
from feeds.findings import parsed
from feeds.history_rules import check_history, ids
from feeds.rules import check

# What is changed, into what, and the rule that is broken then. The first place that fits is changed.
ATOM = [
    (r"</feed>", "", "well-formed XML"),
    (r"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "the root is atom:feed"),
    (r' xml:lang="fr">', ">", "xml:lang states the language of all that states none"),
    (r'<entry xml:lang="fr">', '<entry xml:lang="français">', "xml:lang is a language tag"),
    (r'<entry xml:lang="fr">', '<entry base="x">', "no attributes but xml:lang"),
    (r"<id>.*?</id>", "", "exactly one atom:id"),
    (r"(<id>.*?</id>)", r"\1\1", "exactly one atom:id"),
    (r"(?s)(<entry.*?)<title>.*?</title>", r"\1", "exactly one atom:title"),
    (r"(?s)(<entry.*?)<updated>.*?</updated>", r"\1", "exactly one atom:updated"),
    (r"(?s)(<source>.*?)<updated>.*?</updated>", r"\1", "exactly one atom:updated"),
    (r"(<generator>.*?</generator>)", r"\1\1", "at most one atom:generator"),
    (r"(<summary.*?</summary>)", r"\1\1", "at most one atom:summary"),
    (r"(<content.*?</content>)", r"\1\1", "at most one atom:content"),
    (r"<generator>", "<tagline>x</tagline><generator>", "atom:tagline is no element of atom:feed"),
    (r"<published>", "<modified>2026-03-09T10:00:00Z</modified><published>", "atom:modified is no element"),
    (r"<published>", "<comments>1</comments><published>", "atom:comments is no element of atom:entry"),
    (r"<generator>", "<media:rating>x</media:rating><generator>", "media:rating is no element of atom:feed"),
    (r"<generator>", "text<generator>", "no text between elements"),
    (r'rel="self" type="application/atom\+xml" href="[^"]*"', 'rel="self" href="https://x.example/"',
     "one self link"),
    (r'<link rel="alternate"[^>]*>', "", "one link to the page"),
    (r"<id>urn:uuid:[^<]*</id>", "<id>/relative</id>", "an id is an IRI"),
    (r"<id>urn:uuid:[^<]*</id>", "<id>urn:uuid:1234</id>", "an id is an IRI"),
    (r"(?s)(<entry.*?</entry>)", r"\1\1", "each entry stands once"),
    (r"<updated>[^<]*</updated>", "<updated>2020-01-01T00:00:00Z</updated>", "as new as its newest entry"),
    (r"<published>[^<]*<", "<published>2026-03-09<", "a date is one of RFC 3339"),
    (r"<published>[^<]*<", "<published>2026-02-30T10:00:00Z<", "a date is one of RFC 3339"),
    (r"<published>[^<]*<", "<published>2026-04-01T10:00:00Z<", "a date is plausible"),
    (r"<published>[^<]*<", "<published>1970-01-01T00:00:00Z<", "a date is plausible"),
    (r"(?s)(<entry.*?<title)>[^<]*<", r"\1><", "a text is not empty"),
    (r'<content type="html">', '<content type="text/html">', "a text is of the type text or html"),
    (r"<generator>[^<]*<", "<generator><", "a generator has a name"),
    (r"(?s)(<entry.*?)<link rel=\"alternate\"[^>]*>", r"\1", "an entry has an alternate link"),
    (r'(?s)(<entry.*?)(<link rel="alternate"[^>]*>)', r"\1\2\2", "one alternate link of a type"),
    (r"<author><name>[^<]*<", "<author><name><", "a name is not empty"),
    (r"<author>.*?</author>", "<author><email>a@example.org</email></author>", "a person has one name"),
    (r'<category term="[^"]*"/>', "<category/>", "a category has a term"),
    (r'(?s)(<entry.*?rel="alternate" type="text/html" href=")[^"]*', r"\1/page/",
     "a link leads to an absolute"),
    (r'(?s)(<entry.*?rel="alternate" type="text/html" href=")[^"]*', r"\1https://x.example/é", "in ASCII"),
    (r'rel="related"', 'rel="canonical"', "one of the relations"),
    (r'rel="enclosure" type="[^"]*"', 'rel="enclosure" type="mp3"', "the type of a link is a media type"),
    (r'rel="enclosure" type="[^"]*"', 'rel="enclosure"', "an enclosure has a type"),
    (r'(rel="enclosure"[^>]*) length="\d+"', r'\1 length="-1"', "a length is a whole number"),
    (r'(rel="enclosure"[^>]*) title="[^"]*"', r'\1 title=""', "a title is not empty"),
    (r'(rel="related"[^>]*)/>', r"\1>text</link>", "a link is empty"),
    (r'rel="related"', 'rel="related" class="x"', "no attributes but"),
    (r'(rel="self" type="application/)atom', r"\1rss", "a self link leads to Atom"),
    (r"(?s)(<generator>.*?</generator>\s*)(.*?)(<entry.*</entry>)", r"\2\3\1", "stands before its entries"),
    (r'<content type="html">', '<content type="html">&lt;script&gt;x&lt;/script&gt;', "no <script>"),
    (r'<content type="html">', '<content type="html">&lt;p onclick="x"&gt;x&lt;/p&gt;',
     "no attribute onclick"),
    (r'<content type="html">', '<content type="html">&lt;p style="x"&gt;x&lt;/p&gt;', "no attribute style"),
    (r'<content type="html">', '<content type="html">&lt;a href="/x"&gt;x&lt;/a&gt;', "no relative address"),
    (r'<content type="html">', '<content type="html">&lt;a href="#x"&gt;x&lt;/a&gt;', "no relative address"),
    (r'<content type="html">', '<content type="html">&lt;img src="x.png"&gt;', "no relative address"),
    (r'<content type="html">', '<content type="html">&lt;a href="javascript:x"&gt;x&lt;/a&gt;',
     "only addresses"),
    (r'<content type="html">', '<content type="html">&lt;!-- x --&gt;', "no comments"),
    (r'<content type="html">', '<content type="html">\ufffd', "no control or broken characters"),
    (r'<media:thumbnail url="[^"]*"', '<media:thumbnail url="/x.jpg"', "url is an absolute address"),
    (r"<media:thumbnail ", '<media:thumbnail alt="x" ', "media:thumbnail has the attributes"),
    (r"<media:thumbnail ", '<media:thumbnail width="0" ', "width is a whole number"),
    (r"<media:content ", "<media:contents/><media:content ",
     "media:contents is no element that readers know"),
    (r'(<media:content[^>]*) type="[^"]*"', r'\1 type="x"', "type is a media type"),
    (r'medium="video"', 'medium="film"', "medium is one of"),
    (r'duration="[^"]*"', 'duration="1:00"', "duration is a number of seconds"),
    (r"<media:title>[^<]*<", "<media:title><", "media:title is not empty"),
    (r"<media:player [^>]*>", "", "has an address, or a page"),
    (r"(?s)(<media:group>\s*<media:content[^>]*>).*?</media:group>", r"\1</media:group>",
     "holds several forms"),
    (r"(<georss:point>)[^<]*<", r"\g<1>91 5<", "a point is latitude and longitude"),
    (r"(<georss:point>.*?</georss:point>)", r"\1\1", "georss:point stands once"),
    (r'geo="geo:[^"]*"', 'geo="44.7,5.3"', "geo is a geo URI"),
    (r"(<podcast:location[^>]*>)[^<]*<", r"\1<", "podcast:location is not empty"),
    (r"(<podcast:person[^>]*>)[^<]*<", rf"\g<1>{'x' * 129}<", "podcast:person has at most 128"),
    (r"<podcast:season>[^<]*<", "<podcast:season>one<", "a season or an episode is a whole number"),
    (r"<podcast:license>[^<]*<", "<podcast:license>CC BY-SA 4.0<", "an SPDX identifier"),
    (r'(<podcast:transcript [^>]*) type="[^"]*"', r"\1", "podcast:transcript has the attributes"),
    (r'language="fr"', 'language="français"', "language is a language tag"),
    (r"<podcast:source [^>]*>", "", "an alternateEnclosure has a source"),
    (r"(?s)(<psc:chapters.*?</psc:chapters>)", r"<source>\1</source>", "psc:chapters"),
    (r"<podcast:season>", '<podcast:source uri="https://x.example/"/><podcast:season>',
     "has no place in atom:entry"),
    (r"<generator>", '<div xmlns="http://www.w3.org/1999/xhtml"><script/></div><generator>', "runs nothing"),
    (r"<generator>", '<div xmlns="http://www.w3.org/1999/xhtml"><a href="javascript:x"/></div><generator>',
     "leads to"),
]  # fmt: skip
RSS = [
    (r"</rss>", "", "well-formed XML"),
    (r'version="2.0"', 'version="0.91"', "the root is rss, version 2.0"),
    (r"<title>.*?</title>", "", "exactly one title"),
    (r"<description>.*?</description>", "", "exactly one description"),
    (r"<link>.*?</link>", "", "exactly one link"),
    (r"(<language>.*?</language>)", r"\1\1", "exactly one language"),
    (r"(<generator>.*?</generator>)", r"\1\1", "at most one generator"),
    (r"<generator>", "<author>x</author><generator>", "author is no element of a channel"),
    (r"<generator>", "text<generator>", "no text between elements"),
    (r"<channel>", '<channel lang="fr">', "no attributes"),
    (r"<title>[^<]*<", "<title> <", "a text of the channel is plain"),
    (r"<title>[^<]*<", "<title>&lt;b>x<", "a text of the channel is plain"),
    (r"<link>[^<]*<", "<link>/<", "a link is an absolute address"),
    (r"<language>[^<]*<", "<language>français<", "a language is a language tag"),
    (r"<lastBuildDate>[^<]*<", "<lastBuildDate>2026-03-09T10:00:00Z<", "a date is one of RFC 822"),
    (r"<lastBuildDate>\w+", "<lastBuildDate>Tue", "a date is one of RFC 822"),
    (r"(<lastBuildDate>\w+, \d+ \w+ )20", r"\1", "a date is one of RFC 822"),
    (r"<lastBuildDate>[^<]*<", "<lastBuildDate>Wed, 01 Apr 2026 10:00:00 +0000<", "a date is plausible"),
    (r'<atom:link rel="self"[^>]*>', "", "one atom:link to itself"),
    (r'rel="self" type="application/rss\+xml"', 'rel="self"', "the feed's own, or its hub's"),
    (r"(?s)(<generator>.*?</generator>\s*)(.*)</channel>", r"\2\1</channel>", "items stand behind all else"),
    (r"(?s)(<item>.*?</item>)", r"\1\1", "each item stands once"),
    (r"(?s)(<item>.*?)<guid.*?</guid>", r"\1", "exactly one guid"),
    (r"(?s)(<item>.*?)<pubDate>.*?</pubDate>", r"\1", "exactly one pubDate"),
    (r'isPermaLink="false"', 'isPermaLink="true"', "a guid that is no address says so"),
    (r"(<guid[^>]*>)[^<]*<", r"\1 12<", "a guid that is no address says so"),
    (r"<pubDate>[^<]*<", "<pubDate>9 mars 2026<", "a date is one of RFC 822"),
    (r"(?s)(<item>.*?<title>)[^<]*<", r"\1<", "title is not empty"),
    (r"(?s)(<item>.*?<title>)[^<]*<", r"\1&lt;script><", "a plain text is escaped"),
    (r"(<category>)[^<]*<", r"\1<", "category is not empty"),
    (r"(<dc:creator>)[^<]*<", r"\1&lt;b><", "a plain text is escaped"),
    (r"(?s)(<item>.*?<link>)[^<]*<", r"\1/page/<", "a link is an absolute address"),
    (r"(<dc:language>)[^<]*<", r"\1français<", "a language is a language tag"),
    (r"(<atom:updated>)[^<]*<", r"\1hier<", "a date of Atom is one of RFC 3339"),
    (r"<pubDate>", "<author>ana@example.org</author><pubDate>", "author is no element of an item"),
    (r"<pubDate>", "<media:rating/><pubDate>", "media:rating is no element that readers know"),
    (r'(<enclosure [^>]*) length="\d+"', r"\1", "an enclosure has url, length and type"),
    (r'(<enclosure [^>]*) length="\d+"', r'\1 length="-1"', "the length of an enclosure is its bytes"),
    (r'(<enclosure [^>]*)url="[^"]*"', r'\1url="https://x.example/é.mp3"',
     "the url of an enclosure is absolute"),
    (r'(<enclosure [^>]*) type="[^"]*"', r'\1 type="text/html"',
     "the type of an enclosure is that of a file"),
    (r"(<enclosure [^>]*>)", r"\1\1", "at most one enclosure"),
    (r'<atom:link rel="enclosure"', '<atom:link rel="related"', "an enclosure after the first"),
    (r'<source url="[^"]*"', "<source", "a source has an address"),
    (r"(?s)(<item>.*?)(<description>.*?</description>)(\s*<content:encoded>.*?</content:encoded>)", r"\1\3\2",
     "a description stands before"),
    ((r"(?s)(<item>.*?)<title>.*?</title>(.*?)<description>.*?</description>\s*<content:encoded>.*?</"
      r"content:encoded>"), r"\1\2",
     "an item has a title or a description"),
    (r"<content:encoded>", '<content:encoded>&lt;iframe src="https://x.example/">&lt;/iframe>',
     "no <iframe>"),
    (r"(<description>)([^<]*</description>\s*<content)", r"\1&lt;a href=\"x\">x&lt;/a>\2",
     "no relative address"),
]  # fmt: skip


def changed(data: bytes, old: str, new: str) -> bytes:
    after = re.sub(old, new, data.decode(), count=1)
    assert after != data.decode(), "there is nothing to change"
    return after.encode()


def rules(data: bytes, url: str) -> set[str]:
    return {finding.rule for finding in check(data, url, hubs.MOMENT)}


@pytest.mark.parametrize(
    ("path", "old", "new", "rule"),
    [("feed.atom", *row) for row in ATOM] + [("feed.rss", *row) for row in RSS],
)
def test_a_rule_of_xml_can_be_broken(built_whole: Path, path: str, old: str, new: str, rule: str) -> None:
    """A feed with one thing changed breaks the rule about it."""
    path = f"medias/radio/{path}"
    data = (built_whole / "output" / path).read_bytes()
    url = f"{hubs.URL}/{path}"
    assert set() == rules(data, url)
    assert [] != [one for one in rules(changed(data, old, new), url) if rule in one]


Change = Callable[[dict[str, Any]], object]
JSON: list[tuple[Change, str]] = [
    (lambda feed: feed.pop("version"), "required: 'version'"),
    (lambda feed: feed.update(version="1"), "const: "),
    (lambda feed: feed.pop("title"), "required: 'title'"),
    (lambda feed: feed.update(feed_url="/feed.json"), "format: '/"),
    (lambda feed: feed.update(feed_url="https://x.example/"), "it is the address"),
    (lambda feed: feed.update(language="français"), "format: 'français'"),
    (lambda feed: feed.update(author={"name": "x"}), "additionalProperties: 'author'"),
    (lambda feed: feed.update(authors=[{}]), "minProperties: "),
    (lambda feed: feed["items"].append(feed["items"][0]), "each item stands once"),
    (lambda feed: feed["items"][0].update(id=7), "type: 7"),
    (lambda feed: feed["items"][0].pop("content_html"), "anyOf: "),
    (lambda feed: feed["items"][0].update(date_published="2026-03-09"), "format: '2026"),
    (lambda feed: feed["items"][0].update(date_published="2027-03-09T10:00:00Z"), "a date is plausible"),
    (lambda feed: feed["items"][0].update(url="/x/"), "format: '/"),
    (lambda feed: feed["items"][0].update(content_html="<img src=x>"), "no relative address"),
    (lambda feed: feed["items"][0].update(tags=[""]), "minLength: "),
    (lambda feed: feed["items"][0].update(summary=""), "minLength: "),
    (lambda feed: feed["items"][0].update(attachments=[{"url": "https://x.example/"}]),
     "required: 'mime_type'"),
    (lambda feed: feed["items"][0].update(attachments=[{"url": "https://x.example/", "mime_type": "x"}]),
     "pattern: "),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rule"), JSON)
def test_a_rule_of_json_can_be_broken(built_whole: Path, change: Change, rule: str) -> None:
    """A JSON feed with one thing changed breaks the rule about it."""
    url = f"{hubs.URL}/medias/radio/feed.json"
    data = (built_whole / "output/medias/radio/feed.json").read_bytes()
    assert set() == rules(data, url)
    feed = json.loads(data)
    change(feed)
    broken = rules(json.dumps(feed).encode(), url)
    assert [] != [one for one in broken if one.startswith(rule)]


def test_what_is_no_json_is_told() -> None:
    """Bytes that no JSON parser reads are a finding."""
    assert ["document"] == [one.place for one in check(b"{", "https://x.example/feed.json", hubs.MOMENT)]


def past(**changes: str) -> dict[str, bytes]:
    """Return a feed of three documents, each with an entry; ``changes`` are made to the one that they
    name.
    """
    atom = 'xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"'
    documents = {}
    for name, older, day in (("feed", "b", 3), ("b", "a", 2), ("a", "", 1)):
        archive = '<fh:archive/><link rel="current" href="feed"/>' if name != "feed" else ""
        link = f'<link rel="prev-archive" href="{older}"/>' if older else ""
        one = f"<entry><id>{name}</id><published>2026-03-0{day}T00:00:00Z</published></entry>"
        documents[name] = f'<feed {atom}>{archive}<link rel="self" href="{name}"/>{link}{one}</feed>'
    for name, change in changes.items():
        old, new = change.split("→")
        documents[name] = documents[name].replace(old, new)
    return {name: document.encode() for name, document in documents.items()}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"b": '<link rel="prev-archive" href="a"/>→'}, "each archive document is reached"),
        (
            {"a": '<link rel="self"→<link rel="prev-archive" href="b"/><link rel="self"'},
            "a newer one as older",
        ),
        ({"b": 'href="a"→href="0"'}, "the document before is there"),
        ({"a": "<fh:archive/>→"}, "fh:archive says"),
        ({"feed": "<link→<fh:archive/><link"}, "fh:archive says"),
        ({"a": 'rel="current" href="feed"→rel="current" href="b"'}, "names the current feed"),
        ({"a": 'rel="self" href="a"→rel="self" href="b"'}, "a document names itself"),
        ({"a": "<id>a</id>→<id>x</id>"}, "nothing is lost"),
        ({"a": "<id>a</id>→<id>x</id>"}, "what is no longer published"),
        ({"a": "<entry><id>a</id><published>2026-03-01T00:00:00Z</published></entry>→"}, "isn't empty"),
        (
            {"a": "</feed>→<entry><id>b</id><published>2026-03-02T00:00:00Z</published></entry></feed>"},
            "the newest entry comes first",
        ),
    ],
)
def test_a_rule_of_history_can_be_broken(changes: dict[str, str], rule: str) -> None:
    """A past with one thing changed breaks the rule about it."""
    assert [] == list(check_history(past(), "feed", ["feed", "a", "b"]))
    found = check_history(past(**changes), "feed", ["feed", "a", "b"])
    assert [] != [one for one in found if rule in one.rule]


def test_ids_are_those_of_entries() -> None:
    """The ids of a document come in its order."""
    assert ["feed"] == ids(parsed(past()["feed"]))
