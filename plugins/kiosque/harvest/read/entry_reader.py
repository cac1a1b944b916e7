"""Reads an entry of a feed from the dictionary that feedparser makes of it. Nothing is sanitized here."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kiosque.harvest.dates.instants import FeedDates
from kiosque.harvest.read import field_limits, podcast, texts
from kiosque.harvest.read.facts import authors as author_names
from kiosque.harvest.read.feedparser_mends import MEDIA_DESCRIPTION
from kiosque.harvest.read.media import MediaReader, is_video
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.raw import RawEntry, positive_integer
from kiosque.html import players
from kiosque.html.media.late_pictures import with_shown_pictures
from kiosque.html.plain_text import plain_text
from kiosque.languages import language_tag
from kiosque.model import Location
from kiosque.text import line_text
from kiosque.urls import safe_url

_DATES = ("published", "created", "updated")


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads feedparser's entries, as plain dictionaries.

    ``site`` is the base of relative addresses, other than those in texts. ``authors`` are those of entries
    without one.
    """

    origin: Origin
    site: str
    media: MediaReader
    dates: FeedDates
    is_atom: bool
    authors: Sequence[Mapping[str, Any]] = ()

    def entry(self, entry: Mapping[str, Any], details: podcast.ItemDetails) -> RawEntry:
        """Return an entry as the hub's own record."""
        entry = _with_links(entry)
        url = self.origin.resolve_page(_entry_link(entry), self.site)
        text, summary = self._texts(entry)
        base = self._base(text.base, url)
        written = texts.with_stated_bases(text.html, base or self.site)
        html, embedded = players.extract_players(written, base or self.site)
        _other, in_summary = players.extract_players(summary.html, self._base(summary.base, url) or self.site)
        published, created, updated = (self.dates.read(string(entry, name)) for name in _DATES)
        return RawEntry(
            guid=line_text(string(entry, "id")),
            url=url,
            title=self._title(entry),
            authors=self._authors(entry),
            people=field_limits.few(details.people, field_limits.PEOPLE),
            published=published or created or updated,
            updated=updated,
            language=self._language(entry),
            tags=field_limits.few(self._tags(entry)),
            html=html,
            base=base,
            summary_html=summary.html,
            image=self.media.image(entry),
            enclosures=self.media.enclosures(entry, details, (*embedded, *in_summary)),
            season=positive_integer(entry.get("itunes_season"), 10_000) or details.season,
            episode=positive_integer(entry.get("itunes_episode"), 1_000_000) or details.episode,
            locations=details.locations or tuple(self._locations(entry)),
            rights=plain_text(string(entry, "rights")) or details.licence or string(entry, "license"),
            is_video=is_video(entry),
        )

    def _title(self, entry: Any) -> str:
        title = string(entry, "title")
        return field_limits.title(
            line_text(html.unescape(title))
            if _is_plain(entry.get("title_detail") or {})
            else plain_text(title)
        )

    def _texts(self, entry: Any) -> tuple[texts.Text, texts.Text]:
        """Return the text of an entry and its summary."""
        contents = (detail for detail in entry.get("content") or () if isinstance(detail, dict))
        content = texts.fullest(map(self._text, contents))
        summary = self._text(entry.get("summary_detail") or {})
        if not content.html and not summary.html:
            # The text of a video is all that its entry says. Beside another text, it is that of a picture.
            content = self._text({"value": string(entry, MEDIA_DESCRIPTION)})
        return texts.text_and_summary(content, summary)

    def _text(self, detail: Mapping[str, Any]) -> texts.Text:
        text = texts.text_of(detail, is_atom=self.is_atom)
        return msgspec.structs.replace(text, html=with_shown_pictures(text.html))

    def _base(self, declared: str, page: str) -> str:
        """Return the base of the relative addresses in a text: ``xml:base``, else the entry's own page."""
        return (declared and self.origin.resolve_page(declared, page or self.site)) or page

    def _language(self, entry: Any) -> str:
        details = [
            {"language": entry.get("language")},
            entry.get("title_detail") or {},
            *(entry.get("content") or ()),
            entry.get("summary_detail") or {},
        ]
        return next((tag for detail in details if (tag := language_tag(detail.get("language") or ""))), "")

    def _authors(self, entry: Any) -> tuple[str, ...]:
        """Return the names of an entry's authors, else its source's, else its feed's.

        Only Atom has the latter two (RFC 4287, section 4.2.1). An author with nothing but an address of mail
        is one, without a name.
        """
        source = entry.get("source") or {}
        for authors in (entry.get("authors"), source.get("authors"), self.authors):
            given = [author for author in authors or () if author.get("name") or author.get("email")]
            if given:
                return author_names.names(str(author.get("name") or "") for author in given)
        return ()

    def _tags(self, entry: Any) -> Iterable[str]:
        for tag in entry.get("tags") or ():
            name = plain_text(html.unescape(str(tag.get("label") or tag.get("term") or ""))).lstrip("#")
            if name and len(name) <= 80 and "://" not in name:
                yield name

    def _locations(self, entry: Any) -> Iterable[Location]:
        where = entry.get("where") or {}
        point = where.get("coordinates") if where.get("type") == "Point" else None
        if point is None:
            point = _point(entry.get("geo_long"), entry.get("geo_lat"))
        if isinstance(point, tuple) and len(point) >= 2 and abs(point[1]) <= 90 and abs(point[0]) <= 180:
            yield Location(latitude=point[1], longitude=point[0])


def _point(longitude: object, latitude: object) -> tuple[float, float] | None:
    try:
        return float(str(longitude)), float(str(latitude))
    except ValueError:
        return None


def string(fields: Mapping[str, Any], name: str) -> str:
    """Return a text of a dictionary without spaces around it; empty if it has none."""
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _entry_link(entry: Any) -> str:
    """Return an entry's link, if any: without a link, feedparser gives the guid, which may be no address."""
    link = string(entry, "link")
    return "" if link == string(entry, "id") and "/" not in link else link


def all_dates(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the dates of entries, as they are written."""
    for entry in entries:
        yield from (string(entry, name) for name in _DATES if name in entry)


def _is_plain(detail: Mapping[str, Any]) -> bool:
    return detail.get("type") == "text/plain"


def _with_links(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with the enclosures and licence that feedparser's dictionary finds only when asked.

    Where FeedBurner counts who follows links, the addresses behind its own count.
    """
    links = entry.get("links") or ()
    licence = next((link["href"] for link in links if link.get("rel") == "license" and "href" in link), "")
    enclosures = [link for link in links if link.get("rel") == "enclosure"]
    if original := safe_url(string(entry, "feedburner_origlink")):
        entry = {**entry, "link": original}
    if enclosures and (original := safe_url(string(entry, "feedburner_origenclosurelink"))):
        counting = enclosures[0].get("href")
        enclosures[0] = {**enclosures[0], "href": original}
        media = entry.get("media_content") or ()
        media = [{**one, "url": original} if one.get("url") == counting else one for one in media]
        entry = {**entry, "media_content": media}
    return {**entry, "enclosures": enclosures, "license": licence or entry.get("license")}
