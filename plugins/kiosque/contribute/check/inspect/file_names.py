"""Check the names and places of files, and symbolic links that lead out of the hub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kiosque.content.content_files import CONTENT, SUFFIXES
from kiosque.content.kinds import KINDS
from kiosque.content.linking.named_files import is_served
from kiosque.contribute.check import reading
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.rules import RULES
from kiosque.model import Problem, spelt_out
from kiosque.text import slug

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_.-]*")
# The lists that the hub's editors keep. ``data_files`` checks them.
LEDGERS = frozenset(
    f"{CONTENT}/{name}.yml" for name in ("curation", "takedowns", "territory", "themes", "works")
)


def names(path: str, hub: Context) -> Iterator[Problem]:
    """Yield a problem where a name is no plain address, where nothing reads a file, or where it leads out."""
    pure = PurePosixPath(path)
    if spelt_out(path) != path:
        yield RULES["file-control"].at(path, name=_renamed(pure.name))
    elif not all(_PLAIN.fullmatch(part) for part in pure.parts[1:]):
        bad_part = next(part for part in pure.parts[1:] if not _PLAIN.fullmatch(part))
        yield RULES["file-name"].at(path, name=_renamed(bad_part))
    if hub.leads_out(path):
        yield RULES["file-link"].at(path)
    elif path not in LEDGERS and not reading.kind_of(path):
        yield from _lost(path, pure)


def _lost(path: str, pure: PurePosixPath) -> Iterator[Problem]:
    if pure.suffix.lower() in SUFFIXES or (len(pure.parts) > 1 and pure.parts[1] not in _folders()):
        folders = ", ".join(f"{CONTENT}/{folder}/" for folder in _folders())
        yield RULES["file-lost"].at(path, folders=folders)
    elif not is_served(path) and pure.suffix.lower() != ".svg":
        yield RULES["file-kind"].at(path, suffix=pure.suffix or pure.name)


def _folders() -> list[str]:
    return [kind.folder for kind in KINDS.values()]


def _renamed(name: str) -> str:
    """Return a plain name to suggest for a file."""
    stem, dot, suffix = name.rpartition(".")
    return f"{slug(stem or suffix, 'fichier')}{dot}{slug(suffix)}" if stem else slug(name, "fichier")
