"""The chapters and transcripts that pages will show, fetched politely and kept in ``.cache/companions/``.

What can't be had is remembered in ``.cache/companions/failures.json``.
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
from kiosque.harvest.remote.downloads import Filled, Filling, Outcome, forget_failures


async def fill(
    root: Path, fetcher: Fetcher, wanted: Sequence[Companion], now: datetime, most: int = 200
) -> Filled:
    """Fetch those of the ``wanted`` companions, newest first, that aren't kept yet; at most ``most`` of them.

    Raises OutputError where the cache can't be written.
    """
    folder = companions.folder(root)
    kept = companions.names_by_key(folder)
    lacking = {one.url: one for one in wanted if companions.key(one) not in kept}
    filling = Filling(_memory(root), now)

    async def keep(body: Body, url: str) -> Outcome:
        is_kept = await asyncio.to_thread(companions.keep, lacking[url], body.data, folder)
        return Outcome.KEPT if is_kept else Outcome.UNREADABLE

    due = filling.due(lacking)
    return await filling.fill(fetcher, due, keep, companions.SIZE, most) if due else Filled()


def prune(root: Path, wanted: Sequence[Companion], most: int = 1000) -> int:
    """Remove what no page shows any more, at most ``most`` files, and return how many; not beside a ``fill``.

    ``wanted`` are those of all sources, also of those that this round left out. What is remembered of others'
    failures is forgotten.
    """
    forget_failures(_memory(root), (one.url for one in wanted))
    return companions.forget(companions.folder(root), map(companions.key, wanted), most)


def _memory(root: Path) -> Path:
    return companions.folder(root) / "failures.json"
