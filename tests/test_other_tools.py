"""Texts of other site generators, laid into a hub as they are: what they say is understood."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import write_tree

from kiosque import i18n
from kiosque.content.frontmatter import split
from kiosque.content.kinds import KINDS, Kind
from kiosque.content.kinds.article import Article
from kiosque.content.kinds.page import HubPage
from kiosque.content.load import load
from kiosque.content.other_tools.missing_fields import completed, day_in_name, plain_words
from kiosque.content.reader import ReadFile, read_record
from kiosque.model import Status

PARIS = ZoneInfo("Europe/Paris")
ARTICLE, PAGE = KINDS["article"], KINDS["page"]
PATH = "content/articles/bal.md"
NO_PLACE = "{}: the hub shows nothing of this: bring what readers need into the text or its summary"
NO_ADDRESSES = ("pretty", "/:year/:title/", "/{{ page.slug }}/", "https://a.example/b/", "/",
                "/articles/bal/", "/../etc/passwd", "/?p=12", "/recherche/")  # fmt: skip


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def read(text: str, path: str = PATH, kind: Kind = ARTICLE) -> ReadFile[Article]:
    return read_record(kind, split(text, path), path, PARIS)


PELICAN = """Title: Le bal
Date: 2019-03-12 18:30
Modified: 2019-03-20
Category: Vie locale
Tags: danse, Saillans
Slug: le-bal
Authors: Awa, Camille
Summary: Un soir de bal.
Lang: fr
Template: article_large
url: 2019/le-bal/
save_as: 2019/le-bal/index.html

On danse.
"""
HUGO = """---
title: "Le bal"
date: 2019-03-12T18:30:00+01:00
lastmod: 2019-03-20
draft: false
categories: [Vie locale]
tags: [danse, Saillans]
slug: le-bal
authors: [Awa, Camille]
description: Un soir de bal.
weight: 10
menu: main
aliases: [/2019/le-bal/]
---
On danse.
"""
HUGO_TOML = """+++
title = "Le bal"
date = 2019-03-12T18:30:00+01:00
lastmod = 2019-03-20
categories = ["Vie locale"]
tags = [
  "danse",
  "Saillans",
]
slug = "le-bal"
authors = ["Awa", "Camille"]
description = "Un soir de bal."
weight = 10
aliases = ["/2019/le-bal/"]
+++
On danse.
"""
JEKYLL = """---
layout: post
title: Le bal
date: 2019-03-12 18:30:00 +0100
last_modified_at: 2019-03-20
category: Vie locale
tags: [danse, Saillans]
slug: le-bal
author: Awa, Camille
excerpt: Un soir de bal.
permalink: /2019/le-bal/
comments: true
---
On danse.
"""
ELEVENTY = """---
layout: layouts/post.njk
title: Le bal
date: 2019-03-12T18:30:00+01:00
updated: 2019-03-20
tags: [danse, Saillans, Vie locale]
slug: le-bal
authors: [Awa, Camille]
description: Un soir de bal.
permalink: "/2019/le-bal/index.html"
eleventyNavigation: {key: Bal, order: 3}
---
On danse.
"""
ZOLA = """+++
title = "Le bal"
date = 2019-03-12T18:30:00+01:00
updated = 2019-03-20
description = "Un soir de bal."
path = "2019/le-bal"
slug = "le-bal"
authors = ["Awa", "Camille"]
template = "large.html"
[taxonomies]
categories = ["Vie locale"]
tags = ["danse", "Saillans"]
+++
On danse.
"""


@pytest.mark.parametrize("text", [PELICAN, HUGO, HUGO_TOML, JEKYLL, ELEVENTY, ZOLA],
                         ids=["Pelican", "Hugo", "Hugo in TOML", "Jekyll", "Eleventy", "Zola"])  # fmt: skip
def test_the_heads_of_other_tools_mean_the_same_article(text: str) -> None:
    """Six tools say the same in six ways; nothing is remarked, since nothing is lost."""
    content = read(text)
    article = content.record
    assert article is not None
    assert {"danse", "Saillans", "Vie locale"} == set(article.tags)
    assert (
        Article(
            slug="le-bal",
            path=PATH,
            title="Le bal",
            date=datetime(2019, 3, 12, 17, 30, tzinfo=UTC),
            updated=datetime(2019, 3, 19, 23, 0, tzinfo=UTC),
            tags=article.tags,
            authors=("Awa", "Camille"),
            summary="Un soir de bal.",
            aliases=("/2019/le-bal/",),
            language="fr" if text is PELICAN else "",
        ),
        (),
        "On danse.",
    ) == (article, content.problems, content.body.strip())


def test_tags_and_categories_keep_the_order_of_the_head() -> None:
    article = read("Title: A\nDate: 2019-01-01\nCategory: Eau\nTags: moulin, Eau\n\nTexte").record
    assert article is not None
    assert ("moulin", "Eau") == article.tags


def test_words_that_have_no_place_are_named_once() -> None:
    """Settings are passed over, words are named together, and a misspelt key still is one."""
    said = read(
        "Title: A\nDate: 2019-01-01\nHeadline: Ah !\nSubtitle: Oh\nlayout: x\nTgas: b\n\nTexte"
    ).problems
    assert [
        (3, NO_PLACE.format("“Headline”, “Subtitle”")),
        (6, "the key “Tgas” is not known and is left aside (did you mean “tags”?)"),
    ] == [(problem.line, problem.message) for problem in said]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_former_address_of_this_hub_is_passed_over(address: str) -> None:
    """Styles, templates, other hosts, the text's own address, and those that the site needs."""
    content = read(f"---\ntitle: A\ndate: 2019-01-01\npermalink: '{address}'\n---\nTexte")
    assert content.record is not None
    assert ((), ()) == (content.record.aliases, content.problems)


