"""The hubs that these tests look at, each built once a session however many processes test."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from conftest import kiosque

ROOT = Path(__file__).parents[2]
REAL_FEEDS = ROOT.parent / "shared" / "feeds"
_NOW = "2026-03-15T08:00:00Z"


def in_english(hub: Path) -> None:
    """Build a copy of the demonstration hub with its interface in English, without its index."""
    settings = hub / "pelicanconf.py"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(written.replace('DEFAULT_LANG = "fr"', 'DEFAULT_LANG = "en"'), encoding="utf-8")
    kiosque(hub, "build", "--strict", "--no-search")


def large(hub: Path) -> None:
    """Build a made-up hub of 10,000 entries, without the index of its search."""
    program = (
        "import sys; from pathlib import Path; from corpus import Corpus; Corpus(Path(sys.argv[1]), "
        "10_000).write()"
    )
    subprocess.run([sys.executable, "-c", program, str(hub)], check=True, cwd=ROOT / "benchmarks")
    kiosque(hub, "build", "--strict", "--no-search", "--now", _NOW)


def indexed(hub: Path) -> None:
    """Make the index of a hub that was built."""
    kiosque(hub, "build", "--strict", "--now", _NOW)


def of_real_feeds(hub: Path) -> None:
    """Harvest and build a hub whose sources are real feeds, each with the agreement to show whole texts."""
    sources, feeds = hub / "content" / "sources", hub / "feeds"
    sources.mkdir(parents=True)
    feeds.mkdir()
    for feed in sorted(REAL_FEEDS.iterdir()):
        if feed.suffix not in {".xml", ".json"}:
            continue
        shutil.copy(feed, feeds)
        name = feed.name.partition(".")[0]
        head = f"name: {name}\nfeeds: [feeds/{feed.name}]\nagreement: {{scope: full, since: 2026-01-10}}"
        (sources / f"{name}.md").write_text(f"---\n{head}\n---\n", encoding="utf-8")
    kiosque(hub, "harvest", "--now", _NOW)
    kiosque(hub, "build", "--now", _NOW)
