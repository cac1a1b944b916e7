"""What docs/kinds.md shows works: its files add a kind to a copy of Kiosque, which is then published in every
way.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import NOW, REPOSITORY, write_tree
from lxml import html

DOCS = (REPOSITORY / "docs" / "kinds.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE))
TABLE = "plugins/kiosque/content/kinds/__init__.py"
CATALOGUE = "theme/translations/fr/LC_MESSAGES/kiosque.po"
PAGE_TYPES = "tests/pagetypes.py"
HUB = {
    "pelicanconf.py": (
        f'SITENAME = "Hub"\nSITEURL = "https://hub.example"\nDEFAULT_LANG = "fr"\nNOW = "{NOW}"\n'
    ),
    "content/recipes/soupe.md": "---\ntitre: Soupe de courge\njour: 2026-02-01\n"
    "ingrédients: [un kilo de courge]\n"
    "tags: [courge]\nrésumé: Elle réchauffe.\nlicence: CC BY-SA 4.0\n---\nCoupez, cuisez, mixez.\n",
    "content/articles/a.md": "---\ntitle: A\ndate: 2026-02-02\n---\nUn texte.\n",
    "content/recipes/brouillon.md": (
        "---\ntitle: Rien\ndate: 2026-02-01\ningredients: [sel]\nstatus: draft\n---\nx\n"
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Kiosque with the kind of the page added as the page says."""
    root = tmp_path_factory.mktemp("kinds") / "kiosque"
    for name in ("plugins", "theme"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/conftest.py", PAGE_TYPES):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / name, root / name)
    for path, content in BLOCKS.items():
        if path not in {TABLE, CATALOGUE, PAGE_TYPES}:
            assert not (root / path).exists(), path
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, "utf-8")
    imported, name = BLOCKS[TABLE].splitlines(keepends=True)
    replace(root / TABLE,
            {"from kiosque.content.kinds.source": f"{imported}from kiosque.content.kinds.source",
                           "PAGE, SOURCE)": f"PAGE, {name.strip()}, SOURCE)"})  # fmt: skip
    with (root / CATALOGUE).open("a", encoding="utf-8") as catalogue:
        catalogue.write("\n" + BLOCKS[CATALOGUE])
    replace(
        root / PAGE_TYPES,
        {'    ("media", "/medias/"),\n': BLOCKS[PAGE_TYPES] + '    ("media", "/medias/"),\n'},
    )
    return root


def replace(file: Path, words: Mapping[str, str]) -> None:
    text = file.read_text("utf-8")
    for before, after in words.items():
        assert before in text, (file, before)
        text = text.replace(before, after, 1)
    file.write_text(text, "utf-8")


def run(copy: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "plugins"), "LANGUAGE": "fr"}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def hub(copy: Path) -> Path:
    """A hub with a recipe, built by the copy."""
    root = write_tree(copy.parent / "hub", HUB)
    done = run(copy, "-m", "kiosque", "--hub", root, "build", "--strict")
    assert 0 == done.returncode, done.stdout + done.stderr
    return root


def page(hub: Path, path: str) -> html.HtmlElement:
    return html.document_fromstring((hub / "output" / path).read_bytes())


def test_at_most_five_files_that_exist_are_touched() -> None:
    """All others are new."""
    assert [TABLE, PAGE_TYPES, CATALOGUE] == sorted(path for path in BLOCKS if (REPOSITORY / path).exists())


def test_the_test_of_the_page_passes(copy: Path) -> None:
    """It is run in the copy, as someone would run it."""
    done = run(
        copy, "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider", "tests/site/test_recipe.py"
    )
    assert (0, "1 passed") == (done.returncode, done.stdout.strip().rpartition("\n")[2][:8]), done.stdout


def test_it_has_a_page_a_list_and_a_place_in_the_menu(hub: Path) -> None:
    """The draft has none of them."""
    assert ["soupe"] == [folder.name for folder in (hub / "output/recettes").iterdir() if folder.is_dir()]
    assert ["Soupe de courge"] == page(hub, "recettes/soupe/index.html").xpath("//h1/text()")
    assert ["Recettes"] == page(hub, "recettes/index.html").xpath("//h1/text()")
    assert ["/recettes/"] == page(hub, "index.html").xpath("//nav[@class='menu']//a[.='Recettes']/@href")
    linked = page(hub, "recettes/soupe/index.html").xpath("//script[@type='application/ld+json']/text()")[0]
    assert "Recipe" == json.loads(linked)["@graph"][0]["@type"]


def test_it_is_followed_searched_and_taken(hub: Path) -> None:
    """Its feeds, the search page, the open data and the site map have it."""
    feed = json.loads((hub / "output/recettes/feed.json").read_text())
    assert ["https://hub.example/recettes/soupe/"] == [item["url"] for item in feed["items"]]
    assert "Recettes" in page(hub, "suivre/index.html").xpath("//section//a/text()")
    assert ["recipe"] == page(hub, "recherche/index.html").xpath(
        "//input[@name='format'][@value='recipe']/@value"
    )
    assert (
        2 == json.loads((hub / "output/recherche/pagefind/index.json").read_text())["shards"][0]["documents"]
    )
    (row,) = json.loads((hub / "output/donnees/recipes.json").read_text())["rows"]
    assert ("recipe/soupe", ["courge"]) == (row["id"], row["tags"])
    assert "<loc>https://hub.example/recettes/soupe/</loc>" in (hub / "output/sitemap.xml").read_text()


def test_it_can_be_contributed(copy: Path, hub: Path) -> None:
    """Form, guide, file to fill in and schema are there; ``new`` writes a file that ``check`` finds in
    order.
    """
    form = page(hub, "contribuer/recipe/index.html")
    assert {"title", "date", "ingredients", "servings"} <= set(form.xpath("//form//@name"))
    assert ["Soupe de courge"] == page(hub, "contribuer/recipe/guide/index.html").xpath(
        "//a[@href='/recettes/soupe/']/text()"
    )
    schema = json.loads((hub / "output/contribuer/recipe/schema.json").read_text())
    assert {"ingredients", "ingrédients"} <= schema["properties"].keys()
    answers = ("--set", "title=Tarte", "--set", "ingrédients=farine, noix")
    made = run(copy, "-m", "kiosque", "--hub", hub, "new", "recipe", *answers)
    assert 0 == made.returncode, made.stderr
    checked = run(copy, "-m", "kiosque", "--hub", hub, "check", "content/recipes/soupe.md")
    assert 0 == checked.returncode, checked.stdout


def test_it_goes_to_the_host_before_its_list(copy: Path) -> None:
    """The order of deployment asks the kind."""
    code = (
        "from kiosque.deploy.order import phase_of; print(phase_of('recettes/a/index.html') < "
        "phase_of('recettes/index.html'))"
    )
    assert "True" == run(copy, "-c", code).stdout.strip()
