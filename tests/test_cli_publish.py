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
from conftest import REPOSITORY

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
                "pelicanconf.py": 'SITENAME = "K"\nSITESUBTITLE = "Les gens de notre vallée"\n# À COMPLÉTER\n',
                "publishconf.py": f'{settings("https://kiosque.example")}CONTACT = "le kiosque"\n',
                NOTICE: COMPLETE,
                "content/territory.yml": "name: notre vallée\ncommunes: []\n",
                "content/pages/a-propos.md": "---\ntitle: À propos\n---\nÀ COMPLÉTER : qui vous êtes.\n",
                "content/articles/bienvenue.md": "---\ntitle: T\ndate: 2026-01-01\n---\nTexte.\n\n*Ce premier "
                "article est un exemple : remplacez-le par le vôtre.*\n",
                "content/articles/brouillon.md": "---\ntitle: D\ndate: 2026-01-01\nstatut: brouillon\n---\n"
                "À COMPLÉTER\n",
                "content/articles/vallee.md": "---\ntitle: V\ndate: 2026-01-01\n---\nDans notre vallée.\n",
                "content/sources/exemple.md": "---\nname: Un média\nfeeds:\n  - exemples/premier-media.xml\n---\n",
                "exemples/premier-media.xml": "<rss/>",
            },
            [
                "publishconf.py:3: CONTACT is “le kiosque”, which is no e-mail address: write one",
                "pelicanconf.py:2: “notre vallée” stands where nobody named the place: write its name",
                "content/territory.yml:1: “notre vallée” stands where nobody named the place: write its name",
                "content/articles/bienvenue.md:7: this article is the example: write your own",
                "content/pages/a-propos.md:4: “À COMPLÉTER : qui vous êtes.” is still to be written",
                (
                    "content/sources/exemple.md:4: this medium is the example: remove this file, exemples/ and "
                    "archive/exemple/, once"
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
