"""Lists of feeds in and out: OPML as other programs write it."""

from pathlib import Path

import listparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.content.opml import feeds_of_sources, opml_document
from kiosque.contribute.opml_reader import LARGEST, Outline, read
from kiosque.contribute.source_imports import NewSource, Skipped, plan
from kiosque.model import Feed, KiosqueError, Source

DATA = Path(__file__).parents[1] / "data"
SHARED = Path(__file__).parents[3] / "shared" / "feeds"
PODCAST = "https://radio.example/podcast.xml?a=1&b=2"
BLOG = "https://radio.example/blog.xml"
HOME = "https://radio.example/"


def opml(body: str) -> bytes:
    return f'<opml version="2.0"><body>{body}</body></opml>'.encode()


def test_a_list_is_read_whatever_its_folders() -> None:
    """Folders are taken apart, each address counts once, categories become tags, other lists are left out."""
    expected = (
        Outline(
            url=PODCAST, title="Radio du Fleuve", homepage=HOME, language="fr-FR", tags=("Émissions", "Die")
        ),
        Outline(url=BLOG, title="Radio du Fleuve", homepage=HOME),
        Outline(url="http://écho.example/rss & co"),
        Outline(url="javascript:alert(1)", title="<b>Pas du web</b>"),
    )
    assert expected == read((DATA / "list.opml").read_bytes())


def test_feeds_of_one_name_and_page_are_one_source() -> None:
    """What is new becomes a source for each medium; what can't be asked is left aside with its reason."""
    wanted, skipped = plan(read((DATA / "list.opml").read_bytes()), ())
    feeds = (Feed(url=PODCAST, tags=("Émissions", "Die")), Feed(url=BLOG))
    assert (
        NewSource(
            slug="radio-du-fleuve", name="Radio du Fleuve", homepage=HOME, language="fr-FR", feeds=feeds
        ),
        NewSource(
            slug="echo-example", name="écho.example", feeds=(Feed(url="http://écho.example/rss%20&%20co"),)
        ),
    ) == wanted
    reason = "“javascript:alert(1)” is not a web address: write it in full, as https://radio.example/"
    left = Skipped(url="javascript:alert(1)", title="<b>Pas du web</b>", reason=reason, is_wrong=True)
    assert (left,) == skipped


def test_what_the_hub_has_is_left_aside() -> None:
    """A feed of an existing source is known whatever its scheme; a name that is taken gets a number."""
    known = Source(slug="radio", name="Radio", path="content/sources/radio.md", feeds=(Feed(url=BLOG),))
    outlines = [
        Outline(url="http://radio.example/blog.xml/", title="Blog"),
        Outline(url=PODCAST, title="Radio"),
        Outline(url="https://autre.example/", title="Radio"),
        Outline(url="http://autre.example", title="Encore"),
    ]
    wanted, skipped = plan(outlines, [known])
    assert ["radio-2", "radio-3"] == [one.slug for one in wanted]
    assert ["content/sources/radio.md has this feed already", "this list has it twice"] == [
        one.reason for one in skipped
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this is not an OPML list"),
        (b"<rss><channel/></rss>", "this is not an OPML list"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>', "this list declares XML entities"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><opml/>'.encode("utf-16"), "this list declares XML entities"),
        (b" " * (LARGEST + 1), "this list is larger than 5 MB"),
        (opml('<outline text="a">' * 60), "this list can't be read (folders within folders, 50 deep)"),
        (opml("</outline>" * 3 + "<outline text='a'></outline></outline>"), "this list can't be read"),
    ],
)
def test_what_is_no_list_is_one_message(data: bytes, message: str) -> None:
    """What can't be read, or shouldn't, says why and what to do."""
    with pytest.raises(KiosqueError) as caught:
        read(data)
    assert message == str(caught.value)[: len(message)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    """A list is read in the encoding that it has, stated or not."""
    data = opml(f'<outline text="Été" xmlUrl="{BLOG}"/>').decode().encode(encoding)
    assert (Outline(url=BLOG, title="Été"),) == read(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="<>/!-[]= '\"&;outlinexmlUrlop", max_size=200).map(opml))
def test_no_list_makes_reading_raise_anything_else(data: bytes) -> None:
    """Whatever a file holds, it is a list, or a message."""
    try:
        assert isinstance(read(data), tuple)
    except KiosqueError as error:
        assert str(error)


@pytest.mark.parametrize("name", ["fr-google-reader-abonnements.opml", "xx-antennapod.opml"])
def test_real_lists_are_read_as_listparser_reads_them(name: str) -> None:
    """Lists that other programs exported give all their feeds, in order."""
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    data = file.read_bytes()
    expected = [(feed.url, feed.title) for feed in listparser.parse(data).feeds]
    assert expected == [(one.url, one.title) for one in read(data)]


SOURCES = (
    Source(
        slug="a",
        name='Radio <b>"A"</b> & fils',
        path="",
        homepage=HOME,
        language="fr",
        feeds=(
            Feed(url=PODCAST, tags=("son, local", "die")),
            Feed(url="demo/a.xml"),
            Feed(url=BLOG, language="oc"),
        ),
    ),
    Source(slug="b", name="Sans flux", path="", homepage="https://b.example/"),
)


def test_a_list_is_written_escaped_and_always_the_same() -> None:
    """Each feed on the web is one outline, in the order of the sources; files of the hub stay at home."""
    expected = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>Le kiosque &amp; co</title>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
    <outline text="Radio &lt;b&gt;&quot;A&quot;&lt;/b&gt; &amp; fils" title="Radio &lt;b&gt;&quot;A&quot;&lt;/b&gt; &amp; fils" type="rss" xmlUrl="https://radio.example/podcast.xml?a=1&amp;b=2" htmlUrl="https://radio.example/" language="fr" category="son  local,die" />
    <outline text="Radio &lt;b&gt;&quot;A&quot;&lt;/b&gt; &amp; fils" title="Radio &lt;b&gt;&quot;A&quot;&lt;/b&gt; &amp; fils" type="rss" xmlUrl="https://radio.example/blog.xml" htmlUrl="https://radio.example/" language="oc" />
  </body>
</opml>
"""  # noqa: E501 - a document as it is
    assert expected == opml_document(feeds_of_sources(SOURCES), "Le kiosque & co")


@settings(deadline=None)
@given(
    names=st.lists(st.text(alphabet="aé<>&\"' ]-!", min_size=1).filter(lambda name: name.strip()), max_size=4)
)
def test_what_was_written_comes_back(names: list[str]) -> None:
    """A hub that takes in another's list gets its media with their names, pages and feeds."""
    sources = [
        Source(slug=str(place), name=" ".join(name.split()), path="", homepage=f"https://x{place}.example/",
               feeds=(Feed(url=f"https://x{place}.example/a"), Feed(url=f"https://x{place}.example/b")))
        for place, name in enumerate(names)
    ]  # fmt: skip
    wanted, skipped = plan(read(opml_document(feeds_of_sources(sources), "x").encode()), ())
    assert [(one.name, one.homepage, one.feeds) for one in sources] == [
        (one.name, one.homepage, one.feeds) for one in wanted
    ]
    assert () == skipped
