"""Keeps pictures in a few widths, without metadata about people, in files that can be made again.

Those of the hub's own pictures are in ``.cache/pictures/``, those of pictures that feeds name in
``.cache/pictures/remote/``. The widest file of a picture is written last. Each is called
``<key>-<version>-<checksum>-<width>-<height>.webp``:

- The key is a hash of the bytes of the hub's own picture. Of a feed's, it is a hash of the address, so that
  the site finds the files without the network.
- The version is the beginning of the widest file's checksum, so that a name changes with the picture.
- The checksum is that of the file: a copy finds out whether the disk has damaged it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosque.archive.entries import FeedState
from kiosque.cache_files import checksum
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Source
from kiosque.pictures.decoding import (
    MAX_PIXELS,
    PictureError,
    TinyPictureError,
    decode,
    far_too_large,
    not_shown,
)
from kiosque.urls import without_secrets

if TYPE_CHECKING:
    from PIL import Image

logger = logging.getLogger(__name__)
WIDTHS = (480, 960, 1600)
# A cover is shown in a card and at the top of its entry's page. A third width would only use disk space.
REMOTE_WIDTHS = (480, 960)
# A pixel takes 4 bytes, and twice that while colours are converted. A harvest decodes one picture at a time,
# and stays below 250 MB.
REMOTE_PIXELS = 30_000_000
# In bytes. A photograph of a good camera has 20 MB.
_LARGEST = 100_000_000
# In pixels. A narrower picture counts readers or decorates a page.
SMALLEST = 64
# Part of each key. If the way of making files changes, it must change too, so that they are made again.
_RECIPE = b"webp-78-1"
_STORED = re.compile(r"([0-9a-f]{24})-([0-9a-f]{12})-([0-9a-f]{16})-([0-9]{1,5})-([0-9]{1,5})\.webp")
_VERSION = 12


class StoredFile(NamedTuple):
    """A file of a picture in one width: its name in its folder, its size in pixels, its checksum."""

    name: str
    width: int
    height: int
    checksum: str


StoredPictures = dict[str, tuple[StoredFile, ...]]


def own_folder(root: Path) -> Path:
    """Return the folder in which the files of a hub's own pictures are kept."""
    return root / ".cache" / "pictures"


def own_key(file: Path) -> str:
    """Return the key under which a picture of the hub's folder is kept.

    Raises PictureError if its file is too large to be read.
    """
    if file.stat().st_size > _LARGEST:
        raise PictureError(far_too_large())
    return _hash(file.read_bytes() + _RECIPE, 12)


def shrink(file: Path, folder: Path) -> tuple[StoredFile, ...]:
    """Keep a picture of the hub's folder in each width that isn't wider than the picture; return the files.

    They have no metadata, and the narrowest is the first.

    Raises PictureError if ``file`` isn't a picture that browsers can show, OutputError if ``folder`` can't be
    written.
    """
    start = time.perf_counter()
    stored = _store(decode(file, MAX_PIXELS), own_key(file), folder, WIDTHS)
    logger.debug("picture %s: %d files made in %.2f s", file, len(stored), time.perf_counter() - start)
    return stored


def feeds_picture(source: Source, states: Mapping[str, FeedState]) -> str:
    """Return the address of the picture that replaces a missing logo: the first that the source's feeds name.

    It is empty if the source has a logo.
    """
    images = (states[feed.url].facts.image for feed in source.feeds if feed.url in states)
    return "" if source.logo else next((image for image in images if "://" in image), "")


def remote_folder(root: Path) -> Path:
    """Return the folder in which a hub keeps the pictures that feeds name."""
    return own_folder(root) / "remote"


def remote_key(address: str) -> str:
    """Return the key under which the picture of an address is kept."""
    return _hash(address.encode(errors="surrogatepass") + _RECIPE, 12)


def keep(data: bytes, address: str, folder: Path) -> None:
    """Keep the picture of an address in each width that isn't wider than the picture.

    Of an animation, only the first frame is kept. ``data`` are the bytes that its server sent. Raises
    PictureError if they aren't a picture to be shown, OutputError if ``folder`` can't be written.
    """
    picture = decode(io.BytesIO(data), REMOTE_PIXELS, REMOTE_WIDTHS[-1])
    if picture.width < SMALLEST:
        raise TinyPictureError(_("this picture is too small to be shown"))
    _store(picture, remote_key(address), folder, REMOTE_WIDTHS)
    logger.debug("picture %s kept: %d × %d pixels", without_secrets(address), picture.width, picture.height)


def _store(picture: Image.Image, key: str, folder: Path, widths: Sequence[int]) -> tuple[StoredFile, ...]:
    """Write the files of a picture, its widest one last, and return them in this order."""
    encoded = list(_encoded(picture, widths))
    version = checksum(encoded[0][2])[:_VERSION]
    files = []
    for width, height, data in reversed(encoded):
        sum_ = checksum(data)
        files.append(StoredFile(f"{key}-{version}-{sum_}-{width}-{height}.webp", width, height, sum_))
        replace_file(folder / files[-1].name, data)
    return tuple(files)


def _hash(data: bytes, size: int) -> str:
    return hashlib.blake2b(data, digest_size=size).hexdigest()


def stored_pictures(folder: Path, widths: Sequence[int]) -> StoredPictures:
    """Return the files of each complete picture in a folder, by its key, narrowest first.

    ``widths`` are those in which its pictures are kept. Only the folder is listed: no file is opened.
    """
    names = _names(folder)
    complete = _complete(names, widths)
    logger.debug("folder %s: %d files, %d complete pictures", folder, len(names), len(complete))
    return complete


def remote_pictures(root: Path) -> StoredPictures:
    """Return the complete pictures of feeds that a hub keeps."""
    return stored_pictures(remote_folder(root), REMOTE_WIDTHS)


def _complete(names: Iterable[str], widths: Sequence[int]) -> StoredPictures:
    """Return the pictures whose files are all among ``names``."""
    versions: defaultdict[tuple[str, str], list[StoredFile]] = defaultdict(list)
    for match in filter(None, map(_STORED.fullmatch, names)):
        key, version, sum_, width, height = match.groups()
        versions[key, version].append(StoredFile(match[0], int(width), int(height), sum_))
    return {
        key: tuple(sorted(files, key=lambda file: file.width))
        for (key, version), files in sorted(versions.items())
        if _is_complete(files, version, widths)
    }


def _is_complete(files: Iterable[StoredFile], version: str, widths: Sequence[int]) -> bool:
    widest = max(files, key=lambda file: file.width)
    expected = {width for width in widths if width < widest.width} | {widest.width}
    return widest.checksum.startswith(version) and {file.width for file in files} == expected


def forget(folder: Path, keys: Iterable[str], most: int) -> int:
    """Remove all pictures but those of ``keys``, and incomplete ones; return how many files were removed.

    At most ``most`` files are removed. It must not run while ``keep`` does: it would remove a picture that is
    being written. Raises OutputError if the folder can't be written.
    """
    names = _names(folder)
    complete = _complete(names, REMOTE_WIDTHS)
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
            raise PictureError(not_shown()) from None
        yield width, small.height, encoded.getvalue()
