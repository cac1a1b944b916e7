"""The list of page types knows every page of the demonstration hub."""

from __future__ import annotations

from pathlib import Path

import pytest
from pagetypes import addresses, page_type, page_types


@pytest.fixture(scope="module")
def demonstration(demonstration_hub: Path) -> Path:
    """Return the output of the demonstration hub."""
    return demonstration_hub / "output"


def test_every_page_has_a_type(demonstration: Path) -> None:
    """A page type that nobody looks at could break without notice: each address belongs to one."""
    assert [] == [address for address in addresses(demonstration) if not page_type(address)]


def test_the_page_of_each_type_is_there(demonstration: Path) -> None:
    """What is given for a type is a page of that type, in the output."""
    found = page_types(demonstration)
    assert {
        "home",
        "stream",
        "article",
        "entry-sound",
        "entry-video",
        "entry-text",
        "source",
        "not-found",
    } <= {*found}
    plain = {name: address for name, address in found.items() if "?" not in address and name != "not-found"}
    assert [] == [address for address in plain.values() if address not in addresses(demonstration)]
    wrong = {
        name: address
        for name, address in plain.items()
        if not name.startswith(page_type(address).removesuffix("-component"))
    }
    assert {} == wrong
