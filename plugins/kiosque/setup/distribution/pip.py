"""Calls pip, the installer of Python, in the environment that Kiosque runs in.

pip knows the index, the proxy and the certificates that a person has set up. Its own words are debug lines:
people read ours.
"""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from kiosque import DISTRIBUTION
from kiosque.files import temporary_folder
from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.setup.distribution.wheel import Wheel, read_wheel
from kiosque.timed_stage import timed_stage

logger = logging.getLogger(__name__)

_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
# An index that doesn't answer is asked once more, not five times: a person waits.
_USERINFO = re.compile(r"://[^/@\s]*@")
_PATIENCE = ("--retries", "1", "--timeout", "15")


class PipError(KiosqueError):
    """pip failed. The message is for a person; pip's own words are debug lines."""


def fetch_wheel(version: str = "") -> Wheel:
    """Return the wheel of Kiosque that the index has in this version, or the newest one.

    Raises PipError where the index doesn't have it or can't be reached.
    """
    wanted = f"{DISTRIBUTION}=={version}" if version else DISTRIBUTION
    if version:
        message = _("the index has no Kiosque {version}, or it can't be reached: -v shows what pip says")
    else:
        message = _("the index has no Kiosque, or it can't be reached: -v shows what pip says")
    return _one_wheel(
        ("download", "--no-deps", "--only-binary", ":all:", *_PATIENCE, wanted),
        message.format(version=version),
    )


def build_wheel(source: str) -> Wheel:
    """Return the wheel built from a folder or a ``git+`` address. Raises PipError where it can't be built."""
    # Where the build backend is installed, as in a checkout that was set up, a build asks no index.
    isolation = ("--no-build-isolation",) if find_spec("hatchling") and "://" not in source else ()
    message = _("no wheel of Kiosque could be built from {source}: -v shows what pip says")
    shown = _USERINFO.sub("://", source)
    return _one_wheel(("wheel", "--no-deps", *isolation, *_PATIENCE, source), message.format(source=shown))


def install(requirements: Path, *more: str) -> None:
    """Install what a requirements file asks for, each file with its digest, into this environment.

    Raises PipError where it can't be installed.
    """
    with timed_stage(logger, "installing %s", requirements):
        done = _run(("install", "--require-hashes", *more, "-r", str(requirements)))
    if done.returncode:
        raise PipError(
            _("this version couldn't be installed, and nothing was changed: -v shows what pip says")
        )


def _one_wheel(arguments: Sequence[str], message: str) -> Wheel:
    command, *rest = arguments
    folder_option = "--dest" if command == "download" else "--wheel-dir"
    with temporary_folder() as folder:
        with timed_stage(logger, "pip %s", " ".join(arguments)):
            done = _run((command, folder_option, str(folder), *rest))
        wheels = list(folder.glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise PipError(message)
        return read_wheel(wheels[0].read_bytes())


def _run(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run pip. Raises PipError where this environment has none, as some installers make them."""
    if find_spec("pip") is None:
        message = _("pip isn't installed beside Kiosque: {command} brings it")
        raise PipError(message.format(command=f"{sys.executable} -m ensurepip"))
    done = subprocess.run([*_PIP, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - pip of this environment
    for line in (*done.stdout.splitlines(), *done.stderr.splitlines()):
        logger.debug("pip: %s", line)
    return done
