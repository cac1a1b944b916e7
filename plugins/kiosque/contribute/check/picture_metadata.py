"""Read the personal metadata of a picture, and remove all of its metadata. Pure: bytes in, bytes out.

Removing metadata leaves out whole blocks of the file and doesn't touch the pixels. Of the metadata only the
orientation of a photo stays. Formats: JPEG (ITU T.81, annex B), PNG (W3C PNG, section 11.3), WebP (RFC 9649).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from PIL import Image, ImageFile

# Tags of EXIF (CIPA DC-008) that have names: in the first directory, then in that of the photo.
_ARTISTS = (0x013B, 0x8298, 0x9C9D)
_OWNERS = (0xA430,)
_GPS, _PHOTO, _ORIENTATION = 0x8825, 0x8769, 0x0112
# Every part has a limit: a name that nothing closes must not be searched to the end of the file for each.
_XMP_POSITION = re.compile(
    rb"GPSL(?:atitude|ongitude)|Iptc4xmp\w{1,40}:Location|photoshop:City", re.IGNORECASE
)
_XMP_NAME = re.compile(
    rb"<(?:dc:creator|dc:rights|photoshop:Credit|photoshop:CaptionWriter|Iptc4xmpExt:PersonInImage|mwg-rs:Name)[^<>]{0,300}>"
    rb"(?:\s{0,200}<[^<>]{1,300}>){0,20}\s{0,200}([^<]{1,200})|(?:mwg-rs:Name|photoshop:CaptionWriter|photoshop:Credit|aux:OwnerName)"
    rb"=\"([^\"]{1,200})\"",
)  # fmt: skip
# Datasets of IPTC (IIM 4.2): by-line, its contact, who wrote the caption; city, place, country.
_IPTC_NAMES = ((2, 80), (2, 118), (2, 122), (2, 110))
_IPTC_PLACES = ((2, 90), (2, 92))
_TEXT_NAMES = frozenset({"artist", "author", "creator", "copyright", "owner"})
_KEPT_CHUNKS = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT", b"cICP",
})  # fmt: skip
# A marker between the pixels of a JPEG: 0 and the restart markers belong to them, 255 fills (T.81, B.1.1).
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_END_OF_IMAGE = 0xD9
_EXIF = b"Exif\0\0"
_PNG = b"\x89PNG\r\n\x1a\n"
# Cameras and programs write their own names where a person's name belongs.
_NO_PERSON = re.compile(
    r"[\W\d_]*|(?:unknown|inconnu|picasa|adobe\b.*|gimp\b.*|camera|user|owner|default)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PersonalMetadata:
    """The personal metadata of a picture: whether it has a position, and the names of people in it."""

    position: bool = False
    names: tuple[str, ...] = ()


def personal_metadata(picture: ImageFile.ImageFile) -> PersonalMetadata:
    """Return the personal metadata of an open picture; blocks that can't be read are left out."""
    has_position = False
    names: list[str] = []
    for read in (_exif, _xmp, _iptc, _texts):
        try:
            position, names_of_block = read(picture)
        except Exception:  # noqa: BLE001, S112 - with hostile bytes readers of metadata raise any exception
            continue
        has_position = has_position or position
        names += names_of_block
    plain = dict.fromkeys(" ".join(name.split())[:80] for name in names)
    return PersonalMetadata(has_position, tuple(name for name in plain if not _NO_PERSON.fullmatch(name)))


def _exif(picture: Image.Image) -> tuple[bool, list[str]]:
    exif = picture.getexif()
    position = any(tag in exif.get_ifd(_GPS) for tag in (1, 2, 3, 4))
    values = [exif.get(tag) for tag in _ARTISTS] + [exif.get_ifd(_PHOTO).get(tag) for tag in _OWNERS]
    return position, [_words(value) for value in values if value]


def _words(value: Any) -> str:
    if isinstance(value, bytes | tuple):
        data = bytes(value)
        return data.decode("utf-16-le" if data[1::2].count(0) else "utf-8", "replace").strip("\0 ")
    return str(value).strip("\0 ")


def _xmp(picture: Image.Image) -> tuple[bool, list[str]]:
    info = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    data = info.encode() if isinstance(info, str) else bytes(info)
    names = [
        (in_element or in_attribute).decode("utf-8", "replace")
        for in_element, in_attribute in _XMP_NAME.findall(data)
    ]
    return bool(_XMP_POSITION.search(data)), names


def _iptc(picture: ImageFile.ImageFile) -> tuple[bool, list[str]]:
    from PIL.IptcImagePlugin import getiptcinfo  # noqa: PLC0415

    datasets = (getiptcinfo(picture) if "photoshop" in picture.info else None) or {}
    values = [datasets[key] for key in _IPTC_NAMES if key in datasets]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return any(key in datasets for key in _IPTC_PLACES), [_words(item) for item in flat]


