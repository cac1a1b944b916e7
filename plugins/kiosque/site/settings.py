"""The settings of a hub, as Pelican read them, checked; and what of them every page sees."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pelican.settings import DEFAULT_CONFIG as _PELICAN
from pelican.settings import get_settings_from_file

from kiosque.configuration import TIMEZONE, now, zone
from kiosque.i18n import _, default_theme, languages
from kiosque.model import Record, SettingsError
from kiosque.site.forge import KINDS, Forge, kind_of

DEFAULTS: dict[str, Any] = {
    "SITENAME": "Kiosque",
    "SITESUBTITLE": "",
    "SITEURL": "",
    "CONTACT": "",
    "REPOSITORY": "",
    "BRANCH": "main",
    "FORGE": "",
    "ACCESSIBILITY_DATE": "",
    "DEFAULT_LANG": "fr",
    "TIMEZONE": TIMEZONE,
    "PATH": "content",
    "OUTPUT_PATH": "output",
    "THEME_FOLDER": "theme",
    "PLUGINS": ["kiosque.site"],
    "DEMONSTRATION": False,
    "NOW": "",
    "VISIT_HOURS": (1, 24),
    "SEARCH": True,
    "MARKDOWN": {
        "extensions": ["markdown.extensions.extra", "markdown.extensions.sane_lists"],
        "extension_configs": {},
        "output_format": "html5",
    },
}
# Taken before Pelican's readers add to it.
DEFAULT_CONFIG: dict[str, Any] = copy.deepcopy(_PELICAN)
# Pelican's own writing is switched off: the publisher writes.
SWITCHED_OFF: dict[str, Any] = {
    "ARTICLE_PATHS": [],
    "PAGE_PATHS": [],
    "STATIC_PATHS": [],
    "THEME_STATIC_PATHS": [],
    "TEMPLATE_PAGES": {},
    "DIRECT_TEMPLATES": [],
    "OUTPUT_SOURCES": False,
    "CACHE_CONTENT": False,
    "LOAD_CONTENT_CACHE": False,
    "DELETE_OUTPUT_DIRECTORY": False,
    "FEED_ATOM": None,
    "FEED_ALL_ATOM": None,
    "CATEGORY_FEED_ATOM": None,
    "TRANSLATION_FEED_ATOM": None,
    "AUTHOR_FEED_ATOM": None,
    "AUTHOR_FEED_RSS": None,
}
_TEXTS = (
    "SITENAME", "SITESUBTITLE", "SITEURL", "CONTACT", "REPOSITORY", "BRANCH", "FORGE", "ACCESSIBILITY_DATE", "DEFAULT_LANG", "TIMEZONE",
    "PATH", "OUTPUT_PATH",
)  # fmt: skip


def written_names(file: Path) -> frozenset[str]:
    """Return the settings that a file names itself: Pelican's defaults beside them are no one's choice."""
    return frozenset(get_settings_from_file(str(file))) if file.is_file() else frozenset()


def fill(settings: dict[str, Any], written: Collection[str] = ()) -> None:
    """Put Kiosque's default wherever a hub left Pelican's, and switch Pelican's own writing off."""
    for name, value in DEFAULTS.items():
        if name not in written and settings.get(name) == DEFAULT_CONFIG.get(name):
            settings[name] = value
    settings.update(SWITCHED_OFF)


def hub_folder(path: Path) -> Path:
    """Return the hub's folder from Pelican's PATH: the folder that holds ``content``, or ``content`` itself."""
    absolute = path.absolute()
    return absolute if (absolute / "content").is_dir() else absolute.parent


class Site(Record, frozen=True):
    """What every page knows of its hub.

    ``url`` is absolute without a slash at its end; ``root`` is its path, put before every address
    (empty for a hub at the top of its host); ``assets`` is the folder of style and scripts. ``logo`` is a picture of
    the name, empty where the name is set in type.
    """

    name: str
    tagline: str = ""
    url: str = ""
    root: str = ""
    language: str = "fr"
    direction: str = "ltr"
    contact: str = ""
    forge: Forge | None = None
    demonstration: bool = False
    territory: str = ""
    assets: str = ""
    logo: str = ""
    menu: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HubSettings:
    """The settings of one build, checked.

    ``root`` is the hub's folder, ``themes`` the theme folders from the hub's own to the default one,
    ``markdown`` the arguments of its Markdown reader, ``search`` whether its search index is made. ``visit_hours`` are the fewest and the most hours between two
    visits of a feed. ``declared`` is the day on which people of the hub made the declaration of accessibility theirs.
    """

    root: Path
    output: Path
    site: Site
    zone: ZoneInfo
    now: datetime
    themes: tuple[Path, ...]
    markdown: Mapping[str, Any]
    visit_hours: tuple[float, float]
    declared: date | None = None
    search: bool = True

    @property
    def cache(self) -> Path:
        """The folder of what may be lost without harm."""
        return self.root / ".cache"


