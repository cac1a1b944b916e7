"""Bodies as servers send them: not compressed as they say, and longer or shorter than they say."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Callable

import backports.zstd
import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.archive.feed_memory import Validators
from kiosque.harvest.net.bodies import CompressionError, TooLargeError, content, has_whole_entries, is_whole
from kiosque.harvest.net.limits import Limits
from kiosque.harvest.net.responses import Body

from .raw_server import FEED, http, raw_server
from .test_fetch import failure, get

JSON_FEED = (
    b"\xef\xbb\xbf\n"
    + json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": n} for n in range(9)]}
    ).encode()
)
QUICK = Limits(connect=5, silence=0.3, total=10, pause=0)


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


def twice(data: bytes) -> bytes:
    return gzip.compress(gzip.compress(data))


def in_members(data: bytes) -> bytes:
    return gzip.compress(data[:100]) + gzip.compress(data[100:])


def with_wrong_checksum(data: bytes) -> bytes:
    return gzip.compress(data)[:-8] + bytes(8)


def plain(data: bytes) -> bytes:
    return data


@pytest.mark.parametrize(
    ("compress", "named"),
    [
        (gzip.compress, ""), (gzip.compress, "gzip"), (gzip.compress, "x-gzip"), (gzip.compress, "GZip"),
        (gzip.compress, "br"), (gzip.compress, "deflate"), (gzip.compress, "identity"),
        (twice, ""), (twice, "gzip"), (twice, "gzip, gzip"), (in_members, "gzip"),
        (with_wrong_checksum, "gzip"), (lambda data: gzip.compress(data) + b"<!-- cache -->", "gzip"),
        (zlib.compress, "deflate"), (zlib.compress, ""), (raw_deflate, "deflate"), (raw_deflate, ""),
        (brotli.compress, "br"), (brotli.compress, ""),
        (lambda data: gzip.compress(brotli.compress(data)), "br, gzip"),
        (backports.zstd.compress, "zstd"), (backports.zstd.compress, ""),
        (plain, "gzip"), (plain, "br"), (plain, "deflate"), (plain, "zstd"), (plain, "none"),
        (plain, "gzip, br"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("feed", [FEED, FEED.decode().encode("utf-16"), JSON_FEED])
def test_a_feed_is_decompressed_by_what_it_is(
    compress: Callable[[bytes], bytes], named: str, feed: bytes
) -> None:
    """The first bytes decide. What the server says is needed only for what has no mark of its own."""
    assert (feed, compress is with_wrong_checksum) == content(compress(feed), named, "text/xml", 100_000)


@pytest.mark.parametrize("compress", [gzip.compress, twice, zlib.compress, brotli.compress, raw_deflate])
def test_a_bomb_is_left_whatever_it_says(compress: Callable[[bytes], bytes]) -> None:
    """The limit counts what comes out of each compression."""
    bomb = compress(b"<rss>" + bytes(3_000_000))
    with pytest.raises(TooLargeError):
        content(bomb, "br" if compress is brotli.compress else "deflate", "", 1_000_000)


def test_a_text_is_no_compression() -> None:
    """Bytes that only look like the start of zlib stay as they are; a named compression must be one."""
    assert (b"x\x9c is text", False) == content(b"x\x9c is text", "", "text/plain", 1000)
    assert (b"WEBVTT", False) == content(b"WEBVTT", "", "text/vtt", 1000)
    with pytest.raises(CompressionError):
        content(b"not compressed", "gzip", "text/xml", 1000)


def test_a_picture_stays_a_picture() -> None:
    """The bytes of a medium are never guessed to be a compression."""
    picture = brotli.compress(b"<svg></svg>")
    assert (picture, False) == content(picture, "", "image/jpeg", 1000)


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br", "nonsense,,"]),
    st.sampled_from([plain, gzip.compress, zlib.compress, brotli.compress, backports.zstd.compress]),
    st.integers(0, 60),
)
def test_any_bytes_have_content_within_the_limit(
    data: bytes, named: str, compress: Callable[[bytes], bytes], cut: int
) -> None:
    """Whatever is sent, the result is within its limit, or one of two errors says why there is none."""
    sent = compress(data)
    try:
        assert len(content(sent[: len(sent) - cut], named, "", 150).data) <= 200
    except (TooLargeError, CompressionError):
        return


@pytest.mark.parametrize("pause", [False, True], ids=["at once", "in parts"])
@pytest.mark.parametrize(
    ("named", "kept"),
    [(0, 0), (4, 0), (20, 0), (100_000, 0), (-1, 0), (-4, 0), (-20, 0), (-200, 0)],
)
def test_a_wrong_length_costs_nothing(named: int, kept: int, *, pause: bool) -> None:
    """A feed whose closing tag came is whole, however many bytes its server announced."""

    def answer(connection: socket.socket, _request: bytes) -> bytes:
        whole = http(length=len(FEED) + named)
        if not pause:
            return whole
        head, _end, body = whole.partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        return body

    with raw_server(answer) as server:
        fetched = get(f"{server.url}/feed", limits=QUICK)
    assert isinstance(fetched, Body)
    assert FEED[:-1] == fetched.data[: len(FEED) - 1]


@pytest.mark.parametrize("compress", [plain, gzip.compress, zlib.compress])
def test_the_last_chunk_may_be_missing(compress: Callable[[bytes], bytes]) -> None:
    """A chunked answer that ends with the feed's closing tag is whole without its last chunk."""
    body = compress(FEED)
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n" % (20, body[:20], len(body) - 20, body[20:])
    named = () if compress is plain else ("Content-Encoding: gzip",)
    for end in (b"", b"0", b"0\r\n", b"5\r\n"):
        with raw_server(
            lambda _c, _r, end=end: http(chunks + end, "Transfer-Encoding: chunked", *named)
        ) as server:
            fetched = get(f"{server.url}/feed", limits=QUICK)
        assert isinstance(fetched, Body), (end, fetched)
        assert FEED == fetched.data


