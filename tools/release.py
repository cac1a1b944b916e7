"""Make a release and try it as people would: `make release` runs it.

`dist/` then holds the sdist, the wheel that is built from it, the requirements (Kiosque and the lock of all
its dependencies, with digests) and the digests of these files. The wheel is tried in fresh environments
outside the checkout.
"""

from __future__ import annotations

import email
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from trove_classifiers import classifiers

from kiosque import DISTRIBUTION, __version__
from kiosque.setup.distribution.requirements import LOCK, HubPackage, parsed, requirements_text
from kiosque.setup.distribution.wheel import Wheel, is_metadata, normal, read_wheel

ROOT = Path(__file__).parents[1]
NEEDED = (
    "kiosque/__main__.py",
    "kiosque/py.typed",
    "kiosque/territory/communes.tsv",
    "kiosque/default_theme/templates/base.html",
    "kiosque/default_theme/translations/fr/LC_MESSAGES/kiosque.po",
    "kiosque/setup/starter/hub/README.md",
    "kiosque/setup/starter/github/refresh.yml",
    "kiosque/setup/starter/systemd/kiosque@.service",
    LOCK,
)
FORBIDDEN = ("__pycache__", ".pyc", "tests/", ".cache", ".venv", "node_modules")
OPTIONS = (
    "--yes",
    "--name",
    "Le kiosque d’essai",
    "--communes",
    "26113 Die",
    "--contact",
    "essai@kiosque.example",
)


def main() -> None:
    """Build, check, write what goes beside, and try; exit with a message where something is wrong."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", cwd=ROOT)
    sdist = next(dist.glob("*.tar.gz"))
    wheel_file = built_from(sdist, dist)
    wheel = read_wheel(wheel_file.read_bytes())
    problems = [*metadata_problems(wheel), *content_problems(wheel), *sdist_problems(sdist)]
    if problems:
        sys.exit("\n".join(["This release isn't fit to be published:", *(f"  {line}" for line in problems)]))
    package = HubPackage(wheel=wheel, is_published=True)
    (dist / "requirements.txt").write_text(requirements_text(package), encoding="utf-8")
    sums = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(dist.iterdir())
    ]
    (dist / "SHA256SUMS").write_text("".join(sums))
    print("".join(sums), end="")
    with tempfile.TemporaryDirectory() as folder:
        try_out(Path(folder), wheel_file)
    print("The wheel works in a fresh environment: init, harvest, check, build, doctor.")


def built_from(sdist: Path, dist: Path) -> Path:
    """Return the wheel built from the sdist; it has to be the one that the checkout makes, byte for byte."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        source = next(folder.iterdir())
        for place, target in ((source, dist), (ROOT, folder / "compared")):
            run(
                sys.executable,
                "-m",
                "hatchling",
                "build",
                "--target",
                "wheel",
                "--directory",
                str(target),
                cwd=place,
            )
        wheel, compared = next(dist.glob("*.whl")), next((folder / "compared").glob("*.whl"))
        if wheel.read_bytes() != compared.read_bytes():
            sys.exit("The sdist makes another wheel than the checkout: it lacks files, or has too many.")
        return wheel


def metadata_problems(wheel: Wheel) -> Iterator[str]:
    """Yield what is wrong with the metadata: the core metadata specification, version 2.4, and ours."""
    path = next(path for path in wheel.files if is_metadata(path) and path.endswith("/METADATA"))
    metadata = email.message_from_string(wheel.text(path))
    expected = {
        "Name": DISTRIBUTION,
        "Version": __version__,
        "License-Expression": "AGPL-3.0-or-later",
        "License-File": "LICENSE",
        "Requires-Python": ">=3.11",
        "Description-Content-Type": "text/markdown",
    }
    for field, value in expected.items():
        if metadata[field] != value:
            yield f"metadata: {field} is {metadata[field]!r}, not {value!r}"
    for classifier in metadata.get_all("Classifier", []):
        if classifier not in classifiers:
            yield f"metadata: the index knows no classifier {classifier!r}"
    locked = {one.name: one.version for one in parsed(wheel.text(LOCK))}
    for text in metadata.get_all("Requires-Dist", []):
        requirement = Requirement(text)
        if requirement.marker and "extra" in str(requirement.marker):
            continue
        version = locked.get(normal(requirement.name), "")
        if not version or version not in requirement.specifier:
            yield f"lock: {text} isn't met by {version or 'anything'}: make lock"


def content_problems(wheel: Wheel) -> Iterator[str]:
    """Yield what is wrong with the files of the wheel."""
    folder = f"{DISTRIBUTION.replace('-', '_')}-{wheel.version}.dist-info"
    for path in (*NEEDED, f"{folder}/licenses/LICENSE", f"{folder}/entry_points.txt"):
        if path not in wheel.files:
            yield f"wheel: {path} is missing"
    if wheel.files.get(f"{folder}/licenses/LICENSE") != (ROOT / "LICENSE").read_bytes():
        yield "wheel: its licence isn't that of this repository"
    here = str(ROOT).encode()
    for path, data in wheel.files.items():
        if any(part in path for part in FORBIDDEN) or not path.startswith(("kiosque/", folder)):
            yield f"wheel: {path} has no place in it"
        if here in data:
            yield f"wheel: {path} names this machine's folder"
    for requirement in parsed(wheel.text(LOCK)):
        if not (requirement.version and requirement.sha256):
            yield f"lock: {requirement.text} has no version with a digest"


def sdist_problems(sdist: Path) -> Iterator[str]:
    """Yield what is wrong with the files of the sdist."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for path in (
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "PKG-INFO",
        "pyproject.toml",
        "requirements/run.txt",
    ):
        if path not in names:
            yield f"sdist: {path} is missing"


def try_out(folder: Path, wheel_file: Path) -> None:
    """Install the wheel, start a hub, install that as its README says, and run its commands."""
    tools, hub = folder / "tools", folder / "hub"
    run(sys.executable, "-m", "venv", str(tools), cwd=folder)
    pip = (str(tools / "bin" / "python"), "-m", "pip", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt"), cwd=folder)
    run(*pip, "--no-deps", str(wheel_file), cwd=folder)
    run(str(tools / "bin" / "kiosque"), "init", "hub", *OPTIONS, cwd=folder)
    run(sys.executable, "-m", "venv", str(hub / ".venv"), cwd=hub)
    run(".venv/bin/pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt", cwd=hub)
    for words in (("harvest",), ("check",), ("build",), ("upgrade", "--dry-run")):
        run(".venv/bin/kiosque", *words, cwd=hub)
    # Doctor exits 1: nobody has filled in the legal notice of this hub.
    found = run(".venv/bin/kiosque", "doctor", cwd=hub, codes=(0, 1))
    if "requirements.txt" in found or not (hub / "output" / "index.html").is_file():
        sys.exit(f"The hub that the wheel starts isn't sound:\n{found}")


def run(*words: str, cwd: Path, codes: tuple[int, ...] = (0,)) -> str:
    """Run a command outside of this environment's paths; return its output, exit where it fails."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    done = subprocess.run(  # noqa: S603 - commands of this file
        words,
        cwd=cwd,
        env=environment,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode not in codes:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    main()
