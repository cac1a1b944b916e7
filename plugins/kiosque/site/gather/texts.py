"""What people wrote, read by Pelican's readers: front matter to records, text to clean HTML, links to addresses.

Read texts are cached under a key of their bytes, the settings that matter and the versions of the code that
reads them; a lost cache costs time, nothing else.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from docutils.utils import SystemMessage
from markdown import Markdown
from pelican.readers import RstReader
from pelican.settings import DEFAULT_CONFIG

from kiosque.code_digest import code_digest
from kiosque.content import frontmatter, records
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.link_targets import link_target
from kiosque.content.records import Read
from kiosque.content.schema import Kind
from kiosque.files import read_file, replace_file
from kiosque.html import sanitizer
from kiosque.html.prose import seconds_to_read
from kiosque.i18n import _, current_language
from kiosque.model import Problem
from kiosque.site.hub.records import Text
from kiosque.site.output.processes import forked
from kiosque.wording.reasons import in_own_words, reason_of

_CHUNK = 20
_INTRASITE = re.compile(r'((?:href|src)=")(\{[a-z]+\}[^"]*)(?=")')

# Cleaning keeps the ids of notes only: no one else's text may name places of our pages. Those of the hub's own headings
# pass as such; the page sees to it that they are free.
_CARRIED = "fn-h."
_HEADING_ID = re.compile(r'(<h[1-6]\b[^>]*?)\sid="([A-Za-z][\w-]{0,36})"')
_MEDIA = re.compile(
    r"(?:<p>\s*)?<(?P<name>audio|video)\b(?P<own>[^>]*)>(?P<inner>.*?)</(?P=name)\s*>(?:\s*</p>)?",
    re.DOTALL | re.IGNORECASE,
)
_SOURCE = re.compile(r'\ssrc="([^"<>]+)"', re.IGNORECASE)
_TITLE = re.compile(r'\s(?:title|aria-label)="([^"<>]+)"', re.IGNORECASE)


class _Cached(msgspec.Struct, frozen=True):
    """One read file in the cache: its record as MessagePack, empty where it gave none, its HTML and problems."""

    record: bytes
    html: str
    problems: tuple[Problem, ...]
    reading: float = 0


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes of a content file and their key in the cache, or why it can't be opened."""

    path: str
    key: str
    data: bytes = b""
    problems: tuple[Problem, ...] = ()


class _RawRst(RstReader):  # type: ignore[misc]  # Pelican has no types
    """Pelican's reStructuredText reader, with the fields of a document's head as they are written."""

    def process_metadata(self, name: str, value: str) -> str:
        """Leave a value as it is: the schema makes it clean."""
        del name
        return value


@dataclass
class TextReader:
    """Reads the texts of one build, through a cache that ``save`` keeps for the next.

    ``problems`` grows with what was wrong in the files read.
    """

    root: Path
    zone: tzinfo
    markdown: Mapping[str, Any]
    cache_file: Path
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Load what the last build read."""
        self._version = _version(self.markdown, self.zone)
        self._old = _load(self.cache_file)
        self._new: dict[str, _Cached] = {}
        self._engine: Markdown | None = None

    def texts(self, kind: Kind) -> list[Text[Any]]:
        """Read all files of a kind; of two that share a slug the first is kept."""
        found: dict[str, Text[Any]] = {}
        self.problems += records.strange_files(self.root, kind)
        for path, cached in self._read(records.content_files(self.root, kind), kind):
            self.problems += cached.problems
            if not cached.record:
                continue
            record = msgspec.msgpack.decode(cached.record, type=kind.record)
            if record.slug in found:
                key = records.keys_of(kind, self.root, path, self.zone).key("slug")
                self.problems.append(
                    records.same_slug(path, record.slug, found[record.slug].record.path, key)
                )
            else:
                found[record.slug] = Text(record, cached.html, cached.reading)
        return list(found.values())

    def html(self, markdown: str) -> str:
        """Return Markdown as clean HTML."""
        if not markdown:
            return ""
        key = self._key(b"markdown", markdown.encode())
        cached = self._old.get(key) or _Cached(b"", self._convert(markdown), ())
        self._new[key] = cached
        return cached.html

    def save(self) -> None:
        """Keep what this build read, unless it is what was kept already."""
        if self._new.keys() != self._old.keys():
            replace_file(self.cache_file, msgspec.msgpack.encode(self._new))

    def _read(self, files: Iterable[Path], kind: Kind) -> Iterator[tuple[str, _Cached]]:
        """Yield each file's path and what it says: from the cache or, on all cores, from its bytes."""
        named = [self._open(file) for file in files]
        fresh = [one for one in named if one.key not in self._old]
        parsed = forked(lambda one: self._parse(one, kind), fresh, chunk=_CHUNK)
        known = self._old | {one.key: cached for one, cached in zip(fresh, parsed, strict=True)}
        for one in named:
            if not one.problems:
                self._new[one.key] = known[one.key]
            yield one.path, known[one.key]

    def _open(self, file: Path) -> _File:
        path = file.relative_to(self.root).as_posix()
        try:
            data = read_file(file)
        except OSError as error:
            message = _("this file can't be opened ({reason}): check its permissions")
            problem = Problem(path=path, message=message.format(reason=reason_of(error)))
            return _File(path, self._key(path.encode()), problems=(problem,))
        return _File(path, self._key(path.encode(), data), data)

    def _key(self, *parts: bytes) -> str:
        return hashlib.blake2b(b"\0".join((self._version, *parts)), digest_size=16).hexdigest()

    def _parse(self, file: _File, kind: Kind) -> _Cached:
        path = file.path
        written, problems = frontmatter.decode(file.data, path)
        if file.problems or problems:
            return _Cached(b"", "", file.problems or problems)
        if path.endswith(".rst"):
            head, body = _read_rst(self.root / path, path, written)
            result = records.read(kind, head, path, self.zone)
            return _cached(result, _clean(body) if result.record else "")
        result = records.read(kind, frontmatter.split(written, path), path, self.zone)
        return _cached(result, self._convert(result.body) if result.record else "")

    def _convert(self, markdown: str) -> str:
        if self._engine is None:
            self._engine = Markdown(**self.markdown)
        return _clean(str(self._engine.reset().convert(markdown)))


