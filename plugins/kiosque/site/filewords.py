"""Files and moments of sounds in words: ``MP3, 18 Mo``; ``1:02:05``."""

from __future__ import annotations

from collections.abc import Callable

from kiosque.site.embeds import embed, host
from kiosque.site.locale import format_decimal, format_unit
from kiosque.site.players import MediaFile

# What people call them; of any other, the second half of its type.
_NAMES = {
    "audio/aac": "AAC", "audio/mp4": "M4A", "audio/mpeg": "MP3", "audio/ogg": "Ogg", "audio/wav": "WAV",
    "text/vtt": "WebVTT", "application/srt": "SRT", "application/x-subrip": "SRT", "text/html": "HTML",
    "text/plain": "TXT", "video/mp4": "MP4", "video/ogg": "Ogg", "video/quicktime": "QuickTime", "video/webm": "WebM",
}  # fmt: skip


def filters(language: str) -> dict[str, Callable[..., object]]:
    """Return the filters that speak of files, moments of a sound, and the players of others."""

    def in_words(file: MediaFile) -> str:
        lines = f"{file.height}p" if file.height else ""
        weight = size(file.length, language) if file.length else ""
        return ", ".join(part for part in (file_type(file.type), lines, weight) if part)

    return {
        "in_words": in_words,
        "number": lambda amount: format_decimal(amount, language),
        "file_type": file_type,
        "timecode": timecode,
        "embed": embed,
        "host": host,
    }


def file_type(media_type: str) -> str:
    """Return what people call a kind of file; empty where nothing is known of it."""
    return _NAMES.get(media_type) or media_type.rpartition("/")[2].removeprefix("x-").upper()


def size(octets: int, language: str) -> str:
    """Return a size as people read it: ``640 ko``, ``1,8 Mo``, ``18 Mo``."""
    unit, amount = ("megabyte", octets / 1e6) if octets >= 1e6 else ("kilobyte", max(octets / 1e3, 1))
    pattern = "#,##0.#" if unit == "megabyte" and amount < 10 else "#,##0"
    return format_unit(amount, f"digital-{unit}", pattern, language)


def timecode(seconds: float) -> str:
    """Return a moment of a sound: ``2:05``, ``1:02:05``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
