"""Videos: nobody else is called before the click, and one knows beforehand who will be."""

from __future__ import annotations

import pytest

from kiosque.site.hub.embeds import Embed, embed
from player.conftest import Listener

PEERTUBE = "https://tube.example/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv?autoplay=1&p2p=0"
YOUTUBE = "https://www.youtube-nocookie.com/embed/yvKGgT3GuJ0?autoplay=1&rel=0"


@pytest.mark.parametrize(
    ("name", "address", "told"),
    [
        ("peertube", PEERTUBE, "tube.example"),
        ("youtube", YOUTUBE, "Google"),
    ],
)
def test_another_host_is_called_after_the_click(
    with_frames: Listener, name: str, address: str, told: str
) -> None:
    """A note says who will see the visit; the frame can't lead the window elsewhere, and has the focus."""
    with_frames.go(f"/medias/ancienne/2026/{name}/")
    with_frames.until("document.querySelector('.frame button')")
    assert [] == with_frames.asked
    assert told in with_frames.find(".frame__note").inner_text()
    with_frames.find(".frame button").click()
    frame = with_frames.find(".frame iframe")
    assert [address, "strict-origin", True] == [
        frame.get_attribute("src"),
        frame.get_attribute("referrerpolicy"),
        with_frames.ask("document.activeElement.localName === 'iframe'"),
    ]
    assert "top-navigation" not in (frame.get_attribute("sandbox") or "top-navigation")
    assert address in with_frames.asked


def test_where_frames_are_forbidden_the_link_remains(listener: Listener) -> None:
    """A host whose policy lets no frame in leaves what was there, and says why."""
    listener.go("/medias/ancienne/2026/youtube/")
    listener.find(".frame button").click()
    listener.until("document.querySelector('[data-dead]').checkVisibility()")
    assert ["https://www.youtube.com/watch?v=yvKGgT3GuJ0", True] == [
        listener.find("[data-dead] a").get_attribute("href"),
        listener.find(".frame button").is_visible(),
    ]
    assert [] == listener.asked


def test_what_is_heard_pauses_for_a_video(with_frames: Listener) -> None:
    """Two don't sound at once."""
    with_frames.go("/medias/essai/2026/long/")
    with_frames.find("main button[data-play]").click()
    with_frames.plays()
    with_frames.ask("document.querySelector('main .up a').href = '/medias/ancienne/2026/youtube/'")
    with_frames.find("main .up a").click()
    with_frames.find(".frame button").click()
    with_frames.until("sounds[0].paused")


def test_a_file_is_played_by_the_browser(listener: Listener) -> None:
    """Nothing of it is asked for before; where it doesn't answer, that is said with the link to the
    source.
    """
    listener.go("/medias/ancienne/2026/film/")
    assert [] == listener.asked
    assert "films.example" in listener.find("figcaption").inner_text()
    listener.ask("void document.querySelector('video').play().catch(() => {})")
    listener.until("document.querySelector('[data-dead]').checkVisibility()")
    assert "https://ancienne.example/film" == listener.find("[data-dead] a").get_attribute("href")


def test_without_javascript_a_link_leads_to_the_source(without_scripts: Listener) -> None:
    """In the place of the button."""
    without_scripts.page.goto(without_scripts.address + "/medias/ancienne/2026/youtube/")
    assert "https://www.youtube.com/watch?v=yvKGgT3GuJ0" == without_scripts.find(".frame a").get_attribute(
        "href"
    )
    assert [] == without_scripts.asked


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("https://archive.org/details/bal-1987",
         ("https://archive.org/embed/bal-1987?autoplay=1", "archive.org", "Internet Archive", "video")),
        ("https://pod.example/@radio/episodes/un",
         ("https://pod.example/@radio/episodes/un/embed", "pod.example", "", "sound")),
        ("https://www.dailymotion.com/video/x8abc",
         ("https://geo.dailymotion.com/player.html?video=x8abc", "geo.dailymotion.com", "", "video")),
        ("https://www.openstreetmap.org/?minlon=5.0&minlat=44.5&maxlon=5.5&maxlat=44.9",
         ("https://www.openstreetmap.org/export/embed.html?bbox=5.0%2C44.5%2C5.5%2C44.9", "openstreetmap.org",
          "", "map")),
        ("https://tube.example/w/p/kkGMgK9ZtnKfYAgnEtQxbv",
         ("https://tube.example/video-playlists/embed/kkGMgK9ZtnKfYAgnEtQxbv?autoplay=1&p2p=0",
          "tube.example", "", "video")),
        ("https://soundcloud.com/radio/bal",
         ("https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fradio%2Fbal&auto_play=true",
          "w.soundcloud.com", "", "sound")),
        ("https://umap.openstreetmap.fr/fr/map/fontaines_12",
         ("https://umap.openstreetmap.fr/fr/map/fontaines_12", "umap.openstreetmap.fr", "", "map")),
        ("https://vimeo.com/123/abc",
         ("https://player.vimeo.com/video/123?h=abc&dnt=1&autoplay=1", "player.vimeo.com", "", "video")),
        ("https://vimeo.com/123",
         ("https://player.vimeo.com/video/123?dnt=1&autoplay=1", "player.vimeo.com", "", "video")),
        ("https://www.youtube.com/playlist?list=PL1",
         ("https://www.youtube-nocookie.com/embed/videoseries?list=PL1&autoplay=1", "youtube-nocookie.com",
          "Google", "video")),
    ],
)  # fmt: skip
def test_each_known_page_has_its_player(page: str, expected: tuple[str, str, str, str]) -> None:
    """The table leads from a page to its player, who is called, and what it plays."""
    assert Embed(*expected) == embed(page)


@pytest.mark.parametrize(
    "page",
    ["https://blog.example/article", "http://www.youtube.com/watch?v=yvKGgT3GuJ0", "javascript:alert(1)", ""],
)
def test_other_pages_have_none(page: str) -> None:
    """What isn't known, or isn't encrypted, remains a link."""
    assert embed(page) is None
