"""Whether a takedown covers an entry or a source: an index that answers in constant time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from kiosque.content.addresses import ENTRY_PAGE, hub_page
from kiosque.model import Record
from kiosque.urls import address_key

_HOST = re.compile(r"\s*https?://(?:www\.)?([^/?#:]+)", re.IGNORECASE)


class Takedown(Record, frozen=True):
    """An item of ``content/takedowns.yml``.

    It names an entry by ``source`` and ``identity``, by ``address`` (that of its original, or of its page on
    the hub), or by both. With ``source`` alone it names everything that a source ever published. ``day`` is
    when it was decided, ``by`` who asked for it or decided it, ``line`` its line in the file.
    """

    day: date
    reason: str
    source: str = ""
    identity: str = ""
    address: str = ""
    by: str = ""
    line: int = 1

    @property
    def is_source(self) -> bool:
        """Whether it takes a whole source down."""
        return bool(self.source) and not self.identity

    @property
    def names(self) -> tuple[str, str, str]:
        """What it takes down. A takedown is known by that: people may improve its date and reason."""
        return self.source, self.identity, self.address


class Removal(Record, frozen=True):
    """The names under which an entry was known when a takedown removed it.

    ``names`` are those of the takedown, ``day`` its day. A source that was removed as a whole has no
    ``identity``; its ``addresses`` are those that other lists of editors name.
    """

    names: tuple[str, str, str]
    day: date
    source: str
    identity: str = ""
    addresses: tuple[str, ...] = ()


class Takedowns:
    """All takedowns of a hub; false where there are none.

    ``items`` are those that people wrote, ``removals`` the other names of what they removed. ``site_url`` is
    the hub's own address: with it, people may name a page of the hub by its whole address.
    """

    def __init__(
        self, items: Iterable[Takedown] = (), removals: Iterable[Removal] = (), site_url: str = ""
    ) -> None:
        """Index the takedowns; a removal whose takedown isn't among ``items`` holds too."""
        self.items = tuple(items)
        self._site_url = site_url
        self._sources: dict[str, Takedown] = {}
        self._entries: dict[tuple[str, str], Takedown] = {}
        self._pages: dict[str, Takedown] = {}
        self._addresses: dict[tuple[str, str], Takedown] = {}
        self._hosts: set[str] = set()
        self._address_keys: set[str] = set()
        # A dictionary rather than a set: it keeps the order.
        self._removals: dict[Removal, None] = {}
        for item in self.items:
            self._index(item, item.source, item.identity)
            self._index_addresses(item, "", (item.address,))
        by_names = {item.names: item for item in self.items}
        for removal in removals:
            self.add_removal(by_names.get(removal.names) or _takedown_of(removal), removal)

    def __bool__(self) -> bool:
        """Whether anything is taken down."""
        return bool(self._sources or self._entries or self._pages or self._addresses)

    @property
    def removals(self) -> tuple[Removal, ...]:
        """The names of everything that was removed."""
        return tuple(self._removals)

    def covers_source(self, slug: str) -> Takedown | None:
        """Return the takedown of a whole source; None where there is none."""
        return self._sources.get(slug)

    def covers(self, source: str, identity: str, addresses: Iterable[str]) -> Takedown | None:
        """Return the takedown of an entry; None where there is none.

        ``addresses`` are all addresses of the entry: those of ``addresses_of``, and that of its page, from
        ``page_address``. An address that people wrote covers the entries of all sources: a show that three
        radios share is taken down from all of them.
        """
        if not self:
            return None
        return (
            self._sources.get(source)
            or self._entries.get((source, identity))
            or next((item for address in addresses if (item := self._by_address(source, address))), None)
        )

    def add_removal(self, takedown: Takedown, removal: Removal) -> None:
        """Cover the names of a removed entry too, so that it stays down under any of them."""
        self._removals[removal] = None
        self._index(takedown, removal.source, removal.identity)
        self._index_addresses(takedown, removal.source, removal.addresses)

    def _index(self, item: Takedown, source: str, identity: str) -> None:
        if identity:
            self._entries.setdefault((source, identity), item)
        elif source and item.is_source:
            self._sources.setdefault(source, item)

    def _index_addresses(self, item: Takedown, source: str, addresses: Iterable[str]) -> None:
        """Cover addresses in one source, or in all sources where ``source`` is empty."""
        for address in filter(None, addresses):
            if page := self.page(address):
                self._pages.setdefault(page, item)
            elif key := address_key(address):
                self._addresses.setdefault((source, key), item)
                self._hosts.add(_host(address))
                self._address_keys.add(key)

    def _by_address(self, source: str, address: str) -> Takedown | None:
        if address.startswith("/"):
            return self._pages.get(address.rstrip("/"))
        # Making the key of an address takes ten times as long as looking at its host, and a hub has many
        # addresses.
        if _host(address) in self._hosts:
            key = address_key(address)
            return self._addresses.get(("", key)) or self._addresses.get((source, key))
        return None

    def settles(self, address: str) -> bool:
        """Whether an address in another list of editors names something that is taken down.

        Such a line has no effect any more, and nobody needs to mend it. The public address of the hub may be
        in publishconf.py only, so pages count on any host.
        """
        page = self.page(address)
        if not page and (own_page := ENTRY_PAGE.fullmatch(urlsplit(address).path)):
            page = own_page["page"]
        if page:
            source = page.split("/")[2] if page.startswith("/medias/") else ""
            return page.rstrip("/") in self._pages or source in self._sources
        return address_key(address) in self._address_keys

    def page(self, address: str) -> str:
        """Return the page of this hub that an address names, without its last slash; empty for any other."""
        return hub_page(address, self._site_url)


def _takedown_of(removal: Removal) -> Takedown:
    """Return a takedown for a removal whose item can't be read any more."""
    source, identity, address = removal.names
    return Takedown(day=removal.day, reason="", source=source, identity=identity, address=address)


def _host(address: str) -> str:
    match = _HOST.match(address)
    return match[1].lower() if match else ""
