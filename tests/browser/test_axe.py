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


def all_findings(page: Any, site: Site, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the ways of looking at pages in which axe finds something, by page and finding."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        loaded(page, site.url + site.pages[name])
        for way, change in WAYS.items():
            change(page)
            for finding in findings(page):
                found[f"{site.pages[name]} {finding}"].append(way)
    return dict(found)


def is_component(name: str) -> bool:
    return name.startswith("charte-")


@pytest.mark.parametrize(
    "way", [is_component, lambda name: not is_component(name)], ids=["components", "pages"]
)
def test_axe_finds_nothing(page: Any, demonstration: Site, way: Callable[[str], bool]) -> None:
    """No page type and no example of a component has a finding, light or dark, small or large, enlarged, forced."""
    assert {} == all_findings(page, demonstration, filter(way, demonstration.pages))
