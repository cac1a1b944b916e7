"""The hubs that these tests look at, each built once a session however many processes test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[2]
REAL_FEEDS = ROOT.parent / "shared" / "feeds"
_DEMONSTRATION = ("content", "archive", "demo", "pelicanconf.py")
_NOW = "2026-03-15T08:00:00Z"


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return the folder that ``make`` fills, which the first process to ask does while the others wait."""
    done = folder / ".done"
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def kiosque(hub: Path, *arguments: str) -> None:
    """Run the command as people do; a failure shows what it said."""
    command = [sys.executable, "-m", "kiosque", "--hub", str(hub), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "LANG": "C"}
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]


def demonstration(hub: Path, language: str = "fr") -> None:
    """Build a copy of the demonstration hub, its interface in a language."""
    for name in _DEMONSTRATION:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, hub / name)
    settings = hub / "pelicanconf.py"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(
        written.replace('DEFAULT_LANG = "fr"', f'DEFAULT_LANG = "{language}"'), encoding="utf-8"
    )
    kiosque(hub, "build", "--strict")


def large(hub: Path) -> None:
    """Build a made-up hub of 10,000 entries."""
    program = (
        "import sys; from pathlib import Path; from corpus import Corpus; Corpus(Path(sys.argv[1]), "
        "10_000).write()"
    )
    subprocess.run([sys.executable, "-c", program, str(hub)], check=True, cwd=ROOT / "benchmarks")
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
