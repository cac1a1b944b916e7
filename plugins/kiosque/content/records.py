"""From front matter to records: what people wrote under ``content/``, each problem with its file and line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from kiosque.content import frontmatter
from kiosque.content.frontmatter import Located
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.kinds.source import SOURCE
from kiosque.content.schema import BadValueError, Field, Kind
from kiosque.content.schema.fields import fields_by_key, plain_key
from kiosque.content.schema.written_keys import WrittenKeys
from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import Commune, Problem, Source, Territory, spelt_out
from kiosque.text import slug
from kiosque.wording.reasons import reason_of

CONTENT = "content"
SUFFIXES = (".md", ".rst")
T = TypeVar("T")
# The rule that a value breaks which can't be that of its field, by the field's shape.
_RULES = {
    "aliases": "address-invalid", "commune": "commune-code", "day": "date-wrong", "file": "file-outside",
    "moment": "date-wrong", "picture": "file-outside", "slug": "address-invalid",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A content file as read: its record unless something stops it, its text, and what to mend.

    ``values`` are those of its head, by field, and ``places`` where they stand; a field of a group is ``image.alt``.
    ``keys`` are the keys as the person writes them.
    """

    record: T | None
    body: str = ""
    problems: tuple[Problem, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Located] = field(default_factory=dict)
    keys: WrittenKeys = field(default_factory=lambda: WrittenKeys(()))


def content_files(root: Path, kind: Kind) -> Iterator[Path]:
    """Yield the files of a kind in order: ``<slug>.md``, ``<slug>.rst`` or ``<slug>/index.md``.

    Links that lead out of the hub's folder are left out: a submission must not publish other files.
    """
    folder, inside = root / CONTENT / kind.folder, root.resolve()
    if not folder.resolve().is_relative_to(inside):
        return iter(())
    found = [
        path
        for pattern in ("*", "*/index")
        for suffix in SUFFIXES
        for path in folder.glob(pattern + suffix)
        if path.is_file() and not _leads_out(path, folder, inside)
    ]
    return iter(sorted(found))


def strange_files(root: Path, kind: Kind) -> Iterator[Problem]:
    """Say which files of a kind are left out, as links out of the hub, and which have names that deceive."""
    folder, inside = root / CONTENT / kind.folder, root.resolve()
    names = sorted(entry.name for entry in os.scandir(folder)) if folder.is_dir() else ()
    for name in names:
        path = folder / name
        if spelt_out(name) != name:
            message = _("the name of this file holds signs that nobody sees: rename it")
            yield Problem(path=path.relative_to(root).as_posix(), message=message, rule="file-control")
        for one in (path, path / "index.md", path / "index.rst"):
            if os.path.islink(one) and not one.resolve().is_relative_to(inside):  # noqa: PTH114 - most are none
                message = _(
                    "this is a link that leads out of the hub’s folder, and is left out: put a copy of the file here"
                )
                yield Problem(path=one.relative_to(root).as_posix(), message=message, rule="file-link")


def _leads_out(path: Path, folder: Path, inside: Path) -> bool:
    # Only links can, and following each file to see costs more than reading it.
    is_link = path.is_symlink() or (path.parent != folder and path.parent.is_symlink())
    return is_link and not path.resolve().is_relative_to(inside)


def slug_of(path: str) -> str:
    """Return the slug that a content file's name gives."""
    pure = PurePosixPath(path)
    return slug(pure.parent.name if pure.stem == "index" else pure.stem, fallback="sans-nom")


