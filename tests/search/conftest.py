"""A hub of some dozens of publications in several years, its index, and a browser on the search page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import patience
import pytest
from browser.serving import served
from conftest import NOW, entry, write_tree
from playwright.sync_api import Browser, Page

from kiosque.model import Enclosure, Entry, Format
from kiosque.site.build import BuildReport, build

TRIPWIRE = "<img src=x onerror=\"document.title='tripped'\"><script>document.title='tripped'</script>"


def radio() -> list[Entry]:
    sound = Enclosure(url="https://radio.example/s.mp3", type="audio/mpeg", duration=3120.0)
    told = {
        "emission": ("L’émission du matin", "Une émission sur les chevaux nationaux de la vallée."),
        "coeur": ("Au cœur du village", "Le chœur des sœurs chante, aujourd’hui, d’Aouste à Crest."),
        "eau": ("L’eau qui manque", "Un débat sur l’eau de la rivière et le budget de la commune."),
    }
    return [
        entry(
            "radio",
            name,
            f"2026-0{number}-10T09:00:00Z",
            title=title,
            summary=summary,
            format=Format.SOUND,
            enclosures=(sound,),
            tags=("Patrimoine",),
        )
        for number, (name, (title, summary)) in enumerate(told.items(), 1)
    ]


def blog(year: int) -> list[Entry]:
    return [
        entry(
            "blog",
            f"note-{year}-{number}",
            f"{year}-{number:02}-05T10:00:00Z",
            title=f"Carnet {number} de {year}",
            summary="Des notes sur la rivière, au fil des saisons.",
            content="<p>Des notes sur la rivière, au fil des saisons.</p><p>Fin &amp; suite &lt;b&gt;.</p>",
        )
        for number in range(1, 13)
    ]


def files() -> dict[str, str | list[Entry]]:
    """Return the hub: a radio, a blog of three years, a hostile one, an article in another language, a
    page.
    """
    hostile = entry(
        "blog", "hostile", "2026-02-01T10:00:00Z", title=f"Piège {TRIPWIRE}", summary=f"Piège {TRIPWIRE}"
    )
    source = (
        "---\nname: {}\ncommune: '26113'\nagreement: {{scope: full}}\nhomepage: https://{}.example/\n"
        "---\n{}\n"
    )
    return {
        "pelicanconf.py": 'SITENAME = "Essai"\nSITEURL = "https://essai.example/kiosque"\n',
        "content/territory.yml": 'name: Vallée\ndepartments: {"26": Drôme}\ncommunes:\n'
        '  - {code: "26113", name: Crest, department: "26"}\n'
        '  - {code: "26001", name: Aouste, department: "26"}\n',
        "content/sources/radio.md": source.format("Radio du Fleuve", "radio",
                                                  "Une radio **associative**.").replace("113", "001"),
        "content/sources/blog.md": source.format("Carnets", "blog", "Deux voisins écrivent."),
        "content/articles/horses.md": ("---\ntitle: The running horses\ndate: 2025-03-02\nlanguage: en\n---\n"
                                       "They run along the river.\n"),
        "content/pages/mentions.md": "---\ntitle: Mentions légales\n---\nL’éditeur est une association.\n",
        "archive/radio/2026.jsonl": radio(),
        "archive/blog/2024.jsonl": blog(2024),
        "archive/blog/2025.jsonl": blog(2025),
        "archive/blog/2026.jsonl": [hostile],
    }  # fmt: skip


def indexed(root: Path) -> BuildReport:
    """Build a hub with its index."""
    return build(root, now=NOW)


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    """The hub, written anew for tests that change it."""
    return write_tree(tmp_path / "valley", files())


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built hub, served below a path as a careful host does."""
    root = write_tree(tmp_path_factory.mktemp("search") / "valley", files())
    report = indexed(root)
    assert report.search is not None
    top = root / "top"
    top.mkdir()
    (root / "output").rename(top / "kiosque")
    with served(top) as address:
        yield f"{address}/kiosque"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console and requests are watched: an error fails the test."""
    with browser.new_context(locale="fr-FR") as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
        page.set_default_timeout(patience.MILLISECONDS)
        yield page
        assert [] == wrong


@pytest.fixture
def search(page: Page, base: str) -> Callable[..., list[str]]:
    """Return a function that searches by the address and gives the titles found, in order."""

    def titles(query: str = "", **params: str) -> list[str]:
        page.goto(f"{base}/recherche/?{urlencode({'q': query, **params})}")
        return titles_of(page)

    return titles


def titles_of(page: Page) -> list[str]:
    """Return the titles of the results, once the search has ended."""
    page.locator("ol[aria-busy=false]").wait_for(state="attached")
    return page.locator("main ol h2").all_inner_texts()
