"""The guide for those who run a hub, followed from its first command to its last, as it stands."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from conftest import REPOSITORY, Content, entry
from media import FEED, MEDIUM, medium_on_loopback
from terminal import at_terminal, kiosque

GUIDE = REPOSITORY / "docs" / "moderation.md"
NOTICE = """---
title: Mentions légales
éditeur: {nom: Les Ondes, adresse: 1 rue Haute, téléphone: 04 75 00 00 01, directrice de publication: Awa B.}
hébergeur: {nom: Serveurs, adresse: 2 rue Basse 26000 Valence, téléphone: "1007"}
---
Un texte.
"""
ARRIVED = (
    "---\ntitle: Le bal\ndate: 2026-03-14\nauteur: Awa\nlicence: CC BY-SA 4.0\n---\nIl y avait du monde.\n"
)
HUB: Mapping[str, Content] = {
    ".gitignore": "/.cache/\n/output/\n/hosting/\n__pycache__/\n",
    "pelicanconf.py": 'SITENAME = "Kiosque"\nCONTACT = "a@hub.example"\nNOW = "2026-03-15T08:00:00Z"\n',
    "publishconf.py": "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n"
    'from pelicanconf import *\nSITEURL = "https://hub.example"\nDEPLOY = {"site": "../www"}\n',
    "content/sources/voisine.md": "---\nname: La Voisine\nfeeds: [voisine.xml]\n---\n",
    "content/pages/mentions-legales.md": NOTICE,
    "voisine.xml": FEED.replace("Radio du Fleuve", "La Voisine").replace("fleuve.", "voisine."),
    "archive/voisine/2026.jsonl": [
        entry("voisine", "emission-12", url=f"{MEDIUM}emission-12"),
        entry("voisine", "annonce-perimee", url=f"{MEDIUM}annonce-perimee"),
    ],
}


@pytest.fixture
def medium() -> Iterator[str]:
    """Yield the address of a medium's website on loopback."""
    with medium_on_loopback() as address:
        yield address


def lines() -> list[str]:
    """Return the lines that the guide says to type, in its order."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def serve(root: Path) -> tuple[int, str]:
    """Serve a hub until it says its address, as a person who looks at it and then stops it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    with subprocess.Popen(
        kiosque("serve", "--port", port),
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        shown = ""
        while port not in shown and (line := process.stdout.readline()):
            shown += line
        process.send_signal(signal.SIGINT)
        process.wait()
    return (0 if port in shown else 1), shown


def typed(line: str, root: Path, medium: str) -> tuple[int, str]:
    """Run a line of the guide as a person types it; return its exit code and what it shows."""
    words = shlex.split(line, comments=True)
    if words[0] == "kiosque":
        if words[1] == "serve":
            return serve(root)
        if words[1:3] == ["new", "source"]:
            # The medium of the guide is on loopback here.
            told = [medium if word == MEDIUM else word for word in words[1:]]
            return at_terminal(kiosque(*told, "--allow-private"), [("numbers", "\n")], root)
        if words[1:3] == ["new", "article"]:
            steps = [("> ", "La chorale\n"), *[("> ", "\n")] * 8]
            return at_terminal(kiosque(*words[1:]), steps, root)
        private = ["--allow-private"] if words[1] == "harvest" else []
        words = [*kiosque(*words[1:]), *private]
    done = subprocess.run(
        words,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={**os.environ, "LANGUAGE": "en"},
    )
    return done.returncode, done.stdout


def test_the_weekly_round_is_followed_command_by_command(
    hub: Callable[[Mapping[str, Content]], Path], medium: str, tmp_path: Path
) -> None:
    """Every command of the guide does its work, one after the other, in a hub with a host."""
    root = hub(HUB)
    (tmp_path / "www").mkdir()
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", "origin.git")
    git(root, "init", "-q", "--initial-branch=main")
    for name, value in (("user.name", "Awa"), ("user.email", "awa@hub.example")):
        git(root, "config", name, value)
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Notre kiosque")
    git(root, "push", "-q", "-u", "origin", "main")
    (root / "texte-recu.txt").write_text("La chorale chante samedi.\n")
    (root / "content" / "articles").mkdir()
    (root / "content" / "articles" / "le-bal.md").write_text(ARRIVED)
    failed = []
    for line in lines():
        code, shown = typed(line, root, medium)
        # The environment of the tests isn't the hub's own, which doctor says.
        if code and line != "kiosque doctor":
            failed.append((line, code, shown))
    assert [] == failed
    assert (False, True, True) == (
        (tmp_path / "www" / "medias" / "voisine" / "2026" / "emission-12" / "index.html").exists(),
        (tmp_path / "www" / "articles" / "le-bal" / "index.html").is_file(),
        (tmp_path / "www" / "medias" / "radio-du-fleuve" / "index.html").is_file(),
    )
