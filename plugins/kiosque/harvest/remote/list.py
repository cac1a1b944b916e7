"""The files of elsewhere that pages will show: pictures, chapters, transcripts, as far as agreements allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from kiosque import pictures
from kiosque.archive.entries import ARCHIVE, allowed, read_source, read_state
from kiosque.companions import Companion, companions_of
from kiosque.model import ArchiveError, Record, Scope, Source
from kiosque.urls import web_url

T = TypeVar("T")


class Wanted(Record, frozen=True):
    """The addresses of pictures, those of feeds first, and the companions of sounds; of entries the newest first."""

    pictures: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = ()


def wanted(root: Path, sources: Iterable[Source]) -> Wanted:
    """Return what the pages of all sources will show of elsewhere, each once."""
    archive = root / ARCHIVE
    feeds: list[str] = []
    shown: list[tuple[datetime, str]] = []
    found: list[tuple[datetime, Companion]] = []
    # One source at a time: all entries together would fill the memory.
    for source in sources:
        scope = source.agreement.scope
        for stored in read_source(archive, source.slug).entries:
            entry = allowed(stored.entry, scope)
            if entry.image:
                shown.append((entry.moment, entry.image.url))
            found += ((entry.moment, one) for one in companions_of(entry, scope))
        if scope is not Scope.LINK:
            feeds.append(_feeds_picture(archive, source))
    addresses = dict.fromkeys([*feeds, *_newest_first(shown)])
    return Wanted(
        pictures=tuple(url for url in addresses if web_url(url)),
        companions=tuple(one for one in dict.fromkeys(_newest_first(found)) if web_url(one.url)),
    )


def _newest_first(dated: list[tuple[datetime, T]]) -> Iterator[T]:
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return (one for _moment, one in dated)


def _feeds_picture(archive: Path, source: Source) -> str:
    try:
        return pictures.feeds_picture(source, read_state(archive, source.slug))
    except ArchiveError:
        # Whoever harvests or builds says so.
        return ""
