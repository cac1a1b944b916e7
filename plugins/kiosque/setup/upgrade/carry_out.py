"""Carries out the plan of an upgrade."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kiosque.files import cannot_write, replace_file, temporary_folder
from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.own_command import own_command
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.hub_package import write_package
from kiosque.setup.distribution.installed import installed_code
from kiosque.setup.distribution.requirements import REQUIREMENTS, own_requirement
from kiosque.setup.upgrade.plan import Plan


def runs_in_hub(root: Path) -> bool:
    """Whether the Kiosque that runs is installed in the hub's own folder, as in its ``.venv``."""
    return Path(sys.prefix).resolve().is_relative_to(root.resolve())


def carry_out(root: Path, plan: Plan) -> None:
    """Install the new version where Kiosque runs in the hub, write the hub's files, convert its archive.

    The installation comes first: where it fails, the hub is as it was. Raises KiosqueError.
    """
    if runs_in_hub(root):
        _install(plan)
    for change in plan.changes:
        path = root / change.path
        try:
            if change.data is None:
                path.unlink(missing_ok=True)
            else:
                replace_file(path, change.data, lasting=True)
        except OSError as error:
            raise KiosqueError(cannot_write(path, error)) from error
    if runs_in_hub(root) and plan.formats[0] != plan.formats[1]:
        # Only the new version can convert the archive: it is another process.
        done = subprocess.run([*own_command(root), "upgrade", "--archive"], capture_output=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            raise KiosqueError(_("the archive wasn't converted: kiosque harvest does it"))


def _install(plan: Plan) -> None:
    """Install the package with all that it needs.

    pip leaves a version alone that is installed already, so another wheel of the same version takes a second
    step.
    """
    requirements = next((change.data for change in plan.changes if change.path == REQUIREMENTS), None)
    with temporary_folder() as folder:
        write_package(folder, plan.package)
        if requirements:
            (folder / REQUIREMENTS).write_bytes(requirements)
        pip.install(folder / REQUIREMENTS)
        if installed_code() != plan.package.wheel.code():
            alone = folder / "kiosque.txt"
            links = "" if plan.package.is_published else f"--find-links {folder / 'paquets'}\n"
            alone.write_text(f"{links}{own_requirement(plan.package)}\n", encoding="utf-8")
            pip.install(alone, "--force-reinstall", "--no-deps")
