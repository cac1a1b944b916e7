"""A small hub of sounds and videos, served on loopback, and a browser to listen with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from wave import open as open_wave

import patience
import pytest
from browser.serving import served
from conftest import built, entry, write_tree
from playwright.sync_api import Error

from kiosque.model import Alternative, Chapter, Enclosure, Format, Transcript
from kiosque.site.serve import server

RADIO = """---
name: Radio Essai
type: radio
homepage: https://essai.example/
stream: https://direct.essai.example/live
agreement: {scope: full}
feeds: [https://essai.example/feed]
---
Une radio.
"""
OLD_RADIO = """---
name: Radio Ancienne
type: radio
homepage: https://ancienne.example/
stream: http://direct.ancienne.example/live
feeds: [https://ancienne.example/feed]
---
"""
WORDS = """WEBVTT

00:00.000 --> 00:20.000
<v Une voix>Le début de tout.

00:25.000 --> 00:58.000
<v Une autre>La suite, et la fin.
"""


def sound(seconds: float) -> bytes:
    """Return a silence as a WAV file."""
    made = BytesIO()
    with open_wave(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(4000)
        file.writeframes(b"\x80" * int(4000 * seconds))
    return made.getvalue()


def heard(url: str, **fields: Any) -> Enclosure:
    """Return an enclosure that is a sound."""
    return Enclosure(**{"url": url, "type": "audio/wav", **fields})


def _hub(root: Path) -> Path:
    of = Format.SOUND, Format.VIDEO
    long = heard(
        "content/sons/long.wav",
        duration=60.0,
        length=240_044,
        chapters=(Chapter(start=0, title="Le début"), Chapter(start=25, title="La suite")),
        transcripts=(Transcript(url="content/sons/long.vtt", type="text/vtt", language="fr"),),
    )
    two = heard(
        "content/sons/long.wav",
        length=240_044,
        alternatives=(Alternative(url="content/sons/light.wav", type="audio/wav", length=120_044),),
    )
    page = lambda url: Enclosure(url=url, type="text/html", duration=90.0)  # noqa: E731 - one word each
    film = Enclosure(url="https://films.example/a.mp4", type="video/mp4", length=9_000_000, duration=90.0)
    radio = [
        entry("essai", "long", "2026-03-09T08:00:00Z", format=of[0], enclosures=(long,)),
        entry(
            "essai",
            "second",
            "2026-03-08T08:00:00Z",
            format=of[0],
            enclosures=(heard("content/sons/short.wav"),),
        ),
        entry(
            "essai",
            "third",
            "2026-03-07T08:00:00Z",
            format=of[0],
            enclosures=(heard("content/sons/long.wav"),),
        ),
    ]
    others = [
        entry("ancienne", "two-files", format=of[0], enclosures=(two,)),
        entry("ancienne", "dead", "2026-02-10T08:00:00Z", format=of[0],
              enclosures=(heard("https://dead.example/a.mp3", type="audio/mpeg"),)),
        entry("ancienne", "plain-http", format=of[0], enclosures=(heard("http://old.example/a.mp3"),)),
        entry("ancienne", "nothing", format=of[0]),
        entry("ancienne", "peertube", format=of[1],
              enclosures=(page("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv"),)),
        entry("ancienne", "youtube", format=of[1],
              enclosures=(page("https://www.youtube.com/watch?v=yvKGgT3GuJ0"),)),
        entry("ancienne", "film", format=of[1], enclosures=(film,)),
    ]  # fmt: skip
    return write_tree(
        root,
        {
            "pelicanconf.py": 'SITEURL = "https://kiosque.example"\n',
            "content/sources/essai.md": RADIO,
            "content/sources/ancienne.md": OLD_RADIO,
            "content/sons/long.wav": sound(60),
            "content/sons/light.wav": sound(30),
            "content/sons/short.wav": sound(0.5),
            "content/sons/long.vtt": WORDS,
            "archive/essai/2026.jsonl": radio,
            "archive/ancienne/2026.jsonl": others,
        },
    )


@pytest.fixture(scope="package")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built hub."""
    report = built(_hub(tmp_path_factory.mktemp("listening") / "hub"))
    assert () == report.problems
    return Path(report.output)


@pytest.fixture(scope="package")
def address(output: Path) -> Iterator[str]:
    """Where the hub is served, with the policy that it promises to hold."""
    with served(output) as url:
        yield url


@pytest.fixture(scope="package")
def lenient(output: Path) -> Iterator[str]:
    """Where the hub is served by a host that lets frames of others in."""
    with server(output, 0) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()


_AWAITED = """() => new Promise((done, fail) => {
  const end = performance.now() + %d;
  const look = () => {
    try {
      if (%s) return done();
    } catch {}
    return performance.now() > end ? fail(new Error("waited for: " + %s)) : setTimeout(look, 20);
  };
  look();
})"""


@dataclass
class Listener:
    """Someone at a window. ``answers`` are the bytes of other hosts by address; ``asked`` is what was asked
    of them.
    """

    page: Any
    address: str
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page, and wait until it is ready."""
        self.page.goto(self.address + path)
        self.until("document.documentElement.classList.contains('js')")

    def find(self, selector: str, **options: Any) -> Any:
        """Return an element, or several."""
        return self.page.locator(selector, **options)

    def until(self, condition: str) -> None:
        """Wait for what a script says, across pages; Playwright's own way evaluates texts, which the policy
        forbids.
        """
        while True:
            try:
                self.page.evaluate(_AWAITED % (patience.MILLISECONDS, condition, json.dumps(condition)))
            except Error as error:
                if "Execution context was destroyed" not in str(error):
                    raise
            else:
                return

    def ask(self, script: str) -> Any:
        """Return what a script says."""
        return self.page.evaluate(script)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def plays(self) -> None:
        """Wait until the player plays, and time goes by."""
        self.until(
            "document.querySelector('.bar--playing') && sounds.some(one => !one.paused && one.currentTime > "
            "0)"
        )

    @property
    def time(self) -> float:
        """Where the sound is, in seconds."""
        return float(self.ask("sounds[0].currentTime"))

    def answer(self, route: Any) -> None:
        """Answer in the place of another host."""
        url = route.request.url
        if url.startswith(self.address):
            route.continue_()
            return
        self.asked.append(url)
        if url in self.answers:
            route.fulfill(body=self.answers[url], content_type="audio/wav")
        else:
            route.abort()


# Each sound that a page makes, so that tests can ask how it is with it.
_NOTED = (
    "window.sounds = []; window.Audio = class extends Audio { constructor() { super(); "
    "sounds.push(this); } };"
)


def _listener(browser: Any, address: str, **options: Any) -> Iterator[Listener]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR", **options)
    context.set_default_timeout(patience.MILLISECONDS)
    context.add_init_script(_NOTED)
    found = Listener(context.new_page(), address)
    context.route("**/*", found.answer)
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    yield found
    context.close()
    assert [] == found.errors


@pytest.fixture
def listener(browser: Any, address: str) -> Iterator[Listener]:
    """Someone with a laptop."""
    yield from _listener(browser, address)


@pytest.fixture
def on_a_phone(browser: Any, address: str) -> Iterator[Listener]:
    """Someone with a small phone."""
    yield from _listener(browser, address, has_touch=True, is_mobile=True)


@pytest.fixture
def with_frames(browser: Any, lenient: str) -> Iterator[Listener]:
    """Someone whose hub's host lets frames of others in."""
    yield from _listener(browser, lenient)


@pytest.fixture
def without_worker(browser: Any, address: str) -> Iterator[Listener]:
    """Someone whose browser keeps no page: what a page asks for comes past Playwright's routes."""
    yield from _listener(browser, address, service_workers="block")


@pytest.fixture
def without_scripts(browser: Any, address: str) -> Iterator[Listener]:
    """Someone without JavaScript."""
    yield from _listener(browser, address, java_script_enabled=False)
