"""Addresses as people write and move them, told to be the same: those of the web, and those of a hub's own pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

from kiosque.model import Entry
from kiosque.text import safe_url, standard_url
from kiosque.tracking import without_tracking

# The page of an entry, or of an article, on a hub, which may lie below the top of its host.
_ENTRY = r"/medias/[a-z0-9-]+/[1-9][0-9]{3}/[a-z0-9-]+"
ENTRY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY})/?(?:[?#].*)?")
ANY_PAGE = re.compile(rf"(?:/[^?#]*)?(?P<page>{_ENTRY}|/articles/[a-z0-9-]+)/?(?:[?#].*)?")
# What a path holds as it is (RFC 3986, section 3.3), besides letters, digits and “_.-~/”.
_KEPT = "!$&'()*+,;=:@/"
# An address that can be written in no other way but with another scheme, “www.” or a slash at its end: taking others
# apart costs five times as much, and a hub has many.
_PLAIN = re.compile(
    r"https?://(?:www\.)?(?!www\.)([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~!$&'()*+,;=:@-]*)*)"
    r"(?:\?([\w.~!$&'()*+,;:@/?=-]*))?(?:#.*)?",
    re.ASCII,
)

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN_URI = re.compile(r"https?://[a-z0-9.:-]+/[\w./:;=&?+,~!$'()*@-]{0,1000}", re.ASCII)
_AUTHORITY = re.compile(r"(https?://)([^/?#]*)")


def uri(address: str) -> str:
    """Return an address as a URI, all ASCII (RFC 3987, section 3.1): RSS and many readers of feeds take no other."""
    if _PLAIN_URI.fullmatch(address):
        return address
    address = standard_url(address) or address
    if (found := _AUTHORITY.match(address)) and not found[2].isascii():
        address = found[1] + _ascii_host(found[2]) + address[found.end() :]
    return _NOT_ASCII.sub(lambda one: quote(one[0]), address)


def web_uri(address: str) -> str:
    """Return an address of the web as a URI; empty for anything else."""
    return address if _PLAIN_URI.fullmatch(address) else uri(safe_url(address))


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def page_address(source: str, year: int, slug: str) -> str:
    """Return the address of an entry's page on the hub."""
    return f"/medias/{source}/{year}/{slug}/"


def hub_page(address: str, site_url: str, pages: re.Pattern[str] = ENTRY_PAGE) -> str:
    """Return the page of a hub that an address means, without its last slash; empty where it means none.

    ``site_url`` is the hub's own address: with it, one of its pages may be named by its whole address.
    """
    if not address.startswith("/"):
        site, key = address_key(site_url), address_key(address)
        address = key[len(site) :] if site and key.startswith(f"{site}/") else ""
    found = pages.fullmatch(address)
    return found["page"] if found else ""


def addresses_of(entry: Entry) -> Iterator[str]:
    """Yield what an entry is known by elsewhere: its own address and those of its files."""
    if entry.url:
        yield entry.url
    for enclosure in entry.enclosures:
        yield enclosure.url


def address_key(address: str) -> str:
    """Return what of an address stays, however it is written; empty for what is no address of the web.

    A site moves to https, drops ``www.``, gains a slash at the end, escapes more letters, and whoever shares an
    address adds parameters that follow people. Host and path are parted by the first slash; that of a whole site has
    none.
    """
    if found := _PLAIN.fullmatch(address):
        host, path, query = found.groups()
    else:
        host, path, query = _taken_apart(address)
    path = path.rstrip("/")
    if query and (query := _plain_query(query)):
        return f"{host}{path or '/'}?{query}"
    return host + path


def _taken_apart(address: str) -> tuple[str, str, str]:
    parts = urlsplit(safe_url(address))
    if not parts.hostname:
        return "", "", ""
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return parts.hostname.removeprefix("www.") + port, quote(unquote(parts.path), safe=_KEPT), parts.query


def _plain_query(query: str) -> str:
    kept = without_tracking(f"?{query}").removeprefix("?")
    return "&".join(sorted(filter(None, kept.split("&")))) if "&" in kept else kept
