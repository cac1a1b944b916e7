"""Pieces of HTML; mixed, they break every rule of what may stand in what."""

TAGS = (
    "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "hr", "ins", "li", "ol", "p", "pre", "q", "rp", "rt", "ruby", "span",
    "summary", "table", "td", "th", "time", "tr", "ul",
)  # fmt: skip
OTHERS = (
    "words ", '<a href="https://x.example/[a]#b#c">', '<a id="fn1" title="t">', '<td colspan="2">',
    '<td rowspan="3">', '<time datetime="2026-01-02">', '<img src="https://x.example/a.png">',
    '<p lang="fr_FR" dir="up">',
)  # fmt: skip
PIECES = [*OTHERS, *(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS)]
