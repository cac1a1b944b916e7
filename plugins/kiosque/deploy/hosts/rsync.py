"""A host with rsync over ssh.

The system's rsync sends the files, and a shell on the host does all other work.
"""

from __future__ import annotations

import logging
import os
import posixpath
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import DRAFTS, OWN_FOLDER, File, OnSent, differs, digest_of, draft_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.ssh import Ssh
from kiosque.settings.targets import Target
from kiosque.timed_stage import timed_stage

logger = logging.getLogger(__name__)

# Exit codes of the scripts that run on the host. ssh and shells use none of them.
_MISSING = 44
_NO_FOLDER = 45
_CLAIMED = 46
# Removes each file, then the folders above it up to the first that still holds a file. Where the list is cut
# off, its last line has no end and isn't read: half a path may be the path of another file.
_REMOVE_SCRIPT = """while IFS= read -r file; do
  rm -f -- "$file" || exit 1
  case $file in */*) rmdir -p -- "${file%/*}" 2>/dev/null;; esac
done; true"""
# A line of --list-only: -rw-r--r--  1,234 2026/03/15 08:00:00 path
_LIST_LINE = re.compile(rb"-\S{9}\S*\s+([\d,.]+) (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (.+)")


def connect(credentials: Credentials, root: Path, _cache: Path) -> RsyncHost:
    """Return the host of a target; raises HostError where a program is missing."""
    for program in ("rsync", "ssh"):
        if shutil.which(program) is None:
            raise failures.no_program(program)
    return RsyncHost(credentials.target, Ssh(credentials, root))


