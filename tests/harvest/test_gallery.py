"""Pictures that feeds name: fetched once and politely, kept small and without secrets, forgotten when nobody
shows them.
"""

from __future__ import annotations

import asyncio
import io
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from PIL import Image
from test_pictures import png_bomb

from kiosque import pictures
from kiosque.cache_files import load_cache
from kiosque.harvest.net.fetch import Fetcher, Limits
from kiosque.harvest.remote import pictures as gallery
from kiosque.harvest.remote.downloads import DownloadCounts, FailedDownload
from kiosque.harvest.remote.pictures import download, prune
from kiosque.model import OutputError
from kiosque.pictures import decoder

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)


@pytest.fixture(scope="module", autouse=True)
def _one_decoder() -> Iterator[None]:
    """Let the process that decodes pictures last until it is brought down: to start it takes longer than any
    test.
    """
    begun: list[_Lasting] = []

    def begin(*given: Any) -> _Lasting:
        if not begun or begun[-1].is_broken():
            begun.append(_Lasting(*given))
        return begun[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoder, "ProcessPoolExecutor", begin)
        yield
    for pool in begun:
        ProcessPoolExecutor.shutdown(pool)


class _Lasting(ProcessPoolExecutor):
    def shutdown(self, *_given: Any, **_named: Any) -> None:
        """Stay: another test needs it."""

    def is_broken(self) -> bool:
        try:
            self.submit(int).result()
        except BrokenProcessPool:
            return True
        return False


def picture(kind: str = "PNG", width: int = 600, height: int = 300, **options: object) -> bytes:
    """Return a picture in a format, without much in it."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, kind, **options)
    return data.getvalue()


def filled(
    root: Path,
    wanted: list[str],
    now: datetime = NOW,
    most: int = 200,
    limits: Limits = Limits(),
    *,
    allow_private: bool = True,
) -> DownloadCounts:
    """Fill a hub's cache of pictures once."""

    async def run() -> DownloadCounts:
        async with Fetcher(root, "Kiosque", allow_private, limits) as fetcher:
            return await download(root, fetcher, wanted, now, most)

    return asyncio.run(run())


def sizes(root: Path, url: str) -> list[tuple[int, int]]:
    """Return the sizes in which the picture of an address is kept."""
    found = pictures.remote_pictures(root).get(pictures.remote_key(url), ())
    return [(one.width, one.height) for one in found]


def remembered(root: Path) -> dict[str, tuple[int, timedelta | None]]:
    """Return the pictures that couldn't be had: how often, and when from ``NOW`` they are asked again."""
    failures = load_cache(root / ".cache/pictures/failures.msgpack", dict[str, FailedDownload]) or {}
    return {url: (one.failures, one.next - NOW if one.next else None) for url, one in failures.items()}


def asked(server: Server) -> list[str]:
    return [request.path for request in server.requests]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "AVIF", "WEBP"])
def test_a_picture_is_kept_in_a_few_widths_without_what_it_tells(
    kind: str, server: Server, tmp_path: Path
) -> None:
    """Every format of browsers becomes WebP, turned as it is meant to be seen, without place, camera or
    profile.
    """
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    options = {} if kind == "GIF" else {"exif": exif}
    url = server.says("/a", picture(kind, 1000, 1200, **options))
    assert DownloadCounts(asked=1, kept=1) == filled(tmp_path, [url])
    upright = (1000, 1200) if kind in {"GIF"} else (1200, 1000)
    assert [
        (480, round(480 * upright[1] / upright[0])),
        (960, round(960 * upright[1] / upright[0])),
    ] == sizes(tmp_path, url)
    for file in pictures.remote_folder(tmp_path).iterdir():
        with Image.open(file) as made:
            info = {name for name in made.info if name not in {"loop", "background", "timestamp", "duration"}}
            assert ("WEBP", {}, set()) == (made.format, dict(made.getexif()), info)
        assert b"SECRET" not in file.read_bytes()


def test_a_picture_is_never_made_larger(server: Server, tmp_path: Path) -> None:
    """A picture comes in the widths that it has pixels for."""
    urls = [server.says(f"/{width}", picture(width=width)) for width in (64, 480, 700)]
    filled(tmp_path, urls)
    assert [[(64, 300)], [(480, 300)], [(480, 206), (700, 300)]] == [sizes(tmp_path, url) for url in urls]


def test_a_moving_picture_stands_still(server: Server, tmp_path: Path) -> None:
    """Only the first frame of an animation is kept."""
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    filled(tmp_path, [server.says("/a.gif", data.getvalue())])
    (file,) = pictures.remote_folder(tmp_path).iterdir()
    with Image.open(file) as made:
        red, _green, blue = made.convert("RGB").getpixel((50, 50))
        assert (1, True) == (made.n_frames, red > 200 > 50 > blue)


