"""What a build for the public does besides: configuration for its hosts, and compressed copies of what is text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosque import takedowns
from kiosque.model import Problem
from kiosque.site import hosting
from kiosque.site.hosting.rules import TEXTUAL
from kiosque.site.hub.hub import Hub
from kiosque.site.output import compressed, publisher
from kiosque.site.output.publisher import Published
from kiosque.site.output.wanted import Wanted
from kiosque.site.render.theme import Theme


class Hosted:
    """What hosts need of one build."""

    def __init__(self, hub: Hub, theme: Theme) -> None:
        """Note nothing yet."""
        self._hub = hub
        self._theme = theme
        self._noted = hosting.Noted()
        self._rules = hosting.Rules(hub.site)

    def wanted(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Pass the whole site on, then what hosts read in its folder."""
        yield from self._noted.passing(outputs)
        settings = self._hub.settings
        # What is wrong with them, gathering has said.
        down, _problems = takedowns.load(settings.root, settings.zone, settings.site.url)
        self._rules = hosting.rules(self._hub, down, self._noted)
        yield from hosting.inside(self._rules, self._noted)

    def finish(self, published: Published) -> list[Problem]:
        """Write what servers include, and compress what differs, once the site is there; return what went wrong."""
        settings = self._hub.settings
        beside = publisher.publish(
            lambda _standing: hosting.beside(self._rules),
            settings.root / hosting.FOLDER,
            settings.cache,
            self._theme,
        )
        copies = publisher.publish(
            lambda _standing: compressed.copies(settings.output, published.files, TEXTUAL),
            settings.output,
            settings.cache,
            self._theme,
            share=compressed.SHARE,
            chunk=compressed.CHUNK,
        )
        return [*beside.problems, *copies.problems]
