"""Reads texts into records and clean HTML. Texts are Markdown or reStructuredText.

Results are cached. The key is a digest of the file's bytes, of the settings in use, and of the code that
reads them. A lost cache only costs time.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from docutils.utils import SystemMessage
from pelican.readers import RstReader
from pelican.settings import DEFAULT_CONFIG

from kiosque.cache_files import load_cache, save_cache
from kiosque.code_digest import code_digest
from kiosque.content import frontmatter
from kiosque.content.content_files import content_files, file_name_problems, same_slug
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.guarded import guarded
from kiosque.content.load import keys_of
from kiosque.content.reader import ReadFile, read_record
from kiosque.content.schema import Kind
from kiosque.files import read_file
from kiosque.html import sanitizer
from kiosque.html.markdown import markdown_html
from kiosque.html.prose import seconds_to_read
from kiosque.i18n import _, current_language
from kiosque.model import Problem
from kiosque.site.hub.records import Text
from kiosque.site.output.processes import forked
from kiosque.wording.reasons import in_own_words, reason_of

_CHUNK = 20

# The sanitizer removes all ids except those of notes: a text from elsewhere must not set ids in our pages.
# The hub's own headings keep their ids, since these look like ids of notes while the sanitizer runs. The page
# makes sure that they are unique.
_NOTE_PREFIX = "fn-h."
_HEADING_ID = re.compile(r'(<h[1-6]\b[^<>]*?)\sid="([A-Za-z][\w-]{0,36})"')
_PLAYER = re.compile(r"(?:<p>\s*)?<(audio|video)\b([^<>]*)>", re.IGNORECASE)
_PLAYER_ENDS = {name: re.compile(rf"</{name}\s*>(?:\s*</p>)?", re.IGNORECASE) for name in ("audio", "video")}
_SOURCE = re.compile(r'\ssrc="([^"<>]+)"', re.IGNORECASE)
_TITLE = re.compile(r'\s(?:title|aria-label)="([^"<>]+)"', re.IGNORECASE)


class _Cached(msgspec.Struct, frozen=True):
    """A file in the cache: its record as MessagePack (empty without a record), its HTML and its problems.

    ``reading`` is the time to read it, in seconds.
    """

    record: bytes
    html: str
    problems: tuple[Problem, ...]
    reading: float = 0


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes of a content file and their key in the cache, or the problem that it can't be opened."""

    path: str
    key: str
    data: bytes = b""
    problems: tuple[Problem, ...] = ()


class _RawRst(RstReader):  # type: ignore[misc]  # Pelican has no types
    """Pelican's reStructuredText reader, without its conversion of the fields in the head."""

    def process_metadata(self, name: str, value: str) -> str:
        """Return a value unchanged: the schema checks and converts it."""
        del name
        return value


