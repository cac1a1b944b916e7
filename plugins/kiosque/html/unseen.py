"""Leaves out what browsers don't show: elements that are hidden, icons, templates. Pure functions."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec

from kiosque.html.tokenizer import (
    BLOCKS,
    PARTING,
    RAW,
    UNSEEN,
    VOID,
    Token,
    attributes,
    has_own_text,
    text_between,
    text_between_tags,
    tokens,
)

# What an attribute that hides its element may look like. Most texts have none: a search for fixed words finds
# that out at hardly any cost.
_HIDING = {
    hint: re.compile(rf"{hint}{rest}")
    for hint, rest in {
        "idden": r"(?<=[\s\"'/][hH]idden)(?=[\s=>/])",
        "IDDEN": r"(?<=[\s\"'/]HIDDEN)(?=[\s=>/])",
        "isplay": r"[^\"'>;:]{0,40}:[^\"'>;]{0,40}(?i:none)",
        "ISPLAY": r"[^\"'>;:]{0,40}:[^\"'>;]{0,40}(?i:none)",
    }.items()
}
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
# Browsers end these at the next block, at the latest: such an element holds none.
_WITHOUT_BLOCKS = frozenset({"annotation", "datalist", "p", "select", "svg"})
_ENDING = BLOCKS | {"form"}
_ENDING_PARAGRAPHS = _ENDING - {"br"}
# An element that opens ends the one of the same kind that is open, unless a list or table opened between.
_SIBLINGS = (frozenset({"li"}), frozenset({"dd", "dt"}), frozenset({"td", "th"}), frozenset({"tr"}))
_KIN = {name: names for names in _SIBLINGS for name in names}
_SCOPES = frozenset({"dl", "menu", "ol", "table", "ul"})
# The number of open elements among which a browser's rule for siblings is followed.
_NEAREST = 50

IsUnwanted = Callable[[Token], bool]


def may_hide(source: str) -> bool:
    """Whether an attribute in HTML may hide its element."""
    # Written out, since a loop would take as long as the searches.
    return (
        ("idden" in source and _HIDING["idden"].search(source) is not None)
        or ("isplay" in source and _HIDING["isplay"].search(source) is not None)
        or ("IDDEN" in source and _HIDING["IDDEN"].search(source) is not None)
        or ("ISPLAY" in source and _HIDING["ISPLAY"].search(source) is not None)
    )


def shown_text(source: str) -> str:
    """Return the text of HTML that browsers show; entities such as ``&amp;`` stay.

    A space stands where a block starts or ends.
    """
    if has_own_text(source) and not may_hide(source):
        return text_between_tags(source)
    return text_between(shown_tokens(source))


def shown_tokens(source: str, is_unwanted: IsUnwanted | None = None) -> Iterator[Token]:
    """Yield the tokens of HTML without the elements that browsers don't show, and without unwanted ones."""
    if is_unwanted is None and not may_hide(source) and not _has_unseen(source):
        return tokens(source)
    found = list(tokens(source))
    return _without(found, _left_out(found, is_unwanted or is_unseen))


_UNSEEN_TAG = re.compile(rf"<(?:{'|'.join(sorted(UNSEEN))})\b", re.IGNORECASE | re.ASCII)


def _has_unseen(source: str) -> bool:
    return _UNSEEN_TAG.search(source) is not None


def is_unseen(token: Token) -> bool:
    """Whether browsers don't show the element of a start tag."""
    if token.name in UNSEEN:
        return token.name != "dialog" or "open" not in attributes(token.attributes)
    if not may_hide(f" {token.attributes} "):
        return False
    values = attributes(token.attributes)
    return "hidden" in values or _displays_nothing(html.unescape(values.get("style", "")))


