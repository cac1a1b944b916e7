"""What is added, changed, kept and dropped, and how much of it the agreement lets through."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from kiosque.harvest.read.raw import ParsedFeed, RawEntry
from kiosque.harvest.store.decide import Action, Decision, DecisionContext, decide, is_rewritten
from kiosque.model import Agreement, Enclosure, Entry, Feed, Scope, Source, StoredEntry

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
JANUARY = datetime(2026, 1, 10, 18, 30, tzinfo=UTC)
RAW = RawEntry(
    guid="1",
    url="https://r.example/1",
    title="L’écluse",
    published=JANUARY,
    html="<p>" + "Une heure au bord de l’eau. " * 30 + '<a href="/b">suite</a><script>x</script></p>',
    tags=("Eau",),
    enclosures=(Enclosure(url="https://r.example/1.mp3", type="audio/mpeg"),),
)


def source(scope: Scope = Scope.FULL) -> Source:
    """Return a source that lets the hub keep so much."""
    return Source(
        slug="r", name="R", path="content/sources/r.md", language="fr", agreement=Agreement(scope=scope)
    )


def one(
    raw: RawEntry,
    known: StoredEntry | None = None,
    feed: Feed | None = None,
    scope: Scope = Scope.FULL,
    terms: DecisionContext = DecisionContext(now=NOW),
) -> Decision:
    """Decide about one entry."""
    parsed = ParsedFeed(entries=(raw,), link="https://r.example/")
    before = {known.entry.id: known} if known else {}
    return decide(source(scope), feed or Feed(url="https://r.example/feed"), parsed, before, terms)[0]


def added(raw: RawEntry = RAW, scope: Scope = Scope.FULL) -> StoredEntry:
    """Return an entry as it is first stored."""
    stored = one(raw, scope=scope).stored
    assert stored
    return stored


@pytest.mark.parametrize(
    ("scope", "summary", "content"), [(Scope.FULL, 300, True), (Scope.EXCERPT, 300, False)]
)
def test_the_agreement_decides_what_is_stored(scope: Scope, summary: int, content: bool) -> None:
    """Full keeps the clean text, excerpt at most 300 characters; enclosures and facts stay."""
    entry = added(scope=scope).entry
    assert (summary, content) == (min(len(entry.summary) + 10, summary), bool(entry.content))
    assert len(entry.summary) <= 300
    assert "script" not in entry.content
    assert ("https://r.example/b" in entry.content) == content
    assert (RAW.enclosures, "sound", ("Eau",), "fr") == (
        entry.enclosures,
        entry.format,
        entry.tags,
        entry.language,
    )
    assert added().entry.digest == entry.digest


def test_a_link_is_a_title_and_a_link() -> None:
    """Under ``link`` a title, a link and a date are stored, and nothing else that a reader sees."""
    whole = added().entry
    expected = Entry(
        id="1",
        source="r",
        slug="l-ecluse",
        first_seen=NOW,
        url=RAW.url,
        title=RAW.title,
        published=JANUARY,
        language="fr",
        format=whole.format,
        digest=whole.digest,
    )
    assert expected == added(scope=Scope.LINK).entry


def test_a_new_entry() -> None:
    """A new entry is added to the year of its date, with the day it was first seen."""
    stored = added()
    assert (2026, "l-ecluse", NOW, JANUARY) == (
        stored.year,
        stored.entry.slug,
        stored.entry.first_seen,
        stored.entry.published,
    )
    assert 2024 == added(msgspec.structs.replace(RAW, published=JANUARY.replace(year=2024))).year
    undated = added(msgspec.structs.replace(RAW, published=None))
    assert (2026, None) == (undated.year, undated.entry.published)


def test_a_future_date_is_kept() -> None:
    """A date to come is kept as it is."""
    later = JANUARY.replace(year=2031)
    stored = added(msgspec.structs.replace(RAW, published=later))
    assert (2031, later) == (stored.year, stored.entry.published)


def test_the_same_is_kept() -> None:
    """An entry that didn't change is kept, whenever it is read again."""
    assert (Action.KEEP, "the same", added()) == msgspec.structs.astuple(one(RAW, added()))[:2] + (
        one(RAW, added()).stored,
    )


def test_a_correction_changes_in_place() -> None:
    """A corrected entry keeps its slug, year and first sight, and is dated: as the feed says, else now."""
    before = StoredEntry(year=2025, entry=msgspec.structs.replace(added().entry, first_seen=JANUARY))
    decision = one(msgspec.structs.replace(RAW, title="Autre titre", published=NOW), before)
    assert decision.stored
    entry = decision.stored.entry
    assert (Action.CHANGE, "title, published, updated, digest") == (decision.action, decision.reason)
    assert (2025, "l-ecluse", JANUARY, "Autre titre", NOW) == (
        decision.stored.year, entry.slug, entry.first_seen, entry.title, entry.updated,
    )  # fmt: skip
    february = JANUARY.replace(month=2)
    said = one(msgspec.structs.replace(RAW, title="Autre titre", updated=february), before).stored
    assert said
    assert february == said.entry.updated


