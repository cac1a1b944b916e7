"""What docs/theme.md shows works: its files make a hub's own look, a component and a page type."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, built
from lxml import html

DOCS = (REPOSITORY / "docs" / "theme.md").read_text("utf-8")
# A path, alone in its paragraph or with what is to be done there, then what it holds.
BLOCKS = dict(re.findall(r"^`([\w./-]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE))
PARTS = "plugins/kiosque/site/pages/part_table.py"
MAIN = "theme/static/js/main.js"


def write(root: Path, path: str, content: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def own_look(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hub whose own theme is all that the page shows of one, built without a problem."""
    root = tmp_path_factory.mktemp("docs") / "hub"
    (root / "content").mkdir(parents=True)
    shown = [path for path in BLOCKS if path.startswith("theme/") and path != "theme/templates/year-ago.html"]
    for path in shown:
        write(root, path, BLOCKS[path])
    script = (REPOSITORY / MAIN).read_text("utf-8")
    write(root, MAIN, script.replace("const MODULES = [\n", f"const MODULES = [\n{BLOCKS[MAIN]}"))
    assert () == built(root).problems
    return root


def test_every_block_with_a_path_is_found() -> None:
    """Nine files are shown, and the lines of two more."""
    assert [
        "plugins/kiosque/site/pages/part_table.py",
        "plugins/kiosque/site/pages/year_ago.py",
        "tests/site/test_year_ago.py",
        "theme/static/css/component/note.css",
        "theme/static/css/tokens/ours.css",
        "theme/static/js/dismiss.js",
        "theme/static/js/main.js",
        "theme/templates/404.html",
        "theme/templates/components/note.html",
        "theme/templates/components/note.json",
        "theme/templates/year-ago.html",
    ] == sorted(BLOCKS)


def test_own_tokens_have_the_last_word(own_look: Path) -> None:
    """In the one style sheet they come after the default ones, in the same layer."""
    (style,) = (own_look / "output" / "theme").glob("*/style.css")
    accents = re.findall(r"@layer (\w+)\{|--accent: (#\w+)", style.read_text("utf-8"))
    assert "#7a1f4d" == [colour for _layer, colour in accents if colour][-2]
    assert ["tokens", "tokens"] == [layer for layer, _colour in accents if layer == "tokens"]


def test_a_component_is_shown_in_the_style_guide_and_used(own_look: Path) -> None:
    """Its examples are all there, and the page that uses it shows it."""
    guide = html.document_fromstring((own_look / "output/charte/note/index.html").read_bytes())
    assert ["Ordinaire", "Alerte", "Un mot très long"] == guide.xpath("//section[@class='example']/h2/text()")
    lost = html.document_fromstring((own_look / "output/404.html").read_bytes())
    assert 1 == len(lost.xpath("//main/div[@class='note note--warning']/button[@hidden]"))


def test_the_script_of_a_component_works(browser: Any, own_look: Path) -> None:
    """A browser shows the button, which puts the note away and leaves focus on the page."""
    page = browser.new_page()
    page.route("http://hub.example/**", lambda route: route.fulfill(path=_file(own_look, route.request.url)))
    page.goto("http://hub.example/404.html")
    page.get_by_role("button", name="Fermer").click()
    assert 0 == page.locator(".note").count()
    assert "contenu" == page.evaluate("document.activeElement.id")


def _file(root: Path, url: str) -> Path:
    return root / "output" / url.removeprefix("http://hub.example/")


def test_a_page_type_works(tmp_path: Path) -> None:
    """In a copy of Kiosque with the part, the template and the two lines, the test that the page shows
    passes.
    """
    for name in ("plugins", "theme"):
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    write(tmp_path, "tests/conftest.py", (REPOSITORY / "tests/conftest.py").read_text("utf-8"))
    for path in (
        "plugins/kiosque/site/pages/year_ago.py",
        "theme/templates/year-ago.html",
        "tests/site/test_year_ago.py",
    ):
        write(tmp_path, path, BLOCKS[path])
    imported, listed = BLOCKS[PARTS].splitlines(keepends=True)
    parts = (REPOSITORY / PARTS).read_text("utf-8")
    parts = parts.replace("media, redirects\n", f"media, redirects, {imported.strip().strip(',')}\n")
    parts = parts.replace("] = (\n", f"] = (\n{listed}")
    write(tmp_path, PARTS, parts)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/site/test_year_ago.py"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "plugins")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (0, "1 passed") == (done.returncode, done.stdout.strip().rpartition("\n")[2][:8]), (
        done.stdout + done.stderr
    )