def read(kind: Kind, head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> Read[Any]:
    """Return a file of a kind as read from its head; ``path`` is from the hub's folder, ``zone`` that of its dates.

    It has no record where its head can't be read, or lacks what its kind requires.
    """
    values = _Values(kind, head, path, zone)
    made = {field.attribute: _made(field, values) for field in kind.fields if field.name in values.found}
    either = kind.either
    has_either = either is None or any(made.get(name) for name in either.fields)
    if either and not has_either and not values.fatal and not any(map(values.found.get, either.fields)):
        values.say(either.rule, 1, _(either.message).format(key=values.keys.key(either.fields[0])))
    if values.fatal or not has_either:
        return values.read(None, head)
    text = {kind.text_field: head.body.strip()} if kind.text_field else {}
    return values.read(kind.record(**{"slug": slug_of(path), **made, "path": path, **text}), head)


def _made(field: Field, values: _Values) -> Any:
    """Return the value that a record has for a field, from what the head gives for it."""
    value = values.found[field.name]
    if field.make and field.many:
        return tuple(made for one in value if (made := field.make(one, values)) is not None)
    if field.make:
        return field.make(value, values)
    if field.shape.name == "picture":
        return str(PurePosixPath(values.path).parent / value)
    return value


def load(kind: Kind, root: Path, zone: tzinfo) -> tuple[tuple[Any, ...], tuple[Problem, ...]]:
    """Read all files of a kind: their records in order of the files, and what to mend; the first with a slug is kept."""
    records: dict[str, Any] = {}
    problems = [*strange_files(root, kind)]
    for file in content_files(root, kind):
        path = file.relative_to(root).as_posix()
        found: Read[Any] = _read_file(file, path, partial(read, kind, path=path, zone=zone))
        problems += found.problems
        if found.record and found.record.slug in records:
            first = records[found.record.slug].path
            problems.append(same_slug(path, found.record.slug, first, found.keys.key("slug")))
        elif found.record:
            records[found.record.slug] = found.record
    return tuple(records.values()), tuple(problems)


def load_sources(root: Path, zone: tzinfo) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Read all sources of a hub, by slug."""
    sources, problems = load(SOURCE, root, zone)
    return tuple(sorted(sources, key=lambda source: source.slug)), problems


def load_pages(root: Path, zone: tzinfo) -> tuple[tuple[HubPage, ...], tuple[Problem, ...]]:
    """Read all of the hub's own pages, in order of their files."""
    return load(PAGE, root, zone)


def same_slug(path: str, taken: str, by: str, key: str) -> Problem:
    """Say that two files want one address; ``key`` is what a file gives its own by."""
    message = _(
        "the address “{slug}” is taken by {other}: rename this file, or give it a “{key}:” of its own"
    )
    text = message.format(slug=taken, other=by, key=key)
    return Problem(path=path, line=1, message=text, rule="address-taken")


def load_territory(root: Path) -> tuple[Territory, tuple[Problem, ...]]:
    """Read the communes that a hub covers; a hub without ``territory.yml`` covers none."""
    file = root / CONTENT / "territory.yml"
    path = file.relative_to(root).as_posix()
    if not file.is_file():
        return Territory(), ()
    text, problems = frontmatter.decode(file.read_bytes(), path)
    located, wrong = frontmatter.parse_yaml(text, path)
    if problems or located is None:
        return Territory(), (*problems, *wrong)
    territory, more = _territory(located, path)
    return territory, (*wrong, *more)


def keys_of(kind: Kind, root: Path, path: str, zone: tzinfo) -> WrittenKeys:
    """Return the keys of a file as they are written; none where it can't be read."""
    found: Read[Any] = _read_file(root / path, path, partial(read, kind, path=path, zone=zone))
    return found.keys


def _read_file(file: Path, path: str, read: Callable[[frontmatter.FrontMatter], Read[T]]) -> Read[T]:
    try:
        text, problems = frontmatter.decode(read_file(file), path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions").format(
            reason=reason_of(error)
        )
        return Read(None, problems=(Problem(path=path, message=message),))
    return Read(None, problems=problems) if problems else read(frontmatter.split(text, path))


def likely_key(written: str, known: Iterable[str]) -> str:
    """Return which of the known keys was meant, as far as spelling tells; empty where none is near."""
    return next(iter(get_close_matches(plain_key(written), list(known), n=1)), "")


def spelt(field: Field, plain: str) -> str:
    """Return the key of a field as it is usually spelt; ``plain`` is how keys are compared."""
    return next(key for key in (field.name, *field.french) if plain_key(key) == plain)


class _Values:
    """The clean values of a head, ready for a record.

    ``lines`` and ``places`` are where each was given, ``problems`` what is wrong, each said once; ``fatal`` says that no
    record can be made: the head can't be read, or lacks something that its kind requires.
    """

    def __init__(self, kind: Kind, head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> None:
        self.found: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.places: dict[str, Located] = {}
        self.problems = list(head.problems)
        self.path, self._zone, self._kind = path, zone, kind
        self.keys = WrittenKeys(kind.fields)
        is_readable = bool(head.values) or not head.problems
        for written, located in head.values.items():
            self._take_key(written, located)
        missing = [field for field in kind.fields if field.required and not self.found.get(field.name)]
        if is_readable:
            for field in missing:
                if field.name not in self.lines:
                    self.miss(field)
        self.fatal = bool(missing) or not is_readable

    def read(self, record: T | None, head: frontmatter.FrontMatter) -> Read[T]:
        """Return the file as read."""
        return Read(record, head.body, tuple(self.problems), self.found, self.places, self.keys)

    def names(self, field: str) -> bool:
        """Whether the head names a field, at any level."""
        return field in self.lines

    def say(self, rule: str, line: int, message: str, column: int | None = None) -> None:
        """Note what is wrong, and where."""
        self.problems.append(Problem(path=self.path, line=line, column=column, message=message, rule=rule))

    def miss(self, field: Field, group: Field | None = None) -> None:
        """Note that a field isn't there, or is empty."""
        message = _("“{field}” is missing: add a line such as “{field}: {example}”")
        line = self.lines.get(field.name, 1)
        key = self.keys.of(field, group)
        self.say("field-missing", line, message.format(field=key, example=field.example))

    def _take_key(self, written: str, located: Located) -> None:
        keys = fields_by_key(self._kind.fields)
        whole, _dot, inner = written.partition(".")
        if (group := keys.get(plain_key(whole))) and group.fields:
            self.keys.note(group, whole)
            self._take_group(group, inner, located)
        elif found := keys.get(plain_key(written)):
            self.keys.note(found, written)
            self._take(found, self.found, located, written)
        else:
            self._unknown(written, located, keys)

    def _take(
        self, field: Field, into: dict[str, Any], located: Located, written: str, group: Field | None = None
    ) -> None:
        self.lines[field.name] = located.line
        self.places[f"{group.name}.{field.name}" if group else field.name] = located
        plain = located.plain()
        if plain is None or plain == "":
            if field.required:
                self.miss(field, group)
            return
        try:
            into[field.name] = field.shape.convert(plain, self._zone)
        except BadValueError as error:
            rule = _RULES.get(field.shape.name, "value-wrong")
            self.say(rule, located.line, f"{written}: {error}", located.column)

    def _take_group(self, group: Field, inner: str, located: Located) -> None:
        """Take a mapping (``image: {…}``), one of its keys (``image.alt: …``), or a list of mappings (``feeds:``)."""
        self.lines.setdefault(group.name, located.line)
        self.places.setdefault(group.name, located)
        if group.many:
            items = located.value if isinstance(located.value, list) else [located]
            self.found[group.name] = [self._mapping(group, item) for item in items if item.value]
        elif inner or located.value:
            given = Located({inner: located}, located.line, located.column) if inner else located
            self.found[group.name] = self.found.get(group.name, {}) | self._mapping(group, given)

    def _mapping(self, group: Field, located: Located) -> dict[str, Any]:
        """Return the clean values of one mapping, and its ``line``; a bare value stands for its first field."""
        fields = group.fields
        clean: dict[str, Any] = {"line": located.line}
        if not isinstance(located.value, dict):
            self._take(fields[0], clean, located, self.keys.of(group), group)
            return clean
        keys = fields_by_key(fields)
        for written, inner in located.value.items():
            if found := keys.get(plain_key(written)):
                self.keys.note(found, written, group)
                self._take(found, clean, inner, written, group)
            else:
                self._unknown(written, inner, keys)
        return clean

    def _unknown(self, written: str, located: Located, known: Mapping[str, Field]) -> None:
        message = _("the key “{key}” is not known and is left aside").format(key=written)
        if near := likely_key(written, known):
            message += " " + _("(did you mean “{key}”?)").format(key=spelt(known[near], near))
        line, column = located.key or (located.line, None)
        self.say("key-unknown", line, message, column)


def _territory(located: Located, path: str) -> tuple[Territory, tuple[Problem, ...]]:
    plain: Any = located.plain()
    if not isinstance(plain, dict) or not isinstance(plain.get("communes"), list):
        message = _("the communes are missing: add “communes:” with a line for each, {example}")
        example = '- {code: "26113", name: Die, department: "26"}'
        return Territory(), (Problem(path=path, line=1, message=message.format(example=example)),)
    departments = plain.get("departments") or {}
    lines = [item.line for item in located.value["communes"].value]  # type: ignore[index]
    communes, problems = [], []
    for given, line in zip(plain["communes"], lines, strict=True):
        try:
            communes.append(_commune(given, departments))
        except (KeyError, TypeError, ValueError, AttributeError):
            message = _("this commune can't be read: write it as {example}")
            example = '- {code: "26113", name: Die, department: "26", lat: 44.75, lon: 5.37}'
            problems.append(Problem(path=path, line=line, message=message.format(example=example)))
    return Territory(name=str(plain.get("name") or ""), communes=tuple(communes)), tuple(problems)


def _commune(given: dict[str, Any], departments: Mapping[str, str]) -> Commune:
    department = str(given.get("department") or given["code"][:2])
    return Commune(
        code=given["code"],
        name=given["name"],
        department=slug(str(departments.get(department, department))),
        slug=slug(given["name"]),
        latitude=float(given["lat"]) if given.get("lat") else None,
        longitude=float(given["lon"]) if given.get("lon") else None,
        former=tuple(given.get("former") or ()),
    )
