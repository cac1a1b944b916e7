"""How fast N feeds are harvested: ``python benchmarks/harvest.py N``, by default 1000.

A server on loopback answers each request after 50 ms (``feedserver.py``) with feeds made from real ones
(``feeds.py``). Kiosque and reader (https://reader.readthedocs.io/, its parallel update with 20 workers) visit
them all: a first time; when all are as they were (304); when all answer with the same bytes and nothing to
recognise them by; when one in ten has a new entry. It prints, as Markdown, time, CPU time and peak memory of
each, and the budgets beside them.

Kiosque leaves pictures out (``--no-pictures``): fetching and shrinking them is work that reader never does.
It does ask for the past of feeds that have one, as always in a first round; the server has none, which shows
as 404.

Each round is a whole process, its start included; what a start alone takes is measured too. The rounds after
the first all begin with what the first one left, so that each can be measured several times. Memory is
watched in a run of its own, which isn't timed (see ``measure.py``). The server's answers are counted: no tool
is fast by visits that it spares itself.

reader gets a virtual environment of its own in ``.cache/benchmarks/``, made when it is first needed; where
the package registry can't be reached, Kiosque is measured alone. All else lies on a memory disk where there
is one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import feeds
from feedserver import LATENCY
from measure import Measured, measure

HERE = Path(__file__).resolve().parent
MEMORY_DISK = Path("/dev/shm")
READER = "3.26"
BUDGET_TIMES, BUDGET_CPU, BUDGET_UNCHANGED, BUDGET_PEAK = 4, 2, 4, 500e6
START, FIRST, UNCHANGED, SAME, NEWS = "start alone", "first", "all 304", "all the same", "news in one of ten"
# How the server answers in each round (see ``feedserver.py``).
MODES = {FIRST: "fresh", UNCHANGED: "304", SAME: "same", NEWS: "news"}


@dataclass(frozen=True, slots=True)
class Tool:
    """What is measured: a command by round, run in ``folder``, where all that it remembers lies.

    ``idle`` is such a folder without a feed. ``new`` returns the number of new entries from what the command
    printed.
    """

    name: str
    folder: Path
    idle: Path
    command: Callable[[str], Sequence[str]]
    new: Callable[[bytes], int]


@dataclass(frozen=True, slots=True)
class Round:
    """What a round cost, how often the server gave each status in one run of it, and how many entries were
    new.
    """

    measured: Measured
    answers: Mapping[str, float]
    new: int


Rounds = Mapping[str, Round]


@dataclass(frozen=True, slots=True)
class Results:
    """All that one benchmark measured; ``rounds`` by tool, then by round; ``size`` in bytes."""

    count: int
    models: int
    size: int
    parsing: Measured
    rounds: Mapping[str, Rounds]


def main() -> None:
    """Make the feeds, measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Measure how fast feeds are harvested.")
    parser.add_argument("feeds", nargs="?", type=int, default=1000, metavar="N")
    parser.add_argument("--runs", type=int, default=1, help="how often each round is timed (1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(
        prefix="kiosque-bench-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None
    ) as folder:
        results = benchmark(Path(folder), options.feeds, options.runs)
    print("\n".join([describe(results), "", *table(results), "", *budgets(results)]))


def benchmark(folder: Path, count: int, runs: int) -> Results:
    """Measure ``count`` feeds below ``folder``."""
    with _served(folder / "feeds", count) as port:
        _say(f"Making {count} feeds")
        addresses = feeds.write(folder / "feeds", count, port)
        _say("Parsing all with feedparser alone")
        command = [sys.executable, str(HERE / "run_feedparser.py"), str(folder / "feeds")]
        parsing = measure(command, folder, runs, lambda: None)
        tools = [_kiosque(folder, addresses), *_reader(folder, addresses)]
        rounds = {tool.name: _rounds(tool, port, runs) for tool in tools}
        return Results(count, min(count, len(feeds.models())), feeds.size(folder / "feeds"), parsing, rounds)


