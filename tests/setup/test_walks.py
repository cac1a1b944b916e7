"""The two ways from nothing to a site online, followed as ``docs/start.md`` has them, line by line."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import REPOSITORY
from deploy.servers import ftpd
from media import MEDIUM, medium_on_loopback
from terminal import CTRL_C, at_terminal

from kiosque.setup.distribution.wheel import Wheel

from .installing import Index

# They install packages from an index: minutes rather than seconds.
pytestmark = pytest.mark.outside
GUIDE = REPOSITORY / "docs" / "start.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```|((?:^\|[^\n]*\n)+)", re.DOTALL | re.MULTILINE)
FORGE = "https://codeberg.org/"
HOST = '"ftps://compte@ftp.hebergeur.example/www"'
PASSWORD = "secret"


def blocks(heading: str) -> list[tuple[str, str]]:
    """Return what a walk consists of: each block of code with its language, and its table of answers."""
    (section,) = re.findall(
        rf"^### {heading}\n(.*?)(?=^##)", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return [(language or "answers", code or table) for language, code, table in BLOCK.findall(section)]


def counted(heading: str) -> tuple[int, ...]:
    """Return the numbers that a walk begins with: commands, answers and files."""
    text = GUIDE.read_text(encoding="utf-8").partition(f"### {heading}\n")[2]
    (numbers,) = re.findall(r"(\d+) commandes,\s+(\d+)\s+réponses\s+et\s+(\d+)\s+fichiers", text)[:1]
    return tuple(map(int, numbers))


def answers(table: str) -> list[str]:
    """Return the second column of a table, without its head."""
    return [row.split("|")[2].strip() for row in table.splitlines()[2:]]


@dataclass
class Person:
    """Someone who types the lines of the guide in one terminal, in a folder that holds a wheel only."""

    folder: Path
    environment: Mapping[str, str]
    medium: str
    # What the terminal remembers from one line to the next.
    state: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])

    def follow(self, steps: Sequence[tuple[str, str]]) -> None:
        """Type each line, give each answer, change each file."""
        for place, (language, text) in enumerate(steps):
            if language == "sh":
                following = steps[place + 1][1] if steps[place + 1 :] else ""
                for line in text.splitlines():
                    self.type(line, answers(following) if "init notre" in line else [])
            elif language != "answers":
                self.change(language, text)

    def type(self, line: str, told: Sequence[str]) -> None:
        """Type a line; the questions that it asks get their answers."""
        self.counts[0] += 1
        words = shlex.split(line)
        if words[0] in ("cd", "."):
            self.state.append(line)
            return
        keys = [(": ", f"{answer}\n") for answer in told]
        if words[:3] == ["kiosque", "new", "source"]:
            line = line.replace(MEDIUM, self.medium) + " --allow-private"
            keys = [(": ", "\n")]
        elif words[:2] == ["kiosque", "harvest"]:
            line += " --allow-private"
        elif words[:2] == ["kiosque", "serve"]:
            line += f" --port {free_port()}"
            keys = [("http://localhost:", CTRL_C)]
        elif words[:2] == ["kiosque", "deploy"]:
            keys = [(": ", f"{PASSWORD}\n")] if "ftps" in self.publishconf.read_text() else []
        self.counts[1] += len(keys) - (words[1:2] == ["serve"])
        script = "\n".join(["set -e", *self.state, f"exec {line}"])
        code, shown = at_terminal(["bash", "-c", script], keys, self.folder, self.environment)
        assert 0 == code or words[1] == "serve", f"{line}\n{shown}"

    @property
    def publishconf(self) -> Path:
        return self.folder / "notre-kiosque" / "publishconf.py"

    def change(self, language: str, text: str) -> None:
        """Change a file as the guide shows it."""
        self.counts[2] += 1
        pages = self.publishconf.parent / "content" / "pages"
        file, lines = {
            "yaml": (pages / "mentions-legales.md", r"^éditeur:.*?(?=^---$)"),
            "markdown": (pages / "a-propos.md", r"^À COMPLÉTER.*?\n"),
            "python": (self.publishconf, r"^DEPLOY = .*?\n"),
        }[language]
        found = re.compile(lines, re.DOTALL | re.MULTILINE)
        old = file.read_text(encoding="utf-8")
        assert found.search(old), file
        file.write_text(found.sub(lambda _match: text, old), encoding="utf-8")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def person(index: Index, wheel: Wheel, tmp_path: Path) -> Iterator[Person]:
    """Yield someone with a wheel in an empty folder, and a medium that they know."""
    folder, programs, home = (tmp_path / name for name in ("empty", "programs", "home"))
    for new in (folder, programs, home):
        new.mkdir()
    (folder / wheel.filename).write_bytes(wheel.data)
    python = programs / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python3.11 "$@"\n')
    python.chmod(0o755)
    environment = {
        **index.environment(),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "fr",
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    with medium_on_loopback() as medium:
        yield Person(folder, environment, medium)


def test_from_a_wheel_to_an_ftps_host(person: Person, tmp_path: Path) -> None:
    """Each line, answer and file of the guide does its work; then the host serves the site."""
    heading = "Chez un hébergeur, en FTP"
    served = tmp_path / "served"
    (served / "www").mkdir(parents=True)
    with ftpd(tmp_path / "server", served) as server:
        steps = [
            (language, text.replace(HOST, repr(server.target("ftps", "www"))))
            for language, text in blocks(heading)
        ]
        person.follow(steps)
    assert counted(heading) == tuple(person.counts)
    assert "Le kiosque du Diois" in (served / "www" / "index.html").read_text()
    assert "Radio du Fleuve" in (served / "www" / "medias" / "index.html").read_text()


def test_from_a_wheel_to_the_pages_of_a_forge(person: Person, tmp_path: Path) -> None:
    """Each line, answer and file of the guide does its work; then the branch holds the site."""
    heading = "Sur les pages d’une forge"
    git = ["git", "-C", str(tmp_path), "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "--quiet", "--bare", "forge/nous/notre-kiosque.git"], check=True)
    # The address of the forge leads to the folder here; git knows who commits.
    (tmp_path / "home" / ".gitconfig").write_text(
        f'[user]\n\tname = Awa\n\temail = awa@hub.example\n[url "{tmp_path}/forge/"]\n'
        f"\tinsteadOf = {FORGE}\n\tinsteadOf = https://nous@codeberg.org/\n"
    )
    person.follow(blocks(heading))
    assert counted(heading) == tuple(person.counts)
    pages = subprocess.run(
        [*git, "-C", "forge/nous/notre-kiosque.git", "show", "pages:medias/index.html"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "Radio du Fleuve" in pages.stdout
