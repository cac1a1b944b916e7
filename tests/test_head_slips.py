"""Heads as people type them: signs of YAML in titles, no-break spaces, tabs, dates in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque import i18n
from kiosque.content.frontmatter import parse_yaml, split
from kiosque.content.kinds.article import ARTICLE
from kiosque.content.reader import ReadFile, read_record
from kiosque.content.yaml_heads.head_slips import quoted

PATH = "content/articles/a.md"
ZONE = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def read(head: str) -> ReadFile[Any]:
    return read_record(ARTICLE, split(f"---\n{head}---\nTexte.\n", PATH), PATH, ZONE)


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("title: Eau: le débat", "title: 'Eau: le débat'"),
        ("title: L'eau : le débat", 'title: "L\'eau : le débat"'),
        ("title: Le débat:", "title: 'Le débat:'"),
        ("title: Le débat: l'eau # à relire", 'title: "Le débat: l\'eau"'),
        ("title: @voisines", "title: '@voisines'"),
        ("title: *Important*", "title: '*Important*'"),
        ("title: & co", "title: '& co'"),
        ("title: ! Attention", "title: '! Attention'"),
        ("title: %pourcent", "title: '%pourcent'"),
        ("title: `code`", "title: '`code`'"),
        ("title: > plus grand", "title: '> plus grand'"),
        ("title: - un tiret", "title: '- un tiret'"),
        ("title: ? une question", "title: '? une question'"),
        ('title: "Oui" dit-elle', "title: '\"Oui\" dit-elle'"),
        ("title: 'Oui' dit-elle", "title: \"'Oui' dit-elle\""),
        ("title: [Vidéo] Le bal", "title: '[Vidéo] Le bal'"),
        ("title: {x} y", "title: '{x} y'"),
        ("tags:\n- @radio", "- '@radio'"),
        ("image:\n  alt: Vue: le pont", "alt: 'Vue: le pont'"),
    ],
)
def test_a_value_that_needs_quotes_is_named_with_its_mend(line: str, mended: str) -> None:
    """One message, at the value, that shows the line to write; with it, the head is read."""
    head = split(f"---\ndate: 2026-02-01\n{line}\n---\n", PATH)
    (slip,) = head.slips
    (problem,) = head.problems
    assert ("value-quotes", 3 + line.count("\n"), True) == (
        problem.rule,
        problem.line,
        problem.message.endswith(f"put it between quotes, {mended}"),
    )
    lines = f"date: 2026-02-01\n{line}".split("\n")
    lines[slip.line - 2] = lines[slip.line - 2].replace(slip.old, slip.new)
    assert parse_yaml("\n".join(lines), PATH)[0] is not None


def test_all_values_that_need_quotes_are_named_at_once() -> None:
    """A text in a block keeps its signs: nothing is wrong with them there."""
    head = split("---\nsummary: |\n  Eau: un: débat\n  @x\ntitle: a: b\nlanguage: @fr\n---\n", PATH)
    assert [(5, "'a: b'"), (6, "'@fr'")] == [(slip.line, slip.new) for slip in head.slips]


@pytest.mark.parametrize(
    "line",
    [
        "title: [a",
        'title: "a',
        "title: &a [b]",
        "title: !!python/object [a]",
        "title: !<x> a",
        "a\nb: c",
        "title: a\n\tb: c: d: [e",
    ],
)
def test_where_quotes_may_not_be_meant_nothing_is_proposed(line: str) -> None:
    """An open bracket, an object or a name of YAML: the message stays that of the head."""
    head = split(f"---\n{line}\n---\n", PATH)
    assert () == head.slips
    assert {"head-unreadable", "head-unsafe"} >= {problem.rule for problem in head.problems} != set()


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), min_size=1
    )
)
def test_quotes_keep_all_words(value: str) -> None:
    """Whatever a value is, between quotes it is read as it stands."""
    located, _problems = parse_yaml(f"title: {quoted(value)}", PATH)
    assert located is None or {"title": value} == located.plain()


def test_a_cut_text_is_told_where_it_begins() -> None:
    """A number or a hashtag behind a space; remarks, and values that are no texts, aren't told."""
    found = read(
        "title: Rencontre #2\ndate: 2026-02-01 #hier\nsummary: #bal à Die\n"
        "tags:\n- radio #libre\n- bal\nauthors: Ana # et les autres\nimage:\n  alt: Affiche # 3\n"
    )
    assert [
        ("value-cut", 2, "title: “#2” is left out"),
        ("value-cut", 4, "summary: “#bal à Die” is left out"),
        ("value-cut", 6, "tags: “#libre” is left out"),
        ("value-cut", 10, "alt: “# 3” is left out"),
    ] == [
        (problem.rule, problem.line, problem.message.partition(",")[0])
        for problem in found.problems
        if problem.rule == "value-cut"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        "title:\u00a0Le bal\ndate:\u202f2026-02-01\nimage:\n  file: a.jpg\n",
        "Titre\u00a0:\u00a0Le bal\nJour\u202f: 2026-02-01\nimage:\n\u00a0\u00a0file: a.jpg\n",
        "title:\tLe bal\ndate: \t2026-02-01\nimage:\n\tfile:\ta.jpg\n",
        "title: Le bal\ndate: 2026-02-01\nimage:\n \tfile: a.jpg\n",
    ],
)
def test_no_break_spaces_and_tabs_are_spaces(head: str) -> None:
    """They indent lines and stand behind colons, as keyboards and editors put them there."""
    found = read(head)
    assert () == found.problems
    assert ("Le bal", datetime(2026, 1, 31, 23, tzinfo=UTC), "a.jpg") == (
        found.values["title"],
        found.values["date"],
        found.values["image"]["file"],
    )


