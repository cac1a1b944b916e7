"""Reasons of the operating system and of libraries, in the current language.

Python, the system and libraries give their reasons in English, and in words of programmers. People read what
they mean.
"""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Iterator

from kiosque.i18n import N_, _

logger = logging.getLogger(__name__)

# The numbers are those of errno(3). Reasons stand in brackets behind what can't be done: no capital, no full
# stop.
_BY_NUMBER = {
    errno.EACCES: N_("access is denied"),
    errno.EADDRINUSE: N_("another program uses it already"),
    errno.EADDRNOTAVAIL: N_("this machine has no such address"),
    errno.EBUSY: N_("another program uses it already"),
    errno.ECONNABORTED: N_("the connection was cut"),
    errno.ECONNREFUSED: N_("the connection is refused"),
    errno.ECONNRESET: N_("the connection was cut"),
    errno.EDQUOT: N_("there is no room left"),
    errno.EEXIST: N_("it is there already"),
    errno.EFBIG: N_("it is too large"),
    errno.EHOSTUNREACH: N_("the network doesn’t lead there"),
    errno.EIO: N_("the disk doesn’t answer as it should"),
    errno.EISDIR: N_("it is a folder"),
    errno.ELOOP: N_("links lead to one another without end"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENAMETOOLONG: N_("its name is too long"),
    errno.ENETDOWN: N_("there is no network"),
    errno.ENETUNREACH: N_("there is no network"),
    errno.ENOENT: N_("it isn’t there"),
    errno.ENOSPC: N_("there is no room left"),
    errno.ENOTDIR: N_("a file stands where a folder is expected"),
    errno.ENOTEMPTY: N_("the folder isn’t empty"),
    errno.EPERM: N_("access is denied"),
    errno.EPIPE: N_("the connection was cut"),
    errno.EROFS: N_("nothing can be written on this disk"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.ETXTBSY: N_("another program uses it already"),
}
# By the name of the class, so that no library is loaded for its errors alone. The first base that has a row
# counts.
_BY_CLASS = {
    # The numbers of these two are not those of errno(3).
    "SSLError": N_("the connection can’t be encrypted"),
    "gaierror": N_("no server has this name"),
    "ClientConnectorDNSError": N_("no server has this name"),
    "ClientConnectorCertificateError": N_("its certificate can’t be trusted"),
    "ClientSSLError": N_("its certificate can’t be trusted"),
    "InvalidURL": N_("its address is written wrongly"),
    "TooManyRedirects": N_("it sends from one address to another without end"),
    "ContentEncodingError": N_("the answer isn’t one of the web"),
    "KeyImportError": N_("this is not a private key"),
    "KeyEncryptionError": N_("the passphrase is missing or wrong"),
    "ConnectionLost": N_("the connection was cut"),
    "SFTPConnectionLost": N_("the connection was cut"),
    "SFTPNoConnection": N_("the connection was cut"),
    "DisconnectError": N_("the host ended the connection"),
    "ChannelOpenError": N_("the host doesn’t offer this service"),
    "ValidationError": N_("a value is missing, or of another type than expected"),
    "JSONDecodeError": N_("this is not correct JSON"),
    "DecodeError": N_("this is not correct JSON"),
    "UnicodeDecodeError": N_("this is not text in UTF-8"),
    "ExpatError": N_("this is not correct XML"),
    "ParseError": N_("this is not correct XML"),
    "TimeoutError": N_("no answer in time"),
    "ServerDisconnectedError": N_("the connection was cut"),
    "ClientPayloadError": N_("the connection was cut"),
    "IncompleteRead": N_("the connection was cut"),
    "EOFError": N_("the connection was cut"),
    "ClientResponseError": N_("the answer isn’t one of the web"),
    "ModuleNotFoundError": N_("a part of the program is missing"),
    "SSHException": N_("the two sides don’t understand each other"),
    "SyntaxError": N_("this is not correct Python"),
    "RecursionError": N_("it is nested too deep"),
    "MemoryError": N_("the memory is full"),
}
# What the messages of OpenSSL, of Python's parser and of others say, by a part of them.
_BY_WORDS = (
    ("certificate has expired", N_("its certificate has expired")),
    ("hostname mismatch", N_("its certificate is for another name")),
    ("doesn't match", N_("its certificate is for another name")),
    ("self-signed", N_("nobody vouches for its certificate")),
    ("self signed", N_("nobody vouches for its certificate")),
    ("unable to get local issuer", N_("nobody vouches for its certificate")),
    ("was never closed", N_("a bracket or a quotation mark is not closed")),
    ("unterminated string", N_("a bracket or a quotation mark is not closed")),
    ("EOL while scanning", N_("a bracket or a quotation mark is not closed")),
    ("unexpected EOF", N_("a bracket or a quotation mark is not closed")),
    ("unmatched", N_("a bracket is closed that was not opened")),
    ("does not match opening", N_("a bracket is closed that was not opened")),
    ("indent", N_("a line isn’t indented like its neighbours")),
    ("Perhaps you forgot a comma", N_("a comma is missing")),
    ("could not be cast to integer", N_("its port is not a number")),
    ("Port out of range", N_("its port is too large a number")),
    ("Invalid IPv6", N_("a bracket or a quotation mark is not closed")),
    # SSH and its tools.
    ("Connection refused", N_("the connection is refused")),
    ("Connection lost", N_("the connection was cut")),
    ("Connection reset", N_("the connection was cut")),
    ("timed out", N_("no answer in time")),
    ("Permission denied", N_("access is denied")),
    ("No space left", N_("there is no room left")),
    ("Could not resolve host", N_("no server has this name")),
    ("Name or service not known", N_("no server has this name")),
    # Expat (XML).
    ("mismatched tag", N_("a tag is not closed, or closed in the wrong place")),
    ("unclosed token", N_("a tag is not closed, or closed in the wrong place")),
    ("invalid token", N_("a sign stands where none can, often a bare “&” or “<”")),
    ("no element found", N_("it stops before its end")),
    ("unclosed CDATA", N_("it stops before its end")),
    ("undefined entity", N_("a character is written as an entity that XML doesn’t know")),
    ("junk after document", N_("something follows its end")),
    ("duplicate attribute", N_("an attribute stands twice in a tag")),
    ("unbound prefix", N_("a tag’s prefix is not declared")),
)
_MISSING_FIELD = re.compile(r"missing required field `([^`]*)`")
_UNKNOWN_FIELD = re.compile(r"contains unknown field `([^`]*)`")
_FIELD = re.compile(r" - at `\$?\.?([^`]+)`$")
# Where JSON goes wrong, as msgspec (from 0) and Python's json module (from 0) give it.
_POSITION = re.compile(r"\(byte (\d+)\)|\(char (\d+)\)")
_WHITE = re.compile(r"[\s\x00-\x1f\x7f]+")
_LONGEST = 200


def reason_of(error: BaseException) -> str:
    """Return what an error means, on one line; its own words, between quotes, where no other are known.

    ``-v`` shows its own words in any case.
    """
    logger.debug("%s: %s", type(error).__name__, error)
    if isinstance(error, NameError) and error.name:
        return _("“{name}” is not known: text stands between quotation marks").format(name=error.name)
    if isinstance(error, KeyError) and error.args:
        return _("“{name}” is missing").format(name=error.args[0])
    if words := _of_data(error):
        return words
    for cause in _causes(error):
        if message := _by_words(str(cause)) or _by_type(cause):
            return _(message)
    return in_own_words(str(error) or type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, then the errors that led to it: libraries wrap those of the system."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = getattr(cause, "os_error", None) or cause.__cause__ or cause.__context__


def _of_data(error: BaseException) -> str:
    """Return what is wrong with data in JSON, and where; empty for other errors and where that is unknown."""
    names = {base.__name__ for base in type(error).__mro__}
    if not names & {"MsgspecError", "JSONDecodeError"}:
        return ""
    text = str(error)
    if missing := _MISSING_FIELD.search(text):
        return _("“{name}” is missing").format(name=missing[1])
    if unknown := _UNKNOWN_FIELD.search(text):
        return _("the key “{key}” is not known").format(key=unknown[1])
    if field := _FIELD.search(text):
        return _("“{field}” has a value of another kind").format(field=field[1])
    if place := _POSITION.search(text):
        number = int(place[1] or place[2]) + 1
        return _("this is not JSON from sign {number} on").format(number=number)
    return _("it stops before its end") if "truncated" in text else ""


def meaning_of(text: str) -> str:
    """Return what the words of a library mean; the words themselves, between quotes, if that is unknown."""
    message = _by_words(text)
    return _(message) if message else in_own_words(text)


def _by_words(text: str) -> str:
    return next((message for part, message in _BY_WORDS if part in text), "")


def _by_type(error: BaseException) -> str:
    known = (_BY_CLASS[base.__name__] for base in type(error).__mro__ if base.__name__ in _BY_CLASS)
    number = error.errno if isinstance(error, OSError) else None
    return next(known, "") or _BY_NUMBER.get(number or 0, "")


def in_own_words(text: str) -> str:
    """Return the words of a program or a server, marked as such: they may be in any language."""
    return _("in its own words: “{text}”").format(text=_WHITE.sub(" ", text).strip()[:_LONGEST])
