"""Whether a hub lasts: ``python -m benchmarks.soak``, 24 days of hourly rounds among hostile sources.

A fifth of all sources are hostile, each in a way of its own (``soaking/hostile.py``); the others publish at
random times. Each hour the feeds are harvested, the hub is built for the public and deployed to a folder; one
round in four is killed at a random instant, never two in a row, and the rest of its hour is lost. Hours are
simulated (``--now``): one takes seconds. All is drawn from one seed, except for the instants of kills, which
follow how long commands take.

Ctrl+C ends it after three more rounds. At the end it says, with an exit code of 1 where something is wrong:

- whether every post of a healthy source was published within two hours of its date, once, and stayed;
- whether a process or a temporary file was left behind, in the hub, on the host or in $TMPDIR;
- whether reports named each hostile source by its failure, or its entries were taken in;
- whether a private network was asked;
- whether the host has what a build from nothing makes.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.soaking import checks, healthy
from benchmarks.soaking.commands import Commands, Done, Kill
from benchmarks.soaking.hostile import ATTACKS, Attack
from benchmarks.soaking.server import MediaServer

ON_LOOPBACK = Path(__file__).parent.resolve() / "soaking" / "on_loopback.py"
MEMORY_DISK = Path("/dev/shm")
# Over a change of month, and of the time of the year.
START = datetime(2026, 3, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
# At most one source in so many is hostile.
HOSTILE_EVERY = 4
KILLED_EVERY = 4
# Rounds at the end without a kill.
_CALM = 3
_SEARCH_EVERY = 6
_BUILD, _BUILD_SEARCH = "build", "build with search"
_STEPS = ("harvest", _BUILD, _BUILD_SEARCH, "deploy")
_SETTINGS = """SITENAME = "Le kiosque d’essai"
SITEURL = "https://kiosque.example"
PLUGINS = ["kiosque.site"]
VISIT_HOURS = (1, 1)
DEPLOY = {"site": {"url": "../host", "compressed": False}}
"""
_NOTICE = """---
title: Mentions légales
publisher:
  {name: Essai, address: 1 rue de l’Essai 26000 Valence, phone: 01 99 00 00 00, director: Camille Essai}
host: {name: Essai, address: 2 rue de l’Essai 26000 Valence, phone: 01 99 00 00 01}
---
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """All who take part, and where: ``folder`` holds the hub, its host, and all temporary files."""

    folder: Path
    media: Sequence[healthy.Medium]
    attacks: Sequence[Attack]

    @property
    def hub(self) -> Path:
        """The hub's folder."""
        return self.folder / "hub"

    @property
    def host(self) -> Path:
        """The folder that readers see."""
        return self.folder / "host"

    @property
    def temporary(self) -> Path:
        """The folder that commands take for temporary files."""
        return self.folder / "temporary"

    def hostile(self) -> Iterator[tuple[str, Attack]]:
        """Yield the hostile sources by their slugs."""
        return ((f"hostile-{number:03}", attack) for number, attack in enumerate(self.attacks))

    def write(self, server: MediaServer) -> None:
        """Write the hub, with a source for each server."""
        for name in ("hub/content/sources", "hub/content/pages", "host", "temporary"):
            (self.folder / name).mkdir(parents=True)
        for name in ("pelicanconf.py", "publishconf.py"):
            (self.hub / name).write_text(_SETTINGS, encoding="utf-8")
        (self.hub / "content/pages/mentions-legales.md").write_text(_NOTICE, encoding="utf-8")
        for medium in self.media:
            self._write_source(medium.slug, medium.slug, f"{server.base(medium.number)}/feed")
        for number, (slug, attack) in enumerate(self.hostile(), len(self.media)):
            base = f"http://{attack.host}" if attack.host else server.base(number)
            self._write_source(slug, f"Hostile: {attack.name}", f"{base}/feed")

    def _write_source(self, slug: str, name: str, address: str) -> None:
        text = f'---\nname: "{name}"\nlanguage: fr\nfeeds: ["{address}"]\nagreement: {{scope: full}}\n---\n'
        (self.hub / "content" / "sources" / f"{slug}.md").write_text(text, encoding="utf-8")


