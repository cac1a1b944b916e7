"""Pure data in, pure data out: what to add, change or drop of a feed's entries, and the reason for each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from kiosque.archive import entries
from kiosque.content.addresses import addresses_of
from kiosque.harvest.read.language import detected
from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.harvest.store.identify import content_digest, identities, new_slug
from kiosque.html.sanitizer import clean_html
from kiosque.model import Entry, Feed, Record, Scope, Source, StoredEntry
from kiosque.takedowns import Takedowns
from kiosque.text import excerpt, folded

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
# A feed that changes more than this share of at least so many entries rewrites them.
_MANY, _MOST = 5, 0.6
# A query in an address of a text or file: tokens and counters, which some servers make anew at each visit.
_QUERY = re.compile(rb'(https?://[^"\\\s<>?]*)\?[^"\\\s<>]*')


class Terms(Record, frozen=True):
    """What decides besides the feed itself.

    ``settled`` are the ids that another feed of the source has given in this round: the first one is believed, so that
    two feeds which word the same entry differently don't change it back and forth. With ``patient`` changes that come
    at each visit wait: the feed is one that rewrites its entries all the time, and had them kept a short while ago.
    """

    now: datetime
    takedowns: Takedowns = Takedowns()
    settled: frozenset[str] = frozenset()
    patient: bool = False


def decide(
    source: Source, feed: Feed, parsed: ParsedFeed, known: Mapping[str, StoredEntry], terms: Terms
) -> list[Decision]:
    """Decide about each entry of a feed as read; ``known`` are the source's entries by id."""
    slugs = _slugs(known.values())
    decisions = []
    for identity, raw in zip(identities(parsed.entries, known), parsed.entries, strict=True):
        stored = known.get(identity)
        if reason := _reason_to_drop(identity, raw, feed):
            decisions.append(_drop(raw, reason))
            continue
        if stored and identity in terms.settled:
            decisions.append(_keep(stored, "another feed gives it too"))
            continue
        fresh = _entry(source, feed, parsed, raw, identity, terms.now)
        if terms.takedowns.covers(source.slug, identity, addresses_of(fresh)):
            decisions.append(_drop(raw, "taken down"))
        else:
            decisions.append(_change(fresh, stored, terms) if stored else _add(fresh, raw, slugs))
    return decisions


def is_rewritten(decisions: Sequence[Decision]) -> bool:
    """Whether a feed changed most of its known entries at once: people don't, machines do."""
    kinds = Counter(one.kind for one in decisions)
    known = kinds[Kind.CHANGE] + kinds[Kind.KEEP]
    return known >= _MANY and kinds[Kind.CHANGE] > known * _MOST


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


def _drop(raw: RawEntry, reason: str) -> Decision:
    return Decision(kind=Kind.DROP, reason=reason, title=raw.title)


def _keep(stored: StoredEntry, reason: str) -> Decision:
    return Decision(kind=Kind.KEEP, reason=reason, title=stored.entry.title, stored=stored)


def _change(fresh: Entry, stored: StoredEntry, terms: Terms) -> Decision:
    """Correct a known entry in its place; its address, its first sight and its date stay where it is."""
    old = stored.entry
    dates = {"published": fresh.published or old.published, "updated": _updated(fresh, old, terms.now)}
    entry = msgspec.structs.replace(fresh, first_seen=old.first_seen, slug=old.slug, **dates)
    changed = [name for name in Entry.__struct_fields__ if getattr(entry, name) != getattr(old, name)]
    if not set(changed) - {"updated"}:
        return _keep(stored, "the same")
    if terms.patient or (entry.url == old.url and _lasting(entry) == _lasting(old)):
        return _keep(stored, "the same but for what changes at each visit")
    correction = StoredEntry(year=stored.year, entry=entry)
    return Decision(kind=Kind.CHANGE, reason=", ".join(changed), title=entry.title, stored=correction)


def _updated(fresh: Entry, old: Entry, now: datetime) -> datetime | None:
    """Return when an entry was last corrected: as its feed says, else now where its words have changed."""
    said = max((one for one in (fresh.updated, old.updated) if one), default=None)
    is_said = fresh.updated is not None and fresh.updated > (old.updated or old.moment)
    return now if fresh.digest != old.digest and not is_said else said


def _lasting(entry: Entry) -> bytes:
    """Return an entry without what servers make anew at each visit, for comparing."""
    return _QUERY.sub(rb"\1", msgspec.json.encode(msgspec.structs.replace(entry, updated=None, digest="")))


def _reason_to_drop(identity: str, raw: RawEntry, feed: Feed) -> str:
    """Return why an entry is left out, if it is: the feed repeats it, or an option of the feed says so."""
    if not identity:
        return "repeated"
    if not feed.only and not feed.except_:
        return ""
    tags = {folded(tag) for tag in raw.tags}
    text = _words(f"{raw.title} {raw.text}")
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


def _entry(
    source: Source, feed: Feed, parsed: ParsedFeed, raw: RawEntry, identity: str, now: datetime
) -> Entry:
    """Return an entry as the agreement allows it to be stored; its slug is not known yet."""
    scope = source.agreement.scope
    summary = excerpt(raw.summary_text or raw.text)
    declared = raw.language or feed.language or parsed.language or source.language
    whole = Entry(
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
        language=declared or detected(f"{raw.title}. {summary}"),
        format=raw.format,
        tags=_tags(raw.tags, feed.tags),
        summary=summary,
        content=_content(raw, parsed, feed) if scope is Scope.FULL else "",
        image=raw.image,
        enclosures=raw.enclosures,
        season=raw.season,
        episode=raw.episode,
        locations=raw.locations,
        rights=raw.rights or parsed.facts.licence,
        digest=content_digest(raw),
    )
    return entries.allowed(whole, scope)


def _content(raw: RawEntry, parsed: ParsedFeed, feed: Feed) -> str:
    return clean_html(raw.html, raw.base or parsed.link or ("" if feed.is_file else feed.url))


def _tags(own: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *added)))
