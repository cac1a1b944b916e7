"""List the files of other hosts that pages will show: pictures, chapters and transcripts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from kiosque import pictures
from kiosque.archive.entries import ARCHIVE, allowed, read_source, read_state
from kiosque.companions import Companion, companions_of
from kiosque.model import ArchiveError, Record, Scope, Source
from kiosque.urls import web_url

logger = logging.getLogger(__name__)

Item = TypeVar("Item")


class NeededFiles(Record, frozen=True):
    """The files to download: the addresses of pictures, and the companions of sounds.

    The pictures of feeds come first, then those of entries. Newer entries come before older ones.
    """

    pictures: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = ()


def needed_files(root: Path, sources: Iterable[Source]) -> NeededFiles:
    """Return the files of other hosts that the pages of these sources will show by their agreements."""
    start = perf_counter()
    archive = root / ARCHIVE
    feed_pictures: list[str] = []
    dated_pictures: list[tuple[datetime, str]] = []
    dated_companions: list[tuple[datetime, Companion]] = []
    # One source at a time: all entries together would fill the memory.
    for source in sources:
        scope = source.agreement.scope
        for stored in read_source(archive, source.slug).entries:
            entry = allowed(stored.entry, scope)
            if entry.image:
                dated_pictures.append((entry.moment, entry.image.url))
            dated_companions += ((entry.moment, companion) for companion in companions_of(entry, scope))
        if scope is not Scope.LINK:
            feed_pictures.append(_feeds_picture(archive, source))
    addresses = dict.fromkeys([*feed_pictures, *_newest_first(dated_pictures)])
    companions = dict.fromkeys(_newest_first(dated_companions))
    needed = NeededFiles(
        pictures=tuple(url for url in addresses if web_url(url)),
        companions=tuple(companion for companion in companions if web_url(companion.url)),
    )
    logger.debug(
        "pages need %d pictures and %d companions of other hosts, listed in %.2f s",
        len(needed.pictures), len(needed.companions), perf_counter() - start,
    )  # fmt: skip
    return needed


def _newest_first(dated: list[tuple[datetime, Item]]) -> Iterator[Item]:
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return (item for _date, item in dated)


def _feeds_picture(archive: Path, source: Source) -> str:
    try:
        return pictures.feeds_picture(source, read_state(archive, source.slug))
    except ArchiveError:
        # The harvest and the build report the unreadable state.
        return ""
