"""``kiosque ping``: WebSub hubs are told of changed feeds, once; a hub that failed is told next time."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from conftest import built, entry, write_tree
from lxml import etree

from kiosque import i18n
from kiosque.cli import main

ATOM = {"a": "http://www.w3.org/2005/Atom"}
RADIO = "---\nname: Radio\nfeeds: [https://radio.example/rss]\n---\n"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@dataclass
class WebSubHub:
    """A hub by https://www.w3.org/TR/websub/: it verifies subscribers and distributes content."""

    status: int = 202
    received: list[tuple[str, dict]] = field(default_factory=list)
    subscribers: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def answer(self, kind: str, form: dict[str, list[str]]) -> int:
        """Handle a subscription or a notification; return the status of the response."""
        self.received.append((kind, form))
        if self.status >= 300:
            return self.status
        if form["hub.mode"] == ["subscribe"]:
            self._verify(form["hub.callback"][0], form["hub.topic"][0])
        else:
            for topic in form["hub.url"]:
                self._distribute(topic)
        return self.status

    def _verify(self, callback: str, topic: str) -> None:
        query = urlencode({"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": "xyz"})
        with urllib.request.urlopen(f"{callback}?{query}") as answer:
            if answer.read() == b"xyz":
                self.subscribers[topic] = callback

    def _distribute(self, topic: str) -> None:
        with urllib.request.urlopen(topic) as answer:
            content = answer.read()
        if topic.endswith(".atom"):
            document = etree.fromstring(content)
            links = {
                rel: document.xpath(f"a:link[@rel='{rel}']/@href", namespaces=ATOM) for rel in ("hub", "self")
            }
            assert {"hub": [self.url], "self": [topic]} == links
        if callback := self.subscribers.get(topic):
            link_header = f'<{self.url}>; rel="hub", <{topic}>; rel="self"'
            request = urllib.request.Request(
                callback, content, {"Link": link_header, "Content-Type": "application/atom+xml"}
            )
            urllib.request.urlopen(request).close()


def serve(handler: object) -> tuple[ThreadingHTTPServer, str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


class Quiet:
    def log_message(self, *_args: object) -> None:
        """Print nothing."""


@pytest.fixture
def websub() -> Iterator[WebSubHub]:
    hub = WebSubHub()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.send_response(hub.answer(self.headers["Content-Type"], parse_qs(data)))
            self.send_header("Content-Length", "0")
            self.end_headers()

    server, hub.url = serve(Handler)
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def root(tmp_path: Path, websub: WebSubHub) -> Iterator[Path]:
    """Return a hub that is built and online, on loopback."""
    folder = tmp_path / "hub"

    class Files(Quiet, SimpleHTTPRequestHandler):
        pass

    server, url = serve(partial(Files, directory=str(folder / "output")))
    settings = f'SITENAME = "Kiosque"\nSITEURL = "{url}"\nWEBSUB_HUBS = ["{websub.url}"]\n'
    write_tree(
        folder,
        {
            "pelicanconf.py": settings,
            "content/sources/radio.md": RADIO,
            "content/sources/other.md": RADIO.replace("Radio", "Other"),
            "archive/radio/2026.jsonl": [entry("radio", "un")],
            "archive/other/2026.jsonl": [entry("other", "autre")],
        },
    )
    built(folder)
    yield folder
    server.shutdown()
    server.server_close()


def pinged(root: Path, *options: str) -> tuple[int, dict]:
    result = CliRunner().invoke(main, ["--hub", str(root), "ping", "--json", *options])
    return result.exit_code, json.loads(result.stdout)


def take_paths(websub: WebSubHub) -> set[str]:
    """Return the paths of the feeds that the hub was told of, and clear its list."""
    paths = {urlsplit(url).path for _kind, form in websub.received for url in form["hub.url"]}
    websub.received.clear()
    return paths


def test_a_hub_is_told_of_every_feed_and_then_of_those_that_changed(root: Path, websub: WebSubHub) -> None:
    """The first time the hub is told of all feeds, then of none, then of those that a new entry changed."""
    assert 0 == pinged(root)[0]
    assert {"application/x-www-form-urlencoded"} == {kind for kind, _form in websub.received}
    assert {("publish",)} == {tuple(form["hub.mode"]) for _kind, form in websub.received}
    all_feeds = take_paths(websub)
    folders, kinds = ("/", "/lire/", "/medias/radio/", "/medias/other/"), ("atom", "rss", "json")
    assert {f"{folder}feed.{kind}" for folder in folders for kind in kinds} <= all_feeds
    assert 0 == pinged(root)[0]
    assert set() == take_paths(websub)
    write_tree(
        root,
        {"archive/radio/2026.jsonl": [entry("radio", "un"), entry("radio", "deux", "2026-02-01T10:00:00Z")]},
    )
    built(root)
    assert 0 == pinged(root)[0]
    changed = take_paths(websub)
    assert {path for path in all_feeds if "/other/" not in path} == changed


def test_a_subscriber_gets_the_changed_feed(root: Path, websub: WebSubHub) -> None:
    """After a ping, the hub fetches the feed and sends its content to the subscriber."""
    received: list[tuple[str, bytes]] = []

    class Subscriber(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            challenge = parse_qs(urlsplit(self.path).query)["hub.challenge"][0].encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(challenge)

        def do_POST(self) -> None:
            received.append((self.headers["Link"], self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    server, callback = serve(Subscriber)
    own = (root / "output" / "feed.atom").read_bytes()
    topic = etree.fromstring(own).xpath("string(a:link[@rel='self']/@href)", namespaces=ATOM)
    form = urlencode({"hub.mode": "subscribe", "hub.callback": callback, "hub.topic": topic}).encode()
    urllib.request.urlopen(websub.url, form).close()
    assert {topic: callback} == websub.subscribers
    websub.received.clear()
    assert 0 == pinged(root)[0]
    server.shutdown()
    server.server_close()
    assert [(f'<{websub.url}>; rel="hub", <{topic}>; rel="self"', own)] == received


def test_a_hub_that_fails_is_told_next_time(root: Path, websub: WebSubHub) -> None:
    """A refusal is an error with exit code 1; the next ping names the same feeds."""
    websub.status = 503
    code, result = pinged(root)
    assert (1, [{"hub": websub.url, "error": "it answered 503"}]) == (code, result["hubs"])
    websub.status = 202
    first_paths = take_paths(websub)
    assert 0 == pinged(root)[0]
    assert first_paths == take_paths(websub)


def test_a_dry_run_tells_nobody(root: Path, websub: WebSubHub) -> None:
    """The feeds are printed, and no hub receives a request."""
    code, result = pinged(root, "--dry-run")
    assert (0, []) == (code, websub.received)
    assert {"/feed.atom"} <= {urlsplit(url).path for url in result["hubs"][0]["feeds"]}


def test_without_a_hub_there_is_nobody_to_tell(root: Path) -> None:
    """Guides and schedules call the command for every hub; it says where to write the addresses of hubs."""
    (root / "pelicanconf.py").write_text('SITENAME = "Kiosque"\n')
    result = CliRunner().invoke(main, ["--hub", str(root), "ping"])
    message = "Nobody to tell: no WebSub hub is named in WEBSUB_HUBS, in pelicanconf.py.\n"
    assert (0, message) == (result.exit_code, result.stdout)
