"""A hub runs the Kiosque that it was made with: each way of installing, for real, in fresh environments."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import tree

from kiosque import DISTRIBUTION
from kiosque.setup.distribution.wheel import Wheel, read_wheel

from .installing import Environment, Index, other_version, versions_found

# They install packages from an index: minutes rather than seconds.
pytestmark = pytest.mark.outside
OPTIONS = (
    "--yes",
    "--name",
    "Le kiosque",
    "--communes",
    "26113 Die",
    "--repository",
    "https://github.com/us/hub",
)


@pytest.fixture
def started(index: Index, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that installs Kiosque by the words given to pip, and starts a hub with it."""

    def start(*words: str) -> Path:
        tools = Environment(tmp_path / "tools", index, with_libraries=True)
        tools.pip("install", "--ignore-installed", "--no-deps", *words, cwd=tmp_path)
        tools.kiosque("init", "hub", *OPTIONS, cwd=tmp_path)
        return tmp_path / "hub"

    return start


def installed(hub: Path, index: Index) -> Environment:
    """Return the environment of a hub, installed as its README says."""
    environment = Environment(hub / ".venv", index, with_libraries=False)
    environment.pip("install", "--require-hashes", "-r", "requirements.txt", cwd=hub)
    return environment


def git_commit(checkout: Path) -> str:
    """Commit once more; return the commit."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@hub.example"]
    subprocess.run(
        [*git, "commit", "--quiet", "--allow-empty", "--message", "more"], cwd=checkout, check=True
    )
    return head_of(checkout)


def head_of(checkout: Path) -> str:
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.strip()


def asked_in(hub: Path) -> tuple[list[str], list[str]]:
    """Return what a hub's requirements say of Kiosque, and the wheels in the hub."""
    lines = (hub / "requirements.txt").read_text().splitlines()
    own = [line for line in lines if DISTRIBUTION in line or line.startswith("--")]
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{DISTRIBUTION}=="))
    return [*own, lines[place + 1].strip()], sorted(path.name for path in hub.glob("paquets/*"))


def check_it_works(hub: Path, index: Index) -> None:
    """Install a hub, and assert that its commands work with the very Kiosque that it asks for."""
    environment = installed(hub, index)
    for words in (("harvest",), ("check",), ("build", "--no-search")):
        environment.kiosque(*words, cwd=hub)
    assert [] == versions_found(environment.kiosque("doctor", "--json", cwd=hub, check=False))
    python = str(hub / ".venv" / "bin" / "python")
    place = environment.run(python, "-c", "import kiosque; print(kiosque.__file__)", cwd=hub)
    assert (True, True) == (place.startswith(str(hub / ".venv")), (hub / "output" / "index.html").is_file())


def test_from_an_index_a_hub_pins_name_version_and_hash(
    started: Callable[..., Path], index: Index, wheel: Wheel
) -> None:
    """Nothing of Kiosque lies in the hub; the same bytes come from the index."""
    hub = started(f"{DISTRIBUTION}==0.1.0")
    expected = ["--require-hashes", f"{DISTRIBUTION}==0.1.0 \\", f"--hash=sha256:{wheel.sha256}"]
    assert (expected, []) == asked_in(hub)
    check_it_works(hub, index)


def test_from_a_repository_a_hub_names_address_and_commit(
    started: Callable[..., Path], index: Index, checkout: Path
) -> None:
    """The wheel of that commit lies in the hub, and its version says so."""
    address = f"git+{checkout.as_uri()}"
    hub = started(address)
    commit = head_of(checkout)
    version = f"0.1.0+g{commit[:12]}"
    (asked, wheels) = asked_in(hub)
    assert [
        "--require-hashes", "--find-links paquets", f"# {DISTRIBUTION} @ {address}@{commit}",
        f"{DISTRIBUTION}=={version} \\",
    ] == asked[:-1]  # fmt: skip
    assert [f"kiosque_hub-{version}-py3-none-any.whl"] == wheels
    check_it_works(hub, index)
    newer = git_commit(checkout)
    tools = Environment(hub.parent / "tools", index, with_libraries=True)
    planned = tools.kiosque("--hub", "hub", "upgrade", "--dry-run", cwd=hub.parent)
    assert f"Kiosque {version} → 0.1.0+g{newer[:12]}" == planned.splitlines()[0]
    named = ("upgrade", "--dry-run", f"{address}@{commit}")
    assert [
        f"Kiosque {version}",
        "Nothing was written: this is what kiosque upgrade would do.",
    ] == tools.kiosque("--hub", "hub", *named, cwd=hub.parent).splitlines()


def test_from_a_checkout_a_hub_gets_the_wheel_of_its_files(
    started: Callable[..., Path], index: Index, checkout: Path
) -> None:
    """Its version names the contents, so that another state of the checkout has another version."""
    hub = started("--no-build-isolation", "--editable", str(checkout))
    asked, wheels = asked_in(hub)
    version = re.fullmatch(rf"{DISTRIBUTION}==(0\.1\.0\+c[0-9a-f]{{12}}) \\", asked[2])
    assert version and [f"kiosque_hub-{version[1]}-py3-none-any.whl"] == wheels
    check_it_works(hub, index)
    tools = Environment(hub.parent / "tools", index, with_libraries=True)
    named = ("upgrade", "--dry-run", str(checkout))
    assert [
        f"Kiosque {version[1]}",
        "Nothing was written: this is what kiosque upgrade would do.",
    ] == tools.kiosque("--hub", "hub", *named, cwd=hub.parent).splitlines()


