"""How publications are shared out among shards, by age."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosque.site.search import shards as module
from kiosque.site.search.shards import shards

NEWEST = date(2026, 3, 14)


def days(*counts: tuple[int, date]) -> list[date]:
    """Return dates, newest first: so many on each day."""
    return [day for count, day in counts for _ in range(count)]


def shared(given: list[date]) -> list[int]:
    return [len(one) for one in shards(len(given), given.__getitem__)]


def test_a_small_hub_has_one_shard() -> None:
    """Nothing, one and a thousand publications are one shard."""
    assert [[0], [1], [1000]] == [shared(days((count, NEWEST))) for count in (0, 1, 1000)]


def test_the_recent_shard_begins_with_the_half_year_before() -> None:
    """What is older is apart, and isn't touched by what arrives."""
    given = days((300, NEWEST), (200, date(2025, 7, 1)), (700, date(2025, 6, 30)))
    assert [500, 700] == shared(given)


def test_a_busy_hub_has_a_shorter_recent_shard() -> None:
    """A quarter, a month or the present month keep it small; where that is not enough, the month is kept
    whole.
    """
    quarter = days((900, NEWEST), (200, date(2025, 9, 30)))
    month = days((600, NEWEST), (300, date(2026, 2, 1)), (400, date(2026, 1, 31)))
    present = days((600, NEWEST), (600, date(2026, 2, 1)))
    flood = days((1500, NEWEST), (600, date(2026, 2, 1)))
    assert [[900, 200], [900, 400], [600, 600], [1500, 600]] == [
        shared(quarter), shared(month), shared(present), shared(flood)
    ]  # fmt: skip


def test_the_past_is_cut_between_years_from_its_beginning() -> None:
    """A full shard of old years stays as it is when newer ones come."""
    old = [(6000, date(year, 5, 1)) for year in range(2020, 2009, -1)]
    assert [100, 6000, 12000, 12000, 12000, 12000, 12000] == shared(days((100, NEWEST), *old))
    newer = (6000, date(2021, 5, 1))
    assert [100, 12000, 12000, 12000, 12000, 12000, 12000] == shared(days((100, NEWEST), newer, *old))


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(0, 400))
def test_everything_is_in_one_shard(ages: list[int], start: int) -> None:
    """Shards follow each other without a gap, newest first."""
    dates = sorted((NEWEST - timedelta(days=start + age) for age in ages), reverse=True)
    limits = module.RECENT, module.LARGE
    module.RECENT, module.LARGE = 5, 10
    try:
        found = shards(len(dates), dates.__getitem__)
    finally:
        module.RECENT, module.LARGE = limits
    assert [*range(len(dates))] == [place for one in found for place in one]
