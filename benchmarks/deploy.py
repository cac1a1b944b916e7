"""What a deployment of one new entry costs: ``python benchmarks/deploy.py N``, for a hub of N entries, by
default 10000.

Prints, as Markdown, how many files and bytes travel, and how long it takes, beside ``rsync -a --delete`` of
the same folder: to a folder, and over ssh to a server on loopback. Each is a whole process, its start
included. A time is the median of several runs; before each run the host is brought back to what it was
without the entry.

rsync alone sends whatever differs in size or time, in whatever order, and keeps nothing of the last look.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import msgspec
from corpus import NOW, Corpus
from measure import Measured, measure

from kiosque import build_stamp

MEMORY_DISK = Path("/dev/shm")
_RUNS = 3
_PORT = 22822


def main() -> None:
    """Make the hub, measure, print, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Measure what a deployment of one new entry costs.")
    parser.add_argument("entries", nargs="?", type=int, default=10_000, metavar="N")
    entries = parser.parse_args().entries
    with tempfile.TemporaryDirectory(
        prefix="kiosque-bench-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None
    ) as folder:
        for line in benchmark(Path(folder), entries):
            print(line, flush=True)


def benchmark(folder: Path, entries: int) -> Iterator[str]:
    """Yield the lines of the report."""
    hub = folder / "hub"
    corpus = Corpus(hub, entries)
    _say(f"Making and building a hub of {entries} entries")
    corpus.write()
    before, after = folder / "before", hub / "output"
    _build(hub)
    shutil.copytree(after, before, symlinks=True)
    corpus.add_entry()
    _build(hub)
    newer = hub / "newer"
    after.rename(newer)
    changed = [path for path in _files(newer) if not _is_same(before / path, newer / path)]
    size = sum((newer / path).stat().st_size for path in changed)
    yield (
        f"{entries} entries make {len(_files(newer))} files; one entry more changes {len(changed)} of them, "
        f"{size / 1e6:.2f} MB. {platform.system()}, Python {platform.python_version()}, "
        f"{len(os.sched_getaffinity(0))} cores."
    )
    with sshd(folder / "ssh") as options:
        yield from _measured(folder, hub, before, newer, options)


def _measured(folder: Path, hub: Path, before: Path, newer: Path, options: dict[str, str]) -> Iterator[str]:
    host = folder / "host"
    addresses = {
        "folder": str(host),
        "rsync": f"rsync://root@127.0.0.1:{_PORT}/{host}",
        "sftp": f"sftp://root@127.0.0.1:{_PORT}/{host}",
    }
    targets = {name: {"url": url, **(options if "://" in url else {})} for name, url in addresses.items()}
    settings = hub / "publishconf.py"
    settings.write_text(f"from pelicanconf import *\nDEPLOY = {targets!r}\n", encoding="utf-8")
    yield ""
    yield (
        "| | seconds | CPU seconds | peak memory, MB | files sent | bytes of files | bytes of the manifest |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|"
    saved = folder / "saved"
    for name in targets:
        _say(f"Deploying by {name}")
        shutil.rmtree(host, ignore_errors=True)
        host.mkdir()
        _deploy(hub, name, before)
        shutil.rmtree(saved, ignore_errors=True)
        subprocess.run(["cp", "-a", host, saved], check=True)
        measured = measure(_command(hub, name, newer), hub, _RUNS, _restored(saved, host))
        report = msgspec.json.decode(measured.output)
        yield (
            f"| kiosque deploy, {name} | {_costs(measured)} | {len(report['sent'])} | {report['size']} "
            f"| {report['manifest']} |"
        )
        same = measure(_command(hub, name, newer), hub, _RUNS, lambda: None)
        yield f"| the same again, nothing changed | {_costs(same)} | 0 | 0 | 0 |"
    shell = f"ssh -p {_PORT} -i {options['key']} -o UserKnownHostsFile={folder}/ssh/known -o BatchMode=yes"
    for name, words in (
        ("rsync -a --delete, folder", [f"{newer}/", f"{host}/"]),
        ("rsync -a --delete, over ssh", ["--rsh", shell, f"{newer}/", f"root@127.0.0.1:{host}/"]),
    ):
        _say(name)
        plain = measure(["rsync", "-a", "--delete", "--stats", *words], hub, _RUNS, _restored(before, host))
        stats = dict(line.split(": ", 1) for line in plain.output.decode().splitlines() if ": " in line)
        files = stats["Number of regular files transferred"]
        sent = stats["Total transferred file size"].removesuffix(" bytes")
        yield f"| {name} | {_costs(plain)} | {files} | {sent.replace(',', '')} | |"


def _costs(measured: Measured) -> str:
    return f"{measured.seconds:.2f} | {measured.cpu:.2f} | {measured.peak / 1e6:.0f}"


def _restored(saved: Path, host: Path) -> Callable[[], None]:
    """Return what brings the host back to what ``saved`` holds."""
    return lambda: _check(subprocess.run(["rsync", "-a", "--delete", f"{saved}/", f"{host}/"], check=False))


def _build(hub: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kiosque",
        "--hub",
        str(hub),
        "build",
        "--no-search",
        "--now",
        NOW.isoformat(),
    ]
    _check(subprocess.run(command, capture_output=True, check=False))


def _deploy(hub: Path, target: str, output: Path) -> None:
    _check(subprocess.run(_command(hub, target, output), capture_output=True, check=False))


def _command(hub: Path, target: str, output: Path) -> list[str]:
    """Return the command that deploys a folder, which counts as built to be published."""
    build_stamp.write_stamp(hub / ".cache", output, build_stamp.BuildStatus.PUBLISHED)
    return [
        sys.executable,
        "-m",
        "kiosque",
        "--hub",
        str(hub),
        "deploy",
        target,
        "--output",
        str(output),
        "--json",
    ]


def _check(done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, done.args))} failed:\n{(done.stderr or b'').decode()}")


def _files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and one.read_bytes() == other.read_bytes()


@contextmanager
def sshd(folder: Path) -> Iterator[dict[str, str]]:
    """A server on loopback with keys of its own; yields the options of targets on it."""
    folder.mkdir()
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "config").write_text(
        f"Port {_PORT}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/client.pub\n"
        "StrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nSubsystem sftp internal-sftp\n"
        f"SetEnv HOME={folder}\n",
        encoding="ascii",
    )
    key = " ".join((folder / "host.pub").read_text(encoding="ascii").split()[:2])
    (folder / "known").write_text(f"[127.0.0.1]:{_PORT} {key}\n", encoding="ascii")
    Path("/run/sshd").mkdir(exist_ok=True)
    words: Sequence[str] = ["/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "config")]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        sleep(0.5)
        yield {"key": str(folder / "client"), "host_key": key}
    finally:
        process.terminate()
        process.wait()


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
