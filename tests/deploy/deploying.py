"""What tests of deployments share: small sites in three states, real servers on loopback, a crawler of what is served."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self

import pytest
from click.testing import CliRunner, Result
from conftest import tree

from kiosque import build_stamp
from kiosque.build_stamp import BuildStatus
from kiosque.cli import main

from .relay import Cutter
from .servers import Server, ftpd, sshd

_NAMED = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js|webp))"')


def site(version: int, look: str) -> dict[str, str]:
    """Return a site of some forty files: pages that name the look's style and script, and pictures of their own."""
    files = {
        f"theme/{look}/style.css": f"/* {look} */",
        f"theme/{look}/js/main.js": f"// {look}",
        "feed.atom": f"<feed>{version}</feed>",
        "sitemap.xml": f"<urlset>{version}</urlset>",
        "robots.txt": "User-agent: *\n",
        "fichiers/été & co.pdf": "%PDF",
    }
    names = [f"{letter}{number}" for letter in "abc" for number in range(3)] + [f"new{version}"]
    for name in names:
        # A picture's address changes with its content; b's change with each version.
        picture = f"images/{name}-{version if name.startswith(('b', 'new')) else 0}.webp"
        files[picture] = picture * 50
        files[f"medias/radio/2026/{name}/index.html"] = _page(look, picture, f"Entry {name}")
    for number in range(3):
        files[f"articles/article-{number}/index.html"] = _page(look, "images/a0-0.webp", f"Article {number}")
    newest = f"images/new{version}-{version}.webp"
    for path in ("fil/index.html", "medias/index.html", "medias/radio/index.html", "index.html"):
        files[path] = _page(look, newest, f"List {version}", links=names)
    return files


def _page(look: str, picture: str, title: str, links: list[str] = []) -> str:
    named = "".join(f'<a href="/medias/radio/2026/{name}/">{name}</a>' for name in links)
    return (
        f'<!doctype html><link rel="stylesheet" href="/theme/{look}/style.css">'
        f'<script src="/theme/{look}/js/main.js"></script><h1>{title}</h1><img src="/{picture}">{named}'
    )


FIRST, SECOND, THIRD = site(1, "aaaa"), site(2, "bbbb"), site(3, "cccc")


