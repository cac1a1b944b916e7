"""A feed that is opened in a browser is a page: what it is, how to follow it, what is newest in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser.conftest import Site
from lxml import etree

from follow.firefox import answers

HTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = (
    "/feed.atom",
    "/feed.rss",
    "/podcast.rss",
    "/medias/radio-glandasse/feed.atom",
    "/communes/drome/die/feed.rss",
)
# What someone sees: the texts that take up room, and where links lead.
SEEN = """(() => {
  const seen = [...document.querySelectorAll("*")].filter(one => one.getClientRects().length);
  const html = seen.filter(one => one.namespaceURI === "http://www.w3.org/1999/xhtml");
  const of = name => html.filter(one => one.localName === name);
  return {
    address: location.pathname,
    title: document.title,
    heading: of("h1").map(one => one.textContent),
    copied: of("input").map(one => one.value),
    links: of("a").map(one => new URL(one.href).protocol === "feed:"
      ? one.getAttribute("href") : new URL(one.href).pathname),
    newest: html.filter(one => one.matches("ol a")).map(one => one.textContent),
    others: [...new Set(seen.filter(one => !html.includes(one)).map(one => one.localName))],
    ground: getComputedStyle(document.documentElement).backgroundColor,
  };
})()"""
PAPER = "rgb(251, 248, 241)"


def wanted(site: Site, address: str) -> dict[str, Any]:
    """Return what someone should see of a feed, as a program reads it."""
    root = etree.parse(site.output / address[1:]).getroot()
    is_atom = root.tag == f"{ATOM}feed"
    (own,) = root.xpath("/*/*[@rel='self']/@href|/rss/channel/*[@rel='self']/@href")
    titles = root.xpath("//*[local-name()='entry' or local-name()='item']/*[local-name()='title']/text()")
    if address.endswith("podcast.rss"):
        # There each title ends with its radio's name, which the page says beside it.
        titles = [title.rpartition(" · ")[0] for title in titles]
    return {
        "address": address,
        "copied": [own],
        "ways": ["/suivre/", f"feed:{own}", f"{address.rpartition('/')[0]}/"],
        "newest": titles[:10],
        "lost": [],
        "others": ["feed"] if is_atom else ["rss", "channel"],
        "ground": PAPER,
    }


def shown(site: Site, seen: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser shows of a feed; ``lost`` are the links that lead nowhere."""
    links = seen.pop("links")
    lost = [one for one in links[3:] if not (site.output / one[1:] / "index.html").is_file()]
    assert seen.pop("heading")[0] in seen.pop("title")
    return {**seen, "ways": links[:3], "lost": lost}


@pytest.mark.parametrize("address", FEEDS)
def test_chromium_shows_a_page(page: Any, demonstration: Site, address: str) -> None:
    """Chromium shows what the feed is, its address, three ways on, and its newest; nothing of what readers
    read.
    """
    page.goto(demonstration.url + address)
    assert wanted(demonstration, address) == shown(demonstration, page.evaluate(SEEN))


def test_firefox_shows_the_same_page(firefox: str, demonstration: Site, tmp_path: Path) -> None:
    """Firefox shows the same of each feed."""
    addresses = [demonstration.url + address for address in FEEDS]
    seen = answers(firefox, addresses, SEEN, tmp_path)
    assert [wanted(demonstration, one) for one in FEEDS] == [shown(demonstration, one) for one in seen]


def test_a_phone_shows_it_in_its_own_width(browser: Any, demonstration: Site) -> None:
    """On a phone a feed is as wide as the window, and in the dark it is dark."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, color_scheme="dark", locale="fr-FR"
    )
    page = context.new_page()
    page.goto(f"{demonstration.url}/feed.atom")
    sizes = page.evaluate("() => [innerWidth, document.documentElement.scrollWidth]")
    ground = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    context.close()
    assert ([360, 360], "rgb(23, 22, 20)") == (sizes, ground)


def test_whoever_sees_the_source_reads_what_it_is(demonstration: Site) -> None:
    """A comment says it before all else; what programs look for to recognise a feed still lies in its first
    512 bytes.
    """
    for address in FEEDS:
        start = (demonstration.output / address[1:]).read_bytes()[:512]
        lines = start.splitlines()
        assert (True, True) == (lines[1].startswith(b"<!-- "), b"<feed" in start or b"<rss" in start), address


def test_readers_find_foreign_markup_in_one_element_only(demonstration: Site) -> None:
    """HTML stands in one element of the feed itself, whose prefix and name the W3C's validator knows."""
    for address in FEEDS:
        root = etree.parse(demonstration.output / address[1:]).getroot()
        parent = root if root.tag == f"{ATOM}feed" else root[0]
        tops = [one for one in root.iter(f"{HTML}*") if not one.getparent().tag.startswith(HTML)]
        assert [(parent, "xhtml", f"{HTML}div")] == [(one.getparent(), one.prefix, one.tag) for one in tops]
