"""Built hubs, made once for all tests that read their feeds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import built, made_once

from feeds.hubs import of_real_feeds, whole
from kiosque import i18n


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.fixture(scope="session")
def built_whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built hub whose entries have all there can be."""
    root = whole(tmp_path_factory.mktemp("whole") / "hub")
    built(root)
    return root


@pytest.fixture(scope="session")
def built_demonstration(
    tmp_path_factory: pytest.TempPathFactory, demonstration_copy: Callable[[Path], Path]
) -> Path:
    """Return the demonstration hub, built."""
    root = demonstration_copy(tmp_path_factory.mktemp("demonstration") / "hub")
    built(root)
    return root


@pytest.fixture(scope="session")
def built_real(shared: Path) -> Path:
    """Return a built hub of real feeds."""
    return made_once(shared / "feeds-real", lambda root: built(of_real_feeds(root)))