def test_no_break_spaces_within_words_stay() -> None:
    """They are typography there."""
    title = "Le bal\u00a0: «\u202foui\u202f»"
    assert title == read(f"title: '{title}'\nsummary:\u00a0x\n").values["title"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("12 mars 2026", datetime(2026, 3, 11, 23, tzinfo=UTC)),
        ("1er aout 2026", datetime(2026, 7, 31, 22, tzinfo=UTC)),
        ("Jeudi 3 DÉCEMBRE 2026 à 18h30", datetime(2026, 12, 3, 17, 30, tzinfo=UTC)),
        ("7\u00a0févr. 2026, 9 h", datetime(2026, 2, 7, 8, tzinfo=UTC)),
        ("March 12, 2026", datetime(2026, 3, 11, 23, tzinfo=UTC)),
        ("12 de març de 2026", datetime(2026, 3, 11, 23, tzinfo=UTC)),
        ("30 février 2026", None),
        ("12 mard 2026", None),
        ("12 mars 26", None),
        ("12 mars 2026 vers midi", None),
        ("mars 2026", None),
    ],
)
def test_a_date_may_be_in_words(written: str, moment: datetime | None) -> None:
    """As people write it in a letter; what isn't sure is told."""
    found = read(f"title: Le bal\ndate: {written}\n")
    rules = [] if moment else ["date-wrong"]
    assert (moment, rules) == (found.values.get("date"), [problem.rule for problem in found.problems])


def test_the_last_day_may_be_in_words() -> None:
    """A day ends at midnight, an hour when it strikes."""
    ends = [
        read(f"title: a\ndate: 2026-01-01\nexpires: {written}\n").values["expires"]
        for written in ("31 janvier 2026", "31 janvier 2026 à 18h")
    ]
    assert [datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 1, 31, 17, tzinfo=UTC)] == ends


@pytest.mark.parametrize(
    ("head", "moment"),
    [
        ("publishDate: 2026-05-01\n", datetime(2026, 4, 30, 22, tzinfo=UTC)),
        ("date: 2026-02-01\npublishDate: 2026-05-01\n", datetime(2026, 4, 30, 22, tzinfo=UTC)),
        ("publishDate: 2026-01-01\ndate: 2026-05-01\n", datetime(2026, 4, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_text_of_hugo_waits_for_its_day(head: str, moment: datetime) -> None:
    """The later of “date” and “publishDate” counts: what waits isn't shown before its day."""
    found = read(f"title: Le bal\n{head}expiryDate: 2026-06-01\n")
    assert (moment, datetime(2026, 6, 1, 22, tzinfo=UTC), ()) == (
        found.values["date"],
        found.values["expires"],
        found.problems,
    )
