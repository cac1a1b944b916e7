"""What plugins of blogs add to each text: it says nothing about the text, so summaries go without it.

To leave out another one, add a row: its example is its test (`tests/test_added.py`).
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

from kiosque.html.plain_text import plain_text
from kiosque.html.tokenizer import Token, attributes, text_between
from kiosque.html.unseen import is_unseen, shown_tokens
from kiosque.text import line_text


class Sentence(NamedTuple):
    """A sentence at the end of a text, from ``start`` to the last word.

    ``middle`` stands between the title and the name of the site; empty where both are missing.
    """

    start: str
    middle: str
    source: str
    example: str


class Container(NamedTuple):
    """An element of HTML with this class."""

    name: str
    source: str
    example: str


_YOAST = "Yoast SEO, what it adds to feeds (`rssafter` of wordpress-seo)"
_NEWSLETTER = "Jetpack Newsletter, at the end of posts (`subscribe-modal`, `subscriptions`)"
_LIKES = "Jetpack Likes (`modules/likes`)"
SENTENCES = (
    Sentence("L’article ", " est apparu en premier sur ", _YOAST,
             "L’article Le moulin est apparu en premier sur Radio du Moulin."),
    Sentence("L'article ", " est apparu en premier sur ", _YOAST,
             "L'article Le moulin est apparu en premier sur Radio du Moulin"),
    Sentence("Cet article ", " est apparu en premier sur ", _YOAST,
             "Cet article Le moulin est apparu en premier sur Radio du Moulin."),
    Sentence("The post ", " appeared first on ", _YOAST, "The post Le moulin appeared first on Le Moulin."),
    Sentence("The post ", " first appeared on ", _YOAST, "The post Le moulin first appeared on Le Moulin."),
    Sentence("Der Beitrag ", " erschien zuerst auf ", _YOAST, "Der Beitrag Mühle erschien zuerst auf Radio."),
    Sentence("La entrada ", " se publicó primero en ", _YOAST, "La entrada Sol se publicó primero en Radio."),
    Sentence("La entrada ", " apareció primero en ", _YOAST, "La entrada Molino apareció primero en Radio."),
    Sentence("L'articolo ", " proviene da ", _YOAST, "L'articolo Il mulino proviene da Radio."),
    Sentence("L’articolo ", " proviene da ", _YOAST, "L’articolo Il mulino proviene da Radio."),
    Sentence("O post ", " apareceu primeiro em ", _YOAST, "O post O moinho apareceu primeiro em Radio."),
    Sentence("L'entrada ", " ha aparegut primer a ", _YOAST, "L'entrada El molí ha aparegut primer a Ràdio."),
    Sentence("Abonnez-vous pour ne rien manquer", "", _NEWSLETTER, "Abonnez-vous pour ne rien manquer !"),
    Sentence("En savoir plus sur ", " Abonnez-vous pour recevoir les derniers articles", _NEWSLETTER,
             "En savoir plus sur Le Moulin Abonnez-vous pour recevoir les derniers articles par e-mail."),
    Sentence("Discover more from ", " Subscribe to get the latest posts", _NEWSLETTER,
             "Discover more from Le Moulin Subscribe to get the latest posts sent to your email."),
    Sentence("J’aime ça : J’aime", "", _LIKES, "J’aime ça : J’aime chargement…"),
    Sentence("Like this: Like", "", _LIKES, "Like this: Like Loading…"),
)  # fmt: skip
CONTAINERS = (
    Container("a2a_kit", "AddToAny, the buttons alone",
              '<div class="a2a_kit a2a_kit_size_32"><a href="#">Facebook</a></div>'),
    Container("addtoany_share_save_container", "AddToAny (`add-to-any.php`)",
              '<div class="addtoany_share_save_container addtoany_content"><a href="#">Partager</a></div>'),
    Container("blogger-post-footer", "Blogger, the footer of its feeds",
              '<div class="blogger-post-footer">Merci de votre lecture</div>'),
    Container("crp_related", "Contextual Related Posts",
              '<div class="crp_related"><h3>À lire aussi</h3><ul><li>Le four</li></ul></div>'),
    Container("essb_links", "Easy Social Share Buttons",
              '<div class="essb_links"><ul class="essb_links_list"><li>Facebook</li></ul></div>'),
    Container("feedflare", "FeedBurner's FeedFlare", '<div class="feedflare"><a href="#">Partager</a></div>'),
    Container("heateor_sss_sharing_container", "Sassy Social Share",
              '<div class="heateor_sss_sharing_container"><div>Spread the love</div></div>'),
    Container("jp-relatedposts", "Jetpack Related Posts (`modules/related-posts`)",
              '<div id="jp-relatedposts" class="jp-relatedposts"><h3>Articles similaires</h3></div>'),
    Container("mailpoet_form", "MailPoet",
              '<div class="mailpoet_form"><form><label>Votre adresse</label></form></div>'),
    Container("mc4wp-form", "MC4WP: Mailchimp for WordPress",
              '<form class="mc4wp-form mc4wp-form-12"><label>Votre adresse</label></form>'),
    Container("rp4wp-related-posts", "Related Posts for WordPress",
              "<div class='rp4wp-related-posts'><h3>À lire aussi</h3><ul><li>Le four</li></ul></div>"),
    Container("sharedaddy", "Jetpack Sharing and Likes (`modules/sharedaddy`)",
              '<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block">'
              '<h3 class="sd-title">Partager :</h3><ul><li><a href="#">Facebook</a></li></ul></div></div>'),
    Container("shariff", "Shariff Wrapper",
              '<div class="shariff"><ul class="shariff-buttons"><li>teilen</li></ul></div>'),
    Container("ssba", "Simple Share Buttons Adder", '<div class="ssba"><p>Partager</p></div>'),
    Container("subscription-widget-wrap", "Substack",
              '<div class="subscription-widget-wrap"><p>Merci ! Abonnez-vous.</p></div>'),
    Container("subscription-widget-wrap-editor", "Substack, where a writer placed it",
              '<div class="subscription-widget-wrap-editor"><p>Abonnez-vous.</p></div>'),
    Container("swp_social_panel", "Social Warfare", '<div class="swp_social_panel"><a>Tweet</a></div>'),
    Container("tnp-subscription", "The Newsletter Plugin",
              '<div class="tnp tnp-subscription"><form><label>Votre adresse</label></form></div>'),
    Container("wp-block-jetpack-subscriptions", "Jetpack Subscriptions, the block",
              '<div class="wp-block-jetpack-subscriptions"><p>Saisissez votre adresse…</p></div>'),
    Container("wp_rp_content", "WordPress Related Posts",
              '<div class="wp_rp_content"><h3>À lire aussi</h3><ul><li>Le four</li></ul></div>'),
    Container("yarpp", "YARPP: Yet Another Related Posts Plugin",
              "<div class='yarpp yarpp-related'><h3>Sur le même sujet</h3><ol><li>Le four</li></ol></div>"),
)  # fmt: skip
_NAMES = frozenset(container.name for container in CONTAINERS)
# What an attribute with such a class may look like: most texts have none.
_CLASS = re.compile(rf"class=[\"'][^\"'<>]*?(?:{'|'.join(sorted(_NAMES))})")
# How long a title, the name of a site after it, and the rest of a sentence without these are at most, in
# characters.
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_REST = 300, 200, 80
_TAIL = 600


@lru_cache(maxsize=8)
def own_text(source: str, shown: str = "") -> str:
    """Return the text of HTML on one line, without what plugins add to it.

    ``shown`` is the plain text of the HTML, where it is known. The cache helps: a text is compared with
    another one, then shortened to a summary.
    """
    if _CLASS.search(source):
        found = shown_tokens(source, lambda token: is_unseen(token) or _is_added(token))
        return _without_sentences(line_text(html.unescape(text_between(found))))
    return _without_sentences(shown or plain_text(source))


def _is_added(token: Token) -> bool:
    values = attributes(token.attributes) if "class" in token.attributes.lower() else {}
    return not _NAMES.isdisjoint(values.get("class", "").split())


def _without_sentences(text: str) -> str:
    """Return a text without the sentences at its end that plugins add; each may follow another one."""
    for _each in range(len(SENTENCES)):
        tail = text[-_TAIL:]
        cut = max((_start_of(sentence, tail) for sentence in SENTENCES if sentence.start in tail), default=-1)
        if cut < 0:
            break
        text = text[: len(text) - len(tail) + cut].rstrip()
    return text


def _start_of(sentence: Sentence, tail: str) -> int:
    """Return where a sentence starts that ends a text; -1 if the text doesn't end with it."""
    middle = tail.rfind(sentence.middle) if sentence.middle else len(tail)
    start = tail.rfind(sentence.start, 0, max(middle, 0))
    if start < 0 or (start and tail[start - 1].isalnum()):
        return -1
    most, rest = (_LONGEST_TITLE, len(tail) - middle) if sentence.middle else (_LONGEST_REST, 0)
    is_short = middle - start - len(sentence.start) <= most and rest - len(sentence.middle) <= _LONGEST_NAME
    return start if is_short else -1