def test_a_page_of_another_tool_is_a_page() -> None:
    """What only articles have here is named in one remark."""
    text = "---\nlayout: page\ntitle: Qui\ndate: 2019-01-01\ntags: [a]\npermalink: /qui.html\n---\nNous."
    content = read(text, "content/pages/qui.md", PAGE)
    assert (
        HubPage(slug="qui", path="content/pages/qui.md", title="Qui", aliases=("/qui.html/",)),
        [NO_PLACE.format("“date”, “tags”")],
    ) == (content.record, [problem.message for problem in content.problems])


@pytest.mark.parametrize(
    ("body", "title", "rest"),
    [
        ("# Le bal\n\nOn danse.", "Le bal", "On danse."),
        ("\n\nLe bal\n======\n\nOn danse.", "Le bal", "On danse."),
        ("## Le *bal* d’`été` ##\nOn danse.", "Le bal d’été", "On danse."),
        ("![affiche](a.jpg)\n\n# Le bal\n\nOn danse.", "Le bal", "![affiche](a.jpg)\n\n\n\nOn danse."),
        ("```sh\n# rien\n```\n\n# Le [bal](https://a.example/) &amp; snake_case {#b}\n",
         "Le bal & snake_case", "```sh\n# rien\n```"),
        ("On danse.\n\n## Après\n", None, ""),
        ("On danse\n", None, ""),
        ("- un\n---\n", None, ""),
        ("#\n\nrien", None, ""),
    ],
)  # fmt: skip
def test_the_first_heading_is_the_title(body: str, title: str | None, rest: str) -> None:
    """It isn't in the text too. Code, and a heading of a part, aren't the title."""
    content = read(f"---\ndate: 2026-01-01\n---\n{body}")
    assert (title, rest) == ((content.record.title, content.body.strip()) if content.record else (None, ""))


def test_the_line_of_a_heading_is_the_place_of_the_title() -> None:
    content = read("---\ndate: 2026-01-01\n---\n\n# LE GRAND BAL\n\nOn danse.")
    assert (5, 1) == (content.places["title"].line, content.places["title"].column)


