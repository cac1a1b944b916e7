"""Themes as they are written, and tags that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from conftest import Content

from kiosque import i18n
from kiosque.curation import ThemeItem, Themes, is_junk, load_themes
from kiosque.curation.junk import _JUNK
from kiosque.curation.themes import PATH
from kiosque.model import Source, Territory
from kiosque.site.gather.links import Links
from kiosque.text import slug

HubMaker = Callable[[dict[str, Content]], Path]
SOURCES = (Source(slug="trois-becs", name="Radio des Trois Becs", path=""),)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.mark.parametrize(
    "text",
    [
        (
            "themes:\n  - name: Eau vive\n    introduction: La rivière.\n    tags: [crue]\n"
            "    aliases: [/themes/eau/]\n"
            "ignore: [vidéo]\nkeep: [Divers]\n"
        ),
        (
            "thèmes:\n  - nom: Eau vive\n    présentation: La rivière.\n    mots-clés: crue\n"
            "    anciennes adresses: [/themes/eau]\n"
            "ignorer: vidéo\ngarder: Divers\n"
        ),
    ],
)
def test_themes_are_read_in_either_language(text: str, hub: HubMaker) -> None:
    """A name makes its address; the line is where the theme begins."""
    theme = ThemeItem(
        name="Eau vive", slug="eau-vive", introduction="La rivière.", tags=("crue",),
        aliases=("/themes/eau/",), line=2,
    )  # fmt: skip
    expected = Themes(items=(theme,), ignore=("vidéo",), keep=("Divers",))
    assert (expected, ()) == load_themes(hub({PATH: text}), UTC)


def test_a_list_of_themes_alone_will_do(hub: HubMaker) -> None:
    """Whoever needs neither of the other two lists writes the themes at the top."""
    themes, problems = load_themes(hub({PATH: "- {name: Eau, slug: l-eau}\n- nom: Terre\n"}), UTC)
    assert (["l-eau", "terre"], ()) == ([one.slug for one in themes.items], problems)


def test_a_hub_without_themes_has_none(hub: HubMaker) -> None:
    """No file and empty ones are all the same."""
    for text in ("", "themes:\n", "[]\n"):
        assert (Themes(), ()) == load_themes(hub({PATH: text}), UTC)
    (hub({}) / PATH).unlink()
    assert (Themes(), ()) == load_themes(hub({}), UTC)


@pytest.mark.parametrize(
    ("text", "messages", "slugs"),
    [
        ("themes:\n  - nome: Eau\n  - name: Terre\n",
         ["2: the key “nome” is not known and is left aside (did you mean “nom”?)",
          "2: “name” is missing: add a line such as “name: Eau et rivière”"], ["terre"]),
        ("themes:\n  - name: Eau\n  - name: EAU !\n",
         ["3: the theme “EAU !” has the address of “Eau”: give one of them another name, or a “slug:”"],
         ["eau"]),
        ("themes:\n  - name: 🎉\n",
         ["2: nothing of “🎉” can stand in an address: add a line “slug: …”, in small letters"], []),
        ("themes: Eau\n",
         [("1: this is not a list: begin each item with a dash, as “- {name: Eau et rivière, tags: [eau, "
           "rivière, crue]}”")], []),
        ("theme:\n  - name: Eau\n",
         ["2: the key “theme” is not known and is left aside (did you mean “themes”?)"], []),
        ("themes: [", ["1:10: the head of this file can't be read"], []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_mend(
    text: str, messages: list[str], slugs: list[str], hub: HubMaker
) -> None:
    """Each problem has its line, and the other themes stand."""
    themes, problems = load_themes(hub({PATH: text}), UTC)
    found = [
        str(problem)[: len(f"{PATH}:{message}")] for problem, message in zip(problems, messages, strict=True)
    ]
    assert ([f"{PATH}:{message}" for message in messages], slugs) == (
        found,
        [one.slug for one in themes.items],
    )


@pytest.mark.parametrize(
    "tag",
    [
        "Non classé", "non classe", "NON CLASSÉ", "Non classé(e)", "Uncategorized", "Uncategorised",
        "Sans catégorie", "Allgemein", "Sin categoría", "Sem categoria", "Senza categoria", "Sense categoria",
        "Geen categorie", "Bez kategorii", "Без рубрики", "Χωρίς κατηγορία", "غير مصنف", "未分類", "未分类",
        "미분류", "Okategoriserade", "Général", "Divers", "Misc", "Autres", "A", "#", "", " ", "🎉",
        "Le Kiosque", "#LeKiosque", "Radio des Trois Becs", "#radiodestroisbecs", "trois-becs",
    ],
)  # fmt: skip
def test_a_tag_that_says_nothing_vanishes(tag: str) -> None:
    """Defaults of software in many languages, leftovers, single letters, names of the hub and of the medium
    itself.
    """
    links = Links(Territory(), SOURCES, Themes(), "Le Kiosque")
    assert (("eau",), ()) == (
        tuple(link.name for link in links.subjects(("eau", tag), "trois-becs")[0]),
        links.subjects((tag,), "trois-becs")[1],
    )


def test_a_medium_may_be_a_tag_of_others() -> None:
    """What another medium publishes of a radio keeps the radio's name."""
    links = Links(Territory(), SOURCES, Themes(), "Le Kiosque")
    assert ["Radio des Trois Becs"] == [
        link.name for link in links.subjects(("Radio des Trois Becs",), "other")[0]
    ]


def test_a_hub_says_itself_what_to_ignore_and_to_keep() -> None:
    """Its own list goes first; junk that it keeps, or maps to a theme, stays."""
    theme = ThemeItem(name="Général", slug="general", tags=("Varia",))
    links = Links(
        Territory(), SOURCES, Themes(items=(theme,), ignore=("Vidéo", "#eau"), keep=("divers",)), "Hub"
    )
    tags, themes = links.subjects(("video", "Eau", "Divers", "varia", "général", "misc"))
    assert (["Divers", "varia", "général"], ["/themes/general/"]) == (
        [link.name for link in tags],
        [link.address for link in themes],
    )


def test_a_theme_gathers_tags_in_all_their_spellings() -> None:
    """Case, accents and a hash say nothing; a theme's own name counts; one tag may lead to two themes."""
    water = ThemeItem(name="Eau et rivière", slug="eau", tags=("Crue", "été"))
    summer = ThemeItem(name="Été", slug="ete")
    links = Links(Territory(), SOURCES, Themes(items=(water, summer)), "Hub")

    def themes(*names: str) -> list[str]:
        return [link.address for link in links.subjects(names)[1]]

    found = [themes("#crue"), themes("CRUE", "crue"), themes("eau et riviere"), themes("ETE"), themes("eau")]
    both = ["/themes/eau/", "/themes/ete/"]
    assert [["/themes/eau/"]] * 3 + [both, []] == found


def test_links_are_made_once() -> None:
    """The same names give the very same links: a hub has many entries."""
    links = Links(Territory(), SOURCES, Themes(), "Hub")
    assert links.subjects(("eau", "crue"), "trois-becs") is links.subjects(("eau", "crue"), "trois-becs")


def test_the_table_of_junk_holds_slugs_in_order() -> None:
    """Each row is the slug that it would be compared with."""
    assert sorted(_JUNK) == list(_JUNK) == [slug(one) for one in _JUNK]
    assert (True, False) == (is_junk("uncategorized"), is_junk("eau"))
