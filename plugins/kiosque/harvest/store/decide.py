"""Decide for each entry of a feed: add, change, keep or drop it, with the reason. Pure functions."""

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
from kiosque.i18n import N_
from kiosque.model import Entry, Feed, Record, Scope, Source, StoredEntry
from kiosque.takedowns import Takedowns
from kiosque.text import excerpt, folded

_WORD = re.compile(r"\w+")


class Action(StrEnum):
    """The action that a decision names."""

    ADD = "add"
    CHANGE = "change"
    KEEP = "keep"
    DROP = "drop"


class Decision(Record, frozen=True):
    """The action for one entry of a feed, and its reason. ``stored`` is the entry to archive, if any.

    The reason is an English message, or the changed fields of an entry, parted by commas. Programs read it
    as it is.
    """

    # `kiosque harvest --json` writes it as “kind”.
    action: Action = msgspec.field(name="kind")
    reason: str
    title: str
    stored: StoredEntry | None = None


Slugs = Mapping[int, dict[str, int]]
# A feed rewrites its entries if it has so many known ones and changes more than this share of them.
_REWRITE_ENTRIES, _REWRITE_SHARE = 5, 0.6
# The query of an address in a text. Some servers put a new token or counter there at each visit.
# An address without a query matches too, and stays: a search for the next “?” from each “http://” would take
# quadratic time.
_URL_QUERY = re.compile(rb'(https?://[^"\\\s<>?]*+)(?:\?[^"\\\s<>]*+)?')


class DecisionContext(Record, frozen=True):
    """The facts besides the feed itself that decide about its entries.

    - ``settled``: the ids that another feed of the source gave in this round. The first feed wins. Otherwise
      two feeds that word the same entry differently would change it back and forth.
    - ``patient``: known entries stay as they are, because the feed rewrites them at each visit and the last
      rewrite was kept a short while ago.
    - ``read_anew``: nothing tells whether the feed has changed, or only how it is read. A change then gets no
      date that the feed doesn't give.
    """

    now: datetime
    takedowns: Takedowns = Takedowns()
    settled: frozenset[str] = frozenset()
    patient: bool = False
    read_anew: bool = False


def decide(
    source: Source, feed: Feed, parsed: ParsedFeed, known: Mapping[str, StoredEntry], context: DecisionContext
) -> list[Decision]:
    """Return a decision for each entry of a feed. ``known`` are the source's archived entries, by id."""
    slugs = _slugs_by_year(known.values())
    decisions = []
    for identity, raw in zip(identities(parsed.entries, known), parsed.entries, strict=True):
        stored = known.get(identity)
        if reason := _reason_to_drop(identity, raw, feed):
            decisions.append(_drop(raw, reason))
            continue
        if stored and identity in context.settled:
            decisions.append(_keep(stored, N_("another feed gives it too")))
            continue
        fresh = _entry(source, feed, parsed, raw, identity, context.now)
        if context.takedowns.covers(source.slug, identity, addresses_of(fresh)):
            decisions.append(_drop(raw, N_("taken down")))
        else:
            decisions.append(_change(fresh, stored, context) if stored else _add(fresh, raw, slugs))
    return decisions


def is_rewritten(decisions: Sequence[Decision]) -> bool:
    """Whether a feed changed most of its known entries at once, which only a machine does."""
    actions = Counter(decision.action for decision in decisions)
    known = actions[Action.CHANGE] + actions[Action.KEEP]
    return known >= _REWRITE_ENTRIES and actions[Action.CHANGE] > known * _REWRITE_SHARE


def _slugs_by_year(known: Iterable[StoredEntry]) -> Slugs:
    slugs: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for stored in known:
        slugs[stored.year][stored.entry.slug] = 2
    return slugs


