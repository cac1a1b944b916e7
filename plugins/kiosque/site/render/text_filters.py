"""The filters of templates for texts: they sanitize, typeset and lay out texts, and prepare letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from typing import Literal

from markupsafe import Markup

from kiosque import text
from kiosque.html import prose, sanitizer
from kiosque.settings.forge import mail
from kiosque.settings.pelicanconf import Site
from kiosque.site.hub.playable import MediaFile, Player
from kiosque.site.render.qr import qr
from kiosque.site.render.typography import french, french_html
from kiosque.site.render.validity import valid

_TEXT_WIDTH = "(min-width: 45rem) 42rem, 100vw"


@dataclass(frozen=True, slots=True)
class Body:
    """A text as its page shows it.

    ``contents`` is the table of contents, empty for a short text. ``pieces`` are HTML and players in their
    order.
    """

    contents: tuple[prose.Section, ...]
    pieces: tuple[Markup | Player, ...]


def filters(site: Site, catalogue: NullTranslations) -> dict[str, Callable[..., object]]:
    """Return the filters. A ``language`` is that of the text; empty stands for the hub's own."""
    _ = catalogue.gettext
    notes = (_("Note {number}"), _("Back to the text of note {number}"), _("Notes"))

    def is_french(language: str) -> bool:
        return (language or site.language).split("-")[0].lower() == "fr"

    @lru_cache(maxsize=20_000)
    def typeset(words: str, language: str = "") -> str:
        # Cached, since many pages show the same title: its own, lists, and those of neighbours and related
        # texts.
        return french(words) if is_french(language) else words

    def clean_prose(html: str, language: str = "") -> Markup:
        clean = prose.with_notes(valid(sanitizer.without_remote_pictures(sanitizer.scrub(html))), *notes)
        return Markup(french_html(clean) if is_french(language) else clean)  # noqa: S704 - clean HTML

    def body(html: str, language: str, pictures: Mapping[str, Sequence[tuple[str, int, int]]]) -> Body:
        # The text of an article was sanitized when this build, or another with the same code, read its file.
        marked, contents = prose.with_sections(valid(sanitizer.without_remote_pictures(html)))
        clean = prose.with_notes(prose.with_pictures(marked, pictures, _TEXT_WIDTH), *notes)
        clean = french_html(clean) if is_french(language) else clean
        pieces = (
            Markup(piece) if isinstance(piece, str) else _player(piece, site.root)  # noqa: S704 - clean HTML
            for piece in prose.with_media(clean, lambda url: url.startswith(f"{site.root}/"))
        )
        return Body(contents, tuple(piece for piece in pieces if piece))

    def letter(title: str, address: str) -> tuple[str, str]:
        """Return the subject and the beginning of a letter that a reader may write about a page."""
        subject = _("About “{title}”").format(title=text.excerpt(title, 100))
        return subject, "\n\n".join((site.url + address, _("What is wrong or missing:"), ""))

    return {
        "body": body,
        "letter": letter,
        "mail": mail,
        "prose": clean_prose,
        "qr": qr,
        "reading": prose.seconds_to_read,
        "typeset": typeset,
    }


def _player(media: prose.Media, root: str) -> Player:
    if media.type == "text/html":
        return Player(tag="frame", page=media.url, title=media.title)
    tag: Literal["audio", "video"] = "video" if media.type.startswith("video/") else "audio"
    if media.url.startswith("http://"):
        return Player(tag=tag, refused=media.url, title=media.title)
    # Without the path of the hub, which templates put before every address.
    file = MediaFile(url=media.url.removeprefix(root), type=media.type)
    return Player(tag=tag, files=(file,), title=media.title)
