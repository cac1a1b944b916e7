"""Contributing without git: for each kind a form, a guide, a file to begin with and a schema; and what forms suggest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from kiosque.model import Record
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Link
from kiosque.site.output.wanted import Data, Output, Page, page_path
from kiosque.site.render.contribution_forms import ADDRESS, SLUG, FormKind, form_kinds

# Fewer can be chosen from than a hub has; those that are used most are the ones to use again.
_MOST_TAGS = 1000


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
        "article": [one.article.slug for one in hub.everything if one.article],
        "page": [page.record.slug for page in hub.pages],
        "source": [source.slug for source in hub.sources],
    }
    return {
        "communes": [[one.code, one.name, *one.former] for one in hub.territory.communes],
        "tags": sorted(group.link.name for group in most),
        "taken": {kind.name: sorted(taken.get(kind.name, [])) for kind in kinds},
    }


def _examples(hub: Hub) -> Mapping[str, Example]:
    """Return the file of each kind that shows most of its fields; the oldest, so that nothing new takes its place."""
    articles = [
        (p.article.path, p.link, p.html)
        for p in reversed(hub.articles)
        if p.article and p.article.image and p.article.commune and p.article.tags
    ]
    pages = [
        (text.record.path, Link(name=text.record.title, address=f"/{text.record.slug}/"), text.html)
        for text in hub.pages
        if text.record.summary and text.record.status == "published"
    ]
    sources = [
        (source.path, Link(name=source.name, address=f"/medias/{source.slug}/"), repr(source))
        for source in hub.sources
        if source.feeds and source.logo
    ]
    found = {"article": articles, "page": pages, "source": sources}
    written = {name: [one for one in some if one[0].endswith(".md")] for name, some in found.items()}
    return {
        name: Example(path=some[0][0], link=some[0][1], made_of=some[0][2])
        for name, some in written.items()
        if some
    }
