"""One request with its redirects: each answer is read to its end, and told from what only looks like one."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol
from urllib.parse import quote, urldefrag, urljoin

import aiohttp

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net import bodies, robots, schedule
from kiosque.harvest.net.connection import NAMED_LENGTH
from kiosque.harvest.net.cookies import Cookies
from kiosque.harvest.net.limits import Limits
from kiosque.harvest.net.responses import Answer, Body, Failure, NotModified
from kiosque.i18n import _, current_language
from kiosque.urls import safe_url, without_secrets
from kiosque.wording.localized import format_size

logger = logging.getLogger(__name__)

_PERMANENT = {301, 308}
_REDIRECTS = {302, 303, 307} | _PERMANENT
_SUCCESSES = {200, 203, 206, 226}
# The characters that stay as they are in an address whose bytes are escaped: all of ASCII.
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


class Asker(Protocol):
    """The fetcher of a round, which gives turns to its requests."""

    @property
    def limits(self) -> Limits:
        """The limits of each request."""

    @property
    def user_agent(self) -> str:
        """The name of the program that asks."""

    def turn(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
        """Wait for a turn to ask the host of an address."""


class _Redirect(NamedTuple):
    """The target of a redirect; empty if it can't be followed. ``spelling`` is another reading of it."""

    target: str
    spelling: str = ""


class Request:
    """A request and its redirects. Each address on the way is checked like the first."""

    def __init__(self, asker: Asker, method: str, url: str, validators: Validators, size: int) -> None:
        """Prepare a request; ``size`` is the largest body in bytes, 0 to read none."""
        self._asker, self._method, self._size = asker, method, size
        self._url, self._start = url, url
        self._is_moved = True
        self._status = 0
        self._validators = validators
        self._cookies = Cookies()

    async def follow(self) -> Answer:
        """Send the request and follow its redirects. The time-out doesn't count the wait for a turn."""
        left = self._asker.limits.total
        spelling = ""
        for _hop in range(self._asker.limits.redirects + 1):
            async with self._asker.turn(self._url) as session:
                start = time.monotonic()
                async with asyncio.timeout(left):
                    answer = await self._ask(session)
                seconds = time.monotonic() - start
                left -= seconds
            self._log_answer(answer, seconds)
            if isinstance(answer, Failure) and answer.missing and spelling:
                answer = _Redirect(spelling)
            if not isinstance(answer, _Redirect):
                return answer
            if not answer.target:
                return Failure(message=_("the server sends elsewhere, to an address that can't be followed"))
            self._url, spelling = answer
        message = _("the server sends from one address to another without end: write the feed's own address")
        return Failure(message=message)

    async def _ask(self, session: aiohttp.ClientSession) -> Answer | _Redirect:
        """Return the answer of one hop, or where it redirects to."""
        async with session.request(
            self._method, self._url, headers=self._headers(), allow_redirects=False
        ) as response:
            self._status = response.status
            self._cookies.keep(response)
            if response.status in _REDIRECTS and (location := response.headers.get("Location")):
                self._is_moved = self._is_moved and response.status in _PERMANENT
                return _redirect(self._url, location)
            return await self._answer(response)

    def _headers(self) -> dict[str, str]:
        headers = {"A-IM": "feed"} | self._cookies.header(self._url)
        return headers | self._conditions()

    def _conditions(self) -> dict[str, str]:
        """Return the conditions of this hop: only the address that gave the validators receives them.

        Any other one, such as a page about maintenance, could answer that nothing has changed.
        """
        if self._url != (self._validators.url or self._start):
            return {}
        conditions = {
            "If-None-Match": self._validators.etag,
            "If-Modified-Since": self._validators.last_modified,
        }
        return {name: value for name, value in conditions.items() if value}

    async def _answer(self, response: aiohttp.ClientResponse) -> Answer:
        """Return the answer of the last hop."""
        if response.status == 304:
            return self._not_modified(response)
        if response.status not in _SUCCESSES:
            return await self._refusal(response)
        if not self._size:
            return NotModified()
        try:
            data, is_cut = await self._content(response)
        except bodies.TooLargeError:
            return Failure(message=too_large_message(self._size))
        except bodies.CompressionError:
            message = _("the server's answer can't be read: it isn't compressed in the way that it says")
            return Failure(message=message)
        return self._body(response, data, is_cut=is_cut)

    def _not_modified(self, response: aiohttp.ClientResponse) -> Answer:
        if not self._conditions():
            message = _("the server answered 304, nothing has changed, before it ever sent this feed")
            return Failure(message=message)
        return NotModified(moved=self._moved(), fresh=schedule.freshness_lifetime(response.headers))

    def _body(self, response: aiohttp.ClientResponse, data: bytes, *, is_cut: bool) -> Answer:
        """Return a body; a failure if it was cut, or if a protection against robots sent it."""
        is_incomplete = is_cut and not bodies.is_whole(data)
        if is_incomplete and not bodies.has_whole_entries(data):
            message = _("the server's answer stopped before its end ({size} came)")
            return Failure(message=message.format(size=format_size(len(data), current_language())))
        if robots.looks_like_page(data):
            name = robots.protection(response.status, response.headers, data)
            if name is not None:
                return Failure(message=self._protection_message(name))
        validators = Validators(
            etag=header(response, "ETag"), last_modified=header(response, "Last-Modified")
        )
        return Body(
            data=data,
            url=self._url,
            content_type=header(response, "Content-Type"),
            validators=Validators() if is_incomplete else validators,
            moved=self._moved(),
            fresh=schedule.freshness_lifetime(response.headers),
        )

    def _moved(self) -> str:
        return self._url if self._is_moved and self._url != self._start else ""

    async def _content(self, response: aiohttp.ClientResponse) -> bodies.Content:
        """Return the content of a body, decompressed. The size limit counts decompressed bytes."""
        raw, is_cut = await _received(response, self._size)
        encoding, media_type = header(response, "Content-Encoding"), header(response, "Content-Type")
        content = bodies.content(raw, encoding, media_type, self._size)
        return bodies.Content(content.data, is_cut or content.is_cut)

    async def _refusal(self, response: aiohttp.ClientResponse) -> Failure:
        """Return the failure of an answer by its status."""
        if response.status == 410:
            message = _("the server says that this feed is gone for good: remove it, or find its new address")
            return Failure(message=message, gone=True)
        phrase = " ".join(_in_utf8(response.reason or "").split())
        status = f"{response.status} {phrase[:60]}".strip()
        wait = schedule.retry_after(response.headers) if response.status in {429, 503} else None
        message = _("the server answered {status}").format(status=status)
        name = None
        if response.status in robots.STATUSES:
            name = robots.protection(response.status, response.headers, await self._page(response))
        if name is not None:
            message = self._protection_message(name, status)
        elif response.status == 401:
            message = f"{message}; {_password_message()}"
        return Failure(message=message, missing=response.status == 404, wait=wait)

    async def _page(self, response: aiohttp.ClientResponse) -> bytes:
        """Return the page of a refusal; empty if it can't be had."""
        try:
            raw, _is_cut = await _received(response, robots.LONGEST_CHALLENGE)
            encoding = header(response, "Content-Encoding")
            return bodies.content(raw, encoding, "text/html", robots.LONGEST_CHALLENGE).data
        except (bodies.TooLargeError, bodies.CompressionError):
            return b""

    def _protection_message(self, name: str, status: str = "") -> str:
        return robots.message(name, status, without_secrets(self._start), self._asker.user_agent)

    def log_error(self, error: Exception) -> None:
        """Log an error by its type alone: the text of an error may quote the whole address."""
        logger.debug("%s %s: %s", self._method, without_secrets(self._url), type(error).__name__)

    def _log_answer(self, answer: Answer | _Redirect, seconds: float) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            if isinstance(answer, _Redirect):
                said = f"redirects to {without_secrets(answer.target) or 'no web address'}"
            else:
                said = summary(answer)
            address = without_secrets(self._url)
            logger.debug("%s %s: %d, %s, %.2f s", self._method, address, self._status, said, seconds)


