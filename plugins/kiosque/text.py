"""HTML, URL and language hygiene. Pure: text in, text out. Nothing from outside is trusted before it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import nh3
from slugify import slugify

from kiosque.html.layout import nests_headings, with_headings_in_order, without_empty, without_layout_tables
from kiosque.html.tokenizer import NEVER_SHOWN, NO_COMMON, Token, attributes, tokens, words
from kiosque.tracking import is_counter, without_tracking

EXCERPT = 300
_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang", "id", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    "img": {"alt", "height", "src", "title", "width"},
    "li": {"id"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "sup": {"id"},
    "table": {"role"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
# Attributes whose values are looked at.
_WATCHED = {"cite", "colspan", "height", "href", "id", "role", "rowspan", "src", "width"}
# What cleaning lets through, for who tells people what it doesn't.
KEPT_TAGS = frozenset(_TAGS)
# These close by themselves or have no end: they don't deepen a tree.
_FLAT = {
    "br", "caption", "col", "colgroup", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th",
    "thead", "tr",
}  # fmt: skip
# A parser opens these again in each paragraph for as long as they are not closed.
_REOPENED = {"a", "b", "code", "em", "i", "s", "small", "strong", "u"}
_MOST_REOPENED = 8
_ALLOWED = {name: _ATTRIBUTES["*"] | own for name, own in _ATTRIBUTES.items()}
# What only rewriting the tags one by one takes care of. Few tags need no limit to their depth either.
_UNTIDY = re.compile(
    rf"<{NO_COMMON}(?:"
    r"[!?]|/[^A-Za-z]|/\Z"  # comments, and what only looks like a tag
    rf"|/?(?:{'|'.join(sorted(NEVER_SHOWN))})(?=[\s/><]|\Z)"
    r"|img\b[^>]*[\s\"'](?:"  # pictures that may not be meant to be seen
    r"style\s*=[^>]*?(?::\s*(?:none|hidden)|(?<!-)(?:width|height)\s*:\s*[01](?:px)?\s*[;!\"'])"
    r"|(?:width|height)\s*=\s*[\"']?\s*[01](?!\d)"
    r"))",
    re.IGNORECASE | re.ASCII,
)
_BROKEN_REFERENCE = re.compile(r"&#[0-9A-Za-z]*<")
_FEW_TAGS = 2000
_DEEPEST = 60
_MOST_TAGS = 50_000
_SCHEMES = {"http", "https", "mailto", "tel"}
_LONGEST_URL = 2000
_LONGEST_TITLE = 200
_FRAME_ADDRESSES = ("src", "data-src", "data-lazy-src", "data-litespeed-src")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# The same as references, which a parser would turn into them; 128 to 159 mostly stand for what Windows has there.
_CONTROL_REFERENCES = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127|129|141|14[34]|157|6553[45])(?!\d)"
    r"|x0*(?:[0-8bcef]|1[\da-f]|7f|81|8[df]|90|9d|fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
# With the marks that turn the direction of what follows them: in a title they make the rest of the page read wrongly.
_UNSEEN = re.compile(_CONTROLS.pattern[:-1] + r"\u202a-\u202e\u2066-\u2069]")
_BREAKS = "\t\r\n\u2028\u2029"
_NOTE_ID = re.compile(r"fn(?:ref)?\d*[-:]?[\w.-]{0,40}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# An address that needs no mending, where it has no "/." either: most are such, and taking each apart would cost half the
# time of cleaning.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?:/[\w.~/%+,;=:@!$*-]*)?",
    re.ASCII,
)
_PLAIN_URL = re.compile(
    _PLAIN_ADDRESS.pattern + r"(?:\?[\w.~/%+,;=:@!$*&-]+)?(?:#[\w.~/%+,;=:@!$*&?-]+)?", re.ASCII
)
# What stands in no part of an address as it is (https://url.spec.whatwg.org/#url-code-points).
_NOT_IN_URLS = re.compile(r'[\s"<>\[\\\]^`{|}]|%(?![0-9A-Fa-f]{2})')
_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_EMPTY_LABEL = re.compile(r"//(?:\.|[^@]*\.\.|$)")
_ANY_TAG = re.compile(r"<[^>]*>")
_NO_PICTURE = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*+>')
# The dots that count readers, as nh3 writes them.
_DOT = re.compile(r'<img(?: [a-z]+="[^"]*")*? (?:width|height)="[01]"(?: [a-z]+="[^"]*")*+>')
_IMAGE = re.compile(r'<img\b((?:[^>"]|"[^"]*")*+)>')
_REMOTE = re.compile(r'\bsrc="((?:https?:)?//[^"]*)"', re.IGNORECASE)
# Where cleaning again may give something else: tables, from which a parser moves things out, and the order of attributes.
_UNSETTLED = ("<table", 'rel="noopener" ')
# A parser drops the first line break of what is preformatted, and would at each cleaning.
_PREFORMATTED = re.compile(r"(<pre(?: [^>]*)?>)\n+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def clean_html(source: str, base_url: str = "") -> str:
    """Return HTML that can run nothing: an allow-list of tags and attributes, without tracking.

    With ``base_url`` relative addresses become absolute; without it they stay, Pelican's ``{filename}``
    included. Frames of other hosts become links; tables that only place things, paragraphs; headings start at
    ``h2``. Cleaning twice gives the same as cleaning once.
    """
    source = _CONTROLS.sub("", source)
    is_plain = not (
        source.count("<") > _FEW_TAGS or _UNTIDY.search(source) or _BROKEN_REFERENCE.search(source)
    )
    tidy = _CONTROL_REFERENCES.sub(" ", source if is_plain else _tidy(source))
    clean = _settled(_cleaner(safe_url(base_url)), tidy)
    if "<img" in clean:
        clean = _DOT.sub("", _NO_PICTURE.sub("", clean))
    clean = with_headings_in_order(without_empty(clean))
    return _PREFORMATTED.sub(r"\1", clean).strip()


def scrub(clean: str) -> str:
    """Return clean HTML as it is, and whatever else a file edited by hand may hold without what could run."""
    tidy = _CONTROL_REFERENCES.sub(" ", _CONTROLS.sub("", clean))
    return with_headings_in_order(_cleaner("").clean(tidy))


def _settled(cleaner: nh3.Cleaner, source: str) -> str:
    """Clean until nothing changes: what a parser moves out of a table, it may read otherwise the next time."""
    # A reference to a carriage return comes out as one, and the next parser would make a line break of it.
    clean = cleaner.clean(source).replace("\r", "\n")
    for _again in range(4):
        if not any(one in clean for one in _UNSETTLED) and not nests_headings(clean):
            break
        before, flat = clean, without_layout_tables(clean)
        # Attributes are clean after the first time: where the tree stays as it is, they need not be looked at again.
        if flat == before and _PARSER.clean(before) == before:
            break
        clean = cleaner.clean(flat)
        if clean == before:
            break
    return clean


_PARSER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener")


@lru_cache(maxsize=256)
def _cleaner(base_url: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=partial(_attribute, base_url),
        link_rel="noopener",
    )


def _attribute(base_url: str, tag: str, name: str, value: str) -> str | None:
    """Let one attribute pass, changed or not, or not at all."""
    if name not in _WATCHED:
        return value
    if name == "id":
        return value if _NOTE_ID.fullmatch(value) else None
    if name in {"href", "cite"}:
        return _address(value, base_url)
    if tag == "img" and name == "src":
        address = _address(value, base_url) or ""
        is_picture = bool(address) and not address.startswith(("#", "mailto:", "tel:"))
        return address if is_picture and not is_counter(address) else None
    if name in {"width", "height", "colspan", "rowspan"}:
        return value if value.isascii() and value.isdecimal() and len(value) <= 4 else None
    return value if name != "role" or value.strip().lower() in {"none", "presentation"} else None


def _address(value: str, base_url: str) -> str | None:
    """Return an address that a browser understands as we do, or nothing."""
    value = value.strip()
    # Most addresses are plain, and have no parameters that could follow anyone.
    if value.startswith("#") or _is_plain(value, _PLAIN_ADDRESS):
        return value
    if scheme := _SCHEME.match(value):
        kind = scheme[1].lower()
        if kind in {"http", "https"}:
            return without_tracking(safe_url(value)) or None
        return value if kind in _SCHEMES else None
    # Browsers take “\” for “/”, and two of them for the start of another host's address.
    if value.replace("\\", "/").startswith("//"):
        return without_tracking(safe_url("https:" + value.replace("\\", "/"))) or None
    if not base_url:
        return value
    return without_tracking(safe_url(value, base_url)) or None


def _tidy(source: str) -> str:
    """Write HTML again so that parsing it costs little, whoever wrote it.

    A parser's work grows with the depth of the tree times the number of tags: a hostile feed of 500 kB keeps it
    busy for half a minute. What is too deep or too much loses its tags, and keeps its words.
    """
    written: list[str] = []
    is_open = _Open()
    for count, token in enumerate(tokens(source)):
        written.append(token.text.replace("<", "&lt;"))
        if count < _MOST_TAGS:
            written.append(_rewritten(token, is_open))
    return "".join(written)


@dataclass(slots=True)
class _Open:
    """The elements that are open: how many of each name, in all, and of those that a parser opens again."""

    named: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    depth: int = 0
    reopened: int = 0

    def has_room(self, name: str) -> bool:
        """Whether one more may open."""
        return self.depth < _DEEPEST and (name not in _REOPENED or self.reopened < _MOST_REOPENED)

    def count(self, name: str, change: int) -> None:
        """Take note that one opens, or ends."""
        self.named[name] += change
        self.depth += change
        if name in _REOPENED:
            self.reopened += change


def _rewritten(token: Token, is_open: _Open) -> str:
    """Return a tag as the parser shall read it; nothing for one that is not allowed."""
    if token.is_end:
        return _end(token.name, is_open)
    if token.name == "iframe":
        return _framed(token.attributes, is_open)
    return _start(token.name, token.attributes, is_open) if token.name in _TAGS else ""


def _end(name: str, is_open: _Open) -> str:
    if name not in _FLAT:
        if not is_open.named[name]:
            return ""
        is_open.count(name, -1)
    return f"</{name}>"


def _start(name: str, written: str, is_open: _Open) -> str:
    if name not in _FLAT:
        if not is_open.has_room(name):
            return ""
        is_open.count(name, 1)
    if "=" not in written:
        return f"<{name}>" if name != "img" else ""
    allowed = _ALLOWED.get(name, _ATTRIBUTES["*"])
    given = attributes(written)
    if name == "img" and (not given.get("src", "").strip() or _is_hidden(given)):
        return ""
    kept = ((key, value) for key, value in given.items() if key in allowed)
    return f"<{name}{''.join(_quoted(key, value) for key, value in kept)}>"


def _framed(written: str, is_open: _Open) -> str:
    """Return a link to what a frame would have shown; only its words where the tree is too deep for a link."""
    given = attributes(written)
    link = linked_frame(given, frame_address(given))
    if is_open.has_room("a"):
        return link
    return _ANY_TAG.sub("", link)


def frame_address(given: Mapping[str, str], base_url: str = "") -> str:
    """Return the absolute address of what a frame shows; empty where it is no page of the web.

    ``given`` are its attributes. Those who load frames late keep the address elsewhere than in ``src``.
    """
    for name in _FRAME_ADDRESSES:
        value = html.unescape(given.get(name, "")).strip()
        if value and (address := safe_url("https:" + value if value.startswith("//") else value, base_url)):
            return address
    return ""


def frame_title(given: Mapping[str, str]) -> str:
    """Return what a frame says that it shows, as plain text of at most 200 characters."""
    return excerpt(line_text(html.unescape(given.get("title", ""))), _LONGEST_TITLE)


def linked_frame(given: Mapping[str, str], address: str) -> str:
    """Return a link in place of a frame, its words the frame's title or the host; nothing for one that is not seen."""
    if not address or _is_hidden(given) or is_counter(address):
        return ""
    words = frame_title(given) or urlsplit(address).netloc
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _quoted(name: str, value: str) -> str:
    value = value.replace('"', "&quot;").replace("<", "&lt;")
    return f' {name}="{value}"'


