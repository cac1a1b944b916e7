"""What a hub asks for so that the Kiosque that runs here runs there too."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosque.files import replace_file
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.installed import OriginKind, installed_origin, wheel_that_runs
from kiosque.setup.distribution.requirements import REQUIREMENTS, HubPackage, requirements_text
from kiosque.setup.distribution.wheel import Wheel

logger = logging.getLogger(__name__)


def package_that_runs() -> HubPackage:
    """Return the package of the Kiosque that runs.

    From an index it is name, version and digest; from elsewhere the wheel itself, so that a hub works with
    nothing published anywhere. Raises KiosqueError where no wheel can be made.
    """
    origin, wheel = installed_origin(), wheel_that_runs()
    if origin.kind is OriginKind.INDEX and (published := published_wheel(wheel)):
        return HubPackage(wheel=published, is_published=True)
    is_repository = origin.kind is OriginKind.REPOSITORY
    return HubPackage(wheel=wheel, origin=f"{origin.address}@{origin.commit}" if is_repository else "")


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


def write_package(root: Path, package: HubPackage) -> tuple[str, ...]:
    """Write what a new hub asks for into its folder; return the paths of the files.

    Raises OutputError where they can't be written.
    """
    files = {REQUIREMENTS: requirements_text(package).encode()}
    if package.wheel_path:
        files[package.wheel_path] = package.wheel.data
    for path, data in files.items():
        replace_file(root / path, data)
    return tuple(files)
