"""HTML, URL and language hygiene. Pure: text in, text out. Nothing from outside is trusted before it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Literal, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import nh3
from slugify import slugify

EXCERPT = 300
_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang", "id", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"alt", "height", "src", "title", "width"},
    "li": {"id"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "sup": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_DROPPED_WITH_CONTENT = {
    "applet", "button", "form", "head", "iframe", "math", "noembed", "noscript", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "xmp",
}  # fmt: skip
_BLOCKS = {
    "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
# A page has a first-level heading of its own.
_RENAMED = {"h1": "h2"}
# These close by themselves or have no end: they don't deepen a tree.
_FLAT = {
    "br", "caption", "col", "colgroup", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th",
    "thead", "tr",
}  # fmt: skip
# A parser opens these again in each paragraph for as long as they are not closed.
_REOPENED = {"a", "b", "code", "em", "i", "s", "small", "strong", "u"}
_MOST_REOPENED = 8
_DEEPEST = 60
_MOST_TAGS = 50_000
_SCHEMES = {"http", "https", "mailto", "tel"}
_LONGEST_URL = 2000
_TOKEN = re.compile(
    r"<!--(?:.*?-->|.*)"  # a comment without an end hides the rest, as it does in a browser
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\s/><]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>?"
    r"|<[!?/][^>]*+>?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s\"'=<>/]+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|xtor|pk_\w+|mtm_\w+)(?:=|$)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Marks that turn the direction of what follows them: in a title they make the rest of the page read wrongly.
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_FOLDED = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_NOTE_ID = re.compile(r"fn(?:ref)?\d*[-:]?[\w.-]{0,40}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_IMAGE = re.compile(r'<img\b((?:[^>"]|"[^"]*")*+)>')
_REMOTE = re.compile(r'\bsrc="((?:https?:)?//[^"]*)"', re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(?:\s|&nbsp;|<br>)*+</p>\s*")
# A parser drops the first line break of what is preformatted, and would at each cleaning.
_PREFORMATTED = re.compile(r"(<pre(?: [^>]*)?>)\n+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class _Token(NamedTuple):
    """A tag, and the text before it; the last token of a text has no name."""

    text: str
    name: str = ""
    is_end: bool = False
    attributes: str = ""


def clean_html(source: str, base_url: str = "") -> str:
    """Return HTML that can run nothing: an allow-list of tags and attributes, without tracking.

    With ``base_url`` relative addresses become absolute; without it they stay, Pelican's ``{filename}``
    included. Cleaning twice gives the same as cleaning once.
    """
    clean = _settled(_cleaner(safe_url(base_url)), _tidy(_CONTROLS.sub("", source)))
    clean = _IMAGE.sub(lambda found: found[0] if ' src="' in found[1] else "", clean)
    return _PREFORMATTED.sub(r"\1", _EMPTY_PARAGRAPH.sub("", clean)).strip()


def scrub(clean: str) -> str:
    """Return clean HTML as it is, and whatever else a file edited by hand may hold without what could run."""
    return _cleaner("").clean(clean)


def _settled(cleaner: nh3.Cleaner, source: str) -> str:
    """Clean until nothing changes: what a parser moves out of a table, it may read otherwise the next time."""
    clean = cleaner.clean(source)
    for _again in range(4):
        before, clean = clean, cleaner.clean(clean)
        if clean == before:
            break
    return clean


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
    if name == "id":
        return value if _NOTE_ID.fullmatch(value) else None
    if name in {"href", "cite"}:
        return _address(value, base_url)
    if tag == "img" and name == "src":
        address = _address(value, base_url) or ""
        return None if address.startswith(("#", "mailto:", "tel:")) else address or None
    if name in {"width", "height", "colspan", "rowspan"}:
        return value if value.isascii() and value.isdecimal() and len(value) <= 4 else None
    return value


def _address(value: str, base_url: str) -> str | None:
    """Return an address that a browser understands as we do, or nothing."""
    value = value.strip()
    if value.startswith("#"):
        return value
    if scheme := _SCHEME.match(value):
        kind = scheme[1].lower()
        if kind in {"http", "https"}:
            return _without_tracking(safe_url(value)) or None
        return value if kind in _SCHEMES else None
    # Browsers take “\” for “/”, and two of them for the start of another host's address.
    if value.replace("\\", "/").startswith("//"):
        return _without_tracking(safe_url("https:" + value.replace("\\", "/"))) or None
    if not base_url:
        return value
    return _without_tracking(safe_url(value, base_url)) or None


def _without_tracking(url: str) -> str:
    address, question, rest = url.partition("?")
    query, hash_, fragment = rest.partition("#")
    kept = "&".join(one for one in query.split("&") if not _TRACKING.match(one))
    return url if kept == query else address + (question if kept else "") + kept + hash_ + fragment


def _tidy(source: str) -> str:
    """Write HTML again so that parsing it costs little, whoever wrote it.

    A parser's work grows with the depth of the tree times the number of tags: a hostile feed of 500 kB keeps it
    busy for half a minute. What is too deep or too much loses its tags, and keeps its words.
    """
    written: list[str] = []
    is_open: Counter[str] = Counter()
    for count, token in enumerate(_tokens(source)):
        written.append(token.text.replace("<", "&lt;"))
        name = _RENAMED.get(token.name, token.name)
        if name in _TAGS and count < _MOST_TAGS:
            written.append(_end(name, is_open) if token.is_end else _start(name, token.attributes, is_open))
    return "".join(written)


def _tokens(source: str) -> Iterator[_Token]:
    """Cut HTML into tags and what lies between them; what never shows is left out with all it holds."""
    place = 0
    while found := _TOKEN.search(source, place):
        name = (found["name"] or "").lower()
        is_end = bool(found["end"])
        yield _Token(source[place : found.start()], name, is_end, found["attributes"] or "")
        place = found.end()
        if name in _DROPPED_WITH_CONTENT and not is_end:
            closing = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(source, place)
            place = closing.end() if closing else len(source)
    yield _Token(source[place:])


def _end(name: str, is_open: Counter[str]) -> str:
    if name not in _FLAT:
        if not is_open[name]:
            return ""
        is_open[name] -= 1
    return f"</{name}>"


def _start(name: str, written: str, is_open: Counter[str]) -> str:
    if name not in _FLAT:
        reopened = sum(is_open[one] for one in _REOPENED) if name in _REOPENED else 0
        if is_open.total() >= _DEEPEST or reopened >= _MOST_REOPENED:
            return ""
        is_open[name] += 1
    allowed = _ATTRIBUTES["*"] | _ATTRIBUTES.get(name, set())
    given = {
        key.lower(): double or single or bare
        for key, double, single, bare in reversed(_ATTRIBUTE.findall(written))
        if key.lower() in allowed
    }
    if name == "img" and not _shows(given):
        return ""
    return f"<{name}{''.join(_quoted(key, value) for key, value in reversed(given.items()))}>"


def _quoted(name: str, value: str) -> str:
    value = value.replace('"', "&quot;").replace("<", "&lt;")
    return f' {name}="{value}"'


def _shows(image: dict[str, str]) -> bool:
    """Whether a picture has an address and isn't one of the dots that count readers."""
    sizes = {image.get(side, "").strip().lower().removesuffix("px") for side in ("width", "height")}
    return bool(image.get("src", "").strip()) and not sizes & {"0", "1"}


def plain_text(source: str) -> str:
    """Return the words of HTML on one line: entities decoded, blocks parted by spaces."""
    if "<" not in source:
        return line_text(html.unescape(source))
    parts = (token.text + (" " if token.name in _BLOCKS else "") for token in _tokens(source))
    return line_text(html.unescape("".join(parts)))


def line_text(text: str) -> str:
    """Return text on one line: white space folded, control and direction-changing characters gone."""
    return _FOLDED.sub(" ", _BIDI.sub("", _CONTROLS.sub("", text))).strip()


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
