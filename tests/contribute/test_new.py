"""New source files: what stands in one reads back as meant, and none is ever overwritten."""

from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import tree, write_tree

from kiosque import i18n
from kiosque.content.frontmatter import decode, split
from kiosque.content.kinds import KINDS
from kiosque.content.load import load_sources
from kiosque.content.reader import read_record
from kiosque.contribute.new_file import (
    complete_source,
    guessed_name,
    guessed_type,
    incomplete_source,
    source_file,
    write_new,
)
from kiosque.model import Agreement, Feed, Format, KiosqueError, Scope, Source
from kiosque.text import line_text

FEED = "https://radio.example/flux.xml"


def test_a_source_file_has_its_fields_in_their_usual_order() -> None:
    """What is known stands in the order of the documentation, what isn't is left out."""
    text = source_file(
        name="Radio: du « Fleuve »",
        type_="radio",
        homepage="https://radio.example/",
        language="fr",
        feeds=[Feed(url=FEED), Feed(url="https://radio.example/b", tags=("a, b",), except_=("pub",))],
    )
    expected = """---
name: 'Radio: du « Fleuve »'
type: radio
homepage: https://radio.example/
language: fr
feeds:
  - https://radio.example/flux.xml
  - {url: 'https://radio.example/b', except: [pub], tags: ['a, b']}
agreement: {scope: excerpt}
---
"""
    assert expected == text


_TRICKY = st.sampled_from(["yes", "null", "~", "---", "...", "26113", "2026-01-01", "1e3", "- a", "a: b",
                           "a #b", "&a",
                           "*a", "!!x", "{a", "[", "'", '"', "|", ">", "%", "@", "`", "\ufeff", "\u2028",
                           "\x85", ":"])  # fmt: skip
_TEXT = st.lists(_TRICKY | st.text(max_size=12), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(
    name=_TEXT.filter(line_text), tags=st.lists(_TEXT.map(line_text).filter(bool), max_size=3, unique=True)
)
def test_whatever_a_feed_is_called_its_file_reads_back(name: str, tags: list[str]) -> None:
    """A file made of any name and tags is read without a problem, and says the same."""
    feed = Feed(url=FEED, tags=tuple(tags), language="fr")
    text = source_file(
        name=name, type_="radio", homepage="https://radio.example/", language="fr", feeds=[feed]
    )
    written, problems = decode(text.encode(), "x.md")
    found = read_record(KINDS["source"], split(written, "x.md"), "content/sources/x.md", UTC)
    expected = Source(
        slug="x",
        name=line_text(name),
        path="content/sources/x.md",
        type="radio",
        homepage="https://radio.example/",
        language="fr",
        feeds=(Feed(url=FEED, tags=tuple(tags), language="fr", line=7),),
        agreement=Agreement(scope=Scope.EXCERPT),
    )
    assert (expected, (), ()) == (found.record, problems, found.problems)


def test_a_new_file_is_one_of_the_hubs_sources(tmp_path: Path) -> None:
    """What was written is there for the next harvest, without a problem."""
    path = write_new(tmp_path, "radio", source_file(name="Radio", feeds=[Feed(url=FEED)]))
    sources, problems = load_sources(tmp_path, UTC)
    assert ("content/sources/radio.md", ["Radio"], ()) == (path, [one.name for one in sources], problems)


@pytest.mark.parametrize("there", ["radio.md", "radio.rst", "radio/index.md"])
def test_what_is_there_stays(there: str, tmp_path: Path) -> None:
    """A file that has the name, in any of its forms, is neither overwritten nor doubled."""
    write_tree(tmp_path, {f"content/sources/{there}": "à garder"})
    message = f"content/sources/{there} is there already, and stays as it is: edit it, or choose another name"
    with pytest.raises(KiosqueError) as caught:
        write_new(tmp_path, "radio", "autre")
    assert (message, {f"content/sources/{there}": "à garder".encode()}) == (str(caught.value), tree(tmp_path))


@pytest.mark.parametrize("slug", ["", "..", "../radio", "/etc/passwd", "Radio", "a b", ".radio"])
def test_a_slug_never_leaves_its_folder(slug: str, tmp_path: Path) -> None:
    """What isn't small letters, digits and hyphens writes nothing."""
    with pytest.raises(KiosqueError, match="can't be an address"):
        write_new(tmp_path, slug, "texte")
    assert {} == tree(tmp_path)


def test_a_folder_that_cant_be_written_is_a_message(tmp_path: Path) -> None:
    """Where the folder is a file, the error says so instead of a traceback."""
    write_tree(tmp_path, {"content/sources": "un fichier"})
    with pytest.raises(KiosqueError, match="can't be written"):
        write_new(tmp_path, "radio", "texte")


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["Radio du Fleuve » Flux"], "Radio du Fleuve"),
        (["Radio – RSS 2.0"], "Radio"),
        (["RSS", "  Radio\n"], "Radio"),
        (["Le Flux du Diois"], "Le Flux du Diois"),
        (["", " "], "radio.example"),
    ],
)
def test_names_are_guessed_from_titles(titles: list[str], name: str) -> None:
    """A title's end that only says “feed” isn't part of a name."""
    assert name == guessed_name(titles, "radio.example")


