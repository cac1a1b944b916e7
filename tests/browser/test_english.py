"""A hub in English speaks English throughout, whatever language its media speak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from browser.axe import findings, loaded
from browser.conftest import Site
from browser.documents import documents
from browser.hubs import ROOT

CATALOGUE = ROOT / "theme" / "translations" / "fr" / "LC_MESSAGES" / "kiosque.po"
_GAP = re.compile(r"%\(\w+\)s|{\w*}|<[^>]*>")
# A message with gaps says more, else any sentence would be one.
_FEWEST_LETTERS, _FEWEST_AROUND_GAPS = 6, 14
_SPOKEN = ("aria-label", "alt", "title", "placeholder")
# What someone wrote, whatever its language: names, and texts that say which language they are in.
_WRITTEN = (
    "ancestor-or-self::*[@lang][not(self::html)] or ancestor::*[contains(@class, 'prose')] or "
    "ancestor::script"
)


@cache
def is_french(said: str) -> bool:
    """Whether the interface says this in French, and in other words in English."""
    whole, with_gaps = french()
    return said in whole or bool(with_gaps.fullmatch(said))


@cache
def french() -> tuple[frozenset[str], re.Pattern[str]]:
    """Return what the interface says in French, and in other words than in English.

    Whole sentences, and a pattern.
    """
    with CATALOGUE.open("rb") as file:
        messages = read_po(file, locale="fr")
    strings = {
        string
        for message in messages
        if message.id
        for string in (message.string if isinstance(message.string, tuple) else (message.string,))
        if string not in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    literal = {one: re.sub(r"\W", "", _GAP.sub("", one)) for one in strings}
    said = [
        one
        for one in strings
        if len(literal[one]) >= (_FEWEST_AROUND_GAPS if _GAP.search(one) else _FEWEST_LETTERS)
    ]
    whole = frozenset(one for one in said if not _GAP.search(one))
    gaps = "|".join(".+".join(map(re.escape, _GAP.split(one))) for one in said if one not in whole)
    return whole, re.compile(gaps)


def written() -> set[str]:
    """Return the titles and names that people gave, which an interface shows as they are."""
    heads = [
        path.read_text(encoding="utf-8")
        for path in (ROOT / "content").rglob("*.*")
        if path.suffix in {".md", ".yml"}
    ]
    return {
        name for head in heads for name in re.findall(r"^(?:- )?(?:title|name): (.*)$", head, re.MULTILINE)
    }


def spoken(document: Any) -> Iterator[str]:
    """Yield what a page says by itself: its texts and labels, those of people left out."""
    for element in document.xpath(f"//body//*[not({_WRITTEN})]"):
        said = [element.text, *(child.tail for child in element), *(element.get(name) for name in _SPOKEN)]
        yield from (" ".join(one.split()) for one in said if one and one.strip())


def test_an_english_hub_says_nothing_in_french(english: Site) -> None:
    """Not a word of the interface is left in French, on any type of page."""
    names = written()
    wrong = {}
    for address, document in documents(english.output):
        # The examples of the style guide are in French, and so are those who read them.
        if address not in english.pages.values() or address.startswith("/charte/"):
            continue
        if found := set(filter(is_french, spoken(document))) - names:
            wrong[address] = found
    assert {} == wrong


def test_french_is_noticed(demonstration: Site) -> None:
    """On the French hub the same look finds the interface on every page: the test above can fail."""
    silent = [
        address for address, page in documents(demonstration.output) if not any(map(is_french, spoken(page)))
    ]
    assert [] == silent


def test_axe_finds_nothing_in_english(page: Any, english: Site) -> None:
    """An English page with French texts is marked as such."""
    names = ("home", "stream", "article", "entry-sound", "source")
    wrong = {}
    for name in names:
        loaded(page, english.url + english.pages[name])
        if found := findings(page):
            wrong[name] = found
    assert {} == wrong
