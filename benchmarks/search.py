"""What search costs: ``python benchmarks/search.py N``, by default 10000.

Prints, as Markdown, how long the index takes from nothing, after nothing changed and after one new entry, and
how many requests and bytes a reader's first search makes for words that are common and rare, with and without
filters.

The hub is that of ``build.py``, with the words of a language: a vocabulary of 30,000 whose use falls with
their rank (Zipf). Everything lies on a memory disk where there is one. Times are medians of what the build
reports of its index; the pages' own time is not in them. Bytes are those of a host that compresses with gzip,
requests those of a new visit.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from statistics import median
from urllib.parse import urlencode, urlsplit

import msgspec
from build import MEMORY_DISK
from corpus import NOW, Corpus, _words
from playwright.sync_api import Browser, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser.serving import served

BUDGET = 250_000
_RUNS = 3
_STARTS = _words("b c ch d f g j l m n p qu r s t v br tr pl gr cl pr")
_ENDS = _words("a e i o u é ai ou an on in eau eur")
_TYPES = 30_000
# Ranks of the words that are searched: with its stems, a quarter of all texts have the first, hardly any the
# last.
_RANKS = (300, 1_000, 5_000)


class WordyCorpus(Corpus):
    """The same hub with the vocabulary of a language, rather than with a hundred words that each text has."""

    def __init__(self, root: Path, size: int) -> None:
        super().__init__(root, size)
        self.words = sorted(vocabulary(), key=lambda word: len(word) // 3)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def _sentences(self, count: int) -> str:
        words = self._random.choices(self.words, cum_weights=self._weights, k=count)
        return " ".join(" ".join(words[i : i + 12]).capitalize() + "." for i in range(0, count, 12))


def vocabulary() -> list[str]:
    """Return made-up words, the same each time."""
    draw = random.Random(1)
    syllables = [start + end for start in _STARTS for end in _ENDS]
    found: dict[str, None] = {}
    while len(found) < _TYPES:
        found["".join(draw.choices(syllables, k=draw.choice([1, 2, 2, 3, 3, 3, 4])))] = None
    return list(found)


def main() -> None:
    """Make the hub, measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Measure the search of a made-up hub.")
    parser.add_argument("entries", nargs="?", type=int, default=10_000, metavar="N")
    entries = parser.parse_args().entries
    place = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kiosque-search-", dir=place) as folder:
        hub = Path(folder) / "hub"
        corpus = WordyCorpus(hub, entries)
        corpus.write()
        print("\n".join([*index_times(hub, corpus), "", *first_searches(hub, corpus)]))


def index_times(hub: Path, corpus: Corpus) -> Iterator[str]:
    """Yield the table of times."""
    yield f"{corpus.size} entries, {len(os.sched_getaffinity(0))} cores."
    yield ""
    yield "| | seconds | shards made | shards kept |"
    yield "|---|---:|---:|---:|"
    build(hub)
    index, record = hub / "output" / "recherche" / "pagefind", hub / ".cache" / "search"

    def forget() -> None:
        shutil.rmtree(index)
        shutil.rmtree(record)

    for name, prepare, runs in (
        ("index from nothing", forget, 1),
        ("nothing changed", lambda: None, _RUNS),
        ("one new entry", corpus.add_entry, _RUNS),
    ):
        reports = []
        for _ in range(runs):
            prepare()
            reports.append(build(hub))
        seconds = median(report["seconds"] for report in reports)
        yield f"| {name} | {seconds:.3f} | {len(reports[-1]['made'])} | {len(reports[-1]['kept'])} |"


def build(hub: Path) -> dict[str, object]:
    """Build the hub and return what it reports of its index."""
    command = [
        sys.executable,
        "-m",
        "kiosque",
        "--hub",
        str(hub),
        "build",
        "--json",
        "--now",
        NOW.isoformat(),
    ]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout)["search"]


def first_searches(hub: Path, corpus: WordyCorpus) -> Iterator[str]:
    """Yield the table of what a first search asks of the host."""
    yield f"| first search | results | requests | kB | of {BUDGET / 1000:.0f} kB |"
    yield "|---|---:|---:|---:|---:|"
    program = shutil.which("chromium")
    if program is None:
        yield "| needs Chromium | | | | |"
        return
    words = [corpus.words[rank] for rank in _RANKS]
    with served(hub / "output") as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for name, query in (
            ("a common word", words[0]),
            ("a less common word", words[1]),
            ("a rare word", words[2]),
            ("two words", " ".join(words[:2])),
        ):
            yield row(browser, base, hub, name, query, filters=False)
        yield row(browser, base, hub, "a common word, filters opened", words[0], filters=True)
        browser.close()


def row(browser: Browser, base: str, hub: Path, name: str, query: str, *, filters: bool) -> str:
    """Return the row of one search: all that the browser asked for after the page itself."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{base}/recherche/")
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        context.on("response", lambda response: asked.append(response.url))
        page.goto(f"{base}/recherche/?{urlencode({'q': query})}")
        page.locator("ol[aria-busy=false]").wait_for(state="attached")
        if filters:
            page.locator("[data-part=filters] summary").click()
            expect(page.locator("select[name=source] option").nth(1)).to_be_attached()
        results = page.get_by_role("status").inner_text().split(" résultat")[0].split(" result")[0]
        found = [url for url in asked if "/pagefind/" in url or "/js/finder" in url]
        size = sum(sent(hub / "output" / urlsplit(url).path.lstrip("/")) for url in found)
    return f"| {name} | {results} | {len(found)} | {size / 1000:.0f} | {size / BUDGET:.2f} |"


def sent(path: Path) -> int:
    """Return the bytes of a file as a host sends it; what Pagefind made is compressed already."""
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in {".js", ".json"} else len(data)


if __name__ == "__main__":
    main()
