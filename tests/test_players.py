"""What a text plays becomes enclosures, whoever hosts it; what else it frames becomes links."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosque.html.players import extract_players, player_page
from kiosque.html.sanitizer import clean_html
from kiosque.model import Alternative, Enclosure
from kiosque.urls import safe_url

BASE = "https://site.example/blog/"
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
SHORT = "kkGMgK9ZtnKfYAgnEtQxbv"
VIDEO = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def page(url: str, title: str = "") -> Enclosure:
    """Return the enclosure of a player."""
    return Enclosure(url=url, type="text/html", title=title)


@pytest.mark.parametrize(
    ("player", "expected"),
    [
        ("https://archive.org/embed/some.item-1?start=10", "https://archive.org/details/some.item-1"),
        ("https://audioblog.arteradio.com/embed/98898", "https://audioblog.arteradio.com/embed/98898"),
        ("https://www.arteradio.com/embed/61657661", "https://www.arteradio.com/embed/61657661"),
        ("https://pod.example/@show/episodes/one/embed/light", "https://pod.example/@show/episodes/one"),
        ("https://www.dailymotion.com/embed/video/x8abc?autoplay=1",
         "https://www.dailymotion.com/video/x8abc"),
        ("https://geo.dailymotion.com/player/xf7zn.html?mute=1&video=x8abc",
         "https://www.dailymotion.com/video/x8abc"),
        ("https://www.openstreetmap.org/export/embed.html?bbox=5.36%2C44.74%2C5.38%2C44.76&layer=mapnik",
         "https://www.openstreetmap.org/?minlon=5.36&minlat=44.74&maxlon=5.38&maxlat=44.76"),
        (("https://www.openstreetmap.org/export/embed.html?bbox=5.36,44.74,5.38,44.76&layer=mapnik&"
          "marker=44.75%2C5.37"),
         ("https://www.openstreetmap.org/?minlon=5.36&minlat=44.74&maxlon=5.38&maxlat=44.76&mlat=44.75&"
          "mlon=5.37")),
        (f"https://tube.example/videos/embed/{UUID}?title=0", f"https://tube.example/w/{UUID}"),
        (f"http://www.tube.example:9000/videos/embed/{SHORT}", f"http://www.tube.example:9000/w/{SHORT}"),
        (f"https://tube.example/videos/watch/{UUID}", f"https://tube.example/w/{UUID}"),
        (f"https://tube.example/video-playlists/embed/{UUID}", f"https://tube.example/w/p/{UUID}"),
        ("https://tube.example/videos/embed/short", ""),
        ("https://w.soundcloud.com/player/?color=f&url=https%3A//soundcloud.com/radio/one&auto_play=false",
         "https://soundcloud.com/radio/one"),
        ("https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F1",
         "https://w.soundcloud.com/player/?url=https%3A%2F%2Fapi.soundcloud.com%2Ftracks%2F1"),
        ("https://umap.openstreetmap.fr/fr/map/diois_1234?scaleControl=false#9/44.7/5.3",
         "https://umap.openstreetmap.fr/fr/map/diois_1234"),
        ("https://framacarte.org/m/99/?a=b", "https://framacarte.org/m/99"),
        ("https://player.vimeo.com/video/123456?color=f", "https://vimeo.com/123456"),
        ("https://player.vimeo.com/video/123456?color=f&h=abc12", "https://vimeo.com/123456/abc12"),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ?start=4", VIDEO),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", VIDEO),
        ("http://www.youtube.com/v/dQw4w9WgXcQ&hl=fr", VIDEO),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", VIDEO),
        ("https://www.youtube.com/embed/videoseries?list=PLx-1",
         "https://www.youtube.com/playlist?list=PLx-1"),
        ("https://www.youtube.com/embed/live_stream?channel=UCx", "https://www.youtube.com/channel/UCx/live"),
        ("https://www.youtube.com.evil.example/embed/dQw4w9WgXcQ", ""),
        ("https://evil.example/?https://www.youtube.com/embed/dQw4w9WgXcQ", ""),
        ("https://evil.example/#https://vimeo.com/1", ""),
        ("javascript:https://vimeo.com/1", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_players(player: str, expected: str) -> None:
    """A player's address leads to the page of what it plays."""
    assert expected == player_page(player)
    assert player_page(expected) in {expected, ""}


