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
from urllib.parse import urlsplit

import aiohttp

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net.guard import PrivateAddressError, connector, is_loopback
from kiosque.harvest.net.limits import Limits
from kiosque.harvest.net.request import Request, summary, too_large_message
from kiosque.harvest.net.responses import Answer, Body, Failure
from kiosque.i18n import _
from kiosque.model import Feed
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

_NONE = Validators()
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


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
        # The total time-out of a request is set in `Request`: it starts with the request's turn.
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self.limits.connect, sock_read=self.limits.silence
        )
        self._session = aiohttp.ClientSession(
            connector=connector(self.limits.at_once, allow_private=self.allow_private),
            timeout=timeout,
            headers={"User-Agent": self.user_agent, "Accept": _ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
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
            logger.debug("file %s: %s", feed.url, summary(answer))
            return answer
        return await self.get(feed.url, validators)

    async def get(self, url: str, validators: Validators = _NONE, size: int = 0) -> Answer:
        """Return the answer of an address. It never raises: an error becomes a ``Failure``.

        ``size`` is the largest body accepted, in bytes, by default that of the limits.
        """
        return await self._answer_to(Request(self, "GET", url, validators, size or self.limits.size))

    async def probe(self, url: str) -> str:
        """Return why an address fails, or nothing if it answers. No body is read."""
        answer = await self._answer_to(Request(self, "HEAD", url, _NONE, 0))
        if isinstance(answer, Failure) and not answer.missing and not answer.gone:
            # Some servers refuse HEAD, but answer the GET of a reader's player.
            answer = await self._answer_to(Request(self, "GET", url, _NONE, 0))
        return answer.message if isinstance(answer, Failure) else ""

    async def _answer_to(self, request: Request) -> Answer:
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
            return Failure(message=too_large_message(size))
        return Body(data=file.read_bytes(), url=path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = reason_of(error)
        return Failure(message=_("this file can't be read ({reason}): mend its name").format(reason=reason))


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
