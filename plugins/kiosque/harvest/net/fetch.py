"""Fetch an address: its bytes, *not modified*, or a failure with its reason. All limits are kept here."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net import schedule
from kiosque.harvest.net.guard import PrivateAddressError, connector, is_loopback
from kiosque.harvest.net.responses import Answer, Body, Failure, NotModified
from kiosque.i18n import _, current_language
from kiosque.model import Feed, Record
from kiosque.urls import safe_url, without_secrets
from kiosque.wording.localized import format_size
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

_NONE = Validators()
_PERMANENT = {301, 308}
_REDIRECTS = {302, 303, 307} | _PERMANENT
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class Limits(Record, frozen=True):
    """The limits of requests.

    - ``connect``, ``silence``, ``total``: seconds to connect, without a byte, and for the whole request.
    - ``size``: bytes after decompression.
    - ``redirects``: how many redirects are followed.
    - ``at_once``, ``at_once_each_host``: concurrent requests in all, and to one host.
    - ``pause``: seconds between the starts of two requests to one host.
    - ``source``, ``round``: seconds for a source, and for a whole round.
    """

    connect: float = 10
    silence: float = 20
    total: float = 60
    size: int = 10_000_000
    redirects: int = 5
    at_once: int = 100
    at_once_each_host: int = 2
    pause: float = 0.5
    source: float = 120
    round: float = 600


class _HostQueue:
    """The queue of requests to one host."""

    def __init__(self, limits: Limits, pause: float) -> None:
        self._turns = asyncio.Semaphore(limits.at_once_each_host)
        self._pause = pause
        self._free = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn. The starts of two turns are at least a pause apart."""
        async with self._turns:
            now = time.monotonic()
            start = max(now, self._free)
            self._free = start + self._pause
            if start > now:
                await asyncio.sleep(start - now)
            yield