@pytest.mark.parametrize(
    ("source", "left", "enclosures"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>", ()),
        (('<p>a</p><iframe title="Une &lt;vidéo&gt;" '
          'src="//www.youtube.com/embed/dQw4w9WgXcQ?a&#038;b"></iframe><p>b'),
         "<p>a</p><p>b", (page(VIDEO, "Une <vidéo>"),)),
        ("<IFRAME SRC=https://vimeo.com/1>fallback</IFRAME>a", "a", (page("https://vimeo.com/1"),)),
        ('<iframe src="about:blank" data-src="https://vimeo.com/1"></iframe>', "",
         (page("https://vimeo.com/1"),)),
        (('<iframe data-lazy-src="https://vimeo.com/1"></iframe><noscript><iframe '
          'src="https://vimeo.com/1"></iframe></noscript>'),
         "<noscript></noscript>", (page("https://vimeo.com/1"),)),
        ('<iframe data-litespeed-src="https://vimeo.com/1"></iframe>', "", (page("https://vimeo.com/1"),)),
        ('<iframe src="https://x.example/a?b&amp;c" title="A &amp; b"></iframe>',
         '<a href="https://x.example/a?b&amp;c">A &amp; b</a>', ()),
        ('<iframe src="widget.html"></iframe>',
         '<a href="https://site.example/blog/widget.html">site.example</a>', ()),
        ('<iframe src="https://x.example/" height="0"></iframe>', "", ()),
        ('<iframe src="https://x.example/" style="visibility: hidden"></iframe>', "", ()),
        ('<iframe src="https://www.googletagmanager.com/ns.html?id=x"></iframe>', "", ()),
        ('<iframe src="javascript:alert(1)"></iframe><iframe srcdoc="<p>a</p>"></iframe><iframe>', "", ()),
        (('<!-- <iframe src="https://vimeo.com/1"></iframe> -->a<script>"<iframe '
          'src=https://vimeo.com/1>"</script>'),
         ('<!-- <iframe src="https://vimeo.com/1"></iframe> -->a<script>"<iframe '
          'src=https://vimeo.com/1>"</script>'), ()),
        ('<audio controls src="../a.mp3">none</audio>b', "b",
         (Enclosure(url="https://site.example/a.mp3", type="audio/mpeg"),)),
        ('<audio src="/stream/1" title="Direct" />b', "b",
         (Enclosure(url="https://site.example/stream/1", type="audio/mpeg", title="Direct"),)),
        (('<video width="640" height="360px" poster="/p.jpg" title="t"><source src="/a.webm" '
          'type=\'video/webm; codecs="vp9"\'>'
          '<source src="/a.mp4"><source src="/a.mp4"><track src="/a.vtt">none</video>b'),
         '<img src="https://site.example/p.jpg" alt="t">b',
         (Enclosure(url="https://site.example/a.webm", type="video/webm", title="t", width=640, height=360,
                    alternatives=(Alternative(url="https://site.example/a.mp4", type="video/mp4"),)),)),
        ("<video><source src=blob:x><source src=data:video/mp4,x></video>a", "a", ()),
        ("a<audio src=/a.ogg>b <b>c</b>", "ab <b>c</b>",
         (Enclosure(url="https://site.example/a.ogg", type="audio/ogg"),)),
        ("<audio src=/a.ogg>b<audio src=/b.mp3>c</audio>d</audio>e", "bd</audio>e",
         (Enclosure(url="https://site.example/a.ogg", type="audio/ogg"),
          Enclosure(url="https://site.example/b.mp3", type="audio/mpeg"))),
        (('<object><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ?a"><embed '
          'src="http://www.youtube.com/v/dQw4w9WgXcQ"></object>'),
         ('<object><param name="movie" value="http://www.youtube.com/v/dQw4w9WgXcQ?a"><embed '
          'src="http://www.youtube.com/v/dQw4w9WgXcQ"></object>'),
         (page(VIDEO),)),
        (('<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n'
          'https://youtu.be/dQw4w9WgXcQ\n</div></figure>'),
         '<figure class="wp-block-embed"><div class="wp-block-embed__wrapper"></div></figure>',
         (page(VIDEO),)),
        ('<div class="wp-block-embed__wrapper">https://x.example/toot</div>',
         '<div class="wp-block-embed__wrapper"><a href="https://x.example/toot">x.example</a></div>', ()),
    ],
)  # fmt: skip
def test_embedded(source: str, left: str, enclosures: tuple[Enclosure, ...]) -> None:
    """Players leave a text as enclosures, other frames as links, and the rest stays to the letter."""
    assert (left, enclosures) == extract_players(source, BASE)


