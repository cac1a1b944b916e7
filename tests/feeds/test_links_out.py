"""Addresses in feeds and pages are valid, and lead where they lead on the page of their text."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from conftest import built, entry, write_tree
from lxml import etree

from feeds import hubs
from kiosque.model import Enclosure

URL = "https://kiosque.example/sous"
SETTINGS = f'SITENAME = "K"\nSITEURL = "{URL}"\nTIMEZONE = "Europe/Paris"\nDEFAULT_LANG = "fr"\n'
ARTICLE = """---
title: Le moulin
date: 2025-02-01
licence: CC0
---
Voir [l’autre](../autre/), [ici](plan.pdf), [le haut](/sous/articles/), [la note](#fin), ![a](photo.jpg),
<q cite="../livre/">citation</q> et [ailleurs](https://x.example/a?b[]=c|d).
"""
PAGE = f"{URL}/articles/moulin/"
EXPECTED = [
    f"{URL}/articles/autre/", f"{PAGE}plan.pdf", f"{URL}/articles/", f"{PAGE}#fin", f"{PAGE}photo.jpg",
    f"{URL}/articles/livre/", "https://x.example/a?b%5B%5D=c%7Cd",
]  # fmt: skip


def addresses(html: str) -> list[str]:
    """Return the addresses in the attributes of HTML."""
    return [unescape(one) for one in re.findall(r' (?:href|src|cite)="([^"]*)"', html)]


@pytest.mark.parametrize("format_", ["atom", "rss", "json"])
def test_links_of_an_article_start_from_its_page(tmp_path: Path, format_: str) -> None:
    """In each format of the hub's feeds."""
    root = write_tree(tmp_path / "hub", {"pelicanconf.py": SETTINGS, "content/articles/moulin.md": ARTICLE})
    built(root)
    data = (root / f"output/feed.{format_}").read_bytes()
    if format_ == "json":
        (text,) = [item["content_html"] for item in json.loads(data)["items"]]
    else:
        document = etree.fromstring(data)
        (text,) = [
            element.text
            for element in document.iter("{*}content", "{*}encoded")
            if element.text and "autre" in element.text
        ]
    assert EXPECTED == addresses(text)


WRITTEN = 'https://x.example/é/a|b[\'c]"d`e^f{g}?q[]=1|2&"r"=é%zz#h[i]'
VALID = re.compile(r"https://x\.example/[^\s\"<>\[\]\\^`{|}]*")


def test_addresses_of_a_feed_are_valid_on_its_page(tmp_path: Path) -> None:
    """Whatever a feed or an archive edited by hand gives: the canonical address, links, and files."""
    one = entry(
        "radio", "one", "2026-01-10T18:30:00Z", title="Un", url=WRITTEN, content="<p>a</p>",
        enclosures=(Enclosure(url=WRITTEN, type="audio/mpeg"), Enclosure(url=f"{WRITTEN}.pdf")),
    )  # fmt: skip
    source = "---\nname: Radio\nhomepage: https://radio.example/\nagreement: {scope: full}\n---\n"
    files = {"pelicanconf.py": hubs.SETTINGS, "content/sources/radio.md": source}
    root = write_tree(tmp_path / "hub", {**files, "archive/radio/2026.jsonl": [one]})
    built(root)
    page = (root / "output/medias/radio/2026/one/index.html").read_text(encoding="utf-8")
    found = [unescape(address) for address in re.findall(r'="(https://x\.example[^"]*)"', page)]
    assert len(found) > 4
    assert [] == [address for address in found if not VALID.fullmatch(address)]
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]*)"', page)
    assert VALID.fullmatch(unescape(canonical))
