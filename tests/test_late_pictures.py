"""Pictures that scripts load late, smileys and ornaments, as the kept text has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.html.media.late_pictures import with_shown_pictures
from kiosque.html.sanitizer import clean_html

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f'<img src="{DOT}" data-src="/a.jpg" alt="A">', '<img src="/a.jpg" alt="A">'),
        ('<img loading="lazy" src="/images/1x1.gif" data-lazy-src="/a.jpg">', '<img src="/a.jpg">'),
        ('<img data-original="/a.jpg">', '<img src="/a.jpg">'),
        ('<img data-srcset="/s.jpg 300w, /a.jpg 1000w, /b.jpg 2000w">', '<img src="/a.jpg">'),
        ('<img srcset="/a,b.jpg 2x,/a.jpg">', '<img src="/a,b.jpg">'),
        ('<img src="blank.png" srcset="/s.jpg 300w">', '<img src="/s.jpg">'),
        ('<img src="/a.jpg" srcset="/b.jpg 2000w" data-caption="x">', '<img src="/a.jpg">'),
        ('<picture><source srcset="/a.avif" type=image/avif><source srcset="/a.webp"><img alt="A"></picture>',
         '<img src="/a.webp" alt="A">'),
        ('<picture><source data-srcset="/a.jpg"></picture>', '<img src="/a.jpg">'),
        ('<noscript><img src="/a.jpg"></noscript>', '<img src="/a.jpg">'),
        (f'<img src="{DOT}" class="lazyload"><noscript><img src="/a.jpg"></noscript>', '<img src="/a.jpg">'),
        ('<img data-src="/a-1024x768.jpg"> <noscript><img src="/a.jpg"></noscript>',
         '<img src="/a-1024x768.jpg">'),
        ('<noscript><img src="/a.jpg"></noscript><img class="lazy" data-src="/b.jpg">', '<img src="/b.jpg">'),
        ('<p><noscript><img src="/a.jpg"></noscript></p><p><img src="/a.jpg?x"></p>',
         '<p><img src="/a.jpg?x"></p>'),
        ('<img data-src="/a.jpg"><p>x</p><noscript><img src="/b.jpg"></noscript>',
         '<img src="/a.jpg"><p>x</p> <img src="/b.jpg">'),
        ('<noscript><img height="1" width="1" src="https://suivi.example/p"></noscript>', ""),
        ('<img data-src="javascript:alert(1)">', ""),
        ("<img data-src='/a.jpg\" onerror=\"alert(1)'>", ""),
    ],
)  # fmt: skip
def test_a_picture_that_is_loaded_late_is_kept_once(source: str, expected: str) -> None:
    """Each picture is in the kept text, as it would be with a plain address, and none is doubled."""
    assert clean_html(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<p>Oui <img src="https://s.w.org/images/core/emoji/15/1f642.png" alt="🙂" class="wp-smiley"></p>',
         "<p>Oui 🙂</p>"),
        ('<p>Oui <img src="/wp-includes/images/smilies/icon_wink.gif" alt=";)"></p>', "<p>Oui ;)</p>"),
        ('<p>Oui <img class="emoji" src="/x/1.svg" alt="&lt;3"></p>', "<p>Oui &lt;3</p>"),
        ('<p>Lise <img class="avatar avatar-48 photo" src="/lise.jpg" alt="Lise"></p>', "<p>Lise</p>"),
        ('<p>Lise <img src="https://secure.gravatar.com/avatar/0" alt="Lise"></p>', "<p>Lise</p>"),
        ('<a href="https://ko-fi.com/x"><img src="https://storage.ko-fi.com/cdn/k.png" alt="Don"></a>', ""),
        ('<p>CC <a href="https://x.example/"><img src="https://licensebuttons.net/l/by/88x31.png"></a></p>',
         "<p>CC</p>"),
        ('<p><img src="https://x.example/affiches/avatar-2.jpg"></p>',
         '<p><img src="https://x.example/affiches/avatar-2.jpg"></p>'),
    ],
)  # fmt: skip
def test_an_ornament_leaves_no_link_and_a_smiley_is_its_character(source: str, expected: str) -> None:
    """Portraits and badges go with the links that hold nothing else; a smiley is what it stands for."""
    assert clean_html(source).replace(" </p>", "</p>") == expected


@given(st.lists(st.sampled_from([
    "<img", " src='", "'", '"', ">", "<noscript>", "</noscript>", "<picture>", "</picture>",
    "<source srcset=a.jpg>", " data-src=/b.jpg", " class=emoji", " alt='<b>'", "<!--", "-->", "é",
]), max_size=12).map("".join))  # fmt: skip
def test_any_tags_of_pictures_are_read(source: str) -> None:
    """No text makes it raise, and cleaning what was cleaned changes nothing."""
    with_shown_pictures(source)
    clean = clean_html(source)
    assert clean_html(clean) == clean
