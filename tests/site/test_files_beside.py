"""Pictures and files beside a text: shown and linked as the previews of editors show them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from conftest import NOW, Content, built
from contribute.checkcases import picture
from lxml import html

from kiosque.contribute.check import check
from kiosque.settings import pelicanconf

HubMaker = Callable[[Mapping[str, Content]], Path]
SETTINGS = """
SITENAME = "Kiosque d'essai"
SITEURL = "https://kiosque.example/vallee"
CONTACT = "bonjour@kiosque.example"
PLUGINS = ["kiosque.site"]
"""
HEAD = "---\ntitle: Le bal\ndate: 2026-01-05\nlicence: CC0\n---\n"
BODY = """![Le parquet](parquet.jpg)

![Des lampions](<Mes lampions.JPG>) ![Une affiche](./affiche%20d%E2%80%99%C3%A9t%C3%A9.webp)

[Le plan](plan.pdf#page=2), [le récit](../recit.md), [la suite](../recit/), [le son](valse.MP3).

Écrire `<img src="parquet.jpg">`, ou [ailleurs](https://x.example/parquet.jpg).
"""
RECIT = HEAD.replace("Le bal", "Le récit") + "![Une photo](bal/parquet.jpg)\n"


def made(hub: HubMaker, **files: Content) -> Path:
    """Return a hub with a text in a folder of its own, and a flat one beside it."""
    beside = "content/articles/bal"
    return hub({
        "pelicanconf.py": SETTINGS,
        f"{beside}/index.md": HEAD + BODY,
        f"{beside}/parquet.jpg": picture(),
        f"{beside}/mes lampions.jpg": picture(size=(50, 40)),
        f"{beside}/affiche d’été.webp": picture("WEBP", size=(60, 40)),
        f"{beside}/plan.pdf": b"%PDF-1.7",
        f"{beside}/valse.mp3": b"sound",
        "content/articles/recit.md": RECIT,
        **files,
    })  # fmt: skip


def addresses(document: html.HtmlElement) -> list[str]:
    """Return the addresses of pictures, links and sounds of a text, in their order."""
    named = document.xpath("//div[starts-with(@class, 'prose')]//@*[name() = 'src' or name() = 'href']")
    return [str(address) for address in named]


def test_a_page_shows_what_lies_beside_its_text(hub: HubMaker) -> None:
    """Pictures, files and other texts, by the name in any spelling that an editor takes; code stays code."""
    root = made(hub)
    report = built(root)
    page = html.document_fromstring((root / "output/articles/bal/index.html").read_bytes())
    files = "/vallee/fichiers/articles/bal"
    assert [
        f"{files}/parquet-40.webp",
        f"{files}/mes%20lampions-50.webp",
        f"{files}/affiche%20d%E2%80%99%C3%A9t%C3%A9-60.webp",
        f"{files}/plan.pdf#page=2",
        "/vallee/articles/recit/",
        "../recit/",
        f"{files}/valse.mp3",
        "https://x.example/parquet.jpg",
    ] == addresses(page)
    assert '<img src="parquet.jpg">' in page.xpath("string(//code)")
    recit = html.document_fromstring((root / "output/articles/recit/index.html").read_bytes())
    assert [f"{files}/parquet-40.webp"] == addresses(recit)
    assert () == report.problems


def test_feeds_show_what_lies_beside_a_text(hub: HubMaker) -> None:
    """A reader of feeds gets whole addresses of the files."""
    root = made(hub)
    built(root)
    documents = (path.read_text() for path in sorted((root / "output").rglob("*.json")))
    feed = next(document for document in documents if "jsonfeed.org" in document)
    texts = [item["content_html"] for item in json.loads(feed)["items"]]
    bal = next(text for text in texts if "Le parquet" in text)
    assert 'src="https://kiosque.example/vallee/fichiers/articles/bal/parquet-40.webp"' in bal
    assert 'href="https://kiosque.example/vallee/fichiers/articles/bal/plan.pdf#page=2"' in bal


def test_a_check_takes_what_lies_beside_a_text(hub: HubMaker) -> None:
    """Check and build agree."""
    assert [] == [
        finding
        for finding in check(pelicanconf.load(made(hub), NOW)).findings
        if finding.rule in {"link-broken", "image-missing"}
    ]


def test_files_that_are_not_served_stay_where_they_are(hub: HubMaker) -> None:
    """Files outside ``content/``, hidden ones and kinds that the site doesn't serve aren't copied."""
    body = "[a](../../../secret.pdf) [b](.env.pdf) [c](run.exe) ![d](../../../photo.jpg) [e](lien.pdf)\n"
    root = made(
        hub,
        **{
            "content/articles/bal/index.md": HEAD + body,
            "content/articles/bal/.env.pdf": b"x",
            "content/articles/bal/run.exe": b"x",
            "secret.pdf": b"x",
            "photo.jpg": picture(),
        },
    )
    (root / "content/articles/bal/lien.pdf").symlink_to(root / "secret.pdf")
    problems = [problem for problem in built(root).problems if problem.path.endswith("bal/index.md")]
    assert ["link-broken"] * 4 == [problem.rule for problem in problems]
    names = {path.name for path in (root / "output").rglob("*") if path.is_file()}
    assert set() == names & {"secret.pdf", ".env.pdf", "run.exe", "lien.pdf"}
    assert [] == [name for name in names if name.startswith("photo")]


def test_a_build_names_the_file_that_is_there(hub: HubMaker) -> None:
    """Where only a file of another suffix or folder is there, the message says what to write."""
    body = "![Le parquet](parquet.png)\n\n[Le plan](plans/plan.pdf)\n"
    root = made(hub, **{"content/articles/bal/index.md": HEAD + body})
    problems = built(root).problems
    proposed = {re.findall("écrivez «\u202f(.*?)\u202f»", problem.message)[0] for problem in problems}
    assert ({"link-broken"}, {"parquet.jpg", "plan.pdf"}) == (
        {problem.rule for problem in problems},
        proposed,
    )