@dataclass
class TextReader:
    """Reads the texts of a build, with a cache that ``save`` stores for the next build.

    ``left_out`` are the paths of files that aren't read. ``problems`` are those of all files that were read.
    """

    root: Path
    zone: tzinfo
    cache_file: Path
    left_out: Collection[str] = ()
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Load the cache of the last build."""
        self._version = _version(self.zone)
        self._old = load_cache(self.cache_file, dict[str, _Cached]) or {}
        self._new: dict[str, _Cached] = {}

    def texts(self, kind: Kind) -> list[Text[Any]]:
        """Return the texts of all files of a kind. Of two files with the same slug, the first counts."""
        by_slug: dict[str, Text[Any]] = {}
        self.problems += file_name_problems(self.root, kind)
        files = (file for file in content_files(self.root, kind) if self._path(file) not in self.left_out)
        for path, cached in self._read(files, kind):
            self.problems += cached.problems
            if not cached.record:
                continue
            record = msgspec.msgpack.decode(cached.record, type=kind.record)
            if record.slug in by_slug:
                key = keys_of(kind, self.root, path, self.zone).key("slug")
                self.problems.append(same_slug(path, record.slug, by_slug[record.slug].record.path, key))
            else:
                by_slug[record.slug] = Text(record, cached.html, cached.reading)
        return list(by_slug.values())

    def unreadable(self, path: str, kind: Kind) -> tuple[Problem, ...]:
        """Return the problems that keep a build from showing the text of a file, for ``kiosque check``."""
        cached = self._parse(self._open(self.root / path), kind)
        return tuple(problem for problem in cached.problems if problem.rule == "text-unreadable")

    def html(self, markdown: str, path: str) -> str:
        """Return Markdown of the file ``path`` as clean HTML; empty where it can't be read."""
        if not markdown:
            return ""
        key = self._key(b"markdown", path.encode(), markdown.encode())
        cached = self._old.get(key) or self._converted(markdown, path)
        self._new[key] = cached
        self.problems += cached.problems
        return cached.html

    def save(self) -> None:
        """Store the cache, unless nothing has changed."""
        if self._new.keys() != self._old.keys():
            save_cache(self.cache_file, self._new)

    def _read(self, files: Iterable[Path], kind: Kind) -> Iterator[tuple[str, _Cached]]:
        """Yield the path and the contents of each file, from the cache. New files are parsed on all cores."""
        opened = [self._open(file) for file in files]
        new = [file for file in opened if file.key not in self._old]
        parsed = forked(lambda file: self._parse(file, kind), new, chunk=_CHUNK)
        known = self._old | {file.key: cached for file, cached in zip(new, parsed, strict=True)}
        for file in opened:
            if not file.problems:
                self._new[file.key] = known[file.key]
            yield file.path, known[file.key]

    def _path(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix()

    def _open(self, file: Path) -> _File:
        path = self._path(file)
        try:
            data = read_file(file)
        except OSError as error:
            message = _("this file can't be opened ({reason}): check its permissions")
            problem = Problem(
                path=path, message=message.format(reason=reason_of(error)), rule="file-unreadable"
            )
            return _File(path, self._key(path.encode()), problems=(problem,))
        return _File(path, self._key(path.encode(), data), data)

    def _key(self, *parts: bytes) -> str:
        return hashlib.blake2b(b"\0".join((self._version, *parts)), digest_size=16).hexdigest()

    def _parse(self, file: _File, kind: Kind) -> _Cached:
        """Return what a file holds."""
        return _guarded(file.path, lambda: self._parse_unguarded(file, kind))

    def _converted(self, markdown: str, path: str) -> _Cached:
        return _guarded(path, lambda: _Cached(b"", _clean(markdown_html(markdown)), ()))

    def _parse_unguarded(self, file: _File, kind: Kind) -> _Cached:
        path = file.path
        text, problems = frontmatter.decode_text(file.data, path)
        if file.problems or problems:
            return _Cached(b"", "", file.problems or problems)
        if path.lower().endswith(".rst"):
            head, body = _read_rst(self.root / path, path, text)
            result = read_record(kind, head, path, self.zone)
            return _cached(result, _clean(body) if result.record else "")
        result = read_record(kind, frontmatter.split(text, path), path, self.zone)
        return _cached(result, _clean(markdown_html(result.body)) if result.record else "")


def _guarded(path: str, read: Callable[[], _Cached]) -> _Cached:
    """Return what ``read`` returns, or a file without a text and with the problem that it raised."""
    result = guarded(path, read)
    return _Cached(b"", "", (result,)) if isinstance(result, Problem) else result


def _clean(converted: str) -> str:
    """Return the clean HTML of a text of the hub. Headings keep their ids; sounds and videos become links."""
    with_note_ids = _HEADING_ID.sub(rf'\1 id="{_NOTE_PREFIX}\2"', _with_media_links(converted))
    return sanitizer.clean_html(with_note_ids).replace(f' id="{_NOTE_PREFIX}', ' id="')


def _with_media_links(converted: str) -> str:
    """Return HTML with links in place of players. A player without an end stays, and is cleaned away."""
    pieces: list[str] = []
    position = 0
    # The names of players that have no end from here on: each further one would search to the text's end.
    endless: set[str] = set()
    for player in _PLAYER.finditer(converted):
        name = player[1].lower()
        if player.start() < position or name in endless:
            continue
        end = _PLAYER_ENDS[name].search(converted, player.end())
        if end is None:
            endless.add(name)
            continue
        inner = converted[player.end() : end.start()]
        pieces += (converted[position : player.start()], _media_link(player[2], inner))
        position = end.end()
    return "".join((*pieces, converted[position:]))


def _media_link(own: str, inner: str) -> str:
    """Return a paragraph with a link in place of a player. The page of the text makes it a player again."""
    address = _SOURCE.search(own) or _SOURCE.search(inner)
    if not address:
        return ""
    title = _TITLE.search(own)
    name = title[1] if title else PurePosixPath(html.unescape(address[1])).stem
    return f'<p><a href="{address[1]}">{name.replace("<", "&lt;")}</a></p>'


def _cached(result: ReadFile[Any], clean: str) -> _Cached:
    return _Cached(
        msgspec.msgpack.encode(result.record) if result.record else b"",
        clean,
        result.problems,
        seconds_to_read(clean),
    )


def _version(zone: tzinfo) -> bytes:
    """Return a digest of the settings and the code that have an effect on how a file is read.

    The language is among them: the cache also keeps the problems of a file, in words.
    """
    settings = (str(zone), current_language())
    digest = hashlib.blake2b(repr(settings).encode())
    digest.update(code_digest(__name__))
    return digest.digest()


def _read_rst(file: Path, path: str, text: str) -> tuple[FrontMatter, str]:
    """Return the head and the HTML of reStructuredText. Pelican's reader stops at the first severe error."""
    # Directives of docutils can include other files and raw HTML. A submission must do neither.
    safe = {"file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True}
    try:
        body, fields = _RawRst({**DEFAULT_CONFIG, "DOCUTILS_SETTINGS": safe, "FORMATTED_FIELDS": []}).read(
            str(file)
        )
    except SystemMessage as error:
        match = re.match(r".*?:(\d+): \([A-Z/0-9]+\) (.*)", str(error), re.DOTALL)
        line, reason = (int(match[1]), match[2]) if match else (1, str(error))
        message = _("this text is not reStructuredText: {reason}").format(reason=in_own_words(reason))
        problem = Problem(path=path, line=line, message=message, rule="text-unreadable")
        return FrontMatter(problems=(problem,)), ""
    values = {}
    for name, value in fields.items():
        line = _line_of(name, text)
        items = [Located(item, line) for item in value] if isinstance(value, list) else value
        if value:
            values[name] = Located(items, line)
    return FrontMatter(values=values), str(body or "")


def _line_of(name: str, text: str) -> int:
    """Return the line of a field in reStructuredText, counted from 1."""
    match = re.search(rf"^:{re.escape(name)}:", text, re.IGNORECASE | re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else 1
