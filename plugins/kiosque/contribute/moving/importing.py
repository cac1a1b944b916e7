"""Brings a site of another tool into a hub: plans its files. Callers write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosque.contribute.check.context import Context
from kiosque.contribute.moving.arrangement import arrange
from kiosque.contribute.moving.known_tools import recognised
from kiosque.contribute.moving.old_text import Moving
from kiosque.contribute.moving.site_folder import list_folder
from kiosque.contribute.moving.site_links import SiteLinks
from kiosque.contribute.moving.site_texts import read_texts
from kiosque.contribute.moving.wordpress_export.posts import WordPress
from kiosque.contribute.moving.wordpress_export.wxr import LARGEST, read_export
from kiosque.files import read_given_file
from kiosque.i18n import _
from kiosque.model import KiosqueError, Problem
from kiosque.settings.pelicanconf import HubSettings


@dataclass(frozen=True, slots=True)
class Import:
    """A planned import: the tool that made the site, and the files with what a person must look at."""

    tool: str
    texts: int
    moving: Moving


def site(settings: HubSettings, folder: Path, licence: str = "") -> Import:
    """Plan the import of a folder that Pelican, Hugo, Jekyll, Eleventy or a person filled."""
    root = folder.resolve()
    if root == settings.root.resolve() or root.is_relative_to((settings.root / "content").resolve()):
        raise KiosqueError(_("this folder is the hub itself: name the folder of the old site"))
    listed = list_folder(root)
    tool, old_site = recognised(listed)
    read = read_texts(old_site, settings.zone)
    moving = arrange(read.texts, SiteLinks(old_site, read.texts), _existing(settings), licence)
    moving = _with(moving, (*listed.problems, *read.problems))
    # Paths of the old site would be taken for those of the hub.
    named = [
        _in_folder(problem, root.name) if problem.path in listed.sizes else problem
        for problem in moving.problems
    ]
    return Import(tool, len(read.texts), Moving(moving.files, tuple(named)))


def wordpress(settings: HubSettings, file: Path, uploads: Path | None = None, licence: str = "") -> Import:
    """Plan the import of an export of WordPress; ``uploads`` is a copy of its folder of pictures."""
    listed = list_folder(uploads.resolve()) if uploads else None
    old_site = WordPress(read_export(read_given_file(file, LARGEST)), file.name, settings.zone, listed)
    moving = arrange(old_site.texts, old_site.resolve, _existing(settings), licence)
    problems = (*(listed.problems if listed else ()), *old_site.problems)
    return Import("WordPress", len(old_site.texts), _with(moving, problems))


def _with(moving: Moving, problems: Sequence[Problem]) -> Moving:
    return Moving(moving.files, (*problems, *moving.problems))


def _in_folder(problem: Problem, folder: str) -> Problem:
    return msgspec.structs.replace(problem, path=f"{folder}/{problem.path}")


def _existing(settings: HubSettings) -> Mapping[str, str]:
    """Return the path of the first file of the hub that has each address."""
    return {address: paths[0] for address, paths in Context(settings).addresses.items()}
