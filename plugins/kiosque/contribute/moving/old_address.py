"""Works out the addresses that texts had in the old site, from the patterns of its settings. Pure.

- Pelican: https://docs.getpelican.com/en/stable/settings.html#url-settings
- Hugo: https://gohugo.io/configuration/permalinks/
- Jekyll: https://jekyllrb.com/docs/permalinks/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import unquote, urlsplit

from slugify import slugify

# {date:%Y} and {slug} of Pelican; :year and :title of Jekyll and Hugo.
_BRACES = re.compile(r"\{(\w{1,30})(?::([%\w/-]{1,20}))?\}")
_COLON = re.compile(r":([a-z_]{1,30})")
_LONGEST = 500


def of_braces(pattern: str, words: Mapping[str, str], day: date | None) -> str:
    """Return Pelican's address for a text; empty where the pattern has what isn't known.

    >>> of_braces("{date:%Y}/{slug}.html", {"slug": "bal"}, date(2019, 3, 12))
    '/2019/bal.html'
    """

    def word(match: re.Match[str]) -> str:
        if match[1] == "date" and match[2] and day:
            return _in_digits(match[2], day)
        return words.get(match[1], "\0")

    return _path(_BRACES.sub(word, pattern[:_LONGEST]))


def _in_digits(pattern: str, day: date) -> str:
    parts = {"%Y": f"{day.year:04}", "%m": f"{day.month:02}", "%d": f"{day.day:02}"}
    parts |= {"%y": parts["%Y"][2:], "%-m": str(day.month), "%-d": str(day.day)}
    for code, digits in parts.items():
        pattern = pattern.replace(code, digits)
    return pattern if "%" not in pattern else "\0"


def of_colons(pattern: str, words: Mapping[str, str], day: date | None) -> str:
    """Return Jekyll's or Hugo's address for a text; empty where the pattern has what isn't known.

    >>> of_colons("/:year/:month/:title/", {"title": "bal"}, date(2019, 3, 12))
    '/2019/03/bal/'
    """
    digits: dict[str, str] = {}
    if day:
        digits = {"year": f"{day.year:04}", "month": f"{day.month:02}", "day": f"{day.day:02}"}
        digits |= {"i_month": str(day.month), "i_day": str(day.day), "short_year": digits["year"][2:]}
    known = {**digits, **words}
    return _path(_COLON.sub(lambda match: known.get(match[1], "\0"), pattern[:_LONGEST]))


def _path(address: str) -> str:
    if "\0" in address or "{" in address:
        return ""
    return "/" + re.sub(r"/{2,}", "/", address).lstrip("/")


def pelican_slug(title: str) -> str:
    """Return the slug that Pelican makes of a title: signs are taken out, and don't become hyphens."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", title) if sign.isalnum() or sign in " -_\t"
    )
    return slugify(plain, regex_pattern=r"[^\w-]+")


def path_of(url: str, hosts: Sequence[str]) -> str:
    """Return the path of an address of the old site, from the top of its host; empty for another host's.

    ``hosts`` are the names of the old site's host.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.netloc and parts.netloc.lower().removeprefix("www.") not in hosts:
        return ""
    return unquote(parts.path)


def host_of(url: str) -> tuple[str, ...]:
    """Return the host of a site's address as ``path_of`` compares it; none where it isn't one."""
    try:
        host = urlsplit(url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ()
    return (host,) if host else ()
