"""The table of the parts of the site. Each is a pure function ``outputs(hub)`` that yields its pages."""

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

# The pages of entries. They are half of a hub, and most builds change hardly any of them.
LARGEST: Part = media.outputs

# Former addresses come last: if a former address is that of a page of today, the page of today wins.
LAST: Part = redirects.outputs
