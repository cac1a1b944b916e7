"""Turn the bytes of a feed into UTF-8, whatever its declaration and its server say.

Declarations are often wrong, and bytes seldom are: text that is valid as UTF-8, or nearly, is UTF-8. Other
bytes are read as declared. Only where no declaration fits, a library is asked what they look like.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kiosque.i18n import _
from kiosque.languages import language_tag
from kiosque.model import Problem

_XML_DECLARED = re.compile(rb"<\?xml\s[^>]{0,300}?\bencoding\s{0,9}=\s{0,9}[\"']\s{0,9}([\w.:+-]{1,40})")
_HTTP_DECLARED = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:+-]{1,40})", re.ASCII | re.IGNORECASE)
_DECLARATION_AREA = 2_000
_EBCDIC = "<?xm".encode("cp037")
# Where the bytes of the first two signs of XML or JSON are zero (RFC 4627, section 3).
_WIDE = (
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
    (True, False, True, False): "utf-16-be",
    (False, True, False, True): "utf-16-le",
}
# What browsers read under these names (WHATWG Encoding Standard, section 4.2), by Python's name.
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
# The names of the web for those that Python calls otherwise.
_SHOWN = {
    "big5hkscs": "Big5",
    "iso2022_jp": "ISO-2022-JP",
    "cp874": "Windows-874",
    "cp932": "Shift_JIS",
    "cp949": "EUC-KR",
    "euc_jis_2004": "EUC-JP",
    "euc_jp": "EUC-JP",
    "shift_jis_2004": "Shift_JIS",
}
# Codecs of Python that are no character sets of documents. Two of them take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "undefined"})
_SEVEN_BITS = re.compile(rb"\x1b[$(]|[+~]")
# The names by which chardet calls the character sets that it looks for.
_MULTIBYTE = ("cp932", "shift_jis_2004", "euc_jis_2004", "cp949", "euc_kr", "gb18030", "big5hkscs")
_EAST_ASIAN = frozenset({"Shift_JIS", "EUC-JP", "EUC-KR", "GB18030", "Big5"})
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2")
_OTHER_SCRIPTS = ("koi8-r", "koi8-u", "cp1251", "cp1253", "cp1255", "cp1256", "cp874")
_EXAMINED = 200_000
# Statistics of fewer accents tell no Western text from one of Central Europe.
_MANY_ACCENTS = 30
_LANGUAGE = re.compile(
    rb"<(?:\w{1,9}:)?language>\s{0,99}([\w-]{2,9})|\bxml:lang=[\"']([\w-]{2,9})|\"language\":\s{0,9}\"([\w-]{2,9})\""
)
_WESTERN = frozenset({
    "br", "ca", "co", "da", "de", "en", "es", "eu", "fi", "fr", "gl", "is", "it", "lb", "nl", "no", "oc",
    "pt", "sv",
})  # fmt: skip
# Markup and addresses are the same in any language.
_NO_WORDS = re.compile(rb"<[^<>]*+>|&#?\w{1,32};|[^\s<>:]{0,20}://[^\s<>\"]*+")
# An emoji that was written as two halves of three bytes each (CESU-8, Unicode Technical Report 26).
_HALVES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_REPLACEMENT = "\ufffd"
_UTF_8 = "utf-8"
_WINDOWS = "cp1252"


class _Claim(NamedTuple):
    """A character set that a declaration or a server names: as it names it, and by Python's name.

    ``charset`` is empty if there is no such claim, or none that Python knows.
    """

    label: str = ""
    charset: str = ""


class _Reading(NamedTuple):
    """A feed's text, the character set that it was read as, and how many of its letters are broken."""

    text: str
    charset: str
    broken: int = 0


