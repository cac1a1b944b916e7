"""Make well-formed XML of a feed whose tags are wrong, so that each fault costs one entry at most.

An entry ends where the next starts. A tag that isn't closed ends with its parent. Text stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kiosque.i18n import N_, _
from kiosque.model import Problem

_NAME = rb"[A-Za-z_][\w.-]*+(?::[A-Za-z_][\w.-]*+)?"
_VALUE = rb"\"(?:[^\"<]|<(?=[\s\d=]))*+\"|'(?:[^'<]|<(?=[\s\d=]))*+'"
# A tag whose quotation marks don't match ends at its first “>”.
_TOKEN = re.compile(
    rb"(?P<verbatim><!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?"
    rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?)"
    rb"|<(?P<end>/)?(?P<name>" + _NAME + rb")"
    rb"(?P<attributes>(?:[\s/](?:[^<>\"']|" + _VALUE + rb")*+)?(?=>)|[\s/][^<>]*+)>"
    rb"|<[?!](?!\[CDATA\[)(?=[\w\[-])[^<>]*+>"
)
_ATTRIBUTE = re.compile(rb"(?P<name>[^\s=<>\"'/]++)(?:\s*+=\s*+(?P<value>" + _VALUE + rb"|[^\s\"'<>]++))?")
_DECLARED_PREFIX = re.compile(rb"\bxmlns:([\w.-]++)")
_XML_NAME = re.compile(_NAME)
_ENTRIES = frozenset({b"item", b"entry"})
_OUTER = frozenset({b"RDF", b"channel", b"feed", b"rss"})
# Elements of HTML without content. RSS and Atom use “link” and “source” otherwise.
_EMPTY = frozenset({b"area", b"br", b"col", b"embed", b"hr", b"img", b"input", b"wbr"})
# Fields of an entry that hold text: the next field ends them.
_FIELDS = frozenset({
    b"author", b"category", b"comments", b"content", b"description", b"enclosure", b"guid", b"id", b"link",
    b"pubDate", b"published", b"source", b"summary", b"title", b"updated",
})  # fmt: skip
_TEXT_FIELDS = _FIELDS - {b"author", b"content", b"enclosure", b"source"}
# feedparser takes quadratic time for more.
_DEEPEST, _MOST_PREFIXES = 200, 50
# What feeds mean by a prefix that they don't declare.
_NAMESPACES = {
    b"atom": b"http://www.w3.org/2005/Atom",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"dcterms": b"http://purl.org/dc/terms/",
    b"feedburner": b"http://rssnamespace.org/feedburner/ext/1.0",
    b"geo": b"http://www.w3.org/2003/01/geo/wgs84_pos#",
    b"georss": b"http://www.georss.org/georss",
    b"itunes": b"http://www.itunes.com/dtds/podcast-1.0.dtd",
    b"media": b"http://search.yahoo.com/mrss/",
    b"podcast": b"https://podcastindex.org/namespace/1.0",
    b"psc": b"http://podlove.org/simple-chapters",
    b"rdf": b"http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    b"slash": b"http://purl.org/rss/1.0/modules/slash/",
    b"sy": b"http://purl.org/rss/1.0/modules/syndication/",
    b"thr": b"http://purl.org/syndication/thread/1.0",
    b"wfw": b"http://wellformedweb.org/CommentAPI/",
    b"xhtml": b"http://www.w3.org/1999/xhtml",
    b"xlink": b"http://www.w3.org/1999/xlink",
}
_MESSAGES = {
    "after": N_("“{words}” follows the end of the feed: remove it"),
    "angle": N_("a “<” stands here that starts no tag, before “{words}”: write “&lt;”"),
    "end": N_("“{words}” closes a tag that isn't open: remove it, or open it"),
    "open": N_("“{words}” isn't closed where it should be: close it"),
    "prefix": N_("the prefix of “{words}” isn't declared: declare it in the first tag (xmlns:…)"),
    "quotes": N_('“{words}” has an attribute without quotation marks or value: write name="value"'),
    "unfinished": N_("the feed stops here, before its end: close its last tags"),
    "second": N_("“{words}” starts a second feed in the same file: let there be one"),
    "truncated": N_("the feed stops in the middle of this entry, which waits until it is whole: “{words}”"),
    "twice": N_("“{words}” has an attribute twice, of which the first counts: remove the other"),
}


def tidied(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a feed with the tags of well-formed XML, and a problem for each kind of fault.

    ``data`` is UTF-8 with right references. ``path`` is the feed's address. Each problem has the line of the
    first such fault.
    """
    tidy = _Tidy(data)
    tidied_data = tidy.run()
    return tidied_data, tuple(
        Problem(path=path, line=data.count(b"\n", 0, place) + 1, message=_message(data, kind, place))
        for kind, place in tidy.faults.items()
    )


