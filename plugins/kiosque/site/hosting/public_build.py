"""The last stage of a public build: configuration that servers include, and compressed copies of texts."""

from __future__ import annotations

import logging
import time

from kiosque.model import Problem
from kiosque.settings.pelicanconf import HubSettings
from kiosque.settings.serving import TEXT_SUFFIXES
from kiosque.site import hosting
from kiosque.site.hosting.rules import Rules
from kiosque.site.output import compressed, publisher
from kiosque.site.output.publisher import Published
from kiosque.site.render.theme import Theme

logger = logging.getLogger(__name__)


def finish(settings: HubSettings, rules: Rules, published: Published, theme: Theme) -> list[Problem]:
    """Write the configuration that servers include, and compress changed files; return the problems."""
    start = time.perf_counter()
    included = publisher.publish(
        lambda _previous: hosting.included_files(rules),
        settings.root / hosting.FOLDER,
        settings.cache,
        theme,
    )
    copies = publisher.publish(
        lambda _previous: compressed.copies(settings.output, published.files, TEXT_SUFFIXES),
        settings.output,
        settings.cache,
        theme,
        share=compressed.SHARE,
        chunk=compressed.CHUNK,
    )
    seconds = time.perf_counter() - start
    logger.debug("server configuration and %d compressed copies in %.3f s", len(copies.files), seconds)
    return [*included.problems, *copies.problems]
