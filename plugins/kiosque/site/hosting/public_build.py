"""The last stage of a public build: configuration that servers include, and compressed copies of texts."""

from __future__ import annotations

import logging
import time

from kiosque.model import Problem
from kiosque.settings.pelicanconf import HubSettings
from kiosque.settings.serving import TEXT_SUFFIXES
from kiosque.settings.targets import HostKind
from kiosque.site import hosting
from kiosque.site.hosting.rules import Rules
from kiosque.site.output import compressed, publisher
from kiosque.site.output.publisher import Published
from kiosque.site.render.theme import Theme

logger = logging.getLogger(__name__)


def _are_read(settings: HubSettings) -> bool:
    """Whether a target reads compressed copies. Most other hosts compress while they send.

    Object storage doesn't: there, the copy of a page takes its place.
    """
    return any(target.compressed or target.kind is HostKind.S3 for target in settings.targets.values())


def finish(settings: HubSettings, rules: Rules, published: Published, theme: Theme) -> list[Problem]:
    """Write the configuration that servers include, and compress changed files where a host reads the copies.

    Return the problems.
    """
    start = time.perf_counter()
    included = publisher.publish(
        lambda _previous: hosting.included_files(rules),
        settings.root / hosting.FOLDER,
        settings.cache,
        theme,
    )
    copies = publisher.publish(
        lambda _previous: (
            compressed.copies(settings.output, published.files, TEXT_SUFFIXES) if _are_read(settings) else ()
        ),
        settings.output,
        settings.cache,
        theme,
        share=compressed.SHARE,
        chunk=compressed.CHUNK,
    )
    seconds = time.perf_counter() - start
    logger.debug("server configuration and %d compressed copies in %.3f s", len(copies.files), seconds)
    return [*included.problems, *copies.problems]
