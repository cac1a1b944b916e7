"""The update of the search index after a build: only shards whose documents differ are made again.

The folder ``recherche/pagefind/`` of the output belongs to this module alone; the publisher never touches it.
Each shard is a folder named by its content, and ``index.json`` names all shards. It is replaced when all
shards are there, and other folders are removed afterwards. So an interrupted build leaves the old index in
use, and the next build cleans up.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from kiosque.cache_files import load_cache, save_cache
from kiosque.code_digest import code_digest
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Problem, Record
from kiosque.site.hub import companion_files
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publications
from kiosque.site.output.manifest import PublishedFile
from kiosque.site.search import documents, pagefind
from kiosque.site.search.documents import Document
from kiosque.site.search.pagefind import SearchError
from kiosque.site.search.shards import shards

logger = logging.getLogger(__name__)

FOLDER = "recherche/pagefind"
_SHARD_LIST = "index.json"
_FORMAT = 1


class SearchReport(Record, frozen=True):
    """The result of an update: the number of documents, the shards made and kept, and the time in seconds."""

    documents: int
    made: tuple[str, ...]
    kept: tuple[str, ...]
    seconds: float


class _Shard(msgspec.Struct, frozen=True, array_like=True):
    """A shard in the output.

    ``pages_digest`` is made of the fingerprints of the pages that show its documents, which every build has
    at hand. ``documents_digest`` is made of the documents themselves: it is computed only where the first
    digest differs.
    """

    name: str
    pages_digest: bytes
    documents_digest: bytes


class _State(msgspec.Struct, frozen=True):
    """The shards of the last update, kept in the cache."""

    format: int
    shards: list[_Shard]


class _ListedShard(Record, frozen=True):
    """A shard as ``index.json`` names it for the browser.

    It has the shard's folder, the number of documents, the day of the oldest, and whether the folder holds
    Pagefind's program (``code``).
    """

    folder: str
    documents: int
    since: str = ""
    code: bool = False


@dataclass(frozen=True)
class _WantedShard:
    """A shard as it should be: publications of a range of time; the main shard also has the hub's own pages.

    ``pages`` are the published files, by path. ``code`` is a digest of all that makes the index from the
    documents.
    """

    hub: Hub
    publications: Publications
    pages: Mapping[str, PublishedFile]
    is_main: bool
    code: bytes

    @cached_property
    def pages_digest(self) -> bytes:
        """Return a digest that changes with the pages; empty where a page wasn't published."""
        ingredients = [self.code, *documents.digest_of(self._hub_documents)]
        pages = self.pages
        for publication in self.publications:
            page = pages.get(f"{publication.card.address[1:]}index.html")
            if page is None or not page.fingerprint:
                return b""
            ingredients.append(page.fingerprint)
            if publication.themes:
                ingredients += [theme.name.encode() for theme in publication.themes]
        return _digest(ingredients)

    @cached_property
    def documents(self) -> list[Document]:
        of_publications = (
            documents.of_publication(self.hub, publication) for publication in self.publications
        )
        return [*self._hub_documents, *of_publications]

    @cached_property
    def documents_digest(self) -> bytes:
        return _digest([self.code, *documents.digest_of(self.documents)])

    @cached_property
    def _hub_documents(self) -> list[Document]:
        return [*documents.of_hub(self.hub)] if self.is_main else []

    @property
    def count(self) -> int:
        """Return the number of documents."""
        return len(self.publications) + len(self._hub_documents)

    @property
    def role(self) -> str:
        """Return the first part of the shard's name."""
        return "main" if self.is_main else "part"

    def listed(self, shard: _Shard) -> _ListedShard:
        since = f"{self.publications[-1].local:%Y-%m-%d}" if self.publications else ""
        return _ListedShard(folder=shard.name, documents=self.count, since=since, code=self.is_main)