def test_embedded_and_cleaned() -> None:
    """What players leave behind is cleaned away: empty figures, old players, frames for those without
    JavaScript.
    """
    source = (
        '<p>a</p><figure class="wp-block-embed"><div><iframe '
        'src="https://vimeo.com/1"></iframe></div></figure>'
        '<object><embed src="http://www.youtube.com/v/dQw4w9WgXcQ"></object><p>b</p>'
    )
    assert "<p>a</p>\n<p>b</p>" == clean_html(extract_players(source, BASE)[0], BASE)


def test_a_text_has_twenty_enclosures_at_most() -> None:
    """What is more than twenty becomes links; the same twice counts once."""
    frames = [f'<iframe src="https://vimeo.com/{number}"></iframe>' for number in range(22)]
    left, enclosures = extract_players("".join(frames[:1] + frames) + "<audio src=/a.mp3></audio>", BASE)
    assert tuple(page(f"https://vimeo.com/{number}") for number in range(20)) == enclosures
    assert (
        '<a href="https://vimeo.com/20">vimeo.com</a><a href="https://vimeo.com/21">vimeo.com</a>'
        '<a href="https://site.example/a.mp3">site.example</a>'
    ) == left


PIECES = st.sampled_from(
    [
        "<iframe src='https://vimeo.com/1'>", "<iframe src=//x", "</iframe>", "<audio src=a>", "<audio/>",
        "</audio>", "<video poster=p>", "</video>", "<source src=b.mp4 type=video/mp4>", "<source>",
        "<object data=x>", "</object>", "<embed src=https://youtu.be/dQw4w9WgXcQ>",
        "<param name=movie value=x>", "<noscript>", "</noscript>", "<script>",
        '<div class="wp-block-embed__wrapper">', "</div>", "https://youtu.be/dQw4w9WgXcQ", " ", "x", "<", ">",
        '"', "<!--", "-->", "<iframe src='http://['>", "<iframe title='&#60;b&#62;' src='https://x.example'>",
        "é", "\x00",
    ]
)  # fmt: skip


@settings(max_examples=500)
@example('<audio><div class="wp-block-embed__wrapper">https://youtu.be/dQw4w9WgXcQ<', BASE)
@given(
    st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80),
    st.sampled_from(["", BASE, "http://[", "x"]),
)
def test_nothing_raises_nor_grows(source: str, base: str) -> None:
    """Whatever a text holds, its enclosures have safe addresses, and what is left of it costs little more
    than itself.
    """
    left, enclosures = extract_players(source, base)
    assert [one.url for one in enclosures] == [safe_url(one.url) for one in enclosures]
    assert len(enclosures) <= 20
    assert len(left) <= 4 * len(source) + (len(base) + 30) * source.count("<")
    clean = clean_html(left, base)
    assert clean == clean_html(clean, base)


@pytest.mark.parametrize(
    "hostile",
    ["<iframe src=//x>", "<iframe ", "<audio src=a>", "<video><source src=b>", "<audio></video>", "<object>",
     "<noscript><embed ",
     '<div class="wp-block-embed__wrapper">https://x.example'],
)  # fmt: skip
def test_hostile_players_are_read_in_linear_time(hostile: str) -> None:
    """Text made to keep the reader busy is read once: the suite would not end otherwise."""
    left, enclosures = extract_players(hostile * 50_000, BASE)
    assert len(left) < 10 * len(hostile) * 50_000
    assert len(enclosures) <= 20
