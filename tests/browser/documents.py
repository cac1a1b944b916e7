"""The pages of a built hub as trees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import html
from pagetypes import addresses


def documents(output: Path) -> Iterator[tuple[str, Any]]:
    """Yield the address and the tree of each page, redirects left out."""
    for address in [*addresses(output), "/404.html"]:
        file = output / address[1:]
        yield address, html.parse(file / "index.html" if file.is_dir() else file).getroot()
