"""Download the pictures that pages will show into ``.cache/pictures/remote/``: pages name no other host.

Failed downloads are remembered in ``.cache/pictures/failures.msgpack``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from kiosque import pictures
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Body
from kiosque.harvest.remote.downloads import (
    TIME_LIMIT,
    DownloadCounts,
    Downloads,
    Outcome,
    forget_failures,
)
from kiosque.job_limits import JobLimits
from kiosque.urls import without_secrets

logger = logging.getLogger(__name__)
# PNG, JPEG and WebP of 30 million pixels took up to 1.6 s, and 0.8 GB of address space.
_DECODER_LIMITS = JobLimits(cpu=15, memory=1_500_000_000)
# In bytes.
LARGEST = 8_000_000


async def download(
    root: Path,
    fetcher: Fetcher,
    wanted: Sequence[str],
    now: datetime,
    limit: int = 200,
    seconds: float = TIME_LIMIT,
) -> DownloadCounts:
    """Download at most ``limit`` of the wanted pictures that the cache lacks, in their order.

    Raises OutputError if the cache can't be written.
    """
    folder = pictures.remote_folder(root)
    kept = pictures.remote_pictures(root)
    downloads = Downloads(_failures_file(root), now)
    due = downloads.due(url for url in wanted if pictures.remote_key(url) not in kept)
    if not due:
        return DownloadCounts()
    with _Decoder(folder) as decoder:
        return await downloads.run(fetcher, due, decoder.keep, LARGEST, limit, seconds)


def prune(root: Path, wanted: Iterable[str], limit: int = 1000) -> int:
    """Remove at most ``limit`` pictures that no page shows any more; return the number removed.

    ``wanted`` must hold the addresses of all sources, also of those that this round leaves out. Failures of
    other pictures are forgotten. Don't run it at the same time as ``download``.
    """
    addresses = set(wanted)
    forget_failures(_failures_file(root), addresses)
    return pictures.forget(pictures.remote_folder(root), map(pictures.remote_key, addresses), limit)


def _failures_file(root: Path) -> Path:
    return root / ".cache" / "pictures" / "failures.msgpack"


class _Decoder:
    """Writes pictures one at a time to a folder. A picture that crashes its decoder costs only itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoder = pictures.PictureDecoder(_DECODER_LIMITS)
        self._turn = asyncio.Lock()

    async def keep(self, body: Body, url: str) -> Outcome:
        """Write a downloaded picture to the cache, and return the outcome."""
        async with self._turn:
            try:
                await asyncio.to_thread(self._decoder.do, _keep, (body.data, url, self._folder))
            except pictures.TinyPictureError:
                return Outcome.USELESS
            except pictures.PictureError:
                return Outcome.UNREADABLE
            except pictures.PictureTooHardError:
                logger.debug("picture %s takes too much to be decoded", without_secrets(url))
                return Outcome.UNREADABLE
        return Outcome.KEPT

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._decoder.close()


def _keep(job: tuple[bytes, str, Path]) -> None:
    pictures.keep(*job)
