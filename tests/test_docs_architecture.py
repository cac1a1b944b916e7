"""docs/architecture.md names only files that are there."""

from __future__ import annotations

import re

from conftest import REPOSITORY

DOCS = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
PACKAGE = REPOSITORY / "plugins" / "kiosque"


def test_every_module_that_it_names_is_there() -> None:
    """By its path from the package, or from the repository."""
    named = set(re.findall(r"`(\w[\w/]+(?:\.py|/))`", DOCS))
    modules = {name for name in named if name.endswith(".py") or (PACKAGE / name.split("/")[0]).is_dir()}
    missing = {name for name in modules if not (PACKAGE / name).exists() and not (REPOSITORY / name).exists()}
    assert (True, set()) == (len(modules) > 30, missing)


def test_no_paragraph_stands_twice() -> None:
    """Nor does a line of a table."""
    paragraphs = [part for part in DOCS.split("\n\n") if len(part) > 60]
    lines = [line for line in DOCS.splitlines() if line.startswith("| ") and "---" not in line]
    assert (len(paragraphs), len(lines)) == (len(set(paragraphs)), len(set(lines)))
