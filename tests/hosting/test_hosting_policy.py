"""The policy that a build writes lets every page do what it does: opened in a browser behind real nginx."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import patience
import pytest
from pagetypes import page_types

from hosting.conftest import WebServer
from kiosque.site.serve import server

_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""


@pytest.fixture(scope="module")
def url(published: Path, web_server: WebServer) -> Iterator[str]:
    with web_server("nginx", published / "output", published / "hosting") as url:
        yield url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(locale="fr-FR")
    context.add_init_script(_WATCH)
    context.set_default_timeout(patience.MILLISECONDS)
    yield context.new_page()
    context.close()


def test_no_page_breaks_the_policy(page: Any, url: str, published: Path) -> None:
    """A page of each type is read to its end without a report, and without a word on the console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.text} {message.location['url']}"))
    wrong = {}
    for address in page_types(published / "output").values():
        # The page of errors is an error, which the console says.
        if address == "/404.html":
            continue
        page.goto(url + address, wait_until="load")
        page.wait_for_function("() => document.documentElement.classList.contains('js')")
        if found := [*page.evaluate("() => window.violations"), *said]:
            wrong[address] = found
        said.clear()
    assert {} == wrong


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The folder and the address of another site."""
    with server(tmp_path, 0) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield tmp_path, f"http://localhost:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()


def test_only_what_is_made_for_frames_may_be_framed(page: Any, url: str, elsewhere: tuple[Path, str]) -> None:
    """Another site may show the page of a list that is made for it, and no other page."""
    folder, outside = elsewhere
    found = {}
    for name, address in (("made.html", "/embarquer/articles/"), ("other.html", "/articles/")):
        (folder / name).write_text(
            f"<!doctype html><title>Ailleurs</title><iframe src='{url}{address}'></iframe>"
        )
        page.goto(f"{outside}/{name}", wait_until="load")
        if not page.frames[1].url:
            page.wait_for_event("framenavigated")
        found[address] = page.frames[1].url
    assert {
        "/embarquer/articles/": f"{url}/embarquer/articles/",
        "/articles/": "chrome-error://chromewebdata/",
    } == found


def test_a_player_that_pages_show_may_be_loaded_and_no_other(page: Any, url: str) -> None:
    """The frame of a known player is asked for; that of another host is stopped by the policy."""
    page.goto(f"{url}/")
    page.route("https://*/**", lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    page.evaluate("""() => { for (const host of ["canal-gervanne.example", "autre.example"])
        document.body.append(
            Object.assign(document.createElement("iframe"), { src: `https://${host}/` })); }""")
    page.wait_for_function("() => window.violations.length")
    assert ["frame-src https://autre.example"] == page.evaluate("() => window.violations")
