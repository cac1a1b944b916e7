"""Pictures: small ones without secrets come out, whatever goes in."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosque import i18n
from kiosque.job_limits import JobLimits
from kiosque.pictures import WIDTHS, PictureError, own_key, shrink, stored_pictures
from kiosque.site.hub import files as hub_files

NOT_A_PICTURE = "this is not a picture that browsers show: save it as JPEG, PNG or WebP"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int, height: int) -> bytes:
    """Return a PNG that says it is huge, and is tiny."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def test_what_a_picture_tells_about_people_is_gone(tmp_path: Path) -> None:
    """A photograph is written again without its EXIF data, turned as it is meant to be seen."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 20), "red").save(tmp_path / "a.jpg", exif=exif)
    (made,) = shrink(tmp_path / "a.jpg", tmp_path / "cache")
    with Image.open(tmp_path / "cache" / made.name) as picture:
        found = (picture.format, picture.size, dict(picture.getexif()))
    assert b"SECRET" not in (tmp_path / "cache" / made.name).read_bytes()
    assert ("WEBP", (20, 40), {}) == found


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (100, [100]),
        (480, [480]),
        (500, [480, 500]),
        (1600, [480, 960, 1600]),
        (1700, [480, 960, 1600]),
    ],
)
def test_a_picture_comes_in_the_widths_it_has_pixels_for(
    width: int, widths: list[int], tmp_path: Path
) -> None:
    """No picture is made larger than it was; twice gives the same files."""
    Image.new("RGB", (width, 10)).save(tmp_path / "a.png")
    made = shrink(tmp_path / "a.png", tmp_path / "cache")
    assert widths == [one.width for one in made]
    assert made == shrink(tmp_path / "a.png", tmp_path / "cache")


def test_a_see_through_picture_stays_so(tmp_path: Path) -> None:
    """Transparency is kept."""
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(tmp_path / "a.png")
    (made,) = shrink(tmp_path / "a.png", tmp_path / "cache")
    with Image.open(tmp_path / "cache" / made.name) as picture:
        assert "RGBA" == picture.mode


def test_a_picture_without_all_its_widths_is_not_there(tmp_path: Path) -> None:
    """A picture of which one width is lost from the cache is none, whichever that is."""
    Image.new("RGB", (1000, 10)).save(tmp_path / "a.png")
    cache = tmp_path / "cache"
    made = shrink(tmp_path / "a.png", cache)
    assert {own_key(tmp_path / "a.png"): made} == stored_pictures(cache, WIDTHS)
    for lost in made:
        data = (cache / lost.name).read_bytes()
        (cache / lost.name).unlink()
        assert {} == stored_pictures(cache, WIDTHS)
        (cache / lost.name).write_bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", NOT_A_PICTURE),
        (b"bonjour", NOT_A_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NOT_A_PICTURE),
        (b"\x89PNG\r\n\x1a\n", NOT_A_PICTURE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NOT_A_PICTURE),
        (
            png_bomb(9000, 9000),
            "this picture is too large (9000 × 9000 pixels): shrink it to 2000 pixels wide",
        ),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    """A file that browsers can't show, or that would fill the memory, says so and leaves nothing behind."""
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(PictureError) as raised:
        shrink(tmp_path / "a.png", tmp_path / "cache")
    assert (message, []) == (str(raised.value), list((tmp_path / "cache").glob("*")))


def progressive(scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is there so many times."""
    written = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(written, "JPEG", progressive=True)
    data = written.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + scans * data[last:-2] + data[-2:]


@pytest.mark.parametrize(("scans", "is_shown"), [(1, True), (20, True), (300, False), (100_000, False)])
def test_a_picture_that_is_drawn_without_end_is_refused(scans: int, is_shown: bool, tmp_path: Path) -> None:
    """Each scan of a JPEG takes the time of a whole picture: they are counted before it is decoded."""
    (tmp_path / "a.jpg").write_bytes(progressive(scans))
    try:
        made = bool(shrink(tmp_path / "a.jpg", tmp_path / "cache"))
    except PictureError as error:
        assert NOT_A_PICTURE == str(error)
        made = False
    assert is_shown == made


def test_an_enormous_file_is_not_read(tmp_path: Path) -> None:
    """A file beyond 100 MB is refused by its size alone."""
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(PictureError, match="far too many pixels"):
        own_key(tmp_path / "a.jpg")


def test_an_enormous_bomb_is_refused(tmp_path: Path) -> None:
    """A picture beyond what the decoder itself lets through is refused too."""
    (tmp_path / "a.png").write_bytes(png_bomb(60_000, 60_000))
    with pytest.raises(PictureError):
        shrink(tmp_path / "a.png", tmp_path / "cache")


def test_a_picture_that_takes_too_much_costs_itself_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article's picture beyond the decoder's limits is its own problem; the next picture is shown."""
    monkeypatch.setattr(hub_files, "_DECODER_LIMITS", JobLimits(cpu=2, memory=600_000_000))
    folder = tmp_path / "content/articles"
    folder.mkdir(parents=True)
    Image.new("RGBA", (7500, 7500)).save(folder / "a.png")
    Image.new("RGB", (100, 100)).save(folder / "b.png")
    finder = hub_files.FileFinder(tmp_path)
    shown = {name: bool(finder.picture(f"content/articles/{name}", "a.md")) for name in ("a.png", "b.png")}
    message = "this picture takes too much time or memory to be decoded: save it again as JPEG"
    assert ({"a.png": False, "b.png": True}, [("content/articles/a.png", message)]) == (
        shown,
        [(problem.path, problem.message) for problem in finder.problems],
    )
    assert ["content/articles/b.png"] == [
        path for path in ("content/articles/a.png", "content/articles/b.png") if finder.served(path, "a.md")
    ]
    finder.hub_files()
