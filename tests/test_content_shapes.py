"""A value of the wrong shape is said with its line, never taken for its Python spelling."""

from zoneinfo import ZoneInfo

import pytest

from kiosque import i18n
from kiosque.content import frontmatter
from kiosque.content.kinds import KINDS
from kiosque.content.reader import read_record

HEAD = "---\ntitle: A\ndate: 2026-01-01\n{line}\n---\nText\n"
A_LINE = "a line of text is expected here, without dashes or braces"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("language: [fr]", f"a.md:4:11: language: {A_LINE}"),
        ("slug: {a: b}", f"a.md:4:7: slug: {A_LINE}"),
        ("tags: {a: b}", f"a.md:4:7: tags: {A_LINE}"),
        ("image: {alt: x}", "a.md:1: “file” is missing: add a line such as “file: carte.jpg”"),
    ],
)
def test_a_value_of_the_wrong_shape_is_said(line: str, message: str) -> None:
    """The article is kept, and one message names what to mend."""
    i18n.use("en")
    read = read_record(
        KINDS["article"], frontmatter.split(HEAD.replace("{line}", line), "a.md"), "a.md", ZoneInfo("UTC")
    )
    assert (True, [message]) == (read.record is not None, [str(problem) for problem in read.problems])
