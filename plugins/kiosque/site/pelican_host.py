"""The settings with which Pelican runs a build: the hub's, Kiosque's defaults, no writing by Pelican."""

from __future__ import annotations

import copy
import logging
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pelican.log import console
from pelican.settings import DEFAULT_CONFIG as _PELICAN
from pelican.settings import get_settings_from_file, read_settings

from kiosque.i18n import _
from kiosque.model import SettingsError
from kiosque.settings.pelicanconf import DEFAULTS, readable_errors, settings_file
from kiosque.wording.reasons import in_own_words

logger = logging.getLogger(__name__)

# Copied at import, before Pelican's readers add to it.
DEFAULT_CONFIG: dict[str, Any] = copy.deepcopy(_PELICAN)
# The settings by which Pelican writes files, all switched off: the publisher writes.
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


def names_in_file(file: Path) -> frozenset[str]:
    """Return the names of the settings in a file: the hub's own choice, even where it equals a default."""
    return frozenset(get_settings_from_file(str(file))) if file.is_file() else frozenset()


def add_defaults(settings: dict[str, Any], chosen: Collection[str] = ()) -> None:
    """Replace Pelican's defaults with Kiosque's, and switch Pelican's own writing off.

    The settings named in ``chosen`` are the hub's own and stay.
    """
    for name, value in DEFAULTS.items():
        if name not in chosen and settings.get(name) == DEFAULT_CONFIG.get(name):
            settings[name] = value
    settings.update(SWITCHED_OFF)


def hub_folder(path: Path) -> Path:
    """Return the hub's folder from Pelican's PATH, which is the hub's folder or its ``content``."""
    absolute = path.absolute()
    return absolute if (absolute / "content").is_dir() else absolute.parent


class _PelicanErrors(logging.Handler):
    """Prints an error of Pelican on the error output, marked as the words of another program."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line."""
        message = _("kiosque: {message}").format(message=in_own_words(record.getMessage()))
        sys.stderr.write(f"{message}\n")


def quiet_pelican() -> None:
    """Let Pelican tell errors only.

    It reports the articles of its own generators, which make none, and warns about feeds that it doesn't
    write. Kiosque has its own report.
    """
    console.quiet = True
    pelican_logger = logging.getLogger("pelican")
    pelican_logger.setLevel(logging.ERROR)
    if not any(isinstance(handler, _PelicanErrors) for handler in pelican_logger.handlers):
        pelican_logger.addHandler(_PelicanErrors())
        pelican_logger.propagate = False


def load_settings(root: Path, *, publish: bool = False) -> dict[str, Any]:
    """Return the settings of a hub for Pelican: those of its file, and Kiosque's defaults for all others.

    Raises SettingsError for a public build without publishconf.py.
    """
    quiet_pelican()
    file = settings_file(root, "publishconf.py" if publish else "pelicanconf.py")
    if publish and not file.is_file():
        raise SettingsError(_("publishconf.py is missing: write the settings of the published site there"))
    logger.debug("settings of %s: %s", root, file if file.is_file() else "defaults only, without a file")
    settings: dict[str, Any] = {**copy.deepcopy(DEFAULT_CONFIG), "OUTPUT_PATH": "output"}
    if file.is_file():
        with readable_errors(file):
            settings |= read_settings(str(file))
    add_defaults(settings, names_in_file(file))
    settings["PATH"] = str(root / "content")
    settings["OUTPUT_PATH"] = str((root / settings["OUTPUT_PATH"]).absolute())
    settings["THEME"] = DEFAULT_CONFIG["THEME"]
    settings["HUB_ROOT"] = str(root)
    return settings
