"""The parts of the site: each is a pure function ``outputs(hub)`` from the hub to the pages that it wants."""

from collections.abc import Callable, Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output
from kiosque.site.pages import articles, dossiers, home, hub_pages, kinds, media, redirects
from kiosque.site.pages.lists import authors, communes, formats, stream, tags, themes
from kiosque.site.pages.notices import accessibility, health, privacy, style_guide, takedowns
from kiosque.site.pages.services import chapters, contributing, follow, listening, offline, open_data, search

Part = Callable[[Hub], Iterator[Output]]

PARTS: tuple[Part, ...] = (
    home.outputs,
    stream.outputs,
    articles.outputs,
    dossiers.outputs,
    kinds.outputs,
    chapters.outputs,
    formats.outputs,
    themes.outputs,
    tags.outputs,
    communes.outputs,
    authors.outputs,
    hub_pages.outputs,
    accessibility.outputs,
    privacy.outputs,
    offline.outputs,
    search.outputs,
    listening.outputs,
    open_data.outputs,
    follow.outputs,
    health.outputs,
    takedowns.outputs,
    style_guide.outputs,
    contributing.outputs,
)

# The pages of entries: half of a hub, of which hardly any differs after most builds.
LARGEST: Part = media.outputs

# Former addresses come after all others: where one is an address of today, the page of today wins.
LAST: Part = redirects.outputs
