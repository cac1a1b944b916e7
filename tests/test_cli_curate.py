"""`kiosque feature` and `kiosque hide`: from an address to an item, and what a person is told."""

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
            "pelicanconf.py": "SITENAME = 'Hub'\nSITEURL = 'https://hub.example/kiosk/'\nTIMEZONE = 'Europe/Paris'\n",
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
    """Return what was added to the file."""
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
    """Its page, with or without host and path of the hub, or its original: one and the same item."""
    found = run(root, "feature", url, *WHY, "--by", "Ana", "--until", "31/03/2026")
    item = f"- publication: {PAGE}\n  feature: true\n  until: 2026-03-31\n  date: 2026-03-15\n  reason: Well told.\n  by: Ana\n"
    assert (0, item) == (found.exit_code, choices(root))


def test_a_person_is_told_what_was_found_and_written(root: Path) -> None:
    """Title, medium, day and page of what was found; where the choice stands; what to do next."""
    told = run(root, "hide", PAGE, *WHY).stdout
    expected = (
        "“Title of flood”, Radio du Fleuve, 10 January 2026\n  /medias/radio/2026/flood/\n"
        "It is hidden, by content/curation.yml:2.\n\n"
        "Next: look at it with kiosque serve, then commit content/:\n  git add content && git commit && git push\n"
    )
    assert expected == told


@pytest.mark.parametrize("name", ["map", "wall"])
def test_articles_can_be_chosen_too(name: str, root: Path) -> None:
    """In Markdown and in reStructuredText, by their page."""
    found = run(root, "hide", f"https://hub.example/kiosk/articles/{name}", *WHY)
    item = f"- publication: /articles/{name}/\n  hide: true\n  date: 2026-03-15\n  reason: Well told.\n"
    assert (0, f"“A {name}”, an article of", item) == (
        found.exit_code,
        found.stdout[: len(name) + 19],
        choices(root),
    )


@pytest.mark.parametrize("what", ["feature", "hide"])
def test_asked_twice_it_is_written_once(what: str, root: Path) -> None:
    """What holds already is said so, with its line; another last day is another choice."""
    run(root, what, PAGE, *WHY)
    written = choices(root)
    again = run(root, what, "https://radio.example/flood", *WHY)
    assert (0, written, True) == (
        again.exit_code, choices(root), "already, by content/curation.yml:2.\n" in again.stdout,
    )  # fmt: skip
    run(root, what, PAGE, *WHY, "--until", "2026-03-20")
    assert written != choices(root)


def test_what_an_article_says_of_itself_counts(root: Path) -> None:
    """One that is featured by its head is featured already, and can be taken from the home page without touching it."""
    again = run(root, "feature", "/articles/map/", *WHY)
    assert "It is featured already, by content/articles/map.md.\n" in again.stdout
    undone = run(root, "feature", "/articles/map/", "--undo", "--now", NOW)
    expected = "- publication: /articles/map/\n  feature: false\n  date: 2026-03-15\n"
    assert (0, expected) == (undone.exit_code, choices(root))


@pytest.mark.parametrize("what", ["feature", "hide"])
def test_a_choice_is_taken_back(what: str, root: Path) -> None:
    """The last choice counts, whatever its date; taking back what doesn't hold writes nothing."""
    later = f"- publication: {PAGE}\n  {what}: true\n  date: 2027-01-01\n  reason: A slip of the pen.\n"
    (root / "content" / "curation.yml").write_text(BEFORE + later)
    undone = run(root, what, PAGE, "--undo", "--now", NOW)
    expected = f"{later}- publication: {PAGE}\n  {what}: false\n  date: 2027-01-01\n"
    assert (0, expected) == (undone.exit_code, choices(root))
    again = run(root, what, PAGE, "--undo", "--now", NOW)
    assert (0, expected, "there is nothing to take back.") == (
        again.exit_code, choices(root), again.stdout.strip()[-30:],
    )  # fmt: skip
    assert f"It is {'featured' if what == 'feature' else 'hidden'}, by" in run(root, what, PAGE, *WHY).stdout


def test_a_choice_that_ended_can_be_made_again(root: Path) -> None:
    """After its last day a choice holds no more."""
    over = f"- publication: {PAGE}\n  feature: true\n  until: 2026-03-14\n  date: 2026-03-01\n  reason: x\n"
    (root / "content" / "curation.yml").write_text(BEFORE + over)
    assert "It is featured, by content/curation.yml:7." in run(root, "feature", PAGE, *WHY).stdout


