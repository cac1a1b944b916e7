"""Which addresses of the network may be asked: those of the public Internet, checked where a connection is made."""

from __future__ import annotations

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """A connection to an address that isn't public was asked for."""


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


def is_loopback(netloc: str) -> bool:
    """Whether a host, with or without its port, is written as this machine itself."""
    host = netloc.rpartition(":")[0] if netloc.rpartition(":")[2].isdecimal() else netloc
    return host.strip("[]").lower() in {"127.0.0.1", "::1", "localhost"}


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
            raise PrivateAddressError(host)
        return public

    async def close(self) -> None:
        await self._resolver.close()


def _public_socket(info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
    """Open a socket only towards a public address: literal addresses never pass by the resolver."""
    family, kind, protocol, _name, address = info
    if not is_public(str(address[0])):
        raise PrivateAddressError(str(address[0]))
    return socket.socket(family, kind, protocol)


def connector(at_once: int, *, allow_private: bool) -> aiohttp.TCPConnector:
    """Return what makes connections: to public addresses only, unless private ones are allowed.

    A name that leads elsewhere is refused at each hop. A connection is closed after its answer: a thousand hosts that
    are asked once each must not keep a thousand sockets open.
    """
    if allow_private:
        return aiohttp.TCPConnector(limit=at_once, force_close=True)
    return aiohttp.TCPConnector(
        limit=at_once, force_close=True, resolver=_PublicResolver(), socket_factory=_public_socket
    )
