"""Commits and pushes of the archive by a scheduled run, with commit messages for people.

Only ``archive/`` is committed. Changes that people have made elsewhere in the folder stay uncommitted.
"""

from __future__ import annotations

import base64
import logging
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from pathlib import Path
from urllib.parse import urlsplit

from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.timed_stage import timed_stage
from kiosque.wording.reasons import in_own_words

logger = logging.getLogger(__name__)

TOKEN = "KIOSQUE_GIT_TOKEN"  # noqa: S105 - the name of the variable that holds it
_ARCHIVE = "archive"
# The number of sources that a commit message names.
_NAMED_SOURCES = 3


class GitError(KiosqueError):
    """A command of git failed. The text contains git's own words."""


@dataclass(frozen=True, slots=True)
class HarvestSummary:
    """The numbers of a round: new entries by the name of their source, changed and removed entries."""

    added: Mapping[str, int]
    changed: int = 0
    removed: int = 0


def commit_message(summary: HarvestSummary, catalogue: NullTranslations) -> str:
    """Return the message of a commit in the hub's language, such as “3 publications of Radio du Fleuve”."""
    _, ngettext = catalogue.gettext, catalogue.ngettext
    by_number = sorted(summary.added.items(), key=lambda item: (-item[1], item[0]))
    number = sum(summary.added.values())
    if len(by_number) == 1:
        text = ngettext("{number} publication of {source}", "{number} publications of {source}", number)
        return text.format(number=number, source=by_number[0][0])
    if by_number:
        named = [f"{source} ({count})" for source, count in by_number[:_NAMED_SOURCES]]
        if (rest := len(by_number) - _NAMED_SOURCES) > 0:
            named.append(ngettext("{number} other medium", "{number} other media", rest).format(number=rest))
        text = ngettext("{number} publication: {sources}", "{number} publications: {sources}", number)
        return text.format(number=number, sources=", ".join(named))
    if summary.removed:
        return ngettext(
            "{number} publication taken down", "{number} publications taken down", summary.removed
        ).format(number=summary.removed)
    if summary.changed:
        return ngettext(
            "{number} publication corrected", "{number} publications corrected", summary.changed
        ).format(number=summary.changed)
    return _("The state of the feeds")


class Repository:
    """The git repository of a hub. Every method raises GitError where git fails."""

    def __init__(self, folder: Path, author: str, email: str) -> None:
        """Set the author of commits.

        The token for pushing comes from the environment variable ``TOKEN``. Only the remote's own host
        receives it.
        """
        self._folder = folder
        self._identity = {
            "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_EMAIL": email,
            "GIT_COMMITTER_NAME": author, "GIT_COMMITTER_EMAIL": email,
        }  # fmt: skip

    def require(self, *, push: bool) -> None:
        """Raise GitError, which says what to do, where the hub has no repository or, to push, no remote."""
        try:
            self._git("rev-parse", "--git-dir")
        except GitError as error:
            message = _(
                "this hub isn't a repository of git yet: leave --commit and --push out, or run "
                "“kiosque setup forge”, which says how to make one"
            )
            raise GitError(message) from error
        if push and "origin" not in self._git("remote").split():
            message = _(
                "this hub's repository has no remote “origin” to push to: leave --push out, or run "
                "“kiosque setup forge”, which says how to add one"
            )
            raise GitError(message)

    def commit(self, text: str) -> bool:
        """Commit the archive; return false where it hasn't changed since the last commit."""
        if not self._git("status", "--porcelain", "--", _ARCHIVE):
            logger.debug("the archive has no changes to commit")
            return False
        self._git("add", "--", _ARCHIVE)
        self._git("commit", "--quiet", "--message", text, "--", _ARCHIVE)
        return True

    def push(self) -> bool:
        """Push the current branch; return false where others have pushed to it meanwhile."""
        try:
            self._git("push", "--quiet", "origin", f"HEAD:refs/heads/{self._branch()}")
        except GitError:
            self._fetch()
            if self._git("rev-list", "--count", f"HEAD..{self._newest()}") == "0":
                raise
            return False
        return True

    def give_up(self) -> None:
        """Undo the last commit and its changes of the archive."""
        self._git("reset", "--quiet", "--soft", "HEAD~1")
        self._git("restore", "--staged", "--worktree", "--source=HEAD", "--", _ARCHIVE)

    def take_newest(self) -> None:
        """Move the current branch to the newest state of the remote."""
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
        # Without this identity, git would sign with the name of the person who set one in this repository.
        # Nobody has read what a scheduled run commits.
        environment = {**os.environ, **self._identity, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
        if arguments[0] in {"push", "fetch"}:
            environment |= self._authorization()
        try:
            with timed_stage(logger, "git %s", arguments[0]):
                done = subprocess.run(  # noqa: S603 - git, with arguments of our own
                    ["git", *arguments],  # noqa: S607 - the program is found by its name, as everywhere
                    cwd=self._folder, env=environment, capture_output=True, text=True, check=False,
                )  # fmt: skip
        except FileNotFoundError as error:
            raise GitError(_("git is not installed: install it, or leave --commit and --push out")) from error
        if done.returncode:
            reason = (done.stderr or done.stdout).strip()
            raise GitError(
                _("git {command} failed: {reason}").format(command=arguments[0], reason=in_own_words(reason))
            )
        return done.stdout.strip()

    def _authorization(self) -> Mapping[str, str]:
        """Return the environment with which git sends the token, to the host of the remote alone.

        A command line would show the token to every user of this machine.
        """
        token = os.environ.get(TOKEN, "")
        parts = urlsplit(self._git("remote", "get-url", "origin")) if token else None
        if not parts or parts.scheme != "https":
            return {}
        user_and_token = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        return {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"http.https://{parts.netloc.rpartition('@')[2]}/.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: Basic {user_and_token}",
        }
