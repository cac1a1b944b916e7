"""What servers answer, and what becomes of it: each case is a real server on loopback."""

import asyncio
import gzip
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosque import i18n
from kiosque.harvest.fetch import (
    Body,
    Failure,
    Fetched,
    Fetcher,
    Limits,
    NotModified,
    Validators,
    is_public,
)
from kiosque.model import Feed

ZEROS = bytes(2_000_000)
PRIVATE = (
    "this address is a private one: only public addresses are asked (--allow-private lets others through)"
)
LATE = "the server did not answer in time; the next round asks again"
LOST = "the server sends from one address to another without end: write the feed's own address"
GONE = "the server says that this feed is gone for good: remove it, or find its new address"


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Return an HTTP answer; an underscore in a header's name stands for a hyphen."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if "Content_Length" not in headers:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


ANSWERS = {
    "/200": answer("200 OK", b"<rss/>", ETag='W/"a b"', Last_Modified="hier", Content_Type="text/xml"),
    "/226": answer("226 IM Used", b"<rss/>"),
    "/304": answer("304 Not Modified", ETag='"other"'),
    "/301": answer("301 Moved Permanently", Location="/200"),
    "/302": answer("302 Found", Location="/200"),
    "/303": answer("303 See Other", Location="200"),
    "/307": answer("307 Temporary Redirect", Location="/301"),
    "/308": answer("308 Permanent Redirect", Location="/200"),
    "/loop": answer("302 Found", Location="/loop"),
    "/ping": answer("302 Found", Location="/pong"),
    "/pong": answer("302 Found", Location="/ping"),
    **{f"/hop{n}": answer("302 Found", Location=f"/hop{n - 1}") for n in range(1, 7)},
    "/hop0": answer("200 OK", b"<rss/>"),
    "/to-file": answer("302 Found", Location="file:///etc/passwd"),
    "/to-ftp": answer("302 Found", Location="ftp://radio.example/feed"),
    "/to-nowhere": answer("302 Found"),
    "/404": answer("404 Not Found", b"<html>"),
    "/410": answer("410 Gone"),
    "/429": answer("429 Too Many Requests"),
    "/500": answer("500 Internal Server Error", b"oops"),
    "/empty": answer("200 OK"),
    "/gzip": answer("200 OK", gzip.compress(b"<rss/>"), Content_Encoding="gzip"),
    "/lying-gzip": answer("200 OK", b"<rss/>", Content_Encoding="gzip"),
    "/bomb": answer("200 OK", gzip.compress(ZEROS), Content_Encoding="gzip"),
    "/truncated": answer("200 OK", b"<rss", Content_Length="600"),
    "/large": answer("200 OK", ZEROS),
    "/garbage": b"\x00\x01\x02 garbage\r\n\r\n",
    "/bad-header": b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n<rss/>",
    "/long-header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n<rss/>",
    "/hang-up": b"",
}