@dataclass(slots=True)
class Findings:
    """What was seen in all rounds."""

    faults: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class Soak:
    """Rounds of a hub, hour after hour."""

    def __init__(self, scene: Scene, server: MediaServer, seed: int) -> None:
        self._scene, self._server = scene, server
        self._draw = random.Random(seed)
        self._stopping = threading.Event()
        (scene.folder / "printed").mkdir()
        self._commands = Commands(
            scene.folder / "printed", {"TMPDIR": str(scene.temporary), "LANGUAGE": "en"}
        )
        dates = {post.token: post.date for medium in scene.media for post in medium.posts}
        self.publication = checks.Publication(dates, START)
        self.findings = Findings()

    def run(self, hours: int) -> int:
        """Run a round for each hour; return their number, which is smaller where a person interrupts them."""
        signal.signal(signal.SIGINT, lambda *_: self._stopping.set())
        was_killed, hour = False, 0
        while hour < hours:
            hour += 1
            if self._stopping.is_set():
                hours = min(hours, hour + _CALM - 1)
                self._stopping.clear()
            is_calm = was_killed or hour == 1 or hour > hours - _CALM
            # An index is for people who search: once it is six hours old, it is made again.
            build = _BUILD if hour % _SEARCH_EVERY and hour < hours else _BUILD_SEARCH
            steps = ("harvest", build, "deploy")
            killed = "" if is_calm or self._draw.randrange(KILLED_EVERY) else self._draw.choice(steps)
            was_killed = self._round(START + hour * HOUR, steps, killed)
            if hour % 24 == 0 or hour == hours:
                self._tell(hour)
        return hours

    def _round(self, now: datetime, steps: Sequence[str], killed: str) -> bool:
        """Run a round; return whether it was killed."""
        self._server.now = now
        for step in steps:
            done = self._commands.run(
                self._command(step, now), self._scene.hub, self._kill(step) if step == killed else None
            )
            self._judge(step, done, now)
            if done.was_killed:
                self.findings.kills[step] += 1
                return True
        self.publication.look(self._scene.host, now)
        return False

    def _command(self, step: str, now: datetime) -> list[str]:
        moment = now.isoformat().replace("+00:00", "Z")
        build = ["-m", "kiosque", "build", "--publish", "--json", "--now", moment]
        words = {
            "harvest": [str(ON_LOOPBACK), "harvest", "--json", "--now", moment],
            _BUILD: [*build, "--no-search"],
            _BUILD_SEARCH: build,
            "deploy": ["-m", "kiosque", "deploy", "site", "--json"],
        }
        return [sys.executable, *words[step]]

    def _kill(self, step: str) -> Kill:
        usual = (self.findings.seconds[step] or self.findings.seconds[_BUILD])[-1]
        return Kill(self._draw.uniform(0, usual), group=self._draw.random() < 0.5)

    def _judge(self, step: str, done: Done, now: datetime) -> None:
        faults = self.findings.faults
        faults += [f"process left behind by {step} at {now}: {name}" for name in done.left]
        if done.was_killed:
            return
        self.findings.seconds[step].append(done.seconds)
        # A file that people must mend sets the exit code of a harvest: a source has an address that is none.
        is_wrong = not done.output if step == "harvest" else done.code
        if is_wrong or "Traceback" in done.errors:
            faults.append(f"{step} at {now} ended with {done.code}: {done.errors[-2000:]}")
        elif step == "harvest":
            self._note_problems(json.loads(done.output), now)

    def _note_problems(self, report: dict[str, object], now: datetime) -> None:
        for problem in report["problems"]:
            self.findings.problems[Path(problem["path"]).stem].add(problem["message"])
        for source in report["sources"]:
            self.findings.problems[source["source"]] |= {one["message"] for one in source.get("problems", ())}
            for flag in ("unwritten", "postponed"):
                if source.get(flag):
                    self.findings.faults.append(
                        f"{flag}: {source['source']} at {now}: {source.get('problems')}"
                    )

    def _tell(self, hour: int) -> None:
        means = {step: sum(taken[-24:]) / len(taken[-24:]) for step, taken in self.findings.seconds.items()}
        print(
            f"day {hour / 24:.1f}: {len(self.publication.first_seen)} posts published, "
            f"{self.findings.kills.total()} kills, {len(self.findings.faults)} faults; "
            + ", ".join(f"{step} {mean:.1f} s" for step, mean in means.items()),
            file=sys.stderr,
            flush=True,
        )

    def conclude(self, hours: int) -> list[str]:
        """Return all faults, those of the end included."""
        scene, end = self._scene, START + hours * HOUR
        return [
            *self.findings.faults,
            *self.publication.faults,
            *self.publication.late(end),
            *checks.doubled_records(scene.hub / "archive"),
            *checks.left_files([scene.hub, scene.host], scene.temporary),
            *self._unnamed(),
            *([f"{self._server.private} requests for a private network"] if self._server.private else []),
            *self._unlike_new(end),
        ]

    def _unnamed(self) -> Iterator[str]:
        """Yield the hostile sources that no report named by their failure, or whose entries aren't there."""
        for slug, attack in self._scene.hostile():
            messages = self.findings.problems[slug]
            if attack.says and not any(attack.says in message for message in messages):
                yield f"unnamed: {attack.name} ({slug}) is told as {sorted(messages)}"
            if not attack.says and not any(self._scene.host.glob(f"medias/{slug}/*/*/index.html")):
                yield f"unpublished: {attack.name} ({slug}) is told as {sorted(messages)}"

    def _unlike_new(self, now: datetime) -> Iterator[str]:
        """Yield how a build from nothing differs from what the host has."""
        new = self._scene.folder / "new"
        shutil.copytree(
            self._scene.hub, new, ignore=shutil.ignore_patterns("output", "manifests", "texts.msgpack")
        )
        done = self._commands.run(self._command(_BUILD, now), new)
        if done.code:
            yield f"a build from nothing ended with {done.code}: {done.errors[-2000:]}"
        output = self._scene.hub / "output"
        yield from checks.unlike(output, new / "output", r"^recherche/pagefind/")
        yield from checks.unlike(output, self._scene.host, r"\.(?:br|gz)$|^\.kiosque/")


