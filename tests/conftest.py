"""What all tests share: a hub in a temporary folder, written from a dict, and the tree that a build
leaves.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from asyncio import events
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import jinja2
import pytest
from filelock import FileLock

from kiosque import i18n
from kiosque.archive.entries import write_source
from kiosque.content.kinds import KINDS
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field
from kiosque.content.schema.kind import Kind, Order
from kiosque.model import ContentItem, Entry, StoredEntry
from kiosque.site.build import BuildReport, build

# No test is timed: a busy machine must not fail one.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

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


def copy_of_demonstration(root: Path, pictures: Path | None = None) -> Path:
    """Copy the sources of the demonstration hub to a new folder, and return it; it takes the default theme.

    ``pictures`` is a folder of pictures that another build of it has shrunk: six of eight seconds of a build.
    """
    root.mkdir(parents=True, exist_ok=True)
    for name in ("content", "archive", "demo"):
        shutil.copytree(REPOSITORY / name, root / name)
    shutil.copy(REPOSITORY / "pelicanconf.py", root)
    if pictures:
        shutil.copytree(pictures, root / ".cache" / "pictures")
    return root


def kiosque(hub: Path, *arguments: str) -> None:
    """Run the command as people do; a failure shows what it said."""
    command = [sys.executable, "-m", "kiosque", "--hub", str(hub), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C"}
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder that ``make`` fills. The first process to ask fills it; the others wait."""
    done = folder / ".done"
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(autouse=True)
def _english_messages() -> None:
    """Each test begins with messages in English: the language is one for the whole process."""
    i18n.use("en")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(shared: Path) -> Iterator[None]:
    """Let all hubs of a run keep their compiled templates in one folder: four fifths of the build of a small
    hub.

    Jinja looks at a template's source before it uses what it compiled; Kiosque puts a digest of the settings,
    the catalogues and the code into the names of the files.
    """
    folder = shared / "templates"
    folder.mkdir(exist_ok=True)
    begin = jinja2.FileSystemBytecodeCache.__init__

    def begin_in_shared_folder(cache: jinja2.FileSystemBytecodeCache, _folder: str, pattern: str) -> None:
        # Where there is none yet, a build compiles all templates in a child too, while it goes on itself.
        (folder / (pattern % "")).touch()
        begin(cache, str(folder), pattern)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.FileSystemBytecodeCache, "__init__", begin_in_shared_folder)
        yield


@pytest.fixture(scope="session")
def share_templates(shared: Path) -> Callable[[Path], None]:
    """Return a function that lets the commands run on a hub keep its compiled templates with those of all
    others.
    """

    def share(root: Path) -> None:
        (root / ".cache").mkdir(parents=True, exist_ok=True)
        (root / ".cache" / "templates").symlink_to(shared / "templates")

    return share


@pytest.fixture(scope="session")
def demonstration_hub(shared: Path) -> Path:
    """The demonstration hub, built by the command once a run, with its index of search. It is only to be
    read.
    """

    def make(root: Path) -> None:
        copy_of_demonstration(root)
        kiosque(root, "build", "--strict")

    return made_once(shared / "hub-demonstration", make)


@pytest.fixture(scope="session")
def demonstration_copy(demonstration_hub: Path) -> Callable[[Path], Path]:
    """Return a function that copies the demonstration hub, not built, to a new folder and returns it."""
    return lambda root: copy_of_demonstration(root, demonstration_hub / ".cache" / "pictures")


@pytest.fixture
def hub(tmp_path: Path) -> Callable[[Mapping[str, Content]], Path]:
    """Return a function that writes a hub from ``{path: content}`` and gives its folder."""
    return lambda files: write_tree(tmp_path / "hub", files)


# What tests use besides Python, by the names of the fixtures that start it or give the path of its program.
OUTSIDE = frozenset({"chromium", "firefox", "java", "node", "rig", "sshd", "web_server"})


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    return _program("chromium")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium, started once a process."""
    import patience
    from chromium import launched
    from playwright.sync_api import expect

    expect.set_options(timeout=patience.MILLISECONDS)
    with launched(chromium) as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox() -> str:
    """The path of Firefox."""
    return _program("firefox-esr")


@pytest.fixture(scope="session")
def java() -> str:
    """The path of Java."""
    return _program("java")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node."""
    return _program("node")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark each test that needs more than Python, so that ``make check`` can leave it out."""
    for item in items:
        if _names(item) & OUTSIDE:
            item.add_marker(pytest.mark.outside)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what lasts to the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()


def _names(item: pytest.Item) -> set[str]:
    """Return the names of all fixtures that a test needs, directly or not."""
    return set(getattr(item, "fixturenames", ()))


@contextmanager
def _no_loop_of_playwright(item: pytest.Item) -> Iterator[None]:
    """Hide Playwright's event loop from a test without a browser.

    The loop waits in a greenlet of this thread for as long as Chromium runs. Python would refuse to run
    another one.
    """
    if "browser" in _names(item):
        yield
        return
    loop = events._get_running_loop()
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(loop)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Set a test up as if Chromium did not run, unless it needs it."""
    with _no_loop_of_playwright(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run a test as if Chromium did not run, unless it needs it."""
    with _no_loop_of_playwright(item):
        return (yield)
