"""Where servers send, in bytes as they write them, and the cookies that some want to see again."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net.fetch import Fetcher
from kiosque.harvest.net.responses import Answer, Body, NotModified
from kiosque.urls import uri

from .raw_server import FEED, RawServer, http, raw_server
from .test_bodies import QUICK
from .test_fetch import failure, get


def redirect(location: bytes, *headers: str, status: str = "301 Moved Permanently") -> bytes:
    """Return a redirect, whose target is bytes as some servers write them."""
    head = http(b"", *headers, status=status, length=0)
    return head[:-2] + b"Location: " + location + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/flux été.xml".encode(), "/flux%20%C3%A9t%C3%A9.xml"),
        ("/flux été.xml".encode("latin-1"), "/flux%20%E9t%E9.xml"),
        (b"/%C3%A9t%C3%A9.xml", "/%C3%A9t%C3%A9.xml"),
        (b"  /a b.xml ", "/a%20b.xml"),
        (b"other.xml?x=\xe9&y=1", "/blog/other.xml?x=%E9&y=1"),
        (b"../new.xml#top", "/new.xml"),
        (b"?page=2", "/blog/feed?page=2"),
        (b"//{host}/new", "/new"),
        (b"http://{host}/new#a?b", "/new"),
        (b"HTTP://{host}/New", "/New"),
    ],
)
def test_a_redirect_in_any_spelling_is_followed(location: bytes, path: str) -> None:
    """Bytes are escaped as they came, a relative target starts from its address, a fragment is left out."""

    def answer(connection: socket.socket, request: bytes) -> bytes:
        if b"GET /blog/feed " in request:
            host = b"127.0.0.1:%d" % connection.getsockname()[1]
            return redirect(location.replace(b"{host}", host))
        return http(length=len(FEED))

    with raw_server(answer) as server:
        fetched = get(f"{server.url}/blog/feed", limits=QUICK)
    assert isinstance(fetched, Body), fetched
    assert ["/blog/feed", path] == server.paths
    assert f"{server.url}{path}" == uri(fetched.url) == uri(fetched.moved)


def test_letters_in_latin_1_are_tried_where_their_bytes_lead_nowhere() -> None:
    """A program may write its own address in Latin-1, though its server knows it in UTF-8."""

    def answer(_connection: socket.socket, request: bytes) -> bytes:
        if b"GET /feed " in request:
            return redirect(b"/\xe9mission.xml")
        found = b"/%C3%A9mission.xml" in request
        return http(length=len(FEED)) if found else http(b"", status="404 Not Found", length=0)

    with raw_server(answer) as server:
        fetched = get(f"{server.url}/feed", limits=QUICK)
    assert isinstance(fetched, Body), fetched
    assert ["/feed", "/%E9mission.xml", "/%C3%A9mission.xml"] == server.paths


@pytest.mark.parametrize(
    "location", [b"http://ana:secret@r.example/", b"http://\xe9.example/", b"mailto:a@b.example"]
)
def test_a_target_that_can_not_be_asked_is_told_without_it(location: bytes) -> None:
    """The message holds no part of such an address, which may be a password."""
    with raw_server(lambda _c, _r: redirect(location, status="302 Found")) as server:
        message = failure(get(f"{server.url}/feed", limits=QUICK))
    assert "secret" not in message


def cookie_wall(_connection: socket.socket, request: bytes) -> bytes:
    """Send to the same address with a cookie, until it comes back."""
    if b"Cookie: seen=a1==; lang=fr" in request:
        return http(length=len(FEED))
    cookies = ("Set-Cookie: seen=a1==; Path=/; HttpOnly; SameSite=Lax", "Set-Cookie: lang=fr")
    return redirect(b"/feed", *cookies, status="302 Found")


def test_a_cookie_goes_back_within_one_visit_only() -> None:
    """A redirect to itself with a cookie is followed with it; the next visit begins without."""
    with raw_server(cookie_wall) as server:
        for _visit in range(2):
            fetched = get(f"{server.url}/feed", limits=QUICK)
            assert isinstance(fetched, Body), fetched
            assert ("", f"{server.url}/feed") == (fetched.moved, fetched.url)
        assert ["", "seen=a1==; lang=fr"] * 2 == server.sent("Cookie")


def test_two_feeds_of_a_round_share_no_cookie() -> None:
    """Not even requests of one round to one server know each other's cookies."""

    async def both(url: str) -> list[Answer]:
        async with Fetcher(Path(), "Kiosque", allow_private=True, limits=QUICK) as fetcher:
            return [await fetcher.get(url), await fetcher.get(url)]

    with raw_server(cookie_wall) as server:
        assert [Body, Body] == [type(answer) for answer in asyncio.run(both(f"{server.url}/feed"))]
        assert ["", "seen=a1==; lang=fr"] * 2 == server.sent("Cookie")


@pytest.mark.parametrize("domain", ["", "; Domain=127.0.0.1", "; Domain=localhost", "; Domain=.0.1"])
def test_a_cookie_goes_to_no_other_host(domain: str) -> None:
    """Another server, even at another port of the same machine, sees nothing; the first one sees its own."""
    servers: list[RawServer] = []

    def first(_connection: socket.socket, request: bytes) -> bytes:
        if b"Cookie: a=1" in request:
            return http(length=len(FEED))
        return redirect(f"{servers[1].url}/b".encode(), f"Set-Cookie: a=1{domain}", status="302 Found")

    def second(_connection: socket.socket, _request: bytes) -> bytes:
        return redirect(f"{servers[0].url}/feed".encode(), "Set-Cookie: b=2", status="302 Found")

    with raw_server(first) as one, raw_server(second) as other:
        servers += [one, other]
        assert isinstance(get(f"{one.url}/feed", limits=QUICK), Body)
        assert (["", "a=1"], [""]) == (one.sent("Cookie"), other.sent("Cookie"))


def test_a_wall_that_no_cookie_opens_is_left() -> None:
    """A server that goes on sending to the same address is given up after five redirects."""
    with raw_server(lambda _c, _r: redirect(b"/feed", "Set-Cookie: a=1", status="302 Found")) as server:
        assert "from one address to another" in failure(get(f"{server.url}/feed", limits=QUICK))
        assert 6 == len(server.requests)


def test_304_needs_a_condition() -> None:
    """An answer that nothing has changed is one only to who has something already."""
    with raw_server(lambda _c, _r: http(b"", status="304 Not Modified")) as server:
        assert "304" in failure(get(f"{server.url}/feed", limits=QUICK))
        assert isinstance(get(f"{server.url}/feed", Validators(etag='"1"'), limits=QUICK), NotModified)


def test_conditions_go_only_to_the_address_that_gave_them() -> None:
    """A page about maintenance that is older than the feed would answer that nothing has changed."""

    def answer(_connection: socket.socket, request: bytes) -> bytes:
        if b"GET /feed " in request:
            return redirect(b"/maintenance")
        is_conditional = b"If-" in request
        return http(b"", status="304 Not Modified") if is_conditional else http(b"<html>", length=6)

    with raw_server(answer) as server:
        validators = Validators(etag='"1"', last_modified="Sat, 10 Jan 2026 12:00:00 GMT")
        fetched = get(f"{server.url}/feed", validators, limits=QUICK)
    assert isinstance(fetched, Body), fetched
    assert b"<html>" == fetched.data
