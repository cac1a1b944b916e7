"""Imports go one way: lower layers know nothing of higher ones, and the four halves never import each other."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "plugins" / "kiosque"
LAYERS = {
    "code_digest": 0,
    "i18n": 0,
    "markup": 0,
    "model": 0,
    "similarity": 0,
    "tracking": 0,
    "addresses": 2,
    "files": 1,
    "layout": 1,
    "text": 1,
    "captions": 2,
    "forge": 2,
    "schema": 2,
    "built": 2,
    "settings": 3,
    "targets": 2,
    "frontmatter": 2,
    "players": 2,
    "content": 3,
    "archive_format": 2,
    "archive": 3,
    "curation": 3,
    "opml": 3,
    "ledger": 3,
    "legal": 1,
    "lookup": 3,
    "companions": 3,
    "pictures": 3,
    "takedowns": 3,
    "visits": 3,
    "health": 4,
    "works": 4,
    "harvest": 5,
    "site": 5,
    "contribute": 5,
    "publish": 5,
    "cli": 6,
}
PARALLEL = {"harvest", "site", "contribute", "publish"}
# What a new hub begins with is text, not modules of Kiosque.
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "starter/hub" not in path.as_posix()]


def imported(module: Path) -> set[str]:
    """Return the dotted names of Kiosque that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kiosque":
            inner = node.module == "kiosque"
            found |= {f"kiosque.{name.name}" for name in node.names} if inner else {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("kiosque.")}
    return found


def place(dotted: str) -> str:
    return dotted.split(".")[1]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_the_layers_only(module: Path) -> None:
    """A module imports its own folder or lower layers."""
    parts = module.relative_to(PACKAGE).with_suffix("").parts
    own = parts[0]
    others = {place(name) for name in imported(module) if place(name) in LAYERS} - {own}
    if own in LAYERS:
        assert {name for name in others if LAYERS[name] > LAYERS[own]} == set()
        assert own not in PARALLEL or others & PARALLEL == set()


def test_parts_of_the_site_never_import_each_other() -> None:
    """A part knows the hub and its lists, not the other parts."""
    parts = PACKAGE / "site" / "parts"
    found = {
        module.name: {name for name in imported(module) if name.startswith("kiosque.site.parts")}
        for module in parts.glob("*.py")
        if module.name != "__init__.py"
    }
    assert {name: set() for name in found} == found


def test_only_harvest_and_publish_open_connections() -> None:
    """No module of the site imports a client of the network."""
    clients = ("aiohttp", "requests", "urllib.request", "http.client", "socket")
    for module in (PACKAGE / "site").rglob("*.py"):
        tree = ast.parse(module.read_text())
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert names.isdisjoint(clients), module


def test_feedparser_has_one_importer() -> None:
    """Only harvest/read/parse.py knows feedparser."""
    users = {
        path.relative_to(PACKAGE).as_posix() for path in MODULES if "import feedparser" in path.read_text()
    }
    assert {"harvest/read/parse.py"} == users
