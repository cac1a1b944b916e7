"""The sounds, videos and pictures of an entry, and the facts about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.raw import RawEntry
from kiosque.model import Alternative, Chapter, Enclosure, Format, Picture, Transcript

ORIGIN = Origin("https://feed.example/feed", Path())
SITE = "https://port.example"
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:psc="http://podlove.org/simple-chapters"'
)


def feed(*items: str, namespaces: str = NAMESPACES) -> bytes:
    inner = "".join(f"<item><title>{number}</title>{item}</item>" for number, item in enumerate(items))
    return (
        f'<rss version="2.0" {namespaces}><channel><title>R</title><link>{SITE}/</link>{inner}'
        "</channel></rss>"
    ).encode()


def entry(item: str) -> RawEntry:
    return parse(feed(item), ORIGIN).entries[0]


def content(html: str) -> str:
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"


TRANSCRIPT = f'<podcast:transcript url="{SITE}/a.vtt" type="text/vtt"/>'
CHAPTERS = '<psc:chapters><psc:chapter start="0" title="Début"/></psc:chapters>'
SOUND = f'<enclosure url="{SITE}/a.mp3" length="9000000" type="audio/mpeg"/>'


@pytest.mark.parametrize(
    "address",
    [
        f"{SITE}/a.mp3", f"{SITE}/a.mp3?_=1", f"{SITE}/a.mp3?ver=1712.3", "http://www.port.example/a.mp3?_=12",
        "https://dts.podtrac.com/redirect.mp3/port.example/a.mp3",
    ],
)  # fmt: skip
def test_facts_of_one_file_are_joined(address: str) -> None:
    """A player in the text takes no fact of the same file away, whatever its address adds."""
    text = content(f'<p>Écoutez.</p><audio controls src="{address}"></audio>')
    item = f"{SOUND}<itunes:duration>600</itunes:duration>{TRANSCRIPT}{CHAPTERS}{text}"
    assert entry(item).enclosures == (
        Enclosure(
            url=f"{SITE}/a.mp3",
            type="audio/mpeg",
            length=9_000_000,
            duration=600.0,
            transcripts=(Transcript(url=f"{SITE}/a.vtt", type="text/vtt"),),
            chapters=(Chapter(start=0.0, title="Début"),),
        ),
    )


def test_another_encoding_in_the_text_is_an_alternative() -> None:
    """A player that offers the enclosure as one of its sources plays the same sound."""
    text = content(f'<audio><source src="{SITE}/a.ogg"><source src="{SITE}/a.mp3?_=1"></audio>')
    assert entry(SOUND + text).enclosures == (
        Enclosure(
            url=f"{SITE}/a.mp3",
            type="audio/mpeg",
            length=9_000_000,
            alternatives=(Alternative(url=f"{SITE}/a.ogg", type="audio/ogg"),),
        ),
    )


def test_the_only_sound_of_a_text_has_the_facts_of_its_entry() -> None:
    """Duration and chapters belong to the sound of the text where the entry has no file of its own."""
    sound = entry(f"<itunes:duration>60</itunes:duration>{CHAPTERS}" + content(f'<audio src="{SITE}/a.mp3">'))
    assert [(file.duration, len(file.chapters)) for file in sound.enclosures] == [(60.0, 1)]  # type: ignore[arg-type]


def test_facts_belong_to_the_sound_and_not_to_a_picture_before_it() -> None:
    """The duration of an entry is that of its sound, wherever that stands."""
    picture = f'<enclosure url="{SITE}/a.jpg" length="5000" type="image/jpeg"/>'
    files = entry(f"{picture}{SOUND}<itunes:duration>10:00</itunes:duration>").enclosures
    assert [file.duration for file in files] == [None, 600.0]


@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [
        ("a.ogg", "application/ogg", "audio/ogg"),
        ("a.ogv", "application/ogg", "video/ogg"),
        ("ecouter", "application/ogg", "audio/ogg"),
        ("a.mp3", "image/jpeg", "audio/mpeg"),
        ("a.opus", "application/octet-stream", "audio/ogg"),
        ("a.m4b", "application/force-download", "audio/mp4"),
        ("a.oga", "binary/octet-stream", "audio/ogg"),
        ("a.m4a", "video/mp4", "audio/mp4"),
        ("a.MP3", "text/html", "audio/mpeg"),
        ("voir.php?f=a.mp3&amp;n=2", "application/x-download", "audio/mpeg"),
        ("a.jpg", "audio/mpeg", "image/jpeg"),
        ("a.mp4", "audio/mp4", "audio/mp4"),
        ("a.webm", "audio/webm", "audio/webm"),
        ("a.mp3", "application/mp3", "audio/mpeg"),
        ("a", "audio/x-m4a; charset=utf-8", "audio/mp4"),
        ("a.pdf", "application/pdf", "application/pdf"),
        ("a.mp3", "", "audio/mpeg"),
        ("a", "application/octet-stream", ""),
    ],
)
def test_name_and_stated_type_decide_together(name: str, stated: str, expected: str) -> None:
    """What a file is called and what its feed says of it tell whether it is sound, video or picture."""
    found = entry(f'<enclosure url="{SITE}/{name}" length="5000000" type="{stated}"/>')
    assert [file.type for file in found.enclosures] == [expected]
    formats = {"audio": Format.SOUND, "video": Format.VIDEO}
    assert found.format == formats.get(expected.partition("/")[0], Format.TEXT)
    assert (found.image is not None) == (expected == "image/jpeg")


def test_a_player_says_that_ogg_is_sound() -> None:
    """A stated type that says little doesn't hide what an element plays."""
    text = content(f'<audio><source src="{SITE}/a.ogg" type="application/ogg"></audio>')
    assert entry(text).format == Format.SOUND