def test_what_is_there_is_never_asked_again(server: Server, tmp_path: Path) -> None:
    """A second round fetches nothing, and touches nothing."""
    wanted = [server.says("/a", picture()), server.says("/b", picture())]
    filled(tmp_path, wanted)
    before = {path: path.stat().st_mtime_ns for path in pictures.remote_folder(tmp_path).iterdir()}
    assert DownloadCounts() == filled(tmp_path, wanted, NOW + WEEK)
    assert ["/a", "/b"] == sorted(asked(server))
    assert before == {path: path.stat().st_mtime_ns for path in pictures.remote_folder(tmp_path).iterdir()}


def test_half_a_picture_is_fetched_again(server: Server, tmp_path: Path) -> None:
    """Where a width was lost, all are made again."""
    url = server.says("/a", picture())
    filled(tmp_path, [url])
    min(pictures.remote_folder(tmp_path).iterdir(), key=lambda path: len(path.name)).unlink()
    assert [] == sizes(tmp_path, url)
    assert DownloadCounts(asked=1, kept=1) == filled(tmp_path, [url])
    assert [(480, 240), (600, 300)] == sizes(tmp_path, url)


NOISE = random.Random(1).randbytes(60_000)


@pytest.mark.parametrize(
    ("body", "kept_from"),
    [
        (b"", WEEK),
        (b"<html><body>Not found, but politely</body></html>", WEEK),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", WEEK),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", WEEK),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", WEEK),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + NOISE, WEEK),
        (png_bomb(6000, 6000), WEEK),
        (png_bomb(60_000, 60_000), WEEK),
        (picture("JPEG", 2000, 2000)[:2000], WEEK),
        (picture(width=100, height=16_384), WEEK),
        (picture(width=1, height=1), None),
        (picture(width=63, height=200), None),
    ],
    ids="empty html svg postscript webp noise bomb huge cut high pixel tiny".split(),
)
def test_what_is_no_picture_to_show_is_remembered(
    body: bytes, kept_from: timedelta | None, server: Server, tmp_path: Path
) -> None:
    """What isn't a picture is asked again after a week; what is too small never is; nothing of either is
    kept.
    """
    url = server.says("/a", body, content_type="image/png")
    assert DownloadCounts(asked=1, missed=1) == filled(tmp_path, [url])
    assert DownloadCounts() == filled(tmp_path, [url], NOW + WEEK - HOUR)
    assert {url: (1, kept_from)} == remembered(tmp_path)
    assert pictures.remote_pictures(tmp_path) == {}
    assert ["/a"] == asked(server)


def test_a_picture_that_its_host_refuses_to_end_is_cut(server: Server, tmp_path: Path) -> None:
    """A body without end costs no more than the limit."""

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not server.closing.is_set():
            await answer.write(bytes(1_000_000))
        return answer

    server.routes["/a"] = endless
    assert DownloadCounts(asked=1, missed=1) == filled(tmp_path, [f"{server.url}/a"])


@pytest.mark.parametrize("status", [404, 410])
def test_a_picture_that_is_gone_is_left_alone_for_a_week(status: int, server: Server, tmp_path: Path) -> None:
    """An address that leads nowhere is asked once a week, and its host's other pictures are fetched."""
    gone, there = server.says("/gone", status=status), server.says("/there", picture())
    assert DownloadCounts(asked=2, kept=1, missed=1) == filled(tmp_path, [gone, there])
    assert {gone: (1, WEEK)} == remembered(tmp_path)


def test_failures_make_pauses_grow_up_to_a_week(server: Server, tmp_path: Path) -> None:
    """A server in trouble is asked after one hour, two, four and so on; once a picture is had, that is
    forgotten.
    """
    url = server.says("/a", status=500)
    pauses, now = [], NOW
    for _round in range(10):
        filled(tmp_path, [url], now)
        (again,) = [later for _failures, later in remembered(tmp_path).values() if later]
        pauses.append((NOW + again - now) / HOUR)
        now = NOW + again
    assert [1, 2, 4, 8, 16, 32, 64, 128, 168, 168] == pauses
    server.says("/a", picture())
    filled(tmp_path, [url], now)
    assert {} == remembered(tmp_path)


def test_a_server_says_how_long_to_wait(server: Server, tmp_path: Path) -> None:
    """``Retry-After`` makes a pause longer."""
    url = server.says("/a", status=503, Retry_After="36000")
    filled(tmp_path, [url])
    assert {url: (1, 10 * HOUR)} == remembered(tmp_path)


def test_a_dead_host_is_asked_once(server: Server, tmp_path: Path) -> None:
    """The first failure to connect ends a host's round; others go on, and the next round asks for another
    picture.
    """
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = [f"http://127.0.0.1:{closed.getsockname()[1]}/{number}" for number in range(5)]
    alive = [server.says(f"/{number}", picture()) for number in range(3)]
    assert DownloadCounts(asked=4, kept=3, missed=1, waiting=4) == filled(tmp_path, dead + alive)
    assert {dead[0]: (1, HOUR)} == remembered(tmp_path)
    assert DownloadCounts(asked=1, missed=1, waiting=4) == filled(tmp_path, dead + alive, NOW + HOUR)
    assert {dead[0]: (1, HOUR), dead[1]: (1, 2 * HOUR)} == remembered(tmp_path)


