"""Lists of feeds as other programs keep them, read: OPML 1 and 2 (http://opml.org/spec2.opml)."""

from __future__ import annotations

import codecs
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

LARGEST = 5_000_000
_DEEPEST = 50
_MOST_TAGS = 20
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Outline(Record, frozen=True):
    """One feed of a list; ``url`` and ``homepage`` as written there, which may be anything."""

    url: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()


def read(data: bytes) -> tuple[Outline, ...]:
    """Return the feeds of a list, each address once, folders taken apart; raises KiosqueError where it isn't one.

    A folder is how someone sorts their reading and says nothing of a medium; categories become tags.
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
        # Not by listparser.parse: it fetches what looks like an address, and reads otherwise where lxml is there.
        # Never closed: html.parser then takes a time that grows with the square of what is broken.
        reader.feed(text.replace("<![", "<! ["))
    except (AssertionError, LookupError, ValueError) as error:
        message = _("this list can't be read ({reason}): export it again from the program that made it")
        raise KiosqueError(message.format(reason=reason_of(error))) from error
    if not reader.harvest["version"]:
        raise KiosqueError(_("this is not an OPML list: export one from your feed reader, as OPML"))
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
    # What says that it is UTF-8 and isn't comes from old programs for Windows.
    return data.decode("cp1252", errors="replace")


class _Outlines(OpmlMixin):
    """listparser's reader of OPML, which keeps of each outline what listparser leaves out: its page and language."""

    def __init__(self) -> None:
        super().__init__()
        self.harvest.update(version="", feeds=[], lists=[], opportunities=[], meta=SuperDict(), bozo=False)
        self.outlines: dict[str, Outline] = {}

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        # listparser keeps for each feed all folders that it lies in: nested without end, they fill the memory.
        if len(self.hierarchy) >= _DEEPEST:
            raise ValueError(_("folders within folders, {number} deep").format(number=_DEEPEST))
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
    """Yield the last parts of categories, which OPML writes ``/Culture/Musique,/Local``."""
    for category in categories.split(","):
        if name := line_text(category).rstrip("/").rpartition("/")[2].strip():
            yield name
