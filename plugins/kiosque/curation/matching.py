"""Find the publications that the addresses in choices name. Each address is looked up once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from kiosque.archive.lookup import SHOWN, Archive, by_address, by_page, page_of, similar_addresses
from kiosque.content.addresses import hub_page, page_kind, publication_page
from kiosque.content.kinds import Kind
from kiosque.i18n import _
from kiosque.model import ContentItem, Record, StoredEntry
from kiosque.urls import address_key

logger = logging.getLogger(__name__)
# The key of a publication: source and id for an entry, an empty string and the page for a content file.
Key = tuple[str, str]
# The content files that are publications, by their page without its last slash.
Files = Mapping[str, ContentItem]


class Match(Record, frozen=True):
    """The publications that an address names: entries, or the content file at ``page``.

    Where it names none, or several of a single source, ``trouble`` tells why.
    """

    entries: tuple[StoredEntry, ...] = ()
    file: ContentItem | None = None
    page: str = ""
    trouble: str = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of all publications that the address names."""
        return tuple(map(key_of, self.entries)) or ((("", self.page),) if self.file else ())


def key_of_file(kind: Kind, slug: str) -> Key:
    """Return the key of a content file."""
    return "", kind.page(slug).rstrip("/")


def key_of(stored: StoredEntry) -> Key:
    """Return the key of an entry."""
    return stored.entry.source, stored.entry.id


def match_addresses(
    addresses: Iterable[str], archive: Archive, files: Files, site_url: str
) -> Mapping[str, Match]:
    """Return the publications that each address names, as its page of the hub or as its original.

    ``files`` are the content files of the hub, ``site_url`` its own address. Entries of several sources may
    have the same original. If several entries of a single source have it, it names none of them: many
    podcasts give each episode the address of the show.
    """
    pages = {address: hub_page(address, site_url, publication_page()) for address in addresses}
    originals = by_address({address_key(address) for address, page in pages.items() if not page}, archive)
    matches = {
        address: _page(address, page, archive, files)
        if page
        else _original(address, originals.get(address_key(address), []), archive, files)
        for address, page in pages.items()
    }
    unmatched = sum(bool(match.trouble) for match in matches.values())
    logger.debug("%d addresses looked up: %d name no publication", len(matches), unmatched)
    return matches


def _page(address: str, page: str, archive: Archive, files: Files) -> Match:
    if page_kind(page):
        file = files.get(page)
        pages = [f"{other}/" for other in files]
        return (
            Match(file=file, page=page)
            if file
            else _unknown(address, get_close_matches(page, pages, n=SHOWN))
        )
    entries = tuple(by_page(page, archive))
    return (
        Match(entries=entries)
        if entries
        else _unknown(address, similar_addresses(address, page, "", archive))
    )


def _original(address: str, entries: list[StoredEntry], archive: Archive, files: Files) -> Match:
    """Return the match of an address that isn't a page of the hub; ``entries`` are those that have it."""
    if not entries:
        # The hub's public address may be in publishconf.py only, so that its pages look like those of another
        # site.
        if own_page := publication_page().fullmatch(urlsplit(address).path):
            match = _page(address, own_page["page"], archive, files)
            if not match.trouble:
                return match
        return _unknown(address, similar_addresses(address, "", address_key(address), archive))
    if len({stored.entry.source for stored in entries}) < len(entries):
        message = _(
            "several publications bear the address {address}: "
            "give the page of the one that is meant, such as {pages}"
        )
        return Match(trouble=message.format(address=address, pages=" ".join(map(page_of, entries[-SHOWN:]))))
    return Match(entries=tuple(entries))


def _unknown(address: str, similar: Sequence[str]) -> Match:
    trouble = _("no publication has the address {address}").format(address=address)
    if similar:
        trouble += " " + _("(near it: {near})").format(near=", ".join(similar))
    return Match(trouble=trouble)
