"""Summaries go without what plugins of blogs add to each text; the table of it says which."""

from __future__ import annotations

import pytest

from kiosque.html.added import CONTAINERS, SENTENCES, Container, Sentence, own_text

OWN = "Le moulin tourne."


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: f"{row.start}{row.middle}")
def test_a_sentence_at_the_end_is_left_out(row: Sentence) -> None:
    """Each row of the table leaves out its example, and names where it comes from."""
    assert row.source
    assert own_text(f"<p>{OWN}</p>\n<p>{row.example}</p>") == OWN
    assert own_text(row.example) == ""


@pytest.mark.parametrize("row", CONTAINERS, ids=lambda row: row.name)
def test_an_element_is_left_out_wherever_it_stands(row: Container) -> None:
    """Each row of the table leaves out its example, and names where it comes from."""
    assert row.source
    assert own_text(f"{row.example}<p>{OWN}</p>{row.example}") == OWN


def test_several_follow_each_other() -> None:
    """What several plugins add goes, in whichever order it stands."""
    added = [row.example for row in SENTENCES[:3]] + [CONTAINERS[0].example]
    assert own_text("".join(f"<p>{one}</p>" for one in [OWN, *added, *reversed(added)])) == OWN


@pytest.mark.parametrize(
    "own",
    [
        "L’article est apparu en premier sur papier, puis sur la toile. Nous l’avons relu avec son auteur.",
        f"Abonnez-vous pour ne rien manquer de ce que disent {'les gens, ' * 9}et le dimanche.",
        "J’aime ça : le moulin qui tourne.",
        "Le nouvel article paraît demain.",
        "sharedaddy, feedflare",
    ],
)
def test_the_words_of_people_stay(own: str) -> None:
    """A text that only resembles what plugins add is the author's own."""
    assert own_text(f"<p>{own}</p>") == own


def test_a_title_in_the_middle_of_a_text_is_no_start() -> None:
    """The sentence starts at the last words that may start it."""
    text = (
        "L’article de Marie parle du moulin. L’article Le moulin est apparu en premier sur Radio du Moulin."
    )
    assert own_text(text) == "L’article de Marie parle du moulin."
