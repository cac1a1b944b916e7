"""The languages of the interface: gettext catalogues in ``theme/translations``.

The code has its messages in English. People read their translation into the current language: French, unless
the environment asks for another language that Kiosque has a catalogue for.
"""

from __future__ import annotations

import contextlib
import gettext
import io
import logging
import os
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DEFAULT_LANGUAGE = "fr"
DOMAIN = "kiosque"

logger = logging.getLogger(__name__)
_current: gettext.NullTranslations = gettext.NullTranslations()
_current_language = "en"


def default_theme() -> Path:
    """Return the folder of Kiosque's own theme: in the installed package, or in a checkout."""
    package = Path(__file__).parent
    installed = package / "default_theme"
    return installed if installed.is_dir() else package.parents[1] / "theme"


def languages(theme: Path | None = None) -> tuple[str, ...]:
    """Return the languages that a theme (by default Kiosque's own) has a catalogue for, French first."""
    folder = (theme or default_theme()) / "translations"
    names = sorted(path.parents[1].name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(sorted(names, key=lambda language: language != DEFAULT_LANGUAGE))


@cache
def _read(path: Path, modified: int) -> gettext.GNUTranslations:
    """Return a catalogue: from its compiled file if that is newer than ``modified``, else compiled now.

    ``modified`` is the time of the source in nanoseconds. It is also part of the cache's key: a catalogue
    that has changed is read again.
    """
    compiled = path.with_suffix(".mo")
    try:
        data = compiled.read_bytes() if compiled.stat().st_mtime_ns > modified else b""
    except OSError:
        data = b""
    if data:
        logger.debug("catalogue %s is compiled", compiled)
    return gettext.GNUTranslations(io.BytesIO(data or _compile(path, compiled)))


def _compile(path: Path, compiled: Path) -> bytes:
    """Return a catalogue in compiled form, and keep that beside it: each later command starts 10% faster."""
    # Imported only here: most commands find the catalogue compiled.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    start = time.perf_counter()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parents[1].name)
    data = io.BytesIO()
    write_mo(data, catalogue)
    logger.debug("catalogue %s compiled in %.2f s", path, time.perf_counter() - start)
    # The hub's own theme gets no files that nobody asked for. An installed package may be read-only.
    if path.is_relative_to(default_theme()):
        with contextlib.suppress(OSError):
            draft = compiled.with_name(f".{compiled.name}.{os.getpid()}")
            draft.write_bytes(data.getvalue())
            draft.replace(compiled)
    return data.getvalue()


def translations(language: str, themes: tuple[Path, ...] = ()) -> gettext.NullTranslations:
    """Return the catalogue of a language. The first of ``themes`` that has a message translates it."""
    chain: gettext.NullTranslations = gettext.NullTranslations()
    for theme in (default_theme(), *reversed(themes)):
        path = theme / "translations" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.is_file():
            # A copy, so that the cached catalogue stays without a fallback. gettext has no public way to make
            # one.
            catalogue = gettext.GNUTranslations.__new__(gettext.GNUTranslations)
            catalogue.__dict__.update(_read(path, path.stat().st_mtime_ns).__dict__)
            catalogue._fallback = None  # type: ignore[attr-defined]  # noqa: SLF001 - see above
            catalogue.add_fallback(chain)
            chain = catalogue
    return chain


def asked_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that the environment asks for, if Kiosque has a catalogue for it; else French."""
    known = languages()
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wanted in environment.get(variable, "").split(":"):
            if wanted[:2].lower() in known:
                return wanted[:2].lower()
    return DEFAULT_LANGUAGE


def use(language: str) -> None:
    """Make ``language`` the current language of this process."""
    global _current, _current_language
    logger.debug("language of messages: %s", language)
    _current, _current_language = translations(language), language


def current_language() -> str:
    """Return the current language of this process; until ``use`` is called, English, that of the code."""
    return _current_language


def _(message: str) -> str:
    """Return a message in the current language."""
    return _current.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's usual name for a mark
    """Return a message unchanged: the name marks it for the catalogues, and ``_`` translates it later."""
    return message


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a message that fits ``number``, in the current language."""
    return _current.ngettext(singular, plural, number)
