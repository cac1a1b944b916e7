"""`kiosque new source`, `kiosque import opml` and `kiosque export opml`: output, files, exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.conftest import tree, write_tree
from tests.harvest.conftest import Server

from kiosque import i18n
from kiosque.cli import main
from kiosque.contribute.new_file import source_hints

LIST = (Path(__file__).parent / "data" / "list.opml").read_bytes()
RSS = """<rss version="2.0"><channel><title>{title}</title><language>fr</language>
<item><guid>{title}1</guid><title>Un, {title}</title><link>https://radio.example/{title}/1</link>
<pubDate>Sat, 10 Jan 2026 18:30:00 GMT</pubDate></item>
<item><guid>{title}2</guid><title>Deux, {title}</title><link>https://radio.example/{title}/2</link>
<pubDate>Sun, 11 Jan 2026 18:30:00 GMT</pubDate></item></channel></rss>"""
PAGE = """<!doctype html><html lang="fr"><title>Radio du Fleuve</title>
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" href="/sons.xml">
<link rel="alternate" type="application/rss+xml" href="/mots.xml">"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def server() -> Iterator[Server]:
    """Yield a server with a page that names three feeds."""
    with Server() as running:
        running.says("/", PAGE)
        running.says("/sons.xml", RSS.format(title="Sons"))
        running.says("/mots.xml", RSS.format(title="Mots"))
        running.says("/comments/feed/", RSS.format(title="Comments on Radio"))
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "hub", {"content/pages/a.md": "---\ntitle: A\n---\n"})


def run(root: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), *words], input=typed)


def discover(root: Path, server: Server, *words: str, typed: str | None = None) -> Result:
    return run(root, "new", "source", f"{server.url}/", "--allow-private", *words, typed=typed)


def source_of(server: Server, name: str, *feeds: str, type_: str = "radio") -> str:
    hints = "\n".join(source_hints(type_))
    lines = "".join(f"  - {server.url}/{feed}\n" for feed in feeds)
    return (
        f"---\nname: {name}\ntype: {type_}\nhomepage: {server.url}/\nlanguage: fr\nfeeds:\n{lines}"
        f"agreement: {{scope: excerpt}}\n{hints}\n---\n"
    )


def sources(root: Path) -> dict[str, str]:
    return {name: data.decode() for name, data in tree(root / "content" / "sources").items()}


def test_the_proposal_is_shown_and_written(root: Path, server: Server) -> None:
    """With --yes the proposed feeds are taken; the output shows the feeds and the next step."""
    result = discover(root, server, "--yes")
    assert {"radio-du-fleuve.md": source_of(server, "Radio du Fleuve", "sons.xml", "mots.xml")} == sources(
        root
    )
    expected = f"""Radio du Fleuve <{server.url}/>

1  Sons               fr  2 entries  newest 11 January 2026  2 texts  short texts
   {server.url}/sons.xml
     · Deux, Sons
     · Un, Sons

2  Mots               fr  2 entries  newest 11 January 2026  2 texts  short texts
   {server.url}/mots.xml
     · Deux, Mots
     · Un, Mots

3  Comments on Radio  fr  2 entries  newest 11 January 2026  2 texts  comments, short texts
   {server.url}/comments/feed/
     · Deux, Comments on Radio
     · Un, Comments on Radio

content/sources/radio-du-fleuve.md is written: read it over, add who they are and what they agree to.
Next: kiosque harvest --only radio-du-fleuve
"""
    assert (0, expected) == (result.exit_code, result.stdout)


def test_the_source_that_was_written_can_be_harvested(root: Path, server: Server) -> None:
    """The next step that the output names works."""
    discover(root, server, "--yes")
    result = run(root, "harvest", "--only", "radio-du-fleuve", "--allow-private", "--now", "2026-03-15")
    assert (0, "1 source: 4 new entries") == (result.exit_code, result.stdout[:23])


def test_feeds_can_be_named(root: Path, server: Server) -> None:
    """With --feed and --slug nothing is asked; even a feed of comments can be chosen."""
    result = discover(
        root,
        server,
        "--feed",
        f"{server.url}/comments/feed",
        "--feed",
        f"{server.url}/mots.xml",
        "--slug",
        "x",
    )
    expected = {"x.md": source_of(server, "Radio du Fleuve", "comments/feed/", "mots.xml")}
    assert (0, expected) == (result.exit_code, sources(root))


