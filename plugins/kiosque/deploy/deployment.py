"""One deployment, the same for every kind of host.

Steps: compare the site with the host, make the plan, note on the host which files are about to change, send
phase by phase, remove old files, replace the manifest. A deployment may be cut off at any step. The next one
reads the notes and finishes the work.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from kiosque.deploy import lock, state
from kiosque.deploy.host import File, Host
from kiosque.deploy.lock import HeldLock
from kiosque.deploy.order import Phase, phase_of
from kiosque.deploy.plan import Plan, make_plan
from kiosque.deploy.state import HostState
from kiosque.model import Record
from kiosque.timed_stage import timed_stage

logger = logging.getLogger(__name__)

# The largest batch between two renewals of the lock.
_FILES_AT_ONCE, _BYTES_AT_ONCE = 1_000, 8_000_000


class DeployReport(Record, frozen=True):
    """What a deployment did, or would do.

    ``sent`` are the paths that travelled, in order. ``removed`` are the paths that were deleted. ``kept`` is
    the number of files that needed nothing. ``mended`` are those of ``sent`` that someone had changed on the
    host. ``size`` is the number of bytes sent, ``manifest`` the number of bytes of the manifest. ``previous``
    is the number of files of the previous look, which stay. ``was_cut`` says whether the deployment before
    this one was cut off.
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
    """Receives the progress of a deployment."""

    def phase(self, phase: Phase, files: Mapping[str, File]) -> None:
        """Note that a phase begins, which sends ``files``."""

    def sent(self, path: str) -> None:
        """Note that a file is on the host."""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """The site to deploy: its folder, the files in it, and the cache folder of its hub."""

    folder: Path
    files: Mapping[str, File]
    cache: Path


def compare(site: BuiltSite, host: Host, *, verify: bool) -> tuple[HostState, Plan]:
    """Return the notes that a host keeps, and the plan of a deployment to it.

    With ``verify`` the content of files on the host is read. Otherwise their sizes and times are enough.
    """
    with timed_stage(logger, "reading the notes of the host"):
        host_state = state.load(host)
    logger.debug(
        "host: %s files in its manifest, %s pending, has manifest: %s",
        len(host_state.manifest.files),
        len(host_state.pending),
        host_state.had_manifest,
    )
    expected = {path: file for path, file in host_state.trusted().items() if path in site.files}
    with timed_stage(
        logger, "comparing %d files with the host, with their content: %s", len(expected), verify
    ):
        differing = host.differing(expected, deep=verify)
    plan = make_plan(site.files, host_state, differing)
    logger.debug(
        "plan: %d obstacles, %d files to send, %d to remove, %d changed by someone else",
        len(plan.obstacles),
        len(plan.sent),
        len(plan.removed),
        len(plan.mended),
    )
    return host_state, plan


def would_deploy(site: BuiltSite, host: Host, *, verify: bool) -> DeployReport:
    """Return the report of a deployment without doing it."""
    return _report(*compare(site, host, verify=verify))


def deploy(site: BuiltSite, host: Host, target: str, watcher: Watcher, *, verify: bool) -> DeployReport:
    """Make a host hold the files of ``site``; raises HostError."""
    with lock.locked(host, target, site.cache) as held:
        host.clear()
        host_state, plan = compare(site, host, verify=verify)
        manifest_size = 0
        if host_state.was_cut or not host_state.had_manifest or plan.sent or plan.removed or plan.obstacles:
            state.begin(host, host_state, plan.sent)
            _carry_out(site.folder, host, plan, held, watcher)
            manifest_size = state.end(host, plan.manifest)
        else:
            logger.debug("nothing to do: the host holds this site already")
    with timed_stage(logger, "finishing on the host"):
        host.finish()
    return _report(host_state, plan, manifest_size)


def _carry_out(folder: Path, host: Host, plan: Plan, held: HeldLock, watcher: Watcher) -> None:
    """Remove obstacles, send phase by phase, then remove old files."""
    if plan.obstacles:
        host.delete(plan.obstacles)
    for phase, files in plan.phases:
        watcher.phase(phase, files)
        with timed_stage(logger, "phase %s: sending %d files", phase.name, len(files)):
            for batch in _batches(files):
                host.put(folder, batch, watcher.sent)
                held.beat()
    if plan.removed:
        with timed_stage(logger, "removing %d files", len(plan.removed)):
            # Phase by phase: hosts remove files in any order, and no page may stay longer than its pictures.
            for _phase, paths in groupby(plan.removed, phase_of):
                host.delete(tuple(paths))


def _batches(files: Mapping[str, File]) -> Iterator[dict[str, File]]:
    """Yield the files in batches that are limited by number and by bytes."""
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


def _report(host_state: HostState, plan: Plan, manifest_size: int = 0) -> DeployReport:
    return DeployReport(
        sent=tuple(plan.sent),
        removed=(*plan.obstacles, *plan.removed),
        mended=plan.mended,
        kept=len(plan.manifest.files) - len(plan.sent),
        size=sum(file.size for file in plan.sent.values()),
        previous=len(plan.manifest.previous),
        manifest=manifest_size,
        was_cut=host_state.was_cut,
        had_manifest=host_state.had_manifest,
    )
