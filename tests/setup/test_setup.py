"""``kiosque setup``: a forge and the positions of communes, which a hub gets later."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import REPOSITORY, tree
from terminal import kiosque

from kiosque import i18n
from kiosque.settings import pelicanconf
from kiosque.settings.forge import repository_address
from kiosque.setup.commune_positions import FilledIn, fill_in
from kiosque.setup.connect_forge import first_push
from kiosque.setup.new_hub import Geography, write_hub
from setup.test_init import NOW, answers, api

__all__ = ["api"]
Write = Callable[[Mapping[str, object]], Path]
ADDRESS = "https://codeberg.org/us/hub"
GITHUB = {
    ".github/workflows/comment.yml",
    ".github/workflows/contribution.yml",
    ".github/workflows/refresh.yml",
}


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command where nobody can be asked."""
    environment = {
        **os.environ,
        "LANGUAGE": "en",
        "COLUMNS": "200",
        "GIT_CEILING_DIRECTORIES": str(root.parent),
    }
    return subprocess.run(
        kiosque("--hub", str(root), *words), capture_output=True, text=True, check=False, env=environment,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("written", [
    "https://codeberg.org/us/hub", "https://codeberg.org/us/hub.git", "codeberg.org/us/hub/",
    "git@codeberg.org:us/hub.git",
    "ssh://git@codeberg.org/us/hub.git",
])  # fmt: skip
def test_each_spelling_of_a_repository_is_one_address(written: str) -> None:
    """What a browser shows and what git shows are the same."""
    assert ADDRESS == repository_address(written)


@pytest.mark.parametrize("written", ["", "codeberg.org", "us/hub", "mailto:a@b.example"])
def test_other_texts_are_no_address_of_a_repository(written: str) -> None:
    """A host alone names no repository."""
    assert not repository_address(written).startswith("https://codeberg.org/us")


def test_a_hub_gets_its_forge_later(tmp_path: Path) -> None:
    """Settings and workflows are those of a hub that began with the repository; all else stays."""
    root, other = tmp_path / "hub", tmp_path / "other"
    write_hub(root, answers(), NOW)
    write_hub(other, answers(forge="forgejo", repository=ADDRESS), NOW)
    done = run(root, "setup", "forge", ADDRESS)
    assert 0 == done.returncode, done.stderr
    assert tree(other) == {
        p: data for p, data in tree(root).items() if not p.startswith((".cache", "__pycache__"))
    }
    expected = [
        "git init --initial-branch=main", "git add .", 'git commit -m "Our hub"',
        f"git remote add origin {ADDRESS}.git", "git push -u origin main",
    ]  # fmt: skip
    assert expected == [line.strip() for line in done.stdout.splitlines() if line.startswith("  git ")]


def test_a_workflow_of_ones_own_is_kept(tmp_path: Path) -> None:
    """A file that differs stays as it is, and the command says so."""
    root = tmp_path / "hub"
    write_hub(root, answers(), NOW)
    own = root / ".forgejo" / "workflows" / "refresh.yml"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    done = run(root, "setup", "forge", ADDRESS)
    assert ("mine", ".forgejo/workflows/refresh.yml has changes of your own, and stays as it is.\n") == (
        own.read_text(), done.stderr,
    )  # fmt: skip


def test_the_commands_that_are_done_are_left_out(tmp_path: Path) -> None:
    """A repository with another branch and a remote needs neither init nor remote."""
    for words in (
        ("init", "-q", "--initial-branch=trunk"),
        ("remote", "add", "origin", "git@codeberg.org:us/hub.git"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert ["git add .", 'git commit -m "Our hub"', "git branch -M main", "git push -u origin main"] == list(
        first_push(tmp_path, ADDRESS)
    )


def test_the_remote_of_git_is_the_repository(tmp_path: Path) -> None:
    """Without an address, that of the remote ``origin`` is taken."""
    root = tmp_path / "hub"
    write_hub(root, answers(), NOW)
    for words in (("init", "-q"), ("remote", "add", "origin", "git@github.com:us/hub.git")):
        subprocess.run(["git", *words], cwd=root, check=True)
    assert 0 == run(root, "setup", "forge").returncode
    forge = pelicanconf.load(root).site.forge
    assert forge and ("github", "https://github.com/us/hub") == (forge.kind, forge.repository)
    assert GITHUB <= set(tree(root))


def test_without_an_address_the_command_says_what_to_write(hub: Write) -> None:
    """A hub without a remote, where nobody can be asked, stays as it is."""
    done = run(hub({"pelicanconf.py": ""}), "setup", "forge")
    assert (2, True) == (
        done.returncode,
        "name the address of the repository, as https://codeberg.org/us/our-hub" in done.stderr,
    )  # fmt: skip


TERRITORY = """# Ours.
communes:
  - {code: "26113", name: Die}  # the town
  - code: "26113"
    name: Die
  - {code: "26001", name: Solaure en Diois, department: "26"}
"""
FILLED = """# Ours.
communes:
  - {code: "26113", name: Die, lat: 44.7519, lon: 5.3667}  # the town
  - code: "26113"
    lat: 44.7519
    lon: 5.3667
    name: Die
  - {code: "26001", name: Solaure en Diois, department: "26"}
"""


def test_positions_are_filled_in_and_all_else_stays(hub: Write, api: str) -> None:
    """Items on one line and on several get their position; a commune without one in the API stays without."""
    root = hub({"content/territory.yml": TERRITORY})
    result = fill_in(root, Geography(api))
    text = (root / "content" / "territory.yml").read_text()
    assert (FILLED, ["26113", "26113"], ["26001"]) == (
        text, [commune.code for commune in result.written], [commune.code for commune in result.missing],
    )  # fmt: skip


def test_a_territory_without_gaps_asks_nobody(hub: Write) -> None:
    """Where all communes have a position, the API isn't asked."""
    root = hub({"content/territory.yml": 'communes:\n  - {code: "26113", name: Die, lat: 44.7, lon: 5.4}\n'})
    assert FilledIn() == fill_in(root, Geography("http://127.0.0.1:9"))


def test_an_api_that_is_off_is_told_in_plain_words(hub: Write) -> None:
    """The command exits 1 and the file stays."""
    root = hub({"pelicanconf.py": "", "content/territory.yml": TERRITORY})
    done = run(root, "setup", "territory", "--geography", "http://127.0.0.1:9")
    assert (
        1,
        (
            "kiosque: the geography service of the State can't be reached (the connection is refused): "
            "try again later\n"
        ),
        TERRITORY,
    ) == (done.returncode, done.stderr, (root / "content" / "territory.yml").read_text())


def test_the_guide_has_the_commands_that_the_command_prints(tmp_path: Path) -> None:
    """docs/start.md leads from `git init` to the first push with the very lines of `kiosque setup forge`."""
    i18n.use("fr")
    try:
        lines = list(first_push(tmp_path, "https://codeberg.org/nous/notre-kiosque"))
    finally:
        i18n.use("en")
    guide = (REPOSITORY / "docs" / "start.md").read_text(encoding="utf-8")
    assert "```sh\n" + "\n".join(lines) + "\n```" in guide
    assert "kiosque setup forge https://codeberg.org/nous/notre-kiosque\n" in guide


@pytest.mark.parametrize("guide", sorted((REPOSITORY / "docs").glob("*.md")), ids=lambda file: file.name)
def test_guides_call_kiosque_in_one_way(guide: Path) -> None:
    """The environment is activated, which docs/start.md says once; only services name its folder."""
    text = guide.read_text(encoding="utf-8")
    assert ".venv/bin/kiosque" not in text
    assert (guide.name == "start.md") == (". .venv/bin/activate\n" in text)
