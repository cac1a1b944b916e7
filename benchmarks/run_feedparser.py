"""feedparser alone, its cleaning off, on all feeds of a folder: ``python run_feedparser.py FOLDER``.

JSON feeds, which feedparser can't read, are decoded.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import feedparser
from feeds import files

bodies = [(path.suffix, path.read_bytes()) for path in files(Path(sys.argv[1]))]
entries = 0
for suffix, body in bodies:
    if suffix == ".json":
        entries += len(json.loads(body)["items"])
    else:
        read = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        entries += len(read.entries)
print(json.dumps({"entries": entries, "feedparser": feedparser.__version__}))
