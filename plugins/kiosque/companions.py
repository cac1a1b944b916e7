"""Companions: chapters and transcripts of sounds, kept in one form for builds.

They are files on other hosts. Kiosque keeps them in ``.cache/companions/`` as ``<key>-<digest>.msgpack``, and
can fetch them again. The key is a hash of the address, so that the site finds a file without the network. The
digest is a hash of the content, so that a name changes with its content.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosque.files import cannot_write, read_file, replace_file
from kiosque.html.captions import Cue, read_chapters, read_transcript
from kiosque.model import Chapter, ChaptersFile, Entry, OutputError, Scope, Transcript
from kiosque.urls import without_secrets

T = TypeVar("T")
logger = logging.getLogger(__name__)
# In bytes: a larger companion isn't fetched.
SIZE = 2_000_000
Companion = ChaptersFile | Transcript
# Part of each key. If the way of reading changes, it must change too, so that the files are fetched again.
_RECIPE = "1"
_NAME = re.compile(r"([0-9a-f]{24})-[0-9a-f]{12}\.msgpack")
# Types of transcripts, the richest first: those with times and speakers, with times, with words only.
_RICHEST_FIRST = (
    "text/vtt",
    "application/json",
    "application/srt",
    "application/x-subrip",
    "text/srt",
    "text/html",
    "text/plain",
)


def companions_of(entry: Entry, scope: Scope) -> Iterator[Companion]:
    """Yield the companions of an entry that pages may show.

    Chapters are facts, and always shown. A transcript is the full text of a sound, and needs an agreement for
    full texts (``scope``).
    """
    for enclosure in entry.enclosures:
        if isinstance(enclosure.chapters, ChaptersFile):
            yield enclosure.chapters
        if scope is Scope.FULL and (transcript := best_transcript(enclosure.transcripts, entry.language)):
            yield transcript


def best_transcript(transcripts: Sequence[Transcript], language: str) -> Transcript | None:
    """Return the transcript to show beside a sound: preferably in its language, then of the richest type."""
    own = language.partition("-")[0]

    def rank(transcript: Transcript) -> tuple[bool, int]:
        is_foreign = bool(own and transcript.language) and transcript.language.partition("-")[0] != own
        stated_type = transcript.type.partition(";")[0].lower()
        is_known = stated_type in _RICHEST_FIRST
        return is_foreign, _RICHEST_FIRST.index(stated_type) if is_known else len(_RICHEST_FIRST)

    return min(transcripts, key=rank, default=None)


def read(companion: Companion, data: bytes) -> tuple[Chapter, ...] | tuple[Cue, ...]:
    """Return the chapters or cues that the bytes of a companion hold; empty if they can't be read."""
    if isinstance(companion, ChaptersFile):
        return read_chapters(data)
    return read_transcript(data, companion.type)


def folder(root: Path) -> Path:
    """Return the folder in which a hub keeps its companions."""
    return root / ".cache" / "companions"


def key(companion: Companion) -> str:
    """Return the key under which a companion is kept."""
    name = f"{_RECIPE} {type(companion).__name__} {companion.url}"
    return hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def keep(companion: Companion, data: bytes, companions_folder: Path) -> bool:
    """Keep the content of a companion in a folder; return whether it has any.

    ``data`` are the bytes that its server sent. Raises OutputError if the folder can't be written.
    """
    content = read(companion, data)
    address = without_secrets(companion.url)
    logger.debug("%s %s: %d bytes, %d items", type(companion).__name__, address, len(data), len(content))
    if not content:
        return False
    encoded = msgspec.msgpack.encode(content)
    replace_file(companions_folder / f"{key(companion)}-{_digest(encoded)}.msgpack", encoded)
    return True


def names_by_key(companions_folder: Path) -> dict[str, str]:
    """Return the names of the files in a folder, by their keys. No file is opened."""
    matches = map(_NAME.fullmatch, sorted(_names(companions_folder)))
    return {match[1]: match[0] for match in matches if match}


def load_cues(file: Path) -> tuple[Cue, ...]:
    """Return the cues of a kept transcript; empty if its file was lost meanwhile."""
    return _load(file, tuple[Cue, ...])


def load_chapters(file: Path) -> tuple[Chapter, ...]:
    """Return the chapters of a kept file; empty if it was lost meanwhile."""
    return _load(file, tuple[Chapter, ...])


def _load(file: Path, type_: type[tuple[T, ...]]) -> tuple[T, ...]:
    """Return what a file holds; empty where it doesn't match the digest in its name."""
    try:
        data = read_file(file)
        is_whole = file.stem.endswith(f"-{_digest(data)}")
        return msgspec.msgpack.decode(data, type=type_) if is_whole else ()
    except (OSError, ValueError):
        return ()


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=6).hexdigest()


def forget(companions_folder: Path, keys: Iterable[str], most: int) -> int:
    """Remove the files of all keys but ``keys``, at most ``most`` files; return how many were removed.

    Raises OutputError if the folder can't be written.
    """
    wanted = set(keys)
    names = names_by_key(companions_folder)
    unwanted = [name for own_key, name in names.items() if own_key not in wanted][:most]
    try:
        for name in unwanted:
            (companions_folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(companions_folder, error)) from error
    logger.debug("folder %s: %d of %d files removed", companions_folder, len(unwanted), len(names))
    return len(unwanted)


def _names(companions_folder: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(companions_folder)]
    except OSError:
        # Lost companions are fetched again. If the folder can't be used at all, writing to it fails and says
        # so.
        return []
