"""``kiosque build --publish``: the conditions for a public site."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path

import pytest
from conftest import REPOSITORY, entry

from kiosque.content import legal_notice
from kiosque.content.load import load_pages

PUBLISHER = (
    "publisher: {name: Les Ondes, address: 1 rue Haute 26150 Die, phone: 04 75 00 00 01, director: Awa B.}"
)
HOST = "host: {name: Serveurs, address: 2 rue Basse 26000 Valence, phone: 04 75 00 00 02}"
NOTICE = "content/pages/mentions-legales.md"


def published(root: Path) -> tuple[int, list[str]]:
    """Build a hub for the public; return the exit code and the lines of standard error."""
    command = [sys.executable, "-m", "kiosque", "--hub", str(root), "build", "--publish", "--no-search"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "en"}
    )
    return done.returncode, done.stderr.splitlines()


def settings(url: str) -> str:
    return f'SITENAME = "Un kiosque"\nSITEURL = "{url}"\n'


def notice(*lines: str) -> str:
    return "\n".join(("---", "title: Mentions légales", *lines, "---", "Un texte.", ""))


COMPLETE = notice(PUBLISHER, HOST)


@pytest.mark.parametrize(
    ("files", "line_starts"),
    [
        ({"publishconf.py": settings(""), NOTICE: COMPLETE}, ["publishconf.py: SITEURL is missing"]),
        (
            {"publishconf.py": settings("http://kiosque.example"), NOTICE: COMPLETE},
            ["publishconf.py: SITEURL is “http://kiosque.example”"],
        ),
        (
            {"publishconf.py": settings("https://kiosque.example")},
            [f"{NOTICE}:1: the legal notice is missing"],
        ),
        (
            {"publishconf.py": settings("https://kiosque.example"), NOTICE: notice(PUBLISHER)},
            [
                f"{NOTICE}:1: the legal notice lacks the host’s {what}"
                for what in ("name", "postal address", "telephone")
            ],
        ),
        (
            {
                "publishconf.py": settings("https://kiosque.example"),
                NOTICE: notice(
                    HOST, "éditeur:", "  nom: À COMPLÉTER", "  adresse: …", "  téléphone: 00 00 00 00 00"
                ),
            },
            [
                f"{NOTICE}:1: the legal notice has “…” where the law asks for the publisher’s postal",
                f"{NOTICE}:1: the legal notice has “00 00 00 00 00” where the law asks for the publisher’s",
                f"{NOTICE}:1: the legal notice lacks the name of the publication director",
                f"{NOTICE}:5: “nom: À COMPLÉTER” is still to be written",
            ],
        ),
        (
            {
                "pelicanconf.py": 'SITENAME = "K"\nSITESUBTITLE = "Les gens de notre vallée"\n'
                "# À COMPLÉTER\n",
                "publishconf.py": f'{settings("https://kiosque.example")}CONTACT = "le kiosque"\n',
                NOTICE: COMPLETE,
                "content/territory.yml": "name: notre vallée\ncommunes: []\n",
                "content/pages/a-propos.md": "---\ntitle: À propos\n---\nÀ COMPLÉTER : qui vous êtes.\n",
                "content/articles/bienvenue.md": "---\ntitle: T\ndate: 2026-01-01\n---\nTexte.\n\n"
                "*Ce premier article est un exemple : remplacez-le par le vôtre.*\n",
                "content/articles/brouillon.md": "---\ntitle: D\ndate: 2026-01-01\nstatut: brouillon\n---\n"
                "À COMPLÉTER\n",
                "content/articles/vallee.md": "---\ntitle: V\ndate: 2026-01-01\n---\nDans notre vallée.\n",
                "content/sources/exemple.md": "---\nname: Un média\nfeeds:\n"
                "  - exemples/premier-media.xml\n---\n",
                "exemples/premier-media.xml": "<rss/>",
            },
            [
                "publishconf.py:3: CONTACT is “le kiosque”, which is no e-mail address: write one",
                "pelicanconf.py:2: “notre vallée” stands where nobody named the place: write its name",
                "content/territory.yml:1: “notre vallée” stands where nobody named the place: write its name",
                "content/articles/bienvenue.md:7: this article is the example: write your own",
                "content/pages/a-propos.md:4: “À COMPLÉTER : qui vous êtes.” is still to be written",
                (
                    "content/sources/exemple.md:4: this medium is the example: "
                    "remove this file, exemples/ and archive/exemple/, once"
                ),
            ],
        ),
    ],
)
def test_a_hub_that_may_not_be_published_is_not_built(
    hub: Callable[[Mapping[str, str]], Path], files: Mapping[str, str], line_starts: list[str]
) -> None:
    """Without a legal notice and an address with https, the message names the files, and nothing is built."""
    root = hub(files)
    code, lines = published(root)
    assert (1, "kiosque: not built: this must be in order before the hub is published") == (code, lines[0])
    assert line_starts == [line[: len(start)] for line, start in zip(lines[1:], line_starts, strict=True)]
    assert not (root / "output").exists()


def test_a_hub_that_may_be_published_is_built(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """With a whole legal notice and an address, the site is built, and its page has the notice."""
    root = hub({"publishconf.py": settings("https://kiosque.example"), NOTICE: COMPLETE})
    assert 0 == published(root)[0]
    page = (root / "output" / "mentions-legales" / "index.html").read_text()
    facts = ("Les Ondes", "1 rue Haute 26150 Die", "04 75 00 00 01", "Awa B.", "Serveurs", "04 75 00 00 02")
    assert [] == [fact for fact in facts if fact not in page]


@pytest.mark.parametrize("phone", ["1007", "3939", "04 75 00 00 01", "+33 4 75 00 00 01"])
def test_a_short_telephone_number_is_one(phone: str, hub: Callable[[Mapping[str, str]], Path]) -> None:
    """Numbers of few digits are what some hosts have."""
    root = hub({NOTICE: notice(PUBLISHER, HOST.replace("04 75 00 00 02", phone))})
    assert [] == legal_notice.problems(load_pages(root, UTC)[0])


def test_the_demonstration_can_be_published(
    tmp_path: Path, demonstration_copy: Callable[[Path], Path]
) -> None:
    """The demonstration has a whole legal notice."""
    root = demonstration_copy(tmp_path / "hub")
    shutil.copy(REPOSITORY / "publishconf.py", root)
    assert (0, True) == (published(root)[0], (root / "hosting" / "nginx.conf").is_file())


ARTICLE = "---\ntitle: {title}\ndate: 2026-02-01\n{head}---\n{body}\n"
TAKEDOWN = "- {date: 2026-02-02, entry: radio/one, reason: Someone asked.}\n"
# Texts with a fault, by what is wrong with them: each is left out, and stops nothing.
BAD_TEXTS = {
    "yaml": "---\ntitle: [\n---\nText\n",
    "encoding": b"---\ntitle: \xff\n---\nText\n",
    "date": ARTICLE.format(title="Bad", head="updated: someday\n", body="Text"),
    "script": ARTICLE.format(title="Bad", head="", body="[x](javascript:alert(1))"),
    "unfinished": ARTICLE.format(title="Bad", head="", body="À COMPLÉTER"),
}
# Texts that lead to what isn't there any more: they stay.
STAYING = {
    "taken-down": "/medias/radio/2026/one/",
    "expired": "{filename}over.md",
    "gone": "/articles/nothing/",
    "left-out": "{filename}yaml.md",
}


def test_a_takedown_reaches_the_site_whatever_else_is_wrong(hub: Callable[..., Path]) -> None:
    """Bad texts are left out and named.

    Links to what is gone, expired or taken down keep no text from the site.
    """
    articles = {f"content/articles/{name}.md": data for name, data in BAD_TEXTS.items()}
    articles |= {
        f"content/articles/{name}.md": ARTICLE.format(title=name, head="", body=f"[x]({link})")
        for name, link in STAYING.items()
    }
    articles["content/articles/over.md"] = ARTICLE.format(
        title="Over", head="expires: 2026-02-10\n", body="Text"
    )
    root = hub(
        {
            "publishconf.py": settings("https://kiosque.example"),
            NOTICE: COMPLETE,
            "content/sources/radio.md": "---\nname: Radio\nfeeds: [https://radio.example/feed]\n---\nUs.\n",
            "archive/radio/2026.jsonl": [entry("radio", "one"), entry("radio", "two")],
        }
    )
    assert 0 == published(root)[0]
    assert (root / "output/medias/radio/2026/one/index.html").is_file()
    hub(articles | {"content/takedowns.yml": TAKEDOWN})
    code, lines = published(root)
    assert 0 == code
    assert not (root / "output/medias/radio/2026/one").exists()
    assert (root / "output/medias/radio/2026/two/index.html").is_file()
    shown = {path.name for path in (root / "output/articles").iterdir() if path.is_dir()}
    assert {*STAYING} == shown
    left_out = {name for name in BAD_TEXTS for line in lines if f"/{name}.md:" in line and "left out" in line}
    assert {*BAD_TEXTS} == left_out


def test_a_legal_notice_that_is_left_out_is_missing(hub: Callable[..., Path]) -> None:
    """A fault in the page without which no hub may be published stops the publication."""
    bad = COMPLETE.replace("Un texte.", "[x](javascript:alert(1))")
    root = hub({"publishconf.py": settings("https://kiosque.example"), NOTICE: bad})
    code, lines = published(root)
    assert (1, True) == (code, any("the legal notice is missing" in line for line in lines))


def test_choices_that_cannot_be_read_stop_a_publication(hub: Callable[..., Path]) -> None:
    """What the editors have hidden must not come back because a line of theirs has a fault."""
    files = {"publishconf.py": settings("https://kiosque.example"), NOTICE: COMPLETE}
    root = hub(files | {"content/curation.yml": "- {hide: [\n"})
    code, lines = published(root)
    assert (1, True) == (code, any(line.startswith("content/curation.yml:") for line in lines))
