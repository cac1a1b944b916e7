"""What a server may answer, and what it may not make us do."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from pathlib import Path

import pytest
from aiohttp import web

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net import guard
from kiosque.harvest.net.fetch import Fetcher, Limits
from kiosque.harvest.net.guard import is_public
from kiosque.harvest.net.responses import Answer, Body, Failure, NotModified
from kiosque.model import Feed

from .conftest import Server

SMALL = Limits(connect=5, silence=5, total=20, size=1_000_000, pause=0.01)
AGENT = "Kiosque/0.1 (+https://hub.example; contact@hub.example)"


def get(
    url: str,
    validators: Validators = Validators(),
    *,
    root: Path = Path(),
    allow_private: bool = True,
    limits: Limits = SMALL,
) -> Answer:
    """Fetch one feed."""

    async def run() -> Answer:
        async with Fetcher(root, AGENT, allow_private, limits) as fetcher:
            return await fetcher.fetch(Feed(url=url), validators)

    return asyncio.run(run())


def failure(fetched: Answer) -> str:
    """Return a failure's message."""
    assert isinstance(fetched, Failure), fetched
    return fetched.message


def test_a_body_comes_with_all_that_is_known_of_it(server: Server) -> None:
    """An answer gives its bytes, type and validators, exactly as received; the request names the hub."""
    url = server.says(
        "/feed", "<rss/>", Content_Type="text/xml; charset=x", ETag='W/"a b"', Last_Modified="yesterday"
    )
    validators = Validators(etag='W/"a b"', last_modified="yesterday")
    expected = Body(data=b"<rss/>", url=url, content_type="text/xml; charset=x", validators=validators)
    assert expected == get(url)
    assert AGENT == server.requests[0].headers["User-Agent"]
    assert "If-None-Match" not in server.requests[0].headers


def test_validators_are_sent_back_as_received(server: Server) -> None:
    """A conditional request repeats the validators, and 304 is *not modified*."""
    url = server.says("/feed", status=304)
    assert NotModified() == get(url, Validators(etag='W/"a b"', last_modified="yesterday"))
    sent = server.requests[0].headers
    assert ('W/"a b"', "yesterday") == (sent["If-None-Match"], sent["If-Modified-Since"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Server, status: int) -> None:
    """A redirect is followed, relative or not, and the last address is kept."""
    server.says("/feed", "<rss/>")
    url = server.says("/old", status=status, Location="feed")
    target = f"{server.url}/feed"
    moved = target if status in {301, 308} else ""
    expected = Body(data=b"<rss/>", url=target, content_type="application/octet-stream", moved=moved)
    assert expected == get(url)


@pytest.mark.parametrize(
    ("status", "message", "gone"),
    [
        (204, "the server answered 204 No Content", False),
        (401, "the server answered 401 Unauthorized", False),
        (403, "the server answered 403 Forbidden", False),
        (404, "the server answered 404 Not Found", False),
        (410, "gone for good", True),
        (429, "the server answered 429 Too Many Requests", False),
        (500, "the server answered 500 Internal Server Error", False),
        (503, "the server answered 503 Service Unavailable", False),
    ],
)
def test_statuses(server: Server, status: int, message: str, gone: bool) -> None:
    """A status that isn't a feed is a failure that says which it was."""
    fetched = get(server.says("/feed", status=status))
    assert message in failure(fetched)
    assert gone == fetched.gone


def test_a_redirect_loop_ends(server: Server) -> None:
    """Redirects without end are given up after five."""
    url = server.says("/feed", status=302, Location="/feed")
    assert "from one address to another" in failure(get(url))
    assert 6 == len(server.requests)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://x.example/", "gopher://x.example/", "http://me:pw@x.example/", "http://["],
)
def test_redirects_lead_only_to_the_web(server: Server, target: str) -> None:
    """A redirect to anything but http(s), or with credentials, is not followed."""
    assert "can't be" in failure(get(server.says("/feed", status=302, Location=target)))


PRIVATE = [
    "127.0.0.2", "127.1", "2130706434", "0x7f000002", "0177.0.0.2", "[::1]", "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]", "localhost.", "0.0.0.0", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:2]",
]  # fmt: skip

# The HTTP library knows some spellings for addresses, takes others for names, and refuses others yet.
REFUSALS = ("private", "no server has this name", "can't be asked")


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_refused(server: Server, host: str) -> None:
    """No private address is asked, however it is written, unless it is allowed."""
    message = failure(get(f"http://{host}:{server.port}/feed", allow_private=False))
    assert [] != [refusal for refusal in REFUSALS if refusal in message]
    assert [] == server.requests


@pytest.mark.parametrize("host", PRIVATE)
def test_redirects_to_private_addresses_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The check is made at each hop: a public server can't send us to a private one."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    url = server.says(
        "/feed", status=302, Location=f"http://{host.replace('localhost.', '127.0.0.3')}:{server.port}/secret"
    )
    message = failure(get(url, allow_private=False))
    assert [] != [refusal for refusal in REFUSALS if refusal in message]
    assert ["/feed"] == [request.path for request in server.requests]