def index(hub: Hub, pages: Mapping[str, PublishedFile]) -> tuple[SearchReport, list[Problem]]:
    """Bring the index up to date; ``pages`` are the published files, by path. Raises OutputError.

    Where Pagefind fails, ``index.json`` names no shards, and so the browser offers no search. The next build
    tries again.
    """
    start = time.perf_counter()
    folder = hub.settings.output / FOLDER
    state_file = hub.settings.cache / "search" / f"{_digest([os.fsencode(folder)]).hex()}.msgpack"
    known = [shard for shard in _load(state_file) if (folder / shard.name / pagefind.ENTRY).is_file()]
    logger.debug("search index: %d shards are in %s", len(known), folder)
    present: list[tuple[_WantedShard, _Shard]] = []
    made, problems = [], []
    for wanted in _wanted_shards(hub, pages):
        shard = _unchanged(wanted, known)
        if shard is None:
            try:
                shard = _make(wanted, folder)
            except SearchError as error:
                message = _("the search index can't be made: {reason}").format(reason=error)
                problems.append(Problem(path=FOLDER, message=message))
                continue
            made.append(shard.name)
        present.append((wanted, shard))
    _put_in_place(folder, state_file, known, present, is_complete=not problems)
    kept = tuple(shard.name for _wanted, shard in present if shard.name not in made)
    count = sum(wanted.count for wanted, _shard in present)
    seconds = round(time.perf_counter() - start, 3)
    logger.debug(
        "search index of %d documents in %.3f s: made %s, kept %s", count, seconds, tuple(made), kept
    )
    return SearchReport(documents=count, made=tuple(made), kept=kept, seconds=seconds), problems


def _wanted_shards(hub: Hub, pages: Mapping[str, PublishedFile]) -> Iterable[_WantedShard]:
    """Yield the shards that have documents, newest first.

    The second newest is the main shard, with Pagefind's program, since it changes seldom and every search
    loads it.
    """
    publications = hub.publications
    ranges = shards(len(publications), lambda number: publications[number].local.date())
    code = _digest([hub.site.language.encode(), code_digest(__name__, "pagefind")])
    for number, numbers in enumerate(ranges):
        is_main = number == min(1, len(ranges) - 1)
        wanted = _WantedShard(hub, publications[numbers.start : numbers.stop], pages, is_main, code)
        if wanted.count:
            yield wanted


def _digest(data: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\0".join(data), digest_size=16).digest()


def _load(state_file: Path) -> list[_Shard]:
    state: _State | None = load_cache(state_file, _State)
    return state.shards if state and state.format == _FORMAT else []


def _unchanged(wanted: _WantedShard, known: Sequence[_Shard]) -> _Shard | None:
    """Return the shard that already has the wanted documents; ``None`` where there is none."""
    same_role = [shard for shard in known if shard.name.partition("-")[0] == wanted.role]
    for shard in same_role:
        if wanted.pages_digest and wanted.pages_digest == shard.pages_digest:
            logger.debug("shard %s is unchanged: its pages are the same", shard.name)
            return shard
    for shard in same_role:
        if wanted.documents_digest == shard.documents_digest:
            logger.debug("shard %s is unchanged: its pages differ, but not its documents", shard.name)
            return msgspec.structs.replace(shard, pages_digest=wanted.pages_digest)
    logger.debug("a %s shard of %d documents has to be made", wanted.role, wanted.count)
    return None


def _make(wanted: _WantedShard, folder: Path) -> _Shard:
    """Make a shard in a draft folder beside the others, then give the folder its name."""
    settings = wanted.hub.settings
    # No deployment takes what has such a name: it stays where a build is killed.
    draft = folder / "shard.kiosque-draft"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paragraphs: Callable[[Any], Any] = companion_files.filters(settings.root)["paragraphs"]
        content_hash = pagefind.make_shard(
            wanted.documents, draft, wanted.hub.site.language, paragraphs, with_code=wanted.is_main
        )
        name = f"{wanted.role}-{content_hash}"
        shutil.rmtree(folder / name, ignore_errors=True)
        draft.rename(folder / name)
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    return _Shard(name, wanted.pages_digest, wanted.documents_digest)


def _put_in_place(
    folder: Path,
    state_file: Path,
    known: Sequence[_Shard],
    present: Sequence[tuple[_WantedShard, _Shard]],
    *,
    is_complete: bool,
) -> None:
    """Write ``index.json`` for the browser and the state for the next build, then remove all other folders.

    An index that isn't complete is hidden from the browser: ``index.json`` then names no shards.
    """
    shards_present = [shard for _wanted, shard in present]
    listed = [wanted.listed(shard) for wanted, shard in present] if is_complete else []
    content = msgspec.json.encode({"shards": listed})
    names = {shard.name for shard in shards_present}
    try:
        if not _holds(folder / _SHARD_LIST, content):
            replace_file(folder / _SHARD_LIST, content)
        if shards_present != [*known]:
            save_cache(state_file, _State(_FORMAT, shards_present))
        for path in folder.iterdir():
            if path.name not in names and path.name != _SHARD_LIST:
                logger.debug("removing %s, which the search index doesn't need", path.name)
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False
