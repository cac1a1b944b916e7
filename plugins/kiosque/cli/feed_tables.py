"""Tables of discovered feeds for a terminal: aligned columns, and the newest titles of each feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kiosque.i18n import _, current_language, ngettext
from kiosque.text import excerpt
from kiosque.wording.localized import format_day

if TYPE_CHECKING:
    from kiosque.harvest.discover.feeds import Discovery, FoundFeed

_LONGEST_TITLE = 40
_LONGEST_LINE = 90


def discovered(page: Discovery) -> Iterator[str]:
    """Yield the lines of a table: for each feed a row, its address and its newest titles."""
    yield f"{excerpt(page.title, _LONGEST_LINE)} <{page.url}>" if page.title else page.url
    numbers = {feed.url: str(number) for number, feed in enumerate(page.feeds, 1)}
    rows = [[numbers[feed.url], *_columns(feed, numbers)] for feed in page.feeds]
    for feed, line in zip(page.feeds, _aligned(rows), strict=True):
        yield ""
        yield line
        yield f"   {feed.url}"
        yield from (f"     · {excerpt(title, _LONGEST_LINE)}" for title in feed.titles)
    yield ""


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _columns(feed: FoundFeed, numbers: dict[str, str]) -> tuple[str, ...]:
    """Return the columns of a feed: title, language, number of entries, newest day, formats, remarks."""
    return (
        excerpt(feed.title, _LONGEST_TITLE) or _("(without a title)"),
        feed.language or "–",
        ngettext("{number} entry", "{number} entries", feed.entries).format(number=feed.entries),
        _("newest {day}").format(day=format_day(feed.newest.date(), current_language()))
        if feed.newest
        else _("no date"),
        ", ".join(_formats(feed)),
        ", ".join(_remarks(feed, numbers)),
    )


def _formats(feed: FoundFeed) -> Iterator[str]:
    for name, number in feed.formats.items():
        message = {
            "text": ngettext("{number} text", "{number} texts", number),
            "sound": ngettext("{number} sound", "{number} sounds", number),
            "video": ngettext("{number} video", "{number} videos", number),
        }[name]
        yield message.format(number=number)


def _remarks(feed: FoundFeed, numbers: dict[str, str]) -> Iterator[str]:
    if feed.is_comments:
        yield _("comments")
    if feed.same_as:
        yield _("the same as {number}").format(number=numbers[feed.same_as])
    if any(name == "text" for name in feed.formats):
        yield _("whole texts") if feed.full else _("short texts")