def test_featuring_what_is_hidden_says_that_it_stays_hidden(root: Path) -> None:
    """Nothing is shown against a choice to hide it."""
    run(root, "hide", PAGE, *WHY)
    told = run(root, "feature", PAGE, *WHY).stdout
    assert "It stays hidden, by content/curation.yml:2, until you take that back" in told


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("/medias/radio/2026/floods/", "kiosque: no publication has the address /medias/radio/2026/floods/ (near it: /medias/radio/2026/flood/"),
        ("https://radio.example/floo", "kiosque: no publication has the address https://radio.example/floo (near it: https://radio.example/flood"),
        ("/articles/maps/", "kiosque: no publication has the address /articles/maps/ (near it: /articles/map/"),
        ("/medias/radio/", "kiosque: “/medias/radio/” is the page of no publication: write it as /medias/radio-du-fleuve/2026/une-chronique/, or as /articles/une-fete/"),
        ("flood", "kiosque: “flood” is no address: write https://…"),
    ],
)  # fmt: skip
def test_what_is_unknown_exits_1_and_names_what_is_near(url: str, message: str, root: Path) -> None:
    """A slip in an address is answered with what it resembles, and nothing is written."""
    found = run(root, "feature", url, *WHY)
    assert (1, message, "") == (found.exit_code, found.stderr[: len(message)], choices(root))


def test_an_address_that_several_bear_names_none(hub: HubMaker) -> None:
    """Whoever gives the address of a show is asked for the page of the episode."""
    show = "https://radio.example/show"
    root = hub(
        {"archive/radio/2026.jsonl": [entry("radio", "one", url=show), entry("radio", "two", url=show)]}
    )
    found = run(root, "feature", show, *WHY)
    message = (
        f"kiosque: several publications bear the address {show}: give the page of the one that is meant, "
        "such as /medias/radio/2026/one/ /medias/radio/2026/two/\n"
    )
    assert (1, message) == (found.exit_code, found.stderr)


@pytest.mark.parametrize(
    "words", [[PAGE], [PAGE, *WHY, "--until", "soon"], [PAGE, *WHY, "--until", "2026-03-14"], []]
)
def test_a_wrong_call_exits_2_and_writes_nothing(words: list[str], root: Path) -> None:
    """Without a terminal the reason must be given.

    A last day must be one, and to come; something must be named.
    """
    assert (2, "") == (run(root, "feature", *words).exit_code, choices(root))


def test_on_a_terminal_the_reason_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After what was found is shown, a person who gave no reason is asked for one."""
    monkeypatch.setattr("kiosque.cli.curate.is_terminal", lambda: True)
    found = CliRunner().invoke(main, ["--hub", str(root), "hide", PAGE, "--now", NOW], input="It is over.\n")
    assert (0, True, True) == (
        found.exit_code,
        f"{PAGE}\nWhy is it hidden? It is over.\n" in found.stdout,
        "  reason: It is over.\n" in choices(root),
    )


def test_a_broken_file_is_told_and_left_as_it_is(root: Path) -> None:
    """Where an item can't be added, nothing is written, and the place is named."""
    (root / "content" / "curation.yml").write_text("publication: x\n")
    found = run(root, "hide", PAGE, *WHY)
    assert (1, "publication: x\n", True) == (
        found.exit_code, choices(root), "content/curation.yml:1: an item can't be added" in found.stderr,
    )  # fmt: skip


def test_a_program_can_read_the_result(root: Path) -> None:
    """With --json what was found, what holds, and whether that was written, are one JSON object."""
    found = [json.loads(run(root, "feature", PAGE, *WHY, "--json").stdout) for _ in range(2)]
    choice = {"publication": PAGE, "feature": True, "day": "2026-03-15", "reason": "Well told.", "line": 2}
    publication = {
        "address": PAGE, "title": "Title of flood", "day": "2026-01-10", "source": "Radio du Fleuve",
    }  # fmt: skip
    expected = [
        {"publication": publication, "choice": choice, "written": written} for written in (True, False)
    ]
    assert expected == found


def test_choosing_never_waits_for_pelican(root: Path) -> None:
    """Neither Pelican nor its readers are loaded: they take longer than all the rest."""
    program = (
        "import sys; from kiosque.cli import main\n"
        f"try: main(['--hub', {str(root)!r}, 'hide', {PAGE!r}, '--reason', 'x'])\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print(sorted({'pelican', 'docutils', 'markdown', 'aiohttp'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "[]" == ran.stdout.splitlines()[-1]


def test_the_settings_file_is_told_where_it_fails(root: Path) -> None:
    """Without Pelican too a broken settings file is named with its line."""
    (root / "pelicanconf.py").write_text("SITENAME = 'Hub\n")
    found = run(root, "hide", PAGE, *WHY)
    assert (1, "kiosque: pelicanconf.py:1: this settings file can't be read") == (
        found.exit_code,
        found.stderr[:59],
    )
