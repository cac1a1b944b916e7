"""Sources that mean harm, or are broken beyond belief: what their servers answer, and what a report says."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

import backports.zstd
import brotli
from aiohttp import web
from tests.broken import PIECES
from tests.test_pictures import png_bomb, progressive
from tests.vectors import VECTORS

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Maker = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Attack:
    """What a hostile source does.

    ``says`` are words of the problem by which reports must name it. Where they are empty, nothing fails: the
    attack is taken in, and entries of the source are published. ``host`` stands in the address of its feed
    where it isn't that of its server.
    """

    name: str
    answer: Answer
    says: str = ""
    host: str = ""

    def prepare(self) -> None:
        """Make the answer: while one host does it, none of the others could answer."""
        if isinstance(self.answer, Fixed):
            _body = self.answer.body


def rss(*items: str, channel: str = "") -> bytes:
    """Return a feed with some items."""
    names = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f"<title>Radio</title><language>fr</language>{channel}"
    return f'<rss version="2.0" {names}><channel>{head}{"".join(items)}</channel></rss>'.encode()


def item(
    number: object = 1, fields: str = "", text: str = "Un texte.", title: str = "Titre", year: int = 2026
) -> str:
    """Return an item with an address of its own."""
    about = f"<link>https://hostile.example/{number}</link><guid>https://hostile.example/{number}</guid>"
    date = f"<pubDate>14 Mar {year} 10:00:00 +0000</pubDate>"
    return f"<item><title>{title}</title>{about}{date}{fields}<description>{text}</description></item>"


def cdata(text: str) -> str:
    """Return a text as it is, which may hold markup."""
    return f"<![CDATA[{text}]]>"


@dataclass(frozen=True)
class Fixed:
    """Answers always with the same bytes, to the feed's address alone."""

    make: Maker
    headers: Mapping[str, str]

    @cached_property
    def body(self) -> bytes:
        """The bytes, which may take seconds to make."""
        return self.make()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if request.path != "/feed":
            return web.Response(status=404)
        return web.Response(body=self.body, headers={"Content-Type": "application/xml", **self.headers})


class Pictured(Fixed):
    """Answers with entries whose pictures are bytes that harm whoever decodes them."""

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        if request.path != "/feed":
            return web.Response(body=self.body, content_type="image/jpeg")
        field = '<enclosure url="http://{}/{}.jpg" type="image/jpeg" length="9"/>'
        items = (item(n, field.format(request.host, n), title=f"Image {n}") for n in range(10))
        return web.Response(body=rss(*items))


def says(make: Maker, **headers: str) -> Answer:
    """Answer always with the same bytes."""
    return Fixed(make, {name.replace("_", "-"): value for name, value in headers.items()})


def raw(make: Maker) -> Answer:
    """Answer with bytes that needn't be HTTP, and hang up."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport
        request.transport.write(make())
        request.transport.close()
        return web.Response()

    return answer


def status(code: int, **headers: str) -> Answer:
    """Answer with a status alone."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=code, headers=named)

    return answer


def endless(piece: bytes, pause: float) -> Answer:
    """Answer with a body that never ends."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(piece)
                await asyncio.sleep(pause)
        return response

    return answer


async def silence(_request: web.BaseRequest) -> web.StreamResponse:
    """Take the request, and say nothing for a long time."""
    await asyncio.sleep(60)
    return web.Response()


def flapping() -> Answer:
    """Answer and fail in turns, at random."""
    draw = random.Random(26113)

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        code = draw.choice([200, 200, 200, 403, 500, 503])
        return web.Response(status=code, body=rss(item()) if code == 200 else b"")

    return answer


def past(channel: str, name: str) -> Answer:
    """Answer with older pages without end, each with entries that no other page has."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        page = int(request.query.get(name, "1"))
        items = (item(f"{page}-{number}", title=f"Titre {page}-{number}") for number in range(3))
        after = f"http://{request.host}/feed?{name}={page + 1}"
        return web.Response(body=rss(*items, channel=channel.format(after)))

    return answer