def test_on_a_terminal_it_is_asked(root: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers choose among the feeds; after other text the question is repeated."""
    monkeypatch.setattr("kiosque.cli.console.questions.can_ask", lambda: True)
    result = discover(root, server, typed="0\nboth\n2 2\n")
    expected = {"mots.md": source_of(server, "Mots", "mots.xml", type_="blog")}
    assert (0, expected) == (result.exit_code, sources(root))
    assert 2 == (result.stdout + result.stderr).count("numbers from 1 to 3 are expected")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name the feeds to take with --feed, or take those proposed with --yes"),
        (["--feed", "https://autre.example/"], "the page has no feed “https://autre.example/”; it has: "),
        (
            ["--yes", "--slug", "../x"],
            "“../x” can't be an address: use small letters, digits and hyphens only",
        ),
    ],
)
def test_a_wrong_call_writes_nothing(words: list[str], message: str, root: Path, server: Server) -> None:
    """Without a choice, or with a wrong one, the command exits 2 and names the options."""
    result = discover(root, server, *words)
    assert (2, True, {}) == (result.exit_code, message in result.stderr, sources(root))


def test_an_address_that_is_none_is_a_wrong_call(root: Path) -> None:
    """Text that is no web address exits 2."""
    assert 2 == run(root, "new", "source", "mailto:moi@radio.example").exit_code


def test_programs_read_the_discovered_feeds(root: Path, server: Server) -> None:
    """With --json alone the feeds are listed and nothing is written; with --yes the file is written too."""
    listed, written = discover(root, server, "--json"), discover(root, server, "--json", "--yes")
    expected = [f"{server.url}/{path}" for path in ("sons.xml", "mots.xml", "comments/feed/")]
    assert [expected, expected] == [
        [feed["url"] for feed in json.loads(result.stdout)["found"]["feeds"]] for result in (listed, written)
    ]
    assert ["", "content/sources/radio-du-fleuve.md"] == [
        json.loads(result.stdout)["path"] for result in (listed, written)
    ]


def test_a_feed_of_the_hub_is_not_taken_twice(root: Path, server: Server) -> None:
    """For a feed of another source, the message names that source, and nothing is written."""
    discover(root, server, "--yes")
    before = sources(root)
    result = discover(root, server, "--yes", "--slug", "autre")
    message = (
        f"kiosque: content/sources/radio-du-fleuve.md has the feed {server.url}/sons.xml already: "
        "edit that file, or take another feed\n"
    )
    assert (1, message, before) == (result.exit_code, result.stderr, sources(root))


def test_a_file_begun_by_hand_without_feeds_is_completed(root: Path, server: Server) -> None:
    """The file of the medium is found by its homepage or by its name, and keeps what the person wrote."""
    for head in (f"name: Notre radio\nhomepage: {server.url}", "name: Radio du Fleuve\nfeeds:"):
        write_tree(root, {"content/sources/notre-radio.md": f"---\n{head}\n---\nDes bénévoles.\n"})
        result = discover(root, server, "--yes")
        text = sources(root)["notre-radio.md"]
        assert (0, 1, True, True, True) == (
            result.exit_code,
            len(sources(root)),
            "content/sources/notre-radio.md is written" in result.stdout,
            f"feeds:\n  - {server.url}/sons.xml\n  - {server.url}/mots.xml\n" in text,
            text.endswith("---\nDes bénévoles.\n"),
        )


def test_a_source_is_never_overwritten(root: Path, server: Server) -> None:
    """A slug that another file or source has is refused."""
    write_tree(
        root,
        {
            "content/sources/a.md": "---\nname: A\nslug: x\nhomepage: https://a.example/\n---\n",
            "content/sources/radio-du-fleuve.md": "---\nillisible",
        },
    )
    before = sources(root)
    results = [discover(root, server, "--yes", *words) for words in ([], ["--slug", "x"])]
    end = "is there already, and stays as it is: edit it, or choose another name\n"
    assert [
        (1, f"kiosque: content/sources/radio-du-fleuve.md {end}"),
        (1, f"kiosque: content/sources/a.md {end}"),
    ] == [(result.exit_code, result.stderr) for result in results]
    assert before == sources(root)


def test_a_page_without_feeds_is_one_message(root: Path, server: Server) -> None:
    """For a page without feeds the command exits 1 and says where to look."""
    server.says("/", "<html><title>Rien")
    result, listed = discover(root, server, "--yes"), discover(root, server, "--json")
    message = (
        f"kiosque: {server.url}/: no feed was found there: "
        "look on the page for a link named RSS or Atom, and give its address\n"
    )
    assert (1, "", message) == (result.exit_code, result.stdout, result.stderr)
    assert (1, "no feed") == (listed.exit_code, json.loads(listed.stdout)["found"]["failure"][:7])


def test_a_list_is_taken_in(root: Path, tmp_path: Path) -> None:
    """Each new medium gets a file; feeds that can't be taken are named, and the command exits 1."""
    file = tmp_path / "list.opml"
    file.write_bytes(LIST)
    dry = run(root, "import", "opml", str(file), "--dry-run")
    assert {} == sources(root)
    result = run(root, "import", "opml", str(file))
    radio = """---
name: Radio du Fleuve
type: radio
homepage: https://radio.example/
language: fr-FR
feeds:
  - {url: 'https://radio.example/podcast.xml?a=1&b=2', tags: [Émissions, Die]}
  - https://radio.example/blog.xml
agreement: {scope: excerpt}
---
"""
    assert ["echo-example.md", "radio-du-fleuve.md"] == sorted(sources(root))
    assert radio == sources(root)["radio-du-fleuve.md"]
    paths = "content/sources/radio-du-fleuve.md\ncontent/sources/echo-example.md\n2 new sources, 1 left aside"
    end = "Each lets the hub show excerpts: ask the media what they agree to. Next: kiosque harvest\n"
    aside = (
        "left aside: <b>Pas du web</b> <javascript:alert(1)>: “javascript:alert(1)” is not a web address: "
        "write it in full, as https://radio.example/\n"
    )
    assert [
        (1, f"{paths} (dry run: nothing was written)\n", aside),
        (1, f"{paths}\n{end}", aside),
    ] == [(result.exit_code, result.stdout, result.stderr) for result in (dry, result)]


def test_a_list_taken_in_twice_changes_nothing(root: Path, tmp_path: Path) -> None:
    """Feeds that the hub has already are left aside, which is no error."""
    file = tmp_path / "list.opml"
    file.write_bytes(b'<opml><outline text="A" xmlUrl="https://a.example/rss"/></opml>')
    first, before = run(root, "import", "opml", str(file), "--json"), sources(root)
    again = run(root, "import", "opml", str(file), "--json")
    assert before == sources(root)
    reports = [json.loads(result.stdout) for result in (first, again)]
    assert [(0, ["content/sources/a.md"], 0), (0, [], 1)] == [
        (result.exit_code, report["written"], len(report["skipped"]))
        for result, report in zip((first, again), reports, strict=True)
    ]


def test_an_unreadable_file_of_the_same_name_stays(root: Path, tmp_path: Path) -> None:
    """A feed whose file name a broken source file has is named; the other feeds are taken."""
    write_tree(root, {"content/sources/a.md": "---\nillisible"})
    file = tmp_path / "list.opml"
    file.write_bytes(
        b'<opml><outline text="A" xmlUrl="https://a.example/rss"/><outline text="B" '
        b'xmlUrl="https://b.example/rss"/></opml>'
    )
    result = run(root, "import", "opml", str(file))
    message = "left aside: A <https://a.example/rss>: content/sources/a.md is there already"
    assert (1, message) == (result.exit_code, result.stderr.splitlines()[-1][: len(message)])
    assert ["a.md", "b.md"] == sorted(sources(root))


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"<rss/>", 1, "kiosque: this is not an OPML list: export one from your feed reader, as OPML\n"),
        (b"<opml version='2.0'></opml>", 1, "this list has no feed\n"),
        (None, 2, "Usage"),
    ],
)
def test_a_file_that_is_no_list(
    data: bytes | None, code: int, message: str, root: Path, tmp_path: Path
) -> None:
    """A file without a list exits 1, a missing file exits 2."""
    file = tmp_path / "list.opml"
    if data is not None:
        file.write_bytes(data)
    result = run(root, "import", "opml", str(file))
    assert (code, message) == (result.exit_code, result.stderr[: len(message)])


def test_a_hubs_list_is_printed_or_written(root: Path, tmp_path: Path) -> None:
    """The feeds of all sources are an OPML list, the same on standard output and in a file."""
    write_tree(root, {"content/sources/a.md": "---\nname: Été\nfeeds: [https://a.example/rss]\n---\n"})
    printed = run(root, "export", "opml")
    written = run(root, "export", "opml", "--output", str(tmp_path / "list.opml"))
    outline = '<outline text="Été" title="Été" type="rss" xmlUrl="https://a.example/rss" />'
    assert (0, 0, "", True) == (
        printed.exit_code,
        written.exit_code,
        written.stdout,
        outline in printed.stdout,
    )
    assert printed.stdout == (tmp_path / "list.opml").read_text("utf-8")
