"""The feeds of a page: by its link tags, the places of known programs, its anchors; and what each would
bring.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harvest.conftest import Server

from kiosque.harvest.discover import platforms
from kiosque.harvest.discover.feeds import MOST_REQUESTS, Discovery, FoundFeed, discover
from kiosque.harvest.discover.webpage import read_page
from kiosque.model import Format

URL = "https://radio.example/blog/"


def rss(title: str = "Radio", names: str = "ab", more: str = "") -> str:
    items = "".join(
        f"<item><guid>{name}</guid><title>Titre {name}</title><link>https://radio.example/{name}</link>"
        f"<pubDate>Sat, {10 + place} Jan 2026 18:30:00 GMT</pubDate>{more}</item>"
        for place, name in enumerate(names)
    )
    return (
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title><link>https://radio.example/</link><language>fr</language>{items}</channel></"
        f"rss>"
    )


def link(address: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{address}">'


def page(head: str = "", body: str = "") -> str:
    return (
        f'<!doctype html><html lang="fr"><head><title>Une page</title>{head}</head><body>{body}</body></html>'
    )


def found(server: Server, tmp_path: Path, path: str = "/") -> Discovery:
    return discover(tmp_path, server.url + path, "Kiosque/test", allow_private=True)


def addresses(server: Server, discovered: Discovery) -> list[str]:
    return [feed.url.removeprefix(server.url) for feed in discovered.feeds]


def asked(server: Server) -> list[str]:
    return [request.path_qs for request in server.requests]


def test_an_address_may_be_a_feed_itself(server: Server, tmp_path: Path) -> None:
    """A feed's own address gives that feed, and what it would bring, newest first."""
    url = server.says(
        "/podcast", rss("Radio", "abcd", '<enclosure url="/a.mp3" type="audio/mpeg" length="9"/>')
    )
    feed = FoundFeed(
        url=url,
        title="Radio",
        link="https://radio.example/",
        language="fr",
        entries=4,
        newest=datetime(2026, 1, 13, 18, 30, tzinfo=UTC),
        formats={Format.SOUND: 4},
        titles=("Titre d", "Titre c", "Titre b"),
    )
    expected = Discovery(
        url=url, title="Radio", homepage="https://radio.example/", language="fr", feeds=(feed,)
    )
    assert expected == found(server, tmp_path, "/podcast")


def test_link_tags_are_enough(server: Server, tmp_path: Path) -> None:
    """Where a page's link tags lead to feeds, nothing else is asked."""
    server.says("/", page(link("flux.xml") + link("/mort.xml"), '<a href="/autre/rss">RSS</a>'))
    server.says("/flux.xml", rss())
    discovered = found(server, tmp_path)
    assert ["/flux.xml"] == addresses(server, discovered)
    assert ["/", "/flux.xml", "/mort.xml"] == sorted(asked(server))
    expected = ("Une page", f"{server.url}/", "fr", "")
    assert expected == (discovered.title, discovered.homepage, discovered.language, discovered.failure)


def test_the_programs_place_is_next(server: Server, tmp_path: Path) -> None:
    """Where link tags are missing or dead, the program that made the page says where to look."""
    server.says("/", page(link("/mort.xml") + '<meta name="generator" content="SPIP 4.2">'))
    server.says("/spip.php", rss())
    assert ["/spip.php?page=backend"] == addresses(server, found(server, tmp_path))


def test_anchors_are_next(server: Server, tmp_path: Path) -> None:
    """An anchor that looks like a feed is followed where nothing surer is there."""
    server.says("/", page(body='<a href="/contact">Nous</a> <a href="/sons.xml">Notre <b>flux RSS</b></a>'))
    server.says("/sons.xml", rss())
    assert ["/sons.xml"] == addresses(server, found(server, tmp_path))
    assert ["/", "/sons.xml"] == asked(server)


def test_the_usual_places_are_last(server: Server, tmp_path: Path) -> None:
    """A page that says nothing may still have a feed where most pages have theirs."""
    server.says("/", page())
    server.says("/atom.xml", rss())
    assert ["/atom.xml"] == addresses(server, found(server, tmp_path))


def test_no_more_addresses_are_tried_than_is_decent(server: Server, tmp_path: Path) -> None:
    """A page that names a thousand feeds costs its server a dozen questions."""
    server.says("/", page("".join(link(f"/{number}.xml") for number in range(1000))))
    discovered = found(server, tmp_path)
    assert (MOST_REQUESTS + 1, ()) == (len(server.requests), discovered.feeds)
    assert discovered.failure.startswith("no feed was found there")