@pytest.mark.parametrize(
    ("name", "formats", "expected"),
    [
        ("Radio du Fleuve", {Format.TEXT: 9}, "radio"),
        ("RDWA 107.7 FM", {}, "radio"),
        ("Télé Millevaches", {Format.VIDEO: 3}, "webtv"),
        ("Le Télégramme", {Format.TEXT: 3}, "blog"),
        ("La Gazette de Luc", {Format.TEXT: 3}, "paper"),
        ("Les voix", {Format.SOUND: 5, Format.TEXT: 2}, "podcast"),
        ("Images", {Format.VIDEO: 5, Format.TEXT: 2}, "webtv"),
        ("Framablog", {Format.TEXT: 2}, "blog"),
        ("Radiographie", {}, ""),
    ],
)
def test_types_are_guessed(name: str, formats: dict[Format, int], expected: str) -> None:
    """A name that says what a medium is counts more than what it publishes most."""
    assert expected == guessed_type(name, formats)


AGREED = (
    "# What they agree to, in place of the line above: {scope: full, since: 2026-01-10, by: la rédaction}\n"
)
HINTS = f"""{AGREED}# Lines that begin with # don’t count: take the mark away from those that you need.
# Live stream. The address of the sound itself, for a radio.
#stream: https://radio.example/live.mp3
# Commune. Where it takes place: its official code, between quotes.
#commune: "26113"
# Logo. It lies beside the text.
#logo: radio-du-fleuve.png
# Contact. The address of the newsroom: it is public.
#contact: redaction@radio.example
# Who they are: a few sentences below the next line of hyphens.
"""


def test_what_a_page_does_not_tell_stands_in_commented_lines() -> None:
    """The lines say what each field is for; with them the file reads as without."""
    i18n.use("en")
    plain = source_file(name="Radio", type_="radio", feeds=[Feed(url=FEED)])
    text = source_file(name="Radio", type_="radio", feeds=[Feed(url=FEED)], has_hints=True)
    assert plain.replace("excerpt}\n---\n", f"excerpt}}\n{HINTS}---\n") == text
    values = [read_record(KINDS["source"], split(one, "x.md"), "x.md", UTC).values for one in (plain, text)]
    assert values[0] == values[1]


def test_each_commented_line_is_valid_without_its_mark() -> None:
    """A person takes the mark away and has a file without a problem."""
    i18n.use("en")
    text = source_file(name="Radio", type_="radio", feeds=[Feed(url=FEED)], has_hints=True)
    lines = [line.removeprefix("#") for line in text.splitlines() if not line.startswith("# ")]
    found = read_record(KINDS["source"], split("\n".join(lines), "x.md"), "content/sources/x.md", UTC)
    assert ((), "26113") == (found.problems, found.values["commune"])


BEGUN = """---
nom: La Radio du fleuve
# Ils ont dit oui.
commune: "26113"
flux:
accord: {scope: full, since: 2026-01-10, par: la rédaction}
---
Une radio de quartier.
"""
COMPLETED = """---
nom: La Radio du fleuve
# Ils ont dit oui.
commune: "26113"
accord: {scope: full, since: 2026-01-10, par: la rédaction}
type: radio
homepage: https://radio.example/
feeds:
  - https://radio.example/flux.xml
# Lines that begin with # don’t count: take the mark away from those that you need.
# Live stream. The address of the sound itself, for a radio.
#stream: https://radio.example/live.mp3
# Logo. It lies beside the text.
#logo: radio-du-fleuve.png
# Contact. The address of the newsroom: it is public.
#contact: redaction@radio.example
# Who they are: a few sentences below the next line of hyphens.
---
Une radio de quartier.
"""


def test_a_file_begun_by_hand_is_completed(tmp_path: Path) -> None:
    """Everything that the person wrote stays; feeds and what the page told are added."""
    i18n.use("en")
    path = "content/sources/radio-du-fleuve.md"
    write_tree(tmp_path, {path: BEGUN})
    text = source_file(name="Radio", type_="radio", homepage="https://radio.example/", feeds=[Feed(url=FEED)])
    found = incomplete_source(tmp_path, UTC, lambda slug, _values: slug == "radio-du-fleuve")
    assert path == found == complete_source(tmp_path, found, UTC, text, "radio")
    assert COMPLETED == (tmp_path / path).read_text()
    assert () == load_sources(tmp_path, UTC)[1]


def test_a_file_with_feeds_is_not_to_be_completed(tmp_path: Path) -> None:
    """Only a file without feeds is one that a person has begun."""
    write_tree(tmp_path, {"content/sources/a.md": source_file(name="A", feeds=[Feed(url=FEED)])})
    assert incomplete_source(tmp_path, UTC, lambda _slug, _values: True) == ""
