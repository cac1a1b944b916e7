"""Pictures: small ones without secrets come out, whatever goes in."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosque import i18n
from kiosque.pictures import PictureError, shrink

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
    with Image.open(made.file) as picture:
        found = (picture.format, picture.size, dict(picture.getexif()), b"SECRET" in made.file.read_bytes())
    assert ("WEBP", (20, 40), {}, False) == found


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
    with Image.open(made.file) as picture:
        assert "RGBA" == picture.mode


def test_half_a_cache_is_made_whole(tmp_path: Path) -> None:
    """A width that is lost from the cache is made again."""
    Image.new("RGB", (1000, 10)).save(tmp_path / "a.png")
    made = shrink(tmp_path / "a.png", tmp_path / "cache")
    made[0].file.unlink()
    assert made == shrink(tmp_path / "a.png", tmp_path / "cache")


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


def test_an_enormous_bomb_is_refused(tmp_path: Path) -> None:
    """A picture beyond what the decoder itself lets through is refused too."""
    (tmp_path / "a.png").write_bytes(png_bomb(60_000, 60_000))
    with pytest.raises(PictureError):
        shrink(tmp_path / "a.png", tmp_path / "cache")
