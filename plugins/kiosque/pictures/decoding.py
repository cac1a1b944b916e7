"""Decodes pictures. Each is hostile until it is decoded: this runs in a process with limits.

Its pixels and its scans are counted first, because a decoder's work grows with both.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kiosque.i18n import _

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 60_000_000
SUFFIXES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
# Previews in the metadata of a photograph have scans too.
_MOST_SCANS = 200
_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")


class PictureError(ValueError):
    """A picture that can't be shown. The message says why, and what to do."""


class TinyPictureError(PictureError):
    """A picture that is too small to be looked at: it counts readers or decorates a page."""


def check_size(width: int, height: int, pixels: int = MAX_PIXELS) -> None:
    """Raise PictureError if a picture has more than ``pixels`` pixels, which are never decoded."""
    if width * height > pixels:
        message = _("this picture is too large ({width} × {height} pixels): shrink it to 2000 pixels wide")
        raise PictureError(message.format(width=width, height=height))


def _check_scans(source: Path | BinaryIO) -> None:
    """Raise PictureError if a JPEG draws its pixels more often than any program writes it.

    A progressive JPEG has about ten scans. A decoder takes the time of a whole picture for each of them, and
    a scan may be as short as 40 bytes.
    """
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    if not isinstance(source, Path):
        source.seek(0)
    # Inside a scan, the byte 255 is always followed by 0: what is counted are starts of scans.
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise PictureError(not_shown())


def decode(source: Path | BinaryIO, pixels: int, widest: int = 0) -> Image.Image:
    """Return the pixels of a picture, turned as its metadata ask; the first frame of an animation.

    Raises PictureError if it has more than ``pixels`` pixels or can't be decoded. With ``widest``, a JPEG is
    decoded at the smallest size that still shrinks well to that width.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - most builds find all files made, and need no Pillow

    try:
        _check_scans(source)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source, formats=_FORMATS) as picture:
                check_size(picture.width, picture.height, pixels)
                if widest:
                    picture.draft("RGB", (2 * widest, 2 * widest))
                upright = ImageOps.exif_transpose(picture)
                is_transparent = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
                return upright.convert("RGBA" if is_transparent else "RGB")
    except (PictureError, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise PictureError(far_too_large()) from None
    except Exception:  # noqa: BLE001 - hostile bytes make the decoders raise any exception
        raise PictureError(not_shown()) from None


def far_too_large() -> str:
    """Return the message for a picture that Pillow refuses to open because of its size."""
    return _("this picture has far too many pixels: shrink it to 2000 pixels wide")


def not_shown() -> str:
    """Return the message for a file that browsers don't show as a picture."""
    return _("this is not a picture that browsers show: save it as JPEG, PNG or WebP")
