"""List the files that a change adds or edits, from git."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.wording.reasons import in_own_words

logger = logging.getLogger(__name__)


def since(root: Path, ref: str) -> tuple[str, ...]:
    """Return the files below ``root`` that differ from the commit where this branch left ``ref``.

    Files that git doesn't track yet are included, removed files aren't. Raises KiosqueError where git is
    missing, ``root`` isn't in a repository, or ``ref`` isn't known.
    """
    base = _git(root, "merge-base", "--end-of-options", ref, "HEAD").strip()
    differing = _git(
        root, "diff", "--no-ext-diff", "--name-only", "-z", "--relative", "--diff-filter=d", base
    )
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    paths = tuple(sorted(filter(None, {*differing.split("\0"), *new.split("\0")})))
    logger.debug("%d files differ from %s", len(paths), base)
    return paths


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, which no shell reads
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the git that the person uses
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
