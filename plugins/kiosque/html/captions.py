"""Reads the transcript and the chapters of a sound or video. Pure functions.

A transcript is WebVTT (https://www.w3.org/TR/webvtt1/), SRT, JSON, HTML or plain text. Chapters are JSON. The
podcast namespace describes these formats (https://github.com/Podcastindex-org/podcast-namespace,
``docs/examples``). No function raises, whatever the bytes are: a file that can't be read gives an empty
result.
"""

from __future__ import annotations

import codecs
import html
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from kiosque.html.tokenizer import BLOCKS
from kiosque.html.unseen import shown_tokens
from kiosque.model import Chapter
from kiosque.text import excerpt, line_text
from kiosque.urls import safe_url

MOST_CUES = 20_000
# Seven hours of speech. Nobody reads more on a page.
_MOST_CHARACTERS = 400_000
_MOST_CHAPTERS = 500
_LONGEST_TITLE = 200
_LONGEST_NAME = 60
# In seconds: ten days. A later start is a mistake.
_LATEST = 864_000.0
# How long a paragraph is before it may end after a sentence, in seconds and characters. At twice that it ends
# anyway.
_LONG_SECONDS, _LONG_CHARACTERS = 30.0, 600
# In seconds. A longer pause ends a paragraph.
_SILENCE = 4.0
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"')\]]*\Z")
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,6})?)"
_TIME = re.compile(_CLOCK)
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_TIMED = re.compile(rf"^{_TIMING.pattern}$", re.MULTILINE)
# SRT has its own tags in braces ("{\an8}"). WebVTT's tags, and those that SRT shares with it, have angle
# brackets.
_BRACES = re.compile(r"\{\\[^{}]*\}")
_TAG = re.compile(r"<(/?[A-Za-z0-9][^<>]*|/)>")
_VOICE = re.compile(r"v(?:\.[^\s]*)?\s+(.+)", re.DOTALL)
# The name in "Sarah: In today's episode": up to four words, with a capital each, or a particle such as "de"
# in between.
_WORD = r"[^\W\d_a-zà-ÿ][\w.’'-]*"
_NAMED = re.compile(rf"({_WORD}(?: (?:d[eiu]|l[ae]|von?|van|{_WORD})){{0,2}}(?: {_WORD})?):\s+(?=\S)")
_BLANK = re.compile(r"\n[ \t]*\n")


