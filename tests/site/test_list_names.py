"""The part of an address that stands for a tag or an author, whatever its name is."""

from __future__ import annotations

import pytest

from kiosque.site.output.wanted import tag_slug


@pytest.mark.parametrize("name", [".", "..", "...", "./..", "-.-", " . ", "#.", "‥/…/.."[:1] + ".", "/", ""])
def test_dots_have_no_page(name: str) -> None:
    """A name of dots and slashes leads nowhere: neither to the list's own folder, nor out of it."""
    assert tag_slug(name).strip(".") == tag_slug(name)
    assert tag_slug(name) not in {".", ".."}


@pytest.mark.parametrize("name", ["☆" * 1_000, "☆.☆", ".☆"])
def test_signs_have_a_page_that_a_file_system_can_hold(name: str) -> None:
    """A name of signs becomes a part of at most 255 bytes that isn't hidden."""
    part = tag_slug(name)
    assert 0 < len(part.encode()) <= 255
    assert not part.startswith(".")


def test_names_stay() -> None:
    """Names of letters, with dots or without, and short signs keep their part."""
    assert ["s-o-s", "a-b", "☆", "c"] == [tag_slug(name) for name in ("S.O.S.", "A. & B.", "☆", "C++")]
