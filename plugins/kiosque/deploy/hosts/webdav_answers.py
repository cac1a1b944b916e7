"""The answers of a WebDAV server (RFC 4918): what they list, and what is wrong where they refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from kiosque.deploy.host import HostError
from kiosque.deploy.hosts import failures

# The body of a request (PROPFIND) whose answer ``listed`` reads.
PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>'
    b"<resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>"
)
# Answers of a server to a name whose folder doesn't exist (RFC 4918, sections 9.7.1 and 9.9.4). Apache's to a
# MOVE is an internal error.
NO_PARENT = frozenset({
    HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR,
})  # fmt: skip
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED})
_FULL = frozenset({HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})


class Answer(NamedTuple):
    """The answer to a request."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Entry(NamedTuple):
    """A file or folder in a folder; the size of a folder is -1, the time ``None`` where it isn't told."""

    size: int
    time: int | None


def login_schemes(answer: Answer) -> str:
    """Return the ways to log in that a server names, in small letters."""
    challenges = answer.headers.getall("WWW-Authenticate", []) if hasattr(answer.headers, "getall") else []
    return ", ".join(challenges).lower()


def listed(body: bytes) -> Iterator[tuple[str, Entry]]:
    """Yield path, size and time of each resource of an answer to PROPFIND (RFC 4918, section 14.16)."""
    # expat limits the growth of entities, and ElementTree loads nothing from elsewhere.
    for response in ET.fromstring(body).iter("{DAV:}response"):  # noqa: S314
        path = unquote(urlsplit(response.findtext("{DAV:}href", "").strip()).path)
        size = next((element.text or "" for element in response.iter("{DAV:}getcontentlength")), "")
        time = next((element.text or "" for element in response.iter("{DAV:}getlastmodified")), "")
        is_folder = next(response.iter("{DAV:}collection"), None) is not None
        yield (
            path.rstrip("/"),
            Entry(int(size) if size.isdecimal() and not is_folder else -1, timestamp(time)),
        )


def timestamp(date: str) -> int | None:
    """Return the seconds since 1970 of a date of HTTP (RFC 9110, section 5.6.7); ``None`` for other texts."""
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError):
        return None


def require_done(path: str, answer: Answer) -> None:
    """Raise a HostError about ``path`` unless the server has done its part."""
    if not is_done(answer):
        raise failure_of(path, answer)


def is_done(answer: Answer) -> bool:
    """Whether the server has done its part."""
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def failure_of(path: str, answer: Answer) -> HostError:
    """Return the error about ``path`` that an answer tells."""
    if answer.status in _FULL:
        return failures.full(path)
    if answer.status in _REFUSED:
        return failures.forbidden(path)
    return (
        failures.in_the_way(path)
        if answer.status == HTTPStatus.CONFLICT
        else failures.refused(path, answer.status)
    )
