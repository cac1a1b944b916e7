"""Reads and writes wheels: the archives from which Python packages are installed.

Their format is the binary distribution format of the Python Packaging User Guide
(https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from kiosque import DISTRIBUTION
from kiosque.i18n import _
from kiosque.model import KiosqueError, Record

# An archive entry needs a moment. A constant one makes the same files the same wheel.
_MOMENT = (2020, 2, 2, 0, 0, 0)
_VERSION_LINE = re.compile(r"^Version: .*$", re.MULTILINE)
_DIST_INFO = re.compile(r"[^/]+\.dist-info")


class Wheel(Record, frozen=True):
    """A wheel of Kiosque: its version, the bytes of its archive, and its files by path."""

    version: str
    data: bytes
    files: Mapping[str, bytes]

    @property
    def filename(self) -> str:
        """Return the name that the format prescribes."""
        return f"{normal(DISTRIBUTION).replace('-', '_')}-{self.version}-py3-none-any.whl"

    @property
    def sha256(self) -> str:
        """Return the digest of the archive, as ``--hash`` of pip has it."""
        return hashlib.sha256(self.data).hexdigest()

    def code(self) -> dict[str, str]:
        """Return the digest of each file of the package, without the metadata beside it."""
        return {path: digest(data) for path, data in self.files.items() if not is_metadata(path)}

    def text(self, path: str) -> str:
        """Return the text of a file; empty where the wheel has no such file."""
        return self.files.get(path, b"").decode("utf-8", errors="replace")


def normal(name: str) -> str:
    """Return the normal form of a distribution's name (PEP 503), by which names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def digest(data: bytes) -> str:
    """Return the digest of a file as a wheel's RECORD has it."""
    return "sha256=" + urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def is_metadata(path: str) -> bool:
    """Whether a path of a wheel belongs to its metadata."""
    return _DIST_INFO.fullmatch(path.partition("/")[0]) is not None


def read_wheel(data: bytes) -> Wheel:
    """Return the wheel in an archive. Raises KiosqueError where it isn't a wheel of Kiosque."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise KiosqueError(_("this isn't a wheel: its archive can't be read")) from error
    metadata = next((data for path, data in files.items() if _is_metadata_file(path)), b"")
    fields = _fields(metadata.decode("utf-8", errors="replace"))
    name = fields.get("Name", "")
    if normal(name) != DISTRIBUTION or "kiosque/__init__.py" not in files:
        message = _("this isn't a wheel of Kiosque: its name is “{name}”, not “{expected}”")
        raise KiosqueError(message.format(name=name, expected=DISTRIBUTION))
    return Wheel(version=fields.get("Version", ""), data=data, files=files)


def pack_wheel(files: Mapping[str, bytes], version: str) -> Wheel:
    """Return a wheel of these files, which has this version whatever their metadata says.

    ``files`` holds the package and its metadata by path. Its RECORD is written anew.
    """
    folder = f"{normal(DISTRIBUTION).replace('-', '_')}-{version}.dist-info"
    packed: dict[str, bytes] = {}
    for path, data in files.items():
        if not is_metadata(path):
            packed[path] = data
        elif not path.endswith("/RECORD"):
            changed = _with_version(data, version) if _is_metadata_file(path) else data
            packed[f"{folder}/{path.partition('/')[2]}"] = changed
    record = f"{folder}/RECORD"
    packed = dict(sorted(packed.items(), key=lambda item: (is_metadata(item[0]), item[0])))
    packed[record] = _record(packed, record)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in packed.items():
            info = zipfile.ZipInfo(path, _MOMENT)
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return Wheel(version=version, data=target.getvalue(), files=packed)


def _is_metadata_file(path: str) -> bool:
    return is_metadata(path) and path.partition("/")[2] == "METADATA"


def _fields(metadata: str) -> dict[str, str]:
    head = metadata.partition("\n\n")[0]
    return {
        name: value.strip() for name, _colon, value in (line.partition(":") for line in head.splitlines())
    }


def _with_version(metadata: bytes, version: str) -> bytes:
    text = metadata.decode("utf-8")
    return _VERSION_LINE.sub(lambda _match: f"Version: {version}", text, count=1).encode()


def _record(files: Mapping[str, bytes], own_path: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows((path, digest(data), len(data)) for path, data in files.items())
    writer.writerow((own_path, "", ""))
    return text.getvalue().encode()
