"""French typography: what is mended, and what stays as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.site.render.typography import french, french_html

# Written with ~ for a no-break space and ' for a narrow one, so that they can be seen.
SHOWN = str.maketrans({"\u00a0": "~", "\u202f": "|"})


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("Quoi ?", "Quoi|?"),
        ("Quoi?", "Quoi|?"),
        ("Vraiment ?!", "Vraiment|?!"),
        ("Un ; deux", "Un|; deux"),
        ("Titre : la suite", "Titre~: la suite"),
        ("Titre: la suite", "Titre~: la suite"),
        ("«Bonjour»", "«|Bonjour|»"),
        ("« Bonjour ! »", "«|Bonjour|!|»"),
        ('Il dit "oui" puis "non".', "Il dit «|oui|» puis «|non|»."),
        ("C'est l'eau d'aujourd'hui", "C’est l’eau d’aujourd’hui"),
        ("Rock 'n' roll", "Rock 'n' roll"),
        ("Et puis...", "Et puis…"),
        ("Il a dit [...] que", "Il a dit […] que"),
        ("20 % de 3 000 000 €", "20~% de 3|000|000~€"),
        ("12 km en 3 h, 21 °C, 5 m²", "12~km en 3~h, 21~°C, 5~m²"),
        ("Un\u00a0: deux\u00a0!", "Un~: deux|!"),
    ],
)
def test_mended(written: str, mended: str) -> None:
    """What French readers expect."""
    assert mended == french(written).translate(SHOWN)


@pytest.mark.parametrize(
    "written",
    [
        "À 12:30 ou 10:00",
        "http://exemple.fr/?a=b",
        "Voir https://exemple.fr/x?, puis rien",
        "ecrire@exemple.fr",
        "C++; a != b",
        "Bien :-) et ;-) et :) et ;)",
        "std::string",
        "En 2026 300 personnes",
        "04 75 22 00 00",
        'Un écran de 12" ici',
        'Un seul " ici',
        "../dossier ...rien",
        "3 hommes, 2 mains",
        'Le «\u202fmot\u202f» a "d’autres" guillemets',
    ],
)
def test_left_alone(written: str) -> None:
    """Times, addresses, code, smileys and what can't be told stay."""
    assert written == french(written)


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("<p>Quoi&nbsp;? &amp; l'autre &lt;!&gt;</p>", "<p>Quoi|? &amp; l’autre &lt;!&gt;</p>"),
        ('<p>Lien <a href="/?a=1">l\'un</a> : oui</p>', '<p>Lien <a href="/?a=1">l’un</a>~: oui</p>'),
        ("<p>l'<em>eau</em> !</p>", "<p>l’<em>eau</em>|!</p>"),
        ("<code>if x ? y : z</code> ?", "<code>if x ? y : z</code>|?"),
        ("<pre><code>a ;</code> b ;</pre> c ;", "<pre><code>a ;</code> b ;</pre> c|;"),
        ('<p lang="en">It\'s "so" !</p>', '<p lang="en">It\'s "so" !</p>'),
        ('<p lang="fr">C\'est</p>', '<p lang="fr">C’est</p>'),
        ('<div lang="oc"><div>L\'aiga !</div> !</div> !', '<div lang="oc"><div>L\'aiga !</div> !</div>|!'),
        (
            '<img src="/a.webp" alt="l\'eau > la \'vie\' !"> !',
            '<img src="/a.webp" alt="l\'eau > la \'vie\' !">|!',
        ),
        ('<p lang="en">a<br>b ?</p>', '<p lang="en">a<br>b ?</p>'),
    ],
)
def test_html(written: str, mended: str) -> None:
    """Tags, attributes, references, code and other languages stay; texts between them are mended."""
    assert mended == french_html(written).translate(SHOWN)


PIECES = st.sampled_from(
    [
        *"ab1 '\"«»;:!?.…,()[]/-+=&\u00a0\u202f\n@",
        "...",
        "km",
        "000",
        "http://",
        "l'",
        "&amp;",
        "&nbsp;",
        "Été",
        "%",
    ]
)
TEXTS = st.lists(PIECES | st.characters(codec="utf-8"), max_size=30).map("".join)
LETTERS = re.compile(r"[\W_]")


@given(TEXTS)
def test_mended_once_is_mended(written: str) -> None:
    """What was mended stays the same."""
    assert french(written) == french(french(written))


@given(TEXTS)
def test_letters_stay(written: str) -> None:
    """No letter, digit or sentence mark is lost or added."""

    def kept(text: str) -> str:
        return re.sub(r"[\s\"'’«».…]", "", text)

    assert kept(written) == kept(french(written))


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<code>", "</code>", '<a href="/?x !">', "</a>", "<br>"])
        | TEXTS.map(lambda text: text.replace("<", "").replace(">", "").replace("&", "&amp;")),
        max_size=12,
    ).map("".join)
)
def test_tags_stay(written: str) -> None:
    """The tags are the same, in the same order."""
    tags = re.compile(r"<[^>]*>")
    assert tags.findall(written) == tags.findall(french_html(written))
