"""The style guide: the tokens of the hub's look, and a page for each component with its examples."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.model import Record
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Output, Page, page_path

_ADDRESS = "/charte/"


class Row(Record, frozen=True):
    """A component in the list."""

    link: Link
    description: str
    examples: int


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of tokens and components, and the page of each component, all without the site map."""
    rows = [
        Row(
            link=Link(name=component.name, address=f"{_ADDRESS}{component.name}/"),
            description=component.description,
            examples=len(component.examples),
        )
        for component in hub.components
    ]
    values = {"site": hub.site, "address": _ADDRESS, "title": "", "tokens": hub.tokens, "rows": rows}
    yield Page(page_path(_ADDRESS), "charte.html", values, listed=False)
    for component, row in zip(hub.components, rows, strict=True):
        values = {
            "site": hub.site,
            "address": row.link.address,
            "title": component.name,
            "component": component,
        }
        yield Page(page_path(row.link.address), "charte-component.html", values, listed=False)
