"""Turns Markdown into HTML as previews of editors and forges show it. The HTML isn't clean yet. Pure.

It is CommonMark (https://spec.commonmark.org/0.31.2/) with the tables, struck words, task lists and bare
addresses of GitHub (https://github.github.com/gfm/). Notes, definition lists, abbreviations and the ids of
headings are those of PHP Markdown Extra (https://michelf.ca/projects/php-markdown/extra/). All of it takes
linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

RenderRule = Callable[[RendererProtocol, Sequence[Token], int, OptionsDict, EnvType], str]
# Of blocks in blocks. The parser leaves out what lies deeper, and each level takes several calls.
_DEEPEST = 100
_ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,100})\]:[ \t]*([^\n]{1,1000})")
_WORD = re.compile(r"[^\W_][\w-]*")
_ID = re.compile(r"#([A-Za-z][\w-]{0,36})")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,200}\}")


def markdown_html(text: str) -> str:
    """Return a Markdown text as HTML.

    Raises RecursionError if quotes and lists are nested too deep to be shown.
    """
    return str(_ENGINE.render(text))


class _Engine(MarkdownIt):
    """The parser with its extensions."""

    def __init__(self) -> None:
        """Take CommonMark, and add what the module's docstring names."""
        options = {"maxNesting": _DEEPEST, "strikethrough_single_tilde": True, "tasklists": True}
        super().__init__("commonmark", options)
        self.enable(["table", "strikethrough"])
        self.use(gfm_autolink_plugin).use(footnote_plugin, inline=False).use(deflist_plugin)
        self.block.ruler.before("table", "depth", _refuse_depth)
        self.block.ruler.before("reference", "abbreviation", _define_abbreviation, {"alt": ["reference"]})
        self.core.ruler.after("block", "attributes", _take_attributes)
        self.core.ruler.after("inline", "abbreviations", _explain_abbreviations)
        for name, rule in _RENDER_RULES.items():
            self.add_render_rule(name, _render_rule(rule))

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        """Return the address of a link as HTML has it. Pelican's ``{filename}`` links stay as they are."""
        return url if url.startswith("{") else super().normalizeLink(url)


def _refuse_depth(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:  # noqa: FBT001 - the parser's
    """Raise RecursionError where the parser would leave out what lies deeper, without a word."""
    if state.level >= _DEEPEST - 1:
        raise RecursionError
    return False


def _define_abbreviation(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - same
    """Take a line such as ``*[HTML]: HyperText Markup Language``."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = _ABBREVIATION.fullmatch(line)
    if not match or state.is_code_block(start):
        return False
    if not silent:
        state.env.setdefault("abbreviations", {}).setdefault(match[1], match[2].strip())
        state.line = start + 1
    return True


def _take_attributes(state: StateCore) -> None:
    """Give headings the id in braces at their end, and drop other braces with attributes.

    They are ``# Title {#id}`` and ``{: .class }`` at the end of a block. Classes have no meaning on a hub.
    """
    before = None
    for token in state.tokens:
        is_heading = before is not None and before.type == "heading_open"
        start = token.content.rfind("{") if token.type == "inline" and token.content.endswith("}") else -1
        if start >= 0 and (is_heading or token.content.startswith("{:", start)):
            ids = _ID.findall(token.content, start)
            if is_heading and before is not None and ids:
                before.attrSet("id", ids[-1])
            if ids or token.content.startswith("{:", start):
                token.content = token.content[:start].rstrip()
        before = token


def _explain_abbreviations(state: StateCore) -> None:
    """Mark the words that the text explains, and drop attributes behind links and pictures."""
    meanings = state.env.get("abbreviations", {})
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_explained(block.children, meanings))


def _explained(tokens: Sequence[Token], meanings: Mapping[str, str]) -> Iterator[Token]:
    before = ""
    for token in tokens:
        if token.type == "text" and before in {"image", "link_close"} and token.content.startswith("{:"):
            token.content = _ATTRIBUTES.sub("", token.content, count=1)
        before = token.type
        if token.type == "text" and meanings:
            yield from _split_at_abbreviations(token, meanings)
        else:
            yield token


def _split_at_abbreviations(token: Token, meanings: Mapping[str, str]) -> Iterator[Token]:
    end = 0
    for word in _WORD.finditer(token.content):
        if meaning := meanings.get(word[0]):
            yield Token("text", "", 0, content=token.content[end : word.start()])
            yield Token("abbr_open", "abbr", 1, attrs={"title": meaning})
            yield Token("text", "", 0, content=word[0])
            yield Token("abbr_close", "abbr", -1)
            end = word.end()
    yield Token("text", "", 0, content=token.content[end:])


def _render_rule(make: Callable[[Sequence[Token], int], str]) -> RenderRule:
    """Return a rule of the parser's renderer that needs only the tokens and the index of its own."""

    def rule(
        _self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        return make(tokens, index)

    return rule


def _note_mark(tokens: Sequence[Token], index: int) -> str:
    number, mark = tokens[index].meta["id"] + 1, _mark(tokens[index])
    return f'<sup id="fnref{mark}"><a href="#fn:{number}">{number}</a></sup>'


def _mark(token: Token) -> str:
    """Return the end of the id of a mark: ``:1``, for its second mark ``2:1``."""
    later = token.meta.get("subId", 0)
    return f"{later + 1 if later > 0 else ''}:{token.meta['id'] + 1}"


def _note_start(tokens: Sequence[Token], index: int) -> str:
    return f'<li id="fn:{tokens[index].meta["id"] + 1}">\n'


def _note_back(tokens: Sequence[Token], index: int) -> str:
    return f'\xa0<a href="#fnref{_mark(tokens[index])}">↩</a>'


def _list_item(tokens: Sequence[Token], index: int) -> str:
    """Return the start of a list item; that of a task begins with an empty or a ticked box."""
    is_done = tokens[index].meta.get("checked")
    return f"<li>{'' if is_done is None else '☑ ' if is_done else '☐ '}"


_RENDER_RULES: Mapping[str, Callable[[Sequence[Token], int], str]] = {
    "footnote_ref": _note_mark,
    "footnote_block_open": lambda _tokens, _index: "<div>\n<hr>\n<ol>\n",
    "footnote_block_close": lambda _tokens, _index: "</ol>\n</div>\n",
    "footnote_open": _note_start,
    "footnote_anchor": _note_back,
    "list_item_open": _list_item,
}
_ENGINE = _Engine()
