"""The addresses that the site itself uses, whatever lies in ``content/``. Pure.

``tests/contribute/test_check_aliases.py`` compares them with the outputs of a build.
"""

from __future__ import annotations

import re

# Files at the top of the site, and pages in the folder of a list. A page below a file can't exist.
_FILE = re.compile(
    r"/(?:404\.html|flux\.css|robots\.txt|sitemap(?:-\d+)?\.xml|sw\.js|_headers|_redirects)(?=/)"
    r"|(?:/.+)?/(?:index\.html|feed\.(?:atom|rss|json)|podcast\.rss|podcast-[0-9a-f]+\.jpg)(?=/)"
)
# Folders in which everything is the site's own.
_FOLDER = re.compile(
    r"(?:/medias/[^/]+)?/archives/|/(?:charte|contribuer|donnees|embarquer|fichiers|hors-ligne|images|recherche|theme)/"
)
# Pages, and lists that are cut by year and month.
_PAGE = re.compile(
    r"/(?:(?:accessibilite|auteurs|communes|lecteur|mots-cles|retraits|sante|suivre|themes|vie-privee)/)?"
    r"|/(?:ecouter|fil|lire|regarder)/(?:\d{4}/(?:\d\d/)?)?"
)


def site_address(address: str) -> str:
    """Return the address of the site that a former address is, or lies below; empty if it may be used.

    ``address`` begins and ends with a slash.

    >>> site_address("/sw.js/old/"), site_address("/recherche/"), site_address("/articles/old/")
    ('/sw.js', '/recherche/', '')
    """
    for pattern in (_FILE, _FOLDER):
        if found := pattern.match(address):
            return found[0]
    return address if _PAGE.fullmatch(address) else ""