def main() -> None:
    """Soak, print what was found, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Let a hub run for days among hostile sources.")
    parser.add_argument("--days", type=float, default=24, help="simulated days (24)")
    parser.add_argument("--feeds", type=int, default=200, help="sources, a fifth of them hostile (200)")
    parser.add_argument("--seed", type=int, default=26114)
    parser.add_argument("--keep", type=Path, help="a new folder for all files, which are kept")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir()
        sys.exit(soak(options.keep, round(options.days * 24), options.feeds, options.seed))
    parent = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kiosque-soak-", dir=parent) as name:
        code = soak(Path(name), round(options.days * 24), options.feeds, options.seed)
    sys.exit(code)


def soak(folder: Path, hours: int, feeds: int, seed: int) -> int:
    """Run a soak below ``folder``, print its report, and return the exit code."""
    start = time.perf_counter()
    hostile = min(feeds // HOSTILE_EVERY, len(ATTACKS))
    attacks = [ATTACKS[number * len(ATTACKS) // hostile] for number in range(hostile)]
    end = START + hours * HOUR
    media = [healthy.medium(number, seed, START, end) for number in range(feeds - hostile)]
    scene = Scene(folder, media, attacks)
    with MediaServer(media, scene.attacks, START) as server:
        scene.write(server)
        running = Soak(scene, server, seed)
        hours = running.run(hours)
        faults = running.conclude(hours)
    print("\n".join([*_report(running, scene, hours, time.perf_counter() - start), "", *faults]))
    return 1 if faults else 0


def _report(running: Soak, scene: Scene, hours: int, seconds: float) -> Iterator[str]:
    delays = sorted(running.publication.delays())
    named = sum(bool(attack.says) for attack in scene.attacks)
    yield f"{hours} hourly rounds in {seconds / 60:.0f} minutes.\n\n| | |\n|---|---:|"
    yield f"| sources: healthy, hostile | {len(scene.media)}, {len(scene.attacks)} |"
    for step in _STEPS:
        if taken := sorted(running.findings.seconds[step]):
            yield f"| {step}: median, longest, in seconds | {taken[len(taken) // 2]:.1f}, {taken[-1]:.1f} |"
    for step in _STEPS:
        yield f"| kills of {step} | {running.findings.kills[step]} |"
    yield f"| posts of healthy sources published | {len(delays)} |"
    if delays:
        yield f"| delay: median, longest | {delays[len(delays) // 2]}, {delays[-1]} |"
    yield f"| hostile sources named by their failure, taken in | {named}, {len(scene.attacks) - named} |"
    yield f"| files on the host | {sum(path.is_file() for path in scene.host.rglob('*'))} |"


if __name__ == "__main__":
    main()