def restless() -> Answer:
    """Answer with other texts and other names for the same entries each time."""
    visits = iter(range(1_000_000))

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        visit = next(visits)
        items = (item(number, text=f"Version {visit}", title=f"Titre {number}") for number in range(20))
        return web.Response(body=rss(*items))

    return answer


def _broken() -> bytes:
    draw = random.Random(26113)
    texts = ("".join(draw.choices(PIECES, k=400)) for _ in range(30))
    return rss(*(item(n, text=cdata(text), title=f"Cassé {n}") for n, text in enumerate(texts)))


def _vectors() -> bytes:
    items = (
        item(
            number,
            f"<author>{escape(vector)}</author><category>{escape(vector)}</category>".replace("\0", ""),
            cdata(vector.replace("]]>", "").replace("\0", "")),
            escape(vector).replace("\0", ""),
        )
        for number, vector in enumerate(VECTORS)
    )
    return rss(*items)


def _laughs() -> bytes:
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return b'<!DOCTYPE rss [<!ENTITY l0 "ha">' + names.encode() + b"]>" + rss(item(text="&l11;"))


def _deep_json() -> bytes:
    return b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 500_000


def _zeros() -> bytes:
    return bytes(200_000_000)


def _page() -> bytes:
    return b"<!doctype html><title>Oups</title><p>Erreur"


def _many_names() -> bytes:
    tags = "".join(f"<category>étiquette {number}</category>" for number in range(20_000))
    return rss(item(fields=tags))


def _flood() -> bytes:
    return rss(*(item(number, title=f"Flot {number}", year=2026 - number % 10) for number in range(10_000)))


def _json_of_everything() -> bytes:
    odd = [None, True, -1, 1e308, "", "\x00", {}, [], [[]], {"url": 3}]
    keys = ("id", "url", "title", "content_html", "date_published", "image", "authors", "tags", "attachments")
    items = [dict.fromkeys(keys, value) for value in odd] + odd
    good = {"id": "1", "title": "Un titre", "content_text": "Un texte", "url": "https://hostile.example/1"}
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": [], "items": [*items, good]}
    ).encode()


def _of_dots() -> bytes:
    names = "".join(f"<author>{name}</author><category>{name}</category>" for name in (".", ".."))
    return rss(item(fields=names))


def _headers(*lines: bytes, first: bytes = b"HTTP/1.1 200 OK", body: bytes = b"") -> bytes:
    return b"\r\n".join([first, *lines, b"Content-Length: %d" % len(body), b"", body])


