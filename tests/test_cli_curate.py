"""`kiosque feature` and `kiosque hide`: the items of `content/curation.yml`, and the messages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import NOW, Content, entry

from kiosque import i18n
from kiosque.cli import main

HubMaker = Callable[[Mapping[str, Content]], Path]
PAGE = "/medias/radio/2026/flood/"
BEFORE = "# What we chose.\n"
WHY = ("--reason", "Well told.", "--now", NOW)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def root(hub: HubMaker) -> Path:
    """Return a hub with two entries of one source and an article in each of two formats."""
    return hub(
        {
            "pelicanconf.py": (
                "SITENAME = 'Hub'\nSITEURL = 'https://hub.example/kiosk/'\nTIMEZONE = 'Europe/Paris'\n"
            ),
            "content/sources/radio.md": "---\nname: Radio du Fleuve\nfeeds: [radio.xml]\n---\n",
            "content/articles/map.md": "---\ntitle: A map\ndate: 2026-02-01\nfeatured: true\n---\nWords.\n",
            "content/articles/wall.rst": "A wall\n######\n\n:date: 2026-02-02\n:tags: stone\n\nWords.\n",
            "content/curation.yml": BEFORE,
            "archive/radio/2026.jsonl": [entry("radio", "flood"), entry("radio", "market")],
        }
    )


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), *words])


def choices(root: Path) -> str:
    """Return the text that the command added to the file."""
    return (root / "content" / "curation.yml").read_text().removeprefix(BEFORE)


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "medias/radio/2026/flood",
        f"/kiosk{PAGE}",
        f"https://hub.example/kiosk{PAGE}?from=mail",
        f"https://preview.example{PAGE}",
        "http://www.radio.example/flood/?utm_source=x",
        "radio.example/flood#top",
    ],
)
def test_a_publication_is_named_in_many_ways(url: str, root: Path) -> None:
    """The page, with or without host and path of the hub, and the original address write the same item."""
    result = run(root, "feature", url, *WHY, "--by", "Ana", "--until", "31/03/2026")
    item = (
        f"- publication: {PAGE}\n  feature: true\n  until: 2026-03-31\n  date: 2026-03-15\n"
        "  reason: Well told.\n  by: Ana\n"
    )
    assert (0, item) == (result.exit_code, choices(root))


def test_the_publication_the_choice_and_the_next_steps_are_printed(root: Path) -> None:
    """The output has title, medium, day and page, the place of the choice and the next steps."""
    output = run(root, "hide", PAGE, *WHY).stdout
    expected = (
        "“Title of flood”, Radio du Fleuve, 10 January 2026\n  /medias/radio/2026/flood/\n"
        "It is hidden, by content/curation.yml:2.\n\n"
        "Next:\n  kiosque serve\n"
    )
    assert expected == output


@pytest.mark.parametrize("name", ["map", "wall"])
def test_articles_can_be_chosen_too(name: str, root: Path) -> None:
    """Articles in Markdown and in reStructuredText are chosen by their page."""
    result = run(root, "hide", f"https://hub.example/kiosk/articles/{name}", *WHY)
    item = f"- publication: /articles/{name}/\n  hide: true\n  date: 2026-03-15\n  reason: Well told.\n"
    assert (0, f"“A {name}”, an article of", item) == (
        result.exit_code,
        result.stdout[: len(name) + 19],
        choices(root),
    )


@pytest.mark.parametrize("choice_kind", ["feature", "hide"])
def test_asked_twice_it_is_written_once(choice_kind: str, root: Path) -> None:
    """A choice that holds already is named with its line; another last day is another choice."""
    run(root, choice_kind, PAGE, *WHY)
    written = choices(root)
    again = run(root, choice_kind, "https://radio.example/flood", *WHY)
    assert (0, written, True) == (
        again.exit_code,
        choices(root),
        "already, by content/curation.yml:2.\n" in again.stdout,
    )
    run(root, choice_kind, PAGE, *WHY, "--until", "2026-03-20")
    assert written != choices(root)


def test_the_head_of_an_article_counts_as_a_choice(root: Path) -> None:
    """An article that its head features is featured already; --undo leaves its file as it is."""
    again = run(root, "feature", "/articles/map/", *WHY)
    assert "It is featured already, by content/articles/map.md.\n" in again.stdout
    undone = run(root, "feature", "/articles/map/", "--undo", "--now", NOW)
    expected = "- publication: /articles/map/\n  feature: false\n  date: 2026-03-15\n"
    assert (0, expected) == (undone.exit_code, choices(root))


@pytest.mark.parametrize("choice_kind", ["feature", "hide"])
def test_a_choice_is_taken_back(choice_kind: str, root: Path) -> None:
    """The last choice in the file counts, whatever its date; a second --undo writes nothing."""
    later = (
        f"- publication: {PAGE}\n  {choice_kind}: true\n  date: 2027-01-01\n  reason: A slip of the pen.\n"
    )
    (root / "content" / "curation.yml").write_text(BEFORE + later)
    undone = run(root, choice_kind, PAGE, "--undo", "--now", NOW)
    expected = f"{later}- publication: {PAGE}\n  {choice_kind}: false\n  date: 2027-01-01\n"
    assert (0, expected) == (undone.exit_code, choices(root))
    again = run(root, choice_kind, PAGE, "--undo", "--now", NOW)
    assert (0, expected, "there is nothing to take back.") == (
        again.exit_code,
        choices(root),
        again.stdout.strip()[-30:],
    )
    assert (
        f"It is {'featured' if choice_kind == 'feature' else 'hidden'}, by"
        in run(root, choice_kind, PAGE, *WHY).stdout
    )


def test_a_choice_that_ended_can_be_made_again(root: Path) -> None:
    """After its last day a choice no longer holds."""
    over = f"- publication: {PAGE}\n  feature: true\n  until: 2026-03-14\n  date: 2026-03-01\n  reason: x\n"
    (root / "content" / "curation.yml").write_text(BEFORE + over)
    assert "It is featured, by content/curation.yml:7." in run(root, "feature", PAGE, *WHY).stdout


def test_a_featured_publication_that_is_hidden_stays_hidden(root: Path) -> None:
    """A choice to hide counts more than a choice to feature, and the output says so."""
    run(root, "hide", PAGE, *WHY)
    output = run(root, "feature", PAGE, *WHY).stdout
    assert "It stays hidden, by content/curation.yml:2, until you take that back" in output


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "/medias/radio/2026/floods/",
            (
                "kiosque: no publication has the address /medias/radio/2026/floods/ (near it: "
                "/medias/radio/2026/flood/"
            ),
        ),
        (
            "https://radio.example/floo",
            (
                "kiosque: no publication has the address https://radio.example/floo (near it: "
                "https://radio.example/flood"
            ),
        ),
        (
            "/articles/maps/",
            "kiosque: no publication has the address /articles/maps/ (near it: /articles/map/",
        ),
        (
            "/medias/radio/",
            (
                "kiosque: “/medias/radio/” is the page of no publication: write it as "
                "/medias/radio-du-fleuve/2026/une-chronique/, or as /articles/une-fete/"
            ),
        ),
        ("flood", "kiosque: “flood” is no address: write https://…"),
    ],
)
def test_an_unknown_address_exits_1_with_similar_ones(url: str, message: str, root: Path) -> None:
    """The message names addresses that are similar, and nothing is written."""
    result = run(root, "feature", url, *WHY)
    assert (1, message, "") == (result.exit_code, result.stderr[: len(message)], choices(root))


def test_an_address_that_several_bear_names_none(hub: HubMaker) -> None:
    """For the address of a show, the message names the pages of its episodes."""
    show = "https://radio.example/show"
    root = hub(
        {"archive/radio/2026.jsonl": [entry("radio", "one", url=show), entry("radio", "two", url=show)]}
    )
    result = run(root, "feature", show, *WHY)
    message = (
        f"kiosque: several publications bear the address {show}: give the page of the one that is meant, "
        "such as /medias/radio/2026/one/ /medias/radio/2026/two/\n"
    )
    assert (1, message) == (result.exit_code, result.stderr)


@pytest.mark.parametrize(
    "words", [[PAGE], [PAGE, *WHY, "--until", "soon"], [PAGE, *WHY, "--until", "2026-03-14"], []]
)
def test_a_wrong_call_exits_2_and_writes_nothing(words: list[str], root: Path) -> None:
    """Without a terminal, --reason is required; --until must be a day to come; an address is required."""
    assert (2, "") == (run(root, "feature", *words).exit_code, choices(root))


def test_on_a_terminal_the_reason_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who gave no reason sees the publication, then the question."""
    monkeypatch.setattr("kiosque.cli.curate.is_terminal", lambda: True)
    result = CliRunner().invoke(main, ["--hub", str(root), "hide", PAGE, "--now", NOW], input="It is over.\n")
    assert (0, True, True) == (
        result.exit_code,
        f"{PAGE}\nWhy is it hidden? It is over.\n" in result.stdout,
        "  reason: It is over.\n" in choices(root),
    )


