"""`kiosque check` as people call it: what it prints, when it fails, and which files it looks at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import EVENT, Content

from contribute.checkcases import TERRITORY, A, article, picture, source
from kiosque import i18n
from kiosque.cli import main
from kiosque.content.kinds import KINDS
from kiosque.content.schema import fields as shape
from kiosque.content.schema.fields import Field
from kiosque.i18n import N_
from kiosque.model import ContentItem

HubMaker = Callable[[Mapping[str, Content]], Path]
CONF = {"pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\nNOW = "2026-03-15T08:00:00Z"\n'}


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), "check", *arguments])


def test_a_report_is_read_by_people(hub: HubMaker) -> None:
    """File by file, in sentences: how much it matters, where, what, and why, each reason once a file."""
    root = hub({**CONF, A: article("commune: Die\n",
                                   "Un <b onclick='a()'>mot</b> et <i onclick='a()'>un autre</i>.\n"),
                "content/territory.yml": TERRITORY})  # fmt: skip
    result = run(root)
    expected = """content/articles/a.md
  To mend  Line 5, column 10: “Die” is not the code of a commune: write commune: "26113" for Die.
      Several communes may bear one name; the official code tells them apart, and puts the text on its place’s page.
  To look at  Line 7, column 4: The attribute “onclick” of <b> is left out: leave it out.
      Code in a text could follow readers or act in their name, so only plain formatting passes.
  To look at  Line 7, column 32: The attribute “onclick” of <i> is left out: leave it out.

2 files checked: 1 to mend, 2 to look at.
"""  # noqa: E501 - a document as it is
    assert (expected, 1) == (result.output, result.exit_code)


def test_only_what_blocks_fails(hub: HubMaker) -> None:
    """What deserves a look is a person's to judge."""
    looked_at = run(
        hub({**CONF, A: article(body="![]({attach}a.jpg)\n"), "content/articles/a.jpg": picture()})
    )
    assert 0 == looked_at.exit_code
    assert "1 to look at" in looked_at.output


def test_a_hub_in_order_says_so(hub: HubMaker) -> None:
    result = run(hub({**CONF, A: article()}))
    assert ("1 file checked: nothing to mend.\n", 0) == (result.output, result.exit_code)


def test_mending_says_what_was_done(hub: HubMaker) -> None:
    """First what was mended, then what remains."""
    result = run(hub({**CONF, A: article("titel: x\nsumary: Un samedi.\n")}), "--fix")
    assert (
        f"{A}\n  Mended  “sumary” is now “summary”\n\n{A}\n  To look at  Line 5, column 1: " in result.output
    )


def test_a_report_is_read_by_programs(hub: HubMaker) -> None:
    """JSON has all that people are told."""
    result = run(hub({**CONF, A: article("featured: peut-être\n")}), "--json")
    finding = {
        "path": A, "line": 5, "column": 11, "rule": "value-wrong", "severity": "blocks",
        "message": "featured: “peut-être” is neither yes nor no: write true or false",
        "why": "What it says is left aside: nobody will see it.",
    }  # fmt: skip
    assert ({"findings": [finding], "files": 1}, 1) == (json.loads(result.output), result.exit_code)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "github"),
         "::error file=content/articles/a.md,line=1,title=field-missing::“date” is missing"),
        (("--format", "forgejo"),
         "::error file=content/articles/a.md,line=1,title=field-missing::“date” is missing"),
        (("--format", "gitlab"), '[{"description":"“date” is missing: add a line'),
        (("--summary",), "**1 thing is to be mended before this can be published.**"),
        (("--stale",), "1 file checked: nothing to mend."),
        (("--rules",), "## `encoding`"),
    ],
)  # fmt: skip
def test_each_form_of_a_report(arguments: tuple[str, ...], said: str, hub: HubMaker) -> None:
    """Forges, people who decide, and those who look after a hub each have theirs."""
    assert run(hub({**CONF, A: "---\ntitle: Carte\nlicence: CC0\n---\nx\n"}), *arguments).output.startswith(
        said
    )


