"""The files that run a hub on a schedule: workflows of forges and units of systemd.

Kiosque's own repository is a hub too, and has the same files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosque.settings.forge import ForgeKind

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
_FILES: Mapping[ForgeKind, Mapping[str, str]] = {
    "github": _GITHUB,
    "gitlab": {".gitlab-ci.yml": "gitlab/gitlab-ci.yml"},
    "forgejo": _FORGEJO,
}


def files(forge: ForgeKind | None) -> dict[str, bytes]:
    """Return the workflows of a forge, if any, and units of systemd, by path from the hub's folder."""
    templates = {**(_FILES[forge] if forge else {}), **_SYSTEMD}
    return {path: (_FOLDER / name).read_bytes() for path, name in templates.items()}
