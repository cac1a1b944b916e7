"""Writes the folder of a new hub from the templates in ``starter/hub/``.

In a template ``§{name}`` stands for an answer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from kiosque.files import cannot_write
from kiosque.i18n import _
from kiosque.model import Commune, KiosqueError
from kiosque.settings.forge import FORGE_KINDS
from kiosque.setup import starter
from kiosque.setup.new_hub.hub_answers import HOSTS, HubAnswers
from kiosque.territory.french_places import of_place
from kiosque.text import line_text, slug

logger = logging.getLogger(__name__)

_STARTER = Path(__file__).parents[1] / "starter" / "hub"
# A file of this name would have an effect in this repository too.
_NAMES = {"gitignore": ".gitignore"}
_EXAMPLE = ("content/sources/exemple.md", "exemples/premier-media.xml")


class _FileTemplate(Template):
    # Workflows contain ${{…}}. No file of a new hub contains a section sign.
    delimiter = "§"


def write_hub(folder: Path, answers: HubAnswers, now: datetime) -> tuple[str, ...]:
    """Write a new hub; return the paths of its files, which start at its folder.

    ``now`` is the present moment in the hub's time zone. Raises KiosqueError where the folder can't be
    written, or holds any file other than a git repository's own.
    """
    try:
        if folder.exists() and any(path.name != ".git" for path in folder.iterdir()):
            message = _("{folder} isn't empty: name a new folder, nothing was written")
            raise KiosqueError(message.format(folder=folder))
        texts = dict(_files(answers, now))
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KiosqueError(cannot_write(folder, error)) from error
    logger.debug("wrote %d files into %s", len(texts), folder)
    return tuple(sorted(texts))


def _files(answers: HubAnswers, now: datetime) -> Iterator[tuple[str, str]]:
    values = _values(answers, now)
    for file in sorted(path for path in _STARTER.rglob("*") if path.is_file()):
        path = file.relative_to(_STARTER).as_posix()
        if not (answers.medium and path in _EXAMPLE):
            yield _NAMES.get(path, path), _FileTemplate(file.read_text(encoding="utf-8")).substitute(values)
    if answers.medium:
        name = line_text(answers.medium_name) or urlsplit(answers.medium).hostname or answers.medium
        yield f"content/sources/{slug(name, fallback='media')}.md", _source_file(name, answers.medium)
    for path, data in starter.files(FORGE_KINDS.get(answers.forge)).items():
        yield path, data.decode()


def _values(answers: HubAnswers, now: datetime) -> Mapping[str, str]:
    """Return the value of each name in the templates.

    ``…_quoted`` is text in quotes, valid in Python and in YAML.
    """
    name, place = line_text(answers.name), line_text(answers.place)
    texts = {
        "name": name,
        "place": place,
        "tagline": f"Ce que publient les médias et les gens {of_place(place)}",
        "contact": answers.contact,
        "repository": answers.repository,
        "url": answers.url,
        "forge": answers.forge,
    }
    quoted = {f"{key}_quoted": _quoted(value) for key, value in texts.items()}
    return quoted | {
        "name": name,
        "place": place,
        "of_place": of_place(place),
        "title": _quoted(f"Un kiosque pour {place}"),
        "today": now.date().isoformat(),
        "today_rfc": format_datetime(now),
        "communes": "".join(map(_commune, answers.communes)) or " []",
        "deploy": _deploy(answers),
        "mail_to": _(" to `{contact}`").format(contact=answers.contact) if answers.contact else "",
    }


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _commune(commune: Commune) -> str:
    texts = {"code": commune.code, "name": commune.name, "department": commune.department}
    fields = [f"{key}: {_quoted(value)}" for key, value in texts.items()]
    if commune.latitude is not None and commune.longitude is not None:
        fields += [f"lat: {commune.latitude:.4f}", f"lon: {commune.longitude:.4f}"]
    return f"\n  - {{{', '.join(fields)}}}"


def _deploy(answers: HubAnswers) -> str:
    """Return the setting ``DEPLOY`` for a kind of host. A person replaces its parts in capitals."""
    if not answers.host:
        return "{}"
    target = HOSTS[answers.host][0]
    if answers.host == "git" and answers.repository:
        target = _pages_branch(answers)
    if isinstance(target, str):
        return f'{{"site": {_quoted(target)}}}'
    options = "".join(f"        {_quoted(name)}: {_quoted(value)},\n" for name, value in target.items())
    return f'{{\n    "site": {{\n{options}    }},\n}}'


def _pages_branch(answers: HubAnswers) -> str:
    """Return the target of the branch that the hub's forge serves as a site."""
    parts = urlsplit(answers.repository)
    owner = parts.path.split("/")[1]
    branch = "gh-pages" if answers.forge == "github" else "pages"
    return f"git+https://{owner}@{parts.netloc}{parts.path}.git#{branch}"


def _source_file(name: str, address: str) -> str:
    return f"---\nname: {_quoted(name)}\nfeeds:\n  - {_quoted(address)}\nagreement: {{scope: excerpt}}\n---\n"
