"""Contributing without git: for each kind a form, a guide, a file to begin with and a schema; and what forms suggest."""

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

# Fewer can be chosen from than a hub has; those that are used most are the ones to use again.
_MOST_TAGS = 1000
# A file that has these shows what its kind can do.
_TELLING = {"commune", "feeds", "image", "logo", "summary", "tags"}


class Example(Record, frozen=True):
    """A file of the hub that shows how one is written; its page, and what changes when it does."""

    path: str
    link: Link
    made_of: str


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the pages and files of each kind, and the page that lists them where no page of the hub does."""
    kinds = form_kinds()
    examples = _examples(hub)
    for kind in kinds:
        values = {"site": hub.site, "kind": kind, "title": ""}
        yield Page(page_path(kind.address), "contribute.html", {**values, "address": kind.address})
        guide = f"{kind.address}guide/"
        more = {"address": guide, "example": examples.get(kind.name)}
        yield Page(page_path(guide), "contribute-guide.html", {**values, **more})
        for name in ("modele.md", "schema.json"):
            made_of = {"site": hub.site, "kind": kind}
            yield Page(f"{kind.address}{name}"[1:], f"contribute-{name}", made_of, listed=False)
    if all(page.record.slug != SLUG for page in hub.pages):
        values = {"site": hub.site, "address": ADDRESS, "title": "", "kinds": kinds}
        yield Page(page_path(ADDRESS), "contribute-index.html", values)
    yield Data(f"{ADDRESS}suggestions.json"[1:], msgspec.json.encode(_suggestions(hub, kinds)))


def _suggestions(hub: Hub, kinds: list[FormKind]) -> Mapping[str, object]:
    """Return the communes (code, names, the present one first), tags, and addresses that are taken, by kind."""
    most = sorted(hub.tags, key=lambda group: -len(group.publications))[:_MOST_TAGS]
    taken = {
        PAGE.name: [page.record.slug for page in hub.pages],
        SOURCE.name: [source.slug for source in hub.sources],
    }
    for kind in kinds:
        taken.setdefault(kind.name, [item.slug for item in hub.items_of(kind.name)])
    return {
        "communes": [[one.code, one.name, *one.former] for one in hub.territory.communes],
        "tags": sorted(group.link.name for group in most),
        "taken": {kind.name: sorted(taken[kind.name]) for kind in kinds},
    }


def _examples(hub: Hub) -> Mapping[str, Example]:
    """Return a file of each kind that shows most of its fields, the oldest of several: news seldom takes its place."""
    found = {name: _example(hub, kind) for name, kind in KINDS.items()}
    return {name: example for name, example in found.items() if example}


def _example(hub: Hub, kind: Kind) -> Example | None:
    """Return the file in Markdown with most of the telling fields of a kind; none where no file has half of them."""
    names = [field.attribute for field in kind.fields if field.name in _TELLING]
    shown = {
        Example(path=record.path, link=link, made_of=made_of): sum(
            bool(getattr(record, name)) for name in names
        )
        for record, link, made_of in _written(hub, kind)
        if record.path.endswith(".md")
    }
    best = max(shown, key=lambda example: shown[example], default=None)
    return best if best and 2 * shown[best] >= len(names) else None


def _written(hub: Hub, kind: Kind) -> Iterator[tuple[ContentItem | Source, Link, str]]:
    """Yield the records of a kind, the oldest first, with a link to their page, and what changes when they do."""
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