def _texts(picture: Image.Image) -> tuple[bool, list[str]]:
    texts = getattr(picture, "text", None) or {}
    position = any("gps" in key.lower() for key in texts)
    return position, [str(value) for key, value in texts.items() if key.lower() in _TEXT_NAMES]


def without_metadata(data: bytes) -> bytes:
    """Return a picture's bytes without metadata; ``data`` itself for an unknown format or a broken file."""
    try:
        if data.startswith(b"\xff\xd8"):
            return b"".join(_jpeg(data))
        if data.startswith(_PNG):
            return _PNG + b"".join(_png(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError, ValueError):
        pass
    return data


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Yield the segments that pixels and colours need, and the orientation.

    APP1 (EXIF, XMP), APP13 (IPTC), comments and the segments of makers are left out. So is all that follows
    the first picture: the further frames of a phone's JPEG have metadata of their own.
    """
    yield data[:2]
    offset = 2
    while data[offset] == 0xFF and data[offset + 1] != 0xDA:
        marker, (length,) = data[offset + 1], struct.unpack_from(">H", data, offset + 2)
        segment = data[offset : offset + 2 + length]
        offset += 2 + length
        if marker == 0xE1 and (orientation := _orientation_segment(segment)):
            yield orientation
        # APP0 is JFIF, APP2 may be a colour profile, APP14 tells how Adobe encodes colours.
        if (
            not (0xE0 <= marker <= 0xEF or marker == 0xFE)
            or marker in {0xE0, 0xEE}
            or _is_profile(marker, segment)
        ):
            yield segment
    yield data[offset : _end_of_pixels(data, offset)]


def _end_of_pixels(data: bytes, offset: int) -> int:
    """Return the place behind a JPEG's first picture; ``offset`` is that of its first scan."""
    while marker := _MARKER.search(data, offset):
        if marker[0][-1] == _END_OF_IMAGE:
            return marker.end()
        if marker.end() + 2 > len(data):
            break
        offset = marker.end() + struct.unpack_from(">H", data, marker.end())[0]
    return len(data)


def _is_profile(marker: int, segment: bytes) -> bool:
    return marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"


def _orientation_segment(segment: bytes) -> bytes:
    """Return an EXIF segment with the orientation alone; empty where it is the usual one."""
    tiff = _orientation_tiff(segment[10:]) if segment[4:10] == _EXIF else b""
    return struct.pack(">BBH", 0xFF, 0xE1, len(tiff) + 8) + _EXIF + tiff if tiff else b""


def _orientation_tiff(tiff: bytes) -> bytes:
    """Return the TIFF block of EXIF with its orientation alone; empty where that is usual, or unreadable."""
    from PIL import Image  # noqa: PLC0415

    exif = Image.Exif()
    try:
        exif.load(_EXIF + tiff)
        orientation = exif.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - with hostile bytes readers of metadata raise any exception
        return b""
    if not isinstance(orientation, int) or not 2 <= orientation <= 8:
        return b""
    return struct.pack(">2sHLHHHLHHL", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)


def _png(data: bytes) -> Iterator[bytes]:
    """Yield the chunks that pixels and colours need, and the orientation.

    Raises ValueError where the last chunk is missing.
    """
    offset = len(_PNG)
    while offset + 12 <= len(data):
        length, kind = struct.unpack_from(">L4s", data, offset)
        if kind in _KEPT_CHUNKS:
            yield data[offset : offset + 12 + length]
        elif kind == b"eXIf" and (tiff := _orientation_tiff(data[offset + 8 : offset + 8 + length])):
            yield struct.pack(">L", len(tiff)) + kind + tiff + struct.pack(">L", crc32(kind + tiff))
        offset += 12 + length
        if kind == b"IEND":
            return
    raise ValueError


def _webp(data: bytes) -> bytes:
    chunks = dict(_webp_chunks(data))
    exif = chunks.get(b"EXIF", b"")[8:]
    tiff = _orientation_tiff(exif.removeprefix(_EXIF)) if exif else b""
    body = b"WEBP" + b"".join(_without_metadata_chunks(_webp_chunks(data), tiff))
    return b"RIFF" + struct.pack("<L", len(body)) + body


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    offset = 12
    while offset + 8 <= len(data):
        kind, length = struct.unpack_from("<4sL", data, offset)
        if offset + 8 + length > len(data):
            raise ValueError
        yield kind, data[offset : offset + 8 + length + length % 2]
        offset += 8 + length + length % 2


def _without_metadata_chunks(chunks: Iterable[tuple[bytes, bytes]], tiff: bytes) -> Iterator[bytes]:
    for kind, chunk in chunks:
        if kind == b"VP8X":
            # Bits 2 and 3 of the flags tell that XMP and EXIF follow (RFC 9649, section 2.7.1).
            yield chunk[:8] + bytes([chunk[8] & ~0b1100 | (0b1000 if tiff else 0)]) + chunk[9:]
        elif kind not in {b"EXIF", b"XMP "}:
            yield chunk
    if tiff:
        yield struct.pack("<4sL", b"EXIF", len(tiff)) + tiff
