"""What is left out on the way to feedparser, and that nothing else is."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse

ORIGIN = Origin("https://radio.example/rss", Path())
FEED = """<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:p="http://www.itunes.com/DTDs/Podcast-1.0.dtd"><channel>
<title>Radio</title><link>https://radio.example/</link>{broadcast}
<item><guid>1</guid><title>Un</title>{comments}<link>https://radio.example/1</link>{more}<itunes:season>3</itunes:season>
<description>Une <![CDATA[<b>fête</b>]]> au village</description></item></channel></rss>"""
LEFT_OUT = {
    "broadcast": """<podcast:liveItem status="live"><title>Direct</title><link>https://radio.example/direct</link>
        <podcast:person>Ana</podcast:person></podcast:liveItem>""",
    "comments": "<comments>https://radio.example/1#c</comments><slash:comments>3</slash:comments>",
    "more": (
        "<itunes:subtitle>Sous <b>un</b> titre</itunes:subtitle><p:explicit/><itunes:block>yes</itunes:block>"
    ),
}


def test_what_no_one_reads_changes_nothing() -> None:
    """A feed reads the same with elements that are left out as without them, what comes after each
    included.
    """
    with_all = parse(FEED.format(**LEFT_OUT).encode(), ORIGIN)
    with_none = parse(FEED.format(broadcast="", comments="", more="").encode(), ORIGIN)
    read = with_none.entries[0]
    assert ("Un", "https://radio.example/1", "Une <b>fête</b> au village", 3) == (
        read.title,
        read.url,
        read.html,
        read.season,
    )
    assert with_none == msgspec.structs.replace(
        with_all, facts=msgspec.structs.replace(with_all.facts, live=())
    )


def test_a_broadcast_that_is_announced_is_not_the_feed() -> None:
    """The title and link of a podcast's live item are its own, and read as such."""
    facts = parse(FEED.format(**LEFT_OUT).encode(), ORIGIN).facts
    assert ("Radio", "https://radio.example/", ["Direct"]) == (
        facts.title,
        facts.link,
        [one.title for one in facts.live],
    )
