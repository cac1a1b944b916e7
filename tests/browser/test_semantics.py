"""The structure that screen readers, search engines and other programs read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from browser import documents as built
from browser.conftest import Site

# Lists for the frames of other sites, which have a head and a foot of their own.
_FRAMED = "/embarquer/"
_LANDMARKS = {"header": 1, "nav": 1, "main": 1, "footer": 1}


def documents(site: Site) -> Iterator[tuple[str, Any]]:
    """Yield the address and the tree of each page that stands alone."""
    return (
        (address, tree) for address, tree in built.documents(site.output) if not address.startswith(_FRAMED)
    )


def levels(document: Any) -> list[int]:
    """Return the levels of a page's headings, in order."""
    return [int(heading.tag[1]) for heading in document.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]


def shape(document: Any) -> list[str]:
    """Return what is wrong with the structure of a page."""
    found = levels(document)
    wrong = [
        f"h{one} after h{before}" for before, one in zip([0, *found], found, strict=False) if one > before + 1
    ]
    wrong += [f"{found.count(1)} h1"] * (found.count(1) != 1)
    for name, least in _LANDMARKS.items():
        number = len(document.xpath(f"//body/{name}|//body/header//{name}|//body/div/{name}"))
        wrong += [f"{number} {name}"] * (number < least)
    wrong += [f"{number} id={one}" for one, number in Counter(document.xpath("//@id")).items() if number > 1]
    return wrong


def head(document: Any) -> list[str]:
    """Return what is missing in the head of a page."""
    description = "".join(document.xpath("//head/meta[@name='description']/@content")).strip()
    return [
        *["title"] * (not (document.findtext(".//title") or "").partition("·")[0].strip()),
        *["description"] * (len(description) < 10),
        *["canonical"] * (not document.xpath("//head/link[@rel='canonical']/@href")),
        *["language"] * (not document.get("lang")),
    ]


def test_every_page_has_one_heading_above_all_and_skips_no_level(demonstration: Site) -> None:
    """Headings nest, the page's regions are there, and no identifier stands for two things."""
    assert {} == {address: wrong for address, tree in documents(demonstration) if (wrong := shape(tree))}


def test_every_page_says_what_it_is(demonstration: Site) -> None:
    """Title, description, address and language: what a result of a search or a shared link shows."""
    assert {} == {address: wrong for address, tree in documents(demonstration) if (wrong := head(tree))}


def test_titles_tell_pages_apart(demonstration: Site) -> None:
    """No two pages have the same title, so that tabs and a reader's history tell them apart."""
    titles: dict[str, list[str]] = {}
    for address, tree in documents(demonstration):
        titles.setdefault(tree.findtext(".//title"), []).append(address)
    assert {} == {title: found for title, found in titles.items() if len(found) > 1}
