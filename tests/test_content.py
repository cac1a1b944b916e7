"""From what people write to records: each mistake is one message, with its file, its line and the mend."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosque import i18n
from kiosque.content import frontmatter
from kiosque.content.kinds import KINDS
from kiosque.content.kinds.article import Article
from kiosque.content.load import load_sources
from kiosque.content.reader import read_record
from kiosque.content.territory_file import load_territory
from kiosque.model import Agreement, Feed, Picture, Scope, Source, Status

PARIS = ZoneInfo("Europe/Paris")
PATH = "content/articles/carte.md"
RADIO = "content/sources/radio.md"
HEAD = "title: Carte\ndate: 2026-02-01\n"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def article(head: str) -> tuple[Article | None, list[str]]:
    found = read_record(KINDS["article"], frontmatter.split(f"---\n{head}---\nTexte\n", PATH), PATH, PARIS)
    return found.record, [str(problem) for problem in found.problems]


def source(head: str) -> tuple[Source | None, list[str]]:
    found = read_record(KINDS["source"], frontmatter.split(f"---\n{head}---\nTexte\n", RADIO), RADIO, PARIS)
    return found.record, [str(problem) for problem in found.problems]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (
            "date: 2026-02-01\n",
            ":1: “title” is missing: add a line such as “title: Une carte faite à vingt mains”",
        ),
        ("title: Carte\n", ":1: “date” is missing: add a line such as “date: 2026-02-01”"),
        ("title:\ndate: 2026-02-01\n",
         ":2: “title” is missing: add a line such as “title: Une carte faite à vingt mains”"),
        (
            "title: Carte\ndate: demain\n",
            ":3:7: date: “demain” is not a date: write it as 2026-02-01, or 2026-02-01 18:30",
        ),
        (
            "title: Carte\ndate: 2026-02-31\n",
            ":3:7: date: “2026-02-31” is not a date: write it as 2026-02-01, or 2026-02-01 18:30",
        ),
        (
            "title: [a]\ndate: 2026-02-01\n",
            ":2:8: title: a line of text is expected here, without dashes or braces",
        ),
    ],
)  # fmt: skip
def test_what_stops_an_article_is_said(head: str, message: str) -> None:
    """Without a title or a date that can be read there is no article, and the mend is said once."""
    assert (None, [PATH + message]) == article(head)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tittle: Carte", ":4:1: the key “tittle” is not known and is left aside (did you mean “title”?)"),
        ("xyzzy: 1", ":4:1: the key “xyzzy” is not known and is left aside"),
        (
            "commune: Die",
            ':4:10: commune: “Die” is not a commune\'s code: five characters in quotes, as "26113" for Die',
        ),
        (
            "slug: ../../index",
            ":4:7: slug: “../../index” can't be an address: use small letters, digits and hyphens only",
        ),
        (
            "image: ../carte.jpg",
            ":4:8: image: “../carte.jpg” leaves its folder: name a file that lies beside this one",
        ),
        ("featured: peut-être", ":4:11: featured: “peut-être” is neither yes nor no: write true or false"),
        ("language: français", ":4:11: language: “français” is not a language: write fr, oc, en or pt-BR"),
        ("title: Carte", ":4:1: “title” stands on line 2 already: keep one of the two; only this one counts"),
        ("status: caduc", ":4:9: status: “caduc” is none of: published, hidden, draft"),
    ],
)
def test_what_is_wrong_in_an_article_is_left_aside(line: str, message: str) -> None:
    """A value that can't be read is named with its place, and the rest of the article stands.

    A status that nobody understands may mean that it isn't to be published.
    """
    record, said = article(f"{HEAD}{line}\n")
    expected = Article(
        slug="carte",
        title="Carte",
        path=PATH,
        date=datetime(2026, 1, 31, 23, tzinfo=UTC),
        status=Status.DRAFT if line.startswith("status") else Status.PUBLISHED,
    )
    assert (expected, [PATH + message]) == (record, said)


def test_an_article_may_be_written_in_french() -> None:
    """Every key has a French name, and dates may be written as in France."""
    record, said = article(
        "titre: Carte\njour: 01/02/2026 18:30\nauteurs: [Ana, Léo]\nmots-clés: carte, lieu\ncommune: 01004\n"
        "résumé: Un samedi.\nimage: {fichier: a.jpg}\nimage.légende: Une table\nà la une: oui\n"
        "anciennes adresses: articles/avant\nstatut: brouillon\nlangue: FR\nadresse: la-carte\n"
    )
    expected = Article(
        slug="la-carte",
        title="Carte",
        path=PATH,
        date=datetime(2026, 2, 1, 17, 30, tzinfo=UTC),
        authors=("Ana", "Léo"),
        tags=("carte", "lieu"),
        commune="01004",
        summary="Un samedi.",
        language="fr",
        image=Picture(url="content/articles/a.jpg", caption="Une table"),
        featured=True,
        aliases=("/articles/avant/",),
        status="draft",
    )
    assert (expected, []) == (record, said)


def test_a_source_may_be_written_in_french() -> None:
    """A source, its feeds and its agreement have French keys too."""
    record, said = source(
        "nom: Radio\nflux:\n  - https://radio.example/a.xml\n"
        "  - {adresse: demo/b.xml, seulement: local, sauf: [publicité], mots-clés: [chronique], langue: fr}\n"
        "accord: {étendue: complet, depuis: 2026-01-10, par: la rédaction}\n"
    )
    expected = Source(
        slug="radio",
        name="Radio",
        path=RADIO,
        description="Texte",
        feeds=(
            Feed(url="https://radio.example/a.xml", line=4),
            Feed(
                url="demo/b.xml",
                only=("local",),
                except_=("publicité",),
                tags=("chronique",),
                language="fr",
                line=5,
            ),
        ),
        agreement=Agreement(scope=Scope.FULL, since=date(2026, 1, 10), by="la rédaction"),
    )
    assert (expected, []) == (record, said)


BAD_FEED = "is neither a web address nor a file of this hub: write https://… or demo/feeds/…"


@pytest.mark.parametrize(
    ("head", "messages"),
    [
        (
            "homepage: https://radio.example/\n",
            [":1: “name” is missing: add a line such as “name: Radio des Trois Ponts”"],
        ),
        (
            "name: Radio\n",
            [":1: this source has neither feeds nor a homepage: add “feeds:” with the address of its feed"],
        ),
        (
            "name: Radio\nfeeds: [../secret.xml]\n",
            [f":3: “../secret.xml” {BAD_FEED}"],
        ),
        (
            "name: Radio\nfeeds: [{tags: [a]}]\n",
            [f":3: “” {BAD_FEED}"],
        ),
    ],
)
def test_what_stops_a_source_is_said(head: str, messages: list[str]) -> None:
    """A source needs a name, and a feed or a homepage."""
    assert (None, [RADIO + message for message in messages]) == source(head)


@pytest.mark.parametrize(
    "feed", ["/etc/passwd", "../a.xml", "ftp://a.example/b", "file:///etc/passwd", "javascript:x"]
)
def test_a_feed_stays_on_the_web_or_in_the_hub(feed: str) -> None:
    """A feed that is neither is left out, and named with its line."""
    record, said = source(f"name: Radio\nhomepage: https://radio.example/\nfeeds:\n  - {feed}\n")
    assert ((), [f"{RADIO}:5: “{feed}” {BAD_FEED}"]) == (record.feeds if record else None, said)


def test_of_two_sources_of_one_slug_the_first_is_kept(tmp_path: Path) -> None:
    """The second file is told whose address it wants; files that can't be read don't stop the others."""
    folder = tmp_path / "content" / "sources"
    folder.mkdir(parents=True)
    good = "---\nname: {}\nhomepage: https://radio.example/\n{}---\n"
    (folder / "a.md").write_text(good.format("A", ""))
    (folder / "b.md").write_text(good.format("B", "slug: a\n"))
    (folder / "c.md").write_bytes(b"---\nname: Caf\xe9\n---\n")
    sources, problems = load_sources(tmp_path, PARIS)
    expected = [
        (
            "content/sources/b.md:1: the address “a” is taken by content/sources/a.md: rename this file, "
            "or give it a “slug:” of its own"
        ),
        "content/sources/c.md:2: this file is not text in UTF-8: save it again with that encoding",
    ]
    assert (["A"], expected) == ([one.name for one in sources], [str(problem) for problem in problems])


def test_a_link_out_of_the_hub_is_no_content(tmp_path: Path) -> None:
    """A submission can't publish another file by a link to it; that it is left out is said."""
    folder = tmp_path / "hub" / "content" / "sources"
    folder.mkdir(parents=True)
    (tmp_path / "secret.md").write_text("---\nname: Secret\nhomepage: https://a.example/\n---\n")
    (folder / "secret.md").symlink_to(tmp_path / "secret.md")
    message = "this is a link that leads out of content/, and is left out: put a copy of the file here"
    sources, problems = load_sources(tmp_path / "hub", PARIS)
    assert ((), [f"content/sources/secret.md: {message}"]) == (
        sources,
        [str(problem) for problem in problems],
    )


def test_a_commune_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """The other communes of the territory stand."""
    (tmp_path / "content").mkdir()
    text = 'communes:\n  - {code: "26113", name: Die}\n  - {name: Crest}\n'
    (tmp_path / "content" / "territory.yml").write_text(text)
    territory, problems = load_territory(tmp_path)
    message = (
        'this commune can\'t be read: write it as - {code: "26113", name: Die, department: "26", lat: '
        "44.75, lon: 5.37}"
    )
    found = ([one.name for one in territory.communes], [str(problem) for problem in problems])
    assert (["Die"], ["content/territory.yml:3: " + message]) == tuple(map(list, found))
