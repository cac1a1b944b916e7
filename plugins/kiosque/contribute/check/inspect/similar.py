"""Rules of doubles: a text that is nearly the same as another one, or that has the title of an entry."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize

import msgspec

from kiosque.archive.entries import archived_sources, year_files
from kiosque.content.addresses import page_address
from kiosque.contribute.check.reading import Text
from kiosque.contribute.check.rules import RULES
from kiosque.files import read_file
from kiosque.i18n import current_language
from kiosque.model import Problem, Record
from kiosque.similarity import NEARLY_THE_SAME, WORDS_OF_A_SHINGLE, candidates, likeness, shingles
from kiosque.wording.localized import format_percent
from kiosque.works.keys import title_key

_FEWEST_SHINGLES = 20
_SAMPLES = 16
_MOST_THAT_SHARE = 12
# Of two texts that are alike, one has nearly surely a quarter of so many rows of the other.
_ROWS = 24
_FEW = 3
_WORD = re.compile(rb"[a-z0-9]+")


def words_of(text: str) -> list[bytes]:
    """Return the words of a text without case and accents."""
    return _WORD.findall(normalize("NFKD", text.casefold()).encode("ascii", "ignore"))


def _near_to_few(words: Mapping[str, Sequence[bytes]], asked: Collection[str]) -> set[str]:
    """Return the few asked texts, and those that have a quarter of some rows of one: hashing all others takes longest."""
    near = set(asked)
    for path in asked:
        step = max(1, len(words[path]) // _ROWS)
        rows = [b" ".join(words[path][n : n + WORDS_OF_A_SHINGLE]) for n in range(0, len(words[path]), step)]
        near.update(other for other, own in words.items() if _has_a_quarter(b" ".join(own), rows))
    return near


def _has_a_quarter(text: bytes, rows: Sequence[bytes]) -> bool:
    return sum(row in text for row in rows) * 4 >= len(rows)


def alike(texts: Mapping[str, str], asked: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Yield each asked text that is nearly another, the other, and how alike they are, from 0 to 1; each pair once."""
    wanted = set(asked)
    words = {path: words_of(text) for path, text in texts.items()} if wanted else {}
    near = _near_to_few(words, wanted) if len(wanted) <= _FEW else words
    found = {path: shingles(words[path], _FEWEST_SHINGLES) for path in near}
    pairs = {
        _asked_first(pair, wanted)
        for pair in candidates(found, _SAMPLES, _MOST_THAT_SHARE)
        if not wanted.isdisjoint(pair)
    }
    for text, other in sorted(pairs):
        share = likeness(found[text], found[other])
        if share >= NEARLY_THE_SAME:
            yield text, other, share


def _asked_first(pair: tuple[str, str], wanted: set[str]) -> tuple[str, str]:
    """Put the text that is asked about first; of two such the later one, which is told of the earlier."""
    other, one = sorted(pair, key=lambda path: (path in wanted, path))
    return one, other


class _Titled(Record, frozen=True):
    """What of an entry tells that it has a title: reading no more takes a third of the time."""

    slug: str
    title: str = ""


_TITLED = msgspec.json.Decoder(_Titled)


def published(folder: Path) -> Mapping[bytes, str]:
    """Return the pages of the entries below an archive's folder by the keys of their titles; the latest of each."""
    found: dict[bytes, str] = {}
    files = ((source, *named) for source in archived_sources(folder) for named in year_files(folder, source))
    for source, year, file in files:
        # What can't be read is said where the archive is checked.
        with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            for entry in _TITLED.decode_lines(read_file(file)):
                if key := title_key(entry.title):
                    found[key] = page_address(source, year, entry.slug)
    return found


def titles(texts: Iterable[Text], folder: Path) -> Iterator[Problem]:
    """Yield which texts have the title of an entry, where it is long enough to tell a work."""
    keys = [(text, title_key(text.title)) for text in texts if text.kind.name != "source"]
    pages = published(folder) if any(key for _text, key in keys) else {}
    for text, key in keys:
        if page := pages.get(key):
            yield RULES["text-published"].at(text.path, text.place(text.kind.title).line, page=page)


def problems(texts: Mapping[str, str], asked: Iterable[str]) -> Iterator[Problem]:
    """Yield what is to be said of the asked texts."""
    for text, other, share in alike(texts, asked):
        yield RULES["text-alike"].at(text, 1, other=other, likeness=format_percent(share, current_language()))
