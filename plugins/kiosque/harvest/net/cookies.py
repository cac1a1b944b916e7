"""The cookies of one visit: some servers redirect an address to itself until their cookie comes back."""

from __future__ import annotations

import aiohttp
from yarl import URL


class Cookies:
    """The cookies of one request and its redirects (RFC 6265).

    They are forgotten with the request, and each goes back only to the host and port that set it: nobody
    can follow a hub from visit to visit, or from site to site.
    """

    def __init__(self) -> None:
        """Start without cookies."""
        self._jars: dict[str, aiohttp.CookieJar] = {}

    def keep(self, response: aiohttp.ClientResponse) -> None:
        """Keep the cookies of a response."""
        if not (cookies := response.cookies):
            return
        for cookie in cookies.values():
            cookie["domain"] = ""
        jar = self._jars.setdefault(
            response.url.authority, aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        )
        jar.update_cookies(cookies, response.url)

    def header(self, url: str) -> dict[str, str]:
        """Return the header that sends cookies to an address; nothing if there are none for it."""
        if not self._jars:
            return {}
        address = URL(url)
        if (jar := self._jars.get(address.authority)) is None:
            return {}
        pairs = "; ".join(f"{name}={cookie.value}" for name, cookie in jar.filter_cookies(address).items())
        return {"Cookie": pairs} if pairs else {}
