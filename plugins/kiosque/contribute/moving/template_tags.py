"""Replaces the commands of other tools in texts, and finds those that a person must replace. Pure.

- Jekyll's Liquid: https://jekyllrb.com/docs/liquid/
- Hugo's shortcodes: https://gohugo.io/content-management/shortcodes/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.contribute.check import markup_scan
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.text import excerpt

_VALUE = re.compile(r"([\w-]{1,40})=(?:\"([^\"\n]{0,500})\"|'([^'\n]{0,500})'|([^\s\"'>]{1,300}))")
_SITE = re.compile(r"\{\{-?[ \t]{0,9}(?:site|page)\.(?:base_?url|url)[^}\n]{0,80}\}\}")
_FILTERED = re.compile(r"\{\{-?[ \t]{0,9}[\"']([^\"'\n]{1,300})[\"'][ \t]{0,9}\|[^}\n]{1,80}\}\}")
_LINK = re.compile(r"\{%-?[ \t]{0,9}(post_url|link)[ \t]{1,9}([^\s%]{1,300})[ \t]{0,9}-?%\}")
_HIGHLIGHT = re.compile(r"\{%-?[ \t]{0,9}highlight(?:[ \t]{1,9}(\w{1,30}))?[^%\n]{0,80}%\}")
_END_HIGHLIGHT = re.compile(r"\{%-?[ \t]{0,9}endhighlight[ \t]{0,9}-?%\}")
_RAW = re.compile(r"\{%-?[ \t]{0,9}(?:end)?raw[ \t]{0,9}-?%\}")
_SHORTCODE = re.compile(r"\{\{[<%][ \t]{0,9}([\w-]{1,40})([^>%\n]{0,800})[ \t]{0,9}/?[>%]\}\}")
_LEFT = re.compile(r"\{\{[^{}\n]{1,400}\}\}|\{%[^%\n]{1,400}%\}")
_PLAYERS = {"youtube": "https://www.youtube.com/watch?v={}", "vimeo": "https://vimeo.com/{}"}


def without_template_tags(body: str) -> str:
    """Return a text with Markdown in place of the commands that have the same meaning in it."""
    if "{" not in body:
        return body
    body = _FILTERED.sub(r"\1", _SITE.sub("", body))
    body = _LINK.sub(_linked, body)
    body = _RAW.sub("", _END_HIGHLIGHT.sub("```", _HIGHLIGHT.sub(lambda tag: f"```{tag[1] or ''}", body)))
    return _SHORTCODE.sub(_of_hugo, body)


def _linked(tag: re.Match[str]) -> str:
    folder = "/_posts/" if tag[1] == "post_url" else "/"
    return f"{folder}{tag[2].lstrip('/')}"


def _of_hugo(tag: re.Match[str]) -> str:
    name, rest = tag[1].lower(), tag[2].strip().rstrip("/").strip()
    named = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _VALUE.finditer(rest)}
    first = rest.split()[0].strip("\"'") if rest and "=" not in rest.split()[0] else ""
    if name in {"ref", "relref"} and first:
        return first
    if name == "figure" and named.get("src"):
        caption = named.get("caption") or named.get("title") or ""
        picture = f"![{named.get('alt') or caption}]({named['src']})"
        return f"{picture}\n\n*{caption}*" if caption else picture
    if name in _PLAYERS and (number := first or named.get("id", "")):
        return f"<{_PLAYERS[name].format(number)}>"
    return tag[0]


def left_template_tags(body: str, path: str, first_line: int) -> Iterator[Problem]:
    """Yield a problem for each command of another tool that is left in a text, outside of code."""
    if "{{" not in body and "{%" not in body:
        return
    message = _("“{tag}” is a command of the old tool: say what it showed in words, or remove it")
    for number, line in enumerate(markup_scan.markdown(body, first_line).prose.split("\n"), start=first_line):
        for tag in _LEFT.finditer(line):
            yield Problem(path=path, line=number, message=message.format(tag=excerpt(tag[0], 80)))
