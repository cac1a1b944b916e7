"""Join the facts about one file, whoever says them: its enclosure, Media RSS, or the text of its entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from kiosque.model import Alternative, Enclosure
from kiosque.works.keys import file_key

# In bytes. A smaller size is a placeholder that nobody filled in.
_SMALLEST_MEDIUM = 1024
# In bytes. A smaller size beside a long duration is that duration, or counts kilobytes.
_SMALLEST_LONG = 250_000
# In bits a second. Outside these bounds, the size or the duration is in another unit.
_SLOWEST = 2_000
_FASTEST = {"audio": 10_000_000, "video": 200_000_000}


def medium(file: Alternative | Enclosure) -> str:
    """Return “audio”, “video”, “image”… or an empty text, by the type of a file."""
    return file.type.partition("/")[0]


def is_playable(file: Alternative | Enclosure) -> bool:
    """Whether a file is a sound or a video."""
    return file.type.startswith(("audio/", "video/"))


def key(url: str) -> str:
    """Return what the addresses of one file share."""
    return file_key(url) or url


def joined(files: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    """Return each file once, with the facts of all records of it; the first record of a fact counts."""
    if len(files) < 2:
        return tuple(files)
    found: list[Enclosure] = []
    places: dict[str, int] = {}
    for file in files:
        keys = {key(file.url), *(key(alternative.url) for alternative in file.alternatives)}
        place = next((places[each] for each in keys if each in places), None)
        if place is None:
            place = len(found)
            found.append(file)
        else:
            found[place] = merged(found[place], file)
        for each in keys:
            places.setdefault(each, place)
    return tuple(found)


def merged(file: Enclosure, other: Enclosure) -> Enclosure:
    """Return a file completed by another record of it, or by a record of its alternative."""
    is_same = key(file.url) == key(other.url)
    # Facts of one encoding, such as its size in bytes, aren't those of another one.
    names = ("type", "length", "duration", "title", "width", "height") if is_same else ("duration", "title")
    facts = {name: getattr(file, name) or getattr(other, name) for name in names}
    if is_same and not is_playable(file) and is_playable(other):
        facts["type"] = other.type
    own = () if is_same else (_alternative(other),)
    return msgspec.structs.replace(
        file,
        transcripts=file.transcripts or other.transcripts,
        chapters=file.chapters or other.chapters,
        alternatives=_alternatives(file.url, (*file.alternatives, *own, *other.alternatives)),
        **facts,
    )


def with_alternatives(file: Enclosure, others: Iterable[Enclosure | Alternative]) -> Enclosure:
    """Return a file with alternatives that follow those that it has."""
    more = (other if isinstance(other, Alternative) else _alternative(other) for other in others)
    alternatives = _alternatives(file.url, (*file.alternatives, *more))
    return msgspec.structs.replace(file, alternatives=alternatives) if alternatives else file


def _alternatives(url: str, alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return alternatives, each once, without the file itself."""
    once: dict[str, Alternative] = {}
    for alternative in alternatives:
        once.setdefault(key(alternative.url), alternative)
    once.pop(key(url), None)
    return tuple(once.values())


def _alternative(file: Enclosure) -> Alternative:
    return Alternative(url=file.url, type=file.type, length=file.length, width=file.width, height=file.height)


def plausible(file: Enclosure) -> Enclosure:
    """Return a file without an impossible size or duration.

    Feeds write 0 or 1 as a size, the duration or kilobytes as a size, and minutes for seconds.
    """
    if not is_playable(file) or not (file.length or file.duration):
        return file
    length = file.length if file.length and file.length >= _SMALLEST_MEDIUM else None
    duration = file.duration
    if length and duration:
        rate = length * 8 / duration
        if rate < _SLOWEST and length < _SMALLEST_LONG:
            length = None
        elif not _SLOWEST <= rate <= _FASTEST[medium(file)]:
            duration = None
    return msgspec.structs.replace(file, length=length, duration=duration)
