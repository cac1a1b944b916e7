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
    walker.follow("Article précédent")
    assert title != walker.page.locator("h1").inner_text()
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
    walker.reach("Suivre")
    address = walker.page.evaluate("() => document.activeElement.href")
    answer = walker.page.request.get(address)
    assert (200, "application/atom+xml") == (answer.status, answer.headers["content-type"])
    assert [] == walker.wrong
