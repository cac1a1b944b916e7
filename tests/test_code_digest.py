"""The digest of a module covers all code that the module imports, so that changed code renews caches."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kiosque.code_digest import closure, code_digest
from kiosque.harvest.store.source_archive import update_archive
from kiosque.site.gather import texts
from kiosque.site.hub import related
from kiosque.site.render import theme
from kiosque.site.search import indexing

PACKAGE = Path(__file__).parents[1] / "plugins" / "kiosque"
# The modules whose results are cached between runs.
CACHED_MODULES = [
    theme.__name__,
    texts.__name__,
    related.__name__,
    indexing.__name__,
    update_archive.__module__,
]


def file_of(name: str) -> Path | None:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def imported(name: str) -> set[str]:
    """Return the modules of Kiosque that a module imports, lazy imports included, by its syntax tree."""
    file = file_of(name)
    assert file is not None
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {full if file_of(full) else node.module for full in names}
    return {full for full in found if full.split(".")[0] == "kiosque"}


def reached(name: str) -> set[str]:
    """Return a module and all modules that it imports, directly or through others."""
    found, waiting = set(), {name}
    while waiting:
        module = waiting.pop()
        found.add(module)
        waiting |= imported(module) - found
    return found


@pytest.mark.parametrize("module", CACHED_MODULES)
def test_all_imported_modules_are_covered(module: str) -> None:
    """The digest covers each import that a syntax tree shows, however it is written."""
    covered, _libraries = closure(module)
    assert {file_of(name) for name in reached(module)} - set(covered) == set()


@pytest.mark.parametrize("module", CACHED_MODULES)
def test_all_loaded_modules_are_covered(module: str) -> None:
    """The digest covers each module that Python loads with this one, the packages above it included."""
    code = f"import sys, {module}; print(*(name for name in sys.modules if name.split('.')[0] == 'kiosque'))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    covered, _libraries = closure(module)
    assert {file_of(name) for name in loaded.split()} - set(covered) == set()


def test_digests_of_rendering_and_of_reading_cover_different_modules() -> None:
    """Rendering covers forges, reading covers the archive, both cover addresses, none covers fetching."""
    rendering = {file.name for file in closure(theme.__name__)[0]}
    reading = {file.name for file in closure(update_archive.__module__)[0]}
    assert {"addresses.py", "forge.py"} <= rendering
    assert {"addresses.py", "entries.py"} <= reading
    assert {"fetch.py", "harvest_round.py", "serve.py"}.isdisjoint(rendering | reading)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a package: ``maker`` imports ``room``, which imports ``other`` lazily, and ``room.helper``."""
    files = {
        "__init__.py": "",
        "maker.py": "def make():\n    from pack.room import (\n        helper,\n        Thing,\n    )\n",
        "other.py": "import json\n",
        "room/__init__.py": "from pack.room.thing import Thing\n\ndef lazy():\n    import pack.other\n",
        "room/helper.py": "import pack.room.deep as deep, msgspec.json\n",
        "room/deep.py": "",
        "room/thing.py": "class Thing: ...\n",
        "room/unused.py": "",
    }
    for name, text in files.items():
        path = tmp_path / "pack" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "pack"


def test_imports_are_followed_through_folders_and_functions(package: Path) -> None:
    """Lazy imports, several names in parentheses and dotted names count; an unused module doesn't."""
    files, libraries = closure("pack.maker", package)
    assert [file.relative_to(package).as_posix() for file in files] == [
        "__init__.py",
        "maker.py",
        "other.py",
        "room/__init__.py",
        "room/deep.py",
        "room/helper.py",
        "room/thing.py",
    ]
    assert libraries == {"msgspec"}


def test_lazy_imports_of_a_parent_package_do_not_count(package: Path) -> None:
    """Python loads the package above a module, but nobody calls its functions."""
    files, _libraries = closure("pack.room.helper", package)
    assert "other.py" not in [file.name for file in files]


def test_a_digest_lasts_as_long_as_the_code() -> None:
    """Two calls give the same digest; another module or another library gives another."""
    first = code_digest(theme.__name__)
    assert first == code_digest(theme.__name__)
    assert (
        len(
            {
                first,
                code_digest(update_archive.__module__),
                code_digest(theme.__name__, "pelican", "filelock"),
            }
        )
        == 3
    )
