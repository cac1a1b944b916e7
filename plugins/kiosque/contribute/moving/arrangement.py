"""Arranges the texts of an old site in a hub: their files, their addresses, and the links between them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kiosque.content.content_files import CONTENT
from kiosque.content.kinds import KINDS
from kiosque.content.linking.named_files import SERVED
from kiosque.content.schema.values import BadValueError, aliases
from kiosque.content.schema.writing import content_file
from kiosque.content.site_addresses import site_address
from kiosque.contribute.check.markup_scan import Link
from kiosque.contribute.moving.old_text import Moving, NewFile, OldText
from kiosque.contribute.moving.targets import links_of, with_targets
from kiosque.contribute.moving.template_tags import left_template_tags
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.text import line_text, slug


class Target(NamedTuple):
    """Where a link of the old site leads: a text by its origin, a file, or an address elsewhere.

    ``missing`` is the name of a file that isn't there.
    """

    origin: str = ""
    file: Path | None = None
    address: str = ""
    fragment: str = ""
    missing: str = ""


Resolve = Callable[[OldText, str], Target]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A text with its path in the hub, its files by their names beside it, and its former addresses."""

    old: OldText
    slug: str
    path: str
    files: Mapping[Path, str] = field(default_factory=dict)
    former: tuple[str, ...] = ()


def arrange(
    texts: Sequence[OldText], resolve: Resolve, existing: Mapping[str, str], licence: str = ""
) -> Moving:
    """Return the files of some texts; ``existing`` has the paths of the hub's files by their addresses.

    ``resolve`` tells where a target in a text leads. Texts without a licence get ``licence``. A text whose
    address another file of the hub has is left out, and named.
    """
    problems: list[Problem] = []
    placed = [*_placed(texts, resolve, existing, problems)]
    paths = {text.old.origin: text.path for text in placed}
    files = []
    for text in placed:
        new = _File(text, resolve, paths, licence)
        files += [NewFile(text.path, new.data), *_copies(text)]
        problems += new.problems
    return Moving(tuple(files), tuple(problems))


def _placed(
    texts: Sequence[OldText], resolve: Resolve, existing: Mapping[str, str], problems: list[Problem]
) -> Iterator[_Placed]:
    slugs = [*_slugs(texts)]
    own = {KINDS[text.kind].page(name) for text, name in zip(texts, slugs, strict=True)}
    used = {*own, *existing}
    for text, name in zip(texts, slugs, strict=True):
        kind = KINDS[text.kind]
        files = _files_of(text, resolve)
        place = f"{name}/index{text.suffix}" if files else f"{name}{text.suffix}"
        path = f"{CONTENT}/{kind.folder}/{place}"
        other = existing.get(kind.page(name), path)
        if other != path:
            message = _(
                "{other} has the address of this text already: rename one of the two, and import again"
            )
            problems.append(Problem(path=text.origin, message=message.format(other=other)))
            continue
        former = tuple(_former(text, kind.page(name), used, existing, path))
        used |= {*former}
        yield _Placed(text, name, path, files, former)


def _slugs(texts: Iterable[OldText]) -> Iterator[str]:
    """Yield the slug of each text. One that is taken gets the language of its text, or the next number."""
    taken: set[tuple[str, str]] = set()
    for text in texts:
        language = slug(str(text.head.get("language", "")))
        name, number = text.slug, 1
        if language and (text.kind, name) in taken:
            name = f"{text.slug}-{language}"
        while (text.kind, name) in taken:
            number += 1
            name = f"{text.slug}-{number}"
        taken.add((text.kind, name))
        yield name


def _former(
    text: OldText, page: str, used: Collection[str], existing: Mapping[str, str], path: str
) -> Iterator[str]:
    """Yield the former addresses of a text: those that nothing else has, and that the site doesn't need."""
    for address in dict.fromkeys(text.addresses):
        with suppress(BadValueError):
            former, *_none = aliases(address.removesuffix("index.html").partition("?")[0], UTC)
            is_own_already = existing.get(former) == path
            if former != page and not site_address(former) and (former not in used or is_own_already):
                yield former


def _files_of(text: OldText, resolve: Resolve) -> dict[Path, str]:
    """Return the names that the local files of a text get beside it."""
    targets = [link.target for link in links_of(text.body, text.suffix)]
    if text.picture:
        targets.append(text.picture.target)
    names: dict[Path, str] = {}
    for target in targets:
        file = resolve(text, target).file
        if file and file not in names:
            names[file] = _free(_plain_name(file), set(names.values()))
    return names


