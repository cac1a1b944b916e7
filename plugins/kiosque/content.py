"""From front matter to records: what people wrote under ``content/``, each problem with its file and line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from kiosque import frontmatter
from kiosque.frontmatter import Located
from kiosque.i18n import _
from kiosque.model import (
    Agreement,
    Article,
    Commune,
    Feed,
    HubPage,
    Picture,
    Problem,
    Source,
    Territory,
)
from kiosque.schema import KINDS, BadValueError, Field, Kind
from kiosque.schema.kinds import GROUP_NAMES, PICTURE
from kiosque.text import safe_url, slug

CONTENT = "content"
SUFFIXES = (".md", ".rst")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A content file as read: its record unless something stops it, its text, and what to mend."""

    record: T | None
    body: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Values:
    """The clean values of a head, ready for a record, and what was wrong."""

    found: dict[str, Any]
    lines: dict[str, int]
    problems: list[Problem]
    fatal: bool


def content_files(root: Path, kind: Kind) -> Iterator[Path]:
    """Yield the files of a kind in order: ``<slug>.md``, ``<slug>.rst`` or ``<slug>/index.md``.

    Links that lead out of the hub's folder are left out: a submission must not publish other files.
    """
    folder = root / CONTENT / kind.folder
    inside = root.resolve()
    found = [
        path
        for pattern in ("*", "*/index")
        for suffix in SUFFIXES
        for path in folder.glob(pattern + suffix)
        if path.is_file() and path.resolve().is_relative_to(inside)
    ]
    return iter(sorted(found))


def slug_of(path: str) -> str:
    """Return the slug that a content file's name gives."""
    pure = PurePosixPath(path)
    return slug(pure.parent.name if pure.stem == "index" else pure.stem, fallback="sans-nom")


