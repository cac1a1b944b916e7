"""Whole ways through the site by keyboard: the focus is always visible, never hidden, never lost."""

from __future__ import annotations

from typing import Any

import pytest

from browser.conftest import Site
from browser.keyboard import Walker

WALKED = (
    "home",
    "stream",
    "articles",
    "article",
    "source",
    "entry-sound",
    "entry-video",
    "search-results",
    "contribute-form",
    "not-found",
)


@pytest.fixture
def walker(page: Any) -> Walker:
    """Someone with a keyboard."""
    return Walker(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stop_of_a_page_is_seen(walker: Walker, demonstration: Site, scheme: str) -> None:
    """Tab leads through whole pages: wherever it stops is framed clearly and lies under nothing."""
    walker.page.emulate_media(color_scheme=scheme)
    for name in filter(demonstration.pages.get, WALKED):
        walker.page.goto(demonstration.url + demonstration.pages[name])
        if "?q=" in demonstration.pages[name]:
            walker.page.wait_for_selector("[data-part=results] li")
        assert len(list(walker.steps())) > 10
    assert [] == walker.wrong


def test_the_first_stop_skips_to_the_content(walker: Walker, demonstration: Site) -> None:
    """Who doesn't want to hear the menu again is in the text after two keys."""
    walker.page.goto(demonstration.url + demonstration.pages["article"])
    walker.press("Tab")
    assert "Aller au contenu" in walker.name
    walker.press("Enter")
    assert "contenu" == walker.page.evaluate("() => document.activeElement.id")
    assert [] == walker.wrong


def test_an_article_is_found_by_keyboard(walker: Walker, demonstration: Site) -> None:
    """From the home page to the list of articles, to one, and on to another."""
    walker.page.goto(demonstration.url)
    walker.follow("Articles")
    assert "/articles/" in walker.page.url
    title = walker.page.locator("main h2 a, main h3 a").first.inner_text()
    walker.follow(title)
    assert title == walker.page.locator("h1").inner_text()
    walker.follow(walker.page.locator(".neighbours a").first.inner_text())
    assert title != walker.page.locator("h1").inner_text()
    assert [] == walker.wrong


def test_a_sound_goes_on_while_one_walks_by_keyboard(walker: Walker, demonstration: Site) -> None:
    """An episode is begun from a list; it plays on another page, and is paused there; the focus was always
    somewhere.
    """
    walker.page.goto(demonstration.url + "/ecouter/")
    walker.page.evaluate("() => { window.isSame = true; }")
    walker.reach("Écouter")
    while not walker.page.evaluate("() => 'play' in document.activeElement.dataset"):
        walker.press("Tab")
    walker.press("Enter")
    walker.page.wait_for_selector(".bar--playing")
    walker.look()
    walker.page.keyboard.press("Shift+Tab")
    walker.follow("Radio")
    assert walker.page.evaluate("() => window.isSame"), "the page was loaded anew, which ends the sound"
    walker.page.wait_for_function("() => document.activeElement.localName === 'h1'")
    assert walker.page.locator(".bar").is_visible()
    walker.page.locator(".bar__toggle").focus()
    walker.press("Tab", "Shift+Tab", "k")
    assert [] == walker.wrong


def test_something_is_searched_by_keyboard(walker: Walker, demonstration: Site) -> None:
    """From the home page's field to the results, and to one of them."""
    walker.page.goto(demonstration.url)
    walker.page.keyboard.press("Tab")
    while not walker.page.evaluate("() => document.activeElement.name === 'q'"):
        walker.press("Tab")
    walker.page.keyboard.type("rivière")
    walker.page.keyboard.press("Enter")
    walker.page.wait_for_selector("[data-part=results] li")
    title = walker.page.locator("[data-part=results] .card__title").first.inner_text()
    walker.follow(title)
    assert title == walker.page.locator("h1").inner_text()
    assert [] == walker.wrong


def test_the_stream_is_narrowed_by_keyboard(walker: Walker, demonstration: Site) -> None:
    """A filter is a link: sounds only."""
    walker.page.goto(demonstration.url + "/fil/")
    walker.page.locator("main").focus()
    walker.follow("Écouter")
    assert "/ecouter/" in walker.page.url
    assert [] == walker.wrong


def test_a_list_is_followed_by_keyboard(walker: Walker, demonstration: Site) -> None:
    """The feed of what one reads is a link on its page, and is a feed."""
    walker.page.goto(demonstration.url + demonstration.pages["source"])
    walker.reach("Atom")
    address = walker.page.evaluate("() => document.activeElement.href")
    answer = walker.page.request.get(address)
    assert (200, "application/xml; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert [] == walker.wrong
