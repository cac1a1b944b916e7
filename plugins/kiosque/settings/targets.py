"""The targets of a hub, which ``DEPLOY`` names in ``publishconf.py``: read and checked.

A target is an address, or an address with options::

    DEPLOY = {
        "site": "sftp://asso@ssh.hebergeur.example/www",
        "secours": {"url": "ftps://asso@ftp.hebergeur.example/www", "certificate": "hebergeur.pem"},
    }

Passwords and keys don't belong there: others read that file, since it is part of the hub's repository.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from kiosque.i18n import _
from kiosque.model import Record, SettingsError
from kiosque.wording.reasons import reason_of


class HostKind(StrEnum):
    """The way in which a target receives files."""

    FOLDER = "folder"
    FTP = "ftp"
    FTPS = "ftps"
    GIT = "git"
    RSYNC = "rsync"
    S3 = "s3"
    SFTP = "sftp"
    WEBDAV = "webdav"


class Target(Record, frozen=True):
    """A place where the hub is published.

    ``path`` is the folder on the host. It starts at the folder where a connection lands, unless it begins
    with a slash. A folder of this machine starts at the hub's folder. ``port`` is 0 for the usual port.
    ``key`` is a file with a private key. ``host_key`` is the public key that the host must have
    (``ssh-ed25519 AAAA…``). ``certificate`` is a file with the certificate authority of the host, where
    systems don't know it. ``repository`` and ``branch`` are those of git. For S3, ``host`` is the bucket and
    ``user`` the access key. ``endpoint`` is the address of the service, empty for Amazon's. ``profile`` names
    credentials in ``~/.aws``. ``acl`` is the canned access control list of the site's files. ``unencrypted``
    is true where S3 or WebDAV may go without TLS. ``compressed`` says
    whether the compressed copies of texts are sent too: hosts that compress by themselves never read them.
    """

    name: str
    kind: HostKind
    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""
    key: str = ""
    host_key: str = ""
    certificate: str = ""
    repository: str = ""
    branch: str = "pages"
    compressed: bool = False
    endpoint: str = ""
    region: str = ""
    profile: str = ""
    acl: str = ""
    unencrypted: bool = False


# What stands before the host of an address, whatever signs a password holds. No message shows it.
_USERINFO = re.compile(r"://(.*)@", re.DOTALL)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOST_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]+={0,2}(?: .*)?")
_SSH = ("key", "host_key")
_OPTIONS: dict[HostKind, tuple[str, ...]] = {
    HostKind.FOLDER: (),
    HostKind.FTP: ("unencrypted",),
    HostKind.FTPS: ("certificate",),
    HostKind.GIT: ("branch", *_SSH),
    HostKind.RSYNC: _SSH,
    HostKind.S3: ("endpoint", "region", "profile", "acl", "certificate", "unencrypted"),
    HostKind.SFTP: _SSH,
    HostKind.WEBDAV: ("certificate", "unencrypted"),
}
# Servers of one's own serve compressed copies, with the configuration that Kiosque writes for them. Shared
# hosts and the pages of forges compress by themselves; there, copies would only be three times as many files
# to send and keep.
_READ_COPIES = frozenset({HostKind.FOLDER, HostKind.RSYNC})
_GIT = ("git+ssh", "git+https", "git+http", "git+file")
# The canned access control lists of S3 that fit a public site.
_ACLS = ("public-read", "private", "bucket-owner-full-control")
# Services whose addresses name the region. A request that is signed for another region is refused.
_REGIONS = re.compile(
    r"s3[.-](?P<region>[a-z0-9-]+)\."
    r"(?:scw\.cloud|(?:io|perf)\.cloud\.ovh\.(?:net|us)|amazonaws\.com|backblazeb2\.com|wasabisys\.com)"
)


def read_targets(setting: object) -> dict[str, Target]:
    """Return the targets of the setting ``DEPLOY``, by name.

    Raises SettingsError, which says what to write instead.
    """
    if not isinstance(setting, Mapping):
        message = _(
            "DEPLOY is “{value}”: name the places to publish to, "
            'as DEPLOY = {{"site": "sftp://name@host/folder"}}'
        )
        raise SettingsError(message.format(value=_USERINFO.sub("://…@", str(setting))))
    return {name: _target(name, value) for name, value in setting.items()}


def _target(name: object, value: object) -> Target:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = _("DEPLOY: “{name}” can't name a target: use small letters, digits and hyphens")
        raise SettingsError(message.format(name=name))
    options = dict(value) if isinstance(value, Mapping) else {"url": value}
    url = options.pop("url", "")
    if not isinstance(url, str) or not url.strip():
        raise _wrong(name, _('its address is missing: write "sftp://name@host/folder", or {"url": …}'))
    url = url.strip()
    if "://" not in url:
        return _folder(name, url, options)
    if ":" in _user_of(url):
        message = _(
            "take the password out of the address: others can read this file; "
            "put it into the environment, as KIOSQUE_DEPLOY_PASSWORD"
        )
        raise _wrong(name, message)
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError as error:
        message = _("“{url}” is no address ({reason})").format(url=url, reason=reason_of(error))
        raise _wrong(name, message) from None
    if parts.scheme in _GIT:
        return _git(name, parts, options)
    if parts.scheme == HostKind.S3:
        return _bucket(name, parts, port, options)
    return _server(name, parts, port, options)


def _user_of(url: str) -> str:
    """Return the name and the password that stand before the host of an address.

    A password may hold a slash: where no “@” stands before the first one, the last “@” of all counts.
    """
    rest = url.partition("://")[2]
    start = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return (start if "@" in start else rest).rpartition("@")[0]


def _folder(name: str, path: str, options: dict[str, object]) -> Target:
    if re.match(r"[\w.-]+@[\w.-]+:", path):
        message = _("“{url}” is no address: write git+ssh://…, rsync://… or sftp://… before it, and / for :")
        raise _wrong(name, message.format(url=path))
    return Target(name=name, kind=HostKind.FOLDER, path=path, **_checked(name, HostKind.FOLDER, options))


def _git(name: str, parts: SplitResult, options: dict[str, object]) -> Target:
    repository = parts._replace(scheme=parts.scheme.removeprefix("git+"), fragment="").geturl()
    checked = _checked(name, HostKind.GIT, options)
    branch = checked.pop("branch", "") or parts.fragment or "pages"
    return Target(
        name=name,
        kind=HostKind.GIT,
        host=parts.hostname or "",
        user=unquote(parts.username or ""),
        repository=repository,
        branch=branch,
        **checked,
    )


def _bucket(name: str, parts: SplitResult, port: int, options: dict[str, object]) -> Target:
    """Return the target of an address ``s3://bucket/folder`` or ``s3://access-key@bucket/folder``."""
    if not parts.hostname or port:
        message = _(
            "write s3://bucket/folder, and the address of the service beside it, "
            'as "endpoint": "https://s3.example"'
        )
        raise _wrong(name, message)
    checked = _checked(name, HostKind.S3, options)
    endpoint = checked["endpoint"] = checked.get("endpoint", "").rstrip("/")
    service = urlsplit(endpoint)
    if endpoint and (service.scheme not in {"https", "http"} or not service.hostname or service.path):
        message = _(
            "“endpoint” must be the address of the service, as “https://s3.example”, without the bucket"
        )
        raise _wrong(name, message)
    if service.scheme == "http" and not checked.get("unencrypted"):
        message = _(
            'http:// sends all files in the clear: write https://, or say so with "unencrypted": True'
        )
        raise _wrong(name, message)
    if checked.get("acl", _ACLS[0]) not in _ACLS:
        raise _wrong(name, _("“acl” must be one of {known}").format(known=", ".join(_ACLS)))
    region = checked.pop("region", "") or _region(service.hostname or "")
    user, path = unquote(parts.username or ""), unquote(parts.path).strip("/")
    return Target(
        name=name, kind=HostKind.S3, host=parts.hostname, user=user, path=path, region=region, **checked
    )


