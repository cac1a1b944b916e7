"""Rules of pictures: each is one, fits, and tells nothing of people."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kiosque import pictures
from kiosque.contribute.check import picture_metadata
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.rules import RULES
from kiosque.i18n import _, current_language
from kiosque.model import Problem
from kiosque.wording.localized import format_size

# What is heavier, or wider, is shrunk; the site shows 1600 pixels.
HEAVY = 1_000_000
WIDEST = 2400
_FIT = 2000
# What is larger isn't read into memory at all.
_LARGEST = 60_000_000
_FORMATS = {"AVIF": {".avif"}, "GIF": {".gif"}, "JPEG": {".jpg", ".jpeg"}, "PNG": {".png"}, "WEBP": {".webp"}}


def named(path: str, by: str, hub: Context, line: int, column: int) -> Iterator[Problem]:
    """A picture that a text names is there."""
    if hub.file(path) is None:
        yield RULES["image-missing"].at(by, line, column, file=PurePosixPath(path).name)


def picture(path: str, hub: Context) -> Iterator[Problem]:
    """A picture is one that browsers show, isn't heavier than it need be, and tells nothing of people."""
    file = hub.file(path)
    if file is None:
        return
    name = PurePosixPath(path).name
    if file.suffix.lower() == ".svg":
        reason = _("an SVG may hold programs")
        yield RULES["image-refused"].at(path, file=name, reason=reason)
        return
    try:
        yield from _looked_at(path, name, file)
    except pictures.PictureError as error:
        yield RULES["image-refused"].at(path, file=name, reason=str(error).partition(":")[0].strip())


def _looked_at(path: str, name: str, file: Path) -> Iterator[Problem]:
    from PIL import Image  # noqa: PLC0415 - a hub of texts alone needn't wait for it

    size = file.stat().st_size
    if size > _LARGEST:
        raise pictures.PictureError(_("it weighs {size}").format(size=format_size(size, current_language())))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=tuple(_FORMATS)) as opened:
                pictures.check_size(opened.width, opened.height)
                told, width, height, kind = (
                    picture_metadata.told_by(opened),
                    opened.width,
                    opened.height,
                    opened.format,
                )
    except pictures.PictureError:
        raise
    except Image.DecompressionBombError:
        raise pictures.PictureError(pictures.far_too_large()) from None
    except Exception:  # noqa: BLE001 - hostile bytes make the decoders raise whatever there is
        raise pictures.PictureError(_("its bytes are not those of a picture")) from None
    if PurePosixPath(name).suffix.lower() not in _FORMATS[kind or "JPEG"]:
        raise pictures.PictureError(_("its name doesn’t say that it is {kind}").format(kind=kind))
    if told.position:
        yield RULES["image-position"].at(path, file=name)
    if told.names:
        yield RULES["image-names"].at(path, file=name, names=", ".join(told.names[:3]))
    if size > HEAVY or width > WIDEST:
        yield RULES["image-heavy"].at(
            path, file=name, size=format_size(size, current_language()), width=width, height=height
        )


def shrunk(data: bytes) -> bytes:
    """Return a picture of at most 2000 pixels' width in its own format; the same bytes where that is no lighter."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
        pictures.check_size(opened.width, opened.height)
        if getattr(opened, "is_animated", False):
            return data
        kind, profile = opened.format, opened.info.get("icc_profile")
        upright = ImageOps.exif_transpose(opened)
    if upright.width > _FIT:
        upright = upright.resize((_FIT, max(1, round(upright.height * _FIT / upright.width))))
    written = io.BytesIO()
    more = {"icc_profile": profile} if profile else {}
    upright.save(written, kind, quality=82, optimize=True, **more)
    return min(data, written.getvalue(), key=len)
