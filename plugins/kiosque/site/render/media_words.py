"""Files and moments of sounds in words: ``MP3, 18 Mo``; ``1:02:05``."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from kiosque.site.hub.embeds import embed, host
from kiosque.site.hub.playable import MediaFile
from kiosque.site.locale import format_decimal, format_unit

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
    unit, amount = (
        ("megabyte", Decimal(octets) / 10**6) if octets >= 10**6 else ("kilobyte", Decimal(octets) / 10**3)
    )
    digit = Decimal("0.1") if unit == "megabyte" and amount < 10 else Decimal(1)
    return _written(max(amount.quantize(digit), Decimal(1)), unit, language)


@lru_cache(maxsize=5000)
def _written(amount: Decimal, unit: str, language: str) -> str:
    """Return a rounded size in words: there are few of them, and CLDR's patterns take their time."""
    return format_unit(amount, f"digital-{unit}", "#,##0.#", language)


def timecode(seconds: float) -> str:
    """Return a moment of a sound: ``2:05``, ``1:02:05``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