def test_from_a_wheel_a_hub_gets_that_wheel(
    started: Callable[..., Path], index: Index, wheel: Wheel, tmp_path: Path
) -> None:
    """Byte for byte, where it still lies there."""
    (tmp_path / wheel.filename).write_bytes(wheel.data)
    hub = started(str(tmp_path / wheel.filename))
    expected = [
        "--require-hashes",
        "--find-links paquets",
        f"{DISTRIBUTION}==0.1.0 \\",
        f"--hash=sha256:{wheel.sha256}",
    ]
    assert (expected, [wheel.filename]) == asked_in(hub)
    shutil.rmtree(index.folder / "simple" / DISTRIBUTION)
    check_it_works(hub, index)


def test_another_program_of_that_name_is_never_asked_for(
    started: Callable[..., Path], index: Index, wheel: Wheel, tmp_path: Path
) -> None:
    """Where the index has other files under this version, the hub gets the wheel of what runs."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / wheel.filename).write_bytes(wheel.data)
    stranger = other_version(
        wheel, "0.1.0", {"kiosque/__init__.py": (b"import logging", b"import os, logging")}
    )
    index.publish(stranger.filename, stranger.data)
    hub = started("--no-index", "--find-links", str(tmp_path / "mine"), DISTRIBUTION)
    asked, wheels = asked_in(hub)
    laid = read_wheel((hub / "paquets" / wheel.filename).read_bytes())
    assert ([wheel.filename], wheel.code()) == (wheels, laid.code())
    assert f"--hash=sha256:{laid.sha256}" == asked[-1]


def test_a_wheel_that_was_changed_since_is_not_installed(
    started: Callable[..., Path], index: Index, wheel: Wheel
) -> None:
    """An index that hands out other bytes under the same name is refused."""
    hub = started(DISTRIBUTION)
    stranger = other_version(
        wheel, "0.1.0", {"kiosque/__init__.py": (b"import logging", b"import os, logging")}
    )
    index.publish(stranger.filename, stranger.data)
    environment = Environment(hub / ".venv", index, with_libraries=False)
    words = ("install", "--require-hashes", "-r", "requirements.txt")
    printed = environment.pip(*words, cwd=hub, check=False)
    assert "THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE" in printed
    assert not (hub / ".venv" / "bin" / "kiosque").exists()


REFRESH = ".github/workflows/refresh.yml"


def test_a_hub_moves_to_another_version_and_keeps_what_people_changed(
    started: Callable[..., Path], index: Index, wheel: Wheel
) -> None:
    """Requirement, workflows and archive change; a dry run says so and writes nothing; own changes stay."""
    hub = started(DISTRIBUTION)
    environment = installed(hub, index)
    environment.kiosque("harvest", cwd=hub)
    mine = (hub / REFRESH).read_text().replace('"17 * * * *"', '"42 * * * *"')
    (hub / REFRESH).write_text(mine)
    newer = other_version(
        wheel,
        "0.2.0",
        {
            "kiosque/setup/starter/github/contribution.yml": (b"timeout-minutes: 15", b"timeout-minutes: 20"),
            "kiosque/archive/format.py": (b"UPGRADES: tuple[Upgrade, ...] = ()", b"UPGRADES = (Upgrade(),)"),
            "kiosque/archive/format.json": (b"1", b"2"),
        },
    )
    index.publish(newer.filename, newer.data)
    before = {path: data for path, data in tree(hub).items() if not path.startswith(".venv")}
    planned = environment.kiosque("upgrade", "--dry-run", cwd=hub)
    assert [
        "Kiosque 0.1.0 → 0.2.0",
        "  requirements.txt: changed",
        "  .github/workflows/contribution.yml: changed",
        "  the archive: from format 1 to format 2; the old one is kept beside it",
        f"  {REFRESH} stays as you changed it; here − is the new version's and + is yours:",
    ] == planned.splitlines()[:5]
    assert '    +    - cron: "42 * * * *"' in planned.splitlines()
    assert before == {path: data for path, data in tree(hub).items() if not path.startswith(".venv")}
    environment.kiosque("upgrade", cwd=hub)
    assert mine == (hub / REFRESH).read_text()
    assert "timeout-minutes: 20" in (hub / ".github/workflows/contribution.yml").read_text()
    assert ('{"format": 2}', True) == (
        (hub / "archive" / "format.json").read_text().strip(), (hub / "archive-format-1").is_dir(),
    )  # fmt: skip
    assert [] == versions_found(environment.kiosque("doctor", "--json", cwd=hub, check=False))
    assert f"{DISTRIBUTION}==0.2.0 \\" == asked_in(hub)[0][1]
    environment.kiosque("build", "--no-search", cwd=hub)
