"""Which publications the addresses of choices name; each address is looked up once, whatever a hub holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from kiosque.archive.lookup import SHOWN, Archive, by_address, by_page, page_of, similar_addresses
from kiosque.content.addresses import hub_page, page_kind, publication_page
from kiosque.content.kinds import Kind
from kiosque.i18n import _
from kiosque.model import ContentItem, Record, StoredEntry
from kiosque.urls import address_key

# What tells a publication from all others: the source and id of an entry, or nothing and the page of a content file.
Key = tuple[str, str]
# The content files that are publications, by their page without its last slash.
Files = Mapping[str, ContentItem]


class Named(Record, frozen=True):
    """What an address names: entries, or the content file at ``page``; else ``trouble`` says why it names nothing."""

    entries: tuple[StoredEntry, ...] = ()
    file: ContentItem | None = None
    page: str = ""
    trouble: str = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of all that it names."""
        return tuple(map(key_of, self.entries)) or ((("", self.page),) if self.file else ())


def key_of_file(kind: Kind, slug: str) -> Key:
    """Return what tells a content file from all other publications."""
    return "", kind.page(slug).rstrip("/")


def key_of(stored: StoredEntry) -> Key:
    """Return what tells an entry from all other publications."""
    return stored.entry.source, stored.entry.id


def name(addresses: Iterable[str], archive: Archive, files: Files, site_url: str) -> Mapping[str, Named]:
    """Return what each address names: a page of the hub, or originals.

    ``files`` are the content files of the hub, ``site_url`` its own address. Entries of several sources may share
    an original, of one source only one: many podcasts give each episode the address of the show, which names none.
    """
    pages = {address: hub_page(address, site_url, publication_page()) for address in addresses}
    originals = by_address({address_key(one) for one, page in pages.items() if not page}, archive)
    return {
        address: _page(address, page, archive, files)
        if page
        else _original(address, originals.get(address_key(address), []), archive, files)
        for address, page in pages.items()
    }


def _page(address: str, page: str, archive: Archive, files: Files) -> Named:
    if page_kind(page):
        file = files.get(page)
        pages = [f"{other}/" for other in files]
        return (
            Named(file=file, page=page)
            if file
            else _unknown(address, get_close_matches(page, pages, n=SHOWN))
        )
    found = tuple(by_page(page, archive))
    return Named(entries=found) if found else _unknown(address, similar_addresses(address, page, "", archive))


def _original(address: str, found: list[StoredEntry], archive: Archive, files: Files) -> Named:
    if not found:
        # The hub's public address may stand in publishconf.py alone.
        if elsewhere := publication_page().fullmatch(urlsplit(address).path):
            named = _page(address, elsewhere["page"], archive, files)
            if not named.trouble:
                return named
        return _unknown(address, similar_addresses(address, "", address_key(address), archive))
    if len({stored.entry.source for stored in found}) < len(found):
        message = _(
            "several publications bear the address {address}: give the page of the one that is meant, such as {pages}"
        )
        return Named(trouble=message.format(address=address, pages=" ".join(map(page_of, found[-SHOWN:]))))
    return Named(entries=tuple(found))


def _unknown(address: str, close: Sequence[str]) -> Named:
    trouble = _("no publication has the address {address}").format(address=address)
    if close:
        trouble += " " + _("(near it: {near})").format(near=", ".join(close))
    return Named(trouble=trouble)
