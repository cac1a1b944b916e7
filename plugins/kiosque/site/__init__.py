"""The site: a Pelican plugin that reads ``content/`` and ``archive/`` and never opens a socket."""

from __future__ import annotations


def register() -> None:
    """Connect to Pelican, which calls this for each name in ``PLUGINS``."""
    # Who imports a module of the site doesn't need Pelican, which loads slowly.
    from kiosque.site import plugin  # noqa: PLC0415

    plugin.register()
