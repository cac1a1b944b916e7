"""A fault in a feed's XML costs one entry at most; it is told with its line, and mending adds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import ParsedFeed

URL = "https://feed.example/feed"
START = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:podcast="https://podcastindex.org/'
    'namespace/1.0"><channel><title>Radio</title><link>https://r.example/</link>\n'
)
END = "</channel></rss>\n"
GOOD = (
    "<item><guid>{0}</guid><title>Le four n° {0}</title><link>https://r.example/{0}</link>"
    "<podcast:person>Ana</podcast:person></item>\n"
)
BAD = "<item><guid>bad</guid><title>{}</title></item>\n"
# The line of the second entry.
LINE = 4


def read(*items: str, start: str = START, end: str = END) -> ParsedFeed:
    """Return a feed of these items as read."""
    return parse((start + "".join(items) + end).encode(), Origin(URL, Path()))


def told(parsed: ParsedFeed) -> list[tuple[int | None, str]]:
    """Return the problems of a feed, with their lines."""
    return [(problem.line, problem.message) for problem in parsed.problems]


TITLES = {
    "Bravo &#55357;&#56832;": (
        "Bravo 😀", "“&#55357;&#56832;” are two halves of one character: write the character itself, 😀"
    ),
    "Bravo &#xD83C;&#xdf89; !": (
        "Bravo 🎉 !", "“&#xD83C;&#xdf89;” are two halves of one character: write the character itself, 🎉"
    ),
    "<![CDATA[Bravo &#55357;&#56832;]]>": (
        "Bravo 😀", "“&#55357;&#56832;” are two halves of one character: write the character itself, 😀"
    ),
    "a &#55357; b": (
        "a � b", "“&#55357;” stands for no character in XML, and is shown as “�”: write the character itself"
    ),
    "a &#x110000; b": (
        "a � b", "“&#x110000;” stands for no character in XML, and is shown as “�”: write the character itself"  # noqa: E501 - a message as it is
    ),
    f"a &#{'9' * 5000}; b": (
        "a � b",
        f"“&#{'9' * 38}” stands for no character in XML, and is shown as “�”: write the character itself",
    ),
    "a&#0;b": ("ab", "a control character stands here, which XML forbids: remove it"),
    "a&#xFFFE;b": ("ab", "a control character stands here, which XML forbids: remove it"),
    "a\x0bb": ("ab", "a control character stands here, which XML forbids: remove it"),
    "L&rsquo;&eacute;t&eacute;": (
        "L’été", "“&rsquo;” is known in HTML only: write the character itself"
    ),
    "caf&eacute noir": ("café noir", "“&eacute” is known in HTML only: write the character itself"),
    "Pain & Co": ("Pain & Co", "an “&” stands alone here, in “Pain & Co”: write “&amp;”"),
    "R&D et AT&T": ("R&D et AT&T", "an “&” stands alone here, in “R&D et AT&T”: write “&amp;”"),
    "AT&T;": ("AT&T;", "an “&” stands alone here, in “AT&T;”: write “&amp;”"),
    "&nope; &-)": ("&nope; &-)", "an “&” stands alone here, in “&nope; &-)”: write “&amp;”"),
    "1 &lt 2": ("1 < 2", "“&lt” lacks its semicolon: write “&lt;”"),
    "1 < 2": ("1 < 2", "a “<” stands here that starts no tag, before “< 2</title>”: write “&lt;”"),
    "gros <3": ("gros <3", "a “<” stands here that starts no tag, before “<3</title>”: write “&lt;”"),
    "Le <b>four": ("Le four", "“<b>” isn't closed where it should be: close it"),
    "Le four</i>": ("Le four", "“</i>” closes a tag that isn't open: remove it, or open it"),
    "Le ]]> four": ("Le ]]> four", ""),
}  # fmt: skip


@pytest.mark.parametrize("title", TITLES, ids=lambda title: ascii(title[:30]))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_fault_in_a_title_is_mended_and_told(title: str, place: int) -> None:
    """The text is what was meant, nothing is added, all entries are there with all their facts."""
    expected, message = TITLES[title]
    items = [GOOD.format(1), GOOD.format(2)]
    items.insert(place, BAD.format(title))
    parsed = read(*items)
    titles = ["Le four n° 1", "Le four n° 2"]
    titles.insert(place, expected)
    people = [["Ana"], ["Ana"]]
    people.insert(place, [])
    assert (titles, people) == (
        [entry.title for entry in parsed.entries],
        [[person.name for person in entry.people] for entry in parsed.entries],
    )
    assert told(parsed) == [(place + 3, message)] or not message


ITEMS = {
    "<item><guid>bad</guid><title>Le four<link>https://r.example/x</link></item>\n": (
        "Le four", "“<title>” isn't closed where it should be: close it"
    ),
    "<item><guid>bad</guid><title>Le four</title>\n": (
        "Le four", "“<item>” isn't closed where it should be: close it"
    ),
    "<item><guid>bad</guid><title>Le four</title></channel></item>\n": ("Le four", ""),
    "<item><guid>bad</guid><dc:creator>Léo</dc:creator><title>Le four</title></item>\n": (
        "Le four", "the prefix of “<dc:creator>” isn't declared: declare it in the first tag (xmlns:…)"
    ),
    "<item><guid>bad</guid><title lang='fr' lang='oc'>Le four</title></item>\n": (
        "Le four",
        "“<title lang='fr' lang='oc'>” has an attribute twice, of which the first counts: remove the other",
    ),
    "<item><guid>bad</guid><title lang=fr>Le four</title></item>\n": (
        "Le four",
        '“<title lang=fr>” has an attribute without quotation marks or value: write name="value"',
    ),
    "<item><guid>bad</guid><title lang='fr>Le four</title></item>\n": ("Le four", ""),
    "<item><guid>bad</guid><title><![CDATA[Le four</title></item>\n": (
        "Le four", "a CDATA section starts here that doesn't end with its element: close it with “]]>”"
    ),
    "<item><guid>bad</guid><title>Le four</title><![CDATA[</item>\n": (
        "Le four", "a CDATA section starts here that doesn't end with its element: close it with “]]>”"
    ),
}  # fmt: skip


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("last", [GOOD.format(2), GOOD.format(2).replace("<title>", "<title><![CDATA[]]>")])
def test_a_fault_of_tags_ends_with_its_entry(item: str, last: str) -> None:
    """Tags that are wrong in one entry leave the next as it is."""
    expected, message = ITEMS[item]
    parsed = read(GOOD.format(1), item, last)
    found = [(entry.title, len(entry.people)) for entry in parsed.entries]
    assert [("Le four n° 1", 1), (expected, 0), ("Le four n° 2", 1)] == found
    assert (LINE, message) in told(parsed) or not message


def test_an_undeclared_prefix_means_what_it_means_elsewhere() -> None:
    """A feed that forgets to declare a usual prefix keeps its authors, sounds and people."""
    item = (
        "<item><guid>1</guid><dc:creator>Léo</dc:creator><content:encoded>Bon pain</content:encoded>"
        "<podcast:person>Ana</podcast:person><my:own x='1'/></item>"
    )
    (entry,) = read(item, start='<rss version="2.0"><channel>').entries
    assert (("Léo",), "Bon pain", ["Ana"]) == (entry.authors, entry.html, [one.name for one in entry.people])


@pytest.mark.parametrize(
    ("end", "titles", "problems"),
    [
        (f"{END}merci", [1, 2], [(6, "“merci” follows the end of the feed: remove it")]),
        (f"{END}<script>1</script>", [1, 2], [(6, "“<script>” follows the end of the feed: remove it")]),
        (f"{END}\n<!-- 12 ms -->\n", [1, 2], []),
        (
            f"{END}<rss><channel><title>Z</title>{GOOD.format(3)}{END}",
            [1, 2, 3],
            [(6, "“<rss>” starts a second feed in the same file: let there be one")],
        ),
        ("", [1, 2], [(4, "the feed stops here, before its end: close its last tags")]),
        (
            GOOD.format(3)[:50],
            [1, 2],
            [(5, "the feed stops in the middle of this entry, which waits until it is whole: “<item>”")],
        ),
        (
            GOOD.format(3)[:-3],
            [1, 2],
            [(5, "the feed stops in the middle of this entry, which waits until it is whole: “<item>”")],
        ),
    ],
)
def test_the_end_of_a_feed_takes_no_entry_with_it(
    end: str, titles: list[int], problems: list[tuple[int, str]]
) -> None:
    """Text behind the end, a second feed or a missing end leave the whole entries, and are told."""
    parsed = read(GOOD.format(1), GOOD.format(2), end=end)
    assert [f"Le four n° {number}" for number in titles] == [entry.title for entry in parsed.entries]
    assert (problems, "Radio") == (told(parsed), parsed.title)


@pytest.mark.parametrize(
    ("start", "problems"),
    [
        (START.replace("?>\n", "?>\n<!-- made by hand -->\n<?xml-stylesheet href='a.xsl'?>\n\n"), []),
        ("<!-- made by hand -->\n\n" + START.partition("\n")[2], []),
        ("\n \n" + START.partition("\n")[2], []),
        ("<!DOCTYPE rss PUBLIC 'a'\n'b'>\n" + START.partition("\n")[2], []),
        (
            "\n\n" + START,
            [
                (
                    1,
                    "a blank line or an unseen sign stands before “<?xml”: remove it, that must start the file",  # noqa: E501 - a message as it is
                )
            ],
        ),
        (
            "\ufeff\ufeff" + START,
            [
                (
                    1,
                    "a blank line or an unseen sign stands before “<?xml”: remove it, that must start the file",  # noqa: E501 - a message as it is
                )
            ],
        ),
        (
            "\n<!-- cache -->" + START,
            [(2, "“<!-- cache -->” stands before “<?xml”, which must start the file: remove it")],
        ),
        (
            "<br />\n<b>Warning</b>: line 3" + START,
            [
                (
                    1,
                    "“<br /> <b>Warning</b>: line 3” stands before “<?xml”, which must start the file: remove it",  # noqa: E501 - a message as it is
                )
            ],
        ),
        (
            START.replace("?>\n", "?>\nNotice: line 3\n"),
            [(2, "“Notice: line 3” stands before the start of the feed: remove it, it is no XML")],
        ),
    ],
)
def test_the_start_of_a_feed_is_judged_as_xml_does(start: str, problems: list[tuple[int, str]]) -> None:
    """Comments and blank lines may stand before the root, but nothing before the declaration."""
    parsed = read(GOOD.format(1), BAD.format("R&D"), start=start)
    line = start.count("\n") + 2
    expected = [*problems, (line, "an “&” stands alone here, in “R&D”: write “&amp;”")]
    assert (["Le four n° 1", "R&D"], expected) == ([entry.title for entry in parsed.entries], told(parsed))


@pytest.mark.parametrize("element", ["<gml:pos>1</gml:pos>", "<textInput><link>x</link></textInput>"])
def test_an_entry_that_feedparser_fails_at_is_left_out_alone(element: str) -> None:
    """feedparser raises at some elements: the entry is named with its line, the others keep their facts."""
    start = START.replace("<rss ", "<rss xmlns:gml='http://www.opengis.net/gml' ")
    text = f"<description><![CDATA[{'<p>Un long texte.</p>' * 20}\n\n]]></description>"
    items = [
        GOOD.format(1).replace("<link>", f"{text}<link>"),
        BAD.format("x").replace("<title>", element + "<title>"),
    ]
    items += [GOOD.format(2), items[1], GOOD.format(3)]
    parsed = read(*items, start=start)
    name = element[1:].partition(">")[0].replace("textInput", "link")
    message = (
        "entry {} is left out, the others are kept: its “<"
        + name
        + ">” can't be read, correct it or leave it out"
    )
    assert [("Le four n° 1", 1), ("Le four n° 2", 1), ("Le four n° 3", 1)] == [
        (entry.title, len(entry.people)) for entry in parsed.entries
    ]
    assert [(6, message.format(2)), (8, message.format(4))] == told(parsed)


def test_a_feed_of_bad_entries_is_named_without_words_of_programs() -> None:
    """Where too many entries fail, the feed can't be read: people read what to do, no name of an error."""
    parsed = read(*[BAD.format("x").replace("<title>", "<textInput><link>x</link></textInput><title>")] * 50)
    (problem,) = parsed.problems
    assert parsed.fatal
    assert "Error" not in problem.message
    assert "validator" in problem.message


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "'", "</title>", "<b>", "</item>", "<item>", "]]>", "<![CDATA[", "<!--", "-->", "\0",
     "&#x110000;", "&#55357;", "=", "/", "<x:y>", "<x:y ", "<?xml ?>", "</channel>", "</rss>", "<rss>", "é", " a='"]  # noqa: E501 - a message as it is
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.integers(1, 80))
def test_whatever_stands_in_an_entry_the_first_and_last_are_kept(piece: str, place: int) -> None:
    """An entry with any faults leaves those before it and the last of those behind it."""
    bad = BAD.format("Le four à pain de la place du marché")
    parsed = read(GOOD.format(1), bad[:place] + piece + bad[place:], GOOD.format(2), GOOD.format(3))
    titles = [entry.title for entry in parsed.entries]
    assert ("Le four n° 1", False) == (titles[0], parsed.fatal)
    assert "Le four n° 3" == titles[-1]
