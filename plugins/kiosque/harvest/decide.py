"""Pure data in, pure data out: what to add, change or drop of a feed's entries, and the reason for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from kiosque.harvest.identify import content_digest, identities, new_slug
from kiosque.harvest.raw import Parsed, RawEntry
from kiosque.model import Entry, Feed, Record, Scope, Source, StoredEntry
from kiosque.text import clean_html, excerpt, folded, plain_text


class Kind(StrEnum):
    """What to do with an entry."""

    ADD = "add"
    CHANGE = "change"
    KEEP = "keep"
    DROP = "drop"


class Decision(Record, frozen=True):
    """What to do with one entry of a feed, and why."""

    kind: Kind
    reason: str
    title: str
    stored: StoredEntry | None = None


def decide(
    source: Source, feed: Feed, parsed: Parsed, known: Mapping[str, StoredEntry], now: datetime
) -> list[Decision]:
    """Decide about each entry of a feed as read; ``known`` are the source's entries by id."""
    taken: defaultdict[int, set[str]] = defaultdict(set)
    for stored in known.values():
        taken[stored.year].add(stored.entry.slug)
    base = parsed.link or ("" if feed.is_file else feed.url)
    decisions = []
    for identity, raw in zip(identities(parsed.entries), parsed.entries, strict=True):
        if not identity:
            decisions.append(Decision(kind=Kind.DROP, reason="repeated", title=raw.title))
        elif reason := _unwanted(raw, feed):
            decisions.append(Decision(kind=Kind.DROP, reason=reason, title=raw.title))
        else:
            language = raw.language or feed.language or parsed.language or source.language
            fresh = _entry(source, feed, raw, identity, base, language, now)
            decisions.append(_compare(fresh, raw, known.get(identity), taken, now))
    return decisions


def _compare(
    fresh: Entry, raw: RawEntry, stored: StoredEntry | None, taken: Mapping[int, set[str]], now: datetime
) -> Decision:
    if stored is None:
        year = (fresh.published or now).year
        entry = msgspec.structs.replace(fresh, slug=new_slug(raw, fresh.id, taken[year]))
        return Decision(
            kind=Kind.ADD, reason="new", title=entry.title, stored=StoredEntry(year=year, entry=entry)
        )
    old = stored.entry
    entry = msgspec.structs.replace(fresh, first_seen=old.first_seen, slug=old.slug)
    if entry == old:
        return Decision(kind=Kind.KEEP, reason="the same", title=old.title, stored=stored)
    changed = [name for name in Entry.__struct_fields__ if getattr(entry, name) != getattr(old, name)]
    return Decision(
        kind=Kind.CHANGE,
        reason=", ".join(changed),
        title=entry.title,
        stored=StoredEntry(year=stored.year, entry=entry),
    )


def _unwanted(raw: RawEntry, feed: Feed) -> str:
    """Return the option of the feed that leaves an entry out, if one does."""
    if not feed.only and not feed.except_:
        return ""
    tags = {folded(tag) for tag in raw.tags}
    text = f" {folded(raw.title)} {folded(plain_text(raw.html or raw.summary_html))} "
    if feed.only and not _mentions(feed.only, tags, text):
        return "only"
    return "except" if _mentions(feed.except_, tags, text) else ""


def _mentions(words: Iterable[str], tags: set[str], text: str) -> bool:
    return any(folded(word) in tags or f" {folded(word)} " in text for word in words)


def _entry(
    source: Source, feed: Feed, raw: RawEntry, identity: str, base: str, language: str, now: datetime
) -> Entry:
    """Return an entry as the agreement allows it to be stored; its slug is not known yet."""
    scope = source.agreement.scope
    clean = clean_html(raw.html, base)
    text = plain_text(raw.summary_html) or plain_text(clean)
    return Entry(
        id=identity,
        source=source.slug,
        slug="",
        first_seen=now,
        url=raw.url,
        title=raw.title,
        authors=raw.authors,
        people=raw.people,
        published=raw.published,
        updated=raw.updated if raw.updated != raw.published else None,
        language=language,
        format=raw.format,
        tags=_tags(raw.tags, feed.tags),
        summary="" if scope is Scope.LINK else excerpt(text),
        content=clean if scope is Scope.FULL else "",
        image=raw.image,
        enclosures=raw.enclosures,
        season=raw.season,
        episode=raw.episode,
        locations=raw.locations,
        rights=raw.rights,
        digest=content_digest(raw),
    )


def _tags(own: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *added)))
