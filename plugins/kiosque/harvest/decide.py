"""Pure data in, pure data out: what to add, change or drop of a feed's entries, and the reason for each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from kiosque.harvest.identify import content_digest, identities, new_slug
from kiosque.harvest.raw import Parsed, RawEntry
from kiosque.model import Entry, Feed, Record, Scope, Source, StoredEntry
from kiosque.text import clean_html, excerpt, folded, plain_text

_WORD = re.compile(r"\w+")


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


Slugs = Mapping[int, dict[str, int]]


def decide(
    source: Source,
    feed: Feed,
    parsed: Parsed,
    known: Mapping[str, StoredEntry],
    now: datetime,
    settled: Collection[str] = (),
) -> list[Decision]:
    """Decide about each entry of a feed as read; ``known`` are the source's entries by id.

    ``settled`` are the ids that another feed of the source has given in this round: the first one is believed,
    so that two feeds which word the same entry differently don't change it back and forth.
    """
    slugs = _slugs(known.values())
    decisions = []
    for identity, raw in zip(identities(parsed.entries, known), parsed.entries, strict=True):
        stored = known.get(identity)
        if reason := _reason_to_drop(identity, raw, feed):
            decisions.append(Decision(kind=Kind.DROP, reason=reason, title=raw.title))
        elif stored and identity in settled:
            reason = "another feed gives it too"
            decisions.append(Decision(kind=Kind.KEEP, reason=reason, title=raw.title, stored=stored))
        else:
            fresh = _entry(source, feed, parsed, raw, identity, now)
            decisions.append(_change(fresh, stored) if stored else _add(fresh, raw, slugs))
    return decisions


def _slugs(known: Iterable[StoredEntry]) -> Slugs:
    slugs: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for stored in known:
        slugs[stored.year][stored.entry.slug] = 2
    return slugs


def _add(fresh: Entry, raw: RawEntry, slugs: Slugs) -> Decision:
    year = fresh.moment.year
    entry = msgspec.structs.replace(fresh, slug=new_slug(raw, fresh.id, slugs[year]))
    return Decision(
        kind=Kind.ADD, reason="new", title=entry.title, stored=StoredEntry(year=year, entry=entry)
    )


def _change(fresh: Entry, stored: StoredEntry) -> Decision:
    """Correct a known entry in its place; its address, its first sight and its date stay where it is."""
    old = stored.entry
    published = fresh.published or old.published
    entry = msgspec.structs.replace(fresh, first_seen=old.first_seen, slug=old.slug, published=published)
    changed = [name for name in Entry.__struct_fields__ if getattr(entry, name) != getattr(old, name)]
    return Decision(
        kind=Kind.CHANGE if changed else Kind.KEEP,
        reason=", ".join(changed) or "the same",
        title=entry.title,
        stored=StoredEntry(year=stored.year, entry=entry),
    )


def _reason_to_drop(identity: str, raw: RawEntry, feed: Feed) -> str:
    """Return why an entry is left out, if it is: the feed repeats it, or an option of the feed says so."""
    if not identity:
        return "repeated"
    if not feed.only and not feed.except_:
        return ""
    tags = {folded(tag) for tag in raw.tags}
    text = _words(f"{raw.title} {plain_text(raw.html or raw.summary_html)}")
    if feed.only and not _mentions(feed.only, tags, text):
        return "only"
    return "except" if _mentions(feed.except_, tags, text) else ""


def _mentions(wanted: Iterable[str], tags: set[str], text: str) -> bool:
    return any(folded(one) in tags or _says(text, _words(one)) for one in wanted)


def _says(text: str, words: str) -> bool:
    return bool(words.strip()) and words in text


def _words(text: str) -> str:
    """Return the words of a text, parted and surrounded by single spaces, for finding some among them."""
    return f" {' '.join(_WORD.findall(folded(text)))} "


def _entry(source: Source, feed: Feed, parsed: Parsed, raw: RawEntry, identity: str, now: datetime) -> Entry:
    """Return an entry as the agreement allows it to be stored; its slug is not known yet."""
    scope = source.agreement.scope
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
        language=raw.language or feed.language or parsed.language or source.language,
        format=raw.format,
        tags=_tags(raw.tags, feed.tags),
        summary="" if scope is Scope.LINK else excerpt(_summary(raw)),
        content=_content(raw, parsed, feed) if scope is Scope.FULL else "",
        image=raw.image,
        enclosures=raw.enclosures,
        season=raw.season,
        episode=raw.episode,
        locations=raw.locations,
        rights=raw.rights,
        digest=content_digest(raw),
    )


def _summary(raw: RawEntry) -> str:
    return plain_text(raw.summary_html) or plain_text(raw.html)


def _content(raw: RawEntry, parsed: Parsed, feed: Feed) -> str:
    return clean_html(raw.html, parsed.link or ("" if feed.is_file else feed.url))


def _tags(own: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *added)))
