"""Descriptions of media files and positions in a sound: ``MP3, 18 Mo``; ``1:02:05``."""

from __future__ import annotations

from collections.abc import Callable

from kiosque.site.hub.embeds import embed, host
from kiosque.site.hub.playable import MediaFile
from kiosque.wording.localized import format_decimal, format_size

# The names by which people know media types. Other types are named by their second half.
_NAMES = {
    "audio/aac": "AAC", "audio/mp4": "M4A", "audio/mpeg": "MP3", "audio/ogg": "Ogg", "audio/wav": "WAV",
    "text/vtt": "WebVTT", "application/srt": "SRT", "application/x-subrip": "SRT", "text/html": "HTML",
    "text/plain": "TXT", "video/mp4": "MP4", "video/ogg": "Ogg", "video/quicktime": "QuickTime",
    "video/webm": "WebM",
}  # fmt: skip


def filters(language: str) -> dict[str, Callable[..., object]]:
    """Return the filters that describe media files, positions in a sound, and the players of other hosts."""

    def in_words(file: MediaFile) -> str:
        resolution = f"{file.height}p" if file.height else ""
        file_size = size(file.length, language) if file.length else ""
        return ", ".join(part for part in (file_type(file.type), resolution, file_size) if part)

    return {
        "in_words": in_words,
        "number": lambda amount: format_decimal(amount, language),
        "file_type": file_type,
        "timecode": timecode,
        "embed": embed,
        "host": host,
    }


def file_type(media_type: str) -> str:
    """Return the name by which people know a media type; empty for an empty type."""
    return _NAMES.get(media_type) or media_type.rpartition("/")[2].removeprefix("x-").upper()


def size(octets: int, language: str) -> str:
    """Return the size of a media file: ``640 ko``, ``1,8 Mo``.

    Feeds that give a few bytes mean that they don't know.
    """
    return format_size(max(octets, 1000), language)


def timecode(seconds: float) -> str:
    """Return a position in a sound, given in seconds: ``2:05``, ``1:02:05``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