def test_a_server_that_neither_ends_nor_closes_is_left_after_its_silence() -> None:
    """A whole feed is read even where the server promises more and then says nothing."""

    def answer(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(http(length=len(FEED) + 7))
        connection.recv(1)

    with raw_server(answer) as server:
        fetched = get(f"{server.url}/feed", limits=QUICK)
    assert isinstance(fetched, Body)
    assert FEED == fetched.data


@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden"])
def test_an_empty_answer_on_an_open_connection_is_not_waited_for(status: str) -> None:
    """A body of no bytes is all there, though its server keeps the connection."""

    def answer(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(http(b"", status=status, length=0))
        connection.recv(1)

    with raw_server(answer) as server:
        fetched = get(f"{server.url}/feed", limits=Limits(silence=60, total=15, pause=0))
    assert "in time" not in getattr(fetched, "message", "")


@pytest.mark.parametrize("missing", range(1, 19))
def test_an_answer_cut_after_its_entries_is_read_again_next_time(missing: int) -> None:
    """Where only the feed's closing tags are missing no entry is lost, and the next visit reads it anew."""
    with raw_server(lambda _c, _r: http(FEED[:-missing], 'ETag: "1"', length=len(FEED))) as server:
        fetched = get(f"{server.url}/feed", limits=QUICK)
    assert isinstance(fetched, Body)
    validators = Validators(etag='"1"') if is_whole(FEED[:-missing]) else Validators()
    assert (FEED[:-missing], validators) == (fetched.data, fetched.validators)


@pytest.mark.parametrize("kept", [10, 150, 200, 240])
def test_an_answer_cut_within_its_entries_is_a_failure(kept: int) -> None:
    """The whole is asked for again, and the message says that the answer stopped."""
    with raw_server(lambda _c, _r: http(FEED[:kept], length=len(FEED))) as server:
        assert "stopped before its end" in failure(get(f"{server.url}/feed", limits=QUICK))


@pytest.mark.parametrize(
    ("end", "whole", "entries"),
    [
        (b"</item></channel></rss>", True, False),
        (b"</entry>\r\n</feed>\r\n\r\n", True, False),
        (b"</item></rdf:RDF>", True, False),
        (b"</atom:entry></atom:feed >", True, False),
        (b"</item></channel></rss>\n<!-- page made in 0.3 s -->\n", True, False),
        (b"</item></channel></rss>".decode().encode("utf-16-le"), True, False),
        (b"</item></channel></rs", False, True),
        (b"</item></channel><", False, True),
        (b"</item>\n </chan", False, True),
        (b"</item>", False, True),
        (b"</item><item><title>La", False, False),
        (b"</it", False, False),
        (b"</title>", False, False),
        (b"<rss/>", False, False),
        (b"", False, False),
    ],
)
def test_the_end_of_a_feed(end: bytes, whole: bool, entries: bool) -> None:
    """A feed is whole at its closing tag, its entries where only closing tags of the feed follow."""
    assert (whole, entries or whole) == (is_whole(end), has_whole_entries(end) or whole)


@pytest.mark.parametrize(
    ("text", "whole"), [(b' {"items": []}\n', True), (b'{"items": [', False), (b"{}}", False)]
)
def test_the_end_of_a_json_feed(text: bytes, whole: bool) -> None:
    """A JSON Feed is whole if it is JSON."""
    assert whole == is_whole(text)
