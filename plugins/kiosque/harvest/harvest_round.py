"""Run a round of the harvest. Each source is visited on its own, so that a broken feed stops no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import msgspec
from filelock import FileLock, Timeout

from kiosque.archive import entries, feed_memory
from kiosque.archive.format import migrate
from kiosque.files import cannot_write
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.options import Options
from kiosque.harvest.remote import companions, pictures
from kiosque.harvest.remote.needed_files import needed_files
from kiosque.harvest.source_report import SourceReport
from kiosque.harvest.source_visit import visit_source
from kiosque.harvest.time_limit import TimeLimit
from kiosque.harvest.workers import Workers
from kiosque.i18n import _
from kiosque.model import OutputError, Problem, Record, Source
from kiosque.takedowns import RemovedEntry, purge
from kiosque.works import named_by_editors

logger = logging.getLogger(__name__)


class Report(Record, frozen=True):
    """The result of a round.

    - ``removed``: how many entries were taken down.
    - ``pictures``, ``companions``: how many pictures, and chapters and transcripts, were downloaded.
    - ``kept``: the name of the folder that keeps the archive in its old format, if the format was changed.
    """

    sources: tuple[SourceReport, ...] = ()
    removed: int = 0
    pictures: int = 0
    companions: int = 0
    kept: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all sources, in their order."""
        return tuple(problem for source in self.sources for problem in source.problems)


def harvest(
    root: Path,
    sources: Sequence[Source],
    options: Options,
    progress: Callable[[SourceReport], None] | None = None,
) -> Report:
    """Visit all due feeds, write what is new into ``archive/``, and return the report of the round.

    ``sources`` must hold all sources of the hub, even if ``options`` choose some. ``progress`` is called
    after each source.
    Raises OutputError if another round of the same hub is running, or if the cache can't be written.
    """
    options = msgspec.structs.replace(options, now=options.now.replace(microsecond=0))
    visible = [source for source in sources if not options.takedowns.covers_source(source.slug)]
    folder = root / ".cache" / "harvest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "harvest.lock", timeout=0):
            start = perf_counter()
            kept = migrate(root / entries.ARCHIVE, dry_run=options.dry_run)
            removed = _purge(root, options)
            report = asyncio.run(_round(root, visible, options, progress or (lambda _report: None)))
            logger.debug("round done in %.2f s", perf_counter() - start)
            return msgspec.structs.replace(report, removed=len(removed), kept=kept)
    except Timeout:
        raise OutputError(_("another harvest of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error


def _purge(root: Path, options: Options) -> tuple[RemovedEntry, ...]:
    named = named_by_editors(root, UTC) if options.takedowns else ()
    return purge(root, options.takedowns, options.dry_run, named)


async def _round(
    root: Path, sources: Sequence[Source], options: Options, progress: Callable[[SourceReport], None]
) -> Report:
    chosen = [source for source in sources if not options.only or source.slug in options.only]
    order = {source.slug: number for number, source in enumerate(chosen)}
    chosen.sort(key=lambda source: _due_since(root, source))
    start, limit = perf_counter(), TimeLimit(options.limits.round)
    logger.debug("round at %s: %d of %d sources", options.now.isoformat(), len(chosen), len(sources))
    # The number of concurrent sources is limited: bodies that wait to be read would fill the memory.
    places = asyncio.Semaphore(4 * options.limits.at_once)
    async with (
        Fetcher(root, options.user_agent, options.allow_private, options.limits) as fetcher,
        Workers() as workers,
    ):

        async def visit(source: Source) -> SourceReport:
            async with places:
                report = (
                    SourceReport(source=source.slug, postponed=True)
                    if limit.left < options.limits.source
                    else await visit_source(root, source, options, fetcher, workers)
                )
            progress(report)
            return report

        reports = await asyncio.gather(*(visit(source) for source in chosen))
        report = Report(sources=tuple(sorted(reports, key=lambda source: order[source.source])))
        logger.debug(
            "sources visited in %.2f s: %d feeds visited, %d problems",
            perf_counter() - start, sum(source.visited for source in reports), len(report.problems),
        )  # fmt: skip
        if options.pictures and not options.dry_run:
            report = await _with_files(report, root, sources, fetcher, options.now, limit)
        return report


def _due_since(root: Path, source: Source) -> datetime:
    """Return since when a source's feeds are due: those that wait longest are visited first."""
    visits = feed_memory.load(root, source.slug).visits.values()
    return min((visit.next for visit in visits if visit.next), default=datetime.min.replace(tzinfo=UTC))


async def _with_files(
    report: Report,
    root: Path,
    sources: Sequence[Source],
    fetcher: Fetcher,
    now: datetime,
    limit: TimeLimit,
) -> Report:
    """Download the files of other hosts that pages show, remove those that no page shows any more."""
    needed = needed_files(root, sources)
    removed = pictures.prune(root, needed.pictures) + companions.prune(root, needed.companions)
    logger.debug("%d files removed that no page shows any more", removed)
    picture_counts = await pictures.download(root, fetcher, needed.pictures, now, seconds=limit.left)
    companion_counts = await companions.download(root, fetcher, needed.companions, now, seconds=limit.left)
    return msgspec.structs.replace(report, pictures=picture_counts.kept, companions=companion_counts.kept)
