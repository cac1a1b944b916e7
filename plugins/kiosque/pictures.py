"""Pictures: decoded with limits, shrunk to a few widths, written again without what they tell about people.

A picture is hostile until decoded, whoever gave it. What is made here lies in ``.cache/pictures/`` and may be lost.

Pictures of the hub's folder are kept under a key of their bytes. Those that feeds name are kept in ``remote/`` there,
under a key of their address, so that the site finds them without asking anyone: ``<key>-<digest>-<width>-<height>.webp``
in their full width, which is written last, and ``<key>-<digest>-<width>.webp`` in narrower ones. The digest is of the
widest's bytes, so that the name of a file says when it changes.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from kiosque.archive.entries import FeedState
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Source

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 60_000_000
WIDTHS = (480, 960, 1600)
SUFFIXES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
# A cover fills a card, or the head of its entry's page: a third width would only fill the disk.
REMOTE_WIDTHS = (480, 960)
# A pixel takes 4 bytes, twice while colours are converted: a harvest decodes one picture at a time, below 250 MB.
REMOTE_PIXELS = 30_000_000
SMALLEST = 64
_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
# Part of the name of what is made: another way of making it gives other files.
_RECIPE = b"webp-78-1"
_WIDEST = re.compile(r"(([0-9a-f]{24})-[0-9a-f]{12})-([0-9]{1,5})-([0-9]{1,5})\.webp")


class PictureError(ValueError):
    """A picture that can't be shown; the text says why and the mend."""


class TinyPictureError(PictureError):
    """A picture that counts readers or adorns a page, and isn't there to be looked at."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture in one width; sizes in pixels."""

    file: Path
    width: int
    height: int


class Kept(NamedTuple):
    """A picture of elsewhere in one width: the name of its file; sizes in pixels."""

    name: str
    width: int
    height: int


def shrink(file: Path, cache: Path) -> tuple[Shrunk, ...]:
    """Return a picture as WebP in the widths that it has pixels for, narrowest first, without metadata.

    Raises PictureError on what isn't a picture fit for browsers. What is made is kept in ``cache``.
    """
    key = hashlib.blake2b(file.read_bytes() + _RECIPE, digest_size=12).hexdigest()
    made = sorted((_made(path) for path in cache.glob(f"{key}-*.webp")), key=lambda shrunk: shrunk.width)
    return tuple(made) if made and len(made) == _expected(made[-1].width) else _make(file, cache, key)


def _made(path: Path) -> Shrunk:
    _key, width, height = path.stem.split("-")
    return Shrunk(path, int(width), int(height))


def _expected(widest: int) -> int:
    """Return in how many widths a picture is made, by the widest: that one is written first."""
    return sum(width < widest for width in WIDTHS) + 1


def _make(file: Path, cache: Path, key: str) -> tuple[Shrunk, ...]:
    made = []
    for width, height, data in _encoded(_decode(file, MAX_PIXELS), WIDTHS):
        path = cache / f"{key}-{width}-{height}.webp"
        replace_file(path, data)
        made.append(Shrunk(path, width, height))
    return tuple(reversed(made))


def feeds_picture(source: Source, states: Mapping[str, FeedState]) -> str:
    """Return the address of the picture that stands for a source without a logo: the first that its feeds name."""
    named = (states[feed.url].facts.image for feed in source.feeds if feed.url in states)
    return "" if source.logo else next((image for image in named if "://" in image), "")


def remote_folder(root: Path) -> Path:
    """Return where a hub keeps the pictures that feeds name."""
    return root / ".cache" / "pictures" / "remote"


def remote_key(address: str) -> str:
    """Return the key that the picture of an address is kept under."""
    return hashlib.blake2b(address.encode(errors="surrogatepass") + _RECIPE, digest_size=12).hexdigest()