_LATIN_1 = (
    _headers(b'ETag: "\xe9t\xe9"', b"Last-Modified: d\xe9cembre", body=rss(item())),
    _headers(first=b"HTTP/1.1 503 Indisponible, d\xe9sol\xe9"),
    _headers(b"Location: /\xe9t\xe9", first=b"HTTP/1.1 301 D\xe9plac\xe9"),
)
_LARGE, _PRIVATE = "larger than 10 MB", "this address is a private one"
_CUT, _ODD = "stopped before its end", "isn’t one of the web"
# What is said, and what a report says of it.
_RAW = {
    "an answer that ends early": (_CUT, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n<rss/>"),
    "a negative length": (_ODD, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss/>"),
    "a chunk of all lengths": (
        _CUT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx",
    ),
    "no HTTP at all": (_ODD, b"SSH-2.0-OpenSSH_9.2\r\n"),
}

ATTACKS: tuple[Attack, ...] = (
    # Work without end for whoever reads.
    Attack("an author of 50 kB", says(lambda: rss(item(fields=f"<author>{'a@b.' * 12_500}</author>")))),
    Attack("document types in a text", says(lambda: rss(item(text=cdata("<!DOCTYPE " * 100_000))))),
    Attack("300,000 categories", says(lambda: rss(item(fields="<category>a</category>" * 300_000)))),
    Attack("a title of no-break spaces", says(lambda: rss(item(title="\u00a0" * 50_000)))),
    Attack("a title of www.", says(lambda: rss(item(title="www. " * 10_000)))),
    Attack("a title of addresses", says(lambda: rss(item(title="a@b " * 10_000)))),
    Attack("a title of http://", says(lambda: rss(item(title="http://" * 10_000)))),
    Attack("attributes of style", says(lambda: rss(item(text=cdata(f"<img{' style=' * 10_000}>"))))),
    Attack("rows of details", says(lambda: rss(item(text=cdata("<details>" * 20_000))))),
    Attack("lists in lists", says(lambda: rss(item(text=cdata("<ul>x" * 20_000))))),
    Attack("terms in terms", says(lambda: rss(item(text=cdata("<dl><dt>" * 20_000))))),
    Attack("scripts in all fields", says(_vectors)),
    Attack("broken markup", says(_broken)),
    Attack("elements nested deep", says(lambda: rss(item(text="<b>" * 100_000)))),
    Attack("a bomb of XML", says(_laughs), "declares XML entities"),
    Attack("JSON nested deep", says(_deep_json), "nested too deep"),
    Attack("JSON of everything", says(_json_of_everything)),
    # More than a hub should keep.
    Attack("20,000 tags of one entry", says(_many_names)),
    Attack("ten thousand entries", says(_flood), "are taken now"),
    Attack("entries that always change", restless()),
    Attack("older pages without end", past('<atom:link rel="next" href="{}"/>', "page")),
    Attack("numbered pages without end", past("<generator>https://wordpress.org/?v=6</generator>", "paged")),
    Attack("pictures of 100,000 scans", Pictured(lambda: progressive(100_000), {})),
    Attack("pictures that unpack to 10 GB", Pictured(lambda: png_bomb(60_000, 60_000), {})),
    # Names that mislead.
    Attack("names of dots", says(_of_dots)),
    Attack("a host with signs", status(404), "neither a web address", host="a;b$c*.example"),
    # Servers.
    *(Attack(name, raw(lambda data=data: data), words) for name, (words, data) in _RAW.items()),
    Attack("tags and dates in Latin-1", raw(lambda: _LATIN_1[0])),
    Attack("a reason in Latin-1", raw(lambda: _LATIN_1[1]), "the server answered 503"),
    Attack("a redirect in Latin-1", raw(lambda: _LATIN_1[2]), "from one address to another"),
    Attack("an answer without end", endless(b" " * 1_000_000, 0), _LARGE),
    Attack("an answer byte by byte", endless(b" ", 0.2), "did not answer in time"),
    Attack("silence", silence, "did not answer in time"),
    Attack(
        "a bomb of gzip",
        says(lambda: gzip.compress(_zeros()), Content_Encoding="gzip"),
        "larger than 10 MB",
    ),
    Attack(
        "a bomb of brotli",
        says(lambda: brotli.compress(_zeros(), quality=5), Content_Encoding="br"),
        "larger than 10 MB",
    ),
    Attack(
        "a bomb of zstd",
        says(lambda: backports.zstd.compress(_zeros()), Content_Encoding="zstd"),
        "larger than 10 MB",
    ),
    Attack(
        "a redirect to this machine",
        status(302, Location="http://127.0.0.1:{port}/secret"),
        "this address is a private one",
    ),
    Attack(
        "a redirect to a cloud's data",
        status(301, Location="http://169.254.169.254/"),
        "this address is a private one",
    ),
    Attack("a redirect to itself", status(302, Location="/feed"), "from one address to another"),
    Attack("failures in turns", flapping(), "the server answered"),
    Attack(
        "a page instead of a feed",
        says(_page),
        "this is a web page",
    ),
)
