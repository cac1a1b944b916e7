"""A host with rsync over ssh: the system's rsync carries the files, a shell on the host does the rest."""

from __future__ import annotations

import os
import posixpath
import re
import shlex
import shutil
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import DRAFTS, OWN, Done, File, differs, digest_of, draft_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.ssh import Ssh
from kiosque.settings.targets import Target

_MISSING = 44
_NO_FOLDER = 45
_TAKEN = 46
# Each file, then the folders above it, up to the first that still holds something. Of a list that was cut off, the last line
# has no end, and isn't read: half a path may be that of another file.
_REMOVING = """while IFS= read -r file; do
  rm -f -- "$file" || exit 1
  case $file in */*) rmdir -p -- "${file%/*}" 2>/dev/null;; esac
done; true"""
# A line of --list-only: -rw-r--r--  1,234 2026/03/15 08:00:00 path
_LISTED = re.compile(rb"-\S{9}\S*\s+([\d,.]+) (\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (.+)")


def connect(credentials: Credentials, root: Path, _cache: Path) -> RsyncHost:
    """Return the host of a target; raises HostError where a program is missing."""
    for program in ("rsync", "ssh"):
        if shutil.which(program) is None:
            raise failures.no_program(program)
    return RsyncHost(credentials.target, Ssh(credentials, root))


class RsyncHost:
    """A folder on a host with a shell and rsync."""

    def __init__(self, target: Target, ssh: Ssh) -> None:
        """Connect with the first call, which raises HostError where the folder isn't there."""
        self._target, self._ssh = target, ssh
        self._folder = target.path or "."
        self._account = f"{target.user}@{target.host}" if target.user else target.host

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        name = shlex.quote(path)
        code, data = self._shell(f"test -f {name} || exit {_MISSING}; cat {name}", path, allowed=_MISSING)
        return None if code == _MISSING else data

    def write(self, path: str, data: bytes) -> None:
        """Write a small file: a draft through ssh, then renamed. Cut off, it ends early, and isn't what was sent."""
        name, draft = shlex.quote(path), draft_of(path)
        above = shlex.quote(posixpath.dirname(path) or ".")
        is_whole = f"test $(wc -c < {draft}) -eq {len(data)}"
        script = f"mkdir -p {DRAFTS} {above} && cat > {draft} && {is_whole} && mv -f {draft} {name}"
        self._shell(script, path, data)

    def claim(self, path: str, data: bytes) -> bool:
        """Make a small file where there is none: with ``set -C`` a shell writes over nothing."""
        name = shlex.quote(path)
        script = f"mkdir -p {OWN} && set -C && cat > {name} || {{ test -e {name} && exit {_TAKEN}; exit 1; }}"
        return self._shell(script, path, data, allowed=_TAKEN)[0] != _TAKEN

    def release(self, path: str) -> None:
        """Remove what was claimed."""
        self.delete([path])

    def clear(self) -> None:
        """Remove all drafts."""
        self._shell(f"rm -rf {DRAFTS} && mkdir -p {DRAFTS}", DRAFTS)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """List all; with ``deep`` let the host digest what it holds."""
        found = self._listed()
        differing = {
            path for path, file in expected.items() if path not in found or differs(file, *found[path])
        }
        if deep:
            rest = {path: file for path, file in expected.items() if path not in differing}
            differing |= self._differing_inside(rest)
        return differing

    def put(self, folder: Path, files: Mapping[str, File], done: Done) -> None:
        """Send files; rsync writes drafts of its own, in the folder of drafts, and renames each."""
        options = [
            "--times",
            "--ignore-times",
            "--compress",
            "--relative",
            "--protect-args",
            "--from0",
            "--files-from=-",
        ]
        self._rsync([*options, f"--temp-dir={DRAFTS}", f"{folder}/", self._place_of("")], files)
        for path in files:
            done(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        self._shell(_REMOVING, "", b"".join(os.fsencode(path) + b"\n" for path in paths))

    def finish(self) -> None:
        """Do nothing: all stands at once."""

    def close(self) -> None:
        """Leave the host."""
        self._ssh.close()

    def _listed(self) -> dict[str, tuple[int, int]]:
        """Return size and time of all files on the host."""
        options = ["--list-only", "--recursive", "--no-human-readable", "--8-bit-output", f"--exclude=/{OWN}"]
        lines = self._rsync([*options, self._place_of("")]).splitlines()
        found = {}
        for line in filter(None, map(_LISTED.fullmatch, lines)):
            time = datetime.strptime(line[2].decode(), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
            found[os.fsdecode(line[3])] = (int(line[1].replace(b",", b"")), int(time.timestamp()))
        return found

    def _differing_inside(self, expected: Mapping[str, File]) -> set[str]:
        """Return which files hold something else; the host's own b2sum makes the digests, which don't travel far."""
        script = f"command -v b2sum >/dev/null || exit {_MISSING}; xargs -0 b2sum --length=64 --zero --"
        code, lines = self._shell(script, "", _zeros(expected), allowed=_MISSING)
        if code == _MISSING:
            return {
                path for path, file in expected.items() if digest_of(self.read(path) or b"") != file.digest
            }
        found = {os.fsdecode(path): digest.decode() for digest, _, path in
                 (line.partition(b"  ") for line in lines.split(b"\0"))}  # fmt: skip
        return {path for path, file in expected.items() if found.get(path) != file.digest}

    def _place_of(self, path: str) -> str:
        return f"{self._account}:{self._folder}/{path}"

    def _rsync(self, words: Sequence[str], files: Iterable[str] = ()) -> bytes:
        command = ["rsync", "--rsh", shlex.join(self._ssh.command()), *words]
        return self._run(command, _zeros(files), "")[1]

    def _shell(self, script: str, path: str, data: bytes = b"", allowed: int = 0) -> tuple[int, bytes]:
        """Run a shell's words in the folder of the target; return its code, 0 or ``allowed``, and what it printed."""
        inside = f"cd {shlex.quote(self._folder)} 2>/dev/null || {{ pwd; exit {_NO_FOLDER}; }}; {script}"
        command = [*self._ssh.command(), self._account, f"exec sh -c {shlex.quote(inside)}"]
        code, printed = self._run(command, data, path, allowed or _NO_FOLDER)
        if code == _NO_FOLDER:
            raise failures.no_folder(self._folder, self._target.host, os.fsdecode(printed).strip())
        return code, printed

    def _run(self, command: Sequence[str], data: bytes, path: str, *allowed: int) -> tuple[int, bytes]:
        done = subprocess.run(  # noqa: S603 - no shell here; words for the host's are quoted
            command, input=data, capture_output=True, check=False, env={**self._ssh.environment, "TZ": "UTC"}
        )
        if done.returncode and done.returncode not in {*allowed, _NO_FOLDER}:
            raise self._ssh.failure(done.stderr.decode(errors="replace"), path)
        return done.returncode, done.stdout


def _zeros(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)
