"""What installations share: the wheel of this checkout, and an index on loopback with all that it needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from filelock import FileLock

from kiosque.setup.distribution.wheel import Wheel, read_wheel

from .installing import Index, served


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheels of the locks of Kiosque and of its build."""
    top = tmp_path_factory.getbasetemp()
    top = top if top.parent.name.startswith("pytest-of-") else top.parent
    folder = top / "libraries"
    locks = [
        word for name in ("run", "build") for word in ("-r", str(REPOSITORY / "requirements" / f"{name}.txt"))
    ]
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            draft = top / "libraries.draft"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", *locks]
            subprocess.run([*command, "--dest", str(draft)], check=True, stderr=subprocess.DEVNULL)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a git repository that holds the files of this checkout."""
    folder = tmp_path_factory.mktemp("repository")
    command = [
        "git",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        ":!tests",
        ":!archive",
        ":!demo",
    ]
    names = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@hub.example"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    """Return the wheel of a release."""
    folder = tmp_path_factory.mktemp("release")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    return read_wheel(next(folder.glob("*.whl")).read_bytes())


@pytest.fixture
def index(libraries: Path, wheel: Wheel, tmp_path: Path) -> Iterator[Index]:
    """Yield an index on loopback that has Kiosque and all that it needs."""
    with served(tmp_path / "index") as index:
        for file in libraries.glob("*.whl"):
            index.lend(file)
        index.publish(wheel.filename, wheel.data)
        yield index