def keep(data: bytes, address: str, folder: Path) -> None:
    """Keep the picture of an address in the widths that it has pixels for, its first frame where it moves.

    Raises PictureError on what isn't a picture to be shown, OutputError where it can't be written.
    """
    picture = _decode(io.BytesIO(data), REMOTE_PIXELS, REMOTE_WIDTHS[-1])
    if picture.width < SMALLEST:
        raise TinyPictureError(_("this picture is too small to be shown"))
    (width, height, widest), *narrower = _encoded(picture, REMOTE_WIDTHS)
    digest = hashlib.blake2b(widest, digest_size=6).hexdigest()
    stem = f"{folder}/{remote_key(address)}-{digest}"
    for narrow, _height, encoded in narrower:
        replace_file(Path(f"{stem}-{narrow}.webp"), encoded)
    replace_file(Path(f"{stem}-{width}-{height}.webp"), widest)


def kept(folder: Path) -> dict[str, tuple[Kept, ...]]:
    """Return the whole pictures of a folder by key, narrowest first. It is listed once, and no file is looked at."""
    return _whole(_names(folder))


def _whole(names: set[str]) -> dict[str, tuple[Kept, ...]]:
    """Return the pictures of which all files are among the names."""
    found = {}
    for match in filter(None, map(_WIDEST.fullmatch, names)):
        stem, key, width, height = match.groups()
        sizes = _sizes(stem, Kept(match[0], int(width), int(height)))
        if names.issuperset([size.name for size in sizes]):
            found[key] = sizes
    return found


def _sizes(stem: str, widest: Kept) -> tuple[Kept, ...]:
    """Return all that is kept of a picture, where its widest file is there."""
    narrower = [
        Kept(f"{stem}-{width}.webp", width, round(widest.height * width / widest.width))
        for width in REMOTE_WIDTHS
        if width < widest.width
    ]
    return (*narrower, widest)


def forget(folder: Path, keys: Iterable[str], most: int) -> int:
    """Remove the pictures of all but the given keys, and what a cut left behind; at most ``most`` files.

    Return how many were removed. Not while pictures are kept: what is being written would go. Raises OutputError where
    the folder can't be written.
    """
    names = _names(folder)
    whole = _whole(names)
    stay = {size.name for key in keys for size in whole.get(key, ())}
    unwanted = sorted(names - stay)[:most]
    try:
        for name in unwanted:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    return len(unwanted)


def _names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder)}
    except OSError:
        # What is lost is made again; where that can't be, writing says so.
        return set()


def _encoded(picture: Image.Image, widths: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
    """Yield a picture's width, height and bytes as WebP, in the widths that it has pixels for, widest first."""
    natural = picture.width
    fitting = {width for width in widths if width < natural} | {min(natural, widths[-1])}
    for width in sorted(fitting, reverse=True):
        small = picture.resize((width, max(1, round(picture.height * width / natural))))
        encoded = io.BytesIO()
        try:
            small.save(encoded, "WEBP", quality=78, method=4)
        except (OSError, ValueError):
            # WebP ends at 16,383 pixels: this one is far too high for its width.
            raise PictureError(_not_shown()) from None
        yield width, small.height, encoded.getvalue()


def check_size(width: int, height: int, pixels: int = MAX_PIXELS) -> None:
    """Raise PictureError on a picture with more pixels than are ever decoded."""
    if width * height > pixels:
        message = _("this picture is too large ({width} × {height} pixels): shrink it to 2000 pixels wide")
        raise PictureError(message.format(width=width, height=height))


def _decode(source: Path | BinaryIO, pixels: int, widest: int = 0) -> Image.Image:
    """Return the pixels of a picture, turned as it is meant to be seen; its first frame where it moves.

    Where ``widest`` is given, a JPEG is decoded at no more than it takes to shrink it well to that width.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - most builds find all pictures made

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source, formats=_FORMATS) as picture:
                check_size(picture.width, picture.height, pixels)
                if widest:
                    picture.draft("RGB", (2 * widest, 2 * widest))
                upright = ImageOps.exif_transpose(picture)
                see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
                return upright.convert("RGBA" if see_through else "RGB")
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(far_too_large()) from None
    except Exception:  # noqa: BLE001 - hostile bytes make the decoders and the reader of EXIF raise whatever there is
        raise PictureError(_not_shown()) from None


def far_too_large() -> str:
    """Return what is wrong with a picture that Pillow refuses to open for its size, and the mend."""
    return _("this picture has far too many pixels: shrink it to 2000 pixels wide")


def _not_shown() -> str:
    return _("this is not a picture that browsers show: save it as JPEG, PNG or WebP")
