"""Keeping the index in step with the pages: which shards differ, make those, and put them in place at once.

``recherche/pagefind/`` in the output belongs to this module as a whole, and the publisher knows nothing of it. Each
shard is a folder named by its content; ``index.json`` says which there are. It is replaced once all are there, and what it
doesn't name is removed afterwards: a build that is cut off leaves the old index, and the next mends what is left over.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from kiosque.code_digest import code_digest
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Problem, Record
from kiosque.site.hub import companion_files
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publications
from kiosque.site.output.publisher import PublishedFile
from kiosque.site.search import binary, documents
from kiosque.site.search.binary import SearchError
from kiosque.site.search.documents import Document
from kiosque.site.search.shards import shards

FOLDER = "recherche/pagefind"
_LIST = "index.json"
_FORMAT = 1


class SearchReport(Record, frozen=True):
    """What became of the index: its documents, the shards made and those left as they were, and the time in seconds."""

    documents: int
    made: tuple[str, ...]
    kept: tuple[str, ...]
    seconds: float


class _Shard(msgspec.Struct, frozen=True, array_like=True):
    """A shard that lies in the output.

    ``seen`` is a digest of the pages that show its documents, at hand in every build; ``inputs`` one of the documents
    themselves, which is only taken where ``seen`` differs.
    """

    name: str
    seen: bytes
    inputs: bytes


class _Record(msgspec.Struct, frozen=True):
    format: int
    shards: list[_Shard]


class _Listed(Record, frozen=True):
    """What the browser knows of a shard: its folder, how many documents it has, and from which day they are."""

    folder: str
    documents: int
    since: str = ""
    code: bool = False


@dataclass(frozen=True)
class _Wanted:
    """A shard as it should be: ``publications`` of one stretch of time and, in the main one, what the hub says of itself."""

    hub: Hub
    publications: Publications
    pages: Mapping[str, PublishedFile]
    is_main: bool
    made_by: bytes

    @cached_property
    def seen(self) -> bytes:
        """Return a digest that differs where a page does; empty where that can't be told."""
        found = [self.made_by, *documents.digest_of(self._of_hub)]
        pages = self.pages
        for one in self.publications:
            page = pages.get(f"{one.card.address[1:]}index.html")
            if page is None or not page.fingerprint:
                return b""
            found.append(page.fingerprint)
            if one.themes:
                found += [theme.name.encode() for theme in one.themes]
        return _digest(found)

    @cached_property
    def documents(self) -> list[Document]:
        return [*self._of_hub, *(documents.of_publication(self.hub, one) for one in self.publications)]

    @cached_property
    def inputs(self) -> bytes:
        return _digest([self.made_by, *documents.digest_of(self.documents)])

    @cached_property
    def _of_hub(self) -> list[Document]:
        return [*documents.of_hub(self.hub)] if self.is_main else []

    @property
    def is_empty(self) -> bool:
        return not self.publications and not self._of_hub

    @property
    def since(self) -> str:
        return f"{self.publications[-1].local:%Y-%m-%d}" if self.publications else ""

    def listed(self, shard: _Shard) -> _Listed:
        count = len(self.publications) + len(self._of_hub)
        return _Listed(folder=shard.name, documents=count, since=self.since, code=self.is_main)


def index(hub: Hub, pages: Mapping[str, PublishedFile]) -> tuple[SearchReport, list[Problem]]:
    """Bring the index up to date; ``pages`` are what the publisher knows of its files. Raises OutputError.

    Where Pagefind fails, the browser is told that there is no search, and the next build tries again.
    """
    start = time.perf_counter()
    folder = hub.settings.output / FOLDER
    record = hub.settings.cache / "search" / f"{_digest([os.fsencode(folder)]).hex()}.msgpack"
    known = [shard for shard in _load(record) if (folder / shard.name / binary.ENTRY).is_file()]
    there: list[tuple[_Wanted, _Shard]] = []
    made, problems = [], []
    for wanted in _wanted(hub, pages):
        shard = _same(wanted, known)
        if shard is None:
            try:
                shard = _make(wanted, folder)
            except SearchError as error:
                message = _("the search index can't be made: {reason}").format(reason=error)
                problems.append(Problem(path=FOLDER, message=message))
                continue
            made.append(shard.name)
        there.append((wanted, shard))
    _settle(folder, record, known, there, is_whole=not problems)
    kept = tuple(shard.name for _each, shard in there if shard.name not in made)
    count = sum(wanted.listed(shard).documents for wanted, shard in there)
    seconds = round(time.perf_counter() - start, 3)
    return SearchReport(documents=count, made=tuple(made), kept=kept, seconds=seconds), problems


def _wanted(hub: Hub, pages: Mapping[str, PublishedFile]) -> Iterable[_Wanted]:
    """Yield the shards, newest first. The newest but one is the main one: it changes seldom, and every search loads it."""
    publications = hub.publications
    places = shards(len(publications), lambda place: publications[place].local.date())
    made_by = _made_by(hub.site.language)
    for number, place in enumerate(places):
        is_main = number == min(1, len(places) - 1)
        one = _Wanted(hub, publications[place.start : place.stop], pages, is_main, made_by)
        if not one.is_empty:
            yield one


def _made_by(language: str) -> bytes:
    """Return what makes the same index of the same documents, besides them: language, Pagefind and this code."""
    return _digest([language.encode(), code_digest(__name__, "pagefind")])


def _digest(data: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\0".join(data), digest_size=16).digest()


def _load(record: Path) -> list[_Shard]:
    try:
        found = msgspec.msgpack.decode(record.read_bytes(), type=_Record)
    except (OSError, msgspec.MsgspecError):
        return []
    return found.shards if found.format == _FORMAT else []


def _same(wanted: _Wanted, known: Sequence[_Shard]) -> _Shard | None:
    """Return the shard that has the same documents already."""
    for shard in known:
        if _role(wanted) == shard.name.partition("-")[0] and wanted.seen and wanted.seen == shard.seen:
            return shard
    for shard in known:
        if _role(wanted) == shard.name.partition("-")[0] and wanted.inputs == shard.inputs:
            return msgspec.structs.replace(shard, seen=wanted.seen)
    return None


def _role(wanted: _Wanted) -> str:
    return "main" if wanted.is_main else "part"


def _make(wanted: _Wanted, folder: Path) -> _Shard:
    """Make a shard beside the others, then give it its name."""
    settings = wanted.hub.settings
    draft = folder / f".draft-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        said = companion_files.filters(settings.root)["paragraphs"]
        content = binary.make_shard(
            wanted.documents, draft, wanted.hub.site.language, said, with_code=wanted.is_main
        )
        name = f"{_role(wanted)}-{content}"
        shutil.rmtree(folder / name, ignore_errors=True)
        draft.rename(folder / name)
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    return _Shard(name, wanted.seen, wanted.inputs)


def _settle(
    folder: Path,
    record: Path,
    known: Sequence[_Shard],
    there: Sequence[tuple[_Wanted, _Shard]],
    *,
    is_whole: bool,
) -> None:
    """Tell the browser what there is, note it for the next build, and remove all else."""
    found = [shard for _wanted, shard in there]
    listed = [wanted.listed(shard) for wanted, shard in there] if is_whole else []
    content = msgspec.json.encode({"shards": listed})
    names = {shard.name for shard in found}
    try:
        if not _holds(folder / _LIST, content):
            replace_file(folder / _LIST, content)
        if [*found] != [*known]:
            replace_file(record, msgspec.msgpack.encode(_Record(_FORMAT, found)))
        for path in folder.iterdir():
            if path.name not in names and path.name != _LIST:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False
