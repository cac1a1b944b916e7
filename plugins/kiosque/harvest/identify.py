"""Which entries are ones already known within their source, and what a new one's id and slug are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

from kiosque.harvest.raw import RawEntry
from kiosque.text import excerpt, plain_text, slug


def identities(entries: Sequence[RawEntry]) -> list[str]:
    """Return an id for each entry of a feed: its guid, else its link, else its title and date, else its content.

    A guid or link that several entries of the feed share doesn't tell them apart, and isn't used.
    """
    guids = Counter(entry.guid for entry in entries)
    links = Counter(entry.url for entry in entries)
    found: list[str] = []
    taken: set[str] = set()
    for entry in entries:
        candidates = _candidates(entry, guids, links)
        identity = next((one for one in candidates if one not in taken), "")
        taken.add(identity)
        found.append(identity)
    return found


def _candidates(entry: RawEntry, guids: Counter[str], links: Counter[str]) -> Iterable[str]:
    if entry.guid and guids[entry.guid] == 1:
        yield entry.guid
    if entry.url and links[entry.url] == 1:
        yield entry.url
    if entry.title:
        yield f"{entry.title} {entry.published.isoformat() if entry.published else ''}".strip()
    yield content_digest(entry)


def content_digest(entry: RawEntry) -> str:
    """Return a hash of all the text of an entry, before it is cut."""
    text = "\n".join(
        (entry.title, plain_text(entry.html or entry.summary_html), *(e.url for e in entry.enclosures))
    )
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def new_slug(entry: RawEntry, identity: str, taken: set[str]) -> str:
    """Return a part of an address for a new entry that none of ``taken`` has, and add it there."""
    words = entry.title or excerpt(plain_text(entry.html or entry.summary_html), 60)
    digest = hashlib.blake2b(identity.encode(errors="replace"), digest_size=4).hexdigest()
    base = slug(words, fallback=f"parution-{digest}")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name
