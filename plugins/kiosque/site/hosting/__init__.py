"""Ready-made configuration for the hosts that a hub is put on, all written from one list (``rules.py``).

What lies in the site's own folder is public, and made for hosts that read it there; what servers include, and people
name in their server's settings, goes to the hub's folder ``hosting/``.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hosting import apache, caddy, nginx, tables
from kiosque.site.hosting.rules import Noted, Rules, rules
from kiosque.site.output.wanted import Data

FOLDER = "hosting"
__all__ = ["FOLDER", "Noted", "Rules", "beside", "inside", "rules"]


def inside(found: Rules, noted: Noted) -> Iterator[Data]:
    """Yield what hosts read in the folder of the site."""
    yield Data(apache.PATH, apache.htaccess(found).encode())
    yield Data(tables.HEADERS, tables.headers(found, noted.paths).encode())
    yield Data(tables.REDIRECTS, tables.redirects(found).encode())


def beside(found: Rules) -> Iterator[Data]:
    """Yield what servers include, for ``hosting/``."""
    yield Data(nginx.PATH, nginx.conf(found).encode())
    yield Data(caddy.PATH, caddy.caddyfile(found).encode())
