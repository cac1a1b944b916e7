"""What all tests share: a hub in a temporary folder, written from a dict, and the tree that a build
leaves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kiosque.archive.entries import write_source
from kiosque.content.kinds import KINDS
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind, Order
from kiosque.model import ContentItem, Entry, StoredEntry
from kiosque.site.build import BuildReport, build

NOW = "2026-03-15T08:00:00Z"
REPOSITORY = Path(__file__).parents[1]
Content = str | bytes | Sequence[Entry]


class Event(ContentItem, frozen=True, kw_only=True):
    """The record of a kind that only tests know."""

    date: datetime
    price: str = ""


EVENT = Kind(
    name="event",
    folder="agenda",
    address="/agenda/{slug}/",
    record=Event,
    label="Event",
    plural="Events",
    help="Something to go to.",
    body="What happens there.",
    mark="Event",
    title="title",
    date="date",
    order=Order.NEWEST,
    fields=(
        *KINDS["article"].fields[:2],
        Field("price", shape.LINE, "Price", "Free if it is.", ("prix",), example="5 €"),
    ),
)


def entry(source: str, name: str, published: str = "2026-01-10T18:30:00Z", **fields: Any) -> Entry:
    """Return an entry of a source; ``name`` makes its id, its slug and, unless given, its title."""
    moment = datetime.fromisoformat(published)
    values = {"title": f"Title of {name}", "url": f"https://{source}.example/{name}", **fields}
    return Entry(id=name, source=source, slug=name, first_seen=moment, published=moment, **values)


def write_tree(root: Path, files: Mapping[str, Content]) -> Path:
    """Write a hub; a path ``archive/<source>/<year>.jsonl`` holds the entries that it is given."""
    (root / "content").mkdir(parents=True, exist_ok=True)
    for path, what in files.items():
        if path.startswith("archive/") and not isinstance(what, str | bytes):
            _, source, year = path.removesuffix(".jsonl").split("/")
            stored = [StoredEntry(year=int(year), entry=one) for one in what]
            write_source(root / "archive", source, stored)
            continue
        assert isinstance(what, str | bytes)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(what.encode() if isinstance(what, str) else what)
    return root


def tree(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def built(root: Path, output: Path | None = None) -> BuildReport:
    """Build a hub at the moment that all tests share, without its search index, which has tests of its
    own.
    """
    return build(root, output=output, now=NOW, search=False)


def copy_of_demonstration(root: Path) -> Path:
    """Copy what makes the demonstration hub to a new folder, and return it; it takes the default theme."""
    root.mkdir(parents=True)
    for name in ("content", "archive", "demo"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "pelicanconf.py", root)
    return root


@pytest.fixture
def hub(tmp_path: Path) -> Callable[[Mapping[str, Content]], Path]:
    """Return a function that writes a hub from ``{path: content}`` and gives its folder."""
    return lambda files: write_tree(tmp_path / "hub", files)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for the tests of one module.

    While Playwright runs, nothing else in its thread can run an event loop: no longer than a module.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    from chromium import launched

    with launched(program) as browser:
        yield browser


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let what a browser does be tried once more: on a busy machine sound and network may come too late for
    it.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))
