"""Pages adapt to who reads them: no motion where it isn't wanted, small screens, wide spaces, thumbs."""

from __future__ import annotations

from typing import Any

from browser.conftest import Site

# WCAG 2.2, success criterion 1.4.12.
_SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }
"""
# What moves although it should not: a reader sees nothing that lasts less than a hundredth of a second.
# “late” moves nothing: it keeps the place of a browser's own player empty until a script had time to put
# another there.
_MOVING = """
() => [...document.querySelectorAll("*")].flatMap(one => ["", "::before", "::after"].flatMap(part => {
  const style = getComputedStyle(one, part || null);
  const animation = ["none", "late"].includes(style.animationName) ? "0s" : style.animationDuration;
  const seconds = [style.transitionDuration, animation]
    .join(",").split(",").map(parseFloat);
  return Math.max(...seconds) > 0.01 || style.scrollBehavior === "smooth"
    ? [`${one.localName}.${one.className}${part}`] : [];
}))
"""
# What makes a page be moved sideways, or is cut off. Tables and code may be moved within themselves.
_WIDE = """
() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const right = one => one.getBoundingClientRect().right;
  const wide = [...document.querySelectorAll("body *")].filter(one => right(one) > room + 1);
  return wide.slice(0, 5).map(one => `${one.localName}.${one.className} ${Math.round(right(one))}`);
}
"""
# What is shown in part; a summary that ends in an ellipsis is meant to, as its title leads to the whole.
_CUT = """
() => [...document.querySelectorAll("body *")].filter(one => {
  const style = getComputedStyle(one);
  const hides = ["hidden", "clip"].includes(style.overflowY) && !one.closest(".visually-hidden, svg, img");
  return hides && style.webkitLineClamp === "none" && style.position !== "absolute" &&
    one.scrollHeight > one.clientHeight + 1 && one.clientHeight > 1;
}).map(one => `${one.localName}.${one.className}`)
"""


def found_on(page: Any, site: Site, look: str, style: str = "") -> dict[str, list[str]]:
    """Return what a script finds on a page of each type, with a reader's own style."""
    found = {}
    for address in site.pages.values():
        page.goto(site.url + address)
        if style:
            page.evaluate(
                "css => document.adoptedStyleSheets = [Object.assign(new CSSStyleSheet(), {}), "
                "...document.adoptedStyleSheets]"
                ".map((sheet, place) => (place || sheet.replaceSync(css), sheet))",
                style,
            )
        if wrong := page.evaluate(look):
            found[address] = wrong
    return found


def test_nothing_moves_for_those_who_want_no_motion(page: Any, demonstration: Site) -> None:
    """With ``prefers-reduced-motion`` nothing is animated, fades or scrolls smoothly."""
    page.emulate_media(reduced_motion="reduce")
    assert {} == found_on(page, demonstration, _MOVING)


def test_a_narrow_screen_needs_no_moving_sideways(page: Any, demonstration: Site) -> None:
    """At 320 pixels, which is 1280 at 400 %, all text fits (WCAG 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert {} == found_on(page, demonstration, _WIDE)


def test_wide_spaces_cut_nothing_off(page: Any, demonstration: Site) -> None:
    """A reader's own spacing of lines, words and letters hides no text and widens no page (WCAG 1.4.12)."""
    page.set_viewport_size({"width": 640, "height": 800})
    assert {} == found_on(page, demonstration, _WIDE, _SPACED)
    assert {} == found_on(page, demonstration, _CUT, _SPACED)
