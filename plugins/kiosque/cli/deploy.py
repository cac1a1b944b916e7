"""``kiosque deploy``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from kiosque.cli.console.common import common_behaviour, is_terminal, json_option, print_json, prompt
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, current_language, ngettext
from kiosque.model import OutputError, SettingsError
from kiosque.wording.localized import format_size

if TYPE_CHECKING:
    from kiosque.deploy.credentials import Credentials
    from kiosque.deploy.deployment import DeployReport
    from kiosque.deploy.host import File
    from kiosque.deploy.order import Phase
    from kiosque.settings.pelicanconf import HubSettings
    from kiosque.settings.targets import Target


@click.command(help=_("Hand the built site to a host; TARGET is one that DEPLOY names in publishconf.py."))
@click.argument("target")
@click.option("--dry-run", is_flag=True, help=_("Say what would travel, and touch nothing."))
@click.option(
    "--verify", is_flag=True, help=_("Compare what all files hold, not only their sizes and times.")
)
@click.option(
    "--output", type=click.Path(path_type=Path), help=_("The site's folder; by default that of the settings.")
)
@json_option
@click.pass_obj
@common_behaviour
def deploy(root: Path, target: str, dry_run: bool, verify: bool, output: Path | None, as_json: bool) -> None:
    """Hand the built site to a host."""
    from kiosque.deploy import deployment
    from kiosque.deploy.hosts.opening import open_host
    from kiosque.settings import pelicanconf

    settings = pelicanconf.load(root, publish=True)
    chosen_target = _target(settings, target)
    folder = output.absolute() if output else settings.output
    start = time.perf_counter()
    with _no_build(settings, folder):
        site = deployment.BuiltSite(
            folder=folder, files=_files_for(chosen_target, folder, settings.cache), cache=settings.cache
        )
        _check_not_inside(chosen_target, root, folder)
        with open_host(credentials_of(chosen_target), root, settings.cache) as host:
            if dry_run:
                report = deployment.would_deploy(site, host, verify=verify)
            else:
                report = deployment.deploy(site, host, target, _Progress(quiet=as_json), verify=verify)
    seconds = round(time.perf_counter() - start, 3)
    if as_json:
        print_json({"target": target, "dry_run": dry_run, "seconds": seconds, **msgspec.to_builtins(report)})
    else:
        (_print_plan if dry_run else _print_report)(report)


def _files_for(target: Target, folder: Path, cache: Path) -> dict[str, File]:
    from kiosque.deploy import output_files

    files = output_files.scan(folder, cache)
    return files if target.compressed else output_files.without_copies(files)


def credentials_of(target: Target) -> Credentials:
    """Return the credentials of a target: from the environment, or from a person at the terminal."""
    from kiosque.deploy.credentials import Credentials

    return Credentials(target, os.environ, _ask if is_terminal() else None)


def _target(settings: HubSettings, name: str) -> Target:
    if not settings.targets:
        message = _(
            'no target is named: write into publishconf.py DEPLOY = {"site": "sftp://name@host/folder"}'
        )
        raise SettingsError(message)
    if name not in settings.targets:
        message = _("there is no target “{name}”; the targets are: {known}")
        raise click.BadParameter(
            message.format(name=name, known=", ".join(settings.targets)), param_hint=_("TARGET")
        )
    return settings.targets[name]


@contextmanager
def _no_build(settings: HubSettings, output: Path) -> Iterator[None]:
    """Prevent builds of ``output`` meanwhile.

    Raises OutputError where it doesn't exist or wasn't built with ``--publish``.
    """
    from filelock import FileLock, Timeout

    from kiosque import build_stamp
    from kiosque.build_stamp import BuildStatus

    if not output.is_dir():
        message = _("{folder} isn't there: build the site first, with: kiosque build --publish")
        raise OutputError(message.format(folder=output))
    try:
        with FileLock(settings.cache / "build.lock", timeout=0):
            if build_stamp.read_stamp(settings.cache, output) is not BuildStatus.PUBLISHED:
                message = _(
                    "{folder} wasn't built to be published, or not to its end: "
                    "run first: kiosque build --publish"
                )
                raise OutputError(message.format(folder=output))
            yield
    except Timeout:
        message = _("a build or a deployment of this hub is under way: wait until it is done")
        raise OutputError(message) from None


def _check_not_inside(target: Target, root: Path, output: Path) -> None:
    """Raise SettingsError where the target's folder is the output folder, or one is inside the other."""
    from kiosque.settings.targets import HostKind

    folder = (root / Path(target.path).expanduser()).resolve()
    if target.kind is HostKind.FOLDER and (folder.is_relative_to(output) or output.is_relative_to(folder)):
        message = _("the target “{name}” is the output folder itself, or inside or around it: name another")
        raise SettingsError(message.format(name=target.name))


def _ask(question: str) -> str:
    answer: str = prompt(question, hide_input=True, err=True)
    return answer


class _Progress:
    """Prints the progress of a deployment: a count on a terminal, a line for each phase elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._is_quiet = quiet
        self._counts = sys.stderr.isatty()
        self._done = self._total = 0
        self._name = ""

    def phase(self, phase: Phase, files: Mapping[str, File]) -> None:
        """Begin a phase."""
        self._done, self._total, self._name = 0, len(files), _name(phase)
        if not (self._is_quiet or self._counts):
            size = format_size(sum(file.size for file in files.values()), current_language())
            value = f"{_files(self._total)}, {size}"
            echo(_("{name}: {value}").format(name=self._name, value=value), err=True)

    def sent(self, _path: str) -> None:
        """Count a file."""
        self._done += 1
        if self._counts and not self._is_quiet:
            line = _("{name}: {value}").format(name=self._name, value=f"{self._done}/{self._total}")
            echo(f"\r{line}", nl=self._done == self._total, err=True)


def _name(phase: Phase) -> str:
    return {
        "ASSETS": _("Style, pictures and data"),
        "PAGES": _("Pages"),
        "LISTS": _("Lists"),
        "HOME": _("Home"),
        "FEEDS": _("Feeds and site map"),
    }[phase.name]


def _files(number: int) -> str:
    return ngettext("{number} file", "{number} files", number).format(number=number)


def _print_plan(report: DeployReport) -> None:
    """Print the files that would travel, in order."""
    for path in report.sent:
        note = _(" (changed on the host by someone else)") if path in report.mended else ""
        echo(_("would send {path}").format(path=path) + note)
    for path in report.removed:
        echo(_("would remove {path}").format(path=path))
    echo(_summary(report) + _(" (dry run: nothing was touched)"))


def _print_report(report: DeployReport) -> None:
    """Print the report of a deployment."""
    if report.was_cut:
        echo(_("The deployment before this one had been cut off: this one has finished it."), err=True)
    if not report.had_manifest:
        echo(_("This host is new to this hub: nothing that lay there was removed."), err=True)
    for path in report.mended:
        echo(_("{path} had been changed on the host by someone else: put back").format(path=path), err=True)
    echo(_summary(report))


def _summary(report: DeployReport) -> str:
    sent = ngettext("{number} file sent ({size})", "{number} files sent ({size})", len(report.sent))
    removed = ngettext("{number} removed", "{number} removed", len(report.removed))
    kept = ngettext("{number} left as it was", "{number} left as they were", report.kept)
    parts = [
        sent.format(number=len(report.sent), size=format_size(report.size, current_language())),
        removed.format(number=len(report.removed)),
        kept.format(number=report.kept),
    ]
    return ", ".join(parts)
