"""Which publications the addresses of choices name; each address is looked up once, whatever a hub holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import urlsplit

from kiosque.archive.lookup import SHOWN, Archive, by_address, by_page, page_of, similar_addresses
from kiosque.content.addresses import ANY_PAGE, hub_page
from kiosque.i18n import _
from kiosque.model import Article, Record, StoredEntry
from kiosque.urls import address_key

# What tells a publication from all others: an entry's source and id, or nothing and an article's slug.
Key = tuple[str, str]
Articles = Mapping[str, Article]
_ARTICLES = "/articles/"


class Named(Record, frozen=True):
    """What an address names: entries or an article, and else ``trouble``, which says why that is nothing."""

    entries: tuple[StoredEntry, ...] = ()
    article: Article | None = None
    trouble: str = ""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of all that it names."""
        return tuple(map(key_of, self.entries)) or ((("", self.article.slug),) if self.article else ())


def key_of(stored: StoredEntry) -> Key:
    """Return what tells an entry from all other publications."""
    return stored.entry.source, stored.entry.id


def name(
    addresses: Iterable[str], archive: Archive, articles: Articles, site_url: str
) -> Mapping[str, Named]:
    """Return what each address names: a page of the hub, or originals.

    ``articles`` are those of the hub by their slug, ``site_url`` its own address. Entries of several sources may share
    an original, of one source only one: many podcasts give each episode the address of the show, which names none.
    """
    pages = {address: hub_page(address, site_url, ANY_PAGE) for address in addresses}
    originals = by_address({address_key(one) for one, page in pages.items() if not page}, archive)
    return {
        address: _page(address, page, archive, articles)
        if page
        else _original(address, originals.get(address_key(address), []), archive, articles)
        for address, page in pages.items()
    }


def _page(address: str, page: str, archive: Archive, articles: Articles) -> Named:
    if page.startswith(_ARTICLES):
        article = articles.get(page.removeprefix(_ARTICLES))
        there = [f"{_ARTICLES}{slug}/" for slug in articles]
        return (
            Named(article=article) if article else _unknown(address, get_close_matches(page, there, n=SHOWN))
        )
    found = tuple(by_page(page, archive))
    return Named(entries=found) if found else _unknown(address, similar_addresses(address, page, "", archive))


def _original(address: str, found: list[StoredEntry], archive: Archive, articles: Articles) -> Named:
    if not found:
        # The hub's public address may stand in publishconf.py alone.
        if elsewhere := ANY_PAGE.fullmatch(urlsplit(address).path):
            named = _page(address, elsewhere["page"], archive, articles)
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
        trouble += " " + _("(near it: {near})").format(near=" ".join(close))
    return Named(trouble=trouble)
