"""Which files a change brings: asked of git, the only place where it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.wording.reasons import in_own_words


def since(root: Path, ref: str) -> tuple[str, ...]:
    """Return the files below ``root`` that differ from where this branch left ``ref``, new ones included.

    Raises KiosqueError where git is missing, ``root`` isn't followed by git, or ``ref`` isn't known.
    """
    base = _git(root, "merge-base", "--end-of-options", ref, "HEAD").strip()
    differing = _git(
        root, "diff", "--no-ext-diff", "--name-only", "-z", "--relative", "--diff-filter=d", base
    )
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return tuple(sorted(filter(None, {*differing.split("\0"), *new.split("\0")})))


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, none of them read by a shell
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git the person uses
            capture_output=True,
            check=False,
        )
    except OSError:
        raise KiosqueError(_("git is not installed: install it, or name the files to check")) from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = _("git can’t tell what has changed ({reason}): name the files to check")
        raise KiosqueError(message.format(reason=in_own_words(reason[0]) if reason else done.returncode))
    return done.stdout.decode("utf-8", "surrogateescape")
