"""What an hourly run costs: ``python benchmarks/hourly.py N``, for a hub of N entries, by default 10000.

Three media have published one thing more. A scheduled run begins with what the last one kept (caches, output,
host) and does ``kiosque refresh --commit --deploy site``: harvest, commit, build for the public, deploy to a
folder. Prints, as Markdown, its time, the CPU time and the highest memory of all its processes, and the same
of a run that finds nothing new and of one without caches. A time is the median of three runs, each a whole
process.

Feeds are files of the hub: what asking a thousand servers costs is measured by ``benchmarks/harvest.py``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from corpus import NOW, Corpus
from measure import Measured, measure

from kiosque.archive.entries import read_source
from kiosque.model import Entry

MEMORY_DISK = Path("/dev/shm")
NEWS = 3
_RUNS, _IN_A_FEED = 3, 10
_REFRESH = ("refresh", "--commit", "--deploy", "site")
_NOTICE = """---
title: Mentions légales
publisher:
  {name: Essai, address: 1 rue de l’Essai 26000 Valence, phone: 01 99 00 00 00, director: Camille Essai}
host: {name: Essai, address: 2 rue de l’Essai 26000 Valence, phone: 01 99 00 00 01}
---
"""


def main() -> None:
    """Make the hub, measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Measure an hourly run of a made-up hub.")
    parser.add_argument("entries", nargs="?", type=int, default=10_000, metavar="N")
    entries = parser.parse_args().entries
    parent = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kiosque-bench-", dir=parent) as name:
        folder = Path(name)
        hub = Hub(folder / "hub", entries)
        hub.make()
        shutil.copytree(folder / "hub", folder / "kept", symlinks=True)
        print(f"An hourly run of {entries} entries from 100 media, {NEWS} of them with something new.\n")
        print("| run | seconds | CPU seconds | peak memory, MB |")
        print("|---|---:|---:|---:|")
        for run, prepare in (
            ("caches restored, three new entries", hub.restored(folder / "kept", news=True)),
            ("caches restored, nothing new", hub.restored(folder / "kept", news=False)),
            ("without caches, three new entries", hub.bare(folder / "kept")),
        ):
            print(row(run, measure(command(*_REFRESH), folder / "hub", _RUNS, prepare)), flush=True)


def row(run: str, cost: Measured) -> str:
    """Return a line of the table."""
    return f"| {run} | {cost.seconds:.2f} | {cost.cpu:.2f} | {cost.peak / 1e6:.0f} |"


def command(*arguments: str) -> Sequence[str]:
    """Return a command of Kiosque."""
    return [sys.executable, "-m", "kiosque", *arguments]


class Hub:
    """A hub whose feeds are files, kept in git and published to a folder."""

    def __init__(self, root: Path, entries: int) -> None:
        """Make nothing yet."""
        self.root = root
        self._corpus = Corpus(root, entries)

    def make(self) -> None:
        """Write it, and let a first run go through."""
        self._corpus.write()
        (self.root / "feeds").mkdir()
        (self.root / "www").mkdir()
        for file in sorted((self.root / "content" / "sources").glob("*.md")):
            self._write_feed(file.stem, news=False)
            text = file.read_text(encoding="utf-8")
            file.write_text(
                text.replace(f"https://{file.stem}.example/feed.xml", f"feeds/{file.stem}.xml"),
                encoding="utf-8",
            )
        (self.root / "content" / "pages").mkdir()
        (self.root / "content" / "pages" / "mentions-legales.md").write_text(_NOTICE, encoding="utf-8")
        settings = (self.root / "pelicanconf.py").read_text(encoding="utf-8")
        settings += f'NOW = "{NOW.isoformat()}"\nDEPLOY = {{"site": "www"}}\n'
        for name in ("pelicanconf.py", "publishconf.py"):
            (self.root / name).write_text(settings, encoding="utf-8")
        (self.root / ".gitignore").write_text("/.cache/\n/output/\n/www/\n/hosting/\n", encoding="utf-8")
        for arguments in (
            ("init", "-q", "-b", "main"),
            ("config", "user.name", "hub"),
            ("config", "user.email", "hub@kiosque.example"),
            ("add", "."),
            ("commit", "-q", "-m", "The hub"),
        ):
            self._run("git", *arguments)
        self._run(*command(*_REFRESH))

    def restored(self, kept: Path, *, news: bool) -> Callable[[], None]:
        """Return what brings the hub back to where the last run left it."""

        def prepare() -> None:
            shutil.rmtree(self.root)
            shutil.copytree(kept, self.root, symlinks=True)
            if news:
                self._publish()

        return prepare

    def bare(self, kept: Path) -> Callable[[], None]:
        """Return what leaves only what git and the host keep."""
        restored = self.restored(kept, news=True)

        def prepare() -> None:
            restored()
            for name in (".cache", "output", "hosting"):
                shutil.rmtree(self.root / name, ignore_errors=True)

        return prepare

    def _publish(self) -> None:
        """Let some media publish one thing more."""
        for file in sorted((self.root / "feeds").glob("*.xml"))[:NEWS]:
            self._write_feed(file.stem, news=True)

    def _write_feed(self, source: str, *, news: bool) -> None:
        stored = read_source(self.root / "archive", source).entries
        newest = sorted((one.entry for one in stored), key=lambda entry: entry.moment)[-_IN_A_FEED:]
        items = "".join(map(_item, newest)) + (
            _NEW.format(source=source, day=format_datetime(NOW)) if news else ""
        )
        feed = (
            f'<rss version="2.0"><channel><title>{source}</title><link>https://{source}.example/</link>'
            f"{items}</channel></rss>"
        )
        (self.root / "feeds" / f"{source}.xml").write_text(feed, encoding="utf-8")

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(arguments, cwd=self.root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}{done.stdout}")


_NEW = (
    "<item><title>Tout juste "
    "paru</title><link>https://{source}.example/new</link><guid>https://{source}.example/new"
    "</guid><pubDate>{day}</pubDate><description>Une parution de plus.</description></item>"
)


def _item(entry: Entry) -> str:
    return (
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f'<guid isPermaLink="false">{escape(entry.id)}</guid><pubDate>{format_datetime(entry.moment)}</'
        f"pubDate>"
        f"<description>{escape(entry.content or entry.summary)}</description></item>"
    )


if __name__ == "__main__":
    main()
