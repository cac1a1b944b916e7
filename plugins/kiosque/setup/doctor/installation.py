"""Findings about the installation: whether the hub asks for Kiosque, and whether that is what runs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from kiosque import DISTRIBUTION
from kiosque.i18n import _, ngettext
from kiosque.model import KiosqueError
from kiosque.setup import starter
from kiosque.setup.distribution.installed import installed_code, installed_version
from kiosque.setup.distribution.requirements import INSTALL, REQUIREMENTS, WHEELS, Requirement, parsed
from kiosque.setup.distribution.wheel import read_wheel
from kiosque.setup.doctor.findings import Finding, look, mend
from kiosque.wording.reasons import reason_of

# The index has a program of somebody else under this name.
_STRANGER = "kiosque"
_SHOWN = 5


def asked_versions(root: Path) -> Iterator[Finding]:
    """Yield findings about the requirements of a hub, compared with what is installed."""
    yield from _workflows(root)
    if _is_installed(_STRANGER):
        message = _(
            "another program named “kiosque” is installed here too, and may have replaced files: "
            ".venv/bin/pip uninstall kiosque, then {command} --force-reinstall"
        )
        yield mend(message.format(command=INSTALL))
    try:
        requirements = parsed((root / REQUIREMENTS).read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return
    except OSError as error:
        message = _("can't be read ({reason}): mend its permissions")
        yield mend(message.format(reason=reason_of(error)), REQUIREMENTS)
        return
    yield from _own_requirement(root, requirements)
    yield from _libraries(requirements)


def _own_requirement(root: Path, requirements: Sequence[Requirement]) -> Iterator[Finding]:
    """Yield findings about the requirement of Kiosque itself."""
    if any(requirement.name == _STRANGER for requirement in requirements):
        message = _(
            "“kiosque” is somebody else's program on the package index; this one is “{name}”: "
            "kiosque upgrade writes the right line"
        )
        yield mend(message.format(name=DISTRIBUTION), REQUIREMENTS)
        return
    own = next((requirement for requirement in requirements if requirement.name == DISTRIBUTION), None)
    if own is None:
        yield mend(_("this file doesn't ask for Kiosque: kiosque upgrade writes the line"), REQUIREMENTS)
    elif not (own.version and own.sha256):
        message = _(
            "Kiosque has no version with a digest here, so anything of that name would be installed: "
            "kiosque upgrade writes the line"
        )
        yield mend(message, REQUIREMENTS)
    elif own.version != installed_version():
        message = _("the hub asks for Kiosque {pinned}, {installed} runs: {command}")
        text = message.format(pinned=own.version, installed=installed_version(), command=INSTALL)
        yield mend(text, REQUIREMENTS)
    if own and own.sha256:
        yield from _wheel(root, own)


def _wheel(root: Path, own: Requirement) -> Iterator[Finding]:
    """Yield findings about the wheel that lies in the hub. A hub whose Kiosque is on an index has none."""
    files = sorted((root / WHEELS).glob("*.whl"))
    matching = [data for file in files if _sha256(data := file.read_bytes()) in own.sha256]
    if not matching:
        if files or "+" in own.version:
            # An index takes no version with a local part (PEP 440), so the hub's own wheel is the only one.
            message = _(
                "the wheel that {file} asks for isn't here: take it back from git, or run kiosque upgrade"
            )
            yield mend(message.format(file=REQUIREMENTS), WHEELS)
        return
    try:
        wheel = read_wheel(matching[0])
    except KiosqueError as error:
        yield mend(_("{reason}: run kiosque upgrade").format(reason=error), WHEELS)
        return
    if wheel.version == own.version == installed_version() and wheel.code() != installed_code():
        message = _("what runs isn't the hub's wheel, though it has its version: {command} --force-reinstall")
        yield mend(message.format(command=INSTALL), REQUIREMENTS)


def _libraries(requirements: Sequence[Requirement]) -> Iterator[Finding]:
    """Yield a finding where libraries have other versions than the ones that Kiosque was tested with."""
    pinned: defaultdict[str, list[Requirement]] = defaultdict(list)
    for requirement in requirements:
        if requirement.version and requirement.name not in {DISTRIBUTION, _STRANGER}:
            pinned[requirement.name].append(requirement)
    differing = [name for name, wanted in pinned.items() if not _has_version(name, wanted)]
    if differing:
        names = ", ".join(differing[:_SHOWN]) + ("…" if len(differing) > _SHOWN else "")
        message = ngettext(
            "{number} library isn't in the version that the hub asks for ({names}): {command}",
            "{number} libraries aren't in the versions that the hub asks for ({names}): {command}",
            len(differing),
        )
        yield mend(message.format(number=len(differing), names=names, command=INSTALL), REQUIREMENTS)


def _has_version(name: str, wanted: Sequence[Requirement]) -> bool:
    """Whether a library has one of the versions that are wanted, each for the machines of its marker.

    If all have a marker, the library may be meant for other machines only.
    """
    found = _version(name)
    may_be_missing = all(requirement.marker for requirement in wanted)
    return found in {requirement.version for requirement in wanted} or (not found and may_be_missing)


def _workflows(root: Path) -> Iterator[Finding]:
    """Yield a finding about each workflow that installs packages without comparing digests."""
    for path in sorted({path for forge in starter.FORGES for path in starter.files(forge)}):
        try:
            lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        if any(
            "pip install" in line and REQUIREMENTS in line and "--require-hashes" not in line
            for line in lines
        ):
            yield look(
                _("it installs without comparing digests: add --require-hashes to its “pip install”"), path
            )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _is_installed(name: str) -> bool:
    return bool(_version(name))
