"""Script modules import each other in one direction: a circle around a top-level ``await`` can wait for
itself for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY

SCRIPTS = REPOSITORY / "theme" / "static" / "js"
# Comments may name modules; strings are passed over, since an address in one may hold "//".
_COMMENT_OR_STRING = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL)
# A module's name, as `import … from`, `export … from`, `import(…)` or a table of modules has it.
_MODULE = re.compile(r"""["'`](\.{1,2}/[^"'`]+\.js)["'`]""")


def modules(folder: Path) -> dict[str, set[str]]:
    """Return each module of a folder by its path there, with the modules that it loads at once or later."""
    return {
        path.relative_to(folder).as_posix(): set(loaded(path, folder))
        for path in sorted(folder.rglob("*.js"))
    }


def loaded(path: Path, folder: Path) -> Iterator[str]:
    """Yield the modules that a module names: whatever it names, it can load."""
    code = _COMMENT_OR_STRING.sub(
        lambda found: "" if found[0].startswith("/") else found[0], path.read_text(encoding="utf-8")
    )
    for name in _MODULE.findall(code):
        target = (path.parent / name).resolve()
        # The service worker's address is made by a template; all others are files.
        if target.is_relative_to(folder.resolve()):
            yield target.relative_to(folder.resolve()).as_posix()


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the modules of a circle, each followed by one that loads it; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_script_modules_import_each_other_in_a_circle() -> None:
    """Neither static nor dynamic imports of the theme's modules make a circle."""
    assert [] == circle(modules(SCRIPTS))


def test_all_imported_modules_are_there() -> None:
    """Each module that another one names is a file of the theme."""
    graph = modules(SCRIPTS)
    named = {name for names in graph.values() for name in names}
    assert (set(), True) == (named - set(graph), len(named) > 20)


@pytest.mark.parametrize(
    "files",
    [
        {"a.js": 'import { b } from "./b.js";', "b.js": 'import "./a.js";'},
        {"a.js": "import('./deep/b.js')", "deep/b.js": 'export * from "../a.js";'},
        {"a.js": 'const MODULES = [["p", "./b.js"]];', "b.js": "const load = () => import(`./a.js`);"},
        {"a.js": 'import { a } from "./a.js";'},
    ],
    ids=["static", "dynamic, in a folder", "a table of modules", "itself"],
)
def test_circles_are_found(files: Mapping[str, str], tmp_path: Path) -> None:
    """A circle is found in whichever way its modules name each other."""
    for name, code in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code, encoding="utf-8")
    assert set(files) == set(circle(modules(tmp_path)))


def test_comments_load_nothing(tmp_path: Path) -> None:
    """A module that a comment names isn't loaded by it; an address with two slashes is no comment."""
    (tmp_path / "a.js").write_text(
        '// "./a.js"\n/* "./a.js" */ const at = "https://a.example/"; import("./b.js")', encoding="utf-8"
    )
    (tmp_path / "b.js").touch()
    assert {"a.js": {"b.js"}, "b.js": set()} == modules(tmp_path)


def test_the_first_of_a_month_has_an_ordinal_number_in_french(browser: Any) -> None:
    """Days that scripts write are those that pages have: “1er décembre”, also where a span begins or ends."""
    script = (SCRIPTS / "dates.js").read_text(encoding="utf-8").replace("export ", "")
    spans = [
        ("2026-12-01", "2026-12-01"), ("2026-12-01", "2026-12-07"), ("2026-11-28", "2026-12-01"),
        ("2026-12-11", "2026-12-21"),
    ]  # fmt: skip
    in_words = """([language, spans]) => spans.map(([first, last]) => withOrdinal(
        new Intl.DateTimeFormat(language, { dateStyle: "long" }).formatRange(new Date(first), new Date(last)),
        language))"""
    page = browser.new_page(timezone_id="UTC")
    page.evaluate(f"() => {{ {script} window.withOrdinal = withOrdinal; }}")
    expected = [
        "1er décembre 2026", "1er–7 décembre 2026", "28 novembre – 1er décembre 2026", "11–21 décembre 2026",
    ]  # fmt: skip
    assert expected == page.evaluate(in_words, ["fr", spans])
    assert "December 1, 2026" == page.evaluate(in_words, ["en", spans[:1]])[0]
    page.close()
