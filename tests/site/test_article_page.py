"""The page of an article or an entry: what it holds, in which language, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import Content, built, entry
from lxml import html

from kiosque.model import KiosqueError

HubMaker = Callable[[Mapping[str, Content]], Path]
SETTINGS = """
SITENAME = "Kiosque d'essai"
SITEURL = "https://kiosque.example/vallee"
CONTACT = "bonjour@kiosque.example"
PLUGINS = ["kiosque.site"]
"""
PARAGRAPH = "Un mot. " * 90
ARTICLE = f"""---
title: 'La fête: une "réussite"!'
date: 2026-03-01
authors: [Ana]
licence: CC BY 4.0
---
{PARAGRAPH}

## Méthode {{#la-methode}}

{PARAGRAPH} Voir [la méthode](#la-methode)[^1].

## Contenu

{PARAGRAPH}

[Le son]({{static}}son.mp3)

<video controls src="https://exemple.fr/film.mp4" title="Le film"></video>

## Fin

{PARAGRAPH}

[^1]: Une note.
"""
SOURCE = """---
name: Ràdio
language: oc
contact: redaccion@radio.example
feeds: [https://radio.example/feed]
agreement: {scope: full}
---
"""


def made(hub: HubMaker, settings: str = "", **files: Content) -> Path:
    """Return the output of a hub with an article, and a source of another language with two entries."""
    root = hub(
        {
            "pelicanconf.py": SETTINGS + settings,
            "content/articles/fete/index.md": ARTICLE,
            "content/articles/fete/son.mp3": b"sound",
            "content/sources/radio.md": SOURCE,
            "archive/radio/2026.jsonl": [
                entry("radio", "un", "2026-02-01T10:00:00Z", title="Bon jorn !", content="<p>L'aiga !</p>"),
                entry("radio", "dos", "2026-02-02T10:00:00Z", title="Bon jorn encara !"),
            ],
            **files,
        }
    )
    built(root)
    return root / "output"


def page(output: Path, path: str) -> html.HtmlElement:
    return html.document_fromstring((output / path / "index.html").read_bytes())


def test_article(hub: HubMaker) -> None:
    """An article has contents that lead to its headings, players, notes, reading time and French
    typography.
    """
    document = page(made(hub), "articles/fete")
    assert document.xpath("string(//h1)") == "La fête\u00a0: une «\u202fréussite\u202f»\u202f!"
    links = document.xpath("//nav[@class='toc']//a/@href")
    assert links == ["#la-methode", "#contenu-2", "#fin"]
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in document.xpath("//main//a[starts-with(@href, '#')]/@href")} <= set(ids)
    assert document.xpath("//*[self::audio or self::video]/source/@src") == [
        "/vallee/fichiers/articles/fete/son.mp3",
        "https://exemple.fr/film.mp4",
    ]
    assert "4\u202fmin" in document.xpath("string(//article/header/p[@class='facts'])")


def test_entry_in_another_language(hub: HubMaker) -> None:
    """What a source wrote is marked with its language and keeps its own typography, wherever it is shown."""
    output = made(hub)
    document = page(output, "medias/radio/2026/un")
    shown = document.xpath("//h1 | //div[starts-with(@class, 'prose')] | //nav[@class='neighbours']//a")
    assert [(one.get("lang"), one.text_content().strip()) for one in shown] == [
        ("oc", "Bon jorn !"),
        ("oc", "L'aiga !"),
        ("oc", "Bon jorn encara !"),
    ]


def test_related(hub: HubMaker) -> None:
    """The newer of two publications on the same subject leads to the older, which doesn't lead back."""
    output = made(hub)
    related = {
        name: page(output, f"medias/radio/2026/{name}").xpath("//nav[@class='related']//a/@href")
        for name in ("un", "dos")
    }
    assert related == {"un": [], "dos": ["/vallee/medias/radio/2026/un/"]}


def test_hidden_article_has_a_page_only(hub: HubMaker) -> None:
    """An article that its author hides is found by who knows its address, and by no list."""
    hidden = "---\ntitle: Cachée\ndate: 2026-03-02\nstatus: hidden\n---\nTexte.\n"
    output = made(hub, **{"content/articles/cachee.md": hidden})
    named = [
        path.relative_to(output).as_posix()
        for path in output.rglob("*.*")
        if path.suffix in {".html", ".atom", ".xml"} and "Cachée".encode() in path.read_bytes()
    ]
    assert named == ["articles/cachee/index.html"]


def test_letters_to_the_hub_and_the_source(hub: HubMaker) -> None:
    """Without a forge a page leads to letters with the address filled in, to the hub and to the source."""
    links = page(made(hub), "medias/radio/2026/un").xpath("//section[@class='report']//a/@href")
    assert [urlsplit(link).path for link in links] == ["bonjour@kiosque.example", "redaccion@radio.example"]
    for link in links:
        query = parse_qs(urlsplit(link).query, strict_parsing=True)
        assert "Bon jorn !" in query["subject"][0]
        assert query["body"][0].startswith("https://kiosque.example/vallee/medias/radio/2026/un/\r\n")


@pytest.mark.parametrize(
    ("settings", "edit", "issue"),
    [
        (
            'REPOSITORY = "https://github.com/kiosque/vallee.git"\nBRANCH = "publie"',
            "https://github.com/kiosque/vallee/edit/publie/content/articles/fete/index.md",
            "https://github.com/kiosque/vallee/issues/new",
        ),
        (
            'REPOSITORY = "https://framagit.org/groupe/kiosque/"',
            "https://framagit.org/groupe/kiosque/-/edit/main/content/articles/fete/index.md",
            "https://framagit.org/groupe/kiosque/-/issues/new",
        ),
        (
            'REPOSITORY = "https://depot.example/kiosque/vallee"\nFORGE = "gitea"',
            "https://depot.example/kiosque/vallee/_edit/main/content/articles/fete/index.md",
            "https://depot.example/kiosque/vallee/issues/new",
        ),
    ],
)
def test_forges(hub: HubMaker, settings: str, edit: str, issue: str) -> None:
    """On each kind of forge an article leads to its file and to a new issue that names the page."""
    links = page(made(hub, settings), "articles/fete").xpath("//section[@class='report']//a/@href")
    assert links[0] == edit
    assert links[1].partition("?")[0] == issue
    written = " ".join(value for values in parse_qs(urlsplit(links[1]).query).values() for value in values)
    assert "https://kiosque.example/vallee/articles/fete/" in written


@pytest.mark.parametrize(
    "settings", ['REPOSITORY = "kiosque/vallee"', 'REPOSITORY = "https://depot.example/kiosque"']
)
def test_forges_that_cannot_be_used(hub: HubMaker, settings: str) -> None:
    """An address that is none, or whose forge isn't known, is told with its mend."""
    with pytest.raises(KiosqueError, match="REPOSITORY|FORGE"):
        made(hub, settings)


def test_accessibility(hub: HubMaker) -> None:
    """The declaration claims no conformity, and a page of the hub takes its place."""
    output = made(hub)
    assert "RGAA 4.1" in page(output, "accessibilite").text_content()
    root = output.parent
    (root / "content/pages").mkdir()
    (root / "content/pages/accessibilite.md").write_text("---\ntitle: La nôtre\n---\nTexte.\n")
    built(root)
    assert page(output, "accessibilite").xpath("string(//h1)") == "La nôtre"
