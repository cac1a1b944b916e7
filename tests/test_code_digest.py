"""What is kept is made again when the code that made it changes: its digest covers all that the code reaches."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kiosque.code_digest import closure, code_digest
from kiosque.harvest.store.source_archive import update_archive
from kiosque.site.hub import related, texts
from kiosque.site.render import theme
from kiosque.site.search import indexing

PACKAGE = Path(__file__).parents[1] / "plugins" / "kiosque"
# Each module whose results are kept from one run to the next.
MAKERS = [theme.__name__, texts.__name__, related.__name__, indexing.__name__, update_archive.__module__]


def file_of(name: str) -> Path | None:
    path = PACKAGE.joinpath(*name.split(".")[1:])
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file()), None)


def imported(name: str) -> set[str]:
    """Return the modules of Kiosque that one imports anywhere, as a syntax tree tells."""
    file = file_of(name)
    assert file is not None
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {one if file_of(one) else node.module for one in names}
    return {one for one in found if one.split(".")[0] == "kiosque"}


def reached(name: str) -> set[str]:
    """Return all modules that one reaches by imports, itself included."""
    found, waiting = set(), {name}
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= imported(one) - found
    return found


@pytest.mark.parametrize("maker", MAKERS)
def test_all_modules_that_a_maker_reaches_are_counted(maker: str) -> None:
    """No import is missed, however it is written."""
    counted, _libraries = closure(maker)
    assert {file_of(name) for name in reached(maker)} - set(counted) == set()


@pytest.mark.parametrize("maker", MAKERS)
def test_all_modules_that_a_maker_loads_are_counted(maker: str) -> None:
    """What Python really loads is counted too, packages on the way included."""
    code = f"import sys, {maker}; print(*(name for name in sys.modules if name.split('.')[0] == 'kiosque'))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    counted, _libraries = closure(maker)
    assert {file_of(name) for name in loaded.split()} - set(counted) == set()


def test_what_renders_and_what_reads_is_told_apart() -> None:
    """Fetching is part of neither; addresses are part of both."""
    rendering = {file.name for file in closure(theme.__name__)[0]}
    reading = {file.name for file in closure(update_archive.__module__)[0]}
    assert {"addresses.py", "forge.py"} <= rendering
    assert {"addresses.py", "entries.py"} <= reading
    assert {"fetch.py", "harvest_round.py", "serve.py"}.isdisjoint(rendering | reading)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package in which ``maker`` reaches ``deep`` by a lazy import through a folder, and ``other`` not at all."""
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
    """Lazy imports, several names in parentheses and dotted names all count; what nobody imports doesn't."""
    files, libraries = closure("pack.maker", package)
    assert [file.relative_to(package).as_posix() for file in files] == [
        "__init__.py", "maker.py", "other.py", "room/__init__.py", "room/deep.py", "room/helper.py", "room/thing.py",
    ]  # fmt: skip
    assert libraries == {"msgspec"}


def test_functions_of_a_folder_that_is_passed_through_are_not_followed(package: Path) -> None:
    """A module's own folder is loaded, but nobody calls what it offers."""
    files, _libraries = closure("pack.room.helper", package)
    assert "other.py" not in [file.name for file in files]


def test_a_digest_lasts_as_long_as_the_code() -> None:
    """Asked twice it is the same; another module, or another library, has another."""
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
