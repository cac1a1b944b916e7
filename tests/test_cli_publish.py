"""``kiosque build --publish``: the conditions for a public site."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import REPOSITORY

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
                f"{NOTICE}:1: the legal notice lacks {what}"
                for what in (
                    "the publisher’s name",
                    "the publisher’s postal address",
                    "the publisher’s telephone",
                    "the name of the publication director",
                )
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


def test_the_demonstration_can_be_published(
    tmp_path: Path, demonstration_copy: Callable[[Path], Path]
) -> None:
    """The demonstration has a whole legal notice."""
    root = demonstration_copy(tmp_path / "hub")
    shutil.copy(REPOSITORY / "publishconf.py", root)
    assert (0, True) == (published(root)[0], (root / "hosting" / "nginx.conf").is_file())
