"""Pages for contributing without git: for each kind a form, a guide, a file to start from, and a schema.

``suggestions.json`` has the values that forms suggest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.page import PAGE
from kiosque.content.kinds.source import SOURCE
from kiosque.model import ContentItem, Entry, Record, Source, Status
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Data, Output, Page, page_path
from kiosque.site.render.contribution_forms import ADDRESS, SLUG, FormKind, form_kinds

# Forms suggest at most this many tags: those with the most publications.
_MOST_TAGS = 1000
# A file with these fields is a good example of its kind.
_EXAMPLE_FIELDS = {"commune", "feeds", "image", "logo", "summary", "tags"}


class Example(Record, frozen=True):
    """A file of the hub that serves as an example, with a link to its page.

    ``made_of`` changes when the file does: the guide that shows the file is then rendered again.
    """

    path: str
    link: Link
    made_of: str


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the pages and files of each kind, and the page that lists them unless the hub has its own."""
    kinds = form_kinds()
    examples = _examples(hub)
    for kind in kinds:
        values = {"site": hub.site, "kind": kind, "title": ""}
        yield Page(page_path(kind.address), "contribute.html", {**values, "address": kind.address})
        guide = f"{kind.address}guide/"
        guide_values = {"address": guide, "example": examples.get(kind.name)}
        yield Page(page_path(guide), "contribute-guide.html", {**values, **guide_values})
        for name in ("modele.md", "schema.json"):
            file_values = {"site": hub.site, "kind": kind}
            yield Page(f"{kind.address}{name}"[1:], f"contribute-{name}", file_values, listed=False)
    if all(page.record.slug != SLUG for page in hub.pages):
        values = {"site": hub.site, "address": ADDRESS, "title": "", "kinds": kinds}
        yield Page(page_path(ADDRESS), "contribute-index.html", values)
    yield Data(f"{ADDRESS}suggestions.json"[1:], msgspec.json.encode(_suggestions(hub, kinds)))


def _suggestions(hub: Hub, kinds: list[FormKind]) -> Mapping[str, object]:
    """Return what forms suggest or refuse: communes, tags, and the slugs that are taken, by kind.

    A commune is a list: its code, its name, its former names.
    """
    most_used = sorted(hub.tags, key=lambda group: -len(group.publications))[:_MOST_TAGS]
    taken = {
        PAGE.name: [page.record.slug for page in hub.pages],
        SOURCE.name: [source.slug for source in hub.sources],
    }
    for kind in kinds:
        taken.setdefault(kind.name, [item.slug for item in hub.items_of(kind.name)])
    return {
        "communes": [[commune.code, commune.name, *commune.former] for commune in hub.territory.communes],
        "tags": sorted(group.link.name for group in most_used),
        "taken": {kind.name: sorted(taken[kind.name]) for kind in kinds},
    }


def _examples(hub: Hub) -> Mapping[str, Example]:
    """Return an example file for each kind that has one."""
    examples = {name: _example(hub, kind) for name, kind in KINDS.items()}
    return {name: example for name, example in examples.items() if example}


def _example(hub: Hub, kind: Kind) -> Example | None:
    """Return the Markdown file with most of the fields of a good example; None if no file has half of them.

    Of several, it is the oldest: a new file seldom replaces it.
    """
    names = [field.attribute for field in kind.fields if field.name in _EXAMPLE_FIELDS]
    field_counts = {
        Example(path=record.path, link=link, made_of=made_of): sum(
            bool(getattr(record, name)) for name in names
        )
        for record, link, made_of in _records(hub, kind)
        if not record.path.lower().endswith(".rst")
    }
    best = max(field_counts, key=lambda example: field_counts[example], default=None)
    return best if best and 2 * field_counts[best] >= len(names) else None


def _records(hub: Hub, kind: Kind) -> Iterator[tuple[ContentItem | Source, Link, str]]:
    """Yield the public records of a kind, the oldest first: record, link to its page, ``Example.made_of``."""
    if kind is SOURCE:
        for source in hub.sources:
            yield source, Link(name=source.name, address=SOURCE.page(source.slug)), repr(source)
    elif kind is PAGE:
        for page in hub.pages:
            if page.record.status is Status.PUBLISHED:
                yield (
                    page.record,
                    Link(name=page.record.title, address=PAGE.page(page.record.slug)),
                    page.html,
                )
    else:
        for item in reversed(hub.items_of(kind.name)):
            if item.is_listed and not isinstance(item.record, Entry):
                yield item.record, item.link, item.html
