"""The plan of an upgrade: which files of a hub change, which are kept, and what becomes of the archive.

It reads the hub, and changes nothing.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosque import DISTRIBUTION
from kiosque.archive.entries import ARCHIVE
from kiosque.archive.format import format_of
from kiosque.i18n import _
from kiosque.model import KiosqueError, Record
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.installed import installed_version
from kiosque.setup.distribution.requirements import (
    REQUIREMENTS,
    WHEELS,
    HubPackage,
    Requirement,
    parsed,
    requirements_text,
)
from kiosque.setup.distribution.wheel import read_wheel
from kiosque.setup.upgrade.release import Release, release_of, release_that_runs
from kiosque.wording.reasons import reason_of

# "kiosque" is the name of somebody else's program on the index.
_NAMES = (DISTRIBUTION, "kiosque")


class FileChange(Record, frozen=True):
    """A file that changes. ``data`` are its new bytes; ``None`` where it is removed."""

    path: str
    data: bytes | None
    is_new: bool = False


class KeptFile(Record, frozen=True):
    """A file that people have changed, with its difference from the new version's, as ``diff -u`` has it."""

    path: str
    difference: str


class Plan(Record, frozen=True):
    """What an upgrade does. ``dependencies`` are name, old and new version; empty where there is none.

    ``formats`` are those of the hub's archive and of the new version.
    """

    package: HubPackage
    asked_version: str
    changes: tuple[FileChange, ...]
    kept: tuple[KeptFile, ...]
    dependencies: tuple[tuple[str, str, str], ...]
    formats: tuple[int, int]


def plan_upgrade(root: Path, package: HubPackage) -> Plan:
    """Return the plan that moves a hub to a package.

    Raises KiosqueError where the new version can't read the archive, or a file of the hub can't be read.
    """
    try:
        text = _text_of(root / REQUIREMENTS)
        asked = parsed(text)
        base = _base(root, asked)
        new = release_of(package.wheel)
        own = _own(asked, (base.lock, new.lock))
        new_text = requirements_text(package, own)
        changes = [
            *_changed(root, REQUIREMENTS, new_text.encode()),
            *_wheels(root, package),
            *_files(root, base, new),
        ]
        kept = tuple(_kept(root, base, new, package.wheel.version))
    except OSError as error:
        message = _("{path} can't be read ({reason}): mend its permissions")
        raise KiosqueError(message.format(path=error.filename, reason=reason_of(error))) from error
    return Plan(
        package=package,
        asked_version=next((requirement.version for requirement in asked if requirement.name in _NAMES), ""),
        changes=tuple(changes),
        kept=kept,
        dependencies=tuple(_dependencies(asked, parsed(new_text))),
        formats=_formats(root, new),
    )


def _base(root: Path, asked: tuple[Requirement, ...]) -> Release:
    """Return the version that the hub was written with, to tell its people's changes from Kiosque's."""
    own = next(
        (
            requirement
            for requirement in asked
            if requirement.name == DISTRIBUTION and requirement.version and requirement.sha256
        ),
        None,
    )
    if own is None or own.version == installed_version():
        return release_that_runs()
    for file in sorted((root / WHEELS).glob("*.whl")):
        if hashlib.sha256(data := file.read_bytes()).hexdigest() in own.sha256:
            return release_of(read_wheel(data))
    try:
        wheel = pip.fetch_wheel(own.version)
    except KiosqueError:
        return release_that_runs()
    return release_of(wheel) if wheel.sha256 in own.sha256 else release_that_runs()


def _own(asked: tuple[Requirement, ...], locks: tuple[str, ...]) -> tuple[Requirement, ...]:
    """Return the requirements that people have added. Raises KiosqueError for one without a digest."""
    known = {requirement.name for lock in locks for requirement in parsed(lock)} | {*_NAMES}
    own = tuple(requirement for requirement in asked if requirement.name and requirement.name not in known)
    for requirement in own:
        if not (requirement.version and requirement.sha256):
            message = _(
                "{path}: “{requirement}” has no version with a digest, so pip would refuse it beside the "
                "others: write {name}==VERSION --hash=sha256:…, or take the line out"
            )
            raise KiosqueError(
                message.format(path=REQUIREMENTS, requirement=requirement.text, name=requirement.name)
            )
    return own


def _wheels(root: Path, package: HubPackage) -> Iterator[FileChange]:
    if package.wheel_path:
        yield from _changed(root, package.wheel_path, package.wheel.data)
    for file in sorted((root / WHEELS).glob(f"{DISTRIBUTION.replace('-', '_')}-*.whl")):
        path = f"{WHEELS}/{file.name}"
        if path != package.wheel_path:
            yield FileChange(path=path, data=None)


def _files(root: Path, base: Release, new: Release) -> Iterator[FileChange]:
    """Yield the changes of workflows and units: of those that are in use, and as Kiosque wrote them."""
    folders = {_folder(path) for path in base.files if (root / path).is_file()}
    for path in sorted({*base.files, *new.files}):
        current = _bytes_of(root / path)
        if path not in new.files:
            if current is not None and current == base.files[path]:
                yield FileChange(path=path, data=None)
        elif current is None:
            # A file of the old version that isn't here was removed by people; a new one comes in.
            if path not in base.files and _folder(path) in folders:
                yield FileChange(path=path, data=new.files[path], is_new=True)
        elif current == base.files.get(path):
            yield from _changed(root, path, new.files[path])


def _kept(root: Path, base: Release, new: Release, version: str) -> Iterator[KeptFile]:
    for path in sorted(base.files):
        current, offered = _bytes_of(root / path), new.files.get(path, b"")
        if current is not None and current not in {base.files[path], offered}:
            yield KeptFile(path=path, difference=_difference(path, offered, current, version))


def _difference(path: str, offered: bytes, current: bytes, version: str) -> str:
    old, new = (
        data.decode("utf-8", errors="replace").splitlines(keepends=True) for data in (offered, current)
    )
    lines = difflib.unified_diff(old, new, f"{path} (Kiosque {version})", path)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or path


def _changed(root: Path, path: str, data: bytes) -> Iterator[FileChange]:
    current = _bytes_of(root / path)
    if current != data:
        yield FileChange(path=path, data=data, is_new=current is None)


def _dependencies(
    asked: tuple[Requirement, ...], wanted: tuple[Requirement, ...]
) -> Iterator[tuple[str, str, str]]:
    old, new = _versions(asked), _versions(wanted)
    for name in sorted({*old, *new}):
        if old.get(name, "") != new.get(name, ""):
            yield name, old.get(name, ""), new.get(name, "")


def _versions(requirements: tuple[Requirement, ...]) -> Mapping[str, str]:
    return {
        requirement.name: requirement.version
        for requirement in requirements
        if requirement.name and requirement.name not in _NAMES
    }


def _formats(root: Path, new: Release) -> tuple[int, int]:
    archive = root / ARCHIVE
    number = format_of(archive) if archive.is_dir() else new.archive_format
    if number > new.archive_format:
        message = _(
            "this version reads archives in format {known}, and the hub's is in format {found}: "
            "name a newer version"
        )
        raise KiosqueError(message.format(known=new.archive_format, found=number))
    return number, new.archive_format


def _bytes_of(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _text_of(file: Path) -> str:
    return (_bytes_of(file) or b"").decode("utf-8", errors="replace")