def test_only_the_named_files_are_looked_at(hub: HubMaker) -> None:
    """A file or a folder, by its path from here or from the hub's folder; the others are still known."""
    bad = "---\ntitle: x\n---\n"
    root = hub({**CONF, A: article(body="[b]({filename}b/index.md)\n"), "content/articles/b/index.md": bad,
                "content/articles/ab.md": bad})  # fmt: skip
    assert "1 file checked: nothing" in run(root, A).output
    assert "1 file checked: 1 to mend" in run(root, "content/articles/b").output
    assert "1 file checked: 1 to mend" in run(root, str(root / "content/articles/b/")).output
    assert "3 files checked: 2 to mend" in run(root, "content/articles", "content/articles/b").output


@pytest.mark.parametrize(
    ("path", "said"),
    [("nowhere.md", "there is no file or folder"), ("/etc/hostname", "is not in this hub’s folder")],
)
def test_a_path_that_cannot_be_checked_is_a_wrong_call(path: str, said: str, hub: HubMaker) -> None:
    result = run(hub({**CONF, A: article()}), path)
    assert 2 == result.exit_code
    assert said in result.output


def test_no_sign_of_a_file_reaches_the_terminal(hub: HubMaker) -> None:
    """Names, titles and keys can't colour, erase or turn around what a person reads."""
    bad = (
        '---\ntitle: "\\e[31mx"\ndate: "\\e]0;x\\a"\n"\\e[2Jkey": 1\nlicence: \u202ecc\n---\n'
        "[\u202ex](\x1b[31m)\n"
    )
    result = run(hub({**CONF, "content/articles/\x1b[31m\u202e.md": bad}))
    assert [] == [sign for sign in result.output if sign in "\x1b\x07\u202e"]


class Ball(ContentItem, frozen=True, kw_only=True):
    """The record of a kind that has a name in place of a title."""

    title: str = ""
    name: str
    starts: datetime
    poster: str = ""


def test_a_new_kind_is_checked_from_its_schema_alone(hub: HubMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its fields, its communes, dates, pictures, licences and address, without a line of code for it."""
    fields = (
        Field("name", shape.LINE, N_("Name"), required=True, french=("nom",), example="Bal"),
        Field("starts", shape.MOMENT, N_("Date"), required=True, example="2026-03-01"),
        Field("commune", shape.COMMUNE, N_("Commune")),
        Field("poster", shape.PICTURE, N_("Picture")),
        Field("licence", shape.LICENCE, N_("Licence")),
        Field("slug", shape.SLUG, N_("Address")),
    )
    event = replace(EVENT, record=Ball, title="name", date="starts", fields=fields)
    monkeypatch.setitem(KINDS, "event", event)
    wrong = (
        "---\nnom: BAL DE LA RIVIÈRE\nstars: 2026-03-01\ncommune: Die\nposter: bal.jpg\n---\n"
        "[a]({filename}b.md)\n"
    )
    right = "---\nnom: Bal\nstarts: 2026-03-01\nlicence: CC0\n---\nOn danse.\n"
    root = hub({**CONF, "content/agenda/bal.md": wrong, "content/agenda/fine.md": right,
                "content/agenda/fine/index.md": right,
                "content/territory.yml": TERRITORY})  # fmt: skip
    found = json.loads(run(root, "--json").output)["findings"]
    rules = {(one["path"], one["rule"]) for one in found}
    bal = (
        "title-capitals",
        "key-unknown",
        "field-missing",
        "commune-code",
        "image-missing",
        "link-broken",
        "licence-missing",
    )
    assert {("content/agenda/bal.md", rule) for rule in bal} | {
        ("content/agenda/fine/index.md", "address-taken")
    } == rules


def test_checking_loads_neither_pelican_nor_the_network() -> None:
    """One file is checked in less than a second: what takes half of that to load stays out."""
    code = (
        "import sys, kiosque.contribute.check, kiosque.cli.check; print([m for m in ('pelican', "
        "'markdown', 'aiohttp', 'feedparser', 'PIL', 'babel') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "[]" == loaded.strip()


def test_only_a_source_s_own_archive_is_looked_at(hub: HubMaker) -> None:
    """A path below the archive names its source."""
    root = hub({**CONF, "content/sources/a.md": source("homepage: https://a.example/\n"),
                "archive/a/2026.jsonl": "{\n",
                "archive/b/2026.jsonl": "{\n"})  # fmt: skip
    found = json.loads(run(root, "archive/a", "--json").output)["findings"]
    assert [("archive/a/2026.jsonl", "archive")] == [(one["path"], one["rule"]) for one in found]
