"""The parts of the site: each is a pure function ``outputs(hub)`` from the hub to the pages that it wants."""

from collections.abc import Callable, Iterator

from kiosque.site.hub import Hub
from kiosque.site.output import Output
from kiosque.site.parts import (
    accessibility,
    articles,
    chapters,
    charte,
    contributing,
    data,
    follow,
    formats,
    health,
    home,
    listening,
    media,
    offline,
    pages,
    people,
    places,
    privacy,
    search,
    stream,
    tags,
    takedowns,
    themes,
)

Part = Callable[[Hub], Iterator[Output]]

PARTS: tuple[Part, ...] = (
    home.outputs,
    stream.outputs,
    articles.outputs,
    chapters.outputs,
    formats.outputs,
    themes.outputs,
    tags.outputs,
    places.outputs,
    people.outputs,
    pages.outputs,
    accessibility.outputs,
    privacy.outputs,
    offline.outputs,
    search.outputs,
    listening.outputs,
    data.outputs,
    follow.outputs,
    health.outputs,
    takedowns.outputs,
    charte.outputs,
    contributing.outputs,
)

# The pages of entries: half of a hub, of which hardly any differs after most builds.
LARGEST: Part = media.outputs
