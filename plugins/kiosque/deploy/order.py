"""What goes to the host before what, so that nothing that is there names something that isn't.

Style, scripts, pictures and all that pages name come first; then the pages of single things; then lists, which lead to
these, and home; then feeds and whatever else calls readers and robots. It is told from the addresses, which last.
"""

from __future__ import annotations

import posixpath
import re
from enum import IntEnum

from kiosque.content.addresses import ENTRIES
from kiosque.content.kinds import KINDS, Kind
from kiosque.model import ContentItem


class Phase(IntEnum):
    """A step of a deployment; each is on the host before the next begins."""

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
# Feeds with their archive documents, the site map, what names the parts of the search index or the texts of the week,
# the service worker, and
# the settings of hosts, whose redirects lead to pages.
_CALLING = re.compile(
    r"(?:.*/)?(?:[^/]+\.(?:atom|rss|opml)|feed[^/]*\.json|sitemap[^/]*\.xml|robots\.txt|sw\.js|\.htaccess|_headers|_redirects)"
    r"|recherche/pagefind/index\.json|hors-ligne/semaine\.json"
)


def phase_of(path: str) -> Phase:
    """Return when a file goes; what was compressed beforehand goes with what it was made from."""
    plain = _COMPRESSED.sub("", path)
    if plain == "index.html":
        return Phase.HOME
    if _CALLING.fullmatch(plain):
        return Phase.FEEDS
    if not plain.endswith((".html", ".htm")):
        return Phase.ASSETS
    return Phase.PAGES if _SINGLE.fullmatch(plain) else Phase.LISTS


def place(path: str) -> tuple[Phase, int, str]:
    """Return where a file stands in the order: within a phase what lies deep first, for what lies above leads to it."""
    return phase_of(path), -path.count("/"), posixpath.normpath(path)
