"""The home page: what people chose and wrote first, then this week, of which no source takes more than its
share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from conftest import entry, write_tree
from lxml import html

from kiosque.site.build import build

NOW = "2026-03-15T08:00:00Z"
SETTINGS = 'SITENAME = "Hub"\nDEFAULT_LANG = "en"\n'
PAGE = "output/index.html"


def titles(root: Path, place: str) -> Sequence[str]:
    document = html.document_fromstring((root / PAGE).read_bytes())
    return [one.strip() for one in document.xpath(f"{place}//*[@class='card__title']/a/text()")]


def headings(root: Path) -> Sequence[str]:
    document = html.document_fromstring((root / PAGE).read_bytes())
    return [one.text_content() for one in document.xpath("//main//h1 | //main//h2")]


def test_an_empty_hub_says_how_to_begin(hub: Callable[..., Path]) -> None:
    """Without anything there are a name, an invitation, and no empty promises."""
    root = hub({"pelicanconf.py": SETTINGS})
    build(root, now=NOW)
    assert ["Hub", "Articles written for the hub", "Lately in the media of this place"] == headings(root)
    assert "the first could be yours" in (root / PAGE).read_text(encoding="utf-8")


def test_no_source_fills_a_column(hub: Callable[..., Path]) -> None:
    """A source that publishes much shows its newest two; others follow, and what is older says so."""
    many = [entry("much", f"m{n}", f"2026-03-14T{n:02}:00:00Z") for n in range(20)]
    root = hub(
        {
            "pelicanconf.py": SETTINGS,
            "content/sources/much.md": "---\nname: Much\nfeeds: [much.xml]\n---\n",
            "content/sources/rare.md": "---\nname: Rare\nfeeds: [rare.xml]\n---\n",
            "archive/much/2026.jsonl": many,
            "archive/rare/2026.jsonl": [entry("rare", "r1", "2026-02-01T08:00:00Z")],
        }
    )
    build(root, now=NOW)
    column = "//section[@aria-labelledby='text']"
    assert ["Title of m19", "Title of m18", "Title of r1"] == titles(root, column)
    document = html.document_fromstring((root / PAGE).read_bytes())
    assert ["Before that"] == document.xpath(f"{column}/p[@class='earlier']/text()")


def test_what_was_chosen_stands_once(hub: Callable[..., Path]) -> None:
    """A featured article leads, and isn't among the others."""
    root = hub(
        {
            "pelicanconf.py": SETTINGS,
            "content/articles/one.md": "---\ntitle: One\ndate: 2026-03-01\nfeatured: true\n---\nText.\n",
            "content/articles/two.md": "---\ntitle: Two\ndate: 2026-03-02\n---\nText.\n",
        }
    )
    build(root, now=NOW)
    assert ["One"] == titles(root, "//section[@aria-labelledby='featured']")
    assert ["Two"] == titles(root, "//section[@aria-labelledby='articles']")


def test_a_quiet_day_changes_nothing(hub: Callable[..., Path]) -> None:
    """A day later the page is the same; once the news is a week old the page no longer says that it is of
    this week.
    """
    root = hub(
        {
            "pelicanconf.py": SETTINGS,
            "content/sources/rare.md": "---\nname: Rare\nfeeds: [rare.xml]\n---\n",
            "archive/rare/2026.jsonl": [entry("rare", "r1", "2026-03-14T08:00:00Z")],
        }
    )
    build(root, now=NOW)
    assert "This week in the media of this place" in headings(root)
    assert "index.html" not in build(root, now="2026-03-16T08:00:00Z").written
    build(root, now="2026-03-22T08:00:00Z")
    assert "Lately in the media of this place" in headings(root)
    assert ["Title of r1"] == titles(root, "//section[@aria-labelledby='text']")


def test_a_radio_that_streams_is_offered(hub: Callable[..., Path]) -> None:
    """Media with a live sound are named under one heading, which is missing where none has any."""
    root = hub({"pelicanconf.py": SETTINGS, "content/sources/a.md": "---\nname: A\nfeeds: [a.xml]\n---\n"})
    build(root, now=NOW)
    assert "Listen now" not in headings(root)
    source = "---\nname: B\nfeeds: [b.xml]\nstream: https://b.example/live\n---\n"
    write_tree(root, {"content/sources/b.md": source})
    build(root, now=NOW)
    assert "Listen now" in headings(root)
