"""Lists the files of a site that moves in. The folder is hostile: links aren't followed, all has limits."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import KiosqueError, Problem

# Folders of programs, wherever they are, and those of tools and built sites at the top.
_NEVER = frozenset(
    {"__pycache__", "_includes", "_layouts", "_sass", "bower_components", "node_modules", "venv"}
)
_AT_TOP = frozenset({"_site", "archetypes", "dist", "env", "i18n", "layouts", "output", "plugins",
                     "resources", "theme", "themes", "vendor"})  # fmt: skip
_MOST_FILES = 100_000
# In bytes. A larger file isn't read into memory.
LARGEST_FILE = 60_000_000
_LARGEST_SETTINGS = 500_000


@dataclass(frozen=True, slots=True)
class Folder:
    """A site's folder: the sizes of its files by their paths, and what was passed over."""

    root: Path
    sizes: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def file(self, path: str) -> Path:
        """Return one of its files."""
        return self.root / path

    def small(self, path: str) -> bytes:
        """Return the bytes of a file of settings; none where it is missing or far too large."""
        if self.sizes.get(path, _LARGEST_SETTINGS + 1) > _LARGEST_SETTINGS:
            return b""
        try:
            return read_file(self.root / path)
        except OSError:
            return b""


def list_folder(root: Path) -> Folder:
    """Return the files of a folder. Links, hidden files and those of programs aren't among them.

    Raises KiosqueError for a folder with more files than any site of texts.
    """
    sizes: dict[str, int] = {}
    problems = []
    for path, state in _entries(root):
        if stat.S_ISREG(state.st_mode):
            sizes[path] = state.st_size
        elif stat.S_ISLNK(state.st_mode):
            message = _("this is a link, which isn’t followed: put a copy of the file here, and import again")
            problems.append(Problem(path=path, message=message))
        if len(sizes) > _MOST_FILES:
            message = _("this folder has more than {number} files: name the folder of the site alone")
            raise KiosqueError(message.format(number=_MOST_FILES))
    return Folder(root, sizes, tuple(problems))


def _entries(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the path and the state of each file and link below a folder, in order."""
    for where, folders, names in os.walk(root):
        passed_over = _NEVER | _AT_TOP if Path(where) == root else _NEVER
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in passed_over)
        below = Path(where).relative_to(root)
        links = [name for name in folders if Path(where, name).is_symlink()]
        for name in sorted([*names, *links]):
            if not name.startswith("."):
                path = (below / name).as_posix()
                yield path, os.lstat(root / path)