@pytest.mark.parametrize(
    ("length", "duration", "expected"),
    [
        ("3464", "3456", (None, 3456.0)),
        ("57600", "3600", (None, 3600.0)),
        ("57600000", "3600", (57_600_000, 3600.0)),
        # Minutes that were written as hours.
        ("2400000", "30:00:00", (2_400_000, None)),
        ("0", "60", (None, 60.0)),
    ],
)
def test_of_length_and_duration_the_impossible_one_goes(
    length: str, duration: str, expected: tuple[int | None, float | None]
) -> None:
    """A length that is a number of seconds or kilobytes is no number of bytes; the duration stays."""
    item = f'<enclosure url="{SITE}/a.mp3" length="{length}" type="audio/mpeg"/>'
    (file,) = entry(f"{item}<itunes:duration>{duration}</itunes:duration>").enclosures
    assert (file.length, file.duration) == expected


def test_the_first_list_of_chapters_counts() -> None:
    """Two lists of chapters aren't one list."""
    twice = f'<psc:chapters/>{CHAPTERS}<psc:chapters><psc:chapter start="5" title="Autre"/></psc:chapters>'
    assert entry(SOUND + twice).enclosures[0].chapters == (Chapter(start=0.0, title="Début"),)


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        ("<description>Pain & vin</description>", [1, 1, 1]),
        ("<inconnu:x>1</inconnu:x>", [1, 1, 1]),
        ("<description>un </b> deux</description>", [1, 1, 1]),
        ("<description>un < deux</description>", [1, 1, 1]),
    ],
)
def test_a_fault_of_xml_costs_no_facts_of_other_entries(fault: str, kept: list[int]) -> None:
    """The facts of the podcast namespace outlive a single fault, in the entry that has it too."""
    items = [f"{SOUND}{TRANSCRIPT}", f"{fault}{SOUND}{TRANSCRIPT}", f"{SOUND}{TRANSCRIPT}"]
    entries = parse(feed(*items), ORIGIN).entries
    assert [len(each.enclosures[0].transcripts) for each in entries] == kept


def test_a_prefix_that_is_not_declared_is_the_usual_one() -> None:
    """Facts aren't lost because their prefix isn't declared."""
    data = feed(f"{SOUND}{TRANSCRIPT}{CHAPTERS}", namespaces="")
    (file,) = parse(data, ORIGIN).entries[0].enclosures
    assert (len(file.transcripts), file.chapters) == (1, (Chapter(start=0.0, title="Début"),))


