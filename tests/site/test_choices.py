"""What editors chose, in the built site: hidden nowhere, featured first, tags and communes moved, themes and
their pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import Content, built, entry, tree
from lxml import etree, html

from kiosque.site.build import BuildReport

HubMaker = Callable[[Mapping[str, Content]], Path]
WHEN = "  date: 2026-03-01\n  reason: x\n"
PAGE = "/medias/radio/2026/flood/"
TERRITORY = (
    "name: Valley\ncommunes:\n  - {code: '26113', name: Die, department: '26'}\n"
    "  - {code: '26108', name: Crest, department: '26'}\n"
)
FILES: dict[str, Content] = {
    "pelicanconf.py": "SITENAME = 'Hub'\nSITEURL = 'https://hub.example'\nDEFAULT_LANG = 'en'\n",
    "content/territory.yml": TERRITORY,
    "content/sources/radio.md": "---\nname: Radio\nfeeds: [radio.xml]\ncommune: '26113'\n---\n",
    "content/sources/blog.md": "---\nname: Blog\nfeeds: [blog.xml]\ncommune: '26108'\n---\n",
    "content/articles/map.md": "---\ntitle: A map of all\ndate: 2026-02-01\ntags: [maps]\ncommune: '26113'\n"
                               "---\n"
                               "See [the wall]({filename}wall.md).\n",
    "content/articles/wall.md": ("---\ntitle: A wall of stone\ndate: 2026-02-02\nfeatured: true\n---\n"
                                 "Words.\n"),
    "archive/radio/2026.jsonl": [
        entry("radio", "before", "2026-01-09T18:30:00Z", tags=("Crue",)),
        entry("radio", "flood", tags=("Crue", "Non classé", "radio")),
        entry("radio", "market", "2026-01-11T18:30:00Z", tags=("#Marche", "Uncategorized")),
    ],
    "archive/blog/2026.jsonl": [
        entry("blog", "copy", "2026-01-10T19:30:00Z", url="https://radio.example/flood"),
        entry("blog", "own", "2026-01-12T18:30:00Z", tags=("crue", "MARCHÉ")),
    ],
}  # fmt: skip
FEEDS = {f"medias/radio/{name}" for name in ("feed.atom", "feed.rss", "feed.json", "podcast.rss")}


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")


def wrong(report: BuildReport) -> list[str]:
    """Return the problems of content, each in one line."""
    return [str(problem) for problem in report.problems if problem.path.startswith("content/")]


def site(root: Path, **files: str) -> dict[str, bytes]:
    """Build a hub in which nothing is wrong; files are named without ``content/`` and ``.yml``.

    The index of the search is left out: another program makes it.
    """
    for name, text in files.items():
        (root / "content" / f"{name}.yml").write_text(text)
    assert [] == wrong(built(root))
    return {path: data for path, data in tree(root / "output").items() if "/pagefind/" not in path}


def holding(output: Mapping[str, bytes], words: str) -> set[str]:
    """Return the pages of the hub whose path or bytes hold some words."""
    return {path for path, data in output.items() if words in path or words.encode() in data}


def titles(output: Mapping[str, bytes], path: str, where: str = "//main") -> list[str]:
    """Return the titles of the cards on a page."""
    page = html.document_fromstring(output[path])
    return [
        title.text_content() for title in page.xpath(f"{where}//article//*[contains(@class, 'card__title')]")
    ]


def feed_titles(output: Mapping[str, bytes], path: str) -> list[str]:
    feed = etree.fromstring(output[path])
    return [title.text for title in feed.iterfind("{*}entry/{*}title")]


def item(publication: str, decision: str) -> str:
    return f"- publication: {publication}\n  {decision}\n{WHEN}"


@pytest.mark.parametrize("address", [PAGE, "https://hub.example/medias/radio/2026/flood"])
def test_what_is_hidden_is_on_no_page_and_in_no_feed(address: str, hub: HubMaker) -> None:
    """Neither its own page nor lists, feeds, tags, neighbours, its source's page or the site map have it."""
    root = hub(FILES)
    before = holding(site(root), "Title of flood") | holding(site(root), "radio/2026/flood")
    after = site(root, curation=item(address, "hide: true"))
    neighbours = after["medias/radio/2026/before/index.html"].decode()
    assert (True, set(), set(), True) == (
        len(before) > 8,
        holding(after, "Title of flood"),
        holding(after, "radio/2026/flood"),
        "Title of market" in neighbours,
    )


