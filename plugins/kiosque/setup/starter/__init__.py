"""Files that a hub needs to run by itself, as they are written into it: workflows of forges, units of systemd.

Kiosque's own repository is a hub, and has the same files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosque.settings.forge import Kind

_FOLDER = Path(__file__).parent
_SYSTEMD = {
    "systemd/kiosque@.service": "systemd/kiosque@.service",
    "systemd/kiosque@.timer": "systemd/kiosque@.timer",
}
_FORGEJO = {
    ".forgejo/workflows/contribution.yml": "forgejo/contribution.yml",
    ".forgejo/workflows/refresh.yml": "forgejo/refresh.yml",
}
_GITHUB = {
    ".github/workflows/contribution.yml": "github/contribution.yml",
    ".github/workflows/comment.yml": "github/comment.yml",
    ".github/workflows/refresh.yml": "github/refresh.yml",
}
_FILES: Mapping[Kind, Mapping[str, str]] = {
    "github": _GITHUB,
    "gitlab": {".gitlab-ci.yml": "gitlab/gitlab-ci.yml"},
    "forgejo": _FORGEJO,
}


def files(forge: Kind | None) -> dict[str, bytes]:
    """Return what a hub gets, by path from its folder: the workflows of its forge, if it has one, and units of systemd."""
    chosen = {**(_FILES[forge] if forge else {}), **_SYSTEMD}
    return {path: (_FOLDER / name).read_bytes() for path, name in chosen.items()}
