"""Reads ``content/territory.yml``, the communes that a hub covers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosque.content import frontmatter
from kiosque.content.content_files import CONTENT
from kiosque.content.frontmatter import Located
from kiosque.i18n import _
from kiosque.model import Commune, Problem, Territory
from kiosque.territory.departments import department_of
from kiosque.text import slug


def load_territory(root: Path) -> tuple[Territory, tuple[Problem, ...]]:
    """Return the territory of a hub, and the problems of its file. Without the file it covers no commune."""
    file = root / CONTENT / "territory.yml"
    path = file.relative_to(root).as_posix()
    if not file.is_file():
        return Territory(), ()
    text, encoding_problems = frontmatter.decode(file.read_bytes(), path)
    located, yaml_problems = frontmatter.parse_yaml(text, path)
    if encoding_problems or located is None:
        return Territory(), (*encoding_problems, *yaml_problems)
    territory, problems = _territory(located, path)
    return territory, (*yaml_problems, *problems)


def _territory(located: Located, path: str) -> tuple[Territory, tuple[Problem, ...]]:
    plain: Any = located.plain()
    if not isinstance(plain, dict) or not isinstance(plain.get("communes"), list):
        message = _("the communes are missing: add “communes:” with a line for each, {example}")
        example = '- {code: "26113", name: Die, department: "26"}'
        return Territory(), (Problem(path=path, line=1, message=message.format(example=example)),)
    departments = plain.get("departments") or {}
    lines = [item.line for item in located.value["communes"].value]  # type: ignore[index]
    communes, problems = [], []
    for values, line in zip(plain["communes"], lines, strict=True):
        try:
            communes.append(_commune(values, departments))
        except (KeyError, TypeError, ValueError, AttributeError):
            message = _("this commune can't be read: write it as {example}")
            example = '- {code: "26113", name: Die, department: "26", lat: 44.75, lon: 5.37}'
            problems.append(Problem(path=path, line=line, message=message.format(example=example)))
    return Territory(name=str(plain.get("name") or ""), communes=tuple(communes)), tuple(problems)


def _commune(values: dict[str, Any], departments: Mapping[str, str]) -> Commune:
    """Return a commune; ``departments`` are the names of departments by their number."""
    department = str(values.get("department") or department_of(values["code"]))
    return Commune(
        code=values["code"],
        name=values["name"],
        department=slug(str(departments.get(department, department))),
        slug=slug(values["name"]),
        latitude=float(values["lat"]) if values.get("lat") else None,
        longitude=float(values["lon"]) if values.get("lon") else None,
        former=tuple(values.get("former") or ()),
    )
