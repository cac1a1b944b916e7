"""What is taken down is on no page, in no feed and not in the site map; that it was is public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path

import pytest
from conftest import Content, built, entry, tree
from lxml import html

from kiosque.takedowns import load, purge

HubMaker = Callable[[Mapping[str, Content]], Path]
SETTINGS = (
    "SITENAME = 'Hub'\nSITEURL = 'https://hub.example'\nCONTACT = 'ana@hub.example'\nDEFAULT_LANG = 'en'\n"
)
FILES: dict[str, Content] = {
    "pelicanconf.py": SETTINGS,
    "content/sources/radio.md": "---\nname: Radio du Fleuve\nfeeds: [radio.xml]\n---\nQui nous sommes.\n",
    "content/sources/blog.md": "---\nname: Le blog\nfeeds: [blog.xml]\n---\n",
    "archive/radio/2026.jsonl": [
        entry("radio", "flood", tags=("water",), authors=("Ana",), content="<p>Words of the flood.</p>"),
        entry("radio", "market", tags=("market",)),
    ],
    "archive/blog/2026.jsonl": [
        entry("blog", "copy", url="http://www.radio.example/flood/"),
        entry("blog", "own"),
    ],
}
WHEN = "  date: 2026-03-01\n  reason: Asked for & <given>.\n"


def holding(output: Path, words: str) -> set[str]:
    """Return the files whose path or bytes hold some words, but for the examples of the style guide."""
    files = {path: data for path, data in tree(output).items() if not path.startswith("charte/")}
    return {path for path, data in files.items() if words in path or words.encode() in data}


def page(root: Path) -> html.HtmlElement:
    built(root)
    return html.document_fromstring((root / "output" / "retraits" / "index.html").read_bytes())


@pytest.mark.parametrize(
    "item",
    [
        "entry: radio/flood",
        "address: /medias/radio/2026/flood/",
        "address: https://hub.example/medias/radio/2026/flood/",
    ],
)
def test_an_entry_taken_down_is_nowhere_though_the_archive_has_it(item: str, hub: HubMaker) -> None:
    """Its page, its lines in lists and feeds, its tag, author and site map lines go; its neighbour stays."""
    root = hub(FILES)
    built(root)
    before = holding(root / "output", "Title of flood") | holding(root / "output", "medias/radio/2026/flood")
    (root / "content" / "takedowns.yml").write_text(f"- {item}\n{WHEN}")
    report = built(root)
    output = root / "output"
    names = (
        "Title of flood",
        "medias/radio/2026/flood",
        "auteurs/ana",
        "mots-cles/water",
        "Words of the flood",
    )
    assert (True, [set()] * 5, ()) == (
        len(before) > 5,
        [holding(output, one) for one in names],
        report.problems,
    )
    assert {"feed.atom", "fil/index.html", "medias/radio/feed.atom"} <= holding(output, "Title of market")


def test_an_address_goes_from_every_source_that_shares_it(hub: HubMaker) -> None:
    """What another source published again at the same address is hidden with it."""
    root = hub({**FILES, "content/takedowns.yml": f"- address: https://radio.example/flood\n{WHEN}"})
    built(root)
    found = [holding(root / "output", f"Title of {name}") == set() for name in ("flood", "copy", "own")]
    assert [True, True, False] == found


def test_a_source_taken_down_vanishes_with_its_pages_and_feeds(hub: HubMaker) -> None:
    """Neither its address nor its words are left, though its source file and archive are there; its name is
    on the list.
    """
    root = hub({**FILES, "content/takedowns.yml": f"- source: radio\n{WHEN}"})
    report = built(root)
    output = root / "output"
    assert (set(), set(), {"retraits/index.html"}, ()) == (
        holding(output, "medias/radio/"),
        holding(output, "Title of market"),
        holding(output, "Radio du Fleuve"),
        report.problems,
    )
    assert "medias/blog/index.html" in tree(output)


def test_withdrawing_a_takedown_shows_again_what_the_archive_still_has(hub: HubMaker) -> None:
    """A build follows the list: without it the site is as it was."""
    root = hub(FILES)
    built(root)
    before = tree(root / "output")
    (root / "content" / "takedowns.yml").write_text(f"- source: radio\n{WHEN}")
    built(root)
    (root / "content" / "takedowns.yml").unlink()
    built(root)
    assert before == tree(root / "output")


def test_the_public_list_says_when_where_and_why_and_not_what(hub: HubMaker) -> None:
    """Newest first: day, medium where it is known, reason; who asked isn't named."""
    items = (
        f"- entry: radio/flood\n{WHEN}  by: Somebody\n"
        "- source: blog\n  date: 2026-03-02\n  reason: They left.\n"
        "- address: https://elsewhere.example/secret\n  date: 2026-02-01\n  reason: A mistake.\n"
    )
    document = page(hub({**FILES, "content/takedowns.yml": items}))
    found = [
        [one.text_content().strip() for one in item.xpath(".//time | .//span | ./p[not(@class)]")]
        for item in document.xpath("//main//li")
    ]
    expected = [
        ["2 March 2026", "Le blog", "The whole medium", "They left."],
        ["1 March 2026", "Radio du Fleuve", "One publication", "Asked for & <given>."],
        ["1 February 2026", "One publication", "A mistake."],
    ]
    text = document.xpath("string(//main)")
    assert (expected, []) == (found, [one for one in ("flood", "secret", "Somebody") if one in text])


def test_the_page_says_how_to_ask_even_where_nothing_was_taken_down(hub: HubMaker) -> None:
    """Every page's foot leads there, and there is the hub's contact."""
    root = hub(FILES)
    document = page(root)
    home = html.document_fromstring((root / "output" / "index.html").read_bytes())
    assert (["mailto:ana@hub.example"], ["Nothing was taken down so far."], ["/retraits/"]) == (
        document.xpath("//main//a/@href"),
        document.xpath("//main//p[@class='empty']/text()"),
        [one for one in home.xpath("//footer//a/@href") if "retraits" in one],
    )


@pytest.mark.parametrize(
    ("contact", "links"),
    [("", []), ("https://hub.example/contact", ["https://hub.example/contact"]), ("javascript:alert(1)", [])],
)
def test_a_contact_that_is_no_mail_address_is_linked_only_where_it_is_a_page(
    contact: str, links: list[str], hub: HubMaker
) -> None:
    """Whatever the settings say, the page leads to a mail address, to a page, or nowhere."""
    root = hub({**FILES, "pelicanconf.py": SETTINGS.replace("ana@hub.example", contact)})
    assert links == page(root).xpath("//main//a/@href")


def test_a_broken_item_is_told_by_the_build(hub: HubMaker) -> None:
    """A takedown that doesn't count is a problem of the build, with its line."""
    report = built(
        hub(
            {
                **FILES,
                "content/takedowns.yml": f"- source: radio\n{WHEN}- entry: blog/own\n  date: 2026-03-01\n",
            }
        )
    )
    assert [("content/takedowns.yml", 4)] == [(one.path, one.line) for one in report.problems]


def test_the_medium_of_an_address_is_known_by_what_was_removed(hub: HubMaker) -> None:
    """Once its entry went from the archive, an original's address still tells whose it was."""
    root = hub({**FILES, "content/takedowns.yml": f"- address: https://blog.example/own\n{WHEN}"})
    purge(root, load(root, UTC)[0], dry_run=False)
    assert ["Le blog", "One publication"] == page(root).xpath("//main//li//span/text()")