def check(settings: Mapping[str, Any], root: Path) -> HubSettings:
    """Return the settings of a hub, or raise a SettingsError that names the setting and its mend."""
    for name in _TEXTS:
        if not isinstance(settings.get(name) or "", str):
            raise SettingsError(_("the setting {name} must be a text between quotes").format(name=name))
    if not settings.get("SITENAME"):
        raise SettingsError(_("the setting SITENAME is missing: give the hub its name in pelicanconf.py"))
    folders = (root / str(settings.get("THEME_FOLDER") or "theme"), default_theme())
    themes = tuple(dict.fromkeys(path.resolve() for path in folders if path.is_dir()))
    return HubSettings(
        root=root,
        output=(root / settings["OUTPUT_PATH"]).absolute(),
        site=_site(settings, themes),
        zone=zone(settings["TIMEZONE"]),
        now=now(str(settings.get("ASKED_NOW") or ""), str(settings.get("NOW") or "")),
        themes=themes,
        markdown=_markdown(settings),
        visit_hours=_visit_hours(settings.get("VISIT_HOURS")),
        declared=_day("ACCESSIBILITY_DATE", settings),
        search=bool(settings.get("SEARCH", True)),
    )


def _site(settings: Mapping[str, Any], themes: tuple[Path, ...]) -> Site:
    language = settings["DEFAULT_LANG"]
    spoken = languages(themes[0]) or languages()
    if language not in {*spoken, *languages()}:
        message = _("DEFAULT_LANG is “{language}”, which the theme doesn't speak: choose among {spoken}")
        raise SettingsError(message.format(language=language, spoken=", ".join(languages())))
    url = str(settings.get("SITEURL") or "").rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
        message = _("SITEURL is “{url}”: write the hub's whole address, such as https://kiosque.example")
        raise SettingsError(message.format(url=url))
    return Site(
        name=settings["SITENAME"],
        tagline=str(settings.get("SITESUBTITLE") or ""),
        url=url,
        root=parts.path,
        language=language,
        contact=str(settings.get("CONTACT") or ""),
        forge=_forge(settings),
        demonstration=bool(settings.get("DEMONSTRATION")),
    )


def _forge(settings: Mapping[str, Any]) -> Forge | None:
    """Return the forge that keeps the hub's files; nothing where none is named."""
    repository = str(settings.get("REPOSITORY") or "").strip().rstrip("/").removesuffix(".git")
    if not repository:
        return None
    parts = urlsplit(repository)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        message = _(
            "REPOSITORY is “{url}”: write the whole address of the hub's repository, such as "
            "https://codeberg.org/name/hub"
        )
        raise SettingsError(message.format(url=repository))
    asked = str(settings.get("FORGE") or "")
    kind = KINDS.get(asked.lower()) if asked else kind_of(repository)
    if kind is None:
        message = _("the forge of {url} is not known: set FORGE to one of {known}")
        raise SettingsError(message.format(url=repository, known=", ".join(KINDS)))
    return Forge(kind=kind, repository=repository, branch=str(settings.get("BRANCH") or "main"))


def _day(name: str, settings: Mapping[str, Any]) -> date | None:
    written = str(settings.get(name) or "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        message = _("{name} is “{value}”, which is not a day: write it as 2026-03-15")
        raise SettingsError(message.format(name=name, value=written)) from None


def _visit_hours(given: object) -> tuple[float, float]:
    pair = given if isinstance(given, tuple | list) else ()
    if len(pair) == 2 and all(isinstance(one, int | float) for one in pair) and 0 < pair[0] <= pair[1]:
        return float(pair[0]), float(pair[1])
    message = _(
        "VISIT_HOURS is “{value}”: write the fewest and the most hours between two visits, as (1, 24)"
    )
    raise SettingsError(message.format(value=given))


def _markdown(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of the Markdown reader; Pelican adds its ``meta`` extension, which Kiosque replaces."""
    given = dict(settings["MARKDOWN"])
    given["extensions"] = [name for name in given.get("extensions", []) if name != "markdown.extensions.meta"]
    return given
