"""Imports go one way: between packages, between the rooms of a package, and in no circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "plugins" / "kiosque"
# Each row may import those above it, and what stands in its own row not at all.
PACKAGES = (
    ("code_digest", "i18n", "own_command", "timed_stage"),
    ("wording",),
    ("model",),
    ("files", "job_limits", "languages", "text"),
    ("cache_files", "urls"),
    ("html", "territory"),
    ("settings",),
    ("build_stamp", "content"),
    ("archive",),
    ("companions", "curation", "pictures", "takedowns"),
    ("health", "works"),
    ("contribute", "deploy", "harvest", "setup", "site"),
    ("cli",),
)
# The same between the rooms of a package.
ROOMS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "site": (
        ("output",),
        ("styleguide",),
        ("hub",),
        ("feeds", "gather"),
        ("render",),
        ("pages", "search"),
        ("hosting",),
        ("pelican_host",),
        ("build",),
        ("plugin", "serve"),
    ),
    "harvest": (
        ("dates",),
        ("net", "read", "time_limit"),
        ("store",),
        ("discover", "remote"),
        ("options", "workers"),
        ("older_pages", "source_report"),
        ("source_visit",),
        ("harvest_round",),
    ),
    "contribute": (
        ("check", "opml_reader"),
        ("curate", "field_answers", "moving", "new_file"),
        ("source_imports",),
    ),
    "contribute.moving": (
        ("old_address", "old_text", "site_folder", "targets", "template_tags"),
        ("arrangement", "old_site"),
        ("known_tools", "site_links", "site_texts", "writing"),
        ("wordpress_export",),
        ("importing",),
    ),
    "contribute.check": (
        ("changed", "markup_scan", "picture_metadata", "report"),
        ("rules",),
        ("reading",),
        ("context",),
        ("inspect",),
        ("mending",),
        ("checker", "annotations"),
        ("summary",),
    ),
}
# What a new hub begins with is text, not modules of Kiosque.
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "starter/hub" not in path.as_posix()]


def name_of(file: Path) -> str:
    """Return the name of a module below ``kiosque``; empty for the package itself."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


@cache
def imported(module: str) -> frozenset[str]:
    """Return the modules of Kiosque that one imports, lazily or for its types only included."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kiosque":
            names = [f"{node.module}.{alias.name}".removeprefix("kiosque.") for alias in node.names]
            origin = node.module.removeprefix("kiosque").lstrip(".")
            found |= {name if name in MODULES else origin for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("kiosque.") for alias in node.names if "kiosque." in alias.name}
    return frozenset(found - {module, ""})


def room(module: str, package: str) -> str:
    """Return the room of a module in a package: the part of its name that comes after it."""
    inner = module.removeprefix(f"{package}.") if package else module
    return inner.split(".")[0]


def arrows(package: str) -> Iterator[tuple[str, str, str]]:
    """Yield each import between two rooms of a package: the rooms, and the two modules in words."""
    start = f"{package}." if package else ""
    for module in MODULES:
        for other in imported(module):
            if module.startswith(start) and other.startswith(start):
                rooms = room(module, package), room(other, package)
                if rooms[0] != rooms[1] and rooms[0] not in {"", "__main__"}:
                    yield *rooms, f"{module} imports {other}"


@pytest.mark.parametrize("package", ["", *ROOMS])
def test_imports_go_up_the_table_only(package: str) -> None:
    """A room imports rooms of rows above its own, and every room that imports or is imported stands in the
    table.
    """
    rows = ROOMS[package] if package else PACKAGES
    levels = {name: level for level, row in enumerate(rows) for name in row}
    wrong = [
        words
        for one, other, words in arrows(package)
        if one in levels and other in levels and levels[one] <= levels[other]
    ]
    assert ([], set()) == (
        wrong,
        {name for *names, _words in arrows(package) for name in names} - set(levels),
    )


def test_no_module_imports_itself_by_way_of_others() -> None:
    """There is no circle, imports within functions and those for types counted."""
    done: set[str] = set()
    circles = []

    def visit(module: str, path: tuple[str, ...]) -> None:
        if module in path:
            circles.append(" → ".join((*path[path.index(module) :], module)))
        elif module not in done:
            for other in sorted(imported(module)):
                visit(other, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())
    assert [] == circles


def test_parts_of_the_site_never_import_each_other() -> None:
    """A part knows the hub and what all parts share, not the other parts; only the table of parts knows
    all.
    """
    shared = {"site.pages.frames", "site.pages.item_pages", "site.pages.listing", "site.pages.kinds"}
    parts = {
        module
        for module in MODULES
        if module.startswith("site.pages.") and "outputs" in MODULES[module].read_text()
    } - {"site.pages.part_table"}
    found = {module: sorted((imported(module) & parts) - shared - {module}) for module in parts}
    assert {module: [] for module in parts} == found


def test_only_harvest_deploy_and_setup_open_connections() -> None:
    """No other module imports a client of the network."""
    clients = ("aiohttp", "asyncssh", "ftplib", "http.client", "requests", "socket", "urllib.request")
    allowed = ("deploy", "harvest", "setup")
    for module, file in MODULES.items():
        tree = ast.parse(file.read_text())
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert module.split(".")[0] in allowed or names.isdisjoint(clients), module


def test_feedparser_has_one_importer() -> None:
    """Only harvest/read/parse.py knows feedparser."""
    users = {module for module, file in MODULES.items() if "import feedparser" in file.read_text()}
    assert {"harvest.read.parse"} == users


def test_a_folder_holds_a_dozen_modules_or_so() -> None:
    """Only the commands, one a module, are more than fourteen."""
    most = {"cli": 22}
    counts = {
        folder.relative_to(PACKAGE).as_posix(): len([*folder.glob("*.py")])
        for folder in {file.parent for file in FILES}
    }
    assert {} == {folder: count for folder, count in counts.items() if count > most.get(folder, 15)}
