"""Time zones as feeds write them: offsets, abbreviations, names of places."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

# In minutes. RFC 822, section 5.1, and the names in use in Europe; French ones of Quebec, German ones (MEZ).
# Names that mean several zones (IST is Irish, Israeli or Indian) are left out: nothing is guessed.
_OFFSETS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "tu": 0, "zulu": 0,
    "bst": 60, "cet": 60, "met": 60, "mez": 60, "west": 60, "hnec": 60, "wat": 60,
    "cest": 120, "mest": 120, "mesz": 120, "eet": 120, "oez": 120, "haec": 120, "sast": 120, "cat": 120,
    "eest": 180, "oesz": 180, "msk": 180, "trt": 180, "eat": 180,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "akst": -540, "akdt": -480, "hst": -600, "ast": -240, "adt": -180, "nst": -210, "ndt": -150,
    "hne": -300, "hae": -240, "brt": -180,
    "jst": 540, "kst": 540, "hkt": 480, "sgt": 480, "awst": 480, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780,
}  # fmt: skip
# What American feeds write all year round.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_MOST_MINUTES = 15 * 60
_OFFSET = re.compile(
    r"\s*(?:(?:gmt|utc|ut|z)\s?)?(?P<sign>[+-])(?P<hours>\d\d?):?(?P<minutes>\d\d)?(?![\d/.:-])", re.ASCII
)
_NAME = re.compile(r"\s*(?:etc/)?([a-z]{1,5})(?![^\W_])", re.ASCII)
PLACE = re.compile(r"\b[A-Za-z]{2,20}/[A-Za-z_+-]{2,30}(?:/[A-Za-z_-]{2,30})?[0-9]{0,2}\b", re.ASCII)


def is_name(word: str) -> bool:
    """Whether a word in small letters is the abbreviation of a zone."""
    return word in _OFFSETS or word in _PLACES


def named(word: str) -> tzinfo | None:
    """Return the zone of an abbreviation in small letters, if it means just one."""
    if word in _PLACES:
        return ZoneInfo(_PLACES[word])
    minutes = _OFFSETS.get(word)
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def of_place(name: str) -> tzinfo | None:
    """Return the zone of a name of the IANA database (``Europe/Brussels``), if there is one."""
    key = _places().get(name.lower())
    return ZoneInfo(key) if key else None


@cache
def _places() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def after_time(text: str) -> tuple[tzinfo | None, int]:
    """Return the zone at the start of a text in small letters, and the position after it.

    An offset says more than a name beside it, so it decides: ``GMT+2``, ``-05:00Z``, ``+0200 (CEST)``.
    """
    if offset := _OFFSET.match(text):
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        is_zone = minutes <= _MOST_MINUTES and int(offset["minutes"] or 0) < 60
        sign = -1 if offset["sign"] == "-" else 1
        return (timezone(timedelta(minutes=sign * minutes)), offset.end()) if is_zone else (None, 0)
    name = _NAME.match(text)
    if name and (zone := named(name[1])):
        return zone, name.end()
    return None, 0
