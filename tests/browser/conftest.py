"""A browser, and the demonstration hub and others on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pagetypes import page_types

from browser import hubs
from browser.serving import served


class Site(NamedTuple):
    """A built hub that is served: its address, its output folder, and one page of each type by the type's
    name.
    """

    url: str
    output: Path
    pages: dict[str, str]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Callable[[Path], None], str], Site]]:
    """Return a function that builds a hub once a session, serves it, and gives its site."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with ExitStack() as stack:

        def of(make: Callable[[Path], None], name: str) -> Site:
            output = hubs.made_once(shared / f"hub-{name}", make) / "output"
            return Site(stack.enter_context(served(output)), output, page_types(output))

        yield of


@pytest.fixture(scope="session")
def demonstration(site: Callable[..., Site]) -> Site:
    """The demonstration hub."""
    return site(hubs.demonstration, "demonstration")


@pytest.fixture(scope="session")
def english(site: Callable[..., Site]) -> Site:
    """The demonstration hub with its interface in English."""
    return site(partial(hubs.demonstration, language="en"), "english")


@pytest.fixture(scope="session")
def large(site: Callable[..., Site]) -> Site:
    """A made-up hub of 10,000 entries."""
    return site(hubs.large, "large")


@pytest.fixture(scope="session")
def real(site: Callable[..., Site]) -> Site:
    """A hub of real feeds, with their whole texts."""
    return site(hubs.of_real_feeds, "real")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window of its own for a test, as a laptop has it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