def _clean(converted: str) -> str:
    """Return the clean HTML of one of the hub's texts: with the ids of its headings, its sounds and videos as links."""
    carried = _HEADING_ID.sub(rf'\1 id="{_CARRIED}\2"', _MEDIA.sub(_media_link, converted))
    return sanitizer.clean_html(carried).replace(f' id="{_CARRIED}', ' id="')


def _media_link(found: re.Match[str]) -> str:
    """Return a paragraph that leads to what a player would play: its page makes a player of it again."""
    address = _SOURCE.search(found["own"]) or _SOURCE.search(found["inner"])
    if not address:
        return ""
    title = _TITLE.search(found["own"])
    name = title[1] if title else PurePosixPath(html.unescape(address[1])).stem
    return f'<p><a href="{address[1]}">{name.replace("<", "&lt;")}</a></p>'


def _cached(result: Read[Any], clean: str) -> _Cached:
    return _Cached(
        msgspec.msgpack.encode(result.record) if result.record else b"",
        clean,
        result.problems,
        seconds_to_read(clean),
    )


def _version(markdown: Mapping[str, Any], zone: tzinfo) -> bytes:
    """Return a digest of all besides a file's bytes that decides how it is read, or in which language its problems are."""
    settings = (sorted(markdown.items(), key=str), str(zone), current_language())
    digest = hashlib.blake2b(repr(settings).encode())
    digest.update(code_digest(__name__))
    return digest.digest()


def _load(file: Path) -> dict[str, _Cached]:
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=dict[str, _Cached])
    except (OSError, msgspec.MsgspecError):
        return {}


def _read_rst(file: Path, path: str, written: str) -> tuple[FrontMatter, str]:
    """Read reStructuredText through Pelican, whose reader stops at the first serious fault."""
    # A submission must not read other files nor pass HTML by: docutils can be asked for both.
    safe = {"file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True}
    try:
        body, fields = _RawRst({**DEFAULT_CONFIG, "DOCUTILS_SETTINGS": safe, "FORMATTED_FIELDS": []}).read(
            str(file)
        )
    except SystemMessage as error:
        found = re.match(r".*?:(\d+): \([A-Z/0-9]+\) (.*)", str(error), re.DOTALL)
        line, reason = (int(found[1]), found[2]) if found else (1, str(error))
        message = _("this text is not reStructuredText: {reason}").format(reason=in_own_words(reason))
        return FrontMatter(problems=(Problem(path=path, line=line, message=message),)), ""
    values = {}
    for name, value in fields.items():
        line = _line_of(name, written)
        items = [Located(one, line) for one in value] if isinstance(value, list) else value
        if value:
            values[name] = Located(items, line)
    return FrontMatter(values=values), str(body or "")


def _line_of(name: str, written: str) -> int:
    match = re.search(rf"^:{re.escape(name)}:", written, re.IGNORECASE | re.MULTILINE)
    return written.count("\n", 0, match.start()) + 1 if match else 1


def resolve_links(
    clean: str, path: str, lookup: Callable[[str, str], str | None]
) -> tuple[str, tuple[Problem, ...]]:
    """Replace Pelican's ``{filename}``, ``{static}``, ``{attach}``, ``{tag}``… links by addresses.

    ``path`` is the file that holds them. ``lookup`` answers what kind of link with which target (a path from the
    hub's folder, or a name). A link without a target is a problem, and leads nowhere.
    """
    if "{" not in clean:
        return clean, ()
    problems: list[Problem] = []

    def replace(match: re.Match[str]) -> str:
        before, link = match.groups()
        target = link_target(link, path)
        if target is None:
            return match[0]
        address = lookup(target.kind, target.name)
        if address is None:
            message = _("the link “{link}” leads to no file: check its name and folder")
            problems.append(Problem(path=path, message=message.format(link=link)))
            return f"{before}#"
        return before + html.escape(address + (f"#{target.fragment}" if target.fragment else ""))

    return _INTRASITE.sub(replace, clean), tuple(problems)
