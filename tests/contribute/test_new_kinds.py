"""`kiosque new KIND`: the questions of each kind's schema, and the file that their answers make."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import EVENT, tree, write_tree

from kiosque import i18n
from kiosque.cli import main
from kiosque.content.kinds import KINDS

NOW = "2026-03-15T23:30:00Z"
TERRITORY = """communes:
  - {code: "26113", name: Die}
  - {code: "26001", name: Solaure en Diois, former: [Molières-Glandaz]}
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read messages as they stand in the code; git knows nobody."""
    monkeypatch.setenv("LANGUAGE", "en")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, str(tmp_path / "no-such-config"))
    i18n.use("en")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub with communes and one article."""
    article = "---\ntitle: Lavoir\ndate: 2026-01-02\ntags: [eau, écologie]\n---\nTexte\n"
    files = {"content/territory.yml": TERRITORY, "content/articles/lavoir.md": article}
    return write_tree(tmp_path / "hub", files)


def run(root: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), "new", *words], input=typed)


def made(root: Path) -> dict[str, str]:
    files = {path: data.decode() for path, data in tree(root / "content").items()}
    return {path: text for path, text in files.items() if path not in {"territory.yml", "articles/lavoir.md"}}


def test_an_article_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is offered as it is there, tags that exist are shown, a commune is found by name; what is wrong
    is asked again.
    """
    monkeypatch.setattr("kiosque.cli.console.questions.can_ask", lambda: True)
    answers = ["", "Le bal: enfin", "", "Awa, Zoé", "", "eau, danse", "Dies", "molieres glandaz",
               "bal.jpg", "Une ronde", "", "Awa", "-", "CC0 1.0", "demain", "2026-04-30"]  # fmt: skip
    found = run(root, "article", "--now", NOW, typed="\n".join(answers) + "\n")
    expected = """---
title: 'Le bal: enfin'
date: 2026-03-16
authors: [Awa, Zoé]
tags: [eau, danse]
commune: '26001'
image:
  file: bal.jpg
  alt: Une ronde
  credit: Awa
  licence: '-'
licence: CC0 1.0
expires: 2026-04-30
---
"""
    assert (0, {"articles/le-bal-enfin.md": expected}) == (found.exit_code, made(root)), found.output
    said = ("It is needed.", "Known: eau, écologie", 'commune: "26113" if you mean Die',
            "“demain” is not a date",
            "Next: kiosque check content/articles/le-bal-enfin.md")  # fmt: skip
    assert [] == [one for one in said if one not in found.output]


def test_nobody_is_asked_what_was_answered_beforehand(root: Path, tmp_path: Path) -> None:
    """Keys may be French; an hour stays an hour; the text comes from a file; programs get the path."""
    (tmp_path / "texte.md").write_text("On danse.\n")
    words = [
        "titre=Bal",
        "date=14/03/2026 18:30",
        "code commune=Die",
        "image.fichier=b.jpg",
        "image.alt=Une ronde",
    ]
    given = [part for word in words for part in ("--set", word)]
    found = run(root, "article", *given, "--text", str(tmp_path / "texte.md"), "--json")
    expected = """---
title: Bal
date: 2026-03-14 18:30
commune: '26113'
image:
  file: b.jpg
  alt: Une ronde
---
On danse.
"""
    assert (0, {"path": "content/articles/bal.md"}) == (found.exit_code, json.loads(found.stdout))
    assert {"articles/bal.md": expected} == made(root)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["article"], 2, "title: not given; answer in a terminal, or add --set title=…"),
        (["article", "--set", "title"], 2, "write it as KEY=VALUE: title"),
        (["article", "--set", "titel=x"], 1, "there is no field “titel”; the fields are: title, date, "),
        (["article", "--set", "title=x", "--set", "date=hier"], 2, "date: “hier” is not a date"),
        (["article", "--set", "title=Lavoir"], 1, "content/articles/lavoir.md is there already"),
        (["article", "--set", "title=x", "--slug", "../x"], 1, "can't be an address"),
        (["source"], 2, "name the address of its website, or give its fields with --set"),
        (["source", "--set", "name=Radio"], 2, "feeds / homepage: not given"),
        (["nothing"], 2, "there is no command “nothing”"),
    ],
)  # fmt: skip
def test_what_cant_be_done_is_said_and_writes_nothing(
    root: Path, words: list[str], code: int, message: str
) -> None:
    """Without a terminal every missing answer is named with the option that gives it."""
    found = run(root, *words)
    assert (code, {}) == (found.exit_code, made(root))
    assert message in " ".join(found.output.split())


def test_a_source_can_be_written_without_its_website(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty address leads to the questions, as --set does."""
    monkeypatch.setattr("kiosque.cli.console.questions.can_ask", lambda: True)
    answers = ["", "Radio", "radio", "radio.example", "https://radio.example/a.xml", "", "Die", "", "", ""]
    found = run(root, "source", typed="\n".join(answers) + "\n")
    expected = (
        "---\nname: Radio\ntype: radio\nhomepage: https://radio.example\n"
        "feeds: ['https://radio.example/a.xml']\n"
        "commune: '26113'\n---\n"
    )
    assert (0, {"sources/radio.md": expected}) == (found.exit_code, made(root)), found.output


def test_a_new_kind_has_its_command_from_its_schema_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that is added to the table is listed, asked for and written."""
    monkeypatch.setitem(KINDS, "event", EVENT)
    assert "event" in run(root, "--help").output
    found = run(root, "event", "--set", "title=Bal", "--set", "prix=5 €", "--now", NOW)
    assert 0 == found.exit_code, found.output
    assert {"agenda/bal.md": "---\ntitle: Bal\ndate: 2026-03-16\nprice: 5 €\n---\n"} == made(root)
