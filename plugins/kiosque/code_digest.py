"""Digests of code.

A cache that stores such a digest is made again when the code that fills it has changed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent
# An import statement with its indentation. Parsing a hundred modules with ``ast`` would take ten times as
# long.
_IMPORT = re.compile(
    r"^([ \t]*+)(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
_NAME = re.compile(r"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")
# Libraries whose distribution on the package index has another name than their module.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "backports": "backports.zstd",
    "pagefind_bin": "pagefind-bin",
    "slugify": "python-slugify",
    "yaml": "pyyaml",
}


@cache
def code_digest(module: str, *libraries: str) -> bytes:
    """Return a digest (16 bytes) of a module and of all code that it imports, lazy imports included.

    It covers the files of Kiosque's modules and the versions of the libraries that these import.
    ``libraries`` names further libraries that have an effect on the module without an import.
    """
    digest = hashlib.blake2b(digest_size=16)
    files, imported = closure(module)
    for file in files:
        digest.update(file.read_bytes())
    for name in sorted({*imported, *libraries}):
        with suppress(importlib.metadata.PackageNotFoundError):
            digest.update(f"{name} {importlib.metadata.version(_DISTRIBUTIONS.get(name, name))}".encode())
    return digest.digest()


def closure(module: str, package: Path = _PACKAGE) -> tuple[tuple[Path, ...], frozenset[str]]:
    """Return the files of a module and of all modules that it imports, and the names of the libraries.

    ``package`` is the folder of ``kiosque``. Importing ``kiosque.a.b`` also runs ``kiosque/a/__init__.py``.
    Only the imports at the top of such a file count: nobody calls its functions.
    """
    reached: dict[Path, bool] = {}
    libraries: set[str] = set()
    # The name of a module, and whether its lazy imports count.
    waiting = [(module, True)]
    while waiting:
        name, is_whole = waiting.pop()
        file = _file(name, package)
        if file is None:
            libraries.add(name.partition(".")[0])
        elif reached.get(file, False) < is_whole or file not in reached:
            reached[file] = is_whole
            waiting += [(parent, False) for parent in _parents(name)]
            waiting += [
                (imported, True) for imported, at_top in _imports(file, package) if is_whole or at_top
            ]
    return tuple(sorted(reached)), frozenset(libraries - sys.stdlib_module_names)


def _file(name: str, package: Path) -> Path | None:
    """Return the file of a module of Kiosque; ``None`` for any other name."""
    return _modules(package).get(name)


@cache
def _modules(package: Path) -> Mapping[str, Path]:
    """Return the file of each module by its name. One walk takes a tenth of a look for each name."""
    files = {}
    for folder, _folders, names in os.walk(package):
        parts = [package.name, *Path(folder).relative_to(package).parts]
        for name in names:
            if name.endswith(".py"):
                module = parts if name == "__init__.py" else [*parts, name.removesuffix(".py")]
                files[".".join(module)] = Path(folder, name)
    return files


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@cache
def _imports(file: Path, package: Path) -> tuple[tuple[str, bool], ...]:
    """Return the names of the modules that a file imports, and whether each import is at the top of the file.

    A name that is no module, such as that of a function, is replaced by its module.
    """
    imports = []
    for indent, origin, names, modules in _IMPORT.findall(file.read_text(encoding="utf-8")):
        if modules:
            imports += [(name[1], not indent) for name in _NAME.finditer(modules)]
        elif origin.partition(".")[0] != package.name:
            imports.append((origin, not indent))
        else:
            full = [f"{origin}.{name[1]}" for name in _NAME.finditer(names.strip("()"))]
            imports += [(name if _file(name, package) else origin, not indent) for name in full]
    return tuple(dict.fromkeys(imports))