class Cue(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """Some words, and when they are heard, in seconds.

    ``speaker`` is empty if the speaker is unknown. In a paragraph it is also empty if the speaker is the same
    as before.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


def read_transcript(data: bytes, stated_type: str = "") -> tuple[Cue, ...]:
    """Return the cues of a transcript, in order; empty if it can't be read.

    Formats with times are recognised by their content, whatever type the feed states. Text without times
    counts only if the feed states HTML or plain text: instead of a lost caption file, a server sends a page
    that says so.
    """
    text = _decoded(data)
    cues = _reader(text, stated_type.partition(";")[0].strip().lower())(text)
    return tuple(_limited(cue for cue in cues if cue.text))


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """Return the chapters of a JSON file, by their start, without the hidden ones (``toc`` is false)."""
    document = _json(_decoded(data))
    items = document.get("chapters") if isinstance(document, dict) else document
    chapters = (_chapter(item) for item in (items if isinstance(items, list) else ()))
    visible = [chapter for chapter in chapters if chapter]
    return tuple(sorted(visible[:_MOST_CHAPTERS], key=lambda chapter: chapter.start))


def paragraphs(cues: Iterable[Cue]) -> list[Cue]:
    """Return cues joined into paragraphs to read.

    A paragraph ends where another person speaks, before a silence, and after the first sentence that ends
    beyond half a minute. A speaker is named only where another person spoke before.
    """
    finished: list[Cue] = []
    paragraph: list[Cue] = []
    speaker = ""
    for cue in cues:
        if paragraph and _starts_paragraph(cue, paragraph, speaker):
            finished.append(_join(paragraph))
            paragraph = []
        paragraph.append(Cue(cue.text, cue.start, cue.end, "" if cue.speaker == speaker else cue.speaker))
        speaker = cue.speaker or speaker
    return [*finished, _join(paragraph)] if paragraph else finished


def _starts_paragraph(cue: Cue, paragraph: list[Cue], speaker: str) -> bool:
    """Whether a cue starts a new paragraph after the cues of ``paragraph``, which ``speaker`` spoke."""
    first, last = paragraph[0], paragraph[-1]
    if cue.start is None or first.start is None or (cue.speaker and cue.speaker != speaker):
        return True
    if last.end is not None and cue.start - last.end > _SILENCE:
        return True
    seconds, characters = cue.start - first.start, sum(len(earlier.text) for earlier in paragraph)
    length = max(seconds / _LONG_SECONDS, characters / _LONG_CHARACTERS)
    return length > 2 or (length > 1 and bool(_SENTENCE_END.search(last.text)))


def _join(cues: list[Cue]) -> Cue:
    return Cue(" ".join(cue.text for cue in cues), cues[0].start, cues[-1].end, cues[0].speaker)


def _decoded(data: bytes) -> str:
    """Return bytes as text with Unix line ends: UTF-16 with its mark, UTF-8, or else Windows-1252.

    Old subtitles of Western Europe are in Windows-1252.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _with_unix_lines(data.decode("utf-16", "replace"))
    try:
        return _with_unix_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _with_unix_lines(data.decode("cp1252", "replace"))


def _with_unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _reader(text: str, stated_type: str) -> Callable[[str], Iterator[Cue]]:
    """Return the function that reads a transcript of this format."""
    beginning = text[:200].lstrip()
    if beginning.startswith("WEBVTT"):
        return _vtt
    if beginning.startswith("{"):
        return _segments
    if _TIMED.search(text[:20_000]):
        return _srt
    return {"text/html": _html, "application/xhtml+xml": _html, "text/plain": _plain}.get(
        stated_type, _unknown
    )


def _unknown(_text: str) -> Iterator[Cue]:
    yield from ()


def _limited(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield cues up to the limits of their number and their characters."""
    characters = 0
    for count, cue in enumerate(cues):
        characters += len(cue.text)
        if count >= MOST_CUES or characters > _MOST_CHARACTERS:
            return
        yield cue


def _vtt(text: str) -> Iterator[Cue]:
    for start, end, lines in _timed_blocks(text):
        for speaker, words in _voices("\n".join(lines)):
            yield Cue(_clean(words), start, end, speaker)


def _srt(text: str) -> Iterator[Cue]:
    for start, end, lines in _timed_blocks(text):
        words = _clean(_TAG.sub("", _BRACES.sub("", "\n".join(lines))))
        name = _NAMED.match(words)
        speaker = name[1] if name and len(name[1]) <= _LONGEST_NAME else ""
        yield Cue(words[name.end() :] if name and speaker else words, start, end, speaker)


def _timed_blocks(text: str) -> Iterator[tuple[float, float, list[str]]]:
    """Yield start, end (in seconds) and lines of each block of WebVTT or SRT that has a time.

    Notes, styles and regions have none.
    """
    timing: re.Match[str] | None = None
    lines: list[str] = []
    for line in (*text.split("\n"), ""):
        if not timing:
            timing = _TIMING.fullmatch(line) if "-->" in line else None
        elif line.strip():
            lines.append(line)
        else:
            yield _seconds(*timing.groups()[:3]), _seconds(*timing.groups()[3:]), lines
            timing, lines = None, []


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))


def _voices(words: str) -> Iterator[tuple[str, str]]:
    """Yield the speakers of a WebVTT cue, each with the words spoken; all other tags are removed."""
    speaker, spoken = "", ""
    for index, piece in enumerate(_TAG.split(words)):
        # Splitting puts text at even places, and tags at odd ones.
        if index % 2 == 0:
            spoken += piece
        elif voice := _VOICE.fullmatch(piece):
            yield speaker, spoken
            speaker, spoken = _speaker_name(voice[1]), ""
    yield speaker, spoken


def _speaker_name(source: str) -> str:
    return excerpt(_clean(source).removesuffix(":").rstrip(), _LONGEST_NAME)


def _clean(source: str) -> str:
    return line_text(html.unescape(source))


def _segments(text: str) -> Iterator[Cue]:
    """Yield the cues of a JSON transcript."""
    document = _json(text)
    segments = document.get("segments") if isinstance(document, dict) else None
    for segment in segments if isinstance(segments, list) else ():
        if isinstance(segment, dict) and isinstance(body := segment.get("body"), str):
            speaker = segment.get("speaker")
            name = excerpt(line_text(speaker), _LONGEST_NAME) if isinstance(speaker, str) else ""
            start, end = _time(segment.get("startTime")), _time(segment.get("endTime"))
            yield Cue(line_text(body), start, end, name)


def _chapter(item: object) -> Chapter | None:
    if not isinstance(item, dict) or item.get("toc") is False:
        return None
    start, title, url = _time(item.get("startTime")), item.get("title"), item.get("url")
    name = excerpt(line_text(title), _LONGEST_TITLE) if isinstance(title, str) else ""
    if start is None or not name:
        return None
    return Chapter(start=start, title=name, url=safe_url(url) if isinstance(url, str) else "")


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None


def _time(value: object) -> float | None:
    """Return a time in seconds, which some files have as text; None if it is no time."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds <= _LATEST else None


def _html(text: str) -> Iterator[Cue]:
    """Yield the blocks of HTML. ``<cite>`` is the speaker of the next block, ``<time>`` its start."""
    words, speaker, start = "", "", None
    for token in shown_tokens(text):
        words += token.text
        if token.name == "cite" and token.is_end:
            speaker, words = _speaker_name(words), ""
        elif token.name == "time" and token.is_end:
            clock = _TIME.fullmatch(_clean(words))
            start, words = (_seconds(*clock.groups()) if clock else start), ""
        elif token.name in BLOCKS or token.name in {"cite", "time", ""}:
            if spoken := _clean(words):
                yield Cue(spoken, start, None, speaker)
                speaker, start = "", None
            words = ""


def _plain(text: str) -> Iterator[Cue]:
    """Yield the blocks between empty lines; each line if there are no empty lines."""
    for block in _BLANK.split(text) if _BLANK.search(text.strip()) else text.split("\n"):
        yield Cue(line_text(block))
