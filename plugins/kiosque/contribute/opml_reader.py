"""Read lists of feeds that other programs export: OPML 1 and 2 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator

from listparser.common import SuperDict
from listparser.opml import OpmlMixin

from kiosque.i18n import _, current_language
from kiosque.languages import language_tag
from kiosque.model import KiosqueError, Record
from kiosque.text import line_text
from kiosque.wording.localized import format_size
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)
LARGEST = 5_000_000
_DEEPEST = 50
_MOST_TAGS = 20
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Outline(Record, frozen=True):
    """A feed of a list. ``url`` and ``homepage`` are unchecked text from the list."""

    url: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


def read(data: bytes) -> tuple[Outline, ...]:
    """Return the feeds of a list and of its folders, each address once; raise KiosqueError if it isn't OPML.

    Categories become tags. The names of folders don't: they tell how a person sorts their reading, not what a
    medium is about.
    """
    if len(data) > LARGEST:
        message = _("this list is larger than {size}: cut it into several")
        raise KiosqueError(message.format(size=format_size(LARGEST, current_language())))
    text = _decoded(data)
    if _ENTITY.search(text):
        raise KiosqueError(
            _("this list declares XML entities of its own, which is refused: it must go without")
        )
    reader = _Outlines()
    try:
        # listparser.parse isn't used: it fetches a text that looks like an address, and reads differently if
        # lxml is installed. The reader is never closed: in close(), html.parser would take a time that grows
        # with the square of the length of broken markup.
        reader.feed(text.replace("<![", "<! ["))
    except (AssertionError, LookupError, ValueError) as error:
        message = _("this list can't be read ({reason}): export it again from the program that made it")
        reason = str(error) if isinstance(error, _TooDeepError) else reason_of(error)
        raise KiosqueError(message.format(reason=reason)) from error
    if not reader.harvest["version"]:
        raise KiosqueError(_("this is not an OPML list: export one from your feed reader, as OPML"))
    logger.debug("list of feeds: %d bytes, %d feeds", len(data), len(reader.outlines))
    return tuple(reader.outlines.values())


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace")
    declared = _DECLARED.match(data.lstrip()[:500])
    for encoding in (declared[1].decode() if declared else "utf-8", "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    # Old programs for Windows declare UTF-8 and write cp1252.
    return data.decode("cp1252", errors="replace")


class _TooDeepError(ValueError):
    """Folders lie within folders, deeper than anybody sorts; its text is for people."""


class _Outlines(OpmlMixin):
    """listparser's reader of OPML, which also keeps the homepage and the language of each outline."""

    def __init__(self) -> None:
        super().__init__()
        self.harvest.update(version="", feeds=[], lists=[], opportunities=[], meta=SuperDict(), bozo=False)
        self.outlines: dict[str, Outline] = {}

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        # listparser keeps for each feed all folders around it. Folders nested without end would fill the
        # memory.
        if len(self.hierarchy) >= _DEEPEST:
            raise _TooDeepError(_("folders within folders, {number} deep").format(number=_DEEPEST))
        categories = ",".join(attrs.pop("category", "").split(",")[:_MOST_TAGS])
        before = len(self.harvest["feeds"])
        super().start_opml_outline(attrs)
        for feed in self.harvest["feeds"][before:]:
            self.outlines[feed["url"]] = Outline(
                url=line_text(feed["url"]),
                title=line_text(feed["title"]),
                homepage=attrs.get("htmlurl", "").strip(),
                language=language_tag(attrs.get("language", "")),
                tags=tuple(_tags(categories)),
            )


def _tags(categories: str) -> Iterator[str]:
    """Yield the last part of each category; OPML writes categories as ``/Culture/Musique,/Local``."""
    for category in categories.split(","):
        if name := line_text(category).rstrip("/").rpartition("/")[2].strip():
            yield name