def test_comments_and_doubles_come_last_and_are_not_proposed(server: Server, tmp_path: Path) -> None:
    """What another feed brings already, and what readers wrote, is shown but not proposed."""
    names = ["/comments/feed/", "/un", "/un.atom", "/c", "/deux"]
    server.says("/", page("".join(map(link, names))))
    server.says("/comments/feed/", rss("Radio", "xy"))
    server.says("/un", rss("Radio", "abc"))
    server.says("/un.atom", rss("Radio", "ab"))
    server.says("/c", rss("Commentaires sur Radio", "z"))
    server.says("/deux", rss("Blog", "cd"))
    discovered = found(server, tmp_path)
    assert ["/un", "/deux", "/un.atom", "/c", "/comments/feed/"] == addresses(server, discovered)
    assert [f"{server.url}/un", f"{server.url}/deux"] == [feed.url for feed in discovered.proposed]
    assert [("", False), ("", False), (f"{server.url}/un", False), ("", True), ("", True)] == [
        (feed.same_as, feed.is_comments) for feed in discovered.feeds
    ]


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Court.", False),
        ("Des mots. " * 100, True),
        ("Des mots. " * 100 + "[…]", False),
        ("Des mots. " * 100 + "<a href='#'>Lire la suite →</a>", False),
    ],
)
def test_whole_texts_are_told_from_their_starts(
    text: str, full: bool, server: Server, tmp_path: Path
) -> None:
    """A feed gives whole texts where most are long and don't end as an excerpt does."""
    server.says("/", rss(more=f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>"))
    assert [full] == [feed.full for feed in found(server, tmp_path).feeds]


def test_a_feed_that_moved_for_good_is_named_by_its_new_address(server: Server, tmp_path: Path) -> None:
    """A permanent redirect is written down already followed, and two that lead to one feed are one."""
    server.says("/", page(link("/vieux") + link("/neuf")))
    server.says("/vieux", status=301, Location="/neuf")
    server.says("/neuf", rss())
    assert ["/neuf"] == addresses(server, found(server, tmp_path))


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("radio", "“radio” is not a web address: write it in full, as https://radio.example/"),
        ("file:///etc/passwd", "“file:///etc/passwd” is not a web address"),
    ],
)
def test_what_is_no_web_address_is_not_asked(url: str, failure: str, tmp_path: Path) -> None:
    """Only http and https addresses are asked."""
    discovered = discover(tmp_path, url, "Kiosque/test", allow_private=True)
    assert (failure, ()) == (discovered.failure[: len(failure)], discovered.feeds)


def test_a_page_cant_lead_to_private_addresses(server: Server, tmp_path: Path) -> None:
    """Unless they are let through, addresses of this machine are refused."""
    server.says("/", page())
    discovered = discover(tmp_path, server.url + "/", "Kiosque/test", allow_private=False)
    expected = (
        "this address is a private one: only public addresses are asked (--allow-private lets others through)"
    )
    assert (expected, []) == (discovered.failure, server.requests)


@pytest.mark.parametrize(
    ("html", "links"),
    [
        (link("/a b.xml"), ("https://radio.example/a%20b.xml",)),
        (link("?feed=rss2"), ("https://radio.example/blog/?feed=rss2",)),
        ('<base href="https://autre.example/x/">' + link("rss"), ("https://autre.example/x/rss",)),
        ("<LINK HREF=/rss TYPE=APPLICATION/ATOM+XML REL='feed alternate'>", ("https://radio.example/rss",)),
        (link("feed://radio.example/rss"), ("https://radio.example/rss",)),
        (link("feed:http://radio.example/rss"), ("http://radio.example/rss",)),
        (link("/f.json", "application/feed+json"), ("https://radio.example/f.json",)),
        ('<a type="application/rss+xml" href="/x">ici</a>', ("https://radio.example/x",)),
        (link("javascript:alert(1)") + link("//[") + link("file:///etc/passwd"), ()),
        (link("/wp-json/wp/v2/pages/2", "application/json"), ()),
        (link("/oembed", "text/xml+oembed"), ()),
        ("<!-- " + link("/rss") + "-->", ()),
        ("<script>'" + link("/rss") + "'</script>", ()),
        ("<![weird]>" + link("/rss"), ("https://radio.example/rss",)),
    ],
)
def test_link_tags(html: str, links: tuple[str, ...]) -> None:
    """A page's link tags are read as browsers read them; what isn't a feed on the web is left out."""
    assert links == read_page(f"<html>{html}".encode(), URL).links


