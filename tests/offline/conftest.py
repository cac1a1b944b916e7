"""A small hub on loopback whose server can be cut off, and readers of it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO

import patience
import pytest
from browser.serving import POLICY
from conftest import built, entry, write_tree

from kiosque.site.serve import Handler, Server

ARTICLE = "/articles/pont/"
WEEK = ("/articles/pont/", "/medias/blog/2026/long/", "/medias/blog/2026/older/")
_SETTINGS = 'SITENAME = "Le Kiosque"\nSITEURL = "{url}"\nTIMEZONE = "UTC"\nDEFAULT_LANG = "en"\n'
_BLOG = """---
name: Le blog
feeds: [https://blog.example/feed]
agreement: {scope: full}
---
"""


def article(text: str) -> str:
    """Return an article of the newest week."""
    return f"---\ntitle: Le pont\ndate: 2026-03-14\n---\n{text}\n"


class _Brief(Handler):
    """Closes each connection, so that no request reaches a server that was stopped; sends the policy of a
    careful host.
    """

    protocol_version = "HTTP/1.0"

    def send_head(self) -> BinaryIO | None:
        # To the second, a page that was changed within one would be the same.
        del self.headers["If-Modified-Since"]
        return super().send_head()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        if self.path == "/prive/":
            self.send_header("Cache-Control", "no-store")
        super().end_headers()


@dataclass
class Host:
    """A hub's server, at an address that stays; ``path`` is the hub's own on it."""

    root: Path
    path: str = ""
    port: int = 0
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def output(self) -> Path:
        return self.root / "output"

    def start(self) -> None:
        handler = type("Handler", (_Brief,), {"root": self.path})
        httpd = Server(("127.0.0.1", self.port), partial(handler, directory=str(self.output)))
        self.port = httpd.server_address[1]
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        self.stack.callback(httpd.server_close)
        self.stack.callback(thread.join)
        self.stack.callback(httpd.shutdown)

    def cut(self) -> None:
        """Be out of reach from now on."""
        self.stack.close()

    def rebuild(self, files: dict[str, str | bytes]) -> None:
        """Change files of the hub, and publish it again."""
        write_tree(self.root, files)
        assert () == built(self.root).problems


@dataclass
class Reader:
    """Someone with a browser window of their own."""

    page: Any
    host: Host

    def read(self, address: str) -> Any:
        """Open a page, once whatever keeps it is at work, and wait until it is kept if it is to be."""
        self.page.goto(self.host.url + address)
        self.until("async () => navigator.serviceWorker.controller")
        return self.page

    def kept(self, name: str) -> list[str]:
        """Return the addresses that a cache holds, by the end of its name, sorted."""
        return sorted(self.page.evaluate(_KEPT, name))

    def waits(self, name: str, address: str) -> None:
        """Wait until a cache holds an address."""
        self.until(
            f"async ([name, address]) => (await ({_KEPT})(name)).includes(address)",
            [name, self.host.path + address],
        )

    def until(self, condition: str, argument: object = None) -> None:
        """Wait until an asynchronous function of the page gives true."""
        self.page.evaluate(_UNTIL % (condition, patience.MILLISECONDS), argument)


_KEPT = """
async end => {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.includes(end)) continue;
    for (const {url} of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  }
  return found;
}
"""
_UNTIL = """
async argument => {
  for (const start = Date.now(); !(await (%s)(argument)); await new Promise(done => setTimeout(done, 20))) {
    if (Date.now() - start > %d) throw new Error("waited in vain");
  }
}
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that builds a small hub, for its path on its host, once a session."""

    @cache
    def of(path: str) -> Path:
        long = "<p>" + "Un paragraphe entier. " * 40 + "</p>"
        root = write_tree(
            tmp_path_factory.mktemp("offline") / "hub",
            {
                "pelicanconf.py": _SETTINGS.format(url=f"https://hub.example{path}"),
                "content/articles/pont.md": article("Le pont est fermé."),
                "content/sources/blog.md": _BLOG,
                "archive/blog/2026.jsonl": [
                    entry("blog", "long", "2026-03-13T08:00:00Z", content=long),
                    entry("blog", "older", "2026-03-07T18:00:00Z", content=long),
                    entry("blog", "excerpt", "2026-03-12T08:00:00Z", summary="Le début."),
                    entry("blog", "before", "2026-03-01T08:00:00Z", content=long),
                ],
            },
        )
        assert () == built(root).problems
        return root

    return of


@pytest.fixture
def host(tmp_path: Path, made: Callable[[str], Path]) -> Iterator[Host]:
    """A hub at the top of its host."""
    yield from _hosted(tmp_path, made(""), "")


@pytest.fixture
def below(tmp_path: Path, made: Callable[[str], Path]) -> Iterator[Host]:
    """A hub in a folder of its host."""
    yield from _hosted(tmp_path, made("/valley"), "/valley")


def _hosted(folder: Path, made: Path, path: str) -> Iterator[Host]:
    found = Host(folder / "hub", path)
    shutil.copytree(made, found.root)
    found.start()
    yield found
    found.cut()


@pytest.fixture
def reader(browser: Any) -> Iterator[Callable[[Host], Reader]]:
    """Return a function that gives someone who reads a hub; their pages fail in nothing."""
    errors: list[str] = []
    with ExitStack() as stack:

        def of(host: Host, **options: Any) -> Reader:
            context = stack.enter_context(browser.new_context(locale="fr-FR", **options))
            context.set_default_timeout(patience.MILLISECONDS)
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            return Reader(page, host)

        yield of
    assert [] == errors
