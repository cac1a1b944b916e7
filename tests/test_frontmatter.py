"""The head of a content file, and what of it can't be read."""

import pytest

from kiosque import i18n
from kiosque.content.frontmatter import decode, split

PATH = "content/articles/a.md"
ALIAS = "& and * have a meaning of their own in YAML: put this value between quotes"
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "---\ntitle: a\n",
            ":1: the head of this file has no end: close it with a line of three hyphens, ---",
        ),
        (f"---\n{BOMB}---\n", f":2:4: {ALIAS}"),
        ("---\ntitle: a\nauthors: [*a]\n---\n", f":3:11: {ALIAS}"),
        (
            "---\ntitle: *a\n---\n",
            (
                ":2:8: this value can't be read (it begins with a sign that has a meaning of its own): "
                "put it between quotes, title: '*a'"
            ),
        ),
        (
            "---\ntitle: !!python/object/apply:os.system [ls]\n---\n",
            ":2:8: ! has a meaning of its own in YAML: put this value between quotes",
        ),
        (
            "---\na: [[[[[[[1]]]]]]]\n---\n",
            ":2:9: lists within lists go too deep here: keep the head of a file flat",
        ),
        (
            "---\n- a\n---\n",
            ":2: the head of this file is not a list of keys: write each line as “title: …”",
        ),
        (
            "---\ntitle: a: b\n---\n",
            (":2:8: this value can't be read (it holds a “: ”): put it between quotes, title: 'a: b'"),
        ),
    ],
)
def test_a_head_that_cannot_be_read_says_where(text: str, message: str) -> None:
    """A broken or hostile head is one problem with its place, and none of its keys is taken."""
    head = split(text, PATH)
    assert ({}, [PATH + message]) == (head.values, [str(problem) for problem in head.problems])


@pytest.mark.parametrize(
    ("text", "values", "body"),
    [
        ("---\na: 01004\nb: [x]\n---\nTexte", {"a": "01004", "b": ["x"]}, "Texte"),
        ("---\na: {b: c}\n...\nTexte", {"a": {"b": "c"}}, "Texte"),
        ("---\n---\nTexte", {}, "Texte"),
        ("Title: Carte: une\nTags: a, b\n  c\n\nTexte", {"Title": "Carte: une", "Tags": "a, b c"}, "\nTexte"),
        ("Mots-clés: a\nTexte", {"Mots-clés": "a"}, "Texte"),
        ("Texte", {}, "Texte"),
        ("", {}, ""),
    ],
)
def test_a_head_is_taken_from_its_text(text: str, values: dict[str, object], body: str) -> None:
    """YAML between fences and Pelican's own lines both give keys and text; codes keep their zero."""
    head = split(text, PATH)
    found = {key: located.plain() for key, located in head.values.items()}
    assert (values, body, ()) == (found, head.body, head.problems)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\rc", ("a\nb\nc", [])),
        (b"\xef\xbb\xbfa", ("a", [])),
        (b"a\nb\xe9", ("", [f"{PATH}:2: this file is not text in UTF-8: save it again with that encoding"])),
    ],
)
def test_a_file_is_text_in_utf_8(data: bytes, expected: tuple[str, list[str]]) -> None:
    """Line ends become plain, a byte order mark is taken off, and another encoding is named with its line."""
    text, problems = decode(data, PATH)
    assert expected == (text, [str(problem) for problem in problems])
