"""What tests of deployments share: small sites in three states, real servers on loopback, a crawler of what is served."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import tree
from kiosque import built
from kiosque.built import Built

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
        built.note(self.root / ".cache", self.output, Built.PUBLISHED)
        return {path: content.encode() for path, content in files.items()}

    def command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "kiosque", "--hub", str(self.root), "deploy", "site", *options]

    def deploy(self, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command as a person would, in English."""
        return subprocess.run(
            self.command(*options),
            env=self.environment(environment),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    @staticmethod
    def environment(more: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, "LANGUAGE": "en", **more}