def test_what_was_hidden_comes_back_when_that_is_taken_back(hub: HubMaker) -> None:
    """The site is as it was, byte for byte."""
    root = hub(FILES)
    before = site(root)
    site(root, curation=item(PAGE, "hide: true"))
    assert before == site(root, curation=item(PAGE, "hide: true") + item(PAGE, "hide: false"))


def test_another_publisher_takes_the_place_of_what_is_hidden(hub: HubMaker) -> None:
    """Of a work, hiding one publication leaves the other, which names it no more."""
    root = hub(FILES)
    assert "Title of copy" not in titles(site(root), "fil/index.html")
    after = site(root, curation=item(PAGE, "hide: true"))
    assert ("Title of copy" in titles(after, "fil/index.html"), set()) == (True, holding(after, PAGE))


def test_an_article_can_be_hidden(hub: HubMaker) -> None:
    """It is nowhere, and a link that leads to it is told to whoever can mend it."""
    root = hub({**FILES, "content/curation.yml": item("/articles/wall/", "hide: true")})
    problems = wrong(built(root))
    assert (["content/articles/map.md"], set()) == (
        [problem.partition(":")[0] for problem in problems],
        holding(tree(root / "output"), "A wall of stone"),
    )


def test_what_is_featured_stands_first_on_the_home_page(hub: HubMaker) -> None:
    """The latest choice first, entries and articles alike; an article counts from its date; a choice may
    end.
    """
    root = hub(FILES)
    choices = (
        f"- publication: /articles/map/\n  feature: true\n  date: 2026-01-01\n  reason: x\n"
        f"- publication: {PAGE}\n  feature: true\n  date: 2026-02-10\n  until: 2026-03-15\n  reason: x\n"
        "- publication: /medias/blog/2026/own/\n  feature: true\n  date: 2026-02-11\n  until: 2026-03-14\n"
        "  reason: x\n"
    )
    featured = "//section[@aria-labelledby='featured']"
    expected = ["Title of flood", "A wall of stone", "A map of all"]
    assert expected == titles(site(root, curation=choices), "index.html", featured)
    withdrawn = choices + "- publication: /articles/wall/\n  feature: false\n  date: 2026-03-01\n"
    assert ["Title of flood", "A map of all"] == titles(
        site(root, curation=withdrawn), "index.html", featured
    )


def test_of_a_work_one_publication_is_featured(hub: HubMaker) -> None:
    """An original that several share stands once; whoever names a page gets that one, be it no first
    publisher's.
    """
    root = hub(FILES)
    featured = "//section[@aria-labelledby='featured']"
    shared = site(root, curation=item("https://radio.example/flood", "feature: true"))
    named = site(root, curation=item("/medias/blog/2026/copy/", "feature: true"))
    assert (["Title of flood", "A wall of stone"], ["Title of copy", "A wall of stone"]) == (
        titles(shared, "index.html", featured),
        titles(named, "index.html", featured),
    )


def test_other_tags_move_a_publication_to_other_lists(hub: HubMaker) -> None:
    """``tags`` stand in the place of its own, ``add`` beside them; lists and feeds of tags follow."""
    root = hub(FILES)
    site(root)
    after = site(
        root, curation=item("/medias/radio/2026/market/", "tags: [Halle]") + item(PAGE, "add: [Halle]")
    )
    assert (
        ["Title of market", "Title of flood"], ["Title of own"],
        ["Title of own", "Title of flood", "Title of before"],
        ["Title of own", "Title of flood", "Title of before"],
    ) == (
        titles(after, "mots-cles/halle/index.html"), titles(after, "mots-cles/marche/index.html"),
        titles(after, "mots-cles/crue/index.html"), feed_titles(after, "mots-cles/crue/feed.atom"),
    )  # fmt: skip


def test_a_pinned_publication_moves_to_its_commune(hub: HubMaker) -> None:
    """Entries and articles alike."""
    root = hub(FILES)
    after = site(root, curation=item(PAGE, "commune: '26108'") + item("/articles/map/", "commune: '26108'"))
    assert (["A map of all", "Title of own", "Title of flood"], ["Title of market", "Title of before"]) == (
        titles(after, "communes/26/crest/index.html"),
        titles(after, "communes/26/die/index.html"),
    )


def test_tags_that_say_nothing_are_nowhere(hub: HubMaker) -> None:
    """Neither lists nor pages nor feeds have them; a hash before a tag is no part of it."""
    output = site(hub(FILES))
    found = {path for path in output if path.startswith("mots-cles/") and path.endswith("index.html")}
    words = ("Non classé", "Uncategorized", "non-classe", "#Marche", 'term="radio"')
    assert ({"", "crue/", "maps/", "marche/"}, [set()] * 5) == (
        {path.removeprefix("mots-cles/").removesuffix("index.html") for path in found},
        [holding(output, one) for one in words],
    )


