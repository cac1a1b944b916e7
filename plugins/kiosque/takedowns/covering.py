"""Which entries and sources takedowns cover, told in constant time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from kiosque.content.addresses import hub_page
from kiosque.model import Record
from kiosque.urls import address_key

_HOST = re.compile(r"\s*https?://(?:www\.)?([^/?#:]+)", re.IGNORECASE)


class Takedown(Record, frozen=True):
    """One item of ``content/takedowns.yml``.

    It names an entry by ``source`` and ``identity``, by ``address`` (its original's, or that of its page on the hub),
    or by both; or, with ``source`` alone, all that a source ever published. ``day`` is when it was decided, ``by`` who
    asked or decided, ``line`` where it stands.
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
        """What it takes down, to tell it from others: dates and reasons may be written better later."""
        return self.source, self.identity, self.address


class Memory(Record, frozen=True):
    """What an entry was known by when a takedown removed it.

    ``names`` are those of the takedown, ``day`` its day. A source that was removed as a whole has no ``identity``.
    """

    names: tuple[str, str, str]
    day: date
    source: str
    identity: str = ""
    addresses: tuple[str, ...] = ()


class Takedowns:
    """All takedowns of a hub; false where there are none.

    ``items`` are those that people wrote, ``memories`` what else the things that they name were known by.
    ``site_url`` is the hub's own address: with it, a page of the hub may be named by its whole address.
    """

    def __init__(
        self, items: Iterable[Takedown] = (), memories: Iterable[Memory] = (), site_url: str = ""
    ) -> None:
        """Index the takedowns; memories of what is no longer among ``items`` hold all the same."""
        self.items = tuple(items)
        self._site_url = site_url
        self._sources: dict[str, Takedown] = {}
        self._entries: dict[tuple[str, str], Takedown] = {}
        self._pages: dict[str, Takedown] = {}
        self._addresses: dict[tuple[str, str], Takedown] = {}
        self._hosts: set[str] = set()
        self._memories: dict[Memory, None] = {}
        for item in self.items:
            self._index(item, item.source, item.identity)
            self._index_addresses(item, "", (item.address,))
        written = {item.names: item for item in self.items}
        for memory in memories:
            self.remember(written.get(memory.names) or _forgotten(memory), memory)

    def __bool__(self) -> bool:
        """Whether anything is taken down."""
        return bool(self._sources or self._entries or self._pages or self._addresses)

    @property
    def memories(self) -> tuple[Memory, ...]:
        """What the things that were taken down were known by."""
        return tuple(self._memories)

    def covers_source(self, slug: str) -> Takedown | None:
        """Return what takes a whole source down, if anything does."""
        return self._sources.get(slug)

    def covers(self, source: str, identity: str, addresses: Iterable[str]) -> Takedown | None:
        """Return what takes an entry down, if anything does.

        ``addresses`` are all that it is known by: ``addresses_of`` gives them, and ``page_address`` that of its page.
        An address that people wrote covers the entries of all sources: what three radios share goes from all of them.
        """
        if not self:
            return None
        return (
            self._sources.get(source)
            or self._entries.get((source, identity))
            or next((found for address in addresses if (found := self._by_address(source, address))), None)
        )

    def remember(self, takedown: Takedown, memory: Memory) -> None:
        """Cover what an entry was known by as well, however its source gives it the next time."""
        self._memories[memory] = None
        self._index(takedown, memory.source, memory.identity)
        self._index_addresses(takedown, memory.source, memory.addresses)

    def _index(self, item: Takedown, source: str, identity: str) -> None:
        if identity:
            self._entries.setdefault((source, identity), item)
        elif source and item.is_source:
            self._sources.setdefault(source, item)

    def _index_addresses(self, item: Takedown, source: str, addresses: Iterable[str]) -> None:
        """Cover addresses, in one source or, without its slug, in all."""
        for address in filter(None, addresses):
            if page := self.page(address):
                self._pages.setdefault(page, item)
            elif key := address_key(address):
                self._addresses.setdefault((source, key), item)
                self._hosts.add(_host(address))

    def _by_address(self, source: str, address: str) -> Takedown | None:
        if address.startswith("/"):
            return self._pages.get(address.rstrip("/"))
        # Taking an address apart costs ten times what looking at its host does, and a hub has many.
        if _host(address) in self._hosts:
            key = address_key(address)
            return self._addresses.get(("", key)) or self._addresses.get((source, key))
        return None

    def page(self, address: str) -> str:
        """Return the page of this hub that an address means, without its last slash; empty where it means none."""
        return hub_page(address, self._site_url)


def _forgotten(memory: Memory) -> Takedown:
    """Return a takedown whose item can't be read."""
    source, identity, address = memory.names
    return Takedown(day=memory.day, reason="", source=source, identity=identity, address=address)


def _host(address: str) -> str:
    found = _HOST.match(address)
    return found[1].lower() if found else ""
