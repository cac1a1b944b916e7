"""Findings about the copies of the site on its hosts, compared with the manifest of the last deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosque.cli.deploy import credentials_of
from kiosque.deploy import state
from kiosque.deploy.credentials import Credentials
from kiosque.deploy.hosts.opening import open_host
from kiosque.i18n import _, ngettext
from kiosque.model import KiosqueError
from kiosque.settings.targets import Target
from kiosque.setup.doctor.findings import Finding, look, mend, well


def compare_copies(root: Path, cache: Path, targets: Mapping[str, Target]) -> Iterator[Finding]:
    """Yield a finding about each target; a host that can't be reached is a finding too."""
    for name, target in targets.items():
        try:
            yield _copy(root, cache, target, credentials_of(target))
        except KiosqueError as error:
            yield mend(f"{name}: {error}")


def _copy(root: Path, cache: Path, target: Target, credentials: Credentials) -> Finding:
    with open_host(credentials, root, cache) as host:
        host_state = state.load(host)
        if host_state.was_cut:
            message = _("{name}: the last deployment was cut off; kiosque deploy {name} finishes it")
            return mend(message.format(name=target.name))
        if not host_state.had_manifest:
            message = _("{name}: nothing was deployed there yet")
            return look(message.format(name=target.name))
        expected = host_state.trusted()
        differing = sorted(host.differing(expected, deep=False))
    number = len(differing)
    if not number:
        message = _("{name}: its copy is what was deployed, {number} files")
        return well(message.format(name=target.name, number=len(expected)))
    message = ngettext(
        "{name}: {number} file isn't what was deployed ({first}); kiosque deploy {name} mends it",
        "{name}: {number} files aren't what was deployed ({first}…); kiosque deploy {name} mends them",
        number,
    )
    return mend(message.format(name=target.name, number=number, first=differing[0]))
