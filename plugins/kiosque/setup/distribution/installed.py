"""What is installed: the files of the Kiosque that runs, their origin, and a wheel made of them again.

Installers note the origin of what they install in ``direct_url.json`` (PEP 610), and the digest of each file
in ``RECORD`` (PEP 376, as the Python Packaging User Guide has it).
"""

from __future__ import annotations

import csv
import hashlib
import json
import logging
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

import kiosque
from kiosque.i18n import _
from kiosque.model import KiosqueError, Record
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.wheel import Wheel, digest, is_metadata, pack_wheel, read_wheel

logger = logging.getLogger(__name__)

# The installer writes these files of the metadata; a wheel doesn't have them.
_OF_WHEELS = ("METADATA", "WHEEL", "entry_points.txt", "licenses")
_PACKAGE = Path(kiosque.__file__).parent


class OriginKind(StrEnum):
    """Where the Kiosque that runs was installed from."""

    INDEX = "index"
    REPOSITORY = "repository"
    CHECKOUT = "checkout"
    WHEEL = "wheel"


class Origin(Record, frozen=True):
    """An origin. ``address`` is a repository's, without password, a folder's or a file's.

    ``commit`` is a repository's. ``is_editable`` says that the files of a checkout run where they lie.
    ``sha256`` is the digest of a wheel.
    """

    kind: OriginKind
    address: str = ""
    commit: str = ""
    is_editable: bool = False
    sha256: str = ""


def installed_version() -> str:
    """Return the version of the Kiosque that runs. One that isn't installed has the version of its code."""
    distribution = _distribution()
    return distribution.version if distribution else kiosque.__version__


def installed_origin() -> Origin:
    """Return where the Kiosque that runs was installed from."""
    distribution = _distribution()
    if distribution is None:
        return Origin(kind=OriginKind.CHECKOUT, address=str(_PACKAGE.parents[1]), is_editable=True)
    return origin_of(distribution.read_text("direct_url.json") or "")


def origin_of(direct_url: str) -> Origin:
    """Return the origin that the text of ``direct_url.json`` says. Without one it was an index."""
    noted: dict[str, Any] = json.loads(direct_url) if direct_url else {}
    address = str(noted.get("url", ""))
    if vcs := noted.get("vcs_info"):
        scheme = "" if address.startswith(f"{vcs['vcs']}+") else f"{vcs['vcs']}+"
        commit = str(vcs["commit_id"])
        return Origin(
            kind=OriginKind.REPOSITORY, address=scheme + without_credentials(address), commit=commit
        )
    if "dir_info" in noted:
        is_editable = bool(noted["dir_info"].get("editable"))
        return Origin(kind=OriginKind.CHECKOUT, address=_path(address), is_editable=is_editable)
    if "archive_info" in noted:
        archive = noted["archive_info"]
        sha256 = archive.get("hashes", {}).get("sha256") or archive.get("hash", "").removeprefix("sha256=")
        return Origin(kind=OriginKind.WHEEL, address=_path(address), sha256=sha256)
    return Origin(kind=OriginKind.INDEX)


def without_credentials(address: str) -> str:
    """Return an address without the password in it, and without a name that is one: others read it."""
    parts = urlsplit(address)
    if parts.hostname is None or "@" not in parts.netloc:
        return address
    user, _at, host = parts.netloc.rpartition("@")
    # The account `git` of SSH is no secret, and needed.
    netloc = f"{user}@{host}" if parts.scheme.endswith("ssh") and ":" not in user else host
    return urlunsplit(parts._replace(netloc=netloc))


def installed_code() -> dict[str, str]:
    """Return the digest that each installed file of the package has now, by its path in a wheel.

    Empty where the files of a checkout run.
    """
    distribution = _distribution()
    if distribution is None:
        return {}
    return {path: digest(data) for path, data in _files(distribution).items() if not is_metadata(path)}


def wheel_that_runs() -> Wheel:
    """Return a wheel of the Kiosque that runs: the one that it was installed from, or one made of its files.

    A wheel of a checkout or a repository gets a version of its own, as ``0.1.0+g1a2b3c``, as would one whose
    files were changed: an installer tells wheels apart by their version. Raises KiosqueError where none can
    be made.
    """
    origin, distribution = installed_origin(), _distribution()
    if distribution is None or origin.is_editable:
        return labelled(pip.build_wheel(origin.address))
    if origin.kind is OriginKind.WHEEL and (wheel := _wheel_file(origin)):
        return wheel
    files = _files(distribution)
    wheel = pack_wheel(files, distribution.version)
    if origin.kind is OriginKind.REPOSITORY:
        return labelled(wheel, origin.commit)
    if origin.kind is OriginKind.CHECKOUT or _noted_code(distribution) != wheel.code():
        return labelled(wheel)
    return wheel


def labelled(wheel: Wheel, commit: str = "") -> Wheel:
    """Return a wheel whose version names the commit, or else the contents, that it was made from."""
    public = wheel.version.partition("+")[0]
    contents = "".join(f"{path} {file_digest}\n" for path, file_digest in sorted(wheel.code().items()))
    # A label of digits alone would be taken for a number, and lose its zeros: hence the letter (PEP 440).
    label = f"g{commit[:12]}" if commit else f"c{hashlib.sha256(contents.encode()).hexdigest()[:12]}"
    return pack_wheel(wheel.files, f"{public}+{label}")


def _distribution() -> metadata.Distribution | None:
    """Return the metadata of the Kiosque that runs; ``None`` where its code isn't what is installed."""
    try:
        distribution = metadata.distribution(kiosque.DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return None
    origin = origin_of(distribution.read_text("direct_url.json") or "")
    place = Path(origin.address, "plugins") if origin.is_editable else distribution.locate_file("")
    is_this = _PACKAGE.parent.resolve() == Path(str(place)).resolve()
    return distribution if is_this else None


def _files(distribution: metadata.Distribution) -> dict[str, bytes]:
    """Return the installed files that a wheel has, by path."""
    files: dict[str, bytes] = {}
    for path in _recorded(distribution):
        top, _slash, rest = path.partition("/")
        of_metadata = is_metadata(path) and rest.partition("/")[0] in _OF_WHEELS
        if (top == "kiosque" and "__pycache__" not in path) or of_metadata:
            try:
                files[path] = Path(str(distribution.locate_file(path))).read_bytes()
            except OSError as error:
                message = _("the installed Kiosque lacks the file {path}: install it anew")
                raise KiosqueError(message.format(path=path)) from error
    return files


def _recorded(distribution: metadata.Distribution) -> dict[str, str]:
    """Return the digests of RECORD by path."""
    lines = (distribution.read_text("RECORD") or "").splitlines()
    return {row[0].replace("\\", "/"): row[1] for row in csv.reader(lines) if len(row) > 1}


def _noted_code(distribution: metadata.Distribution) -> dict[str, str]:
    return {
        path: noted
        for path, noted in _recorded(distribution).items()
        if path.startswith("kiosque/") and "__pycache__" not in path
    }


def _wheel_file(origin: Origin) -> Wheel | None:
    """Return the wheel that was installed, where it still lies there unchanged."""
    file = Path(origin.address)
    if file.suffix != ".whl" or not file.is_file():
        return None
    data = file.read_bytes()
    return read_wheel(data) if hashlib.sha256(data).hexdigest() == origin.sha256 else None


def _path(address: str) -> str:
    """Return the path of a ``file:`` address, and any other address without credentials."""
    parts = urlsplit(address)
    return url2pathname(parts.path) if parts.scheme == "file" else without_credentials(address)
