"""Pictures: decoded with limits, shrunk to a few widths, written again without what they tell about people.

A submission's picture is hostile until decoded. What is made here lies in ``.cache/`` and may be lost.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from kiosque.files import replace_file
from kiosque.i18n import _

MAX_PIXELS = 60_000_000
WIDTHS = (480, 960, 1600)
SUFFIXES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
# Part of the name of what is made: another way of making it gives other files.
_RECIPE = b"webp-78-1"


class PictureError(ValueError):
    """A picture that can't be shown; the text says why and the mend."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture in one width; sizes in pixels."""

    file: Path
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
    return sum(width < widest for width in WIDTHS) + 1


def _make(file: Path, cache: Path, key: str) -> tuple[Shrunk, ...]:
    picture = _decode(file)
    natural = picture.width
    widths = [width for width in WIDTHS if width < natural] + ([natural] if natural <= WIDTHS[-1] else [])
    made = []
    for width in dict.fromkeys(widths):
        small = picture.resize((width, max(1, round(picture.height * width / natural))))
        encoded = io.BytesIO()
        small.save(encoded, "WEBP", quality=78, method=4)
        path = cache / f"{key}-{width}-{small.height}.webp"
        replace_file(path, encoded.getvalue())
        made.append(Shrunk(path, width, small.height))
    return tuple(made)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        message = _("this picture is too large ({width} × {height} pixels): shrink it to 2000 pixels wide")
        raise PictureError(message.format(width=width, height=height))


def _decode(file: Path) -> Image.Image:
    """Return the pixels of a picture, turned as it is meant to be seen; its first frame where it moves."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=_FORMATS) as picture:
                _check_size(picture.width, picture.height)
                upright = ImageOps.exif_transpose(picture)
                see_through = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
                return upright.convert("RGBA" if see_through else "RGB")
    except PictureError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        message = _("this is not a picture that browsers show: save it as JPEG, PNG or WebP")
        raise PictureError(message) from None
