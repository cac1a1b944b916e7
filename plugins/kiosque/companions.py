"""Chapters and transcripts that lie beside a sound, on another host: read into one form, kept for builds to find.

They lie in ``.cache/companions/`` as ``<key>-<digest>.msgpack``, and may be lost. The key is one of the address, so that
the site finds a file without asking anyone; the digest is of what was read, so that its name says when it changes.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kiosque.files import cannot_write, replace_file
from kiosque.html.captions import Cue, read_chapters, read_transcript
from kiosque.model import Chapter, ChaptersFile, Entry, OutputError, Scope, Transcript

SIZE = 2_000_000
Companion = ChaptersFile | Transcript
# Part of each key: another way of reading asks for the files once more.
_RECIPE = "1"
_NAME = re.compile(r"([0-9a-f]{24})-[0-9a-f]{12}\.msgpack")
# Which of several transcripts tells most: times and voices, times, words.
_BEST = (
    "text/vtt",
    "application/json",
    "application/srt",
    "application/x-subrip",
    "text/srt",
    "text/html",
    "text/plain",
)


def beside(entry: Entry, scope: Scope) -> Iterator[Companion]:
    """Yield what lies beside the sounds of an entry and pages may show: chapters are facts, a transcript is its full text."""
    for enclosure in entry.enclosures:
        if isinstance(enclosure.chapters, ChaptersFile):
            yield enclosure.chapters
        if scope is Scope.FULL and (transcript := best(enclosure.transcripts, entry.language)):
            yield transcript


def best(transcripts: Sequence[Transcript], language: str) -> Transcript | None:
    """Return the transcript to be read beside a sound: one in its own language, then one that tells most."""
    own = language.partition("-")[0]

    def rank(one: Transcript) -> tuple[bool, int]:
        is_other = bool(own and one.language) and one.language.partition("-")[0] != own
        stated_type = one.type.partition(";")[0].lower()
        return is_other, _BEST.index(stated_type) if stated_type in _BEST else len(_BEST)

    return min(transcripts, key=rank, default=None)


def read(companion: Companion, data: bytes) -> tuple[Chapter, ...] | tuple[Cue, ...]:
    """Return what the bytes of a companion say; nothing where they can't be read."""
    if isinstance(companion, ChaptersFile):
        return read_chapters(data)
    return read_transcript(data, companion.type)


def folder(root: Path) -> Path:
    """Return where a hub keeps the companions of elsewhere."""
    return root / ".cache" / "companions"


def key(companion: Companion) -> str:
    """Return the key that a companion is kept under."""
    name = f"{_RECIPE} {type(companion).__name__} {companion.url}"
    return hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def keep(companion: Companion, data: bytes, kept_in: Path) -> bool:
    """Keep what the bytes of a companion say, if anything. Raises OutputError where it can't be written."""
    found = read(companion, data)
    if not found:
        return False
    written = msgspec.msgpack.encode(found)
    digest = hashlib.blake2b(written, digest_size=6).hexdigest()
    replace_file(kept_in / f"{key(companion)}-{digest}.msgpack", written)
    return True


def kept(kept_in: Path) -> dict[str, str]:
    """Return the names of what is kept in a folder, by key. It is listed once, and no file is looked at."""
    return {match[1]: match[0] for match in map(_NAME.fullmatch, sorted(_names(kept_in))) if match}


def load_cues(file: Path) -> tuple[Cue, ...]:
    """Return the words of a kept transcript; none where that was lost meanwhile."""
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=tuple[Cue, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def load_chapters(file: Path) -> tuple[Chapter, ...]:
    """Return the chapters of a kept file; none where that was lost meanwhile."""
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=tuple[Chapter, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def forget(kept_in: Path, keys: Iterable[str], most: int) -> int:
    """Remove what is kept under other keys than these, at most ``most`` files, and return how many.

    Raises OutputError where the folder can't be written.
    """
    stay = set(keys)
    unwanted = [name for one, name in kept(kept_in).items() if one not in stay][:most]
    try:
        for name in unwanted:
            (kept_in / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(kept_in, error)) from error
    return len(unwanted)


def _names(kept_in: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(kept_in)]
    except OSError:
        # What is lost is fetched again; where that can't be, writing says so.
        return []