def _region(service: str) -> str:
    """Return the region of a service, by its name; empty for Amazon's own choice."""
    if match := _REGIONS.fullmatch(service):
        return match["region"]
    if service.endswith(".r2.cloudflarestorage.com"):
        return "auto"
    return "us-east-1" if service else ""


def _server(name: str, parts: SplitResult, port: int, options: dict[str, object]) -> Target:
    known = {str(kind): kind for kind in HostKind if kind not in {HostKind.FOLDER, HostKind.GIT}}
    kind = known.get(parts.scheme)
    if parts.scheme in {"http", "https"}:
        message = _("“{scheme}://” is unknown: for WebDAV write webdav://, for a repository git+{scheme}://")
        raise _wrong(name, message.format(scheme=parts.scheme))
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
    if kind is HostKind.FTP and options.pop("unencrypted", False) is not True:
        message = _(
            "ftp:// sends the password and all files in the clear: write ftps://, which most hosts take; "
            'if yours really has nothing else, say so with "unencrypted": True'
        )
        raise _wrong(name, message)
    return Target(
        name=name,
        kind=kind,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        # The first slash separates host and folder. A second slash begins a path from the top of the host.
        path=unquote(parts.path).removeprefix("/").rstrip("/")
        or ("/" if parts.path.startswith("//") else ""),
        **_checked(name, kind, options),
    )


def _checked(name: str, kind: HostKind, options: dict[str, object]) -> dict[str, Any]:
    """Return the options of a target, which are texts but for ``compressed`` and ``unencrypted``.

    Raises SettingsError for unknown options.
    """
    compressed = options.pop("compressed", kind in _READ_COPIES)
    if not isinstance(compressed, bool):
        message = _("the option “{option}” must be True or False")
        raise _wrong(name, message.format(option="compressed"))
    for option, value in options.items():
        if option not in _OPTIONS[kind]:
            message = _("“{option}” is no option of {kind}; these are: {known}")
            known = ", ".join(("url", *_OPTIONS[kind], "compressed"))
            raise _wrong(name, message.format(option=option, kind=kind, known=known))
        if option == "unencrypted":
            if value is not True:
                raise _wrong(
                    name, _("the option “unencrypted” can only be True: leave it out for encryption")
                )
        elif not isinstance(value, str) or not value.strip():
            raise _wrong(name, _("the option “{option}” must be a text between quotes").format(option=option))
    checked: dict[str, Any] = {
        option: value.strip() if isinstance(value, str) else value for option, value in options.items()
    }
    if "host_key" in checked and not _HOST_KEY.fullmatch(checked["host_key"]):
        message = _("“host_key” must be the host's public key, as “ssh-ed25519 AAAA…”")
        raise _wrong(name, message)
    return {**checked, "compressed": compressed}


def _wrong(name: str, problem: str) -> SettingsError:
    return SettingsError(_("DEPLOY, target “{name}”: {what}").format(name=name, what=problem))