@dataclass
class Fetcher:
    """Fetches addresses within limits. It is an asynchronous context, opened once for a whole round.

    ``root`` is the hub's folder, which file feeds can't leave. ``allow_private`` allows any address; those of
    this machine are then asked without a pause.
    """

    root: Path
    user_agent: str
    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)
    _session: aiohttp.ClientSession | None = None
    _hosts: defaultdict[str, _HostQueue] = field(init=False)
    _turns: asyncio.Semaphore = field(init=False)

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._hosts = _HostQueues(self.limits, self.allow_private)
        self._turns = asyncio.Semaphore(self.limits.at_once)
        # The total time-out of a request is set in `_Request`: it starts with the request's turn.
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self.limits.connect, sock_read=self.limits.silence
        )
        self._session = aiohttp.ClientSession(
            connector=connector(self.limits.at_once, allow_private=self.allow_private),
            timeout=timeout,
            headers={"User-Agent": self.user_agent, "Accept": _ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            max_field_size=32_768,
            max_line_size=32_768,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        if self._session:
            await self._session.close()

    async def fetch(self, feed: Feed, validators: Validators = _NONE) -> Answer:
        """Return the answer of a feed, which may be a file of the hub. It never raises."""
        if feed.is_file:
            answer = await asyncio.to_thread(_read_file, self.root, feed.url, self.limits.size)
            logger.debug("file %s: %s", feed.url, _summary(answer))
            return answer
        return await self.get(feed.url, validators)

    async def get(self, url: str, validators: Validators = _NONE, size: int = 0) -> Answer:
        """Return the answer of an address. It never raises: an error becomes a ``Failure``.

        ``size`` is the largest body accepted, in bytes, by default that of the limits.
        """
        return await self._answer_to(_Request(self, "GET", url, validators, size or self.limits.size))

    async def probe(self, url: str) -> str:
        """Return why an address fails, or nothing if it answers. No body is read."""
        answer = await self._answer_to(_Request(self, "HEAD", url, _NONE, 0))
        if isinstance(answer, Failure) and not answer.missing and not answer.gone:
            # Some servers refuse HEAD, but answer the GET of a reader's player.
            answer = await self._answer_to(_Request(self, "GET", url, _NONE, 0))
        return answer.message if isinstance(answer, Failure) else ""

    async def _answer_to(self, request: _Request) -> Answer:
        """Return the answer of a request; any error becomes a ``Failure``."""
        try:
            return await request.follow()
        except PrivateAddressError as error:
            request.log_error(error)
            return Failure(message=_private_address_message())
        except TimeoutError as error:
            request.log_error(error)
            return Failure(message=_("the server did not answer in time"))
        except (aiohttp.ClientError, OSError, ValueError, LookupError) as error:
            request.log_error(error)
            return _connection_failure(error)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[aiohttp.ClientSession]:
        """Wait for a turn to ask the host of an address."""
        assert self._session is not None
        # The place among all requests is taken last: a request that waits for its host must not hold one.
        async with self._hosts[urlsplit(url).netloc].turn(), self._turns:
            yield self._session


class _HostQueues(defaultdict[str, _HostQueue]):
    """The queues of a round's hosts, by name and port. Each is made at the first request to its host."""

    def __init__(self, limits: Limits, allow_private: bool) -> None:  # noqa: FBT001 - only the fetcher calls it
        super().__init__()
        self._limits, self._allow_private = limits, allow_private

    def __missing__(self, name: str) -> _HostQueue:
        is_local = self._allow_private and is_loopback(name)
        self[name] = _HostQueue(self._limits, 0 if is_local else self._limits.pause)
        return self[name]


class _Request:
    """A request and its redirects. Each address on the way is checked like the first."""

    def __init__(self, fetcher: Fetcher, method: str, url: str, validators: Validators, size: int) -> None:
        self._fetcher, self._method, self._size = fetcher, method, size
        self._url, self._start = url, url
        self._is_moved = True
        self._status = 0
        conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        self._headers = {name: value for name, value in conditions.items() if value} | {"A-IM": "feed"}

    async def follow(self) -> Answer:
        """Send the request and follow its redirects. The time-out doesn't count the wait for a turn."""
        left = self._fetcher.limits.total
        for _hop in range(self._fetcher.limits.redirects + 1):
            async with self._fetcher.turn(self._url) as session:
                start = time.monotonic()
                async with asyncio.timeout(left):
                    answer = await self._ask(session)
                seconds = time.monotonic() - start
                left -= seconds
            self._log_answer(answer, seconds)
            if not isinstance(answer, str):
                return answer
            if not answer:
                return Failure(message=_("the server sends elsewhere, to an address that can't be followed"))
            self._url = answer
        message = _("the server sends from one address to another without end: write the feed's own address")
        return Failure(message=message)

    async def _ask(self, session: aiohttp.ClientSession) -> Answer | str:
        """Return the answer of one hop, or the address that it redirects to (empty if that is unsafe)."""
        async with session.request(
            self._method, self._url, headers=self._headers, allow_redirects=False
        ) as response:
            self._status = response.status
            if response.status in _REDIRECTS and (target := response.headers.get("Location")):
                self._is_moved = self._is_moved and response.status in _PERMANENT
                return safe_url(urljoin(self._url, target))
            return await self._answer(response)

    async def _answer(self, response: aiohttp.ClientResponse) -> Answer:
        """Return the answer of the last hop. The size limit counts decompressed bytes."""
        moved = self._url if self._is_moved and self._url != self._start else ""
        fresh = schedule.freshness_lifetime(response.headers)
        if response.status == 304:
            return NotModified(moved=moved, fresh=fresh)
        if response.status not in {200, 203, 226, 206}:
            return _http_failure(response)
        if not self._size:
            return NotModified()
        data = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            data += chunk
            if len(data) > self._size:
                return Failure(message=_too_large_message(self._size))
        return Body(
            data=bytes(data),
            url=self._url,
            content_type=_header(response, "Content-Type"),
            validators=Validators(
                etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified")
            ),
            moved=moved,
            fresh=fresh,
        )

    def log_error(self, error: Exception) -> None:
        """Log an error by its type alone: the text of an error may quote the whole address."""
        logger.debug("%s %s: %s", self._method, without_secrets(self._url), type(error).__name__)

    def _log_answer(self, answer: Answer | str, seconds: float) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            if isinstance(answer, str):
                summary = f"redirects to {without_secrets(answer) or 'no web address'}"
            else:
                summary = _summary(answer)
            address = without_secrets(self._url)
            logger.debug("%s %s: %d, %s, %.2f s", self._method, address, self._status, summary, seconds)


def _summary(answer: Answer) -> str:
    """Return what an answer holds, for the log."""
    if isinstance(answer, Body):
        return f"{len(answer.data)} bytes"
    return "failure" if isinstance(answer, Failure) else "no body"


def _read_file(root: Path, path: str, size: int) -> Answer:
    """Return the bytes of a file feed. The file must be inside the hub's folder, symbolic links resolved."""
    try:
        file = (root / path).resolve(strict=True)
        if not file.is_relative_to(root.resolve()):
            return Failure(
                message=_("this file lies outside the hub's folder: only files of the hub can be feeds")
            )
        if not file.is_file():
            return Failure(message=_("this is not a file: a feed is an address, or a file of the hub"))
        if file.stat().st_size > size:
            return Failure(message=_too_large_message(size))
        return Body(data=file.read_bytes(), url=path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = reason_of(error)
        return Failure(message=_("this file can't be read ({reason}): mend its name").format(reason=reason))


def _header(response: aiohttp.ClientResponse, name: str) -> str:
    """Return the value of a header.

    Empty if it isn't UTF-8, because neither files nor requests could hold it.
    """
    value = response.headers.get(name, "")
    return value if value == _in_utf8(value) else ""


def _in_utf8(text: str) -> str:
    """Return a text without the surrogates by which aiohttp stands for bytes that aren't UTF-8."""
    return text.encode("utf-8", "ignore").decode()


def _http_failure(response: aiohttp.ClientResponse) -> Failure:
    if response.status == 410:
        message = _("the server says that this feed is gone for good: remove it, or find its new address")
        return Failure(message=message, gone=True)
    phrase = " ".join(_in_utf8(response.reason or "").split())
    reason = f"{response.status} {phrase[:60]}".strip()
    message = _("the server answered {status}").format(status=reason)
    wait = schedule.retry_after(response.headers) if response.status in {429, 503} else None
    return Failure(message=message, missing=response.status == 404, wait=wait)


def _too_large_message(size: int) -> str:
    message = _("this is larger than {size}: ask its author for a shorter one")
    return message.format(size=format_size(size, current_language()))


def _private_address_message() -> str:
    return _(
        "this address is a private one: only public addresses are asked (--allow-private lets others through)"
    )


def _connection_failure(error: Exception) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, PrivateAddressError):
            return Failure(message=_private_address_message())
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return Failure(
            message=_("the server's certificate can't be trusted; its administrators must renew it")
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        message = _("no server has this name: check the address, or wait until it is back")
        return Failure(message=message, missing=True, unreachable=True)
    if isinstance(error, aiohttp.InvalidURL):
        return Failure(message=_("this address can't be asked: check how it is written"))
    return Failure(message=_("the server can't be read ({reason})").format(reason=reason_of(error)))