def test_a_feed_that_is_read_anew_dates_no_correction() -> None:
    """Whether the feed or Kiosque words an entry otherwise isn't known: only the feed's own date counts."""
    anew = DecisionContext(now=NOW, read_anew=True)
    before = added()
    changed = one(msgspec.structs.replace(RAW, title="Autre titre"), before, terms=anew).stored
    assert changed
    assert ("Autre titre", None) == (changed.entry.title, changed.entry.updated)
    february = JANUARY.replace(month=2)
    dated = one(
        msgspec.structs.replace(RAW, title="Autre titre", updated=february), before, terms=anew
    ).stored
    assert dated
    assert february == dated.entry.updated


@pytest.mark.parametrize(
    "change",
    [
        {"updated": NOW},
        {"html": RAW.html.replace("/b", "/b?token=4711")},
        {"enclosures": (Enclosure(url="https://r.example/1.mp3?expires=12&sig=ab", type="audio/mpeg"),)},
    ],
)
def test_what_machines_make_anew_is_no_correction(change: dict[str, object]) -> None:
    """Another date alone, or another token in an address, leaves an entry as it is."""
    raw = msgspec.structs.replace(RAW, html=RAW.html.replace("/b", "/b?token=1"))
    before = added(raw)
    decision = one(msgspec.structs.replace(raw, **change), before)
    assert (Action.KEEP, before) == (decision.action, decision.stored)


def test_a_feed_that_rewrites_everything_is_told_from_one_that_corrects() -> None:
    """Most of at least five entries changed at once is the work of a machine; one corrected is a person's."""

    def decided(titles: int) -> list[Decision]:
        raws = [msgspec.structs.replace(RAW, guid=f"{n}", url=f"https://r.example/{n}") for n in range(6)]
        known = {f"{n}": added(raw) for n, raw in enumerate(raws)}
        later = [
            msgspec.structs.replace(raw, title=f"{raw.title} again") if n < titles else raw
            for n, raw in enumerate(raws)
        ]
        return decide(
            source(),
            Feed(url="x"),
            ParsedFeed(entries=tuple(later), link="https://r.example/"),
            known,
            DecisionContext(now=NOW),
        )

    assert (False, True) == (is_rewritten(decided(1)), is_rewritten(decided(6)))


def test_changes_of_a_feed_that_rewrites_wait() -> None:
    """With patience a change of words is kept for later, and a new entry comes at once."""
    patient = DecisionContext(now=NOW, patient=True)
    assert Action.KEEP == one(msgspec.structs.replace(RAW, title="Autre"), added(), terms=patient).action
    assert Action.ADD == one(RAW, terms=patient).action


def test_a_date_that_the_feed_forgets_stays() -> None:
    """An entry that loses its date in the feed keeps it in the archive."""
    assert Action.KEEP == one(msgspec.structs.replace(RAW, published=None), added()).action


@pytest.mark.parametrize(
    ("options", "action", "reason"),
    [
        ({"only": ("eau",)}, Action.ADD, "new"),
        ({"only": ("ÉCLUSE",)}, Action.ADD, "new"),
        ({"only": ("bord de l'eau",)}, Action.ADD, "new"),
        ({"only": ("au bor",)}, Action.DROP, "only"),
        ({"only": ("sport",)}, Action.DROP, "only"),
        ({"only": ("sport", "eau")}, Action.ADD, "new"),
        ({"except_": ("eau",)}, Action.DROP, "except"),
        ({"except_": ("publicité",)}, Action.ADD, "new"),
        ({"only": ("eau",), "except_": ("heure",)}, Action.DROP, "except"),
        ({"only": ("!",)}, Action.DROP, "only"),
    ],
)
def test_only_and_except(options: dict[str, tuple[str, ...]], action: Action, reason: str) -> None:
    """A feed's options choose by tag or by whole words, without regard for case and accents."""
    decision = one(RAW, feed=Feed(url="https://r.example/feed", **options))
    assert (action, reason) == (decision.action, decision.reason)


def test_tags_and_language_of_a_feed() -> None:
    """A feed's own tags are added; the language is the entry's, else the option, else the feed's, else the
    source's.
    """
    feed = Feed(url="https://r.example/feed", tags=("Chronique", "Eau"), language="oc")
    stored = one(RAW, feed=feed).stored
    assert stored
    assert (("Eau", "Chronique"), "oc") == (stored.entry.tags, stored.entry.language)
    breton = one(msgspec.structs.replace(RAW, language="br"), feed=feed).stored
    assert breton
    assert "br" == breton.entry.language


def test_repetitions_are_dropped() -> None:
    """An entry that a feed repeats is dropped."""
    decisions = decide(source(), Feed(url="x"), ParsedFeed(entries=(RAW, RAW)), {}, DecisionContext(now=NOW))
    assert [(Action.ADD, "new"), (Action.DROP, "repeated")] == [(one.action, one.reason) for one in decisions]


def test_the_first_of_two_feeds_is_believed() -> None:
    """What another feed of the source has given in the same round is kept as that one gave it."""
    parsed = ParsedFeed(entries=(msgspec.structs.replace(RAW, title="Autrement dit"),))
    decisions = decide(
        source(), Feed(url="x"), parsed, {"1": added()}, DecisionContext(now=NOW, settled=frozenset({"1"}))
    )
    assert [(Action.KEEP, added())] == [(one.action, one.stored) for one in decisions]