async def _received(response: aiohttp.ClientResponse, size: int) -> tuple[bytes, bool]:
    """Return the bytes of a body as they came, and whether its end is missing.

    Raises TooLargeError above ``size`` bytes.
    """
    named = response.headers.get(NAMED_LENGTH)
    length = int(named) if named else None
    data = bytearray()
    is_cut = False
    try:
        while not _is_all(data, length) and len(data) <= size:
            if not (chunk := await response.content.readany()):
                break
            data += chunk
    except (aiohttp.ClientError, TimeoutError, OSError):
        # The bytes that came with the error are still there.
        data += response.content._read_nowait(-1)  # noqa: SLF001 - its public methods raise the error again
        is_cut = True
    if len(data) > size:
        raise bodies.TooLargeError
    return bytes(data), is_cut or (length is not None and len(data) < length)


def _is_all(data: bytearray, length: int | None) -> bool:
    """Whether all bytes of a body are there. Past the length that the server named, the feed's end counts."""
    return length is not None and (
        len(data) == length or (len(data) > length and bodies.is_whole(bytes(data[-bodies.TAIL :])))
    )


def _redirect(url: str, location: str) -> _Redirect:
    """Return where a redirect leads, without a fragment (RFC 9110, section 10.2.2).

    aiohttp stands for bytes that aren't UTF-8 by surrogates. They are escaped as they came, as browsers do.
    If nothing is there, their letters in Latin-1 may be meant.
    """
    raw = location.encode("utf-8", "surrogateescape")
    try:
        return _Redirect(_absolute(url, raw.decode()))
    except UnicodeDecodeError:
        return _Redirect(_absolute(url, quote(raw, safe=_ASCII)), _absolute(url, raw.decode("latin-1")))


def _absolute(url: str, location: str) -> str:
    return safe_url(urldefrag(urljoin(url, location.strip())).url)


def header(response: aiohttp.ClientResponse, name: str) -> str:
    """Return the value of a header.

    Empty if it isn't UTF-8, because neither files nor requests could hold it.
    """
    value = response.headers.get(name, "")
    return value if value == _in_utf8(value) else ""


def _in_utf8(text: str) -> str:
    """Return a text without the surrogates by which aiohttp stands for bytes that aren't UTF-8."""
    return text.encode("utf-8", "ignore").decode()


def summary(answer: Answer) -> str:
    """Return what an answer holds, for the log."""
    if isinstance(answer, Body):
        return f"{len(answer.data)} bytes"
    return "failure" if isinstance(answer, Failure) else "no body"


def _password_message() -> str:
    return _(
        "feeds behind a password aren't taken, since all that a hub shows is public: "
        "ask its producer for an address that everyone may read"
    )


def too_large_message(size: int) -> str:
    """Return that an answer or a file is larger than a size in bytes."""
    message = _("this is larger than {size}: ask its author for a shorter one")
    return message.format(size=format_size(size, current_language()))