def test_a_title_that_is_the_first_heading_too_is_shown_once() -> None:
    """A heading of other words stays."""
    head = "---\ntitle: Le bal\ndate: 2026-01-01\n---\n"
    assert ("On danse.", "# Le bal du lac\nOn danse.") == (
        read(f"{head}# Le *bal*\nOn danse.").body.strip(),
        read(f"{head}# Le bal du lac\nOn danse.").body.strip(),
    )


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("content/articles/2024-03-12-fete.md", date(2024, 3, 12)),
        ("content/articles/2024-03-12.md", date(2024, 3, 12)),
        ("content/articles/2024-03-12_fete.md", date(2024, 3, 12)),
        ("content/articles/a/2024-03-12-fete/index.md", date(2024, 3, 12)),
        ("content/articles/2024-03-12/fete.md", None),
        ("content/articles/2024-02-30-fete.md", None),
        ("content/articles/2024-03-123.md", None),
        ("content/articles/fete-2024-03-12.md", None),
    ],
)
def test_a_day_in_the_name_is_a_date(path: str, day: date | None) -> None:
    assert day == day_in_name(path)


def test_the_date_of_the_head_is_preferred_to_that_of_the_name() -> None:
    """A key without a value says nothing."""
    path = "content/articles/2024-03-12-fete.md"
    dates = [
        read(f"---\ntitle: A\n{line}---\nTexte", path).record.date.astimezone(PARIS).date()
        for line in ("", "date:\n", "date: 2020-01-01\n")
    ]
    assert [date(2024, 3, 12), date(2024, 3, 12), date(2020, 1, 1)] == dates


def test_texts_at_any_depth_are_read(tmp_path: Path) -> None:
    """Two with the same name are told; hidden folders and links to folders aren't entered."""
    text = "Title: A\nDate: 2020-01-01\n\nTexte"
    files = {
        "content/articles/2019/mars/bal.md": text,
        "content/articles/2019/fete/index.md": text,
        "content/articles/a/bal.md": text,
        "content/articles/.git/x.md": text,
    }
    root = write_tree(tmp_path, files)
    (root / "content/articles/loop").symlink_to(root / "content/articles")
    articles, problems = load(ARTICLE, root, PARIS)
    assert (
        ["fete", "bal"],
        [("content/articles/a/bal.md", "address-taken")],
    ) == ([article.slug for article in articles], [(problem.path, problem.rule) for problem in problems])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('+++\ntitle = "A\n+++\n', ":2: the head of this file can't be read (this line isn’t TOML)"),
        (
            "+++\ntitle = 'A'\n",
            ":1: the head of this file has no end: close it with a line of three plus signs",
        ),
        (f"+++\na = {'[' * 50}{']' * 50}\n+++\n", ":2: the head of this file can't be read (lists within"),
        (
            f"+++\na = {'[' * 9000}{']' * 9000}\n+++\n",
            ":2: the head of this file can't be read (lists within",
        ),
        (f"+++\n{'a.' * 20000}b = 1\n+++\n", ":2: the head of this file can't be read (it is longer"),
        (f"+++\na = {'9' * 9000}\n+++\n", ":2: the head of this file can't be read ("),
    ],
)
def test_a_head_in_toml_that_cannot_be_read_is_named(text: str, said: str) -> None:
    problems = [str(problem) for problem in read(text).problems]
    assert 1 == len(problems)
    assert problems[0].startswith(f"{PATH}{said}")


def test_lines_of_a_head_in_toml_are_those_of_the_file() -> None:
    said = read('+++\ntitle = "A"\ndate = "hier"\n[extra]\nx = 1\n+++\nTexte').problems
    assert [3, 4] == sorted(problem.line or 0 for problem in said)


def test_a_draft_in_toml_is_no_article_for_readers() -> None:
    record = read('+++\ntitle = "A"\ndate = 2020-01-01\ndraft = true\n+++\nTexte').record
    assert record is not None
    assert Status.DRAFT is record.status


@given(st.text(alphabet="#=-`~ \n\tab[]()*_\\{}<>!:+'\"", max_size=200))
def test_any_text_is_completed(text: str) -> None:
    """No words but those of a heading leave the text, and its lines keep their numbers."""
    head = split(text, PATH)
    after = completed(ARTICLE, head, PATH)
    assert head.body.count("\n") == after.body.count("\n")
    assert all(line in head.body.split("\n") or not line for line in after.body.split("\n"))


def test_a_title_takes_linear_time() -> None:
    """Only its beginning is searched, whatever brackets it opens."""
    assert 500 >= len(plain_words("[" * 1_000_000))