@contextmanager
def _served(folder: Path, count: int) -> Iterator[int]:
    """Serve the feeds of a folder from another process, at the port that is returned."""
    command = [sys.executable, str(HERE / "feedserver.py"), str(folder), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def _ask(port: int, mode: str) -> dict[str, int]:
    """Let the server answer in some way from now on; return how often it gave each status before."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/{mode}") as answer:
        return json.load(answer)


def _kiosque(folder: Path, addresses: Sequence[str]) -> Tool:
    """Return Kiosque, with a source for each feed."""
    hub, idle = folder / "kiosque", folder / "kiosque-idle"
    for root in (hub, idle):
        (root / "content" / "sources").mkdir(parents=True)
    for number, address in enumerate(addresses):
        text = f"---\nname: Média {number}\nfeeds: [{address}]\nagreement: {{scope: full}}\n---\n"
        (hub / "content" / "sources" / f"media-{number:04}.md").write_text(text, encoding="utf-8")

    def command(round_: str) -> list[str]:
        now = "2026-03-15T08:00:00Z" if round_ == FIRST else "2026-03-15T09:00:00Z"
        harvest = ["harvest", "--allow-private", "--force", "--no-pictures", "--json", "--now", now]
        return [sys.executable, "-m", "kiosque", *harvest]

    def new(printed: bytes) -> int:
        return sum(source.get("added", 0) for source in json.loads(printed)["sources"])

    return Tool("Kiosque", hub, idle, command, new)


def _reader(folder: Path, addresses: Sequence[str]) -> list[Tool]:
    """Return reader with the same feeds, where it can be had."""
    python = _environment(HERE.parent / ".cache" / "benchmarks" / f"reader-{READER}")
    if not python:
        return []
    home, idle, listed = folder / "reader", folder / "reader-idle", folder / "addresses.txt"
    run = [str(python), str(HERE / "run_reader.py")]
    for root, written in ((home, addresses), (idle, [])):
        root.mkdir()
        listed.write_text("\n".join(written), encoding="ascii")
        subprocess.run([*run, "add", "reader.sqlite", str(listed)], cwd=root, check=True)

    def new(printed: bytes) -> int:
        return json.loads(printed)["new"]

    return [Tool("reader", home, idle, lambda _round: [*run, "update", "reader.sqlite"], new)]


def _environment(folder: Path) -> Path | None:
    """Return the Python of reader's own environment, made where there is none; nothing where that can't be
    done.

    reader isn't among what Kiosque locks for its tests: it would bring packages that only this file needs.
    """
    python = folder / "bin" / "python"
    if python.exists() and not _run(python, "-c", "import reader").returncode:
        return python
    _say(f"Installing reader {READER} into {folder}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    done = _run(python, "-m", "pip", "install", "--quiet", f"reader=={READER}", "sgmllib3k")
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        _say(f"reader can't be had from the package registry ({reason}): Kiosque is measured alone")
        return None
    return python


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _rounds(tool: Tool, port: int, runs: int) -> Rounds:
    """Measure a tool's start and all its rounds."""
    before, after = (tool.folder.with_name(f"{tool.name}-{when}") for when in ("before", "after"))
    _say(f"{tool.name}: {START}")
    start = measure(tool.command(FIRST), tool.idle, runs, lambda: None)
    rounds = {START: Round(start, {}, 0)}
    shutil.copytree(tool.folder, before)
    for name, mode in MODES.items():
        _say(f"{tool.name}: {name}")
        _ask(port, mode)
        left = before if name == FIRST else after
        measured = measure(tool.command(name), tool.folder, runs, partial(_put_back, left, tool.folder))
        answers = {status: number / (runs + 1) for status, number in sorted(_ask(port, mode).items())}
        rounds[name] = Round(measured, answers, tool.new(measured.output))
        if name == FIRST:
            shutil.copytree(tool.folder, after)
    return rounds


def _put_back(state: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(state, folder)


def describe(results: Results) -> str:
    """Return what was measured, and on what."""
    kind = "real" if feeds.are_real() else "made-up"
    facts = json.loads(results.parsing.output)
    other = f"reader {READER}" if "reader" in results.rounds else "without reader"
    return (
        f"{results.count} feeds made from {results.models} {kind} ones, {results.size / 1e6:.0f} MB with "
        f"{facts['entries']} entries, from a server on loopback that takes {LATENCY * 1000:.0f} ms for each "
        f"answer. "
        f"feedparser {facts['feedparser']}, {other}, {platform.system()}, "
        f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores."
    )


def table(results: Results) -> list[str]:
    """Return the table of what was measured."""
    rows = [(name, tool, rounds[name]) for name in (START, *MODES) for tool, rounds in results.rounds.items()]
    return [
        "| round | tool | seconds | CPU seconds | peak memory, MB | answers | new entries |",
        "|---|---|---:|---:|---:|---|---:|",
        *(
            (
                f"| {name} | {tool} | {_costs(one.measured)} | {_answers(one)} | "
                f"{one.new if one.answers else ''} |"
            )
            for name, tool, one in rows
        ),
        f"| parsing alone, from memory | feedparser | {_costs(results.parsing)} | | |",
    ]


def _costs(one: Measured) -> str:
    return f"{one.seconds:.2f} | {one.cpu:.2f} | {one.peak / 1e6:.0f}"


def _answers(one: Round) -> str:
    return ", ".join(f"{number:g} × {status}" for status, number in one.answers.items())


def budgets(results: Results) -> list[str]:
    """Return the table of budgets and whether they are kept."""
    own, other = results.rounds["Kiosque"], results.rounds.get("reader", {})
    rows = [
        (
            f"{name}: {BUDGET_TIMES} times faster than reader",
            other[name].measured.seconds / BUDGET_TIMES,
            own[name].measured.seconds,
            "s",
        )
        for name in MODES
        if name in other
    ] + [
        (
            f"first: CPU time of {BUDGET_CPU} times feedparser alone",
            BUDGET_CPU * results.parsing.cpu,
            own[FIRST].measured.cpu,
            "s",
        ),
        ("all 304", BUDGET_UNCHANGED, own[UNCHANGED].measured.seconds, "s"),
        ("peak memory", BUDGET_PEAK / 1e6, max(one.measured.peak for one in own.values()) / 1e6, "MB"),
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
    ]


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
