"""The files that run a hub on a schedule: workflows of forges and units of systemd.

Kiosque's own repository is a hub too, and has the same files.
"""

from __future__ import annotations

from pathlib import Path

from kiosque.settings.forge import ForgeKind

_FOLDER = Path(__file__).parent
FORGES: tuple[ForgeKind, ...] = ("github", "gitlab", "forgejo")
# The folders here, and where their files lie in a hub.
_PLACES = {
    "github/": ".github/workflows/",
    "forgejo/": ".forgejo/workflows/",
    "gitlab/": ".",
    "systemd/": "systemd/",
}


def files(forge: ForgeKind | None) -> dict[str, bytes]:
    """Return the workflows of a forge, if any, and units of systemd, by path from the hub's folder."""
    folders = ("systemd", *([forge] if forge else []))
    templates = [file for folder in folders for file in sorted((_FOLDER / folder).iterdir())]
    return {
        path: file.read_bytes()
        for file in templates
        if (path := place_in_hub(file.relative_to(_FOLDER).as_posix()))
    }


def place_in_hub(name: str) -> str:
    """Return where a file of this folder lies in a hub; empty for a file that doesn't run a hub."""
    for folder, place in _PLACES.items():
        if name.startswith(folder):
            return place + name.removeprefix(folder)
    return ""
