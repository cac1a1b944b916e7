"""The Pelican plugin: one generator that publishes the hub, and Pelican's own writing switched off."""

from __future__ import annotations

from pathlib import Path

from pelican import Pelican, signals
from pelican.generators import Generator

from kiosque.i18n import asked_language, use
from kiosque.settings.pelicanconf import check
from kiosque.site import build, pelican_host


class HubGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Where Pelican hands over: nothing to do for its context, the whole site for its output."""

    def generate_output(self, _writer: object) -> None:
        """Publish the hub; the report is left among the settings for whoever runs Pelican."""
        root = Path(self.settings["HUB_ROOT"])
        self.settings[build.REPORT] = build.publish_hub(check(self.settings, root))


def _switch_off(pelican: Pelican) -> None:
    """Switch Pelican's own writing off, also where it runs on a hub's settings without ``kiosque build``."""
    if "HUB_ROOT" not in pelican.settings:
        root = pelican_host.hub_folder(Path(pelican.settings["PATH"]))
        pelican_host.fill(pelican.settings, pelican_host.written_names(root / "pelicanconf.py"))
        pelican.settings["HUB_ROOT"] = str(root)
    pelican.delete_outputdir = False


def _generators(_pelican: Pelican) -> type[Generator]:
    return HubGenerator


def register() -> None:
    """Connect to Pelican. Signals hold weak references: only functions of a module stay connected."""
    use(asked_language())
    signals.initialized.connect(_switch_off)
    signals.get_generators.connect(_generators)
