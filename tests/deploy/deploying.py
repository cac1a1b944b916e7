"""Helpers for tests of deployments: a small site in three versions, hosts of each kind, a crawler."""

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
from urllib.error import HTTPError

import pytest
from click.testing import CliRunner, Result
from conftest import tree

from kiosque import build_stamp
from kiosque.build_stamp import BuildStatus
from kiosque.cli import main

from .relay import Cutter
from .servers import Server, ftpd, sshd
from .web_servers import Bucket, apache_dav, ceph, wsgidav

_ASSET = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js|webp))"')


def site(version: int, look: str) -> dict[str, str]:
    """Return a site of about forty files: pages with their pictures, and the style and script of a look."""
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
        # The address of a picture changes with its content. Pictures of entries “b…” change with each
        # version.
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
    anchors = "".join(f'<a href="/medias/radio/2026/{name}/">{name}</a>' for name in links)
    return (
        f'<!doctype html><link rel="stylesheet" href="/theme/{look}/style.css">'
        f'<script src="/theme/{look}/js/main.js"></script><h1>{title}</h1><img src="/{picture}">{anchors}'
    )


FIRST, SECOND, THIRD = site(1, "aaaa"), site(2, "bbbb"), site(3, "cccc")


class Hub:
    """A hub's folder with an output folder that tests write themselves, and the command that deploys it."""

    def __init__(self, root: Path, deploy: object) -> None:
        self.root = root
        self.output = root / "output"
        (root / "content").mkdir(parents=True)
        (root / "publishconf.py").write_text(f'SITENAME = "Essai"\nDEPLOY = {{"site": {deploy!r}}}\n')

    def holds(self, files: Mapping[str, str]) -> dict[str, bytes]:
        """Write these files as the output of a build to publish; return them as bytes."""
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
        """Run the command in this process, in English."""
        arguments = ["--hub", str(self.root), "deploy", "site", *options]
        return CliRunner().invoke(main, arguments, env={"KIOSQUE_DEBUG": "1", **environment})

    def started(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the command in a process group of its own, which a test can kill."""
        return subprocess.Popen(
            [sys.executable, "-m", "kiosque", "--hub", str(self.root), "deploy", "site", *options],
            env={**os.environ, "LANGUAGE": "en", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def served(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that a host serves: all but those of Kiosque itself and of git."""
    return {
        path: data for path, data in files.items() if not path.startswith((".kiosque/", ".git/", ".nojekyll"))
    }


def without_previous_look(files: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without those of the previous look; assert that there is at most one."""
    looks = {path.split("/")[1] for path in files if path.startswith("theme/") and path not in wanted}
    assert len(looks) <= 1, looks
    return {path: data for path, data in files.items() if path in wanted or not path.startswith("theme/")}


def missing_assets(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return each page with each asset that it names and that doesn't exist."""
    return [
        (path, name)
        for path, data in files.items()
        if path.endswith(".html")
        for name in sorted(assets_of(data.decode()))
        if name not in files
    ]


def assets_of(page: str) -> set[str]:
    """Return the paths of the style, scripts and pictures that a page names."""
    return {name.lstrip("/") for name in _ASSET.findall(page)}


class Crawler(threading.Thread):
    """Reads the pages of a host again and again, and collects those that name a missing asset."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = folder
        self._is_over = threading.Event()
        self.missing: list[tuple[str, str]] = []
        self.rounds = 0

    def run(self) -> None:
        while not self._is_over.is_set():
            for folder, _folders, names in os.walk(self._folder):
                for name in names:
                    if name.endswith(".html"):
                        self._check(Path(folder, name))
            self.rounds += 1
            self._is_over.wait(0.01)

    def _check(self, page: Path) -> None:
        for name in self._assets(page):
            # A missing asset may belong to a version of the page that has just been replaced: read the page
            # again.
            if not (self._folder / name).is_file() and name in self._assets(page):
                self.missing.append((str(page.relative_to(self._folder)), name))

    @staticmethod
    def _assets(page: Path) -> set[str]:
        try:
            return assets_of(page.read_text())
        except FileNotFoundError:
            return set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self.join()


class Readers(Protocol):
    """The findings of readers: pages with a missing asset, and how often all pages were read."""

    missing: list[tuple[str, str]]
    rounds: int


@dataclass
class Rig:
    """A hub, its host, the folder that is served, and the server behind a relay, if the host has one."""

    hub: Hub
    www: Path
    server: Server | None = None

    @property
    def cutter(self) -> Cutter:
        """The relay in front of the server."""
        assert self.server
        return self.server.cutter

    def deploy(self, *options: str) -> Result:
        """Run the command with the server's password in the environment."""
        return self.hub.deploy(*options, **self.environment)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a deployment: the password, and a home folder without settings of ssh."""
        return {"HOME": str(self.hub.root), **(self.server.environment if self.server else {})}

    def finishes(self, *options: str) -> str:
        """Deploy, assert that the exit code is 0, and return the output."""
        result = self.deploy(*options)
        assert 0 == result.exit_code, self.why(result)
        return result.output

    def why(self, result: Result) -> str:
        """Return the output of the command and the state of the server, for a failed assertion."""
        return f"{result.output}{result.exception!r}\n" + (self.server.state() if self.server else "")

    def files(self) -> dict[str, bytes]:
        """Return all files of the host."""
        return tree(self.www)

    def read(self) -> AbstractContextManager[Readers]:
        """Read the pages of the host in the meantime."""
        return Crawler(self.www)

    def has_room(self, kilobytes: int) -> None:
        """Change the size of the host's disk, which ``small_disk`` has mounted."""
        assert 0 == mount(self.www, f"remount,size={kilobytes}k").returncode

    def is_read_only(self, *, yes: bool) -> None:
        """Forbid or allow writing on the host's disk."""
        assert 0 == mount(self.www, "remount,ro" if yes else "remount,rw").returncode

    def stands(self, wanted: Mapping[str, bytes]) -> None:
        """Assert that the host serves the wanted files and at most one previous look, and has no drafts."""
        files = self.files()
        assert without_previous_look(served(files), wanted) == dict(wanted)
        own = {path for path in files if path.startswith(".kiosque/")}
        assert {".kiosque/manifest.json.gz", ".kiosque/.htaccess"} == own


class Branch(Rig):
    """A rig whose host is a branch of a bare repository; ``www`` is the repository."""

    def files(self) -> dict[str, bytes]:
        """Return all files of the branch."""
        return self.at("pages")

    def at(self, commit: str) -> dict[str, bytes]:
        """Return all files of a commit."""
        tar_file = self.git("archive", "--format=tar", commit)
        with tarfile.open(fileobj=io.BytesIO(tar_file)) as archive:
            return {
                member.name: opened.read() for member in archive if (opened := archive.extractfile(member))
            }

    def git(self, *words: str) -> bytes:
        """Run git in the repository."""
        return subprocess.run(["git", "-C", self.www, *words], check=True, stdout=subprocess.PIPE).stdout

    def hook(self, name: str, script: str) -> Path:
        """Install a hook: a script that the repository runs during a push."""
        hook = self.www / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(0o755)
        return hook

    @contextmanager
    def pushed_by_hand(self, checkout: Path) -> Iterator[Path]:
        """Clone the branch, then commit and push the changes that the caller made in the clone."""
        git = ["git", "-C", str(checkout), "-c", "user.name=a", "-c", "user.email=a@a.example"]
        subprocess.run(["git", "clone", "--quiet", "--branch=pages", self.www, checkout], check=True)
        yield checkout
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message=by hand"], check=True)
        subprocess.run([*git, "push", "--quiet"], check=True)

    @contextmanager
    def read(self) -> Iterator[Readers]:
        """Check afterwards each commit that the branch has had: the repository's reflog lists them."""
        readers = PastReaders()
        yield readers
        commits = self.git("log", "--walk-reflogs", "--format=%H", "pages").decode().split()
        readers.rounds = len(commits)
        readers.missing = [
            missing for commit in set(commits) for missing in missing_assets(served(self.at(commit)))
        ]


@dataclass
class Storage(Rig):
    """A rig whose host is a bucket of object storage; nothing lies in ``www``."""

    bucket: Bucket | None = None

    def files(self) -> dict[str, bytes]:
        """Return all objects below the target's folder, as readers receive them, but for the ETags."""
        assert self.bucket
        start = f"{SITE_FOLDER}/"
        paths = [path.removeprefix(start) for path in self.bucket.paths() if path.startswith(start)]
        return {
            path: self.bucket.object(start + path)[1] for path in paths if path != ".kiosque/etags.json.gz"
        }

    def has_room(self, kilobytes: int) -> None:
        """Set the quota of the bucket."""
        assert self.bucket
        self.bucket.quota(kilobytes * 1024)

    def is_read_only(self, *, yes: bool) -> None:
        """Forbid or allow writing by the bucket's policy."""
        assert self.bucket
        self.bucket.read_only() if yes else self.bucket.opened()

    @contextmanager
    def read(self) -> Iterator[Readers]:
        """Read the pages of the bucket in the meantime."""
        assert self.bucket
        readers = BucketReaders(self.bucket)
        with readers:
            yield readers


class BucketReaders(threading.Thread):
    """Reads the pages of a bucket again and again, as ``Crawler`` does those of a folder."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(daemon=True)
        self._bucket = bucket
        self._is_over = threading.Event()
        self.missing: list[tuple[str, str]] = []
        self.rounds = 0

    def run(self) -> None:
        while not self._is_over.is_set():
            start = f"{SITE_FOLDER}/"
            pages = [path.removeprefix(start) for path in self._bucket.paths() if path.endswith(".html")]
            named = [(page, name) for page in pages for name in self._assets(page)]
            present = set(self._bucket.paths())
            # A missing asset may belong to a version of the page that has just been replaced: read it again.
            self.missing += [
                (page, name)
                for page, name in named
                if start + name not in present and name in self._assets(page)
            ]
            self.rounds += 1
            self._is_over.wait(0.01)

    def _assets(self, page: str) -> set[str]:
        try:
            return assets_of(self._bucket.object(f"{SITE_FOLDER}/{page}")[1].decode())
        except HTTPError:
            return set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self.join()


SITE_FOLDER = "site"


def bucket_target(server: Server, bucket: Bucket) -> dict[str, object]:
    """Return the target for a folder of a bucket, as ``DEPLOY`` has it."""
    return {"url": f"s3://{server.user}@{bucket.name}/{SITE_FOLDER}", **server.options}


@dataclass
class PastReaders:
    """The findings of readers of a branch, known only at the end."""

    missing: list[tuple[str, str]] = field(default_factory=list)
    rounds: int = 0


@contextmanager
def rig(kind: str, folder: Path, www: Path | None = None) -> Iterator[Rig]:
    """Start a host of a kind, and yield it with a hub that deploys to it."""
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
    if kind == "s3":
        with ceph(folder / "server") as (server, bucket):
            hub = Hub(folder / "hub", bucket_target(server, bucket))
            yield Storage(hub, www, server, bucket)
        return
    if kind in {"webdav", "wsgidav"}:
        serve = apache_dav if kind == "webdav" else wsgidav
        with serve(folder / "server", www) as server:
            yield Rig(Hub(folder / "hub", server.target("webdav", "")), www, server)
        return
    with ftpd(folder / "server", www) if kind == "ftps" else sshd(folder / "server") as server:
        path = "" if kind == "ftps" else f"/{www}"
        hub = Hub(folder / "hub", server.target(kind, path))
        yield Branch(hub, www, server) if kind == "git+ssh" else Rig(hub, www, server)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk in memory of a size; skip the test where this machine allows no mount."""
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