def _add(fresh: Entry, raw: RawEntry, slugs: Slugs) -> Decision:
    year = fresh.moment.year
    entry = msgspec.structs.replace(fresh, slug=new_slug(raw, fresh.id, slugs[year]))
    return Decision(
        action=Action.ADD, reason=N_("new"), title=entry.title, stored=StoredEntry(year=year, entry=entry)
    )


def _drop(raw: RawEntry, reason: str) -> Decision:
    return Decision(action=Action.DROP, reason=reason, title=raw.title)


def _keep(stored: StoredEntry, reason: str) -> Decision:
    return Decision(action=Action.KEEP, reason=reason, title=stored.entry.title, stored=stored)


def _change(fresh: Entry, stored: StoredEntry, context: DecisionContext) -> Decision:
    """Return the decision about a known entry: a correction in its place, or to keep it as it is.

    A correction keeps the entry's year, slug and ``first_seen``, so that its page keeps its address.
    """
    old = stored.entry
    dates = {"published": fresh.published or old.published, "updated": _updated(fresh, old, context)}
    entry = msgspec.structs.replace(fresh, first_seen=old.first_seen, slug=old.slug, **dates)
    changed = [name for name in Entry.__struct_fields__ if getattr(entry, name) != getattr(old, name)]
    if not set(changed) - {"updated"}:
        return _keep(stored, N_("the same"))
    if context.patient or (entry.url == old.url and _comparable(entry) == _comparable(old)):
        return _keep(stored, N_("the same but for what changes at each visit"))
    correction = StoredEntry(year=stored.year, entry=entry)
    return Decision(action=Action.CHANGE, reason=", ".join(changed), title=entry.title, stored=correction)


def _updated(fresh: Entry, old: Entry, context: DecisionContext) -> datetime | None:
    """Return when an entry was last corrected: its feed's date, or now if the text changed without one."""
    latest = max((date for date in (fresh.updated, old.updated) if date), default=None)
    is_dated = fresh.updated is not None and fresh.updated > (old.updated or old.moment)
    is_corrected = fresh.digest != old.digest and not context.read_anew
    return context.now if is_corrected and not is_dated else latest


def _comparable(entry: Entry) -> bytes:
    """Return an entry as JSON for comparing, without the parts that some servers change at each visit."""
    return _URL_QUERY.sub(
        rb"\1", msgspec.json.encode(msgspec.structs.replace(entry, updated=None, digest=""))
    )


def _reason_to_drop(identity: str, raw: RawEntry, feed: Feed) -> str:
    """Return why an entry is dropped: the feed repeats it, or an option excludes it. Else nothing."""
    if not identity:
        return N_("repeated")
    if not feed.only and not feed.except_:
        return ""
    tags = {folded(tag) for tag in raw.tags}
    text = _words(f"{raw.title} {raw.text}")
    if feed.only and not _mentions(feed.only, tags, text):
        return N_("only")
    return N_("except") if _mentions(feed.except_, tags, text) else ""


def _mentions(wanted: Iterable[str], tags: set[str], text: str) -> bool:
    return any(folded(word) in tags or _contains(text, _words(word)) for word in wanted)


def _contains(text: str, words: str) -> bool:
    return bool(words.strip()) and words in text


def _words(text: str) -> str:
    """Return the words of a text with a single space around each, so that whole words can be searched."""
    return f" {' '.join(_WORD.findall(folded(text)))} "


def _entry(
    source: Source, feed: Feed, parsed: ParsedFeed, raw: RawEntry, identity: str, now: datetime
) -> Entry:
    """Return an entry with the fields that the agreement allows to store. Its slug is still empty."""
    scope = source.agreement.scope
    summary = excerpt(raw.summary_text)
    declared = raw.language or feed.language or parsed.language or source.language
    full_entry = Entry(
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
    return entries.allowed(full_entry, scope)


def _content(raw: RawEntry, parsed: ParsedFeed, feed: Feed) -> str:
    return clean_html(raw.html, raw.base or parsed.link or ("" if feed.is_file else feed.url))


def _tags(own: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *added)))
