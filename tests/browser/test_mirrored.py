"""A hub in a right-to-left language is a mirror of one in French: its own theme brings the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import kiosque

from browser.conftest import Site
from browser.test_comfort import _WIDE, found_on
from browser.test_looks import overlong

CATALOGUE = """
msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 ? 4 : 5;\\n"

msgid "Articles"
msgstr "مقالات"

msgid "Written here"
msgstr "كُتب هنا"

msgid "Media"
msgstr "وسائل الإعلام"
"""
# Where the middle of the name stands, of the bar of an article's card, and of the pictures in a list.
SIDES = """
() => {
  const half = document.documentElement.clientWidth / 2;
  const side = box => (box.left + box.right) / 2 < half ? "left" : "right";
  const item = document.querySelector(".cards > li:has(.card--hub)"), style = getComputedStyle(item);
  return {
    direction: getComputedStyle(document.body).direction,
    name: side(document.querySelector(".masthead__name a").getBoundingClientRect()),
    bar: parseFloat(style.borderRightWidth) > parseFloat(style.borderLeftWidth) ? "right" : "left",
    heading: getComputedStyle(document.querySelector("h1")).textAlign,
    label: item.querySelector(".label").textContent,
  };
}
"""


def mirrored(hub: Path) -> None:
    """Build the overlong hub with its interface in Arabic."""
    folder = hub / "theme" / "translations" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "kiosque.po").write_text(CATALOGUE, encoding="utf-8")
    overlong(hub)
    (hub / "pelicanconf.py").write_text('SITENAME = "كشك"\nDEFAULT_LANG = "ar"\n', encoding="utf-8")
    kiosque(hub, "build", "--now", "2026-03-15T08:00:00Z")


@pytest.fixture
def hub(site: Callable[..., Site]) -> Site:
    """The hub in Arabic."""
    return site(mirrored, "mirrored")


def test_the_start_is_on_the_right(page: Any, hub: Site) -> None:
    """The name of the hub and the bar of an article stand on the right."""
    page.goto(f"{hub.url}/articles/")
    expected = {"direction": "rtl", "name": "right", "bar": "right", "heading": "start", "label": "كُتب هنا"}
    assert expected == page.evaluate(SIDES)


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_it_moves_sideways(page: Any, hub: Site, width: int) -> None:
    """Nothing leaves the page on either side."""
    page.set_viewport_size({"width": width, "height": 800})
    left = _WIDE.replace("right > room + 1", "left < -1")
    assert {} == found_on(page, hub, _WIDE)
    assert {} == found_on(page, hub, left)
