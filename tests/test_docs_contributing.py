"""What guides and forges tell people to do can be done."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from kiosque.cli import main

ROOT = Path(__file__).parents[1]
GUIDES = ("CONTRIBUTING.md", "docs/choisir.md", "docs/moderation.md", "docs/moissonner.md")
FORMS = [*(ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")]
# The steps of a week, and those that can't wait: each has its command.
STEPS = {
    "harvest",
    "report",
    "doctor",
    "check",
    "new",
    "feature",
    "hide",
    "takedown",
    "build",
    "serve",
    "deploy",
    "ping",
}


def commands(guide: str) -> Iterator[list[str]]:
    """Yield the `kiosque` commands in the blocks of a guide that are to be typed, word by word."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("kiosque "):
                yield shlex.split(line, comments=True)[1:]


def wrong(words: list[str]) -> str:
    """Return what can't be typed of a command; empty where all of it can."""
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
    options = {
        name
        for one in command.params
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    }
    return ", ".join(word for word in words if word.startswith("-") and word not in options)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_is_one(guide: str) -> None:
    """With the options that it is given there."""
    assert [*commands(guide)]
    assert [] == [(words, found) for words in commands(guide) if (found := wrong(words))]


def test_a_wrong_command_is_found() -> None:
    """The test above can fail."""
    assert ["no command chekc", "--fxi", ""] == [
        wrong(one.split()) for one in ("chekc", "check --fxi", "new article --text a")
    ]


def test_each_step_of_a_week_has_its_command() -> None:
    """The guide for those who run a hub names all that they need."""
    assert set() == STEPS - {words[0] for words in commands("docs/moderation.md")}


def test_links_within_the_guides_lead_somewhere() -> None:
    """To files that are there."""
    text = (ROOT / "docs/moderation.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    files = [one.partition("#")[0] for one in links if not one.startswith(("#", "http"))]
    assert [] == [one for one in files if not (ROOT / "docs" / one).is_file()]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.name)
def test_forms_of_issues_are_what_forges_take(file: Path) -> None:
    """GitHub's form schema, which Forgejo takes too: a name, a description, fields of known types, each id
    once.
    """
    form: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    if file.name == "config.yml":
        assert {"blank_issues_enabled": True} == form
        return
    fields = form["body"]
    assert {"markdown", "input", "textarea", "dropdown", "checkboxes"} >= {one["type"] for one in fields}
    ids = [one["id"] for one in fields if one["type"] != "markdown"]
    assert len(set(ids)) == len(ids) > 0
    for one in fields:
        assert one["attributes"]["value" if one["type"] == "markdown" else "label"]
    assert form["name"] and form["description"] and form["title"]


def test_forges_ask_the_same() -> None:
    """Forgejo's templates are GitHub's, and a merge request on GitLab is asked what a pull request is."""
    forms = {file.name: file.read_bytes() for file in FORMS}
    assert forms == {file.name: file.read_bytes() for file in (ROOT / ".forgejo/issue_template").iterdir()}
    texts = {(ROOT / path).read_bytes() for path in (
        ".github/pull_request_template.md", ".forgejo/pull_request_template.md",
        ".gitlab/merge_request_templates/Default.md",
    )}  # fmt: skip
    assert 1 == len(texts)
    assert {"Erreur.md", "Media.md", "Texte.md"} == {
        file.name for file in (ROOT / ".gitlab/issue_templates").iterdir()
    }
