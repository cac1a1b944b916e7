"""A group makes the look its own with one file of tokens, and a logo where it has one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import built, write_tree
from lxml import html

from kiosque.site.hub.records import Card, Link
from kiosque.site.render.alphabet import by_letter
from kiosque.site.render.filters import summary

SETTINGS = "SITENAME = 'Hub & co'\nSITEURL = 'https://example.org/hub'\nDEFAULT_LANG = 'en'\n"


@pytest.fixture
def root(hub: Callable[..., Path]) -> Path:
    """Return a hub that has nothing yet."""
    return hub({"pelicanconf.py": SETTINGS})


def masthead(root: Path) -> html.HtmlElement:
    document = html.document_fromstring((root / "output/index.html").read_bytes())
    return document.xpath('//p[@class="masthead__name"]/a')[0]


def style(root: Path) -> str:
    return next((root / "output" / "theme").glob("*/style.css")).read_text(encoding="utf-8")


def test_a_name_is_set_in_type(root: Path) -> None:
    """Without a logo the masthead says the hub's name."""
    built(root)
    assert ("Hub & co", []) == (masthead(root).text_content(), masthead(root).xpath("img"))


def test_a_logo_stands_for_the_name(root: Path) -> None:
    """A hub whose theme has a logo.svg shows it, and says its name to those who don't see it; without it
    again, type.
    """
    write_tree(root, {"theme/static/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"})
    built(root)
    image = masthead(root).xpath("img")[0]
    assert ("Hub & co", True) == (image.get("alt"), image.get("src").startswith("/hub/theme/"))
    assert (root / "output" / image.get("src").removeprefix("/hub/")).is_file()
    (root / "theme/static/logo.svg").unlink()
    built(root)
    assert "Hub & co" == masthead(root).text_content()


def test_one_file_says_what_differs(root: Path) -> None:
    """A file beside the tokens overrides what it names, and leaves all else."""
    write_tree(root, {"theme/static/css/tokens/ours.css": ":root { --hub: #123456; }\n"})
    built(root)
    written = style(root)
    assert "--hub: #1d5041" in written
    assert written.index("--hub: #1d5041") < written.index("--hub: #123456") < written.index("@layer base{")


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("The mill turns again, and…", "The mill turns again, and the bread is warm.",
         "…\u202fthe bread is warm."),
        ("The mill turns again.", "The mill turns again.", ""),
        ("Other words", "The mill turns again.", "The mill turns again."),
    ],
)  # fmt: skip
def test_an_untitled_card_says_nothing_twice(title: str, text: str, expected: str) -> None:
    """What stands for its title is the beginning of its text: below it stands the rest."""
    card = Card(address="/", title=title, moment=None, format="text", untitled=True, summary=text)  # type: ignore[arg-type]
    assert expected == summary(card)


def test_long_lists_of_names_are_cut_by_letter() -> None:
    """Accents and ligatures don't part names; digits stand together; a letter of another script is its
    own.
    """
    names = ["2 CV", "3D", "Âge", "ane", *(f"bal {n}" for n in range(40)), "Œuf", "oie", "«Zone»", "ماء"]
    links = [Link(name=name, address=f"/{name}/") for name in names]
    found = {
        letter.name: (letter.id, [link.name for link in letter.links][:2]) for letter in by_letter(links)
    }
    assert {
        "0–9": ("lettre-30", ["2 CV", "3D"]),
        "A": ("lettre-a", ["Âge", "ane"]),
        "B": ("lettre-b", ["bal 0", "bal 1"]),
        "O": ("lettre-o", ["Œuf", "oie"]),
        "Z": ("lettre-z", ["«Zone»"]),
        "م": ("lettre-645", ["ماء"]),
    } == found


def test_a_short_list_of_names_is_not_cut() -> None:
    """Forty names are seen at one glance; no names give no list."""
    links = [Link(name=name, address=f"/{name}/") for name in ("a", "b")]
    assert ([("", 2)], []) == ([(one.name, len(one.links)) for one in by_letter(links)], by_letter([]))
