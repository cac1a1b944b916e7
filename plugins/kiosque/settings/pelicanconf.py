"""The settings of a hub, read from its ``pelicanconf.py`` and checked.

Pelican reads the same file when it builds. Here the file is read without Pelican: loading Pelican would take
half of the time of a short command.
"""

from __future__ import annotations

import logging
import os
import re
import runpy
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kiosque.i18n import _, default_theme, languages
from kiosque.model import Record, SettingsError
from kiosque.settings.forge import FORGE_KINDS, Forge, forge_kind
from kiosque.settings.targets import Target, read_targets
from kiosque.urls import safe_url
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

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
    "TIMEZONE": "Europe/Paris",
    "PATH": "content",
    "OUTPUT_PATH": "output",
    "THEME_FOLDER": "theme",
    "PLUGINS": ["kiosque.site"],
    "DEMONSTRATION": False,
    "NOW": "",
    "VISIT_HOURS": (1, 24),
    "WEBSUB_HUBS": (),
    "DEPLOY": {},
    "SEARCH": True,
    # None: shown where the hub is made, left out where it is published.
    "STYLE_GUIDE": None,
}
_TEXT_SETTINGS = (
    "SITENAME", "SITESUBTITLE", "SITEURL", "CONTACT", "REPOSITORY", "BRANCH", "FORGE", "ACCESSIBILITY_DATE",
    "DEFAULT_LANG", "TIMEZONE", "PATH", "OUTPUT_PATH",
)  # fmt: skip


