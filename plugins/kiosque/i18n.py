"""The languages of the interface: gettext catalogues, read from ``theme/translations``.

Messages are written in English in the code. What people read comes from the catalogue of the language in
force: French unless the environment asks for a language that Kiosque speaks.
"""

from __future__ import annotations

import contextlib
import gettext
import io
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DEFAULT_LANGUAGE = "fr"
DOMAIN = "kiosque"

_current: gettext.NullTranslations = gettext.NullTranslations()


def default_theme() -> Path:
    """Return the folder of the theme that comes with Kiosque, installed or in a checkout."""
    package = Path(__file__).parent
    installed = package / "default_theme"
    return installed if installed.is_dir() else package.parents[1] / "theme"


def languages(theme: Path | None = None) -> tuple[str, ...]:
    """Return the languages that a theme has a catalogue for, the default one first."""
    folder = (theme or default_theme()) / "translations"
    found = sorted(path.parents[1].name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return tuple(sorted(found, key=lambda language: language != DEFAULT_LANGUAGE))


@cache
def _read(path: Path, modified: int) -> gettext.GNUTranslations:
    """Read one catalogue: as it was compiled, where that is newer than its source, else compiled now."""
    compiled = path.with_suffix(".mo")
    try:
        data = compiled.read_bytes() if compiled.stat().st_mtime_ns > modified else b""
    except OSError:
        data = b""
    return gettext.GNUTranslations(io.BytesIO(data or _compile(path, compiled)))


def _compile(path: Path, compiled: Path) -> bytes:
    """Compile a catalogue, and keep what comes out beside it, which spares each command a tenth of its start."""
    # Loaded only here: most commands find the catalogue compiled.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parents[1].name)
    data = io.BytesIO()
    write_mo(data, catalogue)
    # A hub's own folder gets no files that nobody asked for; an installation may be read-only.
    if path.is_relative_to(default_theme()):
        with contextlib.suppress(OSError):
            draft = compiled.with_name(f".{compiled.name}.{os.getpid()}")
            draft.write_bytes(data.getvalue())
            draft.replace(compiled)
    return data.getvalue()


def translations(language: str, themes: tuple[Path, ...] = ()) -> gettext.NullTranslations:
    """Return the catalogue of a language; the first of ``themes`` that translates a message wins."""
    chain: gettext.NullTranslations = gettext.NullTranslations()
    for theme in (default_theme(), *reversed(themes)):
        path = theme / "translations" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.is_file():
            found = gettext.GNUTranslations.__new__(gettext.GNUTranslations)
            found.__dict__.update(_read(path, path.stat().st_mtime_ns).__dict__)
            found._fallback = None  # type: ignore[attr-defined]  # noqa: SLF001 - the cached catalogue stays without one
            found.add_fallback(chain)
            chain = found
    return chain


def asked_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that the environment asks for, among those that Kiosque speaks; else French."""
    spoken = languages()
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wanted in environment.get(variable, "").split(":"):
            if wanted[:2].lower() in spoken:
                return wanted[:2].lower()
    return DEFAULT_LANGUAGE


def use(language: str) -> None:
    """Speak ``language`` from now on, in this process."""
    global _current  # noqa: PLW0603 - the language of a process is one thing, set once by the command line
    _current = translations(language)


def _(message: str) -> str:
    """Return a message in the language in force."""
    return _current.gettext(message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message that is marked here and said elsewhere
    """Mark a message of a table, which ``_`` says when it is shown."""
    return message


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of a message that fits ``number``, in the language in force."""
    return _current.ngettext(one, many, number)