def test_names_of_private_addresses_are_refused(server: Server) -> None:
    """A name that resolves to a private address is refused when the connection is made."""
    assert "private" in failure(get(f"http://localhost:{server.port}/feed", allow_private=False))
    assert [] == server.requests


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("2002:5db8:d822::1", True),
        ("64:ff9b::5db8:d822", True), ("127.0.0.1", False), ("0.0.0.0", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.0.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("198.18.0.1", False),
        ("::", False), ("::1", False), ("::7f00:1", False), ("::ffff:10.0.0.1", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False), ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False), ("64:ff9b:1::1", False), ("2001:db8::1", False),
        ("192.0.0.192", False), ("192.0.0.9", False), ("168.63.129.16", False), ("192.88.99.1", False),
        ("100.100.100.200", False), ("::ffff:168.63.129.16", False), ("2002:a83f:8110::", False),
        ("64:ff9b::c000:c0", False), ("2001:1::1", False), ("2001::1", False), ("3fff::1", False),
        ("5f00::1", False), ("2620:4f:8000::1", False), ("168.63.129.17", True), ("192.0.1.1", True),
    ],
)  # fmt: skip
def test_is_public(address: str, public: bool) -> None:
    """Private, local, reserved and multicast addresses are told from public ones, also inside IPv6."""
    assert public == is_public(address)


def test_a_silent_server_is_left(server: Server) -> None:
    """A server that says nothing is left after the time that a visit may take."""

    async def silent(_request: web.Request) -> web.StreamResponse:
        await server.closing.wait()
        return web.Response()

    server.routes["/feed"] = silent
    assert "did not answer in time" in failure(get(f"{server.url}/feed", limits=Limits(silence=0.05)))
    assert "did not answer in time" in failure(get(f"{server.url}/feed", limits=Limits(total=0.05)))


def test_an_endless_body_is_left(server: Server) -> None:
    """A body without end is left where it passes the limit."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    server.routes["/feed"] = endless
    assert "larger than 1 MB" in failure(get(f"{server.url}/feed"))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_bodies(server: Server, encoding: str) -> None:
    """Compressed bodies are read; a bomb is left where its content passes the limit."""
    compress = gzip.compress if encoding == "gzip" else zlib.compress
    fetched = get(server.says("/feed", compress(b"<rss/>"), Content_Encoding=encoding))
    assert isinstance(fetched, Body)
    assert b"<rss/>" == fetched.data
    bomb = compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "larger than 1 MB" in failure(get(server.says("/bomb", bomb, Content_Encoding=encoding)))
    assert "can't be read" in failure(get(server.says("/bad", b"not compressed", Content_Encoding=encoding)))


def test_a_body_of_100_mb_is_left(server: Server) -> None:
    """A body that announces 100 MB is left, and leaves the next visits unharmed."""
    assert "larger than 10 MB" in failure(get(server.says("/feed", bytes(100_000_000)), limits=Limits()))


@pytest.mark.parametrize(
    "url",
    [
        "http://nowhere.invalid/feed",
        "ftp://x.example/",
        "http://",
        "http://[",
        "http://x.example:99999/",
        "http://\x00/",
    ],
)
def test_addresses_that_cannot_be_asked(url: str) -> None:
    """An address that can't be asked is a failure, not an exception."""
    assert failure(get(url))


def test_a_refused_connection_is_a_failure() -> None:
    """Where nothing listens there is a failure that says so."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert "can't be read" in failure(get(f"http://127.0.0.1:{unused.getsockname()[1]}/"))


def test_files_are_read_inside_the_hub_only(tmp_path: Path) -> None:
    """A file feed is a file inside the hub's folder, once links are followed; nothing else."""
    hub = tmp_path / "hub"
    (hub / "demo").mkdir(parents=True)
    (hub / "demo" / "feed.xml").write_bytes(b"<rss/>")
    (tmp_path / "secret.xml").write_bytes(b"secret")
    (hub / "inside.xml").symlink_to(hub / "demo" / "feed.xml")
    (hub / "outside.xml").symlink_to(tmp_path / "secret.xml")
    (hub / "circle.xml").symlink_to(hub / "circle.xml")
    (hub / "large.xml").write_bytes(bytes(SMALL.size + 1))
    assert Body(data=b"<rss/>", url="demo/feed.xml") == get("demo/feed.xml", root=hub)
    assert Body(data=b"<rss/>", url="inside.xml") == get("inside.xml", root=hub)
    expected = {
        "../secret.xml": "outside the hub's folder",
        "/etc/passwd": "outside the hub's folder",
        "outside.xml": "outside the hub's folder",
        "circle.xml": "can't be read",
        "missing.xml": "can't be read",
        "nul\0.xml": "can't be read",
        "demo": "not a file",
        "large.xml": "larger than",
    }
    assert expected == {
        path: message for path, message in expected.items() if message in failure(get(path, root=hub))
    }


def test_few_ask_one_host_at_once(server: Server) -> None:
    """At most two requests reach one host at the same time, and those who wait lose none of their time."""
    busy, most = 0, 0

    async def count(_request: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy, most = busy + 1, max(most, busy + 1)
        await asyncio.sleep(0)
        busy -= 1
        return web.Response(body=b"<rss/>")

    async def run() -> list[Answer]:
        async with Fetcher(Path(), AGENT, allow_private=True, limits=SMALL) as fetcher:
            feeds = [Feed(url=f"{server.url}/{number}") for number in range(20)]
            return await asyncio.gather(*(fetcher.fetch(feed, Validators()) for feed in feeds))

    server.routes = {f"/{number}": count for number in range(20)}
    assert [Body] * 20 == [type(one) for one in asyncio.run(run())]
    assert most <= 2
