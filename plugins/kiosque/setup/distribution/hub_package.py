"""What a hub asks for so that the Kiosque that runs here runs there too."""

from __future__ import annotations

import logging
from pathlib import Path

import kiosque
from kiosque.files import replace_file
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.installed import OriginKind, installed_origin, wheel_that_runs
from kiosque.setup.distribution.requirements import REQUIREMENTS, WHEELS, HubPackage, requirements_text
from kiosque.setup.distribution.wheel import Wheel

logger = logging.getLogger(__name__)

_LOCK = "kiosque/setup/lock.txt"


def package_that_runs() -> HubPackage:
    """Return the package of the Kiosque that runs.

    From an index it is name, version and digest; from elsewhere the wheel itself, so that a hub works with
    nothing published anywhere. Raises KiosqueError where no wheel can be made.
    """
    origin, wheel = installed_origin(), wheel_that_runs()
    if origin.kind is OriginKind.INDEX and (published := published_wheel(wheel)):
        return package_of(published, is_published=True)
    is_repository = origin.kind is OriginKind.REPOSITORY
    return package_of(wheel, origin=f"{origin.address}@{origin.commit}" if is_repository else "")


def published_wheel(wheel: Wheel) -> Wheel | None:
    """Return the index's wheel of this version, where it holds the same files; ``None`` otherwise.

    An index may be out of reach, have no such version, or have another program under it.
    """
    if "+" in wheel.version:
        # An index takes no local version (PEP 440).
        return None
    try:
        published = pip.fetch_wheel(wheel.version)
    except pip.PipError as error:
        logger.debug("no wheel of the index: %s", error)
        return None
    is_same = published.version == wheel.version and published.code() == wheel.code()
    logger.debug("the index's wheel of %s has the same files: %s", wheel.version, is_same)
    return published if is_same else None


def package_of(wheel: Wheel, *, is_published: bool = False, origin: str = "") -> HubPackage:
    """Return what a hub asks for to run this wheel."""
    return HubPackage(
        version=wheel.version,
        sha256=wheel.sha256,
        lock=wheel.text(_LOCK),
        wheel=None if is_published else wheel,
        origin=origin,
    )


def installed_lock() -> str:
    """Return the lock of the Kiosque that runs: in the installed package, or in a checkout."""
    package = Path(kiosque.__file__).parent
    installed = package / "setup" / "lock.txt"
    lock = installed if installed.is_file() else package.parents[1] / "requirements" / "run.txt"
    return lock.read_text(encoding="utf-8")


def write_package(root: Path, package: HubPackage) -> tuple[str, ...]:
    """Write what a new hub asks for into its folder; return the paths of the files.

    Raises OutputError where they can't be written.
    """
    files = {REQUIREMENTS: requirements_text(package).encode()}
    if package.wheel:
        files[f"{WHEELS}/{package.wheel.filename}"] = package.wheel.data
    for path, data in files.items():
        replace_file(root / path, data)
    return tuple(files)
