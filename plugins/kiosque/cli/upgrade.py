"""``kiosque upgrade``: move a hub to another version of Kiosque."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.console.common import common_behaviour, json_option, print_json
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from kiosque.setup.upgrade.plan import FileChange, Plan

# A list of changed dependencies is cut after as many.
_SHOWN = 12


@click.command(
    help=_(
        "Move this hub to another version of Kiosque. TARGET is a version, a wheel, the folder of a "
        "checkout, or a repository as git+https://…@tag; by default it is the newest version "
        "of where the hub has Kiosque from."
    )
)
@click.argument("target", default="")
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@click.option(
    "--archive", "only_archive", is_flag=True, help=_("Only bring the archive to the format of this Kiosque.")
)
@json_option
@click.pass_obj
@common_behaviour
def upgrade(root: Path, target: str, dry_run: bool, only_archive: bool, as_json: bool) -> None:
    """Plan the upgrade, print it, and carry it out."""
    from kiosque.setup.upgrade.carry_out import carry_out, runs_in_hub
    from kiosque.setup.upgrade.plan import plan_upgrade
    from kiosque.setup.upgrade.wanted import wanted_package

    if only_archive:
        _convert_archive(root, dry_run=dry_run)
        return
    plan = plan_upgrade(root, wanted_package(root, target))
    if as_json:
        print_json(_summary(plan, dry_run=dry_run))
    else:
        _print_plan(plan)
    is_installed_here = runs_in_hub(root)
    if not dry_run:
        carry_out(root, plan)
    if not as_json:
        _print_end(root, plan, dry_run=dry_run, is_installed_here=is_installed_here)


def _convert_archive(root: Path, *, dry_run: bool) -> None:
    from kiosque.archive.entries import ARCHIVE
    from kiosque.archive.format import migrate

    kept = migrate(root / ARCHIVE, dry_run=dry_run)
    if kept:
        echo(_("the archive is in the new format; the old one is kept in {folder}").format(folder=kept))
    else:
        echo(_("the archive is in the format of this Kiosque"))


def _print_plan(plan: Plan) -> None:
    version = plan.package.wheel.version
    if plan.asked_version and plan.asked_version != version:
        echo(_("Kiosque {old} → {new}").format(old=plan.asked_version, new=version))
    else:
        echo(_("Kiosque {new}").format(new=version))
    for change in plan.changes:
        echo("  " + _("{path}: {state}").format(path=change.path, state=_state(change)))
    if plan.dependencies:
        echo("  " + _dependencies(plan))
    if plan.formats[0] != plan.formats[1]:
        message = _("the archive: from format {old} to format {new}; the old one is kept beside it")
        echo("  " + message.format(old=plan.formats[0], new=plan.formats[1]))
    for kept in plan.kept:
        message = _("{path} stays as you changed it; here − is the new version's and + is yours:")
        echo("  " + message.format(path=kept.path))
        echo("".join(f"    {line}" for line in kept.difference.splitlines(keepends=True)), nl=False)


def _state(change: FileChange) -> str:
    if change.data is None:
        return _("removed")
    return _("new") if change.is_new else _("changed")


def _dependencies(plan: Plan) -> str:
    number = len(plan.dependencies)
    shown = [
        f"{name} {' → '.join(filter(None, (old, new or _('removed'))))}" if old else f"{name} {new}"
        for name, old, new in plan.dependencies[:_SHOWN]
    ]
    names = ", ".join(shown) + ("…" if number > _SHOWN else "")
    message = ngettext(
        "{number} library changes its version: {names}",
        "{number} libraries change their version: {names}",
        number,
    )
    return message.format(number=number, names=names)


def _print_end(root: Path, plan: Plan, *, dry_run: bool, is_installed_here: bool) -> None:
    is_changed = bool(plan.changes) or plan.formats[0] != plan.formats[1]
    if dry_run:
        echo(_("Nothing was written: this is what kiosque upgrade would do."))
    elif not is_changed:
        echo(_("The hub asks for this version already."))
    elif is_installed_here:
        echo(_("This version runs now. kiosque doctor says whether all is well."))
    else:
        echo(_("What comes next:"))
        echo(f"  cd {root}")
        echo("  . .venv/bin/activate")
        echo("  pip install --require-hashes -r requirements.txt")
        echo("  kiosque upgrade --archive && kiosque doctor")


def _summary(plan: Plan, *, dry_run: bool) -> dict[str, object]:
    return {
        "version": plan.package.wheel.version,
        "asked_version": plan.asked_version,
        "changes": [
            {"path": change.path, "removed": change.data is None, "new": change.is_new}
            for change in plan.changes
        ],
        "kept": plan.kept,
        "dependencies": plan.dependencies,
        "archive_formats": plan.formats,
        "dry_run": dry_run,
    }
