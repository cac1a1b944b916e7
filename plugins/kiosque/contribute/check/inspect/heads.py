"""Check the head of a content file: communes, dates, title, licences, addresses, feeds of a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import msgspec

from kiosque.content.content_files import same_slug
from kiosque.content.linking.named_files import FEEDS, NamedFiles
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.inspect.images import likely_picture
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import LIKELY, RULES
from kiosque.i18n import N_, _, current_language
from kiosque.model import Problem, Scope, Source
from kiosque.text import excerpt, line_text
from kiosque.wording.localized import format_day

# The first public pages of the web are of 1991: an earlier year is likely to be a typing error.
_FIRST_YEAR = 1991
_LATEST = timedelta(days=400)
_FEWEST_LETTERS = 8
_MOST_CAPITALS = 0.8


def communes(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each commune that isn't the code of a commune of the territory."""
    for field in text.kind.fields:
        if field.shape.name != "commune" or field.name not in text.parsed.places:
            continue
        located = text.place(field.name)
        code = text.parsed.values.get(field.name)
        if code is None and located.value not in {None, ""}:
            value = line_text(str(located.plain()))
            remedy = hub.communes.remedy_for_name(value)
            yield RULES["commune-code"].at(
                text.path, located.line, located.column, remedy=remedy, value=value
            )
        elif code and hub.communes.by_code and code not in hub.communes.by_code:
            remedy = hub.communes.remedy_for_code(code)
            yield RULES["commune-unknown"].at(
                text.path, located.line, located.column, remedy=remedy, value=code
            )


def dates(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each unlikely date, for an end before the beginning, and for an end in the past."""
    for name, value in text.parsed.values.items():
        if isinstance(value, date) and _is_odd(value, hub, is_end=name == "expires"):
            yield from _odd(text, name, value, hub)
    begins, updated, ends = (_moment(text, name) for name in ("date", "updated", "expires"))
    if begins and updated and updated < begins:
        yield from _odd(text, "updated", updated, hub)
    if not ends:
        return
    place = text.place("expires")
    # “expires” is the first moment at which a text is over: people are told the last day before it.
    last_day = _day(ends - timedelta(seconds=1), hub)
    if begins and ends <= begins:
        yield RULES["expires-early"].at(
            text.path, place.line, place.column, end=last_day, start=_day(begins, hub)
        )
    elif ends <= hub.now:
        yield RULES["expired"].at(
            text.path,
            place.line,
            place.column,
            mend=N_("give “{key}” a later day if it still holds; there is nothing to do if it doesn’t"),
            end=last_day,
            key=text.parsed.keys.key("expires"),
        )


def _is_odd(value: date, hub: Context, *, is_end: bool) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    latest = hub.now.date() + _LATEST * (10 if is_end else 1)
    return day.year < _FIRST_YEAR or day > latest


def _odd(text: CheckedText, name: str, value: date, hub: Context) -> Iterator[Problem]:
    place = text.place(name)
    yield RULES["date-odd"].at(
        text.path, place.line, place.column, field=text.parsed.keys.key(name), value=_day(value, hub)
    )


def _moment(text: CheckedText, name: str) -> datetime | None:
    value = text.parsed.values.get(name)
    return value if isinstance(value, datetime) else None


def _day(value: date, hub: Context) -> str:
    local = value.astimezone(hub.settings.zone).date() if isinstance(value, datetime) else value
    return format_day(local, current_language())


def title(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem where the title is in capitals."""
    letters = [character for character in text.title if character.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    if len(letters) >= _FEWEST_LETTERS and capitals > _MOST_CAPITALS * len(letters) and " " in text.title:
        place = text.place(text.kind.title)
        yield RULES["title-capitals"].at(text.path, place.line, place.column, lower=text.title.capitalize())


def licences(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem where a text, or its picture, has no licence."""
    names = {field.name for field in text.kind.fields}
    if "licence" in names and not text.parsed.values.get("licence") and text.parsed.values:
        yield RULES["licence-missing"].at(
            text.path, 1, what=_("this text"), key=text.parsed.keys.key("licence")
        )
    for group in text.kind.fields:
        value = text.parsed.values.get(group.name)
        if isinstance(value, dict) and value.get("file") and not value.get("licence"):
            place = text.place(group.name)
            yield RULES["licence-missing"].at(
                text.path,
                place.line,
                place.column,
                what=_("the picture “{file}”").format(file=value["file"]),
                key=text.parsed.keys.key(f"{group.name}.licence"),
            )


def addresses(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each of its addresses that an earlier file has too."""
    for address in dict.fromkeys([text.address, *text.parsed.values.get("aliases", ())]):
        first = hub.addresses.get(address, [text.path])[0]
        if first != text.path:
            place = text.place("slug" if address == text.address else "aliases")
            problem = same_slug(text.path, address, first, text.parsed.keys.key("slug"))
            yield msgspec.structs.replace(problem, line=place.line, column=place.column)


def aliases(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each former address that is, or lies below, an address of today."""
    place = text.place("aliases")
    for alias in dict.fromkeys(text.parsed.values.get("aliases", ())):
        if address := hub.page_at(alias):
            yield RULES["alias-taken"].at(
                text.path, place.line, place.column, alias=excerpt(alias, 120), address=address
            )


def media(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield the problems of a source: missing files, feeds of another source, an agreement without a name."""
    source = text.parsed.record
    if not isinstance(source, Source):
        return
    for feed in source.feeds:
        if feed.is_file and hub.file(feed.url) is None:
            yield RULES["feed-missing"].at(text.path, feed.line, file=feed.url, **_likely_feed(feed.url, hub))
        elif (other := hub.feeds.get(feed.url, text.path)) != text.path:
            yield RULES["feed-twice"].at(text.path, feed.line, url=feed.url, other=other)
    if source.logo and hub.file(source.logo) is None:
        place = text.place("logo")
        yield RULES["logo-missing"].at(
            text.path,
            place.line,
            place.column,
            file=PurePosixPath(source.logo).name,
            **likely_picture(source.logo, text.path, hub),
        )
    agreement = source.agreement
    if agreement.scope is Scope.FULL and not (agreement.since and agreement.by):
        place = text.place("agreement")
        yield RULES["agreement-bare"].at(
            text.path,
            place.line,
            place.column,
            mend=N_("add “{since}:” and “{by}:” to the agreement"),
            since=text.parsed.keys.key("agreement.since").rpartition(".")[2],
            by=text.parsed.keys.key("agreement.by").rpartition(".")[2],
        )


def _likely_feed(path: str, hub: Context) -> dict[str, Any]:
    """Return the mend of a missing feed, and its values; empty where no other file is likely to be meant.

    Feeds can lie outside ``content/``: they are looked for there too, below the first folder of ``path``.
    """
    top, has_folder, _rest = path.partition("/")
    is_inside = has_folder and top not in {"", ".", ".."} and not (hub.root / top).is_symlink()
    beside = NamedFiles(hub.root, top).likely(path, FEEDS) if is_inside else ""
    likely = beside or hub.named.likely(path, FEEDS)
    return {"mend": LIKELY, "likely": likely} if likely else {}
