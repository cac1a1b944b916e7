"""A browser, and the demonstration hub and others on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import patience
import pytest
from conftest import made_once
from pagetypes import page_types

from browser import hubs
from browser.serving import served

T = TypeVar("T")
_WINDOWS = 6


class Site(NamedTuple):
    """A built hub that is served: its address, its output folder, and one page of each type by the type's
    name.
    """

    url: str
    output: Path
    pages: dict[str, str]


def at_once(
    context: Any, addresses: Sequence[str], begin: Callable[[Any, str], Callable[[], T]]
) -> dict[str, T]:
    """Return what is found at each address; ``begin`` opens it in a window, and returns a function that waits
    for the end.

    Several windows wait together: that nothing is loaded any more shows after half a second only.
    """
    windows = [context.new_page() for _window in range(_WINDOWS)]
    found: dict[str, T] = {}
    for start in range(0, len(addresses), _WINDOWS):
        batch = addresses[start : start + _WINDOWS]
        begun = [begin(window, address) for window, address in zip(windows, batch, strict=False)]
        found |= {address: end() for address, end in zip(batch, begun, strict=True)}
    return found


@pytest.fixture(scope="session")
def served_hub() -> Iterator[Callable[[Path], Site]]:
    """Return a function that serves the output of a built hub, and gives its site."""
    with ExitStack() as stack:

        @cache
        def of(hub: Path) -> Site:
            output = hub / "output"
            return Site(stack.enter_context(served(output)), output, page_types(output))

        yield of


@pytest.fixture(scope="session")
def site(shared: Path, served_hub: Callable[[Path], Site]) -> Callable[[Callable[[Path], None], str], Site]:
    """Return a function that builds a hub once a run, serves it, and gives its site."""
    return lambda make, name: served_hub(made_once(shared / f"hub-{name}", make))


@pytest.fixture(scope="session")
def demonstration(demonstration_hub: Path, served_hub: Callable[[Path], Site]) -> Site:
    """The demonstration hub."""
    return served_hub(demonstration_hub)


@pytest.fixture(scope="session")
def english(site: Callable[..., Site], demonstration_copy: Callable[[Path], Path]) -> Site:
    """The demonstration hub with its interface in English."""
    return site(lambda hub: hubs.in_english(demonstration_copy(hub)), "english")


@pytest.fixture(scope="session")
def large_hub(shared: Path) -> Path:
    """A made-up hub of 10,000 entries, without the index of its search."""
    return made_once(shared / "hub-large", hubs.large)


@pytest.fixture(scope="session")
def large(shared: Path, large_hub: Path, served_hub: Callable[[Path], Site]) -> Site:
    """A made-up hub of 10,000 entries."""
    made_once(shared / "index-large", lambda _folder: hubs.indexed(large_hub))
    return served_hub(large_hub)


@pytest.fixture(scope="session")
def real(site: Callable[..., Site]) -> Site:
    """A hub of real feeds, with their whole texts."""
    return site(hubs.of_real_feeds, "real")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window of its own for a test, as a laptop has it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(patience.MILLISECONDS)
    yield context.new_page()
    context.close()
