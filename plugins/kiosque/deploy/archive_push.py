"""The archive in git: what a scheduled run commits, in words that people read, and how it is pushed.

Only ``archive/`` is touched: what people have changed in the folder meanwhile stays as it is.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path
from urllib.parse import urlsplit

from kiosque.i18n import _
from kiosque.model import KiosqueError

TOKEN = "KIOSQUE_GIT_TOKEN"  # noqa: S105 - the name of the variable that holds it
_ARCHIVE = "archive"
_NAMED = 3


class GitError(KiosqueError):
    """Git didn't do what it was asked; the text has its own words."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """What a round brought: new entries by the name of their source, and how many were corrected or taken down."""

    added: Mapping[str, int]
    changed: int = 0
    removed: int = 0


def message(found: Harvested, catalogue: NullTranslations) -> str:
    """Return the message of a commit, in the hub's language: “3 publications of Radio du Fleuve”."""
    _, ngettext = catalogue.gettext, catalogue.ngettext
    by_number = sorted(found.added.items(), key=lambda one: (-one[1], one[0]))
    number = sum(found.added.values())
    if len(by_number) == 1:
        text = ngettext("{number} publication of {source}", "{number} publications of {source}", number)
        return text.format(number=number, source=by_number[0][0])
    if by_number:
        named = [f"{source} ({count})" for source, count in by_number[:_NAMED]]
        if (rest := len(by_number) - _NAMED) > 0:
            named.append(ngettext("{number} other medium", "{number} other media", rest).format(number=rest))
        text = ngettext("{number} publication: {sources}", "{number} publications: {sources}", number)
        return text.format(number=number, sources=", ".join(named))
    if found.removed:
        return ngettext(
            "{number} publication taken down", "{number} publications taken down", found.removed
        ).format(number=found.removed)
    if found.changed:
        return ngettext(
            "{number} publication corrected", "{number} publications corrected", found.changed
        ).format(number=found.changed)
    return _("The state of the feeds")


class Repository:
    """The git repository of a hub; every method raises GitError where git fails."""

    def __init__(self, folder: Path, author: str, email: str) -> None:
        """Commit as ``author``; the token for pushing comes from the environment, and goes to its own host only."""
        self._folder = folder
        self._identity = {
            "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": email,
            "GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": email,
        }  # fmt: skip

    def commit(self, text: str) -> bool:
        """Commit the archive where it differs from the last commit, and say whether it did."""
        if not self._git("status", "--porcelain", "--", _ARCHIVE):
            return False
        self._git("add", "--", _ARCHIVE)
        self._git("commit", "--quiet", "--message", text, "--", _ARCHIVE)
        return True

    def push(self) -> bool:
        """Push the branch that is checked out; false where its remote has gone on meanwhile."""
        try:
            self._git("push", "--quiet", "origin", f"HEAD:refs/heads/{self._branch()}")
        except GitError:
            self._fetch()
            if self._git("rev-list", "--count", f"HEAD..{self._newest()}") == "0":
                raise
            return False
        return True

    def give_up(self) -> None:
        """Take the last commit back, with what it brought."""
        self._git("reset", "--quiet", "--soft", "HEAD~1")
        self._git("restore", "--staged", "--worktree", "--source=HEAD", "--", _ARCHIVE)

    def take_newest(self) -> None:
        """Go on from the newest state of the remote."""
        self._fetch()
        self._git("merge", "--quiet", "--ff-only", self._newest())

    def _branch(self) -> str:
        return self._git("symbolic-ref", "--short", "HEAD")

    def _newest(self) -> str:
        return f"refs/remotes/origin/{self._branch()}"

    def _fetch(self) -> None:
        branch = self._branch()
        self._git("fetch", "--quiet", "origin", f"+refs/heads/{branch}:refs/remotes/origin/{branch}")

    def _git(self, *arguments: str) -> str:
        # The identity of a person who has one in this repository would sign what nobody read.
        environment = {**os.environ, **self._identity, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
        if arguments[0] in {"push", "fetch"}:
            environment |= self._authorisation()
        try:
            done = subprocess.run(  # noqa: S603 - git, with arguments of our own
                ["git", *arguments], cwd=self._folder, env=environment, capture_output=True, text=True, check=False  # noqa: S607
            )  # fmt: skip
        except FileNotFoundError as error:
            raise GitError(_("git is not installed: install it, or leave --commit and --push out")) from error
        if done.returncode:
            reason = (done.stderr or done.stdout).strip()
            raise GitError(_("git {command} failed: {reason}").format(command=arguments[0], reason=reason))
        return done.stdout.strip()

    def _authorisation(self) -> Mapping[str, str]:
        """Return what makes git send the token, to the host of the remote alone, and on no command line."""
        token = os.environ.get(TOKEN, "")
        parts = urlsplit(self._git("remote", "get-url", "origin")) if token else None
        if not parts or parts.scheme != "https":
            return {}
        pair = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.https://{parts.netloc.rpartition('@')[2]}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
        }
