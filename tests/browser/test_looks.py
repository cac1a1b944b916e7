"""The look holds: colours can be told apart, what people of the hub say is apart, and nothing is too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import kiosque

from browser import hubs
from browser.conftest import Site
from browser.test_comfort import _WIDE, found_on

TOKENS = hubs.ROOT / "theme" / "static" / "css" / "tokens" / "tokens.css"
GROUNDS = ("paper", "sheet", "hub-sheet")
# What is written on what, at least 4.5 to 1, and what is only seen, at least 3 to 1 (WCAG 1.4.3, 1.4.11).
WRITTEN = (
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "hub") for ground in GROUNDS),
    ("accent-ink", "accent"), ("hub-ink", "hub"), ("band-ink", "band"), ("band-soft", "band"),
)  # fmt: skip
SEEN = (*(("line-strong", ground) for ground in GROUNDS), ("awning", "band"))
WORD = "Anticonstitutionnellementdonaudampfschifffahrtsgesellschafts"
TITLE = f"Une très longue délibération {WORD} " + "et tout ce que l’on en dit au village " * 3
# How a card looks: where it comes from by label, ground, bar and face of type.
LOOK = """
item => {
  const card = item.querySelector(".card"), style = getComputedStyle(item);
  return {
    label: card.querySelector(".label")?.textContent ?? "",
    ground: style.backgroundColor,
    article: card.querySelector(".card__title a").pathname.startsWith("/articles/"),
    bar: parseFloat(style.borderInlineStartWidth) > 0,
    face: getComputedStyle(card.querySelector(".card__title")).fontFamily,
  };
}
"""


def colours(scheme: str) -> Mapping[str, str]:
    """Return the colours of the tokens in light or dark."""
    light, dark = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours (WCAG 2.2, contrast ratio)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def overlong(hub: Path) -> None:
    """Build a hub where everything is as long as it can be, or missing, or in another direction."""
    (hub / "content" / "sources").mkdir(parents=True)
    (hub / "content" / "articles").mkdir()
    (hub / "content" / "pages").mkdir()
    (hub / "feeds").mkdir()
    (hub / "content/sources/longue.md").write_text(
        f"---\nname: {TITLE[:120]}\ntype: radio\nstream: https://radio.example/{WORD}\n"
        f"feeds: [feeds/longue.xml]\n"
        f"contact: {WORD.lower()}@example.org\nagreement: {{scope: full, by: {WORD}}}\n---\n{WORD} {TITLE}\n"
    )
    (hub / "content/sources/arabe.md").write_text(
        "---\nname: إذاعة النهر\nlanguage: ar\nfeeds: [feeds/arabe.xml]\nagreement: {scope: full}\n---\n"
        "إذاعة\n"
    )
    tags = "".join(f"<category>mot {WORD[:20]} {n}</category>" for n in range(40))
    items = "".join(
        f"<item><guid>{n}</guid><pubDate>Mon, 0{n + 2} Mar 2026 08:00:00 "
        f"GMT</pubDate><title>{TITLE}{n}</title><author>{WORD}</author>{tags}"
        f"<description>{TITLE * 2}&lt;pre&gt;{WORD * 4}&lt;/pre&gt;</description>"
        f"<enclosure url='https://radio.example/{n}.mp3' type='audio/mpeg' length='1'/></item>"
        for n in range(3)
    )
    (hub / "feeds/longue.xml").write_text(feed(items))
    day = "<pubDate>Tue, 10 Mar 2026 08:00:00 GMT</pubDate>"
    untitled = f"<item><guid>sans</guid>{day}<description>{'الماء في القرية ' * 40}</description></item>"
    (hub / "feeds/arabe.xml").write_text(feed(untitled + "<item><guid>nu</guid><title>خبر</title></item>"))
    table = "| " + " | ".join([WORD] * 4) + " |\n|" + "---|" * 4 + "\n"
    (hub / "content/articles/long.md").write_text(
        f"---\ntitle: {TITLE.strip()}\ndate: 2026-03-01\nauthors: [{WORD}, Ana]\ntags: [{WORD}]\n"
        f"featured: true\n---\n"
        f"# {WORD}\n\n> {WORD}\n\n{table}\n`{WORD * 3}`\n\n    {WORD * 3}\n\nhttps://example.org/{WORD}\n"
    )
    (hub / "content/articles/court.md").write_text("---\ntitle: Court\ndate: 2026-03-02\n---\nMot.\n")
    (hub / "content/pages/longue-page.md").write_text(f"---\ntitle: {WORD}\n---\n{table}\n{WORD}\n")
    (hub / "pelicanconf.py").write_text(
        f'SITENAME = "{WORD} de la vallée"\nSITESUBTITLE = "{TITLE.strip()}"\n'
    )
    kiosque(hub, "harvest", "--now", "2026-03-15T08:00:00Z")
    kiosque(hub, "build", "--now", "2026-03-15T08:00:00Z")


def feed(items: str) -> str:
    return f"<rss version='2.0'><channel><title>Fil</title>{items}</channel></rss>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_apart(scheme: str) -> None:
    """Each ink is readable on each ground that it stands on, in light and in dark."""
    named = colours(scheme)
    poor = [
        (one, other, round(contrast(named[one], named[other]), 2))
        for pairs, least in ((WRITTEN, 4.5), (SEEN, 3))
        for one, other in pairs
        if contrast(named[one], named[other]) < least
    ]
    assert [] == poor


@pytest.mark.parametrize("colours", ["none", "active"])
def test_what_people_of_the_hub_say_is_apart(page: Any, demonstration: Site, colours: str) -> None:
    """What they wrote or chose has a label, a bar and a face of type that nothing else has, on a ground of
    its own where the reader's colours leave it one.
    """
    page.emulate_media(forced_colors=colours)
    page.goto(f"{demonstration.url}/fil/")
    found = page.eval_on_selector_all(".cards > li:has(.card)", f"items => items.map({LOOK})")
    said = [one for one in found if one["label"]]
    flowing = [one for one in found if not one["label"]]
    assert {True} == {one["bar"] for one in said}
    assert {False} == {one["bar"] or one["article"] for one in flowing}
    for name in ("face", "ground") if colours == "none" else ("face",):
        assert set() == {one[name] for one in said} & {one[name] for one in flowing}


def test_a_wide_screen_needs_no_moving_sideways(page: Any, demonstration: Site) -> None:
    """At 1280 pixels no page type is wider than its window."""
    assert {} == found_on(page, demonstration, _WIDE)


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_too_long(page: Any, site: Callable[..., Site], width: int) -> None:
    """Titles of 200 letters, words of 60, forty tags, no titles and other directions widen no page."""
    page.set_viewport_size({"width": width, "height": 800})
    assert {} == found_on(page, site(overlong, "overlong"), _WIDE)


def test_a_text_in_another_direction_keeps_it(page: Any, site: Callable[..., Site]) -> None:
    """A card of a right-to-left source says so of its texts, and of them only."""
    place = site(overlong, "overlong")
    page.goto(f"{place.url}/medias/arabe/")
    found = page.eval_on_selector_all(
        ".card", "cards => cards.map(card => [card.dir, card.querySelector('.card__title').dir])"
    )
    assert [["", "rtl"], ["", "rtl"]] == found
