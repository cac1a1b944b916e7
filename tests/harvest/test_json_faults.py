"""A fault in JSON costs one item at most; it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed

START = '{"version": "https://jsonfeed.org/version/1.1", "title": "Radio", "items": [\n'
END = '], "home_page_url": "https://r.example/"}'
GOOD = '{{"id": "{0}", "title": "Numéro {0}"}}'
# The line of the second item.
LINE = 3
LEFT_OUT = "entry 2 isn't correct JSON and is left out, the others are kept: correct it"
NO_LIST = "“items” isn't a list here, so this JSON feed has no entries: write [ and ] around them"
BROKEN = "a line break or a control character stands in a text here: write “\\n” or the like"
COMMA = "a comma stands here that nothing follows: remove it"


def read(*items: str, end: str = END) -> ParsedFeed:
    """Return a JSON feed of these items as read."""
    return parse((START + ",\n".join(items) + end).encode(), Origin("https://feed.example/feed", Path()))


def told(parsed: ParsedFeed) -> list[tuple[int | None, str]]:
    """Return the problems of a feed, with their lines."""
    return [(problem.line, problem.message) for problem in parsed.problems]


@pytest.mark.parametrize(
    ("item", "title", "problems"),
    [
        ('{"id": "2", "title": "Deux\nmots\tici"}', "Deux mots ici", [(LINE, BROKEN)]),
        (
            '{"id": "2", "title": "De\\ud83dux"}',
            "De�ux",
            [(LINE, "“\\ud83d” is half a character, and is shown as “�”: write the character itself")],
        ),
        ('{"id": "2", "title": "\\ud83d\\ude00 \\\\ud83d"}', "😀 \\ud83d", []),
        ('{"id": "2", "title": "a, ]",}', "a, ]", [(LINE, COMMA)]),
        ('{"id": "2", "title": "a", "tags": ["b", ]}', "a", [(LINE, COMMA)]),
        (
            '{"id": "2", "title": "a", "x": NaN}',
            "a",
            [(LINE, "“NaN” is no value of JSON, and counts as none: write null, or leave the field out")],
        ),
        (
            '{"id": "2", "title": "L\\\'été \\x"}',
            "L'été \\x",
            [(LINE, "a “\\” stands here before a sign that needs none: write “\\\\”, or leave it out")],
        ),
        ('{"id": "2", "title": "a", "title": "b"}', "b", []),
        ('{"id": "2", "title": "a", "x": ' + "9" * 6000 + "}", "a", []),
        ('{"id": {}, "title": "a", "authors": 3, "attachments": {}, "tags": "x"}', "a", []),
    ],
)
def test_a_fault_in_an_item_is_mended_and_told(item: str, title: str, problems: list[object]) -> None:
    """What was meant is read, and the other items are as they were."""
    parsed = read(GOOD.format(1), item, GOOD.format(3))
    assert ["Numéro 1", title, "Numéro 3"] == [entry.title for entry in parsed.entries]
    assert (problems, "Radio", "https://r.example/") == (told(parsed), parsed.title, parsed.link)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ('{"id": "2", "title" "Deux"}', LEFT_OUT),
        ('{"id": "2", "title": "Deux"', LEFT_OUT),
        ('{"id": "2", "title": Deux}', LEFT_OUT),
        ('{"id": "2", "title": "Deux, "url": "https://r.example/2"}', LEFT_OUT),
        ('{"id": "2", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", LEFT_OUT),
        ('{"id": "2", "x": ' + '{"a":' * 100_000 + "}", LEFT_OUT),
        ('"deux"', "entry 2 can't be read and is left out, the others are kept: look at its fields"),
        ("null", "entry 2 can't be read and is left out, the others are kept: look at its fields"),
    ],
    ids=range(8),
)
def test_an_item_that_can_t_be_read_is_left_out_alone(item: str, message: str) -> None:
    """The item is named by its number and line; the others and the feed's own fields are kept."""
    parsed = read(GOOD.format(1), item, GOOD.format(3))
    assert ["Numéro 1", "Numéro 3"] == [entry.title for entry in parsed.entries]
    assert ([(LINE, message)], "Radio", "https://r.example/") == (told(parsed), parsed.title, parsed.link)


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (',\n{"id": "3", "ti', (4, "the feed stops in the middle of entry 3, which waits until it is whole")),
        (',\n{"id": "3", ', (4, "the feed stops in the middle of entry 3, which waits until it is whole")),
        ("", (3, "this JSON feed is broken or cut behind its entries, which are kept: complete it")),
        ("],", (3, "this JSON feed is broken or cut behind its entries, which are kept: complete it")),
        (END + "x", (3, "this JSON feed is broken or cut behind its entries, which are kept: complete it")),
    ],
)
def test_a_feed_that_is_cut_keeps_its_whole_items(end: str, problem: tuple[int, str]) -> None:
    """What came whole is read; the item that was cut waits."""
    parsed = read(GOOD.format(1), GOOD.format(2), end=end)
    assert ["Numéro 1", "Numéro 2"] == [entry.title for entry in parsed.entries]
    assert ([problem], "Radio") == (told(parsed), parsed.title)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ('{"items":\n {"id": "1"}}', (1, NO_LIST)),
        ('{"title":\n "a"}', (1, "this is JSON, but not a JSON feed: its list of “items” is missing")),
        ('{"title":\n\n b', (3, "this JSON feed can't be read: this is not JSON from sign 13 on")),
        ('{"items": [\n{"id"', (2, "this JSON feed can't be read: it stops before its end")),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_named_with_its_line(data: str, problem: tuple[int, str]) -> None:
    """A file without readable items is refused, and its reason has a line."""
    parsed = parse(data.encode(), Origin("https://feed.example/feed", Path()))
    assert (True, [problem]) == (parsed.fatal, told(parsed))