def _is_hidden(given: Mapping[str, str]) -> bool:
    """Whether a picture or frame is one of the dots that count readers, or not to be seen at all."""
    sizes = {given.get(side, "").strip().lower().removesuffix("px") for side in ("width", "height")}
    return bool(sizes & {"0", "1"}) or bool(_HIDDEN.search(given.get("style", "")))


def plain_text(source: str) -> str:
    """Return the words of HTML on one line: entities decoded, blocks parted by spaces."""
    if "<" not in source:
        return line_text(html.unescape(source))
    return line_text(html.unescape(words(source)))


def line_text(text: str) -> str:
    """Return text on one line: white space folded, control and direction-changing characters gone."""
    if text.isprintable() and "  " not in text:
        # Most are: nothing in them is unseen, and their only white space is single spaces.
        return text.strip()
    text = _UNSEEN.sub("", text)
    # One kind after the other, which a search for all at once takes five times as long for.
    for one in _BREAKS:
        text = text.replace(one, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return at most ``limit`` characters of plain text, cut at a word, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:.–—-«(\u00a0\u202f") + "…"


@lru_cache(maxsize=100_000)
def slug(text: str, fallback: str = "") -> str:
    """Return a part of an address: ASCII, at most 60 characters; ``fallback`` where nothing is left of it."""
    # Transliterating costs time with the length, and what comes after is cut anyway.
    # An elision parts two words, whichever way its apostrophe is written.
    text = text[:500].replace("’", "'")
    return (
        slugify(text, max_length=60, word_boundary=True, replacements=(("œ", "oe"), ("Œ", "oe"))) or fallback
    )


def safe_url(url: str, base: str = "") -> str:
    """Return an absolute http(s) address without spaces or credentials; empty where it can't be one."""
    if _is_plain(url, _PLAIN_URL):
        return url
    url = _CONTROLS.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
        parts.port  # noqa: B018 - reading it checks it
        whole = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    except ValueError:
        return ""
    if re.search(r'[\s<>"\\^`{|}%]', parts.netloc):
        return ""
    whole = re.sub(
        r'[\s<>"\\^`{|}]', lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), whole
    )
    return whole if len(whole) <= _LONGEST_URL else ""


def _is_plain(url: str, plain: re.Pattern[str]) -> bool:
    return len(url) <= _LONGEST_URL and "/." not in url and plain.fullmatch(url) is not None


def standard_url(url: str) -> str:
    """Return an address as the standard writes it, escaped where it has to be; empty for one without a host."""
    found = _HOST.match(url)
    host, rest = (found[0], url[found.end() :]) if found else ("", url)
    if _EMPTY_LABEL.search(host):
        return ""
    path, mark, fragment = rest.partition("#")
    whole = path + mark + fragment.replace("#", "%23")
    return host + _NOT_IN_URLS.sub(lambda one: quote(one[0], safe=""), whole)


def web_url(url: str) -> str:
    """Return an address that a link may lead to; empty for a program, or whatever else isn't http(s)."""
    return url if url.startswith(("https://", "http://")) else ""


def without_remote_pictures(clean: str) -> str:
    """Turn pictures of other hosts into links to them: no page calls another host before it is asked to."""
    return _IMAGE.sub(_picture_link, clean) if "<img" in clean else clean


def _picture_link(found: re.Match[str]) -> str:
    remote = _REMOTE.search(found[1])
    if not remote:
        return found[0]
    alt = re.search(r'\balt="([^"]*)"', found[1])
    file = html.escape(html.unescape(remote[1]).partition("?")[0].rpartition("/")[2])
    name = (alt[1].strip() if alt else "") or file or "image"
    return f'<a href="{remote[1]}" rel="noopener">{name.replace("<", "&lt;")}</a>'


def language_tag(written: str) -> str:
    """Return a BCP 47 tag in its usual form (``fr``, ``pt-BR``); empty where it can't be one."""
    if not _LANGUAGE.fullmatch(written.strip()):
        return ""
    first, *rest = re.split("[-_]", written.strip())
    usual = [
        part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest
    ]
    return "-".join([first.lower(), *usual])


def direction(language: str) -> Literal["rtl", "ltr"]:
    """Return ``rtl`` for languages written from the right, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"


def folded(text: str) -> str:
    """Return text for comparing: without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