class Site(Record, frozen=True):
    """The settings that every page of a hub uses.

    ``url`` is the site's absolute address, without a slash at its end. ``root`` is the path of that address,
    which goes in front of every address of the site. It is empty for a hub at the top of its host. ``assets``
    is the folder of style and scripts. ``logo`` is a picture of the hub's name, empty where the name is text.
    ``menu`` are names and addresses of the hub's own pages, ``lists`` those of the lists of other kinds that
    have something to show.
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
    lists: tuple[tuple[str, str], ...] = ()
    websub: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HubSettings:
    """The checked settings of a build.

    ``root`` is the hub's folder. ``themes`` are the theme folders, the hub's own first and the default one
    last. ``search`` says whether the search index is made, ``style_guide`` whether the style guide is. ``publish`` says whether the build adds files for hosts,
    such as ``.htaccess``. ``visit_hours`` are the fewest and the most hours between two visits of a feed.
    ``left_out`` are the paths of texts that this build leaves out, since ``kiosque check`` found something
    wrong with them. ``declared`` is the day on which people of the hub adopted the declaration of
    accessibility.
    """

    root: Path
    output: Path
    site: Site
    zone: ZoneInfo
    now: datetime
    themes: tuple[Path, ...]
    visit_hours: tuple[float, float]
    declared: date | None = None
    search: bool = True
    publish: bool = False
    style_guide: bool = True
    left_out: frozenset[str] = frozenset()
    targets: Mapping[str, Target] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The current day in the hub's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def cache(self) -> Path:
        """The folder of files that can be made again."""
        return self.root / ".cache"


def load(root: Path, now: str = "", *, publish: bool = False) -> HubSettings:
    """Return the checked settings of the hub in ``root``; raises SettingsError where they can't be used.

    ``now`` is the present moment, as ``present_moment`` reads it. With ``publish`` the settings are those of
    ``publishconf.py``, where that file exists.
    """
    file = settings_file(root, "publishconf.py" if publish else "pelicanconf.py")
    if publish and not file.is_file():
        file = settings_file(root, "pelicanconf.py")
    settings = read_settings_file(file) if file.is_file() else {}
    return check({**DEFAULTS, **settings, "ASKED_NOW": now}, root)


def settings_file(root: Path, name: str) -> Path:
    """Return the path of a settings file, which may not exist.

    Raises SettingsError where ``root`` is no hub.
    """
    if not (root / "content").is_dir():
        message = _(
            "{folder} is not a hub: it has no folder “content”; go to a hub's folder, or name it with --hub"
        )
        raise SettingsError(message.format(folder=root))
    return root / name


def read_settings_file(file: Path) -> dict[str, Any]:
    """Return the settings of a file: its variables with names in capitals."""
    # publishconf.py imports pelicanconf. It must get this hub's file in its present state.
    sys.modules.pop("pelicanconf", None)
    with readable_errors(file):
        return {name: value for name, value in runpy.run_path(str(file)).items() if name.isupper()}


@contextmanager
def readable_errors(file: Path) -> Iterator[None]:
    """Turn any error of a settings file into a SettingsError that names the file and the line."""
    try:
        yield
    except SyntaxError as error:
        message = _("{file}:{line}: this settings file can't be read: {reason}")
        raise SettingsError(
            message.format(file=file.name, line=error.lineno, reason=reason_of(error))
        ) from None
    except Exception as error:
        # The file is a program of a person, who may not know Python: a traceback would not help.
        message = _("{file}: this settings file can't be used: {reason}")
        raise SettingsError(message.format(file=file.name, reason=reason_of(error))) from error


def parse_moment(text: str) -> datetime:
    """Return the moment of an ISO 8601 time or of seconds since 1970.

    Raises SettingsError for any other text.
    """
    try:
        if re.fullmatch(r"\d{9,11}", text):
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        message = _("“{value}” is not a time: write it as 2026-03-15T08:00:00Z").format(value=text)
        raise SettingsError(message) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def present_moment(option: str, setting: str) -> datetime:
    """Return the present moment of a run.

    It comes from the command's option, else from the environment variable SOURCE_DATE_EPOCH, else from the
    hub's setting, else from the clock.
    """
    text = option or os.environ.get("SOURCE_DATE_EPOCH", "") or setting
    return parse_moment(text) if text else datetime.now(UTC).replace(microsecond=0)


def check(settings: Mapping[str, Any], root: Path) -> HubSettings:
    """Return the checked settings of a hub.

    Raises SettingsError, which names the setting and what to write.
    """
    for name in _TEXT_SETTINGS:
        if not isinstance(settings.get(name) or "", str):
            raise SettingsError(_("the setting {name} must be a text between quotes").format(name=name))
    if not settings.get("SITENAME"):
        raise SettingsError(_("the setting SITENAME is missing: give the hub its name in pelicanconf.py"))
    folders = (root / str(settings.get("THEME_FOLDER") or "theme"), default_theme())
    themes = tuple(dict.fromkeys(path.resolve() for path in folders if path.is_dir()))
    checked = HubSettings(
        root=root,
        output=(root / settings["OUTPUT_PATH"]).absolute(),
        site=_site(settings, themes),
        zone=_zone(settings["TIMEZONE"]),
        now=present_moment(str(settings.get("ASKED_NOW") or ""), str(settings.get("NOW") or "")),
        themes=themes,
        visit_hours=_visit_hours(settings.get("VISIT_HOURS")),
        declared=_day("ACCESSIBILITY_DATE", settings),
        search=bool(settings.get("SEARCH", True)),
        publish=bool(settings.get("PUBLISH")),
        style_guide=_has_style_guide(settings),
        left_out=frozenset(settings.get("LEFT_OUT") or ()),
        targets=read_targets(settings.get("DEPLOY") or {}),
    )
    logger.debug("settings of the hub %s, as of %s, output in %s", root, checked.now, checked.output)
    return checked


def _site(settings: Mapping[str, Any], themes: tuple[Path, ...]) -> Site:
    language = settings["DEFAULT_LANG"]
    theme_languages = languages(themes[0]) or languages()
    if language not in {*theme_languages, *languages()}:
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
        websub=_websub(settings.get("WEBSUB_HUBS") or ()),
        demonstration=bool(settings.get("DEMONSTRATION")),
    )


def _websub(setting: object) -> tuple[str, ...]:
    hubs = tuple(setting) if isinstance(setting, tuple | list) else ()
    are_addresses = all(isinstance(hub, str) and safe_url(hub) for hub in hubs)
    if not isinstance(setting, tuple | list) or not are_addresses:
        message = _("WEBSUB_HUBS is “{value}”: write the addresses of the hubs in a list")
        raise SettingsError(message.format(value=setting))
    return hubs


def _forge(settings: Mapping[str, Any]) -> Forge | None:
    """Return the forge of the hub's repository; ``None`` where the settings name no repository."""
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
    name = str(settings.get("FORGE") or "")
    kind = FORGE_KINDS.get(name.lower()) if name else forge_kind(repository)
    if kind is None:
        message = _("the forge of {url} is not known: set FORGE to one of {known}")
        raise SettingsError(message.format(url=repository, known=", ".join(FORGE_KINDS)))
    return Forge(kind=kind, repository=repository, branch=str(settings.get("BRANCH") or "main"))


def _has_style_guide(settings: Mapping[str, Any]) -> bool:
    """Whether a build has the style guide: it serves those who work on the look, not those who read."""
    wanted = settings.get("STYLE_GUIDE")
    return not settings.get("PUBLISH") if wanted is None else bool(wanted)


def _day(name: str, settings: Mapping[str, Any]) -> date | None:
    text = str(settings.get(name) or "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = _("{name} is “{value}”, which is not a day: write it as 2026-03-15")
        raise SettingsError(message.format(name=name, value=text)) from None


def _zone(name: str) -> ZoneInfo:
    """Return the time zone of a name; raises SettingsError where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = _("TIMEZONE is “{name}”, which is not a time zone: write it as Europe/Paris")
        raise SettingsError(message.format(name=name)) from None


def _visit_hours(setting: object) -> tuple[float, float]:
    pair = setting if isinstance(setting, tuple | list) else ()
    if len(pair) == 2 and all(isinstance(hours, int | float) for hours in pair) and 0 < pair[0] <= pair[1]:
        return float(pair[0]), float(pair[1])
    message = _(
        "VISIT_HOURS is “{value}”: write the fewest and the most hours between two visits, as (1, 24)"
    )
    raise SettingsError(message.format(value=setting))
