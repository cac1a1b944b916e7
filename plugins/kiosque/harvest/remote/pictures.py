"""The pictures that pages will show, fetched politely and kept in ``.cache/pictures/remote/``; no page names another host.

What can't be had is remembered in ``.cache/pictures/failures.json``.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from typing import Self

from kiosque import pictures
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body
from kiosque.harvest.remote.downloads import Filled, Filling, Outcome, forget_failures

SIZE = 8_000_000


async def fill(root: Path, fetcher: Fetcher, wanted: Sequence[str], now: datetime, most: int = 200) -> Filled:
    """Fetch those of the ``wanted`` addresses, newest first, that aren't kept yet; at most ``most`` of them.

    Raises OutputError where the cache can't be written.
    """
    folder = pictures.remote_folder(root)
    kept = pictures.remote_files(folder)
    filling = Filling(_memory(root), now)
    due = filling.due(url for url in wanted if pictures.remote_key(url) not in kept)
    if not due:
        return Filled()
    with _Decoder(folder) as decoder:
        return await filling.fill(fetcher, due, decoder.keep, SIZE, most)


def prune(root: Path, wanted: Iterable[str], most: int = 1000) -> int:
    """Remove pictures that no page shows any more, at most ``most`` files, and return how many; not beside a ``fill``.

    ``wanted`` are the addresses of all sources, also of those that this round left out. What is remembered of
    others' failures is forgotten.
    """
    addresses = set(wanted)
    forget_failures(_memory(root), addresses)
    return pictures.forget(pictures.remote_folder(root), map(pictures.remote_key, addresses), most)


def _memory(root: Path) -> Path:
    return root / ".cache" / "pictures" / "failures.json"


class _Decoder:
    """Decodes pictures in a process of its own, one at a time: one that brings the decoder down costs only itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = _pool()
        self._turn = asyncio.Lock()

    async def keep(self, body: Body, url: str) -> Outcome:
        """Keep the picture of an address, and say what it turned out to be."""
        async with self._turn:
            try:
                task = self._pool.submit(pictures.keep, body.data, url, self._folder)
                await asyncio.wrap_future(task)
            except pictures.TinyPictureError:
                return Outcome.USELESS
            except pictures.PictureError:
                return Outcome.UNREADABLE
            except BrokenProcessPool:
                self._pool.shutdown()
                self._pool = _pool()
                return Outcome.UNREADABLE
        return Outcome.KEPT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown()


def _pool() -> ProcessPoolExecutor:
    """Return a process that starts when it is first needed; not forked, since this one has threads."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
