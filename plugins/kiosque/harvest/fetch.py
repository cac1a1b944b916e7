"""From a feed to its bytes, *not modified*, or a failure that says why. Sockets, time-outs and limits only here."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from kiosque.i18n import _
from kiosque.model import Feed, Record
from kiosque.text import safe_url
from kiosque.visits import Validators

_NONE = Validators()
_REDIRECTS = {301, 302, 303, 307, 308}
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class Limits(Record, frozen=True):
    """What a visit may cost: seconds, bytes after decompression, redirects, requests at once."""

    connect: float = 10
    silence: float = 20
    total: float = 60
    size: int = 10_000_000
    redirects: int = 5
    at_once: int = 40
    at_once_each_host: int = 2


class Body(Record, frozen=True):
    """A feed's bytes, decompressed; ``url`` is where they were in the end."""

    data: bytes
    url: str
    content_type: str = ""
    validators: Validators = Validators()


class NotModified(Record, frozen=True):
    """The feed is as it was."""


class Failure(Record, frozen=True):
    """The feed couldn't be had; ``message`` says why, in plain words. ``gone`` is for an answer 410."""

    message: str
    gone: bool = False


Fetched = Body | NotModified | Failure


class _PrivateAddressError(OSError):
    """A connection to an address that isn't public was asked for."""


_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet; IPv4 inside IPv6 is taken for what it is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if inner := ip.ipv4_mapped or ip.sixtofour:
        return is_public(str(inner))
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _UNICAST and ip.is_global


class _PublicResolver(AbstractResolver):
    """Resolves names to their public addresses only."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise _PrivateAddressError(host)
        return public

    async def close(self) -> None:
        await self._resolver.close()


def _public_socket(info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
    """Open a socket only towards a public address: literal addresses never pass by the resolver."""
    family, kind, protocol, _name, address = info
    if not is_public(str(address[0])):
        raise _PrivateAddressError(str(address[0]))
    return socket.socket(family, kind, protocol)


@dataclass
class Fetcher:
    """Fetches feeds, within limits. Used as an asynchronous context; one for a whole round.

    ``root`` is the hub's folder, which file feeds can't leave.
    """

    root: Path
    user_agent: str
    allow_private: bool = False
    limits: Limits = field(default_factory=Limits)
    _session: aiohttp.ClientSession | None = None
    _hosts: defaultdict[str, asyncio.Semaphore] = field(init=False)
    _turns: asyncio.Semaphore = field(init=False)

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        self._hosts = defaultdict(lambda: asyncio.Semaphore(self.limits.at_once_each_host))
        self._turns = asyncio.Semaphore(self.limits.at_once)
        connector = (
            aiohttp.TCPConnector(limit=self.limits.at_once)
            if self.allow_private
            else aiohttp.TCPConnector(
                limit=self.limits.at_once, resolver=_PublicResolver(), socket_factory=_public_socket
            )
        )
        timeout = aiohttp.ClientTimeout(
            total=self.limits.total, sock_connect=self.limits.connect, sock_read=self.limits.silence
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
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

    async def fetch(self, feed: Feed, validators: Validators) -> Fetched:
        """Return a feed's bytes, *not modified*, or why it couldn't be had; it never raises."""
        if feed.is_file:
            return self._read(feed.url)
        return await self.get(feed.url, validators)

    async def get(self, url: str, validators: Validators = _NONE, size: int = 0) -> Fetched:
        """Return what lies at an address, within the limits (``size`` in bytes, by default that of feeds).

        It never raises: what went wrong is a ``Failure``.
        """
        try:
            # The clock starts where the turn has come: a slow neighbour must not use up another feed's time.
            async with self._hosts[urlsplit(url).netloc], self._turns, asyncio.timeout(self.limits.total):
                return await self._follow(url, validators, size or self.limits.size)
        except _PrivateAddressError:
            return Failure(message=_private())
        except (TimeoutError, aiohttp.ServerTimeoutError):
            return Failure(message=_("the server did not answer in time; the next round asks again"))
        except (aiohttp.ClientError, OSError, ValueError, LookupError) as error:
            return _refused(error)

    def _read(self, path: str) -> Fetched:
        try:
            file = (self.root / path).resolve(strict=True)
            if not file.is_relative_to(self.root.resolve()):
                return Failure(
                    message=_("this file lies outside the hub's folder: only files of the hub can be feeds")
                )
            if not file.is_file():
                return Failure(message=_("this is not a file: a feed is an address, or a file of the hub"))
            if file.stat().st_size > self.limits.size:
                return Failure(message=_too_large(self.limits.size))
            return Body(data=file.read_bytes(), url=path)
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            return Failure(
                message=_("this file can't be read ({reason}): mend its name").format(reason=reason)
            )

    async def _follow(self, url: str, validators: Validators, size: int) -> Fetched:
        """Ask, and follow redirects by hand, so that each address is checked as the first was."""
        assert self._session is not None
        conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        headers = {name: value for name, value in conditions.items() if value} | {"A-IM": "feed"}
        for _hop in range(self.limits.redirects + 1):
            async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS or not (target := answer.headers.get("Location")):
                    return await self._answer(answer, url, size)
            url = safe_url(urljoin(url, target))
            if not url:
                return Failure(message=_("the server sends elsewhere, to an address that can't be followed"))
        message = _("the server sends from one address to another without end: write the feed's own address")
        return Failure(message=message)

    async def _answer(self, answer: aiohttp.ClientResponse, url: str, size: int) -> Fetched:
        if answer.status == 304:
            return NotModified()
        if answer.status == 410:
            return Failure(
                message=_(
                    "the server says that this feed is gone for good: remove it, or find its new address"
                ),
                gone=True,
            )
        if answer.status not in {200, 203, 226}:
            message = _("the server answered {status} {reason}; the next round asks again")
            return Failure(
                message=message.format(status=answer.status, reason=answer.reason or "").replace("  ", " ")
            )
        data = bytearray()
        async for chunk in answer.content.iter_chunked(65_536):
            data += chunk
            if len(data) > size:
                return Failure(message=_too_large(size))
        validators = Validators(
            etag=answer.headers.get("ETag", ""), last_modified=answer.headers.get("Last-Modified", "")
        )
        kind = answer.headers.get("Content-Type", "")
        return Body(data=bytes(data), url=url, content_type=kind, validators=validators)


def _too_large(size: int) -> str:
    message = _("this is larger than {size} MB: ask its author for a shorter one")
    return message.format(size=size // 1_000_000)


def _private() -> str:
    return _(
        "this address is a private one: only public addresses are asked (--allow-private lets others through)"
    )


def _refused(error: Exception) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _PrivateAddressError):
            return Failure(message=_private())
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return Failure(
            message=_("the server's certificate can't be trusted; its administrators must renew it")
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failure(message=_("no server has this name: check the address, or wait until it is back"))
    if isinstance(error, aiohttp.InvalidURL):
        return Failure(message=_("this address can't be asked: check how it is written"))
    message = _("the server can't be read ({reason}); the next round asks again")
    return Failure(message=message.format(reason=" ".join(str(error).split())[:200] or type(error).__name__))
