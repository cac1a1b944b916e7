"""Connects a hub with the repository of a forge: settings, workflows, and the commands of git that follow."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from kiosque.files import replace_file
from kiosque.i18n import _
from kiosque.model import Record
from kiosque.settings.forge import FORGE_KINDS
from kiosque.setup import starter
from kiosque.setup.settings_lines import set_texts

_BRANCH = "main"


class Connected(Record, frozen=True):
    """The files that were written, and those that were there in another form and were left as they are."""

    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def connect_forge(root: Path, repository: str, forge: str) -> Connected:
    """Write the address of a repository into the settings, and the workflows of its forge.

    ``forge`` is one of ``FORGE_KINDS``. Raises SettingsError and writes no workflow where the settings
    can't be changed.
    """
    has_changed = set_texts(root / "pelicanconf.py", {"REPOSITORY": repository, "FORGE": forge})
    written, kept = ["pelicanconf.py"] if has_changed else [], []
    for path, data in starter.files(FORGE_KINDS[forge]).items():
        file = root / path
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, data)
            written.append(path)
        elif file.read_bytes() != data:
            kept.append(path)
    return Connected(written=tuple(written), kept=tuple(kept))


def is_repository(root: Path) -> bool:
    """Whether a hub lies in a repository of git."""
    return bool(_git(root, "rev-parse", "--show-toplevel"))


def remote_of(root: Path) -> str:
    """Return the address of the remote ``origin`` of a hub's repository; empty without one."""
    return _git(root, "remote", "get-url", "origin")


def first_push(root: Path, repository: str) -> Iterator[str]:
    """Yield the commands that bring a hub to its forge for the first time, without those already done."""
    has_own = _git(root, "rev-parse", "--show-toplevel") == str(root.resolve())
    if not has_own:
        yield f"git init --initial-branch={_BRANCH}"
    yield "git add ."
    message = _("Our hub")
    yield f'git commit -m "{message}"'
    branch = _git(root, "symbolic-ref", "--short", "HEAD") if has_own else _BRANCH
    if branch != _BRANCH:
        yield f"git branch -M {_BRANCH}"
    if not (has_own and remote_of(root)):
        yield f"git remote add origin {repository}.git"
    yield f"git push -u origin {_BRANCH}"


def _git(root: Path, *arguments: str) -> str:
    """Return what git prints; empty where it fails or isn't installed."""
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments of our own
            ["git", *arguments],  # noqa: S607 - the program is found by its name, as everywhere
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
