"""The Kiosque that a person wants: a version, a wheel, a folder, a repository, or the newest one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from kiosque import DISTRIBUTION
from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.setup.distribution import pip
from kiosque.setup.distribution.hub_package import package_that_runs
from kiosque.setup.distribution.installed import labelled, without_credentials
from kiosque.setup.distribution.requirements import REQUIREMENTS, WHEELS, HubPackage, origin_in, parsed
from kiosque.setup.distribution.wheel import read_wheel

_VERSION = re.compile(r"[0-9][\w.+!-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SECONDS = 60


def wanted_package(root: Path, target: str) -> HubPackage:
    """Return the package that a person names; raises KiosqueError where there is none.

    ``target`` is a version on the index, the path of a wheel, the folder of a checkout, or the address of a
    repository that begins with ``git+``, with a branch, a tag or a commit after an ``@``. Without one it is
    the newest version of where the hub's Kiosque is from, or else the Kiosque that runs.
    """
    if not target:
        return _newest(root)
    if target.startswith("git+"):
        return _of_repository(target)
    path = Path(target)
    if path.is_dir():
        return HubPackage(wheel=labelled(pip.build_wheel(str(path.resolve()))))
    if path.is_file():
        return HubPackage(wheel=read_wheel(path.read_bytes()))
    if _VERSION.fullmatch(target) and not target.endswith(".whl"):
        return HubPackage(wheel=pip.fetch_wheel(target), is_published=True)
    message = _("“{target}” is no version, no wheel and no folder here: name one, as kiosque upgrade 1.2.0")
    raise KiosqueError(message.format(target=target))


def _newest(root: Path) -> HubPackage:
    try:
        text = (root / REQUIREMENTS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    if origin := origin_in(text):
        return _of_repository(_parts(origin)[0])
    asked = next((requirement for requirement in parsed(text) if requirement.name == DISTRIBUTION), None)
    is_from_index = asked is not None and asked.version and asked.sha256
    if is_from_index and not any((root / WHEELS).glob("*.whl")):
        return HubPackage(wheel=pip.fetch_wheel(), is_published=True)
    return package_that_runs()


def _of_repository(address: str) -> HubPackage:
    """Return the package of a repository's revision. Its wheel names the commit."""
    repository, revision = _parts(address)
    commit = revision if _COMMIT.fullmatch(revision) else _commit_of(repository, revision)
    wheel = pip.build_wheel(f"{repository}@{commit}")
    return HubPackage(wheel=labelled(wheel, commit), origin=f"{without_credentials(repository)}@{commit}")


def _parts(address: str) -> tuple[str, str]:
    """Return the repository of an address, and the revision after its path; HEAD where there is none."""
    scheme, separator, rest = address.partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    place, at, revision = path.rpartition("@")
    return f"{scheme}{separator}{host}{slash}{place if at else path}", revision if at else "HEAD"


def _commit_of(repository: str, revision: str) -> str:
    """Return the commit of a branch or a tag."""
    command = ["git", "ls-remote", "--", repository.removeprefix("git+"), revision, f"{revision}^{{}}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603 - git
    except (OSError, subprocess.TimeoutExpired):
        lines = []
    else:
        lines = done.stdout.splitlines()
    if not lines:
        message = _("the repository {repository} can't be reached, or has no “{revision}”")
        raise KiosqueError(
            message.format(repository=without_credentials(repository), revision=revision)
        ) from None
    # An annotated tag has two lines, and the second one is the commit.
    return lines[-1].split()[0]
