"""What lies beside a sound or video, read: its words as cues, joined into paragraphs to read, and its chapters; pure.

Transcripts come as WebVTT (https://www.w3.org/TR/webvtt1/), SRT, JSON, HTML or plain text, chapters as JSON, as the
podcast namespace describes them (https://github.com/Podcastindex-org/podcast-namespace, ``docs/examples``). Whatever the
bytes are, nothing here raises: what can't be read gives nothing.
"""

from __future__ import annotations

import codecs
import html
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from kiosque.html.tokenizer import BLOCKS, tokens
from kiosque.model import Chapter
from kiosque.text import excerpt, line_text
from kiosque.urls import safe_url

MOST_CUES = 20_000
# Seven hours of speech: what is longer isn't read on a page.
_MOST_LETTERS = 400_000
_MOST_CHAPTERS = 500
_LONGEST_TITLE = 200
_LONGEST_NAME = 60
# Ten days: what starts later is a mistake.
_LATEST = 864_000.0
# A paragraph ends with a sentence once it is this long, and with any cue once it is twice that, in seconds and letters.
_LONG, _MANY = 30.0, 600
_SILENCE = 4.0
_SENTENCE_END = re.compile(r"[.!?…][\s»”\"')\]]*\Z")
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:[.,]\d{1,6})?)"
_TIME = re.compile(_CLOCK)
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}(?:[ \t].*)?")
_TIMED = re.compile(rf"^{_TIMING.pattern}$", re.MULTILINE)
# SRT has tags of its own in braces ("{\an8}"); WebVTT's stand in angle brackets, as do the few that SRT borrows.
_BRACES = re.compile(r"\{\\[^{}]*\}")
_TAG = re.compile(r"<(/?[A-Za-z0-9][^<>]*|/)>")
_VOICE = re.compile(r"v(?:\.[^\s]*)?\s+(.+)", re.DOTALL)
# "Sarah: In today's episode": up to four words, each with a capital or a particle between two that have one.
_WORD = r"[^\W\d_a-zà-ÿ][\w.’'-]*"
_NAMED = re.compile(rf"({_WORD}(?: (?:d[eiu]|l[ae]|von?|van|{_WORD})){{0,2}}(?: {_WORD})?):\s+(?=\S)")
_BLANK = re.compile(r"\n[ \t]*\n")


