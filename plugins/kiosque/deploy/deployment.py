"""The way of one deployment, the same for every kind of host.

Look at what is wanted and what is there, decide, note what is about to be touched, send phase by phase, remove, note what
is there now. Cut off anywhere, the next deployment reads the notes and goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosque.deploy import lock, state
from kiosque.deploy.host import File, Host
from kiosque.deploy.lock import Held
from kiosque.deploy.order import Phase
from kiosque.deploy.plan import Plan, make_plan
from kiosque.deploy.state import Known
from kiosque.model import Record

# What goes to the host between two signs of life.
_FILES_AT_ONCE, _BYTES_AT_ONCE = 1_000, 8_000_000


class Deployed(Record, frozen=True):
    """What a deployment did, or would do: the paths ``sent``, in order, and ``removed``, how many were left as they were.

    ``size`` are the bytes of what was sent, ``manifest`` those of the list that the host keeps. ``mended`` are those of
    ``sent`` that someone had changed on the host, ``previous`` is how many files of the last look stay.
    ``was_cut`` says that the deployment before this one hadn't reached its end.
    """

    sent: tuple[str, ...]
    removed: tuple[str, ...]
    mended: tuple[str, ...]
    kept: int
    size: int
    previous: int
    manifest: int = 0
    was_cut: bool = False
    had_manifest: bool = True


class Watcher(Protocol):
    """Who is told how it goes."""

    def phase(self, phase: Phase, files: Mapping[str, File]) -> None:
        """A phase begins, which sends these files."""

    def sent(self, path: str) -> None:
        """A file is on the host."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is deployed: the folder, what lies in it, and where this hub's notes of its own lie."""

    folder: Path
    files: Mapping[str, File]
    cache: Path


def look(site: Site, host: Host, *, verify: bool) -> tuple[Known, Plan]:
    """Return what is known of a host, and what a deployment would do; with ``verify`` files are read, not only looked at."""
    known = state.load(host)
    trusted = known.trusted()
    expected = {path: file for path, file in trusted.items() if path in site.files}
    return known, make_plan(site.files, known, host.differing(expected, deep=verify))


def would_deploy(site: Site, host: Host, *, verify: bool) -> Deployed:
    """Return what a deployment would do, and touch nothing."""
    return _report(*look(site, host, verify=verify))


def deploy(site: Site, host: Host, target: str, watcher: Watcher, *, verify: bool) -> Deployed:
    """Bring a host to what ``site`` holds; raises HostError."""
    with lock.locked(host, target, site.cache) as held:
        host.clear()
        known, plan = look(site, host, verify=verify)
        manifest = 0
        if known.was_cut or not known.had_manifest or plan.sent or plan.removed or plan.obstacles:
            state.begin(host, known, plan.sent)
            _carry_out(site.folder, host, plan, held, watcher)
            manifest = state.end(host, plan.manifest)
    host.finish()
    return _report(known, plan, manifest)


def _carry_out(folder: Path, host: Host, plan: Plan, held: Held, watcher: Watcher) -> None:
    """Send and remove, in order."""
    if plan.obstacles:
        host.delete(plan.obstacles)
    for phase, files in plan.phases:
        watcher.phase(phase, files)
        for some in _batches(files):
            host.put(folder, some, watcher.sent)
            held.beat()
    if plan.removed:
        host.delete(plan.removed)


def _batches(files: Mapping[str, File]) -> Iterator[dict[str, File]]:
    """Yield some files at a time, by number and bytes."""
    batch: dict[str, File] = {}
    size = 0
    for path, file in files.items():
        if batch and (len(batch) == _FILES_AT_ONCE or size + file.size > _BYTES_AT_ONCE):
            yield batch
            batch, size = {}, 0
        batch[path] = file
        size += file.size
    if batch:
        yield batch


def _report(known: Known, plan: Plan, manifest: int = 0) -> Deployed:
    return Deployed(
        sent=tuple(plan.sent),
        removed=(*plan.obstacles, *plan.removed),
        mended=plan.mended,
        kept=len(plan.manifest.files) - len(plan.sent),
        size=sum(file.size for file in plan.sent.values()),
        previous=len(plan.manifest.previous),
        manifest=manifest,
        was_cut=known.was_cut,
        had_manifest=known.had_manifest,
    )