@pytest.mark.parametrize(
    "address",
    [
        "https://2.gravatar.com/avatar/ff?s=96", "https://avatars.githubusercontent.com/u/1?v=4",
        f"{SITE}/wp-content/uploads/avatars/3/lise.jpg", "https://i.creativecommons.org/l/by/4.0/88x31.png",
        "https://storage.ko-fi.com/cdn/kofi3.png", "https://img.shields.io/badge/don-oui.png",
        "https://s.w.org/images/core/emoji/15/72x72/1f600.png",
        f"{SITE}/wp-includes/images/smilies/icon_smile.gif",
        "https://pixel.wp.com/g.gif?blog=1", "https://www.paypalobjects.com/fr_FR/i/btn/btn_donate_SM.gif",
    ],
)  # fmt: skip
def test_an_ornament_is_not_the_picture_of_an_entry(address: str) -> None:
    """The picture comes after the portrait, badge, smiley or counter; without another one there is none."""
    ornament = f'<media:content url="{address.replace("&", "&amp;")}" medium="image"/>'
    picture = f'<media:content url="{SITE}/fete.jpg" medium="image"/>'
    found = [
        each.image and each.image.url for each in parse(feed(ornament + picture, ornament), ORIGIN).entries
    ]
    assert found == [f"{SITE}/fete.jpg", None]


PHOTO = (
    f'<media:content url="{SITE}/a.jpg" type="image/jpeg" medium="image"><media:description type="plain">'
    "Une table couverte d’ordinateurs &amp; de câbles, vue d’en haut.</media:description></media:content>"
    f'<media:content url="{SITE}/b.jpg" type="image/jpeg"><media:description>Autre</media:description>'
    "</media:content>"
)
POST = "<description>&lt;p&gt;Venez mardi.&lt;/p&gt;</description>"


@pytest.mark.parametrize("fields", [POST + PHOTO, PHOTO + POST, PHOTO + content("<p>Venez mardi.</p>")])
def test_the_description_of_a_picture_is_no_text_of_its_entry(fields: str) -> None:
    """As Mastodon writes it: however long it is and wherever it stands, it describes its own picture."""
    post = entry(fields)
    expected = Picture(
        url=f"{SITE}/a.jpg", alt="Une table couverte d’ordinateurs & de câbles, vue d’en haut."
    )
    assert ("<p>Venez mardi.</p>", "", expected) == (post.html, post.summary_html, post.image)


def test_the_description_of_a_video_is_its_text() -> None:
    """Where an entry says nothing else, as on YouTube, the description of its media is its text."""
    video = (
        f'<media:group><media:content url="{SITE}/a.mp4" type="video/mp4"/>'
        f'<media:thumbnail url="{SITE}/a.jpg"/>'
        "<media:description>Une crue.\n\nFilmée du pont.</media:description></media:group>"
    )
    (text, image) = (entry(video).html, entry(video).image)
    assert ("<p>Une crue.</p><p>Filmée du pont.</p>", Picture(url=f"{SITE}/a.jpg")) == (text, image)


def test_a_dot_is_not_the_picture_of_an_entry() -> None:
    """A picture that its feed says to be of one pixel counts readers."""
    assert entry(f'<media:thumbnail url="{SITE}/p.gif" width="1" height="1"/>').image is None


def test_rss_1_has_its_picture_beside_the_channel() -> None:
    """The picture of an RSS 1.0 feed stands beside its channel (section 5.4)."""
    data = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
    <channel rdf:about="{SITE}/"><title>P</title><link>{SITE}/</link>
    <image rdf:resource="{SITE}/l.png"/></channel>
    <image rdf:about="{SITE}/l.png"><title>P</title>
    <url>{SITE}/l.png?a=1&amp;b=2</url><link>{SITE}/</link></image>
    <item rdf:about="{SITE}/1"><title>Un</title><link>{SITE}/1</link></item></rdf:RDF>"""
    assert parse(data.encode(), ORIGIN).facts.image == f"{SITE}/l.png?a=1&b=2"