def read_article(head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> Read[Article]:
    """Read an article from its head; ``path`` is from the hub's folder."""
    values = _values(KINDS["article"], head, path, zone)
    if values.fatal:
        return Read(None, head.body, tuple(values.problems))
    fields = {"slug": slug_of(path), **values.found, "path": path}
    if picture := fields.pop("image", None):
        fields["image"] = _picture(picture, path)
        if fields["image"] is None and "file" not in values.lines:
            values.problems.append(_missing(PICTURE[0], path, values))
    return Read(Article(**fields), head.body, tuple(values.problems))


def read_page(head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> Read[HubPage]:
    """Read one of the hub's own pages from its head; ``path`` is from the hub's folder."""
    values = _values(KINDS["page"], head, path, zone)
    if values.fatal:
        return Read(None, head.body, tuple(values.problems))
    return Read(
        HubPage(**{"slug": slug_of(path), **values.found, "path": path}), head.body, tuple(values.problems)
    )


def read_source(head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> Read[Source]:
    """Read a source from its head; ``path`` is from the hub's folder."""
    values = _values(KINDS["source"], head, path, zone)
    fields = {"slug": slug_of(path), **values.found, "path": path, "description": head.body.strip()}
    fields["feeds"], wrong = _feeds(fields.get("feeds", []), values, path)
    problems = [*values.problems, *wrong]
    if not values.fatal and not fields["feeds"] and not fields.get("homepage"):
        message = _("this source has neither feeds nor a homepage: add “feeds:” with the address of its feed")
        return Read(None, head.body, (*problems, Problem(path=path, line=1, message=message)))
    if values.fatal:
        return Read(None, head.body, tuple(problems))
    fields["agreement"] = Agreement(**fields.get("agreement", {}))
    if logo := fields.get("logo"):
        fields["logo"] = str(PurePosixPath(path).parent / logo)
    return Read(Source(**fields), head.body, tuple(problems))


def load_sources(root: Path, zone: tzinfo) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Read all sources of a hub, by slug; of two that share a slug the first is kept."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file in content_files(root, KINDS["source"]):
        path = file.relative_to(root).as_posix()
        read = _read_file(file, path, partial(read_source, path=path, zone=zone))
        problems += read.problems
        if read.record and read.record.slug in sources:
            problems.append(same_slug(path, read.record.slug, sources[read.record.slug].path))
        elif read.record:
            sources[read.record.slug] = read.record
    return tuple(sources[name] for name in sorted(sources)), tuple(problems)


def same_slug(path: str, taken: str, by: str) -> Problem:
    """Say that two files want one address."""
    message = _("the address “{slug}” is taken by {other}: rename this file, or give it a “slug:” of its own")
    return Problem(path=path, line=1, message=message.format(slug=taken, other=by))


def load_territory(root: Path) -> tuple[Territory, tuple[Problem, ...]]:
    """Read the communes that a hub covers; a hub without ``territory.yml`` covers none."""
    file = root / CONTENT / "territory.yml"
    path = file.relative_to(root).as_posix()
    if not file.is_file():
        return Territory(), ()
    text, problems = frontmatter.decode(file.read_bytes(), path)
    located, wrong = frontmatter.parse_yaml(text, path)
    if problems or wrong or located is None:
        return Territory(), (*problems, *wrong)
    return _territory(located, path)


def _read_file(file: Path, path: str, read: Callable[[frontmatter.FrontMatter], Read[T]]) -> Read[T]:
    try:
        text, problems = frontmatter.decode(file.read_bytes(), path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions").format(
            reason=error.strerror
        )
        return Read(None, problems=(Problem(path=path, message=message),))
    return Read(None, problems=problems) if problems else read(frontmatter.split(text, path))


@cache
def _keys(fields: tuple[Field, ...]) -> Mapping[str, Field]:
    return {_key(name): field for field in fields for name in (field.name, *field.french)}


@cache
def _groups(kind: str) -> Mapping[str, str]:
    names = {_key(name): name for name in KINDS[kind].groups}
    return names | {_key(name): group for name, group in GROUP_NAMES.items() if group in KINDS[kind].groups}


def _key(written: str) -> str:
    return " ".join(written.replace("_", " ").replace("-", " ").replace("’", "'").lower().split())


def _values(kind: Kind, head: frontmatter.FrontMatter, path: str, zone: tzinfo) -> _Values:
    """Make the values of a head clean: what is wrong is said once each, what is required and missing is fatal."""
    values = _Values({}, {}, list(head.problems), fatal=bool(head.problems))
    keys, groups = _keys(kind.fields), _groups(kind.name)
    for written, located in head.values.items():
        whole, _dot, inner = written.partition(".")
        if group := groups.get(_key(whole)):
            _take_group(values, kind.groups[group], group, inner, located, path, zone)
        elif found := keys.get(_key(written)):
            _take(values, found, values.found, located, path, zone)
        else:
            values.problems.append(_unknown(written, located, [*keys, *groups], path))
    missing = [field for field in kind.fields if field.required and not values.found.get(field.name)]
    if not head.problems:
        values.problems.extend(
            _missing(field, path, values) for field in missing if field.name not in values.lines
        )
    return dataclasses.replace(values, fatal=values.fatal or bool(missing))


def _take(
    values: _Values, field: Field, into: dict[str, Any], located: Located, path: str, zone: tzinfo
) -> None:
    values.lines[field.name] = located.line
    plain = located.plain()
    if plain is None or plain == "":
        if field.required:
            values.problems.append(_missing(field, path, values))
        return
    try:
        into[field.name] = field.convert(plain, zone)
    except BadValueError as error:
        message = f"{field.name}: {error}"
        values.problems.append(Problem(path=path, line=located.line, column=located.column, message=message))


def _take_group(
    values: _Values,
    fields: tuple[Field, ...],
    group: str,
    inner: str,
    located: Located,
    path: str,
    zone: tzinfo,
) -> None:
    """Take a mapping (``image: {…}``), one of its keys (``image.alt: …``), or a list of mappings (``feeds:``)."""
    values.lines.setdefault(group, located.line)
    if group == "feeds":
        items = located.value if isinstance(located.value, list) else [located]
        values.found[group] = [_mapping(values, fields, item, path, zone) for item in items if item.value]
    elif inner:
        given = Located({inner: located}, located.line, located.column)
        values.found[group] = values.found.get(group, {}) | _mapping(values, fields, given, path, zone)
    elif located.value:
        values.found[group] = values.found.get(group, {}) | _mapping(values, fields, located, path, zone)


def _mapping(
    values: _Values, fields: tuple[Field, ...], located: Located, path: str, zone: tzinfo
) -> dict[str, Any]:
    """Return the clean values of one mapping; a bare value stands for its first field."""
    given = located.value if isinstance(located.value, dict) else {fields[0].name: located}
    keys = _keys(fields)
    clean: dict[str, Any] = {"line": located.line}
    for written, inner in given.items():
        if found := keys.get(_key(written)):
            _take(values, found, clean, inner, path, zone)
        else:
            values.problems.append(_unknown(written, inner, list(keys), path))
    return clean


def _unknown(written: str, located: Located, known: Iterable[str], path: str) -> Problem:
    message = _("the key “{key}” is not known and is left aside").format(key=written)
    if near := get_close_matches(_key(written), list(known), n=1):
        message += " " + _("(did you mean “{key}”?)").format(key=near[0])
    return Problem(path=path, line=located.line, message=message)


def _missing(field: Field, path: str, values: _Values) -> Problem:
    message = _("“{field}” is missing: add a line such as “{field}: {example}”")
    line = values.lines.get(field.name, 1)
    return Problem(path=path, line=line, message=message.format(field=field.name, example=field.example))


def _picture(fields: dict[str, Any], path: str) -> Picture | None:
    fields = {name: value for name, value in fields.items() if name != "line"}
    if not (file := fields.pop("file", "")):
        return None
    return Picture(url=str(PurePosixPath(path).parent / file), **fields)


def _feeds(given: list[dict[str, Any]], values: _Values, path: str) -> tuple[tuple[Feed, ...], list[Problem]]:
    values.found.get("agreement", {}).pop("line", None)
    feeds, problems = [], []
    for fields in given:
        options = {("except_" if name == "except" else name): value for name, value in fields.items()}
        address = options.get("url", "")
        if "://" in address:
            options["url"] = safe_url(address)
        if not options.get("url") or (is_outside(address) and "://" not in address):
            message = _(
                "“{url}” is neither a web address nor a file of this hub: write https://… or demo/feeds/…"
            )
            problems.append(Problem(path=path, line=options["line"], message=message.format(url=address)))
        else:
            feeds.append(Feed(**options))
    return tuple(feeds), problems


def is_outside(path: str) -> bool:
    """Whether a path written by someone is not plainly below the hub's folder."""
    pure = PurePosixPath(path)
    return pure.is_absolute() or ".." in pure.parts or "\0" in path or "\\" in path or ":" in path


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
