"""Turns the HTML of WordPress's texts into Markdown.

Classic texts have line breaks instead of paragraphs, as WordPress's ``wpautop`` reads them. Those of the
block editor are HTML with comments (https://developer.wordpress.org/block-editor/). Shortcodes of WordPress
itself become what they show (https://codex.wordpress.org/Shortcode).
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from markdownify import ASTERISK, ATX, MarkdownConverter

from kiosque.html import sanitizer

if TYPE_CHECKING:
    from bs4.element import Tag

_COMMENT = re.compile(r"<!--(?:(?!<!--)[\s\S])*?-->")
_BLOCKS = re.compile(
    r"</?(?:address|article|aside|blockquote|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|"
    r"hr|iframe|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b",
    re.IGNORECASE,
)
_PREFORMATTED = re.compile(r"(<pre\b(?:(?!<pre\b)[\s\S])*?</pre>)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_CAPTION = re.compile(r"\[caption[^\]\n]{0,500}\]((?:(?!\[caption)[\s\S]){0,5000}?)\[/caption\]")
_PICTURE_OF_CAPTION = re.compile(r"\s*((?:<a\b[^>]{0,2000}>\s*)?<img\b[^>]{0,2000}>(?:\s*</a>)?)([\s\S]*)")
_EMBED = re.compile(r"\[embed[^\]\n]{0,200}\]\s*(https?://[^\s<\[\]]{1,1000})\s*\[/embed\]")
_MEDIA = re.compile(r"\[(?:audio|video)\b([^\]\n]{0,800})\](?:\[/(?:audio|video)\])?")
_MEDIA_FILE = re.compile(r"(?:src|mp3|m4a|ogg|wav|mp4|webm|ogv|m4v)=[\"']?(https?://[^\s\"'\]]{1,1000})")
_PLAYER = re.compile(r"<(audio|video)\b([^>]{0,3000})>((?:(?!<\1)[\s\S]){0,5000}?)</\1\s*>", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc=[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
# An address alone on its line, which WordPress shows as a player.
_ALONE = re.compile(r"(?m)^[ \t]*(?:<p>)?[ \t]*(https?://[^\s<>\"]{1,1000})[ \t]*(?:</p>)?[ \t]*$")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>]|(?<![\w;])&(?=#?\w)")
_AT_START = re.compile(r"^([ \t]*)([-+#>=~]|\d{1,9}(?=[.)]))", re.MULTILINE)


class _Converter(MarkdownConverter):
    """markdownify with what it leaves out: signs of Markdown in words, captions apart from their pictures."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Return words in which no sign has a meaning in Markdown or HTML."""
        del parent_tags
        text = _MARKUP.sub(
            lambda sign: {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign[0], f"\\{sign[0]}"), text
        )
        return _AT_START.sub(lambda start: f"{start[1]}{_at_start(start[2])}", text)

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Return a caption as a paragraph of its own."""
        del el, parent_tags
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""


def _at_start(sign: str) -> str:
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def markdown_of(content: str, url: str = "") -> str:
    """Return the text of a post in Markdown; relative addresses start from ``url``."""
    html = _with_shortcodes_replaced(content.replace("\r\n", "\n").replace("\r", "\n"))
    is_of_blocks = "<!-- wp:" in html
    html = _ALONE.sub(r'<p><a href="\1">\1</a></p>', _COMMENT.sub("", html))
    if not is_of_blocks:
        html = with_paragraphs(html)
    html = _PLAYER.sub(_player, html)
    converter = _Converter(heading_style=ATX, bullets="-", strong_em_symbol=ASTERISK, newline_style="spaces")
    return _with_single_blank_lines(str(converter.convert(sanitizer.clean_html(html, url))))


def _with_single_blank_lines(markdown: str) -> str:
    """Return a text without several empty lines in a row, but for those of code."""
    lines: list[str] = []
    in_code = False
    for line in markdown.strip().split("\n"):
        in_code ^= line.startswith("```")
        if line.strip() or in_code or (lines and lines[-1]):
            lines.append(line if line.strip() or in_code else "")
    return "\n".join(lines)


def with_paragraphs(html: str) -> str:
    r"""Return HTML with paragraphs where blank lines are, and breaks where lines end.

    >>> with_paragraphs("Un\ndeux\\n\\n<h2>Trois</h2>")
    '<p>Un<br>\ndeux</p>\n<h2>Trois</h2>'
    """
    parts = []
    for part in _PREFORMATTED.split(html):
        is_code = part[:4].lower() == "<pre"
        blocks = [part] if is_code else (block.strip() for block in _BLANK_LINE.split(part))
        parts += [block if is_code else _paragraph(block) for block in blocks if block]
    return "\n".join(parts)


def _paragraph(block: str) -> str:
    if _BLOCKS.match(block):
        return block
    if found := _BLOCKS.search(block):
        return f"{_paragraph(block[: found.start()].strip())}\n{block[found.start() :]}"
    return "<p>" + block.replace("\n", "<br>\n") + "</p>" if block else ""


def _with_shortcodes_replaced(html: str) -> str:
    html = _CAPTION.sub(_figure, html)
    html = _EMBED.sub(r'\n\n<a href="\1">\1</a>\n\n', html)
    return _MEDIA.sub(_media, html)


def _figure(shortcode: re.Match[str]) -> str:
    found = _PICTURE_OF_CAPTION.fullmatch(shortcode[1])
    if not found:
        return shortcode[1]
    return f"\n\n<figure>{found[1]}<figcaption>{found[2].strip()}</figcaption></figure>\n\n"


def _media(shortcode: re.Match[str]) -> str:
    file = _MEDIA_FILE.search(shortcode[1])
    return _link(file[1]) if file else shortcode[0]


def _player(element: re.Match[str]) -> str:
    source = _SOURCE.search(element[2]) or _SOURCE.search(element[3])
    return _link(source[1]) if source else element[3]


def _link(url: str) -> str:
    url = unescape(url)
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2]
    return f'\n\n<p><a href="{escape(url)}">{escape(name)}</a></p>\n\n'
