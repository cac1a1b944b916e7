"""Pelican as the host of a build: its settings, with its own writing switched off."""

from __future__ import annotations

import copy
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pelican.settings import DEFAULT_CONFIG as _PELICAN
from pelican.settings import get_settings_from_file, read_settings

from kiosque.i18n import _
from kiosque.model import SettingsError
from kiosque.settings.pelicanconf import DEFAULTS, readable_errors, settings_file

# Taken before Pelican's readers add to it.
DEFAULT_CONFIG: dict[str, Any] = copy.deepcopy(_PELICAN)
# Pelican's own writing is switched off: the publisher writes.
SWITCHED_OFF: dict[str, Any] = {
    "ARTICLE_PATHS": [],
    "PAGE_PATHS": [],
    "STATIC_PATHS": [],
    "THEME_STATIC_PATHS": [],
    "TEMPLATE_PAGES": {},
    "DIRECT_TEMPLATES": [],
    "OUTPUT_SOURCES": False,
    "CACHE_CONTENT": False,
    "LOAD_CONTENT_CACHE": False,
    "DELETE_OUTPUT_DIRECTORY": False,
    "FEED_ATOM": None,
    "FEED_ALL_ATOM": None,
    "CATEGORY_FEED_ATOM": None,
    "TRANSLATION_FEED_ATOM": None,
    "AUTHOR_FEED_ATOM": None,
    "AUTHOR_FEED_RSS": None,
}


def written_names(file: Path) -> frozenset[str]:
    """Return the settings that a file names itself: Pelican's defaults beside them are no one's choice."""
    return frozenset(get_settings_from_file(str(file))) if file.is_file() else frozenset()


def fill(settings: dict[str, Any], written: Collection[str] = ()) -> None:
    """Put Kiosque's default wherever a hub left Pelican's, and switch Pelican's own writing off."""
    for name, value in DEFAULTS.items():
        if name not in written and settings.get(name) == DEFAULT_CONFIG.get(name):
            settings[name] = value
    settings.update(SWITCHED_OFF)


def hub_folder(path: Path) -> Path:
    """Return the hub's folder from Pelican's PATH: the folder that holds ``content``, or ``content`` itself."""
    absolute = path.absolute()
    return absolute if (absolute / "content").is_dir() else absolute.parent


def load_settings(root: Path, *, publish: bool = False) -> dict[str, Any]:
    """Return Pelican's settings of a hub: its file where it has one, Kiosque's defaults for all the rest."""
    file = settings_file(root, "publishconf.py" if publish else "pelicanconf.py")
    if publish and not file.is_file():
        raise SettingsError(_("publishconf.py is missing: write the settings of the published site there"))
    settings: dict[str, Any] = {**copy.deepcopy(DEFAULT_CONFIG), "OUTPUT_PATH": "output"}
    if file.is_file():
        with readable_errors(file):
            settings |= read_settings(str(file))
    fill(settings, written_names(file))
    settings["PATH"] = str(root / "content")
    settings["OUTPUT_PATH"] = str((root / settings["OUTPUT_PATH"]).absolute())
    settings["THEME"] = DEFAULT_CONFIG["THEME"]
    settings["HUB_ROOT"] = str(root)
    return settings
