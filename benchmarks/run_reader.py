"""``reader`` on a database: ``python run_reader.py add DATABASE FEEDS`` or ``python run_reader.py update
DATABASE``.

``FEEDS`` is a file with an address a line. An update visits all feeds, whether reader finds them due or not,
with 20 workers. It runs in a virtual environment of reader's own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from reader import make_reader

WORKERS = 20


def add(database: str, feeds: str) -> None:
    """Add feeds to a database, which is made where there is none."""
    with make_reader(database) as reader:
        for address in Path(feeds).read_text(encoding="ascii").split():
            reader.add_feed(address)


def update(database: str) -> None:
    """Update all feeds and print how many entries were new, and how many feeds failed."""
    new = failed = 0
    with make_reader(database) as reader:
        for result in reader.update_feeds_iter(scheduled=False, workers=WORKERS):
            failed += isinstance(result.value, Exception)
            new += getattr(result.value, "new", 0) or 0
    print(json.dumps({"new": new, "failed": failed}))


if __name__ == "__main__":
    {"add": add, "update": update}[sys.argv[1]](*sys.argv[2:])
