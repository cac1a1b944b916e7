"""The order in which files go to a host. No file there may name another that hasn't arrived.

Style, scripts, pictures and everything else that pages name go first. Then come the pages of single
publications, then the lists that lead to these, then the home page. Feeds and other files that call readers
and robots come last. The order is read from the addresses, which never change.
"""

from __future__ import annotations

import posixpath
import re
from enum import IntEnum

from kiosque.content.addresses import ENTRIES
from kiosque.content.kinds import KINDS, Kind
from kiosque.model import ContentItem


class Phase(IntEnum):
    """A phase of a deployment. All its files are on the host before the next phase begins."""

    ASSETS = 0
    PAGES = 1
    LISTS = 2
    HOME = 3
    FEEDS = 4


def _has_items(kind: Kind) -> bool:
    """Whether each file of a kind is an item, rather than a source of entries or a page of the hub."""
    return kind.has_list and issubclass(kind.record, ContentItem)


_COMPRESSED = re.compile(r"\.(?:gz|br|zst)$")
# The pages of entries and of items of all kinds that have a list, and the page of a missing one.
_SINGLE = re.compile(
    "|".join((
        rf"{ENTRIES[1:]}[^/]+/\d{{4}}/[^/]+/index\.html",
        *(rf"{kind.list_address[1:]}[^/]+/index\.html" for kind in KINDS.values() if _has_items(kind)),
        r"404\.html",
    ))
)  # fmt: skip
# Feeds with their archive documents, the site map, the lists of the search index and of the texts of the
# week, the service worker, and the settings of hosts: their redirects lead to pages.
_CALLING = re.compile(
    r"(?:.*/)?(?:[^/]+\.(?:atom|rss|opml)|feed[^/]*\.json|sitemap[^/]*\.xml|robots\.txt|sw\.js"
    r"|\.htaccess|_headers|_redirects)"
    r"|recherche/pagefind/index\.json|hors-ligne/semaine\.json"
)


def phase_of(path: str) -> Phase:
    """Return the phase in which a file goes. A compressed file goes with the file that it was made from."""
    plain = _COMPRESSED.sub("", path)
    if plain == "index.html":
        return Phase.HOME
    if _CALLING.fullmatch(plain):
        return Phase.FEEDS
    if not plain.endswith((".html", ".htm")):
        return Phase.ASSETS
    return Phase.PAGES if _SINGLE.fullmatch(plain) else Phase.LISTS


def order_key(path: str) -> tuple[Phase, int, str]:
    """Return the sort key of a file. Within a phase deep files go first, since files above lead to them."""
    return phase_of(path), -path.count("/"), posixpath.normpath(path)
