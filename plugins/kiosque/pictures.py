"""Pictures: decoded with limits, shrunk to a few widths, and written again without metadata about people.

Every picture is hostile until it is decoded. The files that this module makes are in ``.cache/pictures/`` and
can be made again.

- A picture of the hub's folder: ``<key>-<width>-<height>.webp``. The key is a hash of its bytes.
- A picture that a feed names: ``remote/<key>-<digest>-<width>-<height>.webp`` for its widest file, which is
  written last, and ``remote/<key>-<digest>-<width>.webp`` for the narrower ones. The key is a hash of its
  address, so that the site finds the files without the network. The digest is a hash of the widest file, so
  that a name changes with the picture.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from kiosque.archive.entries import FeedState
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Source
from kiosque.urls import without_secrets

if TYPE_CHECKING:
    from PIL import Image

logger = logging.getLogger(__name__)
MAX_PIXELS = 60_000_000
WIDTHS = (480, 960, 1600)
SUFFIXES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
# A cover is shown in a card and at the top of its entry's page. A third width would only use disk space.
REMOTE_WIDTHS = (480, 960)
# A pixel takes 4 bytes, and twice that while colours are converted. A harvest decodes one picture at a time,
# and stays below 250 MB.
REMOTE_PIXELS = 30_000_000
# In pixels. A narrower picture counts readers or decorates a page.
SMALLEST = 64
# Previews in the metadata of a photograph have scans too.
_MOST_SCANS = 200
_FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
# Part of each key. If the way of making files changes, it must change too, so that they are made again.
_RECIPE = b"webp-78-1"
_WIDEST = re.compile(r"(([0-9a-f]{24})-[0-9a-f]{12})-([0-9]{1,5})-([0-9]{1,5})\.webp")


class PictureError(ValueError):
    """A picture that can't be shown. The message says why, and what to do."""


class TinyPictureError(PictureError):
    """A picture that is too small to be looked at: it counts readers or decorates a page."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A file of a picture of the hub; sizes in pixels."""

    file: Path
    width: int
    height: int


class RemoteFile(NamedTuple):
    """A file of a picture that a feed names: its name in the folder ``remote``; sizes in pixels."""

    name: str
    width: int
    height: int


def shrink(file: Path, cache: Path) -> tuple[Shrunk, ...]:
    """Return the WebP files of a picture, narrowest first, in each width that isn't wider than the picture.

    They have no metadata, and are made in the folder ``cache`` if they aren't there. Raises PictureError if
    ``file`` isn't a picture that browsers can show, OutputError if ``cache`` can't be written.
    """
    key = hashlib.blake2b(file.read_bytes() + _RECIPE, digest_size=12).hexdigest()
    files = sorted((_shrunk(path) for path in cache.glob(f"{key}-*.webp")), key=lambda shrunk: shrunk.width)
    is_complete = bool(files) and len(files) == _number_of_widths(files[-1].width)
    return tuple(files) if is_complete else _make(file, cache, key)


def _shrunk(path: Path) -> Shrunk:
    _key, width, height = path.stem.split("-")
    return Shrunk(path, int(width), int(height))


def _number_of_widths(widest: int) -> int:
    """Return how many files a picture has, by the width of its widest file, which is written first."""
    return sum(width < widest for width in WIDTHS) + 1


def _make(file: Path, cache: Path, key: str) -> tuple[Shrunk, ...]:
    start = time.perf_counter()
    files = []
    for width, height, data in _encoded(_decode(file, MAX_PIXELS), WIDTHS):
        path = cache / f"{key}-{width}-{height}.webp"
        replace_file(path, data)
        files.append(Shrunk(path, width, height))
    logger.debug("picture %s: %d files made in %.2f s", file, len(files), time.perf_counter() - start)
    return tuple(reversed(files))


def feeds_picture(source: Source, states: Mapping[str, FeedState]) -> str:
    """Return the address of the picture that replaces a missing logo: the first that the source's feeds name.

    It is empty if the source has a logo.
    """
    images = (states[feed.url].facts.image for feed in source.feeds if feed.url in states)
    return "" if source.logo else next((image for image in images if "://" in image), "")


