"""A branch of a git repository as a host, as forges serve them: one commit without a past, put there at once or not at all.

A repository of its own in the cache holds what was last pushed, so that only what differs travels. Drafts, the lock and the
note of what is pending never leave this machine: two at once are told apart when they push, for a branch that has moved
meanwhile isn't replaced.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import Done, File, HostError, digest_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.ssh import Ssh
from kiosque.i18n import _
from kiosque.model import OutputError
from kiosque.settings.targets import Target

_LAST = "refs/kiosque/last"
_NAMES = {
    "GIT_AUTHOR_NAME": "Kiosque",
    "GIT_AUTHOR_EMAIL": "kiosque@localhost",
    "GIT_COMMITTER_NAME": "Kiosque",
    "GIT_COMMITTER_EMAIL": "kiosque@localhost",
}
# What git says in English, and forges in theirs.
_MOVED = re.compile(r"stale info|\[rejected\]|cannot lock ref")
_NO_REPOSITORY = re.compile(
    r"does not appear to be a git repository|(?i:repository .*not found|could not be found)"
)
_REFUSED = re.compile(
    r"\[remote rejected\]|Read-only file system|insufficient permission|denied to|not granted|read[- ]only"
)
_SAID = re.compile(r"^(?:remote:|ERROR:|fatal:) (?:(?:error|fatal): )?(.*\w.*?) *$", re.MULTILINE)
_REASON = re.compile(r"\[remote rejected\].*\((.+)\)$", re.MULTILINE)
_NO_ROOM = re.compile(r"No space left|[Qq]uota exceeded")
# GitHub's pages would otherwise leave out whatever begins with a dot or an underscore.
_AS_IT_IS = ".nojekyll"


def connect(credentials: Credentials, root: Path, cache: Path) -> GitHost:
    """Look at the branch of a target; raises HostError."""
    if shutil.which("git") is None:
        raise failures.no_program("git")
    repository = cache / "deploy" / f"{credentials.target.name}.git"
    return GitHost(credentials.target, Ssh(credentials, root), repository)


class BrokenError(HostError):
    """The copy that this hub keeps of a branch can't be used."""


