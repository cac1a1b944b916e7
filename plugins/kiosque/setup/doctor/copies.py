"""The copies of a hub on its hosts, each against the list that its last deployment left there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kiosque.deploy import state
from kiosque.deploy.credentials import Credentials
from kiosque.deploy.hosts.opening import opened
from kiosque.i18n import _, ngettext
from kiosque.model import KiosqueError
from kiosque.settings.targets import Target
from kiosque.setup.doctor.findings import Finding, look, mend, well

Open = Callable[[Target], Credentials]


def copies(root: Path, cache: Path, targets: Mapping[str, Target], credentials: Open) -> Iterator[Finding]:
    """Yield what is to say of each target; a host that can't be reached is a finding too."""
    for name, target in targets.items():
        try:
            yield _copy(root, cache, target, credentials(target))
        except KiosqueError as error:
            yield mend(f"{name}: {error}")


def _copy(root: Path, cache: Path, target: Target, credentials: Credentials) -> Finding:
    with opened(credentials, root, cache) as host:
        known = state.load(host)
        if known.was_cut:
            message = _("{name}: the last deployment was cut off; kiosque deploy {name} finishes it")
            return mend(message.format(name=target.name))
        if not known.had_manifest:
            message = _("{name}: nothing was deployed there yet")
            return look(message.format(name=target.name))
        expected = known.trusted()
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
