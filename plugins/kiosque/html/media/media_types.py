"""The media type of a file: its name and its stated type decide together. Pure functions."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# Wrong media types that feeds write, and the registered ones.
_ALIASES = {
    "application/mp3": "audio/mpeg", "application/x-mp3": "audio/mpeg", "audio/mp3": "audio/mpeg",
    "audio/mpeg3": "audio/mpeg", "audio/mpg": "audio/mpeg", "audio/x-mp3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg", "audio/x-mpeg-3": "audio/mpeg", "audio/x-mpg": "audio/mpeg",
    "audio/m4a": "audio/mp4", "audio/m4b": "audio/mp4", "audio/mp4a-latm": "audio/mp4",
    "audio/x-m4a": "audio/mp4", "audio/x-m4b": "audio/mp4", "audio/x-mp4": "audio/mp4",
    "audio/aacp": "audio/aac", "audio/x-aac": "audio/aac", "audio/x-flac": "audio/flac",
    "audio/opus": "audio/ogg", "audio/vorbis": "audio/ogg", "audio/x-ogg": "audio/ogg",
    "audio/x-opus+ogg": "audio/ogg", "audio/x-vorbis+ogg": "audio/ogg",
    "audio/wave": "audio/wav", "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png",
    "application/mp4": "video/mp4", "video/m4v": "video/mp4", "video/x-m4v": "video/mp4",
    "video/x-ogg": "video/ogg",
}  # fmt: skip
# Types of Ogg before RFC 5334: sound, unless the name or the element says video.
_OGG = {"application/ogg", "application/x-ogg"}
# Types that say nothing about a file: its name tells more.
_MEANINGLESS = {
    "application/binary", "application/download", "application/force-download", "application/octet-stream",
    "application/octetstream", "application/save", "application/unknown", "application/x-download",
    "application/x-force-download", "application/x-msdownload", "application/x-octet-stream",
    "application/x-unknown", "application/x-www-form-urlencoded", "binary/octet-stream",
    "multipart/form-data", "text/html", "text/plain",
}  # fmt: skip
# Those that stay if the name tells nothing either: a page, or a text.
_TEXTS = {"application/x-www-form-urlencoded", "text/html", "text/plain"}
_BY_SUFFIX = {
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "m4b": "audio/mp4", "mp3": "audio/mpeg",
    "oga": "audio/ogg", "ogg": "audio/ogg", "opus": "audio/ogg", "spx": "audio/ogg", "wav": "audio/wav",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "ogv": "video/ogg",
    "webm": "video/webm",
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
}  # fmt: skip
# Names of files that hold sound or video: here the stated type knows better.
_CONTAINERS = {"mov", "mp4", "ogg", "webm"}
_BY_MEDIUM = {"audio": "audio/mpeg", "image": "image/*", "video": "video/mp4"}
_PLAYABLE = {"audio", "video"}
_MEDIA = {"audio", "image", "video"}
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
# The name of a file that a program serves, at the end of a parameter: “/download.php?file=emission.mp3”.
_NAME_IN_QUERY = re.compile(r"\.(\w{3,4})(?=&|$)", re.ASCII)


def media_type(address: str, stated: str, medium: str = "") -> str:
    """Return the media type of a file; empty if neither its name nor its stated type tells any.

    ``medium`` is “audio”, “video” or “image”, as the element around the address says it. A name that can only
    be that of a sound wins against a type of pictures, and the other way round.
    """
    declared, suffix = stated.partition(";")[0].strip().lower(), _suffix(address)
    named = _BY_SUFFIX.get(suffix, "")
    if not _TYPE.fullmatch(declared):
        return _of_element(named, medium) or _BY_MEDIUM.get(medium, "")
    if declared in _OGG:
        return "video/ogg" if suffix == "ogv" or medium == "video" else "audio/ogg"
    declared = _ALIASES.get(declared, declared)
    if declared in _MEANINGLESS:
        unnamed = declared if declared in _TEXTS else ""
        return _of_element(named, medium) or unnamed or _BY_MEDIUM.get(medium, "")
    return named if _is_contradicted(declared, named, suffix) else declared


def _is_contradicted(declared: str, named: str, suffix: str) -> bool:
    """Whether the name of a file tells that its stated type is wrong."""
    stated_medium, named_medium = declared.partition("/")[0], named.partition("/")[0]
    if named_medium not in _MEDIA or stated_medium == named_medium:
        return False
    if {stated_medium, named_medium} == _PLAYABLE:
        return suffix not in _CONTAINERS
    return stated_medium in _MEDIA


def _of_element(named: str, medium: str) -> str:
    """Return the type of a file's name as the element around it understands it: WebM may be sound."""
    is_other = {named.partition("/")[0], medium} == _PLAYABLE
    return (
        f"{medium}/{named.partition('/')[2]}"
        if is_other and named.endswith(("ogg", "mp4", "webm"))
        else named
    )


def _suffix(address: str) -> str:
    """Return the suffix of a file's name in lower case; empty if the address has none or is malformed."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    suffix = unquote(parts.path).rpartition(".")[2].strip().lower()
    if suffix in _BY_SUFFIX or not parts.query:
        return suffix
    names = (name.lower() for name in _NAME_IN_QUERY.findall(unquote(parts.query)))
    return next((name for name in names if name in _BY_SUFFIX), suffix)
