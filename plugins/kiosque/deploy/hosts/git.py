"""A branch of a git repository as a host, for the pages of forges.

One push replaces the branch by a single commit without parents.
A bare repository in the cache holds the commit of the last push, so that only changed files travel. Drafts,
the lock and the note of pending files never leave this machine. Of two deployments at the same time the
second push fails: git replaces the branch only where it still is at the commit that this deployment has seen.
"""

from __future__ import annotations

import logging
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import File, HostError, OnSent, digest_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.ssh import Ssh
from kiosque.i18n import _
from kiosque.model import OutputError
from kiosque.settings.targets import Target
from kiosque.timed_stage import timed_stage
from kiosque.wording.reasons import in_own_words

logger = logging.getLogger(__name__)

_LAST = "refs/kiosque/last"
_IDENTITY = {
    "GIT_AUTHOR_NAME": "Kiosque",
    "GIT_AUTHOR_EMAIL": "kiosque@localhost",
    "GIT_COMMITTER_NAME": "Kiosque",
    "GIT_COMMITTER_EMAIL": "kiosque@localhost",
}
# Messages of git and of forges. git speaks English here, whatever the language of the system.
_MOVED = re.compile(r"stale info|\[rejected\]|cannot lock ref")
_NO_REPOSITORY = re.compile(
    r"does not appear to be a git repository|(?i:repository .*not found|could not be found)"
)
_REFUSED = re.compile(
    r"\[remote rejected\]|Read-only file system|insufficient permission|denied to|not granted|read[- ]only"
)
_REMOTE_WORDS = re.compile(r"^(?:remote:|ERROR:|fatal:) (?:(?:error|fatal): )?(.*\w.*?) *$", re.MULTILINE)
_REASON = re.compile(r"\[remote rejected\].*\((.+)\)$", re.MULTILINE)
_NO_ROOM = re.compile(r"No space left|[Qq]uota exceeded")
# Without this file, GitHub Pages leave out all files whose name begins with a dot or an underscore.
_NO_JEKYLL = ".nojekyll"


def connect(credentials: Credentials, root: Path, cache: Path) -> GitHost:
    """Return the host of a target's branch; raises HostError."""
    if shutil.which("git") is None:
        raise failures.no_program("git")
    repository = cache / "deploy" / f"{credentials.target.name}.git"
    return GitHost(credentials.target, Ssh(credentials, root), repository)


class BrokenError(HostError):
    """The repository in the cache can't be used."""


