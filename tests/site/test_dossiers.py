"""Dossiers gather what was published about a project, and last when everything else has scrolled away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import Content, built, entry, tree
from lxml import html

from kiosque import i18n

MakeHub = Callable[[Mapping[str, Content]], Path]
SOURCE = "---\nname: Radio\nfeeds: [demo/feed.xml]\nagreement: {scope: full}\n---\n"
SETTINGS = 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\nDEFAULT_LANG = "en"\n'
ENTRIES = [
    entry("radio", "avant", "2023-05-01T10:00:00Z", tags=("moulin",)),
    entry("radio", "roue", "2024-02-01T10:00:00Z", tags=("Moulin",), url="https://radio.example/roue"),
    entry("radio", "bal", "2024-03-01T10:00:00Z", tags=("fête",)),
    entry("radio", "vannes", "2025-01-02T10:00:00Z", tags=("moulin", "eau")),
    entry("radio", "apres", "2025-03-01T10:00:00Z", tags=("moulin",)),
]
ARTICLE = "---\ntitle: Le plan\ndate: 2024-06-01\n---\nUn plan de 1832.\n"
HEAD = "title: Le moulin\nfrom: 2024-01-01\nto: 2025-02-28\n"


def hub_with(make: MakeHub, head: str, **more: Content) -> Path:
    return make({
        "pelicanconf.py": SETTINGS,
        "content/sources/radio.md": SOURCE,
        "content/articles/plan.md": ARTICLE,
        "content/dossiers/moulin.md": f"---\n{head}---\nDeux hivers de chantier.\n",
        "archive/radio/2025.jsonl": ENTRIES,
        **more,
    })  # fmt: skip


def page(root: Path, path: str) -> html.HtmlElement:
    return html.document_fromstring((root / "output" / path).read_bytes())


def timeline(root: Path) -> list[tuple[str, list[str]]]:
    """Return the headings of a dossier's timeline with the addresses below each."""
    sections = page(root, "dossiers/moulin/index.html").xpath("//section[contains(@class, 'timeline')]")
    return [
        ("".join(one.xpath("./h2/text()")), one.xpath(".//*[@class='card__title']/a/@href"))
        for one in sections
    ]


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def test_what_has_its_tags_within_its_time_is_gathered_by_year(hub: MakeHub) -> None:
    """However a tag is spelt; what is older, newer or about something else is not."""
    root = hub_with(hub, HEAD + "tags: [moulin]\n")
    assert () == built(root).problems
    expected = [("2024", ["/medias/radio/2025/roue/"]), ("2025", ["/medias/radio/2025/vannes/"])]
    assert expected == timeline(root)


@pytest.mark.parametrize(
    ("line", "gathered"),
    [
        ("themes: [eau]", ["vannes"]),
        ("sources: [radio]", ["roue", "bal", "vannes"]),
        ("items: [/medias/radio/2025/apres/]", ["apres"]),
        ("items: [https://radio.example/roue]", ["roue"]),
        ("items: [https://hub.example/medias/radio/2025/bal/]", ["bal"]),
    ],
)
def test_a_dossier_gathers_themes_media_and_what_it_names(
    hub: MakeHub, line: str, gathered: list[str]
) -> None:
    """What it names is gathered whenever it was published."""
    themes = "themes:\n  - name: Eau\n    tags: [eau]\n"
    root = hub_with(hub, f"{HEAD}{line}\n", **{"content/themes.yml": themes})
    assert () == built(root).problems
    found = [address for _year, addresses in timeline(root) for address in addresses]
    assert [f"/medias/radio/2025/{name}/" for name in gathered] == found


def test_someone_may_choose_the_order(hub: MakeHub) -> None:
    """What is named comes first, in its order and without years; what tags bring comes after it."""
    named = "items: [/articles/plan/, /medias/radio/2025/apres/]\n"
    root = hub_with(hub, f"{HEAD}tags: [moulin]\n{named}order: chosen\n")
    addresses = [
        "/articles/plan/",
        "/medias/radio/2025/apres/",
        "/medias/radio/2025/roue/",
        "/medias/radio/2025/vannes/",
    ]
    built(root)
    assert [("", addresses)] == timeline(root)


def test_pages_lead_to_the_dossiers_that_gather_them(hub: MakeHub) -> None:
    """An entry and an article name the dossier; what it doesn't gather doesn't; a hidden dossier is named
    nowhere.
    """
    root = hub_with(hub, HEAD + "tags: [moulin]\nitems: [/articles/plan/]\n")
    built(root)
    paths = [
        "medias/radio/2025/roue/index.html",
        "articles/plan/index.html",
        "medias/radio/2025/bal/index.html",
    ]
    links = [page(root, path).xpath("//p[@class='gathered-in']/a/@href") for path in paths]
    assert [["/dossiers/moulin/"], ["/dossiers/moulin/"], []] == links
    hub_with(hub, HEAD + "tags: [moulin]\nstatus: hidden\n")
    built(root)
    assert [] == page(root, paths[0]).xpath("//p[@class='gathered-in']")
    assert [] == page(root, "dossiers/index.html").xpath("//*[@class='card__title']")


def test_a_name_that_means_no_publication_is_told(hub: MakeHub) -> None:
    """The rest of the dossier is published."""
    root = hub_with(hub, HEAD + "tags: [moulin]\nitems: [/articles/autre/]\n")
    assert ["content/dossiers/moulin.md: aucune publication n’a l’adresse /articles/autre/"] == [
        str(problem) for problem in built(root).problems
    ]
    assert [("2024", ["/medias/radio/2025/roue/"]), ("2025", ["/medias/radio/2025/vannes/"])] == timeline(
        root
    )


def test_a_dossier_without_anything_says_so(hub: MakeHub) -> None:
    """It has its page all the same, and stands in the list with its years."""
    root = hub_with(hub, "title: Le moulin\nfrom: 2026-01-01\n")
    built(root)
    assert ["Nothing has been published about it yet."] == page(root, "dossiers/moulin/index.html").xpath(
        "//main//p[@class='empty']/text()"
    )
    assert ["since 2026"] == page(root, "dossiers/index.html").xpath("//*[@class='card__facts']/span/text()")


def test_news_touch_the_dossier_and_what_it_gathers_only(hub: MakeHub) -> None:
    """A new entry with its tag changes the dossier's page, but neither other entries' pages nor the list."""
    root = hub_with(hub, HEAD + "tags: [moulin]\n")
    built(root)
    before = tree(root / "output")
    news = entry("radio", "fin", "2025-02-01T10:00:00Z", tags=("moulin",))
    hub({"archive/radio/2025.jsonl": [*ENTRIES, news]})
    written = built(root).written
    assert "dossiers/moulin/index.html" in written
    assert {"dossiers/index.html", "medias/radio/2025/roue/index.html"}.isdisjoint(written)
    (root / ".cache").rename(root.parent / "cache")
    built(root, root.parent / "clean")
    assert tree(root.parent / "clean") == tree(root / "output") != before
