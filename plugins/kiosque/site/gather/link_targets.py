"""Resolves links to files: Pelican's (``{filename}``, ``{tag}``…), and those from the folder of a text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import partial

from kiosque.content.linking.link_targets import BESIDE, LinkTarget, beside_target, link_target
from kiosque.content.linking.named_files import PICTURES, is_file_name, proposal
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.site.hub.files import FileFinder
from kiosque.site.output.wanted import tag_slug

# As the sanitizer writes them. The same words can stand in the text, as an example.
_TAG = re.compile(r"<(?:a|img) [^<>]*+>")
_ADDRESS = re.compile(r'((?: href| src)=")([^"]*)(?=")')


class LinkResolver:
    """Resolves the links of texts while a hub is gathered.

    ``root`` is the hub's path on its host. ``pages`` are the addresses of content files by their path.
    ``problems`` are those of links that lead nowhere.
    """

    def __init__(self, root: str, pages: Mapping[str, str], files: FileFinder) -> None:
        """Start without problems."""
        self.problems: list[Problem] = []
        self._root, self._pages, self._files = root, pages, files

    def resolve(self, clean: str, path: str) -> str:
        """Return the clean HTML of the file ``path`` with addresses in place of links to files.

        A link that leads nowhere is a problem, unless it may lead from one page to another.
        """
        replace = partial(self._replaced, path)
        return _TAG.sub(lambda tag: _ADDRESS.sub(replace, tag[0]), clean)

    def _replaced(self, path: str, match: re.Match[str]) -> str:
        before, link = match.groups()
        target = link_target(link, path) or beside_target(link, path)
        if target is None:
            return match[0]
        is_picture = before == ' src="'
        address = self._lookup(target, path, is_picture=is_picture)
        if address is not None:
            return before + html.escape(address + (f"#{target.fragment}" if target.fragment else ""))
        if target.kind == BESIDE and not is_picture and not is_file_name(target.name):
            return match[0]
        self.problems.append(self._broken(link, target, path, is_picture=is_picture))
        # An address that starts from the page's own stays one, in feeds as well.
        return match[0] if target.kind == BESIDE else f"{before}#"

    def _lookup(self, target: LinkTarget, path: str, *, is_picture: bool) -> str | None:
        """Return the address of a link in the file ``path``; None if there is no such file."""
        if target.kind == BESIDE or target.is_file:
            return self._file(target, path, is_picture=is_picture)
        lists = {"tag": "/mots-cles/", "author": "/auteurs/"}
        of_list = lists.get(target.kind)
        return self._root + (f"{of_list}{tag_slug(target.name)}/" if of_list else "/")

    def _file(self, target: LinkTarget, path: str, *, is_picture: bool) -> str | None:
        name = self._files.named.found(target.name, any_case=target.kind == BESIDE)
        if target.kind in {BESIDE, "filename"} and name in self._pages and not is_picture:
            return self._root + self._pages[name]
        # A file that is missing is named there, as what it is.
        name = name or (target.name if target.name.startswith("content/") else "")
        served = self._files.served(name, path) if name else None
        return self._root + served if served else None

    def _broken(self, link: str, target: LinkTarget, path: str, *, is_picture: bool) -> Problem:
        link = html.unescape(link)
        likely = self._files.named.likely(target.name, *([PICTURES] if is_picture else []))
        if likely:
            message = _("the link “{link}” leads to no file: write “{likely}”, the file that is there")
        else:
            message = _("the link “{link}” leads to no file: check its name and folder")
        message = message.format(link=link, likely=likely and proposal(link, path, likely))
        return Problem(path=path, message=message, rule="link-broken")