class GitHost:
    """The next commit of a branch; ``finish`` pushes it."""

    def __init__(self, target: Target, ssh: Ssh, repository: Path) -> None:
        """Fetch the branch unless it is what was last pushed from here, and begin the next commit with what it holds."""
        self._target, self._ssh, self._repository = target, ssh, repository
        self._index = ssh.folder / "index"
        self._branch = f"refs/heads/{target.branch}"
        try:
            repository.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._tip = self._begun()
            except BrokenError:
                # Killed in the middle of something, git doesn't go on by itself; nothing is lost with a copy.
                shutil.rmtree(repository, ignore_errors=True)
                self._tip = self._begun()
        except OSError as error:
            raise OutputError(str(error)) from error
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """Return a small file of the next commit."""
        found = self._listed([path])
        return self._git("cat-file", "blob", found[path]) if path in found else None

    def write(self, path: str, data: bytes) -> None:
        """Put a small file into the next commit."""
        made = self._git("hash-object", "-w", "--stdin", data=data).decode().strip()
        self._update({path: made})

    def claim(self, _path: str, _data: bytes) -> bool:
        """Succeed: whoever pushes second is told."""
        return True

    def release(self, path: str) -> None:
        """Do nothing: there is no lock."""

    def clear(self) -> None:
        """Do nothing: drafts don't leave this machine."""

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare what the branch holds; sizes tell, unless somebody pushed since the last deployment from here."""
        sizes = self._sizes()
        differing = {path for path, file in expected.items() if sizes.get(path) != file.size}
        if deep or not self._is_own:
            rest = expected.keys() - differing
            differing |= {path for path in rest if digest_of(self.read(path) or b"") != expected[path].digest}
        return differing

    def put(self, folder: Path, files: Mapping[str, File], done: Done) -> None:
        """Put files into the next commit."""
        paths = "".join(f"{folder}/{path}\n" for path in files).encode()
        made = self._git("hash-object", "-w", "--no-filters", "--stdin-paths", data=paths).decode().split()
        self._update(dict(zip(files, made, strict=True)))
        for path in files:
            done(path)

    def delete(self, paths: Collection[str]) -> None:
        """Leave files out of the next commit."""
        self._update(dict.fromkeys(paths, ""))

    def finish(self) -> None:
        """Push the next commit, where it holds anything else than the last one."""
        if not self._listed([_AS_IT_IS]):
            self.write(_AS_IT_IS, b"")
        tree = self._git("write-tree").decode().strip()
        if self._tip and tree == self._git("rev-parse", f"{self._tip}^{{tree}}").decode().strip():
            return
        commit = self._git("commit-tree", tree, "-m", _("The site as it is now")).decode().strip()
        lease = f"--force-with-lease={self._branch}:{self._tip}"
        self._remote("push", "--quiet", lease, self._target.repository, f"{commit}:{self._branch}")
        # What can't be noted is fetched next time.
        with suppress(BrokenError):
            self._remember(commit)
            self._git("gc", "--quiet", "--auto", "--prune=now")

    def close(self) -> None:
        """Forget the next commit, and leave."""
        self._ssh.close()

    def _begun(self) -> str:
        """Return the commit of the branch, which is then here, as is what the next one begins with."""
        self._git("init", "--quiet", "--bare", str(self._repository))
        tip = self._fetched()
        if tip:
            self._git("read-tree", tip)
        return tip

    def _fetched(self) -> str:
        """Return the commit of the branch, which is then here; empty where there is no such branch yet."""
        listed = self._remote("ls-remote", self._target.repository, self._branch).decode().split()
        tip = listed[0] if listed else ""
        last = self._git("rev-parse", "--quiet", "--verify", _LAST, allowed=1).decode().strip()
        self._is_own = tip in {"", last}
        if tip and tip != last:
            self._remote("fetch", "--quiet", "--depth=1", "--no-tags", self._target.repository, self._branch)
            self._remember(tip)
        return tip

    def _remember(self, commit: str) -> None:
        """Note what the branch holds. As the end of a shallow past, git compares with its files when it pushes."""
        self._git("update-ref", _LAST, commit)
        (self._repository / "shallow").write_text(f"{commit}\n", encoding="ascii")

    def _listed(self, paths: Sequence[str]) -> dict[str, str]:
        """Return the objects of files of the next commit."""
        lines = self._git("ls-files", "--stage", "-z", "--", *paths).split(b"\0")
        return {os.fsdecode(line.split(b"\t", 1)[1]): line.split()[1].decode() for line in lines if line}

    def _sizes(self) -> dict[str, int]:
        """Return the sizes of all files of the branch."""
        if not self._tip:
            return {}
        lines = self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self._tip).split(b"\0")
        sizes = {}
        for line in filter(None, lines):
            facts, path = line.split(b"\t", 1)
            size = facts.split()[3]
            sizes[os.fsdecode(path)] = int(size) if size.isdigit() else -1
        return sizes

    def _update(self, objects: Mapping[str, str]) -> None:
        """Put objects into the next commit, or leave out what has none."""
        gone = "0" * 40
        lines = [f"{'100644' if made else '0'} {made or gone}\t{path}\0" for path, made in objects.items()]
        self._git("update-index", "-z", "--add", "--index-info", data="".join(lines).encode())

    def _git(self, *words: str, data: bytes = b"", allowed: int = 0) -> bytes:
        code, printed, said = self._run(words, data)
        if code and code != allowed:
            message = _("git can't do its part in {folder} ({reason}): remove that folder, then deploy again")
            raise BrokenError(message.format(folder=self._repository, reason=said.strip()))
        return printed

    def _remote(self, *words: str) -> bytes:
        """Run a command of git that talks to the repository."""
        code, printed, said = self._run(words, b"")
        if code:
            raise self._failure(said)
        return printed

    def _failure(self, said: str) -> HostError:
        """Return what the words of git, of ssh, or of the forge behind both, mean."""
        branch = self._target.branch
        if _MOVED.search(said):
            message = _("“{branch}” was changed by someone else meanwhile: deploy again")
            return HostError(message.format(branch=branch))
        if _NO_REPOSITORY.search(said):
            return failures.no_repository(self._target.repository, _words_of_host(said))
        if _REFUSED.search(said) and not _NO_ROOM.search(said):
            return failures.branch_refused(branch, _words_of_host(said))
        return self._ssh.failure(said, branch)

    def _run(self, words: Iterable[str], data: bytes) -> tuple[int, bytes, str]:
        inherited = {
            name: value for name, value in self._ssh.environment.items() if not name.startswith("GIT_DIR")
        }
        environment = {
            **inherited,
            **_NAMES,
            "GIT_DIR": str(self._repository),
            "GIT_INDEX_FILE": str(self._index),
            "GIT_SSH_COMMAND": shlex.join(self._ssh.command()),
        }
        done = subprocess.run(  # noqa: S603 - no shell; the program is found by its name, as everywhere
            ["git", *words],  # noqa: S607
            input=data, capture_output=True, check=False, env=environment,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def _words_of_host(said: str) -> str:
    """Return the first words of the other side, else git's reason, without what git puts around them."""
    found = _SAID.search(said) or _REASON.search(said)
    return found[1] if found else said
