"""Find doubles: a text that is nearly the same as another one, or that has the title of an entry."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from unicodedata import normalize

import msgspec

from kiosque.archive.entries import archived_sources
from kiosque.archive.year_files import year_files
from kiosque.content.addresses import page_address
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import RULES
from kiosque.files import read_file
from kiosque.i18n import current_language
from kiosque.model import Problem, Record
from kiosque.wording.localized import format_percent
from kiosque.works.keys import title_key
from kiosque.works.similarity import NEARLY_THE_SAME, WORDS_OF_A_SHINGLE, candidates, likeness, shingles

logger = logging.getLogger(__name__)
_FEWEST_SHINGLES = 20
_SAMPLES = 16
_MOST_THAT_SHARE = 12
# Of two texts that are nearly the same, one almost surely has a quarter of so many word rows of the other.
_ROWS = 24
_FEW_TEXTS = 3
_WORD = re.compile(rb"[a-z0-9]+")


def words_of(text: str) -> list[bytes]:
    """Return the words of a text without case and accents."""
    return _WORD.findall(normalize("NFKD", text.casefold()).encode("ascii", "ignore"))


def _candidates_for_few(words: Mapping[str, Sequence[bytes]], wanted: Collection[str]) -> set[str]:
    """Return a few wanted texts, and the texts that have a quarter of some rows of four words of one of them.

    Making the shingles of all texts would take longest.
    """
    near = set(wanted)
    for path in wanted:
        step = max(1, len(words[path]) // _ROWS)
        rows = [b" ".join(words[path][n : n + WORDS_OF_A_SHINGLE]) for n in range(0, len(words[path]), step)]
        near.update(other for other, own in words.items() if _has_a_quarter(b" ".join(own), rows))
    return near


def _has_a_quarter(text: bytes, rows: Sequence[bytes]) -> bool:
    return sum(row in text for row in rows) * 4 >= len(rows)


def alike(texts: Mapping[str, str], paths: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of texts that are nearly the same, with their likeness from 0 to 1; each pair once.

    The first text of a pair is one of ``paths``. ``texts`` are all texts, by path.
    """
    start = perf_counter()
    wanted = set(paths)
    words = {path: words_of(text) for path, text in texts.items()} if wanted else {}
    near = _candidates_for_few(words, wanted) if len(wanted) <= _FEW_TEXTS else words
    shingles_of = {path: shingles(words[path], _FEWEST_SHINGLES) for path in near}
    pairs = {
        _wanted_first(pair, wanted)
        for pair in candidates(shingles_of, _SAMPLES, _MOST_THAT_SHARE)
        if not wanted.isdisjoint(pair)
    }
    logger.debug(
        "%d of %d texts looked for among %d: %d pairs to compare, after %.2f s",
        len(wanted), len(texts), len(shingles_of), len(pairs), perf_counter() - start,
    )  # fmt: skip
    for text, other in sorted(pairs):
        share = likeness(shingles_of[text], shingles_of[other])
        if share >= NEARLY_THE_SAME:
            yield text, other, share


def _wanted_first(pair: tuple[str, str], wanted: set[str]) -> tuple[str, str]:
    """Return a pair with a wanted text first; of two wanted texts, the one with the later path."""
    other, first = sorted(pair, key=lambda path: (path in wanted, path))
    return first, other


class _Titled(Record, frozen=True):
    """The part of an entry that is needed here: decoding no more takes a third of the time."""

    slug: str
    title: str = ""


_TITLED = msgspec.json.Decoder(_Titled)


def published(folder: Path) -> Mapping[bytes, str]:
    """Return the pages of all entries of an archive by the keys of their titles; of several the latest."""
    pages: dict[bytes, str] = {}
    files = ((source, *named) for source in archived_sources(folder) for named in year_files(folder, source))
    for source, year, file in files:
        # ``data_files`` reports unreadable files and lines.
        with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            for entry in _TITLED.decode_lines(read_file(file)):
                if key := title_key(entry.title):
                    pages[key] = page_address(source, year, entry.slug)
    return pages


def titles(texts: Iterable[CheckedText], folder: Path) -> Iterator[Problem]:
    """Yield a problem for each text with the title of an entry, if that is long enough to identify a work."""
    keys = [(text, title_key(text.title)) for text in texts if text.kind.name != "source"]
    pages = published(folder) if any(key for _text, key in keys) else {}
    for text, key in keys:
        if page := pages.get(key):
            yield RULES["text-published"].at(text.path, text.place(text.kind.title).line, page=page)


def problems(texts: Mapping[str, str], paths: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each text of ``paths`` that is nearly the same as another text."""
    for text, other, share in alike(texts, paths):
        yield RULES["text-alike"].at(text, 1, other=other, likeness=format_percent(share, current_language()))
