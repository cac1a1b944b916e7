"""HTML, URL and language hygiene. Pure: text in, text out. Nothing that comes from outside is trusted before it."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

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
    "a": {"href", "hreflang", "title", "id"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt", "width", "height", "title"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "li": {"id"}, "sup": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"},
    "*": {"lang", "dir"},
}  # fmt: skip
_DROPPED_WITH_CONTENT = {
    "applet", "button", "embed", "form", "head", "iframe", "input", "math", "noembed", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "title", "xmp",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel"}
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id|igshid|xtor|pk_\w+|mtm_\w+)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Marks that turn the direction of what follows them: in a title they make the rest of the page read wrongly.
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_NOTE_ID = re.compile(r"fn(?:ref)?\d*[-:]?[\w.-]{0,40}")
_BREAKS = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|h[1-6]|blockquote|tr|td|th|table|figure|figcaption|pre|dt|dd|hr))\b[^>]*>",
                     re.IGNORECASE)  # fmt: skip
_HIDDEN = re.compile(r"<(script|style|template|noscript)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<!--.*?-->|</?[A-Za-z!?][^>]*>", re.DOTALL)
_REMOTE_IMAGE = re.compile(r'<img\b([^>]*?\bsrc="(https?://[^"]*)"[^>]*)>')
_PIXEL = re.compile(r"<img(?=[^>]*\b(?:width|height)=\"[01](?:px)?\")[^>]*>")
_BARE_IMAGE = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")
_EMPTY_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(?:\s|&nbsp;|<br>)*</p>\s*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Let one attribute pass, changed or not, or not at all."""
    if name == "id":
        return value if _NOTE_ID.fullmatch(value) else None
    if name == "href":
        return _without_tracking(value)
    if tag == "img" and name == "src":
        return (
            value
            if value.split(":", 1)[0].lower() in {"http", "https"}
            or ":" not in value.split("/", maxsplit=1)[0]
            else None
        )
    if name in {"width", "height"}:
        return value if value.isdecimal() and len(value) <= 4 else None
    return value


@lru_cache(maxsize=256)
def _cleaner(base_url: str) -> nh3.Cleaner:
    relative = ("rewrite_with_base", base_url) if base_url else "pass_through"
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        url_schemes=_SCHEMES,
        url_relative=relative,  # type: ignore[arg-type]  # nh3's stub names only the simple ones
        attribute_filter=_attribute,
        link_rel="noopener",
        strip_comments=True,
    )


def clean_html(source: str, base_url: str = "") -> str:
    """Return HTML that can run nothing: an allow-list of tags and attributes, without tracking.

    With ``base_url`` relative addresses become absolute; without it they stay, Pelican's ``{filename}`` included.
    Cleaning twice gives the same as cleaning once.
    """
    lowered = _shift_headings(_CONTROLS.sub("", source))
    base = base_url if safe_url(base_url) else ""
    clean = _cleaner(base).clean(lowered) if len(base) < 500 else _cleaner("").clean(lowered)
    clean = _BARE_IMAGE.sub("", _PIXEL.sub("", clean))
    return _settle(_EMPTY_PARAGRAPH, clean).strip()


def _settle(pattern: re.Pattern[str], clean: str) -> str:
    """Remove a pattern until there is no more of it: what encloses something empty becomes empty."""
    while (shorter := pattern.sub("", clean)) != clean:
        clean = shorter
    return clean


def _shift_headings(source: str) -> str:
    """Make first-level headings second-level: a page has one of its own."""
    return re.sub(r"<(/?)h1\b", r"<\1h2", source, flags=re.IGNORECASE)


def _without_tracking(url: str) -> str:
    if "?" not in url:
        return url
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def plain_text(source: str) -> str:
    """Return the words of HTML on one line: entities decoded, blocks parted by spaces."""
    text = _MARKUP.sub("", _BREAKS.sub(" ", _HIDDEN.sub(" ", source)))
    return line_text(html.unescape(text))


def line_text(text: str) -> str:
    """Return text on one line: white space folded, control and direction-changing characters gone."""
    return " ".join(re.split(r"[ \t\r\n\f\v\u2028\u2029]+", _BIDI.sub("", _CONTROLS.sub("", text)))).strip()


def excerpt(text: str, limit: int = EXCERPT) -> str:
    """Return at most ``limit`` characters of plain text, cut at a word, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;:.–—-«(\u00a0\u202f") + "…"


def slug(text: str, fallback: str = "") -> str:
    """Return a part of an address made of ``text``: ASCII, at most 60 characters; ``fallback`` where nothing is left."""
    return (
        slugify(text, max_length=60, word_boundary=True, replacements=(("œ", "oe"), ("Œ", "oe"))) or fallback
    )


def safe_url(url: str, base: str = "") -> str:
    """Return an absolute http(s) address without spaces or credentials; empty where it can't be one."""
    try:
        parts = urlsplit(
            urljoin(base, _CONTROLS.sub("", url).strip()) if base else _CONTROLS.sub("", url).strip()
        )
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
        parts.port  # noqa: B018 - reading it checks it
        whole = urlunsplit(parts)
    except ValueError:
        return ""
    if re.search(r'[<>"\\^`{|}]', parts.netloc) or len(whole) > 2000:
        return ""
    return re.sub(
        r'[\s<>"\\^`{|}]', lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), whole
    )


def without_remote_pictures(clean: str) -> str:
    """Turn pictures of other hosts into links to them: no page calls another host before it is asked to."""
    return _REMOTE_IMAGE.sub(_picture_link, clean) if "<img" in clean else clean


def _picture_link(found: re.Match[str]) -> str:
    alt = re.search(r'\balt="([^"]*)"', found[1])
    name = (
        (alt[1] if alt and alt[1].strip() else "")
        or html.escape(urlsplit(found[2]).path.rsplit("/", 1)[-1])
        or "image"
    )
    return f'<a href="{found[2]}" rel="noopener">{name}</a>'


def language_tag(written: str) -> str:
    """Return a BCP 47 tag in its usual form (``fr``, ``pt-BR``); empty where it can't be one."""
    if not _LANGUAGE.fullmatch(written.strip()):
        return ""
    first, *rest = re.split("[-_]", written.strip())
    usual = [
        part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest
    ]
    return "-".join([first.lower(), *usual])


def direction(language: str) -> str:
    """Return ``rtl`` for languages written from the right, else ``ltr``."""
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in _RTL else "ltr"


def folded(text: str) -> str:
    """Return text for comparing: without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
