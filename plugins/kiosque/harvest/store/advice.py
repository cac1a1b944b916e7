"""What the producer of a feed could mend so that everyone reads and hears it better, one line each. Pure.

What is asked for comes from RSS 2.0 (guid, language, pubDate, enclosure with length and type), Atom (RFC 4287) and the
podcast directories (duration).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.harvest.store.identify import Policy, policy
from kiosque.i18n import _
from kiosque.model import Enclosure, Feed, Problem, StoredEntry
from kiosque.text import excerpt, line_text

_EXAMPLE = 60
# Short messages, as of microblogs, need no title.
_NEEDS_TITLE = 600
# A shorter summary may well be the whole of a short text.
_LONG_SUMMARY = 1200
_NEARLY_ALL = 0.9
_MOST_PROBES = 3

Test = Callable[[RawEntry], bool]


def advise(parsed: ParsedFeed, feed: Feed, now: datetime) -> tuple[Problem, ...]:
    """Return what a feed's producer could mend, at most one problem of each kind; of one that can't be read, that."""
    broken = [problem for problem in parsed.problems if problem.line is not None] or list(parsed.problems)
    if parsed.fatal:
        return tuple(broken[:1])
    said = [Problem(path=feed.url, message=message) for message in _messages(parsed, feed, now)]
    return (*broken[:1], *said)


def _messages(parsed: ParsedFeed, feed: Feed, now: datetime) -> Iterator[str]:
    entries = parsed.entries
    if entries and not (parsed.language or feed.language or all(entry.language for entry in entries)):
        yield _(
            'the feed doesn\'t say its language: add <language>fr</language> (RSS) or xml:lang="fr" (Atom)'
        )
    for test, message in _tests(entries, now):
        if found := [entry for entry in entries if test(entry)]:
            yield message.format(number=len(found), total=len(entries), example=_example(found[0]))


def identity(parsed: ParsedFeed, feed: Feed) -> tuple[Problem, ...]:
    """Return what a feed's entries are told apart by, where it isn't their identifiers."""
    words = {
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
    message = words.get(policy(parsed.entries))
    return (Problem(path=feed.url, message=message),) if message else ()


def _tests(entries: Sequence[RawEntry], now: datetime) -> tuple[tuple[Test, str], ...]:
    """Return each thing that may be wrong with an entry, and the words for it."""
    repeated = _repeated(entries)
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
            _repeats_itself,
            _(
                "summaries that are the whole text ({number} of {total}, such as “{example}”): "
                "keep the description to a few sentences, and the text in content:encoded"
            ),
        ),
        (
            _any_file(lambda file: file.url.lower().startswith("http://")),
            _(
                "media at http: addresses ({number} of {total}, such as “{example}”), "
                "which browsers refuse on secure sites: serve them at https:"
            ),
        ),
        (
            _any_file(lambda file: not file.type),
            _(
                "files without a type ({number} of {total}, such as “{example}”): "
                'write it in the enclosure, as type="audio/mpeg"'
            ),
        ),
        (
            _any_file(lambda file: _is_played(file) and file.length is None),
            _(
                "sounds or videos without a size ({number} of {total}, such as “{example}”): "
                'write it in the enclosure, in bytes, as length="12345678"'
            ),
        ),
        (
            _any_file(lambda file: _is_played(file) and file.duration is None),
            _(
                "sounds or videos without a duration ({number} of {total}, such as “{example}”): "
                "write it as <itunes:duration>42:10</itunes:duration>"
            ),
        ),
    )


def _repeated(entries: Iterable[RawEntry]) -> frozenset[str]:
    """Return the guids that stand for different entries; one that is given twice in full is only repeated."""
    different = {(entry.guid, entry.url, entry.title, entry.published) for entry in entries if entry.guid}
    counts = Counter(guid for guid, *_rest in different)
    return frozenset(guid for guid, number in counts.items() if number > 1)


def _is_microblog(entries: Sequence[RawEntry]) -> bool:
    """Whether a feed gives no titles because it has none to give: short messages, some with a file."""
    lacking = sum(map(_lacks_title, entries))
    return not any(entry.title for entry in entries) and lacking * 2 < len(entries)


def _lacks_title(entry: RawEntry) -> bool:
    return not entry.title and (bool(entry.enclosures) or len(entry.html) > _NEEDS_TITLE)


def _repeats_itself(entry: RawEntry) -> bool:
    if len(entry.summary_html) < _LONG_SUMMARY:
        return False
    summary = entry.summary_text
    return len(summary) >= _LONG_SUMMARY and len(summary) >= _NEARLY_ALL * len(entry.text)


def _any_file(test: Callable[[Enclosure], bool]) -> Test:
    return lambda entry: any(test(file) for file in entry.enclosures)


def _is_played(file: Enclosure) -> bool:
    return file.type.startswith(("audio/", "video/"))


def _example(entry: RawEntry) -> str:
    words = entry.title or entry.url or entry.guid or entry.text
    return excerpt(line_text(words), _EXAMPLE)


async def dead_enclosures(
    probe: Callable[[str], Awaitable[str]], entries: Iterable[StoredEntry], now: datetime
) -> tuple[str, ...]:
    """Return which of a source's three newest sounds and videos can't be had, each with the reason and the mend.

    ``probe`` asks for an address as sparingly as it can, and returns why it is dead, or nothing. It is asked one by
    one: files of one source mostly lie on one host.
    """
    shown = sorted(
        (stored.entry for stored in entries if stored.entry.moment <= now), key=lambda one: one.moment
    )
    files = chain.from_iterable(entry.enclosures for entry in reversed(shown))
    addresses = dict.fromkeys(file.url for file in files if _is_played(file) and "://" in file.url)
    message = _("the file {url} can't be had ({reason}): put it back, or mend its address")
    return tuple(
        [
            message.format(url=url, reason=reason)
            for url in islice(addresses, _MOST_PROBES)
            if (reason := await probe(url))
        ]
    )
