"""French typography: no-break spaces, guillemets, apostrophes and ellipses of French texts. Pure.

The rules are those of the *Lexique des règles typographiques en usage à l'Imprimerie nationale*:

- a narrow no-break space before ``; ! ?``, inside guillemets and between thousands;
- a no-break space before a colon, and between a number and its unit.

Letters never change. Characters that may belong to an address, a time, an operator or a smiley stay too.
"""

from __future__ import annotations

import re

_NARROW, _WIDE = "\u202f", "\u00a0"
_SPACE = r"[ \t\n\r\u00a0\u2009\u202f]"
# White space from its first character on: from each of its characters, much of it would take quadratic time.
_SPACES = rf"{_SPACE}(?<!{_SPACE}{{2}}){_SPACE}*+"
# A web address, or a word with “@” inside. Such a word is only tried from its first letter: from each letter,
# a long word would take quadratic time.
_ADDRESS = re.compile(r"((?:https?://|www\.)\S++|(?<!\S)\S[^\s@]*+@\S++)")
# Patterns begin with the mark itself and look at the characters before it from there: that is ten times as
# fast as a pattern that begins with those characters. Apostrophes are between letters, or at the end of a
# text that continues in a tag: ``l'<em>eau</em>``.
_APOSTROPHE = re.compile(
    r"'(?:(?<=(?:[^\W\d_]|»).)(?=[^\W_«])|(?:(?<=\b[cdjlmnst].)|(?<=\bqu.))(?=«|\Z))", re.IGNORECASE
)
_ELLIPSIS = re.compile(r"\.(?<![.…/\\].)\.\.(?![.…/\\\w])")
_QUOTED = re.compile(r'"(?<![^\s(\[’].)(?=[^\s"])([^"]{1,400}?)(?<=[^\s(\[])"(?![\w"])')
_OPENING = re.compile(rf"«{_SPACE}*+(?!»)")
_CLOSING = re.compile(r"»(?<=[^\s«].)")
# Marks that end a sentence or a part of it. Others may belong to a smiley, an operator or an address.
_BEFORE_HIGH = re.compile(rf"{_SPACES}(?=[!?]++(?![\w=/\\(-])|;(?![\w=/\\()*:;!?-])|»)")
_BEFORE_COLON = re.compile(rf"{_SPACES}(?=:(?:{_SPACE}|\Z))")
_CLOSE_HIGH = re.compile(rf"[!?](?<=(?:[^\W_]|»).)[!?]*+(?={_SPACE}|[»)\]\"]|\Z)")
_CLOSE_COLON = re.compile(rf":(?<=(?:[^\W\d_]|»).)(?={_SPACE}|\Z)")
_UNIT = re.compile(
    rf"([0-9]){_SPACE}(?=(?:[%‰€$£]|°[CF]?|[kcm]?m[²³]?|[km]?g|[chk]?[lL]|ha|h|min|s|[kMG]?Wh?|[kMGT]o)"
    r"(?![\w’'.-]))"
)
_GAP = "[ \u00a0\u2009\u202f]"
_THOUSANDS = re.compile(
    rf"[0-9](?<![\w.,:/+-].)(?<!\d{_GAP}.)\d{{0,2}}(?:{_GAP}\d{{3}})+(?![\w:/-]|{_GAP}\d)"
)
_DIGITS_AND_GAP = re.compile(rf"[0-9]{_SPACE}")
_ANY_GAP = re.compile(_GAP)
_TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_OTHER_LANGUAGE = re.compile(r'\slang="(?!fr\b)', re.IGNORECASE)
# Elements whose text is code, or input to be typed, and must stay exactly the same.
_VERBATIM = {"code", "kbd", "math", "pre", "samp", "script", "style", "textarea", "var"}
_VOID = {"br", "col", "hr", "img", "wbr"}


def french(text: str) -> str:
    """Return a plain French text with correct typography."""
    if "://" not in text and "@" not in text and "www." not in text:
        return _corrected(text)
    parts = _ADDRESS.split(text)
    parts[::2] = map(_corrected, parts[::2])
    return "".join(parts)


def french_html(clean: str) -> str:
    """Return clean HTML whose French texts have correct typography.

    Tags, code and texts in other languages stay as they are.
    """
    parts = _TAG.split(clean)
    skipped: list[str] = []
    for index, part in enumerate(parts):
        if index % 2:
            _follow(part, skipped)
        elif part and not skipped:
            parts[index] = french(part.replace("&nbsp;", _WIDE))
    return "".join(parts)


def _follow(tag: str, skipped: list[str]) -> None:
    """Update ``skipped``, the open elements whose text stays as it is.

    It holds the outermost of them, and the elements of the same name inside, whose end tags mustn't end it.
    """
    match = _TAG_NAME.match(tag)
    if not match or (name := match[2].lower()) in _VOID:
        return
    if match[1]:
        if skipped and skipped[-1] == name:
            skipped.pop()
    elif skipped[-1:] == [name] or (not skipped and (name in _VERBATIM or _OTHER_LANGUAGE.search(tag))):
        skipped.append(name)


def _corrected(text: str) -> str:
    if "'" in text:
        text = _APOSTROPHE.sub("’", text)
    if "..." in text:
        text = _ELLIPSIS.sub("…", text)
    if '"' in text and "«" not in text and "»" not in text:
        text = _QUOTED.sub(rf"«{_NARROW}\1{_NARROW}»", text)
    if "«" in text or "»" in text:
        text = _CLOSING.sub(f"{_NARROW}»", _OPENING.sub(f"«{_NARROW}", text))
    if "!" in text or "?" in text:
        text = _CLOSE_HIGH.sub(rf"{_NARROW}\g<0>", text)
    if ":" in text:
        text = _BEFORE_COLON.sub(_WIDE, _CLOSE_COLON.sub(rf"{_WIDE}\g<0>", text))
    if "!" in text or "?" in text or ";" in text or "»" in text:
        text = _BEFORE_HIGH.sub(_NARROW, text)
    if not _DIGITS_AND_GAP.search(text):
        return text
    text = _THOUSANDS.sub(lambda number: _ANY_GAP.sub(_NARROW, number[0]), text)
    return _UNIT.sub(rf"\1{_WIDE}", text)