def test_a_host_that_lost_all_its_pictures_is_not_asked_for_each(server: Server, tmp_path: Path) -> None:
    """Three missing pictures in a row end a host's round."""
    wanted = [f"{server.url}/{number}" for number in range(9)]
    assert DownloadCounts(asked=3, missed=3, waiting=6) == filled(tmp_path, wanted)
    assert ["/0", "/1", "/2"] == asked(server)


def test_a_round_asks_for_the_newest_only(server: Server, tmp_path: Path) -> None:
    """A lost cache is filled again over several rounds, the newest first; what failed doesn't come before
    it.
    """
    wanted = [server.says(f"/{number}", picture()) for number in range(5)]
    found = [filled(tmp_path, wanted, NOW, most=2) for _round in range(4)]
    two = DownloadCounts(asked=2, kept=2)
    assert [
        msgspec.structs.replace(two, waiting=3),
        msgspec.structs.replace(two, waiting=1),
        DownloadCounts(asked=1, kept=1),
        DownloadCounts(),
    ] == found
    assert ["/0", "/1", "/2", "/3", "/4"] == asked(server)


def test_places_of_a_dead_host_go_to_others(server: Server, tmp_path: Path) -> None:
    """A host in trouble doesn't keep the rest of the round's places."""
    trouble = [server.says(f"/trouble/{number}", status=500) for number in range(5)]
    with Server() as other:
        wanted = [*trouble, *(other.says(f"/{number}", picture()) for number in range(3))]
        assert DownloadCounts(asked=3, kept=2, missed=1, waiting=5) == filled(tmp_path, wanted, most=3)


def test_redirects_are_followed_and_checked(server: Server, tmp_path: Path) -> None:
    """A picture may lie on another host; a private one is refused, and what lies there stays unread."""
    with Server() as other:
        url = server.says("/a", status=302, Location=other.says("/b", picture()))
        assert DownloadCounts(asked=1, kept=1) == filled(tmp_path, [url])
        assert [(480, 240), (600, 300)] == sizes(tmp_path, url)
        secret = other.says("/secret", picture())
        assert DownloadCounts(asked=1, missed=1) == filled(tmp_path, [secret], allow_private=False)
        assert ["/b"] == asked(other)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "data:image/png;base64,AAAA", "carte.png", "http://[", "https://a:b@c.example/d"],
)
def test_only_addresses_of_the_web_are_asked(url: str, tmp_path: Path) -> None:
    """Whatever an entry names as its picture, nothing but http(s) is fetched."""
    assert DownloadCounts() == filled(tmp_path, [url])


def test_a_decoder_that_is_brought_down_costs_one_picture(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that ends the process which decodes it is remembered as such, and the next one is kept."""
    monkeypatch.setattr(gallery.pictures, "keep", falls)
    killer, good = server.says("/killer", b"killer"), server.says("/good", picture())
    assert DownloadCounts(asked=2, kept=1, missed=1) == filled(tmp_path, [killer, good])
    assert {killer: (1, WEEK)} == remembered(tmp_path)
    assert [(480, 240), (600, 300)] == sizes(tmp_path, good)


def falls(data: bytes, address: str, folder: Path) -> None:
    """Do as ``pictures.keep``, save for what brings a decoder down."""
    import os

    from kiosque.pictures import keep

    if data == b"killer":
        os._exit(11)
    keep(data, address, folder)


def test_a_cache_that_cannot_be_written_says_so(server: Server, tmp_path: Path) -> None:
    """A full or closed disk ends the round with what to do, not with a traceback."""
    pictures.remote_folder(tmp_path).parent.mkdir(parents=True)
    pictures.remote_folder(tmp_path).write_text("a file where a folder should be")
    with pytest.raises(OutputError):
        filled(tmp_path, [server.says("/a", picture())])


def test_what_nobody_shows_any_more_goes(server: Server, tmp_path: Path) -> None:
    """Pictures of no wanted address and what a cut left behind are removed, some at each round."""
    stays, goes = server.says("/stays", picture()), server.says("/goes", picture())
    filled(tmp_path, [stays, goes])
    folder = pictures.remote_folder(tmp_path)
    (folder / ".draft.webp.1.tmp").write_bytes(b"half")
    assert [2, 1, 0] == [prune(tmp_path, [stays], limit=2) for _round in range(3)]
    assert ([(480, 240), (600, 300)], 2) == (sizes(tmp_path, stays), len(list(folder.iterdir())))


def test_nothing_is_removed_where_nothing_is(tmp_path: Path) -> None:
    """A hub without pictures has nothing to prune."""
    assert 0 == prune(tmp_path, [])


def test_failures_of_pictures_that_are_no_longer_wanted_are_forgotten(server: Server, tmp_path: Path) -> None:
    """What is remembered stays as small as what is wanted."""
    old, new = server.says("/old", status=404), server.says("/new", status=404)
    filled(tmp_path, [old, new])
    prune(tmp_path, [new])
    assert [new] == list(remembered(tmp_path))