def _message(data: bytes, kind: str, place: int) -> str:
    words = b" ".join(data[place : place + 60].split()).decode("utf-8", "ignore")
    tag_end = words.find(">") + 1
    return _(_MESSAGES[kind]).format(words=words[: tag_end or 40])


def _last_name(name: bytes) -> bytes:
    return name.rpartition(b":")[2]


@dataclass(slots=True)
class _Tidy:
    """The state of one pass over a feed: the open tags with their places, and the faults met."""

    data: bytes
    pieces: list[bytes] = field(default_factory=list)
    stack: list[tuple[bytes, int]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    # How many tags of each name are open, in all and in the open entry. A search of the stack for each
    # closing tag would take quadratic time.
    opened: dict[bytes, int] = field(default_factory=dict)
    opened_in_entry: dict[bytes, int] = field(default_factory=dict)
    prefixes: dict[bytes, int] = field(default_factory=dict)
    root: bytes = b""
    # The numbers of the pieces where the root and the open entry start.
    root_piece: int = 0
    entry_piece: int = 0
    is_in_entry: bool = False
    is_over: bool = False

    def run(self) -> bytes:
        """Return the tidied feed."""
        place = 0
        for token in _TOKEN.finditer(self.data):
            self._text(place, token.start())
            place = token.end()
            self._token(token)
        self._text(place, len(self.data))
        self._finish()
        return b"".join(self.pieces)

    def _fault(self, kind: str, place: int) -> None:
        if kind != "after" or "second" not in self.faults:
            self.faults.setdefault(kind, place)

    def _is_after(self) -> bool:
        """Whether the feed is over and no entry of a second one is open."""
        return self.is_over and not self.is_in_entry

    def _text(self, start: int, end: int) -> None:
        text = self.data[start:end]
        if self._is_after():
            if text.strip():
                self._fault("after", start + len(text) - len(text.lstrip()))
            return
        if b"<" in text:
            self._fault("angle", start + text.find(b"<"))
            text = text.replace(b"<", b"&lt;")
        if not self.root:
            text = b"\n" * text.count(b"\n")
        self.pieces.append(text.replace(b"]]>", b"]]&gt;") if b"]]>" in text else text)

    def _token(self, token: re.Match[bytes]) -> None:
        if not token["name"]:
            # Instructions, comments and document types behind the declaration mean nothing to a feed.
            is_section = token[0].startswith(b"<![CDATA[") and self.root and not self._is_after()
            if is_section or token.start() == 0:
                self.pieces.append(token[0])
        elif token["end"]:
            self._end(token["name"], token.start())
        else:
            self._start(token["name"], token)

    def _start(self, name: bytes, token: re.Match[bytes]) -> None:
        place = token.start()
        is_entry = _last_name(name) in _ENTRIES
        if is_entry:
            self._end_at_next_entry()
            self.entry_piece, self.is_in_entry, self.opened_in_entry = len(self.pieces), True, {}
        elif self._is_after() or (_is_outer(name) and self.opened.get(name)):
            self._fault("second" if _is_outer(name) else "after", place)
            return
        else:
            self._end_text_field(name)
        if len(self.stack) >= _DEEPEST:
            self._fault("open", self.stack[-1][1])
            return
        if not self.root:
            self.root, self.root_piece = name, len(self.pieces)
        is_empty = token["attributes"].endswith(b"/") or name in _EMPTY
        self._note_prefix(name, place)
        self.pieces += (
            b"<" + name + self._attributes(token["attributes"], place),
            b"/>" if is_empty else b">",
        )
        if not is_empty:
            self._push(name, place)
        elif is_entry:
            self.is_in_entry = False

    def _push(self, name: bytes, place: int) -> None:
        self.stack.append((name, place))
        for counts in (self.opened, self.opened_in_entry):
            counts[name] = counts.get(name, 0) + 1

    def _pop(self, *, is_fault: bool) -> None:
        name, place = self.stack.pop()
        for counts in (self.opened, self.opened_in_entry):
            counts[name] = counts.get(name, 0) - 1
        self.is_in_entry = self.is_in_entry and _last_name(name) not in _ENTRIES
        self.pieces.append(b"</" + name + b">")
        if is_fault:
            self._fault("open", place)

    def _end_at_next_entry(self) -> None:
        """Close an entry, or another element within the feed, that is still open where an entry starts."""
        while self.stack and not _is_outer(self.stack[-1][0]):
            self._pop(is_fault=True)

    def _end_text_field(self, name: bytes) -> None:
        """Close a field that only holds text where the next field starts."""
        is_field = name in _FIELDS or b":" in name
        if is_field and len(self.stack) > 1 and self.stack[-1][0] in _TEXT_FIELDS:
            parent = self.stack[-2][0]
            if _last_name(parent) in _ENTRIES or _is_outer(parent):
                self._pop(is_fault=True)

    def _end(self, name: bytes, place: int) -> None:
        if name in _EMPTY or self._is_after():
            return
        stays_open = name == self.root or (_is_outer(name) and _last_name(self.root) != b"RDF")
        is_open = self.opened.get(name, 0) > 0
        if not is_open or (self.is_in_entry and not stays_open and self.opened_in_entry.get(name, 0) <= 0):
            self._fault("end", place)
            return
        while self.stack[-1][0] != name and not (stays_open and _is_outer(self.stack[-1][0])):
            self._pop(is_fault=True)
        if not stays_open:
            self._pop(is_fault=False)
        # Entries of a second feed in the same file go into the first: its end is written at the very end.
        self.is_over = self.is_over or name == self.root

    def _attributes(self, text: bytes, place: int) -> bytes:
        """Return attributes with quotation marks, each once: the first counts."""
        written: dict[bytes, bytes] = {}
        for match in _ATTRIBUTE.finditer(text):
            name, value = match["name"], match["value"]
            if not _XML_NAME.fullmatch(name) or (name.startswith(b"xmlns:") and value in {b"''", b'""'}):
                continue
            if name in written:
                self._fault("twice", place)
                continue
            if value is None or value[:1] not in {b'"', b"'"}:
                self._fault("quotes", place)
                value = b'"' + (name if value is None else value) + b'"'
            written[name] = value.replace(b"<", b"&lt;")
            self._note_prefix(name, place)
        return b"".join(b" " + name + b"=" + value for name, value in written.items())

    def _note_prefix(self, name: bytes, place: int) -> None:
        prefix = name.partition(b":")[0] if b":" in name else b""
        if prefix and prefix not in {b"xml", b"xmlns"}:
            self.prefixes.setdefault(prefix, place)

    def _finish(self) -> None:
        """Close what is open, leave a cut entry out, and declare the prefixes that aren't."""
        if self.is_in_entry and not self.is_over:
            self._cut_entry()
        elif self.root and not self.is_over:
            self._fault("unfinished", max(len(self.data.rstrip()) - 1, 0))
        while self.stack:
            self._pop(is_fault=not _is_outer(self.stack[-1][0]))
        if self.root:
            declared = set(_DECLARED_PREFIX.findall(self.pieces[self.root_piece]))
            missing = [name for name in self.prefixes if name not in declared][:_MOST_PREFIXES]
            self.pieces[self.root_piece] += b"".join(map(_declaration, missing))
            declared_inside = set(_DECLARED_PREFIX.findall(self.data)) if missing else set()
            for name in missing:
                if name not in declared_inside:
                    self._fault("prefix", self.prefixes[name])

    def _cut_entry(self) -> None:
        """Leave out an entry that the end of the feed cuts: its address on the hub would be made of it."""
        del self.pieces[self.entry_piece :]
        place = 0
        while self.is_in_entry:
            name, place = self.stack.pop()
            self.is_in_entry = _last_name(name) not in _ENTRIES
        # Faults of a tag that is cut are no faults of their own.
        self.faults = {kind: at for kind, at in self.faults.items() if at < place} | {"truncated": place}


def _is_outer(name: bytes) -> bool:
    return _last_name(name) in _OUTER


def _declaration(prefix: bytes) -> bytes:
    uri = _NAMESPACES.get(prefix, b"urn:undeclared:" + prefix)
    return b" xmlns:" + prefix + b'="' + uri + b'"'