class Hub:
    """A hub's folder whose output is written by hand, and the command that deploys it."""

    def __init__(self, root: Path, deploy: object) -> None:
        self.root = root
        self.output = root / "output"
        (root / "content").mkdir(parents=True)
        (root / "publishconf.py").write_text(f'SITENAME = "Essai"\nDEPLOY = {{"site": {deploy!r}}}\n')

    def holds(self, files: Mapping[str, str]) -> dict[str, bytes]:
        """Make the output hold these files, as a build to publish would, and return it."""
        before = tree(self.output) if self.output.is_dir() else {}
        for path in before.keys() - files.keys():
            (self.output / path).unlink()
        for path, content in files.items():
            if before.get(path) != content.encode():
                (self.output / path).parent.mkdir(parents=True, exist_ok=True)
                (self.output / path).write_text(content)
        build_stamp.write_stamp(self.root / ".cache", self.output, BuildStatus.PUBLISHED)
        return {path: content.encode() for path, content in files.items()}

    def deploy(self, *options: str, **environment: str) -> Result:
        """Run the command as a person would, in English."""
        arguments = ["--hub", str(self.root), "deploy", "site", *options]
        return CliRunner().invoke(main, arguments, env={"KIOSQUE_DEBUG": "1", **environment})

    def started(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the command in a group of processes of its own, which can be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "kiosque", "--hub", str(self.root), "deploy", "site", *options],
            env={**os.environ, "LANGUAGE": "en", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def served(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what a host serves of its files: all but what is Kiosque's own or git's."""
    return {
        path: data for path, data in files.items() if not path.startswith((".kiosque/", ".git/", ".nojekyll"))
    }


def but_the_last_look(files: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files without those of looks that aren't wanted, of which there may be one."""
    looks = {path.split("/")[1] for path in files if path.startswith("theme/") and path not in wanted}
    assert len(looks) <= 1, looks
    return {path: data for path, data in files.items() if path in wanted or not path.startswith("theme/")}


def lacking(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return each page with what it names that isn't there."""
    return [
        (path, name)
        for path, data in files.items()
        if path.endswith(".html")
        for name in sorted(named(data.decode()))
        if name not in files
    ]


def named(page: str) -> set[str]:
    return {name.lstrip("/") for name in _NAMED.findall(page)}


class Crawler(threading.Thread):
    """Reads the pages of a host over and over, and notes each that names what isn't there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = folder
        self._over = threading.Event()
        self.missing: list[tuple[str, str]] = []
        self.rounds = 0

    def run(self) -> None:
        while not self._over.is_set():
            for folder, _folders, names in os.walk(self._folder):
                for name in names:
                    if name.endswith(".html"):
                        self._look_at(Path(folder, name))
            self.rounds += 1
            self._over.wait(0.01)

    def _look_at(self, page: Path) -> None:
        for name in self._named(page):
            # What isn't there any more may belong to a page that has just been replaced: it must not name it now.
            if not (self._folder / name).is_file() and name in self._named(page):
                self.missing.append((str(page.relative_to(self._folder)), name))

    @staticmethod
    def _named(page: Path) -> set[str]:
        try:
            return named(page.read_text())
        except FileNotFoundError:
            return set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()


class Readers(Protocol):
    """What readers met: pages that named what wasn't there, and how often somebody looked."""

    missing: list[tuple[str, str]]
    rounds: int


@dataclass
class Rig:
    """A hub, a host of one kind that it is deployed to, and the folder that is served; a server behind a relay, or none."""

    hub: Hub
    www: Path
    server: Server | None = None

    @property
    def cutter(self) -> Cutter:
        """The relay before the server."""
        assert self.server
        return self.server.cutter

    def deploy(self, *options: str) -> Result:
        """Run the command as a person would who has the server's password."""
        return self.hub.deploy(*options, **self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """What a deployment finds in its environment: the password, and a home without settings of ssh."""
        return {"HOME": str(self.hub.root), **(self.server.environment if self.server else {})}

    def finishes(self, *options: str) -> str:
        """Deploy, assert that all went well, and return what was said."""
        result = self.deploy(*options)
        assert 0 == result.exit_code, self.why(result)
        return result.output

    def why(self, result: Result) -> str:
        """Return what the command said, and how the server is."""
        return result.output + (self.server.state() if self.server else "")

    def files(self) -> dict[str, bytes]:
        """Return all that lies on the host."""
        return tree(self.www)

    def read(self) -> AbstractContextManager[Readers]:
        """Let readers look at the host meanwhile."""
        return Crawler(self.www)

    def stands(self, wanted: Mapping[str, bytes]) -> None:
        """Assert that the host serves what is wanted, and at most one look besides; drafts and notes are gone."""
        files = self.files()
        assert but_the_last_look(served(files), wanted) == dict(wanted)
        own = {path for path in files if path.startswith(".kiosque/")}
        assert {".kiosque/manifest.json.gz", ".kiosque/.htaccess"} == own


class Branch(Rig):
    """A rig whose host is a bare repository, where a forge would serve the branch; ``www`` is the repository."""

    def files(self) -> dict[str, bytes]:
        """Return all that the branch holds."""
        return self.at("pages")

    def at(self, commit: str) -> dict[str, bytes]:
        """Return all that a commit holds."""
        packed = self.git("archive", "--format=tar", commit)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            return {
                member.name: opened.read() for member in archive if (opened := archive.extractfile(member))
            }

    def git(self, *words: str) -> bytes:
        """Run git in the repository."""
        return subprocess.run(["git", "-C", self.www, *words], check=True, stdout=subprocess.PIPE).stdout

    def hook(self, name: str, script: str) -> Path:
        """Let the repository run a script when something is pushed."""
        hook = self.www / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)
        return hook

    @contextmanager
    def pushed_by_hand(self, checkout: Path) -> Iterator[Path]:
        """Clone the branch, then push what was done there as a person would."""
        git = ["git", "-C", str(checkout), "-c", "user.name=a", "-c", "user.email=a@a.example"]
        subprocess.run(["git", "clone", "--quiet", "--branch=pages", self.www, checkout], check=True)
        yield checkout
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message=by hand"], check=True)
        subprocess.run([*git, "push", "--quiet"], check=True)

    @contextmanager
    def read(self) -> Iterator[Readers]:
        """Look at all that the branch ever was meanwhile: a repository notes each of its commits."""
        readers = Past()
        yield readers
        commits = self.git("log", "--walk-reflogs", "--format=%H", "pages").decode().split()
        readers.rounds = len(commits)
        readers.missing = [lack for commit in set(commits) for lack in lacking(served(self.at(commit)))]


@dataclass
class Past:
    """What readers of a branch met, told afterwards."""

    missing: list[tuple[str, str]] = field(default_factory=list)
    rounds: int = 0


@contextmanager
def rig(kind: str, folder: Path, www: Path | None = None) -> Iterator[Rig]:
    """Start a host of a kind and make a hub for it."""
    www = www or folder / "www"
    www.mkdir(exist_ok=True)
    if kind == "folder":
        yield Rig(Hub(folder / "hub", str(www)), www)
        return
    if kind == "rsync" and not shutil.which("rsync"):
        pytest.skip("rsync is not installed")
    if kind == "git+ssh":
        subprocess.run(["git", "init", "--quiet", "--bare", www], check=True)
        subprocess.run(["git", "-C", www, "config", "core.logAllRefUpdates", "true"], check=True)
    with ftpd(folder / "server", www) if kind == "ftps" else sshd(folder / "server") as server:
        path = "" if kind == "ftps" else f"/{www}"
        hub = Hub(folder / "hub", server.target(kind, path))
        yield Branch(hub, www, server) if kind == "git+ssh" else Rig(hub, www, server)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk in memory of so many kilobytes, where this machine allows to mount one."""
    folder.mkdir()
    mounted = mount(folder, f"size={kilobytes}k", "-t", "tmpfs", "tmpfs")
    if mounted.returncode:
        pytest.skip("this machine allows no file system to be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mount(folder: Path, options: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", "-o", options, *words, folder], capture_output=True, check=False)