def _plain_name(file: Path) -> str:
    return f"{slug(file.stem, 'fichier')}{file.suffix.lower()}"


def _free(name: str, taken: Collection[str]) -> str:
    stem, suffix = posixpath.splitext(name)
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name


def _copies(text: _Placed) -> Iterator[NewFile]:
    folder = posixpath.dirname(text.path)
    for file, name in text.files.items():
        yield NewFile(f"{folder}/{name}", copied=file, text=text.path)


class _File:
    """The new file of a text, and what a person must look at in it."""

    def __init__(self, text: _Placed, resolve: Resolve, paths: Mapping[str, str], licence: str) -> None:
        """Compose the file; ``paths`` has the new path of each text by its origin."""
        self._text, self._resolve, self._paths = text, resolve, paths
        self.problems: list[Problem] = []
        self._missing: list[tuple[Link, str]] = []
        head = self._head(licence)
        body = with_targets(text.old.body, text.old.suffix, self._new_target).strip()
        is_rst = text.old.suffix == ".rst"
        content = _rst_file(head, body) if is_rst else content_file(head, body)
        self.data = content.encode("utf-8", "replace")
        self._look(body, content.count("\n") - body.count("\n"))

    def _head(self, licence: str) -> dict[str, object]:
        old = self._text.old
        head = {**old.head}
        if image := self._image():
            head["image"] = image
        if licence and old.kind == "article":
            head["licence"] = licence
        if self._text.former:
            head["aliases"] = list(self._text.former)
        order = ("title", "date", "updated", "authors", "summary", "tags", "image", "licence", "language",
                 "expires", "aliases", "status")  # fmt: skip
        return {key: head[key] for key in order if key in head}

    def _image(self) -> dict[str, object]:
        """Return the main picture as a head has it; empty where there is none, or none here."""
        picture = self._text.old.picture
        if not picture or self._text.old.kind != "article":
            return {}
        target = self._resolve(self._text.old, picture.target)
        if target.file and target.file in self._text.files:
            image = {"file": self._text.files[target.file], "alt": picture.alt, "caption": picture.caption}
            return {key: line_text(value) for key, value in image.items() if value}
        message = _(
            "the main picture, {picture}, isn’t here: put it beside this text, and name it with “image:”"
        )
        self.problems.append(
            Problem(path=self._text.path, line=1, message=message.format(picture=picture.target[:200]))
        )
        return {}

    def _new_target(self, link: Link) -> str:
        target = self._resolve(self._text.old, link.target)
        end = f"#{target.fragment}" if target.fragment else ""
        if target.file:
            return f"{{attach}}{self._text.files[target.file]}"
        if target.origin in self._paths:
            other = posixpath.relpath(self._paths[target.origin], posixpath.dirname(self._text.path))
            return f"{{filename}}{other}{end}"
        if target.missing:
            self._missing.append((link, target.missing))
        return f"{target.address}{end}" if target.address else ""

    def _look(self, body: str, first_line: int) -> None:
        """Note what a person must look at in the new text."""
        for remark in self._text.old.remarks:
            start = body.find(remark.near) if remark.near else -1
            line = first_line + body.count("\n", 0, start) if start >= 0 else 1
            self.problems.append(Problem(path=self._text.path, line=line, message=remark.message))
        self.problems += left_template_tags(body, self._text.path, first_line)
        message = _(
            "the file {file} isn’t in the old site’s folder: put it beside this text, or take the link out"
        )
        shift = self._text.old.body.count("\n") - self._text.old.body.lstrip().count("\n")
        for link, name in self._missing:
            line = first_line + link.line - 1 - shift
            self.problems.append(
                Problem(path=self._text.path, line=line, message=message.format(file=name[:200]))
            )


def _rst_file(head: Mapping[str, object], body: str) -> str:
    """Return a file in reStructuredText: its title, its fields, its text."""
    title = str(head.get("title", ""))
    image = head.get("image")
    fields = [f":{key}: {_field(value)}" for key, value in head.items() if key not in {"title", "image"}]
    if isinstance(image, dict):
        fields += [f":image.{key}: {value}" for key, value in image.items()]
    line = "#" * (2 * len(title))
    return "\n".join([line, title, line, "", *fields, "", body.strip(), ""])


def _field(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def is_served(path: str) -> bool:
    """Whether the hub can serve a file of this name beside a text."""
    return PurePosixPath(path).suffix.lower() in SERVED
