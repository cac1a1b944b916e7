"""Allow connections to the public Internet only. The address is checked at the moment of connecting."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from kiosque.harvest.net.connection import WholeAnswer

_UNICAST = ipaddress.IPv6Network("2000::/3")
# Networks that lead to machines of a provider or of this network, whatever Python's table of the day says.
_NOT_PUBLIC = tuple(map(ipaddress.ip_network, (
    "192.0.0.0/24",  # protocol assignments (RFC 6890); Oracle's metadata is 192.0.0.192
    "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
    "168.63.129.16/32",  # Azure's own services
    "100.64.0.0/10",  # shared by providers (RFC 6598); Alibaba's metadata is 100.100.100.200
    "169.254.0.0/16",  # link-local (RFC 3927); metadata of most clouds
    "198.18.0.0/15",  # tests of devices (RFC 2544)
    "240.0.0.0/4",  # reserved (RFC 1112)
    "2001::/23",  # protocol assignments (RFC 2928), with Teredo and ORCHID
    "2001:db8::/32",  # documentation (RFC 3849)
    "2620:4f:8000::/48",  # AS112 (RFC 7534)
    "3fff::/20",  # documentation (RFC 9637)
    "5f00::/16",  # segment routing (RFC 9602)
)))  # fmt: skip
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """Raised when a connection would lead to an address that isn't public."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet. IPv4 inside IPv6 is judged as IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not _is_listed(ip)
    if inner := ip.ipv4_mapped or ip.sixtofour:
        return is_public(str(inner))
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _UNICAST and ip.is_global and not _is_listed(ip)


def _is_listed(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)


def is_loopback(netloc: str) -> bool:
    """Whether a host, with or without its port, is ``localhost``, ``127.0.0.1`` or ``::1``."""
    host = netloc.rpartition(":")[0] if netloc.rpartition(":")[2].isdecimal() else netloc
    return host.strip("[]").lower() in {"127.0.0.1", "::1", "localhost"}


class _PublicResolver(AbstractResolver):
    """Resolves host names to their public addresses; raises PrivateAddressError if all are private."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        results = await self._resolver.resolve(host, port, family)
        public = [result for result in results if is_public(result["host"])]
        if results and not public:
            raise PrivateAddressError(host)
        return public

    async def close(self) -> None:
        await self._resolver.close()


def _public_socket(info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
    """Return a socket for a public address. A literal IP address skips the resolver: check it."""
    family, socket_type, protocol, _name, address = info
    if not is_public(str(address[0])):
        raise PrivateAddressError(str(address[0]))
    return socket.socket(family, socket_type, protocol)


def connector(at_once: int, *, allow_private: bool) -> aiohttp.TCPConnector:
    """Return a connector for aiohttp that connects to public addresses only, unless private ones are allowed.

    The check is repeated for each redirect. Each connection is closed after its answer: otherwise a thousand
    hosts, asked once each, would keep a thousand sockets open.
    """
    options: dict[str, Any] = {}
    if not allow_private:
        options = {"resolver": _PublicResolver(), "socket_factory": _public_socket}
    opened = aiohttp.TCPConnector(limit=at_once, force_close=True, **options)
    # aiohttp has no option for the class of its connections.
    factory: Any = partial(WholeAnswer, loop=asyncio.get_running_loop())
    opened._factory = factory  # noqa: SLF001 - see above
    return opened
