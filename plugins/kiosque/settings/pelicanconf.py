"""The settings of a hub: read from its ``pelicanconf.py``, checked; and what of them every page sees.

Pelican reads the same file when it builds: here it is read without Pelican, whose start would be half of a short
command's time.
"""

from __future__ import annotations

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
from kiosque.settings.forge import KINDS, Forge, kind_of
from kiosque.settings.targets import Target, read_targets
from kiosque.urls import safe_url

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
    "MARKDOWN": {
        "extensions": ["markdown.extensions.extra", "markdown.extensions.sane_lists"],
        "extension_configs": {},
        "output_format": "html5",
    },
}
_TEXTS = (
    "SITENAME", "SITESUBTITLE", "SITEURL", "CONTACT", "REPOSITORY", "BRANCH", "FORGE", "ACCESSIBILITY_DATE", "DEFAULT_LANG", "TIMEZONE",
    "PATH", "OUTPUT_PATH",
)  # fmt: skip


class Site(Record, frozen=True):
    """What every page knows of its hub.

    ``url`` is absolute without a slash at its end; ``root`` is its path, put before every address
    (empty for a hub at the top of its host); ``assets`` is the folder of style and scripts. ``logo`` is a picture of
    the name, empty where the name is set in type. ``menu`` are names and addresses of the hub's own pages, ``lists`` those
    of the lists of other kinds that have something to show.
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
    """The settings of one build, checked.

    ``root`` is the hub's folder, ``themes`` the theme folders from the hub's own to the default one,
    ``markdown`` the arguments of its Markdown reader, ``search`` whether its search index is made, ``publish`` whether hosts get what they need besides. ``visit_hours`` are the
    fewest and the most hours between two visits of a feed. ``declared`` is the day on which people of the hub made the declaration of accessibility theirs.
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
    publish: bool = False
    targets: Mapping[str, Target] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day that it is there."""
        return self.now.astimezone(self.zone).date()

    @property
    def cache(self) -> Path:
        """The folder of what may be lost without harm."""
        return self.root / ".cache"


def load(root: Path, now: str = "", *, publish: bool = False) -> HubSettings:
    """Return the settings of the hub in ``root``, checked, as of ``now``; raises SettingsError where they can't be used.

    With ``publish`` those of the public site are taken, where a file ``publishconf.py`` has them.
    """
    file = settings_file(root, "publishconf.py" if publish else "pelicanconf.py")
    if publish and not file.is_file():
        file = settings_file(root, "pelicanconf.py")
    written = written_settings(file) if file.is_file() else {}
    return check({**DEFAULTS, **written, "ASKED_NOW": now}, root)


def settings_file(root: Path, name: str) -> Path:
    """Return a settings file of a hub, which may lack it; raises SettingsError where ``root`` is no hub."""
    if not (root / "content").is_dir():
        message = _(
            "{folder} is not a hub: it has no folder “content”; go to a hub's folder, or name it with --hub"
        )
        raise SettingsError(message.format(folder=root))
    return root / name


def written_settings(file: Path) -> dict[str, Any]:
    """Return what a settings file says, in capitals."""
    # publishconf.py takes it in: that of this hub, as it is now.
    sys.modules.pop("pelicanconf", None)
    with plain_faults(file):
        return {name: value for name, value in runpy.run_path(str(file)).items() if name.isupper()}


@contextmanager
def plain_faults(file: Path) -> Iterator[None]:
    """Say what is wrong with a settings file, with its line, as a SettingsError."""
    try:
        yield
    except SyntaxError as error:
        message = _("{file}:{line}: this settings file can't be read: {reason}")
        raise SettingsError(message.format(file=file.name, line=error.lineno, reason=error.msg)) from None
    except Exception as error:
        # The file is a person's program: whatever it raises is theirs to mend, and must not reach them as a traceback.
        message = _("{file}: this settings file can't be used: {reason}")
        raise SettingsError(message.format(file=file.name, reason=error)) from error


def parse_now(written: str) -> datetime:
    """Return a moment given as ISO 8601 or as seconds since 1970; raises SettingsError on anything else."""
    try:
        if re.fullmatch(r"\d{9,11}", written):
            return datetime.fromtimestamp(int(written), UTC)
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        message = _("“{value}” is not a time: write it as 2026-03-15T08:00:00Z").format(value=written)
        raise SettingsError(message) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def now(asked: str, setting: str) -> datetime:
    """Return the ``now`` of a run: asked for, else SOURCE_DATE_EPOCH, else the hub's setting, else the clock."""
    written = asked or os.environ.get("SOURCE_DATE_EPOCH", "") or setting
    return parse_now(written) if written else datetime.now(UTC).replace(microsecond=0)


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
        zone=_zone(settings["TIMEZONE"]),
        now=now(str(settings.get("ASKED_NOW") or ""), str(settings.get("NOW") or "")),
        themes=themes,
        markdown=_markdown(settings),
        visit_hours=_visit_hours(settings.get("VISIT_HOURS")),
        declared=_day("ACCESSIBILITY_DATE", settings),
        search=bool(settings.get("SEARCH", True)),
        publish=bool(settings.get("PUBLISH")),
        targets=read_targets(settings.get("DEPLOY") or {}),
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
        websub=_websub(settings.get("WEBSUB_HUBS") or ()),
        demonstration=bool(settings.get("DEMONSTRATION")),
    )


def _websub(given: object) -> tuple[str, ...]:
    hubs = tuple(given) if isinstance(given, tuple | list) else ()
    if not isinstance(given, tuple | list) or not all(isinstance(one, str) and safe_url(one) for one in hubs):
        message = _("WEBSUB_HUBS is “{value}”: write the addresses of the hubs in a list")
        raise SettingsError(message.format(value=given))
    return hubs


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


def _zone(name: str) -> ZoneInfo:
    """Return a time zone by its name; raises SettingsError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = _("TIMEZONE is “{name}”, which is not a time zone: write it as Europe/Paris")
        raise SettingsError(message.format(name=name)) from None


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
