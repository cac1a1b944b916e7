"""Configuration files for web hosts, all written from the same rules (``rules.py``).

Files in the site's own folder are public; some hosts read them there. Other files go to the hub's folder
``hosting/``: people name these in the settings of their web server, which includes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from kiosque.site.hosting import apache, caddy, nginx, tables
from kiosque.site.hosting.rules import Rules, rules
from kiosque.site.output.wanted import Data

FOLDER = "hosting"
__all__ = ["FOLDER", "Rules", "included_files", "rules", "site_files"]


def site_files(site_rules: Rules, paths: AbstractSet[str]) -> Iterator[Data]:
    """Yield the configuration files that hosts read in the folder of the site."""
    yield Data(apache.PATH, apache.htaccess(site_rules).encode())
    yield Data(tables.HEADERS, tables.headers(site_rules, paths).encode())
    yield Data(tables.REDIRECTS, tables.redirects(site_rules).encode())


def included_files(site_rules: Rules) -> Iterator[Data]:
    """Yield the configuration files that servers include, for the folder ``hosting/``."""
    yield Data(nginx.PATH, nginx.conf(site_rules).encode())
    yield Data(caddy.PATH, caddy.caddyfile(site_rules).encode())
