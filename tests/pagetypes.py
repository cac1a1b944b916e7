"""One page of each type that a built hub holds: what pictures, audits and budgets look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_YEAR = r"\d{4}/"
_PERIOD = r"\d{4}/(?:\d\d/)?"
_NAME = r"[^/]+/"
# The type of an address, the first that fits; in the order in which someone meets them.
TYPES: tuple[tuple[str, str], ...] = (
    ("home", "/"),
    ("stream", "/fil/"),
    ("stream-year", f"/fil/{_YEAR}"),
    ("stream-month", rf"/fil/{_YEAR}\d\d/"),
    ("articles", "/articles/"),
    ("articles-period", f"/articles/{_PERIOD}"),
    ("article", f"/articles/{_NAME}"),
    ("dossiers", "/dossiers/"),
    ("dossier", f"/dossiers/{_NAME}"),
    ("media", "/medias/"),
    ("source", f"/medias/{_NAME}"),
    ("source-period", f"/medias/{_NAME}{_PERIOD}"),
    ("entry", f"/medias/{_NAME}{_YEAR}{_NAME}"),
    ("listen", "/ecouter/"),
    ("watch", "/regarder/"),
    ("read", "/lire/"),
    ("format-period", f"/(?:ecouter|regarder|lire)/{_PERIOD}"),
    ("themes", "/themes/"),
    ("theme", f"/themes/{_NAME}"),
    ("theme-period", f"/themes/{_NAME}{_PERIOD}"),
    ("tags", "/mots-cles/"),
    ("tag", f"/mots-cles/{_NAME}"),
    ("tag-period", f"/mots-cles/{_NAME}{_PERIOD}"),
    ("communes", "/communes/"),
    ("commune", f"/communes/{_NAME}{_NAME}"),
    ("commune-period", f"/communes/{_NAME}{_NAME}{_PERIOD}"),
    ("authors", "/auteurs/"),
    ("author", f"/auteurs/{_NAME}"),
    ("author-period", f"/auteurs/{_NAME}{_PERIOD}"),
    ("player", "/lecteur/"),
    ("search", "/recherche/"),
    ("follow", "/suivre/"),
    ("data", "/donnees/"),
    ("health", "/sante/"),
    ("takedowns", "/retraits/"),
    ("accessibility", "/accessibilite/"),
    ("privacy", "/vie-privee/"),
    ("offline", "/hors-ligne/"),
    ("charte", "/charte/"),
    ("charte-component", f"/charte/{_NAME}"),
    ("contribute-form", f"/contribuer/{_NAME}"),
    ("contribute-guide", f"/contribuer/{_NAME}guide/"),
    ("page", f"/{_NAME}"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in TYPES)
_FORMATS = {"entry-sound": "ecouter", "entry-video": "regarder", "entry-text": "lire"}
QUESTION = "rivière"
_REDIRECT = b'http-equiv="refresh"'


def page_type(address: str) -> str:
    """Return the name of the type of an address; empty for one that no type has."""
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(address)), "")


def page_types(output: Path) -> dict[str, str]:
    """Return the address of one page of each type found in an output folder, by the name of its type.

    It is the heaviest of its type, the one that budgets are about. Entries are told apart by format:
    ``entry-sound``, ``entry-video``, ``entry-text``; every component has a page of its own, ``charte-card``;
    a search with results is ``search-results``; ``article-short`` is the lightest article; ``not-found`` is
    ``/404.html``.
    """
    sizes = addresses(output)
    types: dict[str, list[str]] = {}
    for address in sorted(sizes, key=lambda one: (-sizes[one], one)):
        types.setdefault(page_type(address), []).append(address)
    found: dict[str, str] = {}
    for name, _pattern in TYPES:
        of_type = types.get(name, [])
        if name == "entry":
            found |= _entries(output, sizes)
        elif name == "charte-component":
            found |= {f"charte-{address.split('/')[2]}": address for address in sorted(of_type)}
        elif of_type:
            found[name] = of_type[0]
        if name == "article" and len(of_type) > 1:
            found["article-short"] = of_type[-1]
        if name == "search" and of_type:
            found["search-results"] = f"/recherche/?q={QUESTION}"
    if (output / "404.html").is_file():
        found["not-found"] = "/404.html"
    return found


def addresses(output: Path) -> dict[str, int]:
    """Return the size in bytes of each page of an output folder, by its address.

    Redirects are left out, and pages for the frames of other sites, which have no head or foot of their own.
    """
    found = {}
    for file in output.rglob("index.html"):
        address = f"/{file.relative_to(output).as_posix().removesuffix('index.html')}"
        size = file.stat().st_size
        if not address.startswith("/embarquer/") and (size > 2000 or _REDIRECT not in file.read_bytes()):
            found[address] = size
    return found


def _entries(output: Path, sizes: Mapping[str, int]) -> dict[str, str]:
    """Return the heaviest entry of each format, of those that the front of its list shows."""
    found = {}
    for name, folder in _FORMATS.items():
        page = output / folder / "index.html"
        html = page.read_text(encoding="utf-8") if page.is_file() else ""
        linked = set(re.findall(r'href="[^"]*?(/medias/[^"#?]*)"', html))
        if shown := [one for one in linked if page_type(one) == "entry" and one in sizes]:
            found[name] = max(shown, key=lambda one: (sizes[one], one))
    return found