def _displays_nothing(style: str) -> bool:
    """Whether a style has ``display:none``.

    The last declaration counts, unless one before it is ``!important``.
    """
    shown, is_settled = "", False
    for declaration in _CSS_COMMENT.sub("", style).split(";"):
        name, _colon, value = declaration.partition(":")
        words = value.lower().replace("!", " !").replace("! ", "!").split()
        is_important = "!important" in words
        if name.strip().lower() == "display" and words and (is_important or not is_settled):
            shown, is_settled = words[0], is_important
    return shown == "none"


def _left_out(found: Sequence[Token], is_unwanted: IsUnwanted) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the first and the last token of each element that is left out.

    The last token is the element's own end tag, or what stands after the element.
    """
    ends: dict[int, int] | None = None
    place = 0
    for number, token in enumerate(found):
        if number >= place and token.name and not token.is_end and is_unwanted(token):
            ends = _ends(found) if ends is None else ends
            last = _last_of(found, number, ends)
            place = last + _is_own(found, number, last)
            yield number, last


def _last_of(found: Sequence[Token], number: int, ends: dict[int, int]) -> int:
    """Return the number of the last token of an element: see ``_left_out``. Each has an end."""
    token = found[number]
    if _is_empty(token):
        return number
    end = ends.get(number, len(found) - 1)
    is_unclosed = number not in ends or (token.name in UNSEEN and not _is_own(found, number, end))
    if is_unclosed or token.name in _WITHOUT_BLOCKS:
        blocks = _ENDING_PARAGRAPHS if token.name == "p" else _ENDING
        return next((place for place in range(number + 1, end) if found[place].name in blocks), end)
    return end


def _is_own(found: Sequence[Token], first: int, last: int) -> bool:
    """Whether the last token belongs to the element of the first one."""
    return last == first or (found[last].is_end and found[last].name == found[first].name)


def _is_empty(token: Token) -> bool:
    """Whether a tag is the whole element."""
    return token.name in VOID or token.name in RAW or token.is_self_closed


def _ends(found: Sequence[Token]) -> dict[int, int]:
    """Return, for the number of each start tag, that of the tag which ends its element. Some never end."""
    ends: dict[int, int] = {}
    open_tags: list[int] = []
    names: Counter[str] = Counter()

    def close(name: str, number: int) -> None:
        while open_tags:
            ended = open_tags.pop()
            names[found[ended].name] -= 1
            ends[ended] = number
            if found[ended].name == name:
                return

    for number, token in enumerate(found):
        if token.is_end:
            if names[token.name]:
                close(token.name, number)
        elif token.name and not _is_empty(token):
            if sibling := _open_sibling([found[place].name for place in open_tags[-_NEAREST:]], token.name):
                close(sibling, number)
            open_tags.append(number)
            names[token.name] += 1
    return ends


def _open_sibling(open_names: Sequence[str], name: str) -> str:
    """Return the name of the open element that a start tag ends; empty if it ends none."""
    kin = _KIN.get(name)
    for open_name in reversed(open_names) if kin else ():
        if kin and open_name in kin:
            return open_name
        if open_name in _SCOPES:
            break
    return ""


def _without(found: Sequence[Token], left_out: Iterator[tuple[int, int]]) -> Iterator[Token]:
    """Yield the tokens, with an unnamed one in place of each element that is left out."""
    place = 0
    is_after = False
    for first, last in left_out:
        yield from _rest(found[place:first], is_after=is_after)
        token = found[first]
        text = token.text if first > place or not is_after else ""
        space = " " if token.name in BLOCKS | PARTING else ""
        yield Token(text + space, "", is_end=False, attributes="", start=token.start, stop=token.stop)
        is_after = not _is_own(found, first, last)
        place = last if is_after else last + 1
    yield from _rest(found[place:], is_after=is_after)


def _rest(found: Sequence[Token], *, is_after: bool) -> Iterator[Token]:
    """Yield tokens; the text before the first one is left out if it stands in an element that is left out."""
    if found:
        yield msgspec.structs.replace(found[0], text="") if is_after else found[0]
        yield from found[1:]
