"""The additional files of a public build: configuration for web servers, and compressed copies of texts."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator

from kiosque import takedowns
from kiosque.model import Problem
from kiosque.site import hosting
from kiosque.site.hosting.rules import TEXT_SUFFIXES
from kiosque.site.hub.records import Hub
from kiosque.site.output import compressed, publisher
from kiosque.site.output.publisher import Published
from kiosque.site.output.wanted import Wanted
from kiosque.site.render.theme import Theme

logger = logging.getLogger(__name__)


class HostingFiles:
    """The files that web servers need of one build, besides the site itself."""

    def __init__(self, hub: Hub, theme: Theme) -> None:
        """Prepare for a build; ``wanted`` then collects what the configuration depends on."""
        self._hub = hub
        self._theme = theme
        self._paths = hosting.OutputPaths()
        self._rules = hosting.Rules(hub.site)

    def wanted(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Yield all outputs of the site, then the configuration that servers read in the output folder."""
        yield from self._paths.collect(outputs)
        settings = self._hub.settings
        # ``gather`` has reported the problems of this file already.
        loaded, _problems = takedowns.load(settings.root, settings.zone, settings.site.url)
        self._rules = hosting.rules(self._hub, loaded, self._paths)
        yield from hosting.site_files(self._rules, self._paths)

    def finish(self, published: Published) -> list[Problem]:
        """Write the configuration that servers include, and compress changed files; return the problems.

        It runs after the site is published.
        """
        settings = self._hub.settings
        start = time.perf_counter()
        included = publisher.publish(
            lambda _previous: hosting.included_files(self._rules),
            settings.root / hosting.FOLDER,
            settings.cache,
            self._theme,
        )
        copies = publisher.publish(
            lambda _previous: compressed.copies(settings.output, published.files, TEXT_SUFFIXES),
            settings.output,
            settings.cache,
            self._theme,
            share=compressed.SHARE,
            chunk=compressed.CHUNK,
        )
        logger.debug(
            "server configuration and %d compressed copies in %.3f s",
            len(copies.files),
            time.perf_counter() - start,
        )
        return [*included.problems, *copies.problems]