class GitHost:
    """A host that collects changes in the next commit of a branch; ``finish`` pushes it."""

    def __init__(self, target: Target, ssh: Ssh, repository: Path) -> None:
        """Begin the next commit with the files of the branch.

        Fetch them unless the last push was from here.
        """
        self._target, self._ssh, self._repository = target, ssh, repository
        self._index = ssh.folder / "index"
        self._branch = f"refs/heads/{target.branch}"
        try:
            repository.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._tip = self._begin_commit()
            except BrokenError:
                # A git command that was killed leaves locks behind. The repository is only a copy: removing
                # it loses nothing.
                shutil.rmtree(repository, ignore_errors=True)
                self._tip = self._begin_commit()
        except OSError as error:
            raise OutputError(str(error)) from error
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """Return a small file of the next commit."""
        objects = self._objects([path])
        return self._git("cat-file", "blob", objects[path]) if path in objects else None

    def write(self, path: str, data: bytes) -> None:
        """Put a small file into the next commit."""
        object_id = self._git("hash-object", "-w", "--stdin", data=data).decode().strip()
        self._update({path: object_id})

    def claim(self, _path: str, _data: bytes) -> bool:
        """Return true: the push itself tells two deployments apart."""
        return True

    def release(self, path: str) -> None:
        """Do nothing: there is no lock."""

    def clear(self) -> None:
        """Do nothing: drafts never leave this machine."""

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Return the paths of files that differ on the branch.

        Sizes are enough as long as the last push was from here. Otherwise the content of all files is
        compared.
        """
        sizes = self._sizes()
        differing = {path for path, file in expected.items() if sizes.get(path) != file.size}
        if deep or not self._is_own:
            same_size = expected.keys() - differing
            differing |= {
                path for path in same_size if digest_of(self.read(path) or b"") != expected[path].digest
            }
        return differing

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Put files into the next commit."""
        paths = "".join(f"{folder}/{path}\n" for path in files).encode()
        printed = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", data=paths)
        self._update(dict(zip(files, printed.decode().split(), strict=True)))
        for path in files:
            on_sent(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files from the next commit."""
        self._update(dict.fromkeys(paths, ""))

    def finish(self) -> None:
        """Push the next commit if its files differ from those of the branch."""
        if not self._objects([_NO_JEKYLL]):
            self.write(_NO_JEKYLL, b"")
        tree = self._git("write-tree").decode().strip()
        if self._tip and tree == self._git("rev-parse", f"{self._tip}^{{tree}}").decode().strip():
            logger.debug("the branch holds these files already: nothing to push")
            return
        commit = self._git("commit-tree", tree, "-m", _("The site as it is now")).decode().strip()
        lease = f"--force-with-lease={self._branch}:{self._tip}"
        self._remote("push", "--quiet", lease, self._target.repository, f"{commit}:{self._branch}")
        # Without this note, the next deployment fetches the branch.
        with suppress(BrokenError):
            self._remember(commit)
            self._git("gc", "--quiet", "--auto", "--prune=now")

    def close(self) -> None:
        """Discard the next commit unless it was pushed, and close the connection."""
        self._ssh.close()

    def _begin_commit(self) -> str:
        """Return the commit of the branch, and fill the index of the next commit with its files."""
        self._git("init", "--quiet", "--bare", str(self._repository))
        tip = self._fetch_branch()
        if tip:
            self._git("read-tree", tip)
        return tip

    def _fetch_branch(self) -> str:
        """Return the commit of the branch after fetching it; empty where the branch doesn't exist yet."""
        words = self._remote("ls-remote", self._target.repository, self._branch).decode().split()
        tip = words[0] if words else ""
        last = self._git("rev-parse", "--quiet", "--verify", _LAST, allowed=1).decode().strip()
        self._is_own = tip in {"", last}
        logger.debug("branch %s: last pushed from here: %s", self._target.branch, self._is_own)
        if tip and tip != last:
            self._remote("fetch", "--quiet", "--depth=1", "--no-tags", self._target.repository, self._branch)
            self._remember(tip)
        return tip

    def _remember(self, commit: str) -> None:
        """Note the commit of the branch.

        As the end of a shallow history, it lets a push send only files that the branch
        lacks.
        """
        self._git("update-ref", _LAST, commit)
        (self._repository / "shallow").write_text(f"{commit}\n", encoding="ascii")

    def _objects(self, paths: Sequence[str]) -> dict[str, str]:
        """Return the object ids of files of the next commit, by path."""
        lines = self._git("ls-files", "--stage", "-z", "--", *paths).split(b"\0")
        return {os.fsdecode(line.split(b"\t", 1)[1]): line.split()[1].decode() for line in lines if line}

    def _sizes(self) -> dict[str, int]:
        """Return the sizes of all files of the branch in bytes, by path."""
        if not self._tip:
            return {}
        lines = self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self._tip).split(b"\0")
        sizes = {}
        for line in filter(None, lines):
            attributes, path = line.split(b"\t", 1)
            size = attributes.split()[3]
            sizes[os.fsdecode(path)] = int(size) if size.isdigit() else -1
        return sizes

    def _update(self, objects: Mapping[str, str]) -> None:
        """Put objects into the next commit, by path; an empty object id removes the path."""
        no_object = "0" * 40
        lines = [
            f"{'100644' if object_id else '0'} {object_id or no_object}\t{path}\0"
            for path, object_id in objects.items()
        ]
        self._git("update-index", "-z", "--add", "--index-info", data="".join(lines).encode())

    def _git(self, *words: str, data: bytes = b"", allowed: int = 0) -> bytes:
        """Run a command of git on the repository in the cache.

        Raises BrokenError on an exit code but ``allowed``.
        """
        code, printed, error_output = self._run(words, data)
        if code and code != allowed:
            message = _("git can't do its part in {folder} ({reason}): remove that folder, then deploy again")
            raise BrokenError(message.format(folder=self._repository, reason=in_own_words(error_output)))
        return printed

    def _remote(self, *words: str) -> bytes:
        """Run a command of git that connects to the target's repository; raises HostError where it fails."""
        code, printed, error_output = self._run(words, b"")
        if code:
            if self._ssh.ask_more(error_output):
                return self._remote(*words)
            raise self._failure(error_output)
        return printed

    def _failure(self, output: str) -> HostError:
        """Return the error that the output of git, of ssh or of the forge means."""
        branch = self._target.branch
        if _MOVED.search(output):
            message = _("“{branch}” was changed by someone else meanwhile: deploy again")
            return HostError(message.format(branch=branch))
        if _NO_REPOSITORY.search(output):
            return failures.no_repository(self._target.repository, _words_of_host(output))
        if _REFUSED.search(output) and not _NO_ROOM.search(output):
            return failures.branch_refused(branch, _words_of_host(output))
        return self._ssh.failure(output, branch)

    def _run(self, words: Sequence[str], data: bytes) -> tuple[int, bytes, str]:
        """Run git; return its exit code, standard output and standard error."""
        inherited = {
            name: value for name, value in self._ssh.environment.items() if not name.startswith("GIT_DIR")
        }
        environment = {
            **inherited,
            **_IDENTITY,
            "GIT_DIR": str(self._repository),
            "GIT_INDEX_FILE": str(self._index),
            "GIT_SSH_COMMAND": shlex.join(self._ssh.command()),
        }
        with timed_stage(logger, "git %s", words[0]):
            done = subprocess.run(  # noqa: S603 - no shell
                ["git", *words],  # noqa: S607 - the program is found by its name, as everywhere
                input=data, capture_output=True, check=False, env=environment,
            )  # fmt: skip
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def _words_of_host(output: str) -> str:
    """Return the first message of the host, else git's reason, without the words that git adds."""
    match = _REMOTE_WORDS.search(output) or _REASON.search(output)
    return match[1] if match else output