class RsyncHost:
    """A folder on a host with a shell and rsync."""

    def __init__(self, target: Target, ssh: Ssh) -> None:
        """Prepare the calls. The first call connects, and raises HostError where the folder doesn't exist."""
        self._target, self._ssh = target, ssh
        self._folder = target.path or "."
        self._account = f"{target.user}@{target.host}" if target.user else target.host

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        name = shlex.quote(path)
        code, data = self._shell(f"test -f {name} || exit {_MISSING}; cat {name}", path, allowed=_MISSING)
        return None if code == _MISSING else data

    def write(self, path: str, data: bytes) -> None:
        """Write a small file: a draft through ssh, which is then renamed.

        A connection that is lost leaves a draft that is too short. Its size is checked before it is renamed.
        """
        name, draft = shlex.quote(path), draft_of(path)
        above = shlex.quote(posixpath.dirname(path) or ".")
        is_whole = f"test $(wc -c < {draft}) -eq {len(data)}"
        script = f"mkdir -p {DRAFTS} {above} && cat > {draft} && {is_whole} && mv -f {draft} {name}"
        self._shell(script, path, data)

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file where there is none.

        With ``set -C`` (POSIX) a shell never overwrites a file.
        """
        name = shlex.quote(path)
        otherwise = f"test -e {name} && exit {_CLAIMED}; exit 1"
        script = f"mkdir -p {OWN_FOLDER} && set -C && cat > {name} || {{ {otherwise}; }}"
        return self._shell(script, path, data, allowed=_CLAIMED)[0] != _CLAIMED

    def release(self, path: str) -> None:
        """Remove a claimed file."""
        self.delete([path])

    def clear(self) -> None:
        """Remove all drafts."""
        self._shell(f"rm -rf {DRAFTS} && mkdir -p {DRAFTS}", DRAFTS)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare a list of all files; with ``deep`` also digests that the host computes."""
        listed = self._list_files()
        differing = {
            path for path, file in expected.items() if path not in listed or differs(file, *listed[path])
        }
        if deep:
            same_size = {path: file for path, file in expected.items() if path not in differing}
            differing |= self._differing_in_content(same_size)
        return differing

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files. rsync writes its own drafts into the folder of drafts, and renames each."""
        options = [
            "--times",
            "--ignore-times",
            "--compress",
            "--relative",
            "--protect-args",
            "--from0",
            "--files-from=-",
        ]
        self._rsync([*options, f"--temp-dir={DRAFTS}", f"{folder}/", self._remote_path("")], files)
        for path in files:
            on_sent(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        self._shell(_REMOVE_SCRIPT, "", b"".join(os.fsencode(path) + b"\n" for path in paths))

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Close the connection."""
        self._ssh.close()

    def _list_files(self) -> dict[str, tuple[int, int]]:
        """Return size in bytes and time in seconds since 1970 of all files on the host, by path."""
        options = [
            "--list-only",
            "--recursive",
            "--no-human-readable",
            "--8-bit-output",
            f"--exclude=/{OWN_FOLDER}",
        ]
        lines = self._rsync([*options, self._remote_path("")]).splitlines()
        listed = {}
        for line in filter(None, map(_LIST_LINE.fullmatch, lines)):
            time = datetime.strptime(line[2].decode(), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
            listed[os.fsdecode(line[3])] = (int(line[1].replace(b",", b"")), int(time.timestamp()))
        return listed

    def _differing_in_content(self, expected: Mapping[str, File]) -> set[str]:
        """Return the paths of files whose content differs.

        The host's own b2sum computes the digests, so that no content travels. A host without b2sum sends the
        content.
        """
        script = f"command -v b2sum >/dev/null || exit {_MISSING}; xargs -0 b2sum --length=64 --zero --"
        code, lines = self._shell(script, "", _zero_terminated(expected), allowed=_MISSING)
        if code == _MISSING:
            return {
                path for path, file in expected.items() if digest_of(self.read(path) or b"") != file.digest
            }
        digests = {os.fsdecode(path): digest.decode() for digest, _, path in
                   (line.partition(b"  ") for line in lines.split(b"\0"))}  # fmt: skip
        return {path for path, file in expected.items() if digests.get(path) != file.digest}

    def _remote_path(self, path: str) -> str:
        return f"{self._account}:{self._folder}/{path}"

    def _rsync(self, words: Sequence[str], files: Iterable[str] = ()) -> bytes:
        def command() -> list[str]:
            return ["rsync", "--rsh", shlex.join(self._ssh.command()), *words]

        return self._run(command, _zero_terminated(files), "")[1]

    def _shell(self, script: str, path: str, data: bytes = b"", allowed: int = 0) -> tuple[int, bytes]:
        """Run a script in the folder of the target.

        Return its exit code, 0 or ``allowed``, and its output.
        """
        whole_script = (
            f"cd {shlex.quote(self._folder)} 2>/dev/null || {{ pwd; exit {_NO_FOLDER}; }}; {script}"
        )

        def command() -> list[str]:
            return [*self._ssh.command(), self._account, f"exec sh -c {shlex.quote(whole_script)}"]

        code, printed = self._run(command, data, path, allowed or _NO_FOLDER)
        if code == _NO_FOLDER:
            raise failures.no_folder(self._folder, self._target.host, os.fsdecode(printed).strip())
        return code, printed

    def _run(
        self, command: Callable[[], list[str]], data: bytes, path: str, *allowed: int
    ) -> tuple[int, bytes]:
        """Run a program; return its exit code and output.

        ``command`` returns its command line, which changes once a person has given a password.

        Raises HostError on exit codes but 0 and those ``allowed``.
        """
        environment, words = {**self._ssh.environment, "TZ": "UTC"}, command()
        with timed_stage(logger, "%s with %d bytes of input", words[0], len(data)):
            done = subprocess.run(  # noqa: S603 - no shell here; the words for the host's shell are quoted
                words, input=data, capture_output=True, check=False, env=environment
            )
        if done.returncode and done.returncode not in {*allowed, _NO_FOLDER}:
            output = done.stderr.decode(errors="replace")
            if self._ssh.ask_more(output):
                return self._run(command, data, path, *allowed)
            raise self._ssh.failure(output, path)
        return done.returncode, done.stdout


def _zero_terminated(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)
