"""Check pictures: that they are pictures, aren't too heavy, and have no personal metadata. Shrink them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from kiosque import pictures
from kiosque.content.linking.named_files import PICTURES, from_file
from kiosque.contribute.check import picture_metadata
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.rules import LIKELY, RULES
from kiosque.i18n import _, current_language
from kiosque.model import Problem
from kiosque.wording.localized import format_size

# Pictures with more bytes, or wider, are to be shrunk: the site shows 1600 pixels at most.
HEAVY = 1_000_000
WIDEST = 2400
_SHRUNK_WIDTH = 2000
# A file with more bytes isn't read into memory at all.
_LARGEST = 60_000_000
_JPEG = frozenset({".jpg", ".jpeg"})
# Phones write several frames into one JPEG (CIPA DC-007). Pillow opens it as JPEG, and names it MPO.
_FORMATS = {
    "AVIF": {".avif"},
    "GIF": {".gif"},
    "JPEG": _JPEG,
    "PNG": {".png"},
    "WEBP": {".webp"},
}


def named(path: str, by: str, hub: Context, line: int, column: int) -> Iterator[Problem]:
    """Yield a problem where the picture at ``path`` is missing, which the file ``by`` names."""
    if hub.file(path) is None:
        yield RULES["image-missing"].at(
            by, line, column, file=PurePosixPath(path).name, **likely_picture(path, by, hub)
        )


def likely_picture(path: str, by: str, hub: Context) -> dict[str, Any]:
    """Return the mend of a missing picture, and its values; empty where no file is likely to be meant."""
    likely = hub.named.likely(path, PICTURES)
    return {"mend": LIKELY, "likely": from_file(likely, by)} if likely else {}


def picture(path: str, hub: Context) -> Iterator[Problem]:
    """Yield the problems of a picture: not shown by browsers, too heavy, with a position or names in it."""
    file = hub.file(path)
    if file is None:
        return
    name = PurePosixPath(path).name
    if file.suffix.lower() == ".svg":
        reason = _("an SVG may hold programs")
        yield RULES["image-refused"].at(path, file=name, reason=reason)
        return
    try:
        yield from _examined(path, name, file)
    except pictures.PictureError as error:
        yield RULES["image-refused"].at(path, file=name, reason=str(error).partition(":")[0].strip())


def _examined(path: str, name: str, file: Path) -> Iterator[Problem]:
    from PIL import Image  # noqa: PLC0415 - slow to import, and a hub without pictures doesn't need it

    size = file.stat().st_size
    if size > _LARGEST:
        raise pictures.PictureError(_("it weighs {size}").format(size=format_size(size, current_language())))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=tuple(_FORMATS)) as opened:
                pictures.check_size(opened.width, opened.height)
                metadata, width, height, format_ = (
                    picture_metadata.personal_metadata(opened),
                    opened.width,
                    opened.height,
                    opened.format,
                )
    except pictures.PictureError:
        raise
    except Image.DecompressionBombError:
        raise pictures.PictureError(pictures.far_too_large()) from None
    except Exception:  # noqa: BLE001 - with hostile bytes decoders raise any exception
        raise pictures.PictureError(_("its bytes are not those of a picture")) from None
    kind = "JPEG" if format_ == "MPO" else format_
    # Pillow may find a format that nobody named here.
    if PurePosixPath(name).suffix.lower() not in _FORMATS.get(kind or "", ()):
        raise pictures.PictureError(_("its name doesn’t say that it is {kind}").format(kind=kind))
    if metadata.position:
        yield RULES["image-position"].at(path, file=name)
    if metadata.names:
        yield RULES["image-names"].at(path, file=name, names=", ".join(metadata.names[:3]))
    if size > HEAVY or width > WIDEST:
        yield RULES["image-heavy"].at(
            path, file=name, size=format_size(size, current_language()), width=width, height=height
        )


def shrunk(data: bytes) -> bytes:
    """Return a picture of at most 2000 pixels' width in its format; ``data`` itself where that is smaller."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
        pictures.check_size(opened.width, opened.height)
        # The further frames of a JPEG are previews, not an animation: only the first is kept.
        format_ = "JPEG" if opened.format == "MPO" else opened.format
        if format_ != "JPEG" and getattr(opened, "is_animated", False):
            return data
        profile = opened.info.get("icc_profile")
        upright = ImageOps.exif_transpose(opened)
    if upright.width > _SHRUNK_WIDTH:
        upright = upright.resize(
            (_SHRUNK_WIDTH, max(1, round(upright.height * _SHRUNK_WIDTH / upright.width)))
        )
    saved = io.BytesIO()
    options = {"icc_profile": profile} if profile else {}
    upright.save(saved, format_, quality=82, optimize=True, **options)
    return min(data, saved.getvalue(), key=len)