def remote_folder(root: Path) -> Path:
    """Return the folder in which a hub keeps the pictures that feeds name."""
    return root / ".cache" / "pictures" / "remote"


def remote_key(address: str) -> str:
    """Return the key under which the picture of an address is kept."""
    return hashlib.blake2b(address.encode(errors="surrogatepass") + _RECIPE, digest_size=12).hexdigest()


def keep(data: bytes, address: str, folder: Path) -> None:
    """Keep the picture of an address in each width that isn't wider than the picture.

    Of an animation, only the first frame is kept. ``data`` are the bytes that its server sent. Raises
    PictureError if they aren't a picture to be shown, OutputError if ``folder`` can't be written.
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
    logger.debug("picture %s kept: %d × %d pixels", without_secrets(address), width, height)


def remote_files(folder: Path) -> dict[str, tuple[RemoteFile, ...]]:
    """Return the files of each complete picture in a folder, by its key, narrowest first.

    Only the folder is listed: no file is opened.
    """
    names = _names(folder)
    pictures = _complete(names)
    logger.debug("folder %s: %d files, %d complete pictures", folder, len(names), len(pictures))
    return pictures


def _complete(names: set[str]) -> dict[str, tuple[RemoteFile, ...]]:
    """Return the pictures whose files are all among ``names``."""
    pictures = {}
    for match in filter(None, map(_WIDEST.fullmatch, names)):
        stem, key, width, height = match.groups()
        files = _files(stem, RemoteFile(match[0], int(width), int(height)))
        if names.issuperset([file.name for file in files]):
            pictures[key] = files
    return pictures


def _files(stem: str, widest: RemoteFile) -> tuple[RemoteFile, ...]:
    """Return all files that a picture has, by its widest one."""
    narrower = [
        RemoteFile(f"{stem}-{width}.webp", width, round(widest.height * width / widest.width))
        for width in REMOTE_WIDTHS
        if width < widest.width
    ]
    return (*narrower, widest)


def forget(folder: Path, keys: Iterable[str], most: int) -> int:
    """Remove all pictures but those of ``keys``, and incomplete ones; return how many files were removed.

    At most ``most`` files are removed. It must not run while ``keep`` does: it would remove a picture that is
    being written. Raises OutputError if the folder can't be written.
    """
    names = _names(folder)
    complete = _complete(names)
    wanted = {file.name for key in keys for file in complete.get(key, ())}
    unwanted = sorted(names - wanted)[:most]
    try:
        for name in unwanted:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(folder, error)) from error
    logger.debug("folder %s: %d of %d files removed", folder, len(unwanted), len(names))
    return len(unwanted)


def _names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder)}
    except OSError:
        # Lost pictures are made again. If the folder can't be used at all, writing to it fails and says so.
        return set()


def _encoded(picture: Image.Image, widths: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
    """Yield width, height and WebP bytes of a picture in each width that it has pixels for, widest first."""
    own_width = picture.width
    fitting = {width for width in widths if width < own_width} | {min(own_width, widths[-1])}
    for width in sorted(fitting, reverse=True):
        small = picture.resize((width, max(1, round(picture.height * width / own_width))))
        encoded = io.BytesIO()
        try:
            small.save(encoded, "WEBP", quality=78, method=4)
        except (OSError, ValueError):
            # WebP has at most 16,383 pixels on a side: this picture is far too high for its width.
            raise PictureError(_not_shown()) from None
        yield width, small.height, encoded.getvalue()


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
        raise PictureError(_not_shown())


def _decode(source: Path | BinaryIO, pixels: int, widest: int = 0) -> Image.Image:
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
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(far_too_large()) from None
    except Exception:  # noqa: BLE001 - hostile bytes make the decoders raise any exception
        raise PictureError(_not_shown()) from None


def far_too_large() -> str:
    """Return the message for a picture that Pillow refuses to open because of its size."""
    return _("this picture has far too many pixels: shrink it to 2000 pixels wide")


def _not_shown() -> str:
    return _("this is not a picture that browsers show: save it as JPEG, PNG or WebP")
