"""Download the chapters and transcripts that pages will show into ``.cache/companions/``.

Failed downloads are remembered in ``.cache/companions/failures.msgpack``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kiosque import companions
from kiosque.companions import Companion
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body
from kiosque.harvest.remote.downloads import (
    TIME_LIMIT,
    DownloadCounts,
    Downloads,
    Outcome,
    forget_failures,
)


async def download(
    root: Path,
    fetcher: Fetcher,
    wanted: Sequence[Companion],
    now: datetime,
    limit: int = 200,
    seconds: float = TIME_LIMIT,
) -> DownloadCounts:
    """Download at most ``limit`` of the wanted companions that the cache lacks, in their order.

    Raises OutputError if the cache can't be written.
    """
    folder = companions.folder(root)
    kept = companions.names_by_key(folder)
    missing = {companion.url: companion for companion in wanted if companions.key(companion) not in kept}
    downloads = Downloads(_failures_file(root), now)

    async def keep(body: Body, url: str) -> Outcome:
        is_kept = await asyncio.to_thread(companions.keep, missing[url], body.data, folder)
        return Outcome.KEPT if is_kept else Outcome.UNREADABLE

    due = downloads.due(missing)
    return (
        await downloads.run(fetcher, due, keep, companions.SIZE, limit, seconds) if due else DownloadCounts()
    )


def prune(root: Path, wanted: Sequence[Companion], limit: int = 1000) -> int:
    """Remove at most ``limit`` companions that no page shows any more; return the number removed.

    ``wanted`` must hold the companions of all sources, also of those that this round leaves out. Failures of
    other companions are forgotten. Don't run it at the same time as ``download``.
    """
    forget_failures(_failures_file(root), (companion.url for companion in wanted))
    return companions.forget(companions.folder(root), map(companions.key, wanted), limit)


def _failures_file(root: Path) -> Path:
    return companions.folder(root) / "failures.msgpack"
