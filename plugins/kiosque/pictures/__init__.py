"""Pictures: decoded with limits, shrunk to a few widths, and written again without metadata about people."""

from kiosque.pictures.decoder import PictureDecoder, PictureTooHardError
from kiosque.pictures.decoding import (
    MAX_PIXELS,
    SUFFIXES,
    PictureError,
    TinyPictureError,
    check_size,
    far_too_large,
)
from kiosque.pictures.files import (
    WIDTHS,
    StoredFile,
    StoredPictures,
    feeds_picture,
    forget,
    keep,
    own_folder,
    own_key,
    remote_folder,
    remote_key,
    remote_pictures,
    shrink,
    stored_pictures,
)

__all__ = [
    "MAX_PIXELS",
    "SUFFIXES",
    "WIDTHS",
    "PictureDecoder",
    "PictureError",
    "PictureTooHardError",
    "StoredFile",
    "StoredPictures",
    "TinyPictureError",
    "check_size",
    "far_too_large",
    "feeds_picture",
    "forget",
    "keep",
    "own_folder",
    "own_key",
    "remote_folder",
    "remote_key",
    "remote_pictures",
    "shrink",
    "stored_pictures",
]
