"""The pages that others show in frames of theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.conftest import Site
from browser.serving import compressed
from lxml import html

HOST = "https://kiosque-drome.example"
LIST = "/themes/eau-et-riviere/"
MOST = 10_000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class’s
        """Say nothing of each request."""


@pytest.fixture
def elsewhere(demonstration: Site, tmp_path: Path) -> Iterator[str]:
    """The address of a page of another host that shows a list as the hub says how, at its loopback
    address.
    """
    tree = html.parse(demonstration.output / LIST[1:] / "index.html").getroot()
    (line,) = tree.xpath("//main//*[@data-copy]/@data-copy")
    assert f'<iframe src="{HOST}/embarquer{LIST}"' in line
    body = (
        f"<!doctype html><meta charset=utf-8><title>Ailleurs</title><body "
        f"style='margin:0'>{line.replace(HOST, demonstration.url)}"
    )
    (tmp_path / "index.html").write_text(body, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}/"
        httpd.shutdown()
        thread.join()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [200, 640])
def test_a_list_shows_in_a_frame_of_another_site(
    page: Any, demonstration: Site, elsewhere: str, width: int, colours: str
) -> None:
    """At 200 pixels nothing is cut off; light or dark as the reader likes; no host is asked but that site's
    and the hub's.
    """
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=colours)
    page.goto(elsewhere, wait_until="networkidle")
    frame = page.frames[1]
    assert {urlsplit(elsewhere).netloc, urlsplit(demonstration.url).netloc} == asked
    assert [width, width] == frame.evaluate("() => [innerWidth, document.documentElement.scrollWidth]")
    ground = frame.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    assert {"light": "rgb(255, 254, 250)", "dark": "rgb(33, 31, 28)"}[colours] == ground
    assert 8 == frame.locator("li").count()


def test_a_link_in_a_frame_opens_beside_the_site(page: Any, demonstration: Site, elsewhere: str) -> None:
    """Whoever follows a link keeps the page that they read, and lands on the hub; the new page has no hold on
    the old one.
    """
    page.goto(elsewhere)
    with page.context.expect_page() as opened:
        page.frames[1].locator("li a").first.click()
    new = opened.value
    new.wait_for_load_state()
    assert (elsewhere, True, None) == (
        page.url, new.url.startswith(f"{demonstration.url}/medias/"), new.evaluate("() => window.opener"),
    )  # fmt: skip


def test_frames_are_light_and_hold_no_script(demonstration: Site) -> None:
    """With its style, each weighs less than 10 kB compressed; search engines are told to pass it by."""
    (style,) = demonstration.output.glob("theme/*/embed.css")
    pages = sorted((demonstration.output / "embarquer").rglob("index.html"))
    sizes = {page: len(compressed(page)) + len(compressed(style)) for page in pages}
    assert {} == {page: size for page, size in sizes.items() if size > MOST}
    trees = [html.parse(page).getroot() for page in pages]
    assert [([], ["noindex"])] * len(pages) == [
        (tree.xpath("//script|//iframe|//img"), tree.xpath("//meta[@name='robots']/@content"))
        for tree in trees
    ]
    assert b"/embarquer/" not in (demonstration.output / "sitemap.xml").read_bytes()


def test_each_list_has_one_and_says_so(demonstration: Site) -> None:
    """The whole, formats, themes, communes, media and articles; not the hundreds of tags and authors."""
    output = demonstration.output
    framed = {
        page.parent.relative_to(output / "embarquer") for page in output.glob("embarquer/**/index.html")
    }
    lists = {feed.parent.relative_to(output) for feed in output.rglob("feed.atom")}
    assert {one for one in lists if one.parts[:1] not in {("mots-cles",), ("auteurs",)}} == framed
    for one in framed - {Path()}:
        tree = html.parse(output / one / "index.html").getroot()
        (line,) = tree.xpath("//main//*[@data-copy]/@data-copy")
        assert f'src="{HOST}/embarquer/{one.as_posix()}/"' in line
