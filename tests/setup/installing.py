"""Fresh environments, an index on loopback, and versions of Kiosque that tests make up."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kiosque.setup.distribution.wheel import Wheel, normal, pack_wheel

FRESH = ("PYTHONPATH", "VIRTUAL_ENV", "KIOSQUE_DEBUG")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Print nothing."""


class Index:
    """A package index in a folder, as PEP 503 has it."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address

    def publish(self, filename: str, data: bytes) -> None:
        """Put a wheel on the index; one of the same name is replaced."""
        project = self.folder / "simple" / normal(filename.partition("-")[0])
        project.mkdir(parents=True, exist_ok=True)
        (project / filename).write_bytes(data)
        self._list(project)

    def lend(self, file: Path) -> None:
        """Put a wheel on the index without copying it."""
        project = self.folder / "simple" / normal(file.name.partition("-")[0])
        project.mkdir(parents=True, exist_ok=True)
        (project / file.name).symlink_to(file)
        self._list(project)

    def _list(self, project: Path) -> None:
        links = [
            f'<a href="{file.name}#sha256={hashlib.sha256(file.read_bytes()).hexdigest()}">{file.name}</a>'
            for file in sorted(project.glob("*.whl"))
        ]
        (project / "index.html").write_text("<!DOCTYPE html>" + "".join(links))

    def environment(self) -> dict[str, str]:
        """Return an environment whose pip knows this index and nothing else."""
        kept = {name: value for name, value in os.environ.items() if name not in FRESH and "PIP_" not in name}
        cache = os.environ.get("PIP_CACHE_DIR")
        return {
            **kept,
            **({"PIP_CACHE_DIR": cache} if cache else {}),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"{self.address}/simple/",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # Modules are compiled when they are first imported: most never are.
            "PIP_NO_COMPILE": "1",
            "LANGUAGE": "en",
        }


@contextmanager
def served(folder: Path) -> Iterator[Index]:
    """Yield an index that is served on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Index(folder, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


class Environment:
    """A fresh environment, outside of any checkout, whose pip knows one index."""

    def __init__(self, folder: Path, index: Index, *, with_libraries: bool) -> None:
        """Make the environment; ``with_libraries`` lends it those of this one, so that it takes a second."""
        self.folder = folder
        self.variables = index.environment()
        if with_libraries:
            self.run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=folder.parent)
            packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
            Path(packages, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
        else:
            self.run(sys.executable, "-m", "venv", str(folder), cwd=folder.parent)

    def run(self, *words: str, cwd: Path, check: bool = True) -> str:
        """Run a command; return what it prints on both outputs."""
        done = subprocess.run(
            words, cwd=cwd, env=self.variables, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not check or not done.returncode, done.stdout
        return done.stdout

    def pip(self, *words: str, cwd: Path, check: bool = True) -> str:
        return self.run(str(self.folder / "bin" / "python"), "-m", "pip", *words, cwd=cwd, check=check)

    def kiosque(self, *words: str, cwd: Path, check: bool = True) -> str:
        return self.run(str(self.folder / "bin" / "kiosque"), *words, cwd=cwd, check=check)


def other_version(wheel: Wheel, version: str, files: Mapping[str, tuple[bytes, bytes]]) -> Wheel:
    """Return a wheel of another version, in whose files the first bytes are replaced by the second."""
    changed = dict(wheel.files)
    for path, (old, new) in files.items():
        assert old in changed[path], path
        changed[path] = changed[path].replace(old, new)
    return pack_wheel(changed, version)


def versions_found(text: str) -> list[str]:
    """Return the findings about versions that ``doctor --json`` prints, but for the one that all is well."""
    return [
        f"{one['level']} {one['message']}" for one in json.loads(text)["Versions"] if one["level"] != "well"
    ]