@dataclass
class Server:
    """A server that says byte for byte what it was told to; ``requests`` are the headers that it got."""

    port: int = 0
    requests: list[dict[str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            path = first.split()[1]
            self.requests.append({"path": path} | dict(line.split(": ", 1) for line in lines))
            await self.say(path, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def say(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ANSWERS.get(path, b"HTTP/1.1 200 OK\r\n\r\n<rss>"))
        await writer.drain()
        while path == "/endless":
            writer.write(b"<item/>" * 1000)
            await writer.drain()
        if path in {"/silent", "/half-silent"}:
            # Nothing more until the client gives up.
            await reader.read()


ANSWERS["/silent"] = b""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    loop, server = asyncio.new_event_loop(), Server()
    listening = loop.run_until_complete(asyncio.start_server(server.serve, "127.0.0.1", 0))
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server
    asyncio.run_coroutine_threadsafe(end(listening), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def end(listening: asyncio.Server) -> None:
    """Close a server, and whatever it still does."""
    listening.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.fixture
def ask(server: Server, tmp_path: Path) -> Callable[..., Fetched]:
    def ask(path: str, validators: Validators = Validators(), limits: Limits = Limits()) -> Fetched:
        server.requests.clear()
        return fetch(f"http://127.0.0.1:{server.port}{path}", tmp_path, validators, limits, allow=True)

    return ask


def fetch(
    url: str,
    root: Path,
    validators: Validators = Validators(),
    limits: Limits = Limits(),
    *,
    allow: bool = False,
) -> Fetched:
    async def run() -> Fetched:
        async with Fetcher(root, "Kiosque/test", allow, limits) as fetcher:
            return await fetcher.fetch(Feed(url=url), validators)

    return asyncio.run(run())


def test_a_body_comes_with_all_that_its_server_said(ask: Callable[..., Fetched], server: Server) -> None:
    """An answer gives its bytes, its last address, its type, and its validators exactly as received."""
    expected = Body(
        data=b"<rss/>",
        url=f"http://127.0.0.1:{server.port}/200",
        content_type="text/xml",
        validators=Validators(etag='W/"a b"', last_modified="hier"),
    )
    assert expected == ask("/200")


def test_validators_are_sent_back_exactly_as_received(ask: Callable[..., Fetched], server: Server) -> None:
    """A conditional request repeats the server's own words, and 304 means that nothing changed."""
    assert NotModified() == ask("/304", Validators(etag='W/"a b"', last_modified="hier"))
    sent = {name: server.requests[0].get(name) for name in ("If-None-Match", "If-Modified-Since", "A-IM")}
    assert {"If-None-Match": 'W/"a b"', "If-Modified-Since": "hier", "A-IM": "feed"} == sent


def test_a_first_visit_is_not_conditional(ask: Callable[..., Fetched], server: Server) -> None:
    """Without validators no condition is sent; the client says who it is and keeps no cookie."""
    ask("/200")
    sent = server.requests[0]
    assert {"path", "Host", "User-Agent", "Accept", "Accept-Encoding", "A-IM"} == set(sent) - {"Connection"}
    assert "Kiosque/test" == sent["User-Agent"]


@pytest.mark.parametrize("path", ["/301", "/302", "/303", "/307", "/308"])
def test_redirects_are_followed(path: str, ask: Callable[..., Fetched], server: Server) -> None:
    """A redirect of any kind leads to the feed, with the conditions sent again."""
    found = ask(path, Validators(etag='"a"'))
    assert (f"http://127.0.0.1:{server.port}/200", b"<rss/>") == (found.url, found.data)
    assert {'"a"'} == {request["If-None-Match"] for request in server.requests}


def test_five_redirects_are_followed(ask: Callable[..., Fetched]) -> None:
    """The fifth redirect still leads to the feed."""
    assert b"<rss/>" == ask("/hop5").data


@pytest.mark.parametrize(
    ("path", "data"),
    [("/226", b"<rss/>"), ("/empty", b""), ("/gzip", b"<rss/>")],
)
def test_bodies_are_read(path: str, data: bytes, ask: Callable[..., Fetched]) -> None:
    """Partial answers, empty ones and compressed ones give their bytes."""
    assert data == ask(path).data


SMALL = Limits(size=1_000_000)
SHORT = Limits(silence=0.05, total=5)


@pytest.mark.parametrize(
    ("path", "limits", "failure"),
    [
        ("/loop", Limits(), Failure(message=LOST)),
        ("/ping", Limits(), Failure(message=LOST)),
        ("/hop6", Limits(), Failure(message=LOST)),
        ("/to-file", Limits(), "the server sends elsewhere, to an address that can't be followed"),
        ("/to-ftp", Limits(), "the server sends elsewhere, to an address that can't be followed"),
        ("/to-nowhere", Limits(), "the server answered 302 Found; the next round asks again"),
        ("/404", Limits(), "the server answered 404 Not Found; the next round asks again"),
        ("/410", Limits(), Failure(message=GONE, gone=True)),
        ("/429", Limits(), "the server answered 429 Too Many Requests; the next round asks again"),
        ("/500", Limits(), "the server answered 500 Internal Server Error; the next round asks again"),
        ("/large", SMALL, "this feed is larger than 1 MB: ask its author for a shorter one"),
        ("/endless", SMALL, "this feed is larger than 1 MB: ask its author for a shorter one"),
        ("/bomb", SMALL, "this feed is larger than 1 MB: ask its author for a shorter one"),
        ("/silent", SHORT, Failure(message=LATE)),
        ("/half-silent", SHORT, Failure(message=LATE)),
        ("/silent", Limits(total=0.05), Failure(message=LATE)),
    ],
)
def test_what_cannot_be_had_says_why(
    path: str, limits: Limits, failure: Failure | str, ask: Callable[..., Fetched]
) -> None:
    """An answer that isn't a feed is a failure in plain words, within the limits of a visit."""
    expected = Failure(message=failure) if isinstance(failure, str) else failure
    assert expected == ask(path, limits=limits)


@pytest.mark.parametrize(
    "path", ["/garbage", "/bad-header", "/long-header", "/hang-up", "/truncated", "/lying-gzip"]
)
def test_broken_answers_are_failures(path: str, ask: Callable[..., Fetched]) -> None:
    """What isn't HTTP, or ends before its end, is one failure on one line that says so."""
    found = ask(path)
    assert isinstance(found, Failure)
    assert ("the server can't be read (", False) == (found.message[:26], found.gone)
    assert [found.message] == found.message.splitlines()


def test_a_closed_port_is_a_failure(tmp_path: Path) -> None:
    """Where nobody listens, the failure names what was tried."""
    found = fetch("http://127.0.0.1:1/feed", tmp_path, allow=True)
    assert isinstance(found, Failure)
    assert "the server can't be read (Cannot connect to host 127.0.0.1:1" == found.message[:60]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "0x7f000001",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[::ffff:127.0.0.1]",
        "[fe80::1]",
    ],
)
def test_private_addresses_are_not_asked(host: str, server: Server, tmp_path: Path) -> None:
    """However a private address is written, no connection to it is opened."""
    server.requests.clear()
    assert Failure(message=PRIVATE) == fetch(f"http://{host}:{server.port}/200", tmp_path)
    assert [] == server.requests


@pytest.mark.parametrize("host", ["2130706433", "127.1"])
def test_addresses_in_short_are_not_asked(host: str, server: Server, tmp_path: Path) -> None:
    """An address written as one number, or in short, is refused before any connection."""
    server.requests.clear()
    assert isinstance(fetch(f"http://{host}:{server.port}/200", tmp_path), Failure)
    assert [] == server.requests


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("fc00::1", False),
        ("fe80::1%eth0", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
    ],
)
def test_public_addresses_are_told_from_private_ones(address: str, public: bool) -> None:
    """Only addresses of the public Internet are public, IPv4 inside IPv6 taken for what it is."""
    assert public == is_public(address)


NOT_A_FILE = "this file can't be read (No such file or directory): mend its name"
OUTSIDE = "this file lies outside the hub's folder: only files of the hub can be feeds"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("feeds/radio.xml", Body(data=b"<rss/>", url="feeds/radio.xml")),
        ("inner.xml", Body(data=b"<rss/>", url="inner.xml")),
        ("../secret.xml", Failure(message=OUTSIDE)),
        ("feeds/../../secret.xml", Failure(message=OUTSIDE)),
        ("link.xml", Failure(message=OUTSIDE)),
        ("none.xml", Failure(message=NOT_A_FILE)),
        ("feeds", Failure(message="this is not a file: a feed is an address, or a file of the hub")),
        ("a\0b", Failure(message="this file can't be read (embedded null byte): mend its name")),
    ],
)
def test_file_feeds_stay_inside_the_hub(path: str, expected: Fetched, tmp_path: Path) -> None:
    """A feed may be a file of the hub, and no other file."""
    hub = tmp_path / "hub"
    (hub / "feeds").mkdir(parents=True)
    (hub / "feeds" / "radio.xml").write_bytes(b"<rss/>")
    (hub / "inner.xml").symlink_to("feeds/radio.xml")
    (tmp_path / "secret.xml").write_bytes(b"secret")
    (hub / "link.xml").symlink_to(tmp_path / "secret.xml")
    assert expected == fetch(path, hub)


def test_a_file_feed_may_be_too_large(tmp_path: Path) -> None:
    """The limit of size holds for files too."""
    (tmp_path / "large.xml").write_bytes(ZEROS)
    expected = Failure(message="this feed is larger than 1 MB: ask its author for a shorter one")
    assert expected == fetch("large.xml", tmp_path, limits=SMALL)
