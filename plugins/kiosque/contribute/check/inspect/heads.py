"""Rules of a file's head: its communes, dates, titles, licences, addresses, and those of a medium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

import msgspec

from kiosque.content.records import same_slug
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.reading import Text
from kiosque.contribute.check.rules import RULES
from kiosque.i18n import N_, _, current_language
from kiosque.model import Problem, Scope, Source
from kiosque.text import line_text
from kiosque.wording.localized import format_day

# The web's first public pages are of 1991, and no hub is older than its oldest text by chance.
_FIRST_YEAR = 1991
_AHEAD = timedelta(days=400)
_FEWEST_LETTERS = 8
_MOST_CAPITALS = 0.8


def communes(text: Text, hub: Context) -> Iterator[Problem]:
    """Each commune is one of the territory, by its code."""
    for field in text.kind.fields:
        if field.shape.name != "commune" or field.name not in text.read.places:
            continue
        located = text.place(field.name)
        given = text.read.values.get(field.name)
        if given is None and located.value not in {None, ""}:
            value = line_text(str(located.plain()))
            remedy = hub.communes.remedy_for_name(value)
            yield RULES["commune-code"].at(
                text.path, located.line, located.column, remedy=remedy, value=value
            )
        elif given and hub.communes.by_code and given not in hub.communes.by_code:
            remedy = hub.communes.remedy_for_code(given)
            yield RULES["commune-unknown"].at(
                text.path, located.line, located.column, remedy=remedy, value=given
            )


def dates(text: Text, hub: Context) -> Iterator[Problem]:
    """Each date is one that can be meant, and what ends begins before."""
    for name, value in text.read.values.items():
        if isinstance(value, date) and _is_odd(value, hub, is_end=name == "expires"):
            yield from _odd(text, name, value, hub)
    begins, updated, ends = (_moment(text, name) for name in ("date", "updated", "expires"))
    if begins and updated and updated < begins:
        yield from _odd(text, "updated", updated, hub)
    if not ends:
        return
    place = text.place("expires")
    # An end is the first moment at which it is over: it is told as the last day before.
    last = _day(ends - timedelta(seconds=1), hub)
    if begins and ends <= begins:
        yield RULES["expires-early"].at(
            text.path, place.line, place.column, end=last, start=_day(begins, hub)
        )
    elif ends <= hub.now:
        yield RULES["expired"].at(
            text.path,
            place.line,
            place.column,
            mend=N_("give “{key}” a later day if it still holds; there is nothing to do if it doesn’t"),
            end=last,
            key=text.read.keys.key("expires"),
        )


def _is_odd(value: date, hub: Context, *, is_end: bool) -> bool:
    day = value.date() if isinstance(value, datetime) else value
    latest = hub.now.date() + _AHEAD * (10 if is_end else 1)
    return day.year < _FIRST_YEAR or day > latest


def _odd(text: Text, name: str, value: date, hub: Context) -> Iterator[Problem]:
    place = text.place(name)
    yield RULES["date-odd"].at(
        text.path, place.line, place.column, field=text.read.keys.key(name), value=_day(value, hub)
    )


def _moment(text: Text, name: str) -> datetime | None:
    found = text.read.values.get(name)
    return found if isinstance(found, datetime) else None


def _day(value: date, hub: Context) -> str:
    local = value.astimezone(hub.settings.zone).date() if isinstance(value, datetime) else value
    return format_day(local, current_language())


def title(text: Text, _hub: Context) -> Iterator[Problem]:
    """The title isn't in capitals."""
    letters = [sign for sign in text.title if sign.isalpha()]
    capitals = sum(sign.isupper() for sign in letters)
    if len(letters) >= _FEWEST_LETTERS and capitals > _MOST_CAPITALS * len(letters) and " " in text.title:
        place = text.place(text.kind.title)
        yield RULES["title-capitals"].at(text.path, place.line, place.column, lower=text.title.capitalize())


def licences(text: Text, _hub: Context) -> Iterator[Problem]:
    """A text, and its picture, say what others may do with them."""
    names = {field.name for field in text.kind.fields}
    if "licence" in names and not text.read.values.get("licence") and text.read.values:
        yield RULES["licence-missing"].at(
            text.path, 1, what=_("this text"), key=text.read.keys.key("licence")
        )
    for group in text.kind.fields:
        given = text.read.values.get(group.name)
        if isinstance(given, dict) and given.get("file") and not given.get("licence"):
            place = text.place(group.name)
            yield RULES["licence-missing"].at(
                text.path,
                place.line,
                place.column,
                what=_("the picture “{file}”").format(file=given["file"]),
                key=text.read.keys.key(f"{group.name}.licence"),
            )


def addresses(text: Text, hub: Context) -> Iterator[Problem]:
    """Nobody else wants its addresses."""
    for address in dict.fromkeys([text.address, *text.read.values.get("aliases", ())]):
        first = hub.addresses.get(address, [text.path])[0]
        if first != text.path:
            place = text.place("slug" if address == text.address else "aliases")
            said = same_slug(text.path, address, first, text.read.keys.key("slug"))
            yield msgspec.structs.replace(said, line=place.line, column=place.column)


def media(text: Text, hub: Context) -> Iterator[Problem]:
    """A medium's files are there, its feeds are its own, and a wide agreement says who gave it."""
    source = text.read.record
    if not isinstance(source, Source):
        return
    for feed in source.feeds:
        if feed.is_file and hub.file(feed.url) is None:
            yield RULES["feed-missing"].at(text.path, feed.line, file=feed.url)
        elif (other := hub.feeds.get(feed.url, text.path)) != text.path:
            yield RULES["feed-twice"].at(text.path, feed.line, url=feed.url, other=other)
    if source.logo and hub.file(source.logo) is None:
        place = text.place("logo")
        yield RULES["logo-missing"].at(
            text.path, place.line, place.column, file=PurePosixPath(source.logo).name
        )
    agreement = source.agreement
    if agreement.scope is Scope.FULL and not (agreement.since and agreement.by):
        place = text.place("agreement")
        yield RULES["agreement-bare"].at(
            text.path,
            place.line,
            place.column,
            mend=N_("add “{since}:” and “{by}:” to the agreement"),
            since=text.read.keys.key("agreement.since").rpartition(".")[2],
            by=text.read.keys.key("agreement.by").rpartition(".")[2],
        )
