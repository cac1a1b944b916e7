"""What a text becomes on its page: sections, notes, pictures, players."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.html.prose import (
    Media,
    Section,
    seconds_to_read,
    with_media,
    with_notes,
    with_pictures,
    with_sections,
)
from kiosque.html.sanitizer import clean_html

LONG = f"<p>{'mot ' * 700}</p>"


def test_sections_of_a_long_text() -> None:
    """Headings get ids from their words, hand-made ids stay, and those of the third level lie below the
    second's.
    """
    marked, contents = with_sections(
        f"<h2>Été &amp; eau</h2>{LONG}<h3>Les <em>sources</em></h3><h3>Les sources</h3>"
        '<h2 id="fin">La fin</h2>'
    )
    assert marked.replace(LONG, "") == (
        '<h2 id="ete-eau">Été &amp; eau</h2><h3 id="les-sources">Les <em>sources</em></h3>'
        '<h3 id="les-sources-2">Les sources</h3><h2 id="fin">La fin</h2>'
    )
    assert contents == (
        Section(
            id="ete-eau",
            title="Été & eau",
            parts=(
                Section(id="les-sources", title="Les sources"),
                Section(id="les-sources-2", title="Les sources"),
            ),
        ),
        Section(id="fin", title="La fin"),
    )


@pytest.mark.parametrize("text", ["<h2>A</h2><h2>B</h2><h2>C</h2>", f"<h2>A</h2>{LONG}<h2>B</h2>"])
def test_short_texts_have_no_contents(text: str) -> None:
    """Few words or fewer than three headings need no contents, but have ids all the same."""
    marked, contents = with_sections(text)
    assert ((), text.count("<h2>")) == (contents, marked.count("<h2 id="))


@pytest.mark.parametrize("given_id", ["contenu", "son-1", "related"])
def test_the_places_of_the_page_are_taken(given_id: str) -> None:
    """No heading takes an id that the page around it has."""
    assert with_sections(f'<h2 id="{given_id}">A</h2>')[0] == f'<h2 id="{given_id}-2">A</h2>'


@given(st.lists(st.sampled_from(["contenu", "son 1", "a", "b", "", "2", "a 2"]), max_size=12))
def test_ids_are_unique(titles: list[str]) -> None:
    """However headings are called, each has an id of its own."""
    marked, _contents = with_sections("".join(f"<h2>{title}</h2>" for title in titles))
    ids = re.findall(r'id="([^"]*)"', marked)
    assert len(ids) == len(set(ids)) == len(titles)
    assert not {"contenu", "son-1"} & set(ids)


def test_notes_are_named() -> None:
    """The links to a note and back say so, and all notes are a region; what Markdown says in English is
    gone.
    """
    markdown = (
        '<p>Mot<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup> et'
        '<sup id="fnref2:1"><a href="#fn:1">1</a></sup></p><div class="footnote"><hr><ol><li '
        'id="fn:1"><p>Note.&#160;'
        '<a href="#fnref:1" title="Jump back to footnote 1 in the text">&#8617;</a>'
        '<a href="#fnref2:1" title="Jump back to footnote 1 in the text">&#8617;</a></p></li></ol></div>'
    )
    assert with_notes(clean_html(markdown), "Note {number}", "Retour {number}", "Notes") == (
        '<p>Mot<sup id="fnref:1"><a class="footnote-ref" href="#fn:1" role="doc-noteref" aria-label="Note '
        '1">1</a></sup> '
        'et<sup id="fnref2:1"><a class="footnote-ref" href="#fn:1" role="doc-noteref" aria-label="Note '
        '1">1</a></sup></p>'
        '<section class="footnote" role="doc-endnotes" aria-label="Notes"><hr><ol><li '
        'id="fn:1"><p>Note.&nbsp;'
        '<a href="#fnref:1" role="doc-backlink" aria-label="Retour 1">↩</a>'
        '<a href="#fnref2:1" role="doc-backlink" aria-label="Retour 1">↩</a></p></li></ol></section>'
    )


def test_pictures_in_several_widths() -> None:
    """A picture of the hub that stands alone is a figure in several widths, its title its caption."""
    widths = {"/f/a-960.webp": [("/f/a-480.webp", 480, 270), ("/f/a-960.webp", 960, 540)]}
    alone = clean_html('<p><img src="/f/a-960.webp" alt="Un &quot;pont&quot;" title="Photo : A &lt; B"></p>')
    assert with_pictures(alone, widths, "42rem") == (
        '<figure><img src="/f/a-480.webp" srcset="/f/a-480.webp 480w, /f/a-960.webp 960w" sizes="42rem" '
        'width="960" '
        'height="540" alt="Un &quot;pont&quot;" loading="lazy" decoding="async">'
        "<figcaption>Photo : A &lt; B</figcaption></figure>"
    )


def test_other_pictures_stay() -> None:
    """A picture among words stays there, and one of no known width waits until it is seen."""
    inside = '<p>Un <img src="/g.png" alt="signe"> ici</p>'
    assert with_pictures(inside, {}, "42rem") == (
        '<p>Un <img loading="lazy" decoding="async" src="/g.png" alt="signe"> ici</p>'
    )


@pytest.mark.parametrize(
    ("link", "media"),
    [
        ('<p><a href="/f/son.mp3">Le son</a></p>', Media("/f/son.mp3", "audio/mpeg", "Le son")),
        (
            '<p><a href="https://a.example/b.webm?x=1">B</a></p>',
            Media("https://a.example/b.webm?x=1", "video/webm", "B"),
        ),
        (
            '<p><a href="https://youtu.be/abcdefghijk" rel="noopener">Film</a></p>',
            Media("https://www.youtube.com/watch?v=abcdefghijk", "text/html", "Film"),
        ),
    ],
)
def test_lonely_links_to_media_are_players(link: str, media: Media) -> None:
    """A paragraph that is nothing but a link to a sound or video becomes what plays it, in its place."""
    assert ["<p>A</p>", media, "<p>B</p>"] == with_media(f"<p>A</p>{link}<p>B</p>", lambda url: url[0] == "/")


@pytest.mark.parametrize(
    "text",
    [
        '<p>Voir <a href="/f/son.mp3">le son</a></p>',
        '<p><a href="/f/plan.pdf">Le plan</a></p>',
        '<p><a href="son.mp3">Nulle part</a></p>',
    ],
)
def test_other_links_stay(text: str) -> None:
    """A link among words, to another kind of file, or to nothing that is served, stays a link."""
    assert [text] == with_media(text, lambda url: url[0] == "/")


def test_reading_time() -> None:
    """A text of 400 words takes two minutes."""
    assert seconds_to_read(f"<p>{'mot ' * 400}</p>") == 120
