"""Parts are pure functions of the hub: their order doesn't matter, and asking twice gives the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from conftest import NOW, copy_of_demonstration
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosque.settings.pelicanconf import check
from kiosque.site.gather.gather import gather
from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Copy, Data, Generated, Output, Page
from kiosque.site.pages.part_table import LARGEST, LAST, PARTS
from kiosque.site.pelican_host import load_settings

ALL = [*PARTS, LARGEST, LAST]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demonstration hub, which has every kind of content."""
    return copy_of_demonstration(tmp_path_factory.mktemp("parts") / "hub")


def gathered(root: Path) -> Hub:
    return gather(check(load_settings(root) | {"ASKED_NOW": NOW}, root), "theme/0123")


def written(output: Output) -> bytes:
    """Return all that makes an output, as bytes."""
    match output:
        case Page():
            made_of: object = (output.template, output.values, output.shared, output.changed, output.listed)
        case Copy():
            made_of = str(output.origin)
        case Data():
            made_of = output.data
        case Generated():
            made_of = output.key
    return msgspec.msgpack.encode(made_of)


def outputs(hub: Hub, order: list[int]) -> dict[int, dict[str, bytes]]:
    """Return what each part wants, the parts asked in an order; a part may be asked several times."""
    return {number: {output.path: written(output) for output in ALL[number](hub)} for number in order}


@pytest.fixture(scope="module")
def expected(root: Path) -> dict[int, dict[str, bytes]]:
    """What each part wants of a hub of which nothing else was asked."""
    return {number: outputs(gathered(root), [number])[number] for number in range(len(ALL))}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(len(ALL))), st.lists(st.integers(0, len(ALL) - 1), max_size=6))
def test_parts_in_any_order_and_twice_want_the_same(
    root: Path, expected: dict[int, dict[str, bytes]], order: list[int], again: list[int]
) -> None:
    """Each part wants the same of one hub, whichever parts were asked before it, and however often."""
    assert expected == outputs(gathered(root), [*again, *order])


def test_a_hub_is_not_changed_by_its_parts(root: Path) -> None:
    """The files, problems and publications of a hub are those that gathering found."""
    hub = gathered(root)
    before = (hub.files, hub.problems, [*hub.everything], dict(hub.items))
    outputs(hub, list(range(len(ALL))))
    assert before == (hub.files, hub.problems, [*hub.everything], dict(hub.items))
