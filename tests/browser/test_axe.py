"""Axe finds nothing on any type of page, whatever the screen, the colours and the size of the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from browser.axe import findings, loaded
from browser.conftest import Site

Change = Callable[[Any], None]


def seen(width: int, **media: str) -> Change:
    """Return what turns a page into one on a screen of this width, with these media features."""

    def change(page: Any) -> None:
        page.emulate_media(
            **{"color_scheme": "light", "forced_colors": "none", "reduced_motion": "reduce", **media}
        )
        page.set_viewport_size({"width": width, "height": 800})

    return change


WAYS: dict[str, Change] = {
    **{f"{width} px": seen(width) for width in (320, 768, 1280)},
    **{f"{width} px, dark": seen(width, color_scheme="dark") for width in (320, 768, 1280)},
    # At 200 % a window of 1280 pixels has room for 640 of CSS.
    "200 %": seen(640),
    "forced colours": seen(1280, forced_colors="active"),
}


def all_findings(page: Any) -> dict[str, list[str]]:
    """Return in which ways of looking at a page axe finds something, by finding."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for way, change in WAYS.items():
        change(page)
        for finding in findings(page):
            found[finding].append(way)
    return dict(found)


def findings_of(page: Any, site: Site, names: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Return what axe finds on pages, by address."""
    wrong = {}
    for name in names:
        loaded(page, site.url + site.pages[name])
        if found := all_findings(page):
            wrong[site.pages[name]] = found
    return wrong


def is_component(name: str) -> bool:
    return name.startswith("charte-")


@pytest.mark.parametrize(
    "way", [is_component, lambda name: not is_component(name)], ids=["components", "pages"]
)
def test_axe_finds_nothing(page: Any, demonstration: Site, way: Callable[[str], bool]) -> None:
    """No page type and no example of a component has a finding, light or dark, small or large, enlarged,
    forced.
    """
    assert {} == findings_of(page, demonstration, filter(way, demonstration.pages))


def test_axe_finds_nothing_while_something_plays(page: Any, demonstration: Site) -> None:
    """Nor has the player at the foot of the window a finding, folded or with all that it can do."""
    loaded(page, demonstration.url + demonstration.pages["entry-sound"])
    page.click("main button[data-play]")
    page.wait_for_selector(".bar--playing")
    assert {} == all_findings(page)
    page.click(".bar [data-do=expand]")
    assert {} == all_findings(page)