def test_a_broken_file_is_an_error_and_stays_as_it_is(root: Path) -> None:
    """The message names the line at which no item can be added, and nothing is written."""
    (root / "content" / "curation.yml").write_text("publication: x\n")
    result = run(root, "hide", PAGE, *WHY)
    assert (1, "publication: x\n", True) == (
        result.exit_code,
        choices(root),
        "content/curation.yml:1: an item can't be added" in result.stderr,
    )


def test_a_program_can_read_the_result(root: Path) -> None:
    """With --json the publication, the choice, and whether it was written, are one JSON object."""
    result = [json.loads(run(root, "feature", PAGE, *WHY, "--json").stdout) for _ in range(2)]
    choice = {"publication": PAGE, "feature": True, "day": "2026-03-15", "reason": "Well told.", "line": 2}
    publication = {
        "address": PAGE,
        "title": "Title of flood",
        "day": "2026-01-10",
        "source": "Radio du Fleuve",
    }
    expected = [
        {"publication": publication, "choice": choice, "written": written} for written in (True, False)
    ]
    assert expected == result


def test_choosing_never_waits_for_pelican(root: Path) -> None:
    """Pelican and its readers aren't loaded: loading them takes longer than the rest of the command."""
    program = (
        "import sys; from kiosque.cli import main\n"
        f"try: main(['--hub', {str(root)!r}, 'hide', {PAGE!r}, '--reason', 'x'])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print(sorted({'pelican', 'docutils', 'markdown', 'aiohttp'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "[]" == ran.stdout.splitlines()[-1]


def test_a_broken_settings_file_is_named_with_its_line(root: Path) -> None:
    """A command without Pelican names the line of the error too."""
    (root / "pelicanconf.py").write_text("SITENAME = 'Hub\n")
    result = run(root, "hide", PAGE, *WHY)
    assert (1, "kiosque: pelicanconf.py:1: this settings file can't be read") == (
        result.exit_code,
        result.stderr[:59],
    )
