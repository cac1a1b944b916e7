"""Plain words for the errors of the system and of libraries.

Their own texts are English and speak to developers. People get these words; ``-v`` shows the texts.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import ssl
from collections.abc import Iterator, Mapping

import msgspec

from kiosque.i18n import N_, _

logger = logging.getLogger(__name__)

_BY_NUMBER: Mapping[int, str] = {
    errno.EACCES: N_("permission denied"),
    errno.EPERM: N_("permission denied"),
    errno.EROFS: N_("this disk can only be read"),
    errno.ENOENT: N_("there is no such file"),
    errno.ENOTDIR: N_("a file lies where a folder is needed"),
    errno.EISDIR: N_("this is a folder, not a file"),
    errno.EEXIST: N_("something of this name is there already"),
    errno.ENOTEMPTY: N_("the folder isn't empty"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the account's share of the disk is full"),
    errno.EFBIG: N_("the file is too large for this disk"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links lead in a circle"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENFILE: N_("too many files are open"),
    errno.EIO: N_("the disk doesn't answer"),
    errno.EBUSY: N_("another program uses it"),
    errno.ETXTBSY: N_("another program uses it"),
    errno.EADDRINUSE: N_("another program uses it"),
    errno.EADDRNOTAVAIL: N_("this machine has no such address"),
    errno.ECONNREFUSED: N_("no program listens there"),
    errno.ECONNRESET: N_("the connection was cut"),
    errno.ECONNABORTED: N_("the connection was cut"),
    errno.EPIPE: N_("the connection was cut"),
    errno.ETIMEDOUT: N_("no answer in time"),
    errno.EHOSTUNREACH: N_("there is no way to this machine: is the network on?"),
    errno.ENETUNREACH: N_("there is no way to this machine: is the network on?"),
    errno.ENETDOWN: N_("the network is off"),
}
# The names of classes stand for the classes: to import their libraries takes longer than a short command.
_BY_CLASS: Mapping[str, str] = {
    "ClientConnectorDNSError": N_("no machine of this name is found: is the network on?"),
    "gaierror": N_("no machine of this name is found: is the network on?"),
    "ClientSSLError": N_("its certificate can't be trusted"),
    "ClientConnectorCertificateError": N_("its certificate can't be trusted"),
    "InvalidURL": N_("its address is written wrongly"),
    "ServerDisconnectedError": N_("the connection was cut"),
    "ClientPayloadError": N_("the answer ended too early"),
    "ClientResponseError": N_("its answer can't be read"),
    "TooManyRedirects": N_("it sends from one address to the other in a circle"),
    "ContentEncodingError": N_("its answer can't be read"),
    "KeyImportError": N_("this is no private key"),
    "KeyEncryptionError": N_("the passphrase is missing or wrong"),
    "ConnectionLost": N_("the connection was cut"),
    "SFTPConnectionLost": N_("the connection was cut"),
    "SFTPNoConnection": N_("the connection was cut"),
    "DisconnectError": N_("the host ended the connection"),
    "ChannelOpenError": N_("the host doesn't offer this service"),
}
# Numbers of OpenSSL (x509_vfy.h).
_BY_CERTIFICATE: Mapping[int, str] = {
    9: N_("its certificate isn't valid yet"),
    10: N_("its certificate has run out"),
    18: N_("it made its certificate itself"),
    19: N_("its certificate is from an authority that this machine doesn't know"),
    20: N_("its certificate is from an authority that this machine doesn't know"),
    21: N_("its certificate is from an authority that this machine doesn't know"),
    62: N_("its certificate is for another name"),
    64: N_("its certificate is for another address"),
}
_OUTPUTS = (
    (
        re.compile(r"Could not resolve host", re.IGNORECASE),
        N_("no machine of this name is found: is the network on?"),
    ),
    (re.compile(r"timed out", re.IGNORECASE), N_("no answer in time")),
    (
        re.compile(r"Connection (?:to \S+ )?closed|closed by remote host|lost connection|early EOF|hung up"),
        N_("the connection was cut"),
    ),
)
_BY_TYPE: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLError, N_("it has no encryption that can be used")),
    (TimeoutError, N_("no answer in time")),
    (EOFError, N_("the connection was cut")),
    (ConnectionError, N_("the connection was cut")),
    (UnicodeDecodeError, N_("this is not text in UTF-8")),
    (RecursionError, N_("its parts lie too deep in each other")),
)
_FIELD = re.compile(r" - at `\$?([^`]*)`$")
_MISSING_FIELD = re.compile(r"missing required field `([^`]*)`")
_BYTE = re.compile(r"\(byte (\d+)\)")


def reason_of(error: BaseException) -> str:
    """Return why an error came, in plain words of the reader's language; never the text of a library."""
    logger.debug("%s: %s", type(error).__name__, error)
    for cause in _causes(error):
        if words := _words(cause):
            return words
    return _("an unexpected answer")


def reason_of_output(text: str) -> str:
    """Return the reason that the output of a program gives, in plain words; empty where it gives none."""
    for pattern, words in _OUTPUTS:
        if pattern.search(text):
            return _(words)
    return next((_(words) for number, words in _BY_NUMBER.items() if os.strerror(number) in text), "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, then the errors that led to it: libraries wrap those of the system."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = getattr(following, "os_error", None) or following.__cause__ or following.__context__


def _words(error: BaseException) -> str:
    """Return the words for one error; empty where it has none."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _(_BY_CERTIFICATE.get(error.verify_code, N_("its certificate can't be trusted")))
    by_class = (_BY_CLASS[class_.__name__] for class_ in type(error).__mro__ if class_.__name__ in _BY_CLASS)
    by_number = _BY_NUMBER.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    by_type = (words for type_, words in _BY_TYPE if isinstance(error, type_))
    known = next(by_class, "") or by_number or next(by_type, "")
    return _(known) if known else _words_of_data(error)


def _words_of_data(error: BaseException) -> str:
    """Return what is wrong with data in JSON; empty for other errors."""
    text = str(error)
    if missing := _MISSING_FIELD.search(text):
        return _("“{field}” is missing").format(field=missing[1])
    if isinstance(error, msgspec.ValidationError) and (field := _FIELD.search(text)):
        return _("“{field}” has a value of another kind").format(field=field[1].removeprefix("."))
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        place = _BYTE.search(text)
        return _wrong_from(int(place[1])) if place else _("it ends too early")
    if isinstance(error, json.JSONDecodeError):
        return _wrong_from(error.pos)
    return _("it has another form") if isinstance(error, KeyError | TypeError | ValueError) else ""


def _wrong_from(position: int) -> str:
    return _("this is not JSON from sign {number} on").format(number=position + 1)
