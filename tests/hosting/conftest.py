"""The demonstration hub as it is published, and a hub in a folder of its host, behind real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import patience
import pytest
from conftest import NOW, REPOSITORY, entry, write_tree

from hosting.servers import SERVERS, Missing
from kiosque.site.build import build

GONE = "/medias/radio-glandasse/2025/sage-femme-en-montagne/"
GONE_SOURCE = "/medias/la-filature/"
WebServer = Callable[[str, Path, Path], AbstractContextManager[str]]
_TAKEDOWNS = f"""\
- {{address: {GONE}, date: 2026-03-10, reason: à la demande de la personne citée}}
- {{source: la-filature, date: 2026-03-11, reason: à la demande du média}}
"""
_FOLDER_HUB = {
    "publishconf.py": 'SITENAME = "Un kiosque"\nSITEURL = "https://example.org/kiosque"\n'
    'DEPLOY = {"site": "../site"}\n',
    "content/sources/radio.md": "---\nname: Radio\nhomepage: https://radio.example/\n---\n",
    "content/articles/rue.md": (
        "---\ntitle: Ma rue\ndate: 2026-02-01\naliases: [/ancienne/, /2019/rue.html]\n---\nUn texte.\n"
    ),
    "content/takedowns.yml": "- {address: /medias/radio/2026/two/, date: 2026-03-10, reason: demandé}\n",
    "archive/radio/2026.jsonl": [entry("radio", "one"), entry("radio", "two")],
}


class Answer(NamedTuple):
    """What a server answered; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One connection, which asks for what it is told and follows nothing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=patience.SECONDS)

    def close(self) -> None:
        self._connection.close()

    def get(self, address: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", address, headers=named)
        answer = self._connection.getresponse()
        values: dict[str, str] = {}
        for name, value in answer.getheaders():
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        return Answer(answer.status, values, answer.read())


class Hosted(NamedTuple):
    """A published hub behind a server."""

    name: str
    client: Client
    output: Path


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, demonstration_copy: Callable[[Path], Path]) -> Path:
    """The demonstration hub, with two takedowns, built for the public."""
    root = demonstration_copy(tmp_path_factory.mktemp("published") / "hub")
    public = (REPOSITORY / "publishconf.py").read_text()
    (root / "publishconf.py").write_text(public.replace("DEPLOY = {}", 'DEPLOY = {"site": "../www"}'))
    (root / "content" / "takedowns.yml").write_text(_TAKEDOWNS)
    build(root, publish=True, now=NOW)
    return root


@pytest.fixture(scope="session")
def in_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub whose address has a path, its output where its host serves that."""
    root = write_tree(tmp_path_factory.mktemp("folder") / "hub", _FOLDER_HUB)
    build(root, output=root / "www" / "kiosque", publish=True, now=NOW, search=False)
    return root


@pytest.fixture(scope="session")
def web_server(tmp_path_factory: pytest.TempPathFactory) -> WebServer:
    """Return a function that serves a folder with a server, or skips where it isn't installed."""

    @contextmanager
    def served(name: str, root: Path, hosting: Path) -> Iterator[str]:
        try:
            with SERVERS[name](root, hosting, tmp_path_factory.mktemp(name)) as url:
                yield url
        except Missing:
            pytest.skip(f"{name} is not installed")

    return served


@pytest.fixture(scope="module", params=sorted(SERVERS))
def hosted(request: Any, published: Path, web_server: WebServer) -> Iterator[Hosted]:
    """The demonstration hub behind each server in turn."""
    with web_server(request.param, published / "output", published / "hosting") as url:
        client = Client(url)
        yield Hosted(request.param, client, published / "output")
        client.close()


@pytest.fixture(scope="module", params=sorted(SERVERS))
def hosted_in_folder(request: Any, in_folder: Path, web_server: WebServer) -> Iterator[Hosted]:
    """The hub with a path behind each server in turn."""
    with web_server(request.param, in_folder / "www", in_folder / "hosting") as url:
        client = Client(url)
        yield Hosted(request.param, client, in_folder / "www" / "kiosque")
        client.close()