def to_utf8(data: bytes, content_type: str, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a feed in UTF-8 without byte order mark, and what its producer should know of its encoding.

    ``content_type`` is the header of the answer, ``path`` the feed's address. Lines stay where they are.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if (wide := _wide_charset(data)) or data.startswith(_EBCDIC):
        reading = _wide(data, wide) if wide else _ebcdic(data)
        return reading.text.encode(), tuple(_broken_letters(reading, path))
    declared, served = _declared(data), _served(content_type)
    claimed = declared.charset or served.charset
    if data.isascii():
        seven_bits = _from_seven_bits(data, claimed)
        if seven_bits is None:
            return data, ()
        reading = seven_bits
    elif _is_utf_8(data) and not _is_east_asian(data, claimed):
        return data, tuple(_wrong_claims(_UTF_8, declared, served, path))
    else:
        reading = _read(data, declared.charset, served.charset)
    problems = (
        *_wrong_claims(reading.charset, declared, served, path, _first_high(data)),
        *_broken_letters(reading, path),
    )
    return reading.text.encode("utf-8", "replace"), problems


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _wide_charset(data: bytes) -> str:
    """Return the character set of a feed whose signs take two or four bytes; empty for any other."""
    marked = next((charset for mark, charset in _WIDE if data.startswith(mark)), "")
    return marked or _ZEROS.get(tuple(not byte for byte in data[:4]), "")


def _wide(data: bytes, charset: str) -> _Reading:
    text = data.decode(charset, "replace")
    return _Reading(text.removeprefix("\ufeff"), charset, text.count(_REPLACEMENT))


def _ebcdic(data: bytes) -> _Reading:
    """Return a feed of a mainframe: its declaration names which of its character sets it is."""
    declared = _declared(data[:_DECLARATION_AREA].decode("cp037").encode())
    return _decoded(data, declared.charset) or _Reading(data.decode("cp037"), "cp037")


def _declared(data: bytes) -> _Claim:
    """Return the character set that an XML declaration names."""
    match = _XML_DECLARED.search(data, 0, _DECLARATION_AREA)
    return _claim(match[1].decode("ascii", "replace")) if match else _Claim()


def _served(content_type: str) -> _Claim:
    """Return the character set that the header ``Content-Type`` names (RFC 9110, section 8.3.2)."""
    match = _HTTP_DECLARED.search(content_type)
    return _claim(match[1]) if match else _Claim()


def _claim(label: str) -> _Claim:
    return _Claim(label, _charset(label))


def _charset(label: str) -> str:
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    is_charset = codec._is_text_encoding and codec.name not in _NO_CHARSETS  # noqa: SLF001 - no public way
    return codec.name if is_charset else ""


def _from_seven_bits(data: bytes, declared: str) -> _Reading | None:
    """Return ASCII bytes that are letters of another alphabet, in UTF-7, ISO-2022-JP and others, if they are.

    ISO-2022-JP is known by its escape sequence (RFC 1468), whatever is declared.
    """
    if not _SEVEN_BITS.search(data):
        return None
    if b"\x1b$B" in data or b"\x1b$@" in data:
        declared = declared if declared.startswith("iso2022") else "iso2022_jp"
    return _decoded(data, declared)


def _is_east_asian(data: bytes, declared: str) -> bool:
    """Whether bytes that are valid as UTF-8 are rather those of a declared character set of East Asia.

    A short text in one of them may look like pairs of bytes in UTF-8, where its letters would take three.
    """
    return (
        _shown(declared) in _EAST_ASIAN
        and max(data.decode()) < "\u0800"
        and _decoded(data, declared) is not None
    )


def _decoded(data: bytes, charset: str) -> _Reading | None:
    """Return a feed as a character set reads it, or ``None`` if it isn't of this character set.

    Signs of two or four bytes are known by their zeros. Without these, such a declaration is wrong.
    """
    if not charset or charset.startswith(("utf-16", "utf-32")):
        return None
    for name in dict.fromkeys((_WIDER.get(charset, charset), charset)):
        try:
            return _Reading(data.decode(name), charset)
        except (UnicodeError, LookupError):
            continue
    return None


def _read(data: bytes, declared: str, served: str) -> _Reading:
    """Return a feed that isn't valid as UTF-8, as what fits best."""
    nearly = _HALVES.sub(_whole, data).decode("utf-8", "replace")
    broken = nearly.count(_REPLACEMENT) - data.count(_REPLACEMENT.encode())
    good = len(nearly) - len(nearly.encode("ascii", "ignore")) - broken
    if good >= broken:
        return _Reading(nearly, _UTF_8, broken)
    return _as_declared(data, declared, served) or _as_it_looks(data)


def _whole(halves: re.Match[bytes]) -> bytes:
    """Return the character of two halves, in UTF-8."""
    text = halves[0].decode("utf-8", "surrogatepass")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _as_declared(data: bytes, declared: str, served: str) -> _Reading | None:
    """Return a feed as its declaration or its server says; a library judges between two that both fit.

    ISO-8859-1 and Windows-1252 fit any bytes, and servers say so of files that they know nothing about.
    """
    names = [name for name in dict.fromkeys((declared, served)) if name not in {"", "ascii", _UTF_8}]
    readings = [reading for name in names if (reading := _decoded(data, name))]
    is_doubtful = len(readings) > 1 or (not declared and _WIDER.get(served, served) == _WINDOWS)
    if readings and is_doubtful:
        guess = _guess(data)
        fitting = [reading for reading in readings if _shown(reading.charset) == _shown(guess)]
        is_otherwise = not fitting and not declared and guess in {*_MULTIBYTE, *_OTHER_SCRIPTS}
        return None if is_otherwise else [*fitting, *readings][0]
    return readings[0] if readings else None


def _as_it_looks(data: bytes) -> _Reading:
    charset = _guess(data)
    if charset != _WINDOWS and (reading := _decoded(data, charset)):
        return reading
    # Some feeds join texts of several encodings: what is valid as UTF-8 stays it.
    return _Reading(data.decode("utf-8", "kiosque-windows"), _WINDOWS)


def _windows_letters(error: UnicodeError) -> tuple[str, int]:
    """Return the letters that bytes have in Windows-1252: the handler of bytes that are no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode(_WINDOWS, "replace"), error.end


codecs.register_error("kiosque-windows", _windows_letters)


def _guess(data: bytes) -> str:
    """Return the character set that bytes look like. Windows-1252 is the answer where nothing tells it."""
    # The library's statistics take 35 ms to load, and few feeds need them.
    import chardet  # noqa: PLC0415 - see above

    words = _NO_WORDS.sub(b" ", data[:_EXAMINED])
    known = (*_MULTIBYTE, *_LATIN, *_OTHER_SCRIPTS)
    answer = chardet.detect(words, prefer_superset=True, compat_names=False, include_encodings=known)
    charset = answer["encoding"] or _WINDOWS
    return charset if charset in _MULTIBYTE or _is_plausible(charset, data, words) else _WINDOWS


def _is_plausible(charset: str, data: bytes, words: bytes) -> bool:
    """Whether a text can be of a character set of one byte: a few accents look like letters of any script."""
    high = _count(words, range(128, 256))
    if charset in _OTHER_SCRIPTS:
        return high * 5 >= _count(words, b"abcdefghijklmnopqrstuvwxyz")
    match = _LANGUAGE.search(data)
    language = language_tag(match[match.lastindex or 0].decode("ascii", "replace")) if match else ""
    return language.partition("-")[0] not in _WESTERN if language else high >= _MANY_ACCENTS


def _count(text: bytes, bytes_counted: Iterable[int]) -> int:
    return sum(text.count(byte) for byte in bytes_counted)


def _first_high(data: bytes) -> int:
    """Return the line of the first byte that isn't ASCII."""
    match = re.search(rb"[\x80-\xff]", data)
    return data.count(b"\n", 0, match.start()) + 1 if match else 1


def _wrong_claims(
    charset: str, declared: _Claim, served: _Claim, path: str, line: int = 1
) -> Iterator[Problem]:
    """Yield what is wrong in the declarations of a feed that was read as ``charset``."""
    name = _shown(charset)
    if declared.charset and _shown(declared.charset) != name:
        message = _(
            "the first line says {declared}, and the text is {charset}, as which it was read: write the feed "
            'in UTF-8, and encoding="utf-8" into its first line'
        )
        yield Problem(path=path, line=line, message=message.format(declared=declared.label, charset=name))
    if served.charset and _shown(served.charset) != name:
        message = _(
            "the server says {declared} (header Content-Type), and the text is {charset}, as which it was "
            "read: let the server say {charset}, or nothing"
        )
        yield Problem(path=path, line=line, message=message.format(declared=served.label, charset=name))
    if not declared.charset and not served.charset and charset != _UTF_8:
        message = _(
            "the feed doesn't say how its letters are written; from here on they were read as {charset}: "
            "write the feed in UTF-8"
        )
        yield Problem(path=path, line=line, message=message.format(charset=name))


def _shown(charset: str) -> str:
    """Return the name by which the web knows a character set; the same for those that are read alike."""
    wider = _WIDER.get(charset, charset)
    if wider.startswith("cp125"):
        return f"Windows-{wider[2:]}"
    return _SHOWN.get(wider) or wider.replace("iso8859", "ISO-8859").replace("_", "-").upper()


def _broken_letters(reading: _Reading, path: str) -> Iterator[Problem]:
    """Yield that letters are broken, with the line of the first."""
    if not reading.broken:
        return
    line = reading.text.count("\n", 0, reading.text.find(_REPLACEMENT)) + 1
    message = _(
        "a letter is broken here, {number} in all, and shown as “�”: texts are cut in the middle of a "
        "letter (in PHP, use “mb_substr” instead of “substr”)"
    )
    yield Problem(path=path, line=line, message=message.format(number=reading.broken))
