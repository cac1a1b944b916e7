"""All checks of a feed, by its format: strict ones, since what a lenient reader mends another one refuses."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath

from feeds.atom_rules import check_atom
from feeds.findings import Finding
from feeds.json_rules import check_json
from feeds.rss_rules import check_rss

CHECKS = {".atom": check_atom, ".rss": check_rss, ".json": check_json}


def check(data: bytes, url: str, now: datetime) -> list[Finding]:
    """Return what is wrong with a feed that is served at ``url``; its name tells its format."""
    return list(CHECKS[PurePosixPath(url).suffix](data, url, now))
