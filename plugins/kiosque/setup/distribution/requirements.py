"""Writes and reads the requirements of a hub: Kiosque and the lock of all that it needs, with digests.

The format is that of pip's requirements files
(https://pip.pypa.io/en/stable/reference/requirements-file-format/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kiosque import DISTRIBUTION
from kiosque.i18n import _
from kiosque.model import Record
from kiosque.setup.distribution.wheel import Wheel, normal

REQUIREMENTS = "requirements.txt"
# The folder of a hub in which the wheel of its Kiosque lies, where no index has it.
WHEELS = "paquets"
# The path of the lock in a wheel.
LOCK = "kiosque/setup/lock.txt"
INSTALL = ".venv/bin/pip install --require-hashes -r requirements.txt"
_NAME = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_PIN = re.compile(r"==\s*([\w.+!-]+)\s*(?:;|$)")
_HASH = re.compile(r"--hash[= ]sha256:([0-9a-f]{64})")
_ORIGIN = re.compile(rf"^# {DISTRIBUTION} @ (\S+)$", re.MULTILINE)


class Requirement(Record, frozen=True):
    """A requirement of a file: its name in normal form, its whole text, and what it pins.

    ``version`` is empty where the requirement doesn't name exactly one. ``name`` is empty for a path or an
    address. ``marker`` says for which machines it holds.
    """

    text: str
    name: str = ""
    version: str = ""
    sha256: tuple[str, ...] = ()
    marker: str = ""


class HubPackage(Record, frozen=True):
    """The Kiosque that a hub asks for.

    A wheel that isn't published lies in the hub. ``origin`` is the address of the repository that it was
    built from, with the commit after an ``@``.
    """

    wheel: Wheel
    is_published: bool = False
    origin: str = ""

    @property
    def lock(self) -> str:
        """Return the requirements of all that this Kiosque needs."""
        return self.wheel.text(LOCK)

    @property
    def wheel_path(self) -> str:
        """Return the path of the wheel in the hub; empty where an index has it."""
        return "" if self.is_published else f"{WHEELS}/{self.wheel.filename}"


def requirements_text(package: HubPackage, own: Iterable[Requirement] = ()) -> str:
    """Return the requirements of a hub. ``own`` are those that its people have added."""
    lines = [
        "# "
        + _("All that this newsstand needs: Kiosque, and what it was tested with, each with its digest."),
        "# " + _("Install it with “{command}”.").format(command=INSTALL),
        "# " + _("“kiosque upgrade” writes this file; lines that you add at its end stay."),
        "--require-hashes",
    ]
    if not package.is_published:
        lines.append(f"--find-links {WHEELS}")
    lines.append("")
    if package.origin:
        lines.append(f"# {DISTRIBUTION} @ {package.origin}")
    lines += [own_requirement(package), "", package.lock.strip()]
    if added := [requirement.text for requirement in own]:
        lines += ["", *added]
    return "\n".join(lines) + "\n"


def own_requirement(package: HubPackage) -> str:
    """Return the requirement of Kiosque itself."""
    wheel = package.wheel
    return f"{DISTRIBUTION}=={wheel.version} \\\n    --hash=sha256:{wheel.sha256}"


def parsed(text: str) -> tuple[Requirement, ...]:
    """Return the requirements of a file in their order; options of the file are left out."""
    return tuple(map(_requirement, _blocks(text)))


def origin_in(text: str) -> str:
    """Return the repository and commit that a hub's requirements name; empty where they name none."""
    match = _ORIGIN.search(text)
    return match[1] if match else ""


def _blocks(text: str) -> Iterator[str]:
    """Yield each requirement with its continuation lines."""
    block: list[str] = []
    for line in text.splitlines():
        is_comment = not block and (not line.strip() or line.lstrip().startswith(("#", "-")))
        if is_comment:
            continue
        block.append(line.rstrip())
        if not line.rstrip().endswith("\\"):
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _requirement(text: str) -> Requirement:
    joined = " ".join(re.sub(r"\s#.*", "", text.replace("\\\n", " ")).split())
    digests = tuple(_HASH.findall(joined))
    specifier, _semicolon, marker = joined.partition(" --hash")[0].partition(";")
    match = _NAME.fullmatch(specifier.strip())
    if match is None or not re.match(r"[=<>!~@]|$", match[2]):
        return Requirement(text=text, sha256=digests)
    pin = _PIN.fullmatch(match[2].strip())
    return Requirement(
        text=text,
        name=normal(match[1]),
        version=pin[1] if pin else "",
        sha256=digests,
        marker=marker.strip(),
    )