class Cue(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """Some words, and when they are heard, in seconds; ``speaker`` is empty where it is who spoke before, or nobody knows."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


def read_transcript(data: bytes, stated_type: str = "") -> tuple[Cue, ...]:
    """Return the words of a transcript, in order; nothing where it is none.

    What has times shows what it is, whatever type its feed states. Words without times count only where HTML or plain
    text was promised: what answers for a lost caption file is a page about it.
    """
    written = _decoded(data)
    found = _reader(written, stated_type.partition(";")[0].strip().lower())(written)
    return tuple(_limited(cue for cue in found if cue.text))


def read_chapters(data: bytes) -> tuple[Chapter, ...]:
    """Return the chapters of a file of JSON chapters that are meant to be seen, by their start."""
    found = _json(_decoded(data))
    listed = found.get("chapters") if isinstance(found, dict) else found
    chapters = (_chapter(one) for one in (listed if isinstance(listed, list) else ()))
    shown = [chapter for chapter in chapters if chapter]
    return tuple(sorted(shown[:_MOST_CHAPTERS], key=lambda chapter: chapter.start))


def paragraphs(cues: Iterable[Cue]) -> list[Cue]:
    """Join cues for reading: a paragraph ends with its speaker, with a silence, or with a sentence after half a minute.

    Who goes on speaking is named once.
    """
    joined: list[Cue] = []
    open_: list[Cue] = []
    speaker = ""
    for cue in cues:
        if open_ and _is_new(open_, cue, speaker):
            joined.append(_join(open_))
            open_ = []
        open_.append(Cue(cue.text, cue.start, cue.end, "" if cue.speaker == speaker else cue.speaker))
        speaker = cue.speaker or speaker
    return [*joined, _join(open_)] if open_ else joined


def _is_new(open_: list[Cue], cue: Cue, speaker: str) -> bool:
    first, last = open_[0], open_[-1]
    if cue.start is None or first.start is None or (cue.speaker and cue.speaker != speaker):
        return True
    if last.end is not None and cue.start - last.end > _SILENCE:
        return True
    length = max((cue.start - first.start) / _LONG, sum(len(one.text) for one in open_) / _MANY)
    return length > 2 or (length > 1 and bool(_SENTENCE_END.search(last.text)))


def _join(cues: list[Cue]) -> Cue:
    return Cue(" ".join(cue.text for cue in cues), cues[0].start, cues[-1].end, cues[0].speaker)


def _decoded(data: bytes) -> str:
    """Return bytes as text: UTF-8 or UTF-16 as they say, else what old subtitles of Western Europe are written in."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _lines(data.decode("utf-16", "replace"))
    try:
        return _lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _lines(data.decode("cp1252", "replace"))


def _lines(written: str) -> str:
    return written.replace("\r\n", "\n").replace("\r", "\n")


def _reader(written: str, stated_type: str) -> Callable[[str], Iterator[Cue]]:
    beginning = written[:200].lstrip()
    if beginning.startswith("WEBVTT"):
        return _vtt
    if beginning.startswith("{"):
        return _segments
    if _TIMED.search(written[:20_000]):
        return _srt
    return {"text/html": _html, "application/xhtml+xml": _html, "text/plain": _plain}.get(
        stated_type, _nothing
    )


def _nothing(_written: str) -> Iterator[Cue]:
    yield from ()


def _limited(cues: Iterable[Cue]) -> Iterator[Cue]:
    letters = 0
    for count, cue in enumerate(cues):
        letters += len(cue.text)
        if count >= MOST_CUES or letters > _MOST_LETTERS:
            return
        yield cue


def _vtt(written: str) -> Iterator[Cue]:
    for start, end, lines in _timed(written):
        for speaker, words in _voices("\n".join(lines)):
            yield Cue(_clean(words), start, end, speaker)


def _srt(written: str) -> Iterator[Cue]:
    for start, end, lines in _timed(written):
        words = _clean(_TAG.sub("", _BRACES.sub("", "\n".join(lines))))
        named = _NAMED.match(words)
        speaker = named[1] if named and len(named[1]) <= _LONGEST_NAME else ""
        yield Cue(words[named.end() :] if named and speaker else words, start, end, speaker)


def _timed(written: str) -> Iterator[tuple[float, float, list[str]]]:
    """Yield the blocks of WebVTT or SRT that have a time; notes, styles and regions have none."""
    timing: re.Match[str] | None = None
    lines: list[str] = []
    for line in (*written.split("\n"), ""):
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
    """Cut a cue of WebVTT where another voice begins; all other tags only go."""
    speaker, said = "", ""
    for place, piece in enumerate(_TAG.split(words)):
        if place % 2 == 0:
            said += piece
        elif voice := _VOICE.fullmatch(piece):
            yield speaker, said
            speaker, said = _name(voice[1]), ""
    yield speaker, said


def _name(written: str) -> str:
    return excerpt(_clean(written).removesuffix(":").rstrip(), _LONGEST_NAME)


def _clean(written: str) -> str:
    return line_text(html.unescape(written))


def _segments(written: str) -> Iterator[Cue]:
    found = _json(written)
    segments = found.get("segments") if isinstance(found, dict) else None
    for one in segments if isinstance(segments, list) else ():
        if isinstance(one, dict) and isinstance(body := one.get("body"), str):
            speaker = one.get("speaker")
            name = excerpt(line_text(speaker), _LONGEST_NAME) if isinstance(speaker, str) else ""
            yield Cue(line_text(body), _moment(one.get("startTime")), _moment(one.get("endTime")), name)


def _chapter(one: object) -> Chapter | None:
    if not isinstance(one, dict) or one.get("toc") is False:
        return None
    start, title, url = _moment(one.get("startTime")), one.get("title"), one.get("url")
    name = excerpt(line_text(title), _LONGEST_TITLE) if isinstance(title, str) else ""
    if start is None or not name:
        return None
    return Chapter(start=start, title=name, url=safe_url(url) if isinstance(url, str) else "")


def _json(written: str) -> Any:
    try:
        return msgspec.json.decode(written)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _moment(value: object) -> float | None:
    """Return seconds; some write them as text."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds <= _LATEST else None


def _html(written: str) -> Iterator[Cue]:
    """Yield the blocks of HTML; ``cite`` names the speaker and ``time`` the start of what follows."""
    words, speaker, start = "", "", None
    for token in tokens(written):
        words += token.text
        if token.name == "cite" and token.is_end:
            speaker, words = _name(words), ""
        elif token.name == "time" and token.is_end:
            clock = _TIME.fullmatch(_clean(words))
            start, words = (_seconds(*clock.groups()) if clock else start), ""
        elif token.name in BLOCKS or token.name in {"cite", "time", ""}:
            if said := _clean(words):
                yield Cue(said, start, None, speaker)
                speaker, start = "", None
            words = ""


def _plain(written: str) -> Iterator[Cue]:
    """Yield what empty lines part or, where there are none, each line."""
    for block in _BLANK.split(written) if _BLANK.search(written.strip()) else written.split("\n"):
        yield Cue(line_text(block))
