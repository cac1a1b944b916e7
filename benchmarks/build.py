"""How fast a hub of N entries is built: ``python benchmarks/build.py N``, by default 10000.

Prints, as Markdown, the time and the peak memory of a build from nothing, with and without feeds, of a build
after nothing changed and of a build after one new entry, beside an empty Pelican run and the floor: the time
that it takes just to write the same bytes to the same files. Then it compares them with their budgets.

Everything lies on a memory disk where there is one, so that a slow disk doesn't hide a slow program. Each
build is a whole process, ``python -m kiosque build``, its start included. A time is the median of several
runs. Memory is watched in a run of its own, which isn't timed: every 20 ms, the proportional set sizes of the
process and all its children are added up (see ``measure.py``); the highest sum is the peak.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import msgspec
from corpus import ENTRIES_PER_ARTICLE, NOW, Corpus
from measure import Measured, measure

MEMORY_DISK = Path("/dev/shm")
BUDGET_COLD, BUDGET_SAME, BUDGET_NEW = 12, 2, 3
BUDGET_PEAK = 1.5e9
# Of the time of a build from nothing.
BUDGET_FEEDS = 1 / 5
_MANY = 100_000
_RUNS = 3


@dataclass(frozen=True, slots=True)
class Results:
    """All that one benchmark measured; ``floor`` is in seconds, ``size`` in bytes."""

    entries: int
    files: int
    size: int
    cold: Measured
    feedless: Measured
    same: Measured
    new: Measured
    pelican: Measured
    floor: float


def main() -> None:
    """Make the hub, measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Measure how fast a made-up hub is built.")
    parser.add_argument("entries", nargs="?", type=int, default=10_000, metavar="N")
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory(
        prefix="kiosque-bench-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None
    ) as folder:
        results = benchmark(Path(folder), entries)
    print("\n".join([describe(results), "", *table(results), "", *budgets(results)]))


def benchmark(folder: Path, entries: int) -> Results:
    """Measure a hub of ``entries`` entries below ``folder``."""
    hub = folder / "hub"
    corpus = Corpus(hub, entries)
    _say(f"Making a hub of {entries} entries")
    corpus.write()
    output = hub / "output"

    def clear() -> None:
        shutil.rmtree(output, ignore_errors=True)
        shutil.rmtree(hub / ".cache", ignore_errors=True)

    build = ["--hub", str(hub), "build", "--json", "--no-search", "--now", NOW.isoformat()]
    command = [sys.executable, "-m", "kiosque", *build]
    without_feeds = [sys.executable, str(Path(__file__).with_name("run_without_feeds.py")), *build]
    runs = 1 if entries >= _MANY else _RUNS
    _say("Building from nothing without feeds")
    feedless = measure(without_feeds, hub, runs, clear)
    _say("Building from nothing")
    cold = measure(command, hub, runs, clear)
    _say("Writing the same bytes")
    files, size, floor = measure_floor(output, folder / "floor")
    _say("Building after nothing changed")
    same = measure(command, hub, _RUNS, lambda: None)
    _say("Building after one new entry")
    new = measure(command, hub, _RUNS, corpus.add_entry)
    _say("Running an empty Pelican")
    pelican = measure_pelican(folder / "pelican")
    return Results(entries, files, size, cold, feedless, same, new, pelican, floor)


def measure_floor(output: Path, fresh: Path) -> tuple[int, int, float]:
    """Write what lies in ``output`` again, to files that aren't there yet: how many, how many bytes,
    seconds.
    """
    data = {path.relative_to(output): path.read_bytes() for path in output.rglob("*") if path.is_file()}
    seconds = []
    for _ in range(_RUNS):
        files = {str(fresh / path): content for path, content in data.items()}
        folders = sorted({os.path.dirname(path) for path in files})
        start = time.perf_counter()
        _write(folders, files)
        seconds.append(time.perf_counter() - start)
        shutil.rmtree(fresh)
    return len(data), sum(map(len, data.values())), median(seconds)


def _write(folders: Sequence[str], files: dict[str, bytes]) -> None:
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    for path, content in files.items():
        with open(path, "wb", buffering=0) as file:
            file.write(content)


def measure_pelican(folder: Path) -> Measured:
    """Measure Pelican with its default settings on an empty content folder."""
    (folder / "content").mkdir(parents=True)
    command = [sys.executable, "-m", "pelican", "content", "--output", "output"]
    return measure(command, folder, _RUNS, lambda: shutil.rmtree(folder / "output", ignore_errors=True))


def describe(results: Results) -> str:
    """Return what was measured, and on what."""
    articles = results.entries // ENTRIES_PER_ARTICLE
    return (
        f"{results.entries} entries and {articles} articles make {results.files} files of "
        f"{results.size / 1e6:.0f} MB. {platform.system()}, Python {platform.python_version()}, "
        f"{len(os.sched_getaffinity(0))} cores."
    )


def table(results: Results) -> list[str]:
    """Return the table of what was measured."""
    rows = [
        ("build from nothing", results.cold, str(_written(results.cold))),
        ("the same without feeds and podcasts", results.feedless, str(_written(results.feedless))),
        ("build after nothing changed", results.same, str(_written(results.same))),
        ("build after one new entry", results.new, str(_written(results.new))),
        ("empty Pelican run", results.pelican, ""),
    ]
    return [
        "| | seconds | peak memory, MB | files written |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {one.seconds:.2f} | {one.peak / 1e6:.0f} | {files} |" for name, one, files in rows),
        f"| floor: writing the same bytes | {results.floor:.2f} | | {results.files} |",
    ]


def budgets(results: Results) -> list[str]:
    """Return the table of budgets and whether they are kept."""
    floor, empty = results.floor, results.pelican.seconds
    peak = max(results.cold.peak, results.same.peak, results.new.peak)
    rows = [
        (f"from nothing: {BUDGET_COLD} floors", BUDGET_COLD * floor, results.cold.seconds, "s"),
        (
            f"nothing changed: empty Pelican + {BUDGET_SAME} floors",
            empty + BUDGET_SAME * floor,
            results.same.seconds,
            "s",
        ),
        (
            f"one new entry: empty Pelican + {BUDGET_NEW} floors",
            empty + BUDGET_NEW * floor,
            results.new.seconds,
            "s",
        ),
        (
            "feeds and podcasts: a fifth of from nothing",
            BUDGET_FEEDS * results.cold.seconds,
            results.cold.seconds - results.feedless.seconds,
            "s",
        ),
        ("peak memory", BUDGET_PEAK / 1e6, peak / 1e6, "MB"),
    ]
    return [
        "| budget | allowed | measured | measured ÷ allowed | kept |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {name} | {allowed:.{digits}f} {unit} | {measured:.{digits}f} {unit} "
            f"| {measured / allowed:.2f} | {'yes' if measured <= allowed else 'no'} |"
            for name, allowed, measured, unit in rows
            for digits in [2 if unit == "s" else 0]
        ),
        "",
        f"A build from nothing takes {results.cold.seconds / floor:.1f} floors.",
    ]


def _written(build: Measured) -> int:
    return len(msgspec.json.decode(build.output)["written"])


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
