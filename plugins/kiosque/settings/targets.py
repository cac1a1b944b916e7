"""Where a hub is published: the targets that ``DEPLOY`` names in ``publishconf.py``, read and checked.

A target is an address, or an address with options::

    DEPLOY = {
        "site": "sftp://asso@ssh.hebergeur.example/www",
        "secours": {"url": "ftps://asso@ftp.hebergeur.example/www", "certificate": "hebergeur.pem"},
    }

Passwords and keys have no place in it: that file is kept in the hub's repository, which others read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from kiosque.i18n import _
from kiosque.model import Record, SettingsError


class Kind(StrEnum):
    """How a target takes files."""

    FOLDER = "folder"
    FTP = "ftp"
    FTPS = "ftps"
    GIT = "git"
    RSYNC = "rsync"
    SFTP = "sftp"


class Target(Record, frozen=True):
    """One place where the hub is published.

    ``path`` is the folder there, from the one where a connection lands unless it begins with a slash; of a folder of
    this machine, from the hub's. ``port`` is 0 for the usual one. ``key`` is a file with a private key, ``host_key`` the
    public key that the host must have (``ssh-ed25519 AAAA…``), ``certificate`` a file with the authority that its
    certificate must come from, where that isn't one that systems know. ``repository`` and ``branch`` are those of git.
    """

    name: str
    kind: Kind
    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""
    key: str = ""
    host_key: str = ""
    certificate: str = ""
    repository: str = ""
    branch: str = "pages"


_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOST_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,2}(?: .*)?")
_SSH = ("key", "host_key")
_OPTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.FOLDER: (),
    Kind.FTP: ("unencrypted",),
    Kind.FTPS: ("certificate",),
    Kind.GIT: ("branch", *_SSH),
    Kind.RSYNC: _SSH,
    Kind.SFTP: _SSH,
}
_GIT = ("git+ssh", "git+https", "git+http", "git+file")


def read_targets(given: object) -> dict[str, Target]:
    """Return the targets of a setting ``DEPLOY`` by name; raises SettingsError, which says what to write instead."""
    if not isinstance(given, Mapping):
        message = _(
            'DEPLOY is “{value}”: name the places to publish to, as DEPLOY = {{"site": "sftp://name@host/folder"}}'
        )
        raise SettingsError(message.format(value=given))
    return {name: _target(name, written) for name, written in given.items()}


def _target(name: object, written: object) -> Target:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = _("DEPLOY: “{name}” can't name a target: use small letters, digits and hyphens")
        raise SettingsError(message.format(name=name))
    options = dict(written) if isinstance(written, Mapping) else {"url": written}
    url = options.pop("url", "")
    if not isinstance(url, str) or not url.strip():
        raise _wrong(name, _('its address is missing: write "sftp://name@host/folder", or {"url": …}'))
    url = url.strip()
    if "://" not in url:
        return _folder(name, url, options)
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError as error:
        raise _wrong(name, _("“{url}” is no address ({reason})").format(url=url, reason=error)) from None
    if parts.password is not None:
        message = _(
            "take the password out of the address: others can read this file; "
            "put it into the environment, as KIOSQUE_DEPLOY_PASSWORD"
        )
        raise _wrong(name, message)
    if parts.scheme in _GIT:
        return _git(name, parts, options)
    return _server(name, parts, port, options)


def _folder(name: str, path: str, options: dict[str, object]) -> Target:
    if re.match(r"[\w.-]+@[\w.-]+:", path):
        message = _("“{url}” is no address: write git+ssh://…, rsync://… or sftp://… before it, and / for :")
        raise _wrong(name, message.format(url=path))
    return Target(name=name, kind=Kind.FOLDER, path=path, **_checked(name, Kind.FOLDER, options))


def _git(name: str, parts: SplitResult, options: dict[str, object]) -> Target:
    repository = parts._replace(scheme=parts.scheme.removeprefix("git+"), fragment="").geturl()
    checked = _checked(name, Kind.GIT, options)
    branch = checked.pop("branch", "") or parts.fragment or "pages"
    return Target(
        name=name,
        kind=Kind.GIT,
        host=parts.hostname or "",
        user=unquote(parts.username or ""),
        repository=repository,
        branch=branch,
        **checked,
    )


def _server(name: str, parts: SplitResult, port: int, options: dict[str, object]) -> Target:
    known = {str(kind): kind for kind in Kind if kind not in {Kind.FOLDER, Kind.GIT}}
    kind = known.get(parts.scheme)
    if kind is None:
        message = _(
            "“{scheme}://” is unknown: use one of {known}; a folder of this machine needs none of them"
        )
        every = ", ".join(f"{scheme}://" for scheme in (*known, *_GIT))
        raise _wrong(name, message.format(scheme=parts.scheme, known=every))
    if not parts.hostname:
        raise _wrong(
            name, _("the name of the host is missing, as in {kind}://name@host/folder").format(kind=kind)
        )
    if kind is Kind.FTP and options.pop("unencrypted", False) is not True:
        message = _(
            "ftp:// sends the password and all files in the clear: write ftps://, which most hosts take; if yours "
            'really has nothing else, say so with "unencrypted": True'
        )
        raise _wrong(name, message)
    return Target(
        name=name,
        kind=kind,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        # One slash parts host and folder; a second one begins a path from the top of the host.
        path=unquote(parts.path).removeprefix("/").rstrip("/")
        or ("/" if parts.path.startswith("//") else ""),
        **_checked(name, kind, options),
    )


def _checked(name: str, kind: Kind, options: dict[str, object]) -> dict[str, Any]:
    """Return the options of a target, which are texts all of them."""
    for option, value in options.items():
        if option not in _OPTIONS[kind]:
            message = _("“{option}” is no option of {kind}; these are: {known}")
            known = ", ".join(("url", *_OPTIONS[kind]))
            raise _wrong(name, message.format(option=option, kind=kind, known=known))
        if not isinstance(value, str) or not value.strip():
            raise _wrong(name, _("the option “{option}” must be a text between quotes").format(option=option))
    checked: dict[str, Any] = {option: str(value).strip() for option, value in options.items()}
    if "host_key" in checked and not _HOST_KEY.fullmatch(checked["host_key"]):
        message = _("“host_key” must be the host's public key, as “ssh-ed25519 AAAA…”")
        raise _wrong(name, message)
    return checked


def _wrong(name: str, what: str) -> SettingsError:
    return SettingsError(_("DEPLOY, target “{name}”: {what}").format(name=name, what=what))
