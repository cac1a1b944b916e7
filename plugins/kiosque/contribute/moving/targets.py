"""Exchanges the targets of links and pictures in a text. Pure."""

from __future__ import annotations

from collections.abc import Callable

from kiosque.contribute.check import markup_scan
from kiosque.contribute.check.markup_scan import Link

# In characters. The target of a tag of HTML stands behind the place of the tag.
_NEAR = 4000


def links_of(body: str, suffix: str) -> list[Link]:
    """Return the links and pictures of a text; ``suffix`` is that of its file."""
    reader = markup_scan.rst if suffix == ".rst" else markup_scan.markdown
    return reader(body).links


def with_targets(body: str, suffix: str, new_target: Callable[[Link], str]) -> str:
    """Return a text with other targets for its links; a link keeps the one that it has for an empty text."""
    lines = body.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    parts, end = [], 0
    # Several links may have one target, which a definition at the end of the text names.
    by_place = {starts[link.line - 1] + link.column - 1: link for link in links_of(body, suffix)}
    for place, link in sorted(by_place.items()):
        new = new_target(link)
        start = body.find(link.target, max(place, end), place + _NEAR) if new and link.target else -1
        if start >= 0:
            parts += [body[end:start], new]
            end = start + len(link.target)
    return "".join([*parts, body[end:]])
