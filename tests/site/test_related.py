"""Related publications are older ones on the same subject, found again from what was kept exactly as from
nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.model import Entry, Format, Source
from kiosque.site.hub import related
from kiosque.site.hub.records import ENTRY, Card, Link, Publication

START = datetime(2026, 1, 1, tzinfo=UTC)


def publication(
    day: int,
    title: str,
    source: str = "",
    tags: Sequence[str] = (),
    themes: Sequence[str] = (),
    commune: str = "",
    is_listed: bool = True,
) -> Publication:
    """Return a publication of a day of 2026, known by that day."""
    moment = START + timedelta(days=day)
    return Publication(
        kind=ENTRY,
        record=Entry(id=str(day), source=source or "", slug=str(day), first_seen=moment),
        card=Card(address=f"/{day}/", title=title, moment=moment, format=Format.TEXT),
        local=moment,
        changed=moment,
        key=f"{source}\0{day}",
        tags=tuple(Link(name=tag, address=f"/mots-cles/{tag}/") for tag in tags),
        themes=tuple(Link(name=theme, address=f"/themes/{theme}/") for theme in themes),
        commune=commune,
        source=Source(slug=source, name=source, path="") if source else None,
        is_listed=is_listed,
    )


def found(some: Sequence[Publication], cache: Path) -> dict[str, list[str]]:
    """Return the addresses of what is related, by the address of what it is related to."""
    newest_first = sorted(some, key=lambda p: (p.card.moment, p.key), reverse=True)
    by_key = {p.key: p.card.address for p in some}
    result = related.related(newest_first, cache)
    return {by_key[key]: [p.card.address for p in others] for key, others in result.items()}


def others(days: range) -> list[Publication]:
    """Return publications that share nothing, for the rest of a hub."""
    return [publication(day, str(day), commune=str(day)) for day in days]


def test_rarer_words_weigh_more(tmp_path: Path) -> None:
    """A rare word in common comes before a frequent one, and the case and plural of words don't matter."""
    some = [
        publication(1, "Les Châtaignes sont mûres"),
        publication(2, "Au village, la fête"),
        publication(3, "Le village vote"),
        publication(4, "Village sous la neige"),
        *others(range(5, 60)),
        publication(60, "La châtaigne du village"),
    ]
    assert found(some, tmp_path)["/60/"] == ["/1/", "/4/", "/3/", "/2/"]


def test_themes_tags_and_communes(tmp_path: Path) -> None:
    """What shares a theme, a tag or a commune is related, what shares nothing isn't."""
    some = [
        publication(1, "Un", tags=["eau"]),
        publication(2, "Deux", themes=["rivieres"]),
        publication(3, "Trois", commune="26113"),
        *others(range(4, 90)),
        publication(99, "Dix", tags=["eau"], themes=["rivieres"], commune="26113"),
    ]
    assert found(some, tmp_path) == {"/99/": ["/2/", "/1/", "/3/"]}


def test_at_most_two_of_one_source(tmp_path: Path) -> None:
    """Of each source come two at most, so that a radio doesn't only lead to itself."""
    some = [*others(range(60)), *(publication(day, "La lavande", "radio") for day in range(61, 67))]
    some += [publication(67, "Lavande", "blog"), publication(68, "Lavande !", "radio")]
    assert found(some, tmp_path)["/68/"] == ["/67/", "/66/", "/65/"]


def test_hidden_ones_never_appear(tmp_path: Path) -> None:
    """What lists don't show is related to nothing, though others are related to it."""
    some = [
        publication(1, "Les abeilles"),
        publication(2, "Les abeilles", is_listed=False),
        publication(3, "Les abeilles"),
    ]
    assert found(some, tmp_path) == {"/2/": ["/1/"], "/3/": ["/1/"]}


WORDS = st.sampled_from(["abeille", "berger", "castor", "digue", "école", "fontaine"])
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 1500),
        st.lists(WORDS, max_size=3).map(" ".join),
        st.sampled_from(["", "radio", "blog"]),
        st.lists(WORDS, max_size=2, unique=True),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None)
@given(st.lists(CHANGES, max_size=4))
def test_kept_results_are_those_found_anew(rounds: Sequence[Sequence[tuple]]) -> None:  # type: ignore[type-arg]
    """However a hub of three blocks changes from build to build, a cache never changes what is found."""
    words = ["abeille", "berger", "castor", "digue", "école", "fontaine"]
    hub = {day: publication(day, f"{words[day % 6]} {words[day % 5]}", "radio") for day in range(0, 1400, 2)}
    with TemporaryDirectory() as kept:
        found(list(hub.values()), Path(kept))
        for changes in rounds:
            for day, title, source, tags, is_listed in changes:
                hub[day] = publication(day, title, source, tags, is_listed=is_listed)
            with TemporaryDirectory() as empty:
                anew = found(list(hub.values()), Path(empty))
            assert anew == found(list(hub.values()), Path(kept))
            older = all(int(o[1:-1]) < int(one[1:-1]) for one, others in anew.items() for o in others)
            assert older


def test_new_ones_change_nothing_older(tmp_path: Path) -> None:
    """What is related to a publication stays when something newer arrives."""
    some = [publication(day, f"Le berger {day % 7}", tags=[f"t{day % 30}"]) for day in range(600)]
    before = found(some, tmp_path)
    after = found([*some, publication(700, "Le berger", tags=["t3"])], tmp_path)
    assert before == {address: others for address, others in after.items() if address != "/700/"}


def test_damaged_cache_is_lost_without_harm(tmp_path: Path) -> None:
    """Bytes that are no cache are found anew."""
    some = [publication(day, "Le berger") for day in range(3)]
    before = found(some, tmp_path)
    for name in ("related.msgpack", "related-index.msgpack"):
        (tmp_path / name).write_bytes(b"\xff")
    assert before == found(some, tmp_path)


def test_a_child_finds_them_for_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it leaves in the cache is what its parent would have found; where it fails, the parent finds
    it.
    """
    monkeypatch.setattr(related, "_MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    everything = [publication(2, "La truffe du Diois"), publication(1, "Truffe noire")]
    parent, whole = os.getpid(), related.related

    def unless_parent(everything: Sequence[Publication], cache: Path) -> Mapping[str, Sequence[Publication]]:
        assert os.getpid() != parent or (cache / "related.msgpack").is_file()
        return whole(everything, cache)

    def unless_child(everything: Sequence[Publication], cache: Path) -> Mapping[str, Sequence[Publication]]:
        assert os.getpid() == parent
        return whole(everything, cache)

    for number, finding in enumerate((unless_parent, unless_child)):
        (tmp_path / f"{number}").mkdir()
        monkeypatch.setattr(related, "related", finding)
        hub = related.Related(everything, tmp_path / f"{number}")
        with hub.computed_ahead():
            assert [[everything[1]], []] == [list(hub.of(one)) for one in everything]
