"""The Pelican plugin: a generator that publishes the hub; Pelican's own writing is switched off."""

from __future__ import annotations

import logging
from pathlib import Path

from pelican import Pelican, signals
from pelican.generators import Generator

from kiosque.i18n import asked_language, use
from kiosque.settings.pelicanconf import check
from kiosque.site import build, pelican_host

logger = logging.getLogger(__name__)


class HubGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """The generator through which Pelican runs the build of Kiosque."""

    def generate_output(self, _writer: object) -> None:
        """Publish the hub, and put the report into the settings, where ``build`` reads it."""
        root = Path(self.settings["HUB_ROOT"])
        self.settings[build.REPORT] = build.publish_hub(check(self.settings, root))


def _switch_off(pelican: Pelican) -> None:
    """Switch Pelican's own writing off, also where it runs on a hub's settings without ``kiosque build``."""
    if "HUB_ROOT" not in pelican.settings:
        root = pelican_host.hub_folder(Path(pelican.settings["PATH"]))
        logger.debug("Pelican was started without `kiosque build`, on the hub in %s", root)
        pelican_host.add_defaults(pelican.settings, pelican_host.names_in_file(root / "pelicanconf.py"))
        pelican.settings["HUB_ROOT"] = str(root)
    pelican.delete_outputdir = False


def _generators(_pelican: Pelican) -> type[Generator]:
    return HubGenerator


def register() -> None:
    """Connect the plugin to Pelican's signals."""
    # Signals hold weak references: only functions of a module stay connected.
    use(asked_language())
    signals.initialized.connect(_switch_off)
    signals.get_generators.connect(_generators)
