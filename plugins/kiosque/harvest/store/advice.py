"""Advise the producer of a feed: list the faults that they could mend, a message for each. Pure functions.

The rules come from RSS 2.0 (guid, language, pubDate, enclosure with length and type), from Atom (RFC 4287),
and from podcast directories (duration).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.harvest.store.identify import Policy, usual_policy
from kiosque.i18n import _
from kiosque.model import Enclosure, Feed, Problem, StoredEntry
from kiosque.text import excerpt, line_text

_LONGEST_EXAMPLE = 60
# In characters of HTML. Shorter texts, such as messages of a microblog, need no title.
_NEEDS_TITLE = 600
# In characters. A shorter summary may rightly be the whole of a short text.
_LONG_SUMMARY = 1200
_NEARLY_ALL = 0.9
_MOST_PROBES = 3

Test = Callable[[RawEntry], bool]


def advise(parsed: ParsedFeed, feed: Feed, now: datetime) -> tuple[Problem, ...]:
    """Return the faults that a feed's producer could mend, at most one problem of each kind.

    For an unreadable feed, this is the reason why it is unreadable.
    """
    unreadable = [problem for problem in parsed.problems if problem.line is not None] or list(parsed.problems)
    if parsed.fatal:
        return tuple(unreadable[:1])
    advice = [Problem(path=feed.url, message=message) for message in _messages(parsed, feed, now)]
    return (*unreadable[:1], *advice)


def _messages(parsed: ParsedFeed, feed: Feed, now: datetime) -> Iterator[str]:
    entries = parsed.entries
    if entries and not (parsed.language or feed.language or all(entry.language for entry in entries)):
        yield _(
            'the feed doesn\'t say its language: add <language>fr</language> (RSS) or xml:lang="fr" (Atom)'
        )
    for test, message in _tests(entries, now):
        if faulty := [entry for entry in entries if test(entry)]:
            yield message.format(number=len(faulty), total=len(entries), example=_example(faulty[0]))


def identity_advice(parsed: ParsedFeed, feed: Feed) -> tuple[Problem, ...]:
    """Return a problem that says how the feed's entries are identified, unless it is by their identifiers."""
    messages = {
        Policy.LINK: _(
            "its entries are told apart by their links, since identifiers are missing or repeated"
        ),
        Policy.TITLE: _(
            "its entries are told apart by title and date: a corrected title makes a second entry"
        ),
        Policy.CONTENT: _(
            "its entries are told apart by their text alone: each correction makes a second entry"
        ),
    }
    message = messages.get(usual_policy(parsed.entries))
    return (Problem(path=feed.url, message=message),) if message else ()


def _tests(entries: Sequence[RawEntry], now: datetime) -> tuple[tuple[Test, str], ...]:
    """Return a test for each fault that an entry can have, with the message for it."""
    repeated = _ambiguous_guids(entries)
    is_microblog = _is_microblog(entries)
    return (
        (
            lambda entry: not entry.guid,
            _(
                "entries without an identifier ({number} of {total}, such as “{example}”): "
                "give each a guid (in Atom and JSON Feed an id) that never changes"
            ),
        ),
        (
            lambda entry: entry.guid in repeated,
            _(
                "entries that share an identifier ({number} of {total}, such as “{example}”): "
                "give each a guid of its own"
            ),
        ),
        (
            lambda entry: not is_microblog and _lacks_title(entry),
            _("entries without a title ({number} of {total}, such as “{example}”): give each one"),
        ),
        (
            lambda entry: entry.published is None,
            _(
                "entries without a date that can be read ({number} of {total}, such as “{example}”): "
                "write pubDate as “Sat, 10 Jan 2026 18:30:00 +0100”"
            ),
        ),
        (
            lambda entry: entry.published is not None and entry.published > now,
            _(
                "entries dated in the future ({number} of {total}, such as “{example}”), hidden until then: "
                "if that isn't meant, check the clock and the time zone"
            ),
        ),
        (
            _has_whole_summary,
            _(
                "summaries that are the whole text ({number} of {total}, such as “{example}”): "
                "keep the description to a few sentences, and the text in content:encoded"
            ),
        ),
        (
            _has_file(lambda file: file.url.lower().startswith("http://")),
            _(
                "media at http: addresses ({number} of {total}, such as “{example}”), "
                "which browsers refuse on secure sites: serve them at https:"
            ),
        ),
        (
            _has_file(lambda file: not file.type),
            _(
                "files without a type ({number} of {total}, such as “{example}”): "
                'write it in the enclosure, as type="audio/mpeg"'
            ),
        ),
        (
            _has_file(lambda file: _is_playable(file) and file.length is None),
            _(
                "sounds or videos without a size ({number} of {total}, such as “{example}”): "
                'write it in the enclosure, in bytes, as length="12345678"'
            ),
        ),
        (
            _has_file(lambda file: _is_playable(file) and file.duration is None),
            _(
                "sounds or videos without a duration ({number} of {total}, such as “{example}”): "
                "write it as <itunes:duration>42:10</itunes:duration>"
            ),
        ),
    )


def _ambiguous_guids(entries: Iterable[RawEntry]) -> frozenset[str]:
    """Return the guids that different entries share. The same entry twice is only a repetition."""
    different = {(entry.guid, entry.url, entry.title, entry.published) for entry in entries if entry.guid}
    counts = Counter(guid for guid, *_rest in different)
    return frozenset(guid for guid, number in counts.items() if number > 1)


def _is_microblog(entries: Sequence[RawEntry]) -> bool:
    """Whether a feed rightly has no titles: it consists of short messages, some with a file."""
    untitled = sum(map(_lacks_title, entries))
    return not any(entry.title for entry in entries) and untitled * 2 < len(entries)


def _lacks_title(entry: RawEntry) -> bool:
    return not entry.title and (bool(entry.enclosures) or len(entry.html) > _NEEDS_TITLE)


def _has_whole_summary(entry: RawEntry) -> bool:
    if len(entry.summary_html) < _LONG_SUMMARY:
        return False
    summary = entry.summary_text
    return len(summary) >= _LONG_SUMMARY and len(summary) >= _NEARLY_ALL * len(entry.text)


def _has_file(test: Callable[[Enclosure], bool]) -> Test:
    return lambda entry: any(test(file) for file in entry.enclosures)


def _is_playable(file: Enclosure) -> bool:
    return file.type.startswith(("audio/", "video/"))


def _example(entry: RawEntry) -> str:
    words = entry.title or entry.url or entry.guid or entry.text
    return excerpt(line_text(words), _LONGEST_EXAMPLE)


async def dead_enclosures(
    probe: Callable[[str], Awaitable[str]], entries: Iterable[StoredEntry], now: datetime
) -> tuple[str, ...]:
    """Return a message for each of a source's three newest sounds and videos that fails, with the reason.

    ``probe`` returns why an address fails, or nothing. The addresses are probed one after the other, because
    most files of a source are on one host.
    """
    published = sorted(
        (stored.entry for stored in entries if stored.entry.moment <= now), key=lambda entry: entry.moment
    )
    files = chain.from_iterable(entry.enclosures for entry in reversed(published))
    addresses = dict.fromkeys(file.url for file in files if _is_playable(file) and "://" in file.url)
    message = _("the file {url} can't be had ({reason}): put it back, or mend its address")
    return tuple(
        [
            message.format(url=url, reason=reason)
            for url in islice(addresses, _MOST_PROBES)
            if (reason := await probe(url))
        ]
    )
