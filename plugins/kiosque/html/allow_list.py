"""The elements and attributes that the sanitizer keeps. To allow another one, add a row."""

from __future__ import annotations

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
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
# Attributes whose values the sanitizer checks. It keeps the values of all others as they are.
WATCHED = {"cite", "colspan", "height", "href", "id", "role", "rowspan", "src", "width"}
# For `kiosque check`, which tells people about the elements that the sanitizer removes.
KEPT_TAGS = frozenset(TAGS)
# The attributes of each element, together with those that any element may have.
ALLOWED = {name: ATTRIBUTES["*"] | own for name, own in ATTRIBUTES.items()}
SCHEMES = {"http", "https", "mailto", "tel"}