THEMES = (
    "themes:\n  - name: Water\n    introduction: Rivers & rain.\n    tags: [crue, nothing]\n"
    "    aliases: [/themes/rivers/]\n  - name: Marché\n  - name: Empty\n"
)


def test_a_theme_gathers_its_tags(hub: HubMaker) -> None:
    """Its list, its feed, its introduction and its tags that something has; its name counts as a tag."""
    output = site(hub(FILES), themes=THEMES)
    page = html.document_fromstring(output["themes/water/index.html"])
    water = ["Title of own", "Title of flood", "Title of before"]
    assert (water, water, ["Title of own", "Title of market"], True, ["/mots-cles/crue/"]) == (
        titles(output, "themes/water/index.html"),
        feed_titles(output, "themes/water/feed.atom"),
        titles(output, "themes/marche/index.html"),
        "Rivers & rain." in page.text_content(),
        page.xpath("//main//ul[@class='tags']//@href"),
    )


def test_all_themes_are_listed_with_their_newest(hub: HubMaker) -> None:
    """In the order of the file, each with its introduction; one that nothing has says so, and has its
    page.
    """
    output = site(hub(FILES), themes=THEMES)
    page = html.document_fromstring(output["themes/index.html"])
    assert (["Water", "Marché", "Empty"], 5, 1, []) == (
        [heading.text_content() for heading in page.xpath("//main//h2")],
        len(titles(output, "themes/index.html")),
        len(page.xpath("//main//p[@class='empty']")),
        titles(output, "themes/empty/index.html"),
    )


def test_a_renamed_theme_keeps_its_old_address(hub: HubMaker) -> None:
    """A redirect stands there."""
    assert b"/themes/water/" in site(hub(FILES), themes=THEMES)["themes/rivers/index.html"]


def test_a_hub_without_themes_leads_to_its_tags(hub: HubMaker) -> None:
    """The menu leads there: the page says that none was chosen yet."""
    page = html.document_fromstring(site(hub(FILES))["themes/index.html"])
    assert ["/mots-cles/"] == page.xpath("//main//a/@href")


def test_what_is_hidden_may_leave_a_theme_empty(hub: HubMaker) -> None:
    """Themes follow choices: tags given anew lead to their theme, hidden publications to none."""
    root = hub(FILES)
    choices = item("/medias/radio/2026/market/", "add: [Empty]") + item(
        "/medias/blog/2026/own/", "hide: true"
    )
    output = site(root, themes=THEMES, curation=choices)
    assert (["Title of market"], ["Title of flood", "Title of before"]) == (
        titles(output, "themes/empty/index.html"),
        titles(output, "themes/water/index.html"),
    )


def test_what_names_nothing_is_told_with_its_line(hub: HubMaker) -> None:
    """What matches no publication, and a commune beyond the territory; what isn't published yet matches, and
    what is over is left alone.
    """
    choices = (
        item("/medias/radio/2026/floods/", "hide: true")
        + item(PAGE, "commune: '26001'")
        + item("/articles/later/", "feature: true")
        + (
            "- publication: /medias/radio/2020/old/\n  feature: true\n  until: 2026-01-01\n"
            "  date: 2025-01-01\n"
            "  reason: x\n"
        )
    )
    later = "---\ntitle: Later\ndate: 2027-01-01\n---\nWords.\n"
    root = hub({**FILES, "content/curation.yml": choices, "content/articles/later.md": later})
    expected = [
        (
            "content/curation.yml:1: no publication has the address /medias/radio/2026/floods/ (near it: "
            "/medias/radio/2026/flood/, /medias/radio/2026/before/, /medias/radio/2026/market/)"
        ),
        (
            "content/curation.yml:5: the commune 26001 is not in content/territory.yml: "
            "mend the code, or add the commune there"
        ),
    ]
    assert expected == wrong(built(root))


def test_a_choice_renders_only_what_it_changes(hub: HubMaker) -> None:
    """A tag added to one publication leaves the pages of others as they were."""
    root = hub(FILES)
    site(root, themes=THEMES)
    (root / "content" / "curation.yml").write_text(item("/medias/radio/2026/market/", "add: [Halle]"))
    written = {path for path in built(root).written if path.startswith("medias/")}
    assert {"medias/radio/2026/market/index.html", *FEEDS} >= written > set()
