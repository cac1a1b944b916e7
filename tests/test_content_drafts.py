"""What someone marked as not to be published is never published, in whichever tool's words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from kiosque.content import frontmatter
from kiosque.content.kinds import KINDS
from kiosque.content.reader import ReadFile, read_record
from kiosque.model import Status

ZONE = ZoneInfo("Europe/Paris")
HEADS = {
    "article": "title: Carte\ndate: 2026-02-01\n",
    "page": "title: Carte\n",
    "source": "name: Radio\nhomepage: https://a.example/\n",
}


def read(kind: str, lines: str) -> ReadFile:
    path = f"content/{KINDS[kind].folder}/a.md"
    return read_record(
        KINDS[kind], frontmatter.split(f"---\n{HEADS[kind]}{lines}\n---\nTexte.\n", path), path, ZONE
    )


@pytest.mark.parametrize(
    "line",
    [
        "draft: true",
        "Draft: yes",
        "draft: 1",
        'draft: "true"',
        "draft: peut-être",
        "_draft: on",
        "isDraft: true",
        "brouillon: oui",
        "brouillon: Oui",
        "private: true",
        "privé: oui",
        "unlisted: true",
        "hidden: true",
        "headless: true",
        "published: false",
        "published: no",
        "published: Non",
        "publish: off",
        "publié: non",
        "published: bientôt",
        "visibility: private",
        "visibility: unlisted",
        "visibilité: privée",
        "password: lavoir",
        "post_status: pending",
        "build: {render: never}",
        "_build: {render: false}",
        "status: pending",
        "statut: privé",
        "status: draft",
        "status: true",
        "published: [false]",
    ],
)
@pytest.mark.parametrize("kind", ["article", "page"])
def test_such_a_text_is_a_draft(kind: str, line: str) -> None:
    record = read(kind, line).record
    assert record is None or record.status is Status.DRAFT


@pytest.mark.parametrize(
    "line",
    [
        "draft: false",
        "draft: non",
        "draft:",
        "draft: null",
        "brouillon: non",
        "published: true",
        "published: oui",
        "published: 2019-03-12",
        "published: 2019-03-12T10:00:00Z",
        "visibility: public",
        "password:",
        "build: 12",
        "build: {render: always}",
        "status: published",
        "status:",
    ],
)
def test_any_other_text_is_published_without_a_word(line: str) -> None:
    content = read("article", line)
    assert (Status.PUBLISHED, ()) == (content.record.status, content.problems)


@pytest.mark.parametrize(
    "line", ["draft: true", "published: false", "status: draft", "état: privé", "brouillon: oui"]
)
def test_a_medium_that_isnt_to_be_published_is_left_out_and_named(line: str) -> None:
    content = read("source", line)
    assert (None, [("not-public", 4)]) == (content.record, [(one.rule, one.line) for one in content.problems])


@pytest.mark.parametrize(
    "words",
    [
        "No",
        "Yes",
        "on",
        "OFF",
        "null",
        "~",
        "True",
        "1.10",
        "2026-03-12",
        "2026-03-12 10:00:00",
        "1e3",
        "0x1F",
        "12:30",
        "007",
    ],
)
def test_a_title_keeps_the_words_that_were_written(words: str) -> None:
    head = frontmatter.split(f"---\ntitle: {words}\ndate: 2026-02-01\n---\n", "a.md")
    assert words == read_record(KINDS["article"], head, "content/articles/a.md", ZONE).record.title


def test_lists_of_words_keep_them_and_yes_or_no_stays_what_it_means() -> None:
    content = read("article", "tags: [no, on, null, 2024]\nauthors: [Yes]\nfeatured: oui\nsummary: ~")
    record = content.record
    assert (("no", "on", "null", "2024"), ("Yes",), True) == (record.tags, record.authors, record.featured)
    assert False is read("article", "featured: non").record.featured
    assert () == read("article", "tags:\nauthors: null").record.tags


def test_blank_lines_before_a_head_hide_nothing_of_it() -> None:
    """The lines of problems are those of the file."""
    head = frontmatter.split("\n  \n---\ntitle: Carte\ndraft: true\n---\nTexte.\n", "a.md")
    assert ("Texte.\n", [4, 5]) == (head.body, [located.line for located in head.values.values()])