@pytest.mark.parametrize(
    ("html", "anchors"),
    [
        ('<a href="/mot">le flux</a><a href="/rss">ici</a>', ("/rss", "/mot")),
        ('<a href="/rss#haut">RSS</a>', ("/rss",)),
        ('<a href="/x" title="RSS"><img></a>', ("/x",)),
        ('<a href="itpc://radio.example/sons">Abonnement</a>', ("/sons",)),
        ('<a href="https://lecteur.example/?add=https://radio.example/rss">RSS</a>', ()),
        ('<a href="/a">Un <a href="/b">flux', ()),
        ('<a href="/influx">Afflux de feedback</a>', ()),
    ],
)
def test_anchors(html: str, anchors: tuple[str, ...]) -> None:
    """Anchors whose address or words look like a feed are kept, the likeliest first."""
    expected = tuple(f"https://radio.example{path}" for path in anchors)
    assert expected == read_page(f"<html>{html}".encode(), URL).anchors


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        ("", "text/html; charset=cp1252"),
        ("<meta charset='cp1252'>", "text/html"),
        ("<meta charset=cp1252>", ""),
    ],
)
def test_a_page_in_an_old_encoding(head: str, content_type: str) -> None:
    """A page is read in the encoding that its server or itself names."""
    html = f"<html>{head}<title>Émission\n d’hier</title>".encode("cp1252")
    assert "Émission d’hier" == read_page(html, URL, content_type).title


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300) | st.text(alphabet="<>!-[]/= '\"&#;ahreflink x\n", max_size=200).map(str.encode)
)
def test_no_page_makes_reading_raise(data: bytes) -> None:
    """Whatever bytes a server gives, reading them gives a page, and only web addresses."""
    page = read_page(data, URL)
    assert all(address.startswith(("http://", "https://")) for address in (*page.links, *page.anchors))


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<a href='", "<![CDATA[", "</", "<", "&#" + "9" * 5000])
def test_a_hostile_page_is_read_to_its_end(piece: str) -> None:
    """A megabyte of what keeps parsers busy for hours is read like any other, and what stood before it
    stays.
    """
    html = "<html lang=fr>" + link("/rss") + piece * (1_000_000 // len(piece))
    page = read_page(html.encode(), URL)
    assert ("fr", ("https://radio.example/rss",)) == (page.language, page.links)


@pytest.mark.parametrize(
    ("url", "markup", "expected"),
    [
        ("https://pod.example/@radio/episodes", "castopod", ["https://pod.example/@radio/feed.xml"]),
        ("https://inst.example/@radio", "mastodon", ["https://inst.example/@radio.rss"]),
        ("https://tube.example/a/radio/videos", "PeerTube",
         ["https://tube.example/feeds/videos.xml?accountName=radio"]),
        ("https://tube.example/c/radio@autre.example/videos", "PeerTube",
         ["https://tube.example/feeds/videos.xml?videoChannelName=radio@autre.example"]),
        ("https://tube.example/", '<meta property="og:platform" content="PeerTube">',
         ["https://tube.example/feeds/videos.xml?isLocal=true"]),
        ("https://soundcloud.com/radio", 'content="soundcloud://users:42"',
         ["https://feeds.soundcloud.com/users/soundcloud:users:42/sounds.rss"]),
        ("https://vimeo.com/radio", "", ["https://vimeo.com/radio/videos/rss"]),
        ("https://vimeo.com/12345", "", []),
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos", "",
         ["https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"]),
        ("https://www.youtube.com/@radio", '{"externalId":"UCabcdefghijklmnopqrstuv"}',
         ["https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"]),
        ("https://youtube.com/playlist?list=PL123_-", "",
         ["https://www.youtube.com/feeds/videos.xml?playlist_id=PL123_-"]),
        ("https://youtube.com.evil.example/@radio", '"externalId":"UCabcdefghijklmnopqrstuv"', []),
        ("https://radio.example/", "mastodon peertube castopod", []),
    ],
)  # fmt: skip
def test_an_address_that_names_a_channel(url: str, markup: str, expected: list[str]) -> None:
    """The address of a channel or account on a known service gives that of its feed."""
    assert expected == list(platforms.certain(url, markup))


@pytest.mark.parametrize(
    ("generator", "expected"),
    [
        ("Dotclear", ["/blog/feed/atom", "/blog/?feed/atom", "/blog/index.php?feed/atom", "/blog/feed/rss2"]),
        ("Ghost 5", ["/blog/rss/", "/rss/"]),
        ("Hugo 0.1", ["/blog/index.xml", "/index.xml"]),
        ("Pelican", ["/blog/feeds/all.atom.xml", "/blog/feeds/all.rss.xml", "/feeds/all.atom.xml"]),
        ("SPIP 4", ["/blog/spip.php?page=backend", "/spip.php?page=backend", "/blog/backend"]),
        ("WordPress 6", ["/blog/feed/", "/feed/"]),
        ("Mon éditeur", []),
    ],
)
def test_a_program_that_made_a_page(generator: str, expected: list[str]) -> None:
    """The program that made a page says where its feeds may lie: below the page, then at the top."""
    page = read_page(f'<html><meta content="{generator}" name="generator">'.encode(), URL)
    assert [f"https://radio.example{path}" for path in expected] == list(platforms.likely(URL, page.markup))


def test_the_table_of_platforms_is_in_order() -> None:
    """A new row has one place."""
    names = [platform.name.casefold() for platform in platforms.PLATFORMS]
    assert sorted(set(names)) == names
