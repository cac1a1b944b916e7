"""What is damaged in ``.cache/`` isn't there: it is made again, and nothing else happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import Content, built, entry, tree
from hypothesis import given
from hypothesis import strategies as st

from kiosque.cache_files import load_cache, save_cache, sealed, unsealed

Hub = Callable[[Mapping[str, Content]], Path]
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "one bit": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda _data: b"",
    "zeros": lambda data: bytes(len(data)),
    "no text": lambda data: data[:16] + b"\xd9\x02\xff\xfe",
    "no text, with its checksum": lambda _data: sealed(b"\xd9\x02\xff\xfe"),
    "nested, with its checksum": lambda _data: sealed(b"\x91" * 100_000),
    "another type, with its checksum": lambda _data: sealed(b"\x2a"),
}


@given(data=st.binary(max_size=100), place=st.integers(0, 200), other=st.integers(1, 255))
def test_no_damaged_byte_passes(data: bytes, place: int, other: int) -> None:
    """A checksum stands for its data, whichever byte is damaged."""
    whole = bytearray(sealed(data))
    assert data == unsealed(bytes(whole))
    whole[place % len(whole)] ^= other
    assert unsealed(bytes(whole)) is None


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_value_is_none(tmp_path: Path, damage: str) -> None:
    """Text that isn't UTF-8, a wrong type and what nests without end are no values either."""
    file = tmp_path / "value.msgpack"
    save_cache(file, ["à", "b"])
    assert ["à", "b"] == load_cache(file, list[str])
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert load_cache(file, list[str]) is None


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_build_after_damage_is_that_of_a_fresh_cache(hub: Hub, damage: str) -> None:
    """Each file of data in the cache is damaged at once; the site is what it was, byte for byte."""
    root = hub(
        {
            "content/sources/radio.md": "---\nname: Radio\nfeeds: [a.xml]\n---\n",
            "content/articles/bal.md": "---\ntitle: Le bal\ndate: 2026-03-01\n---\nOn danse.\n",
            "archive/radio/2026.jsonl": [entry("radio", name) for name in ("un", "deux")],
        }
    )
    built(root)
    expected = tree(root / "output")
    shutil.rmtree(root / "output")
    files = [file for file in (root / ".cache").rglob("*.msgpack") if file.stat().st_size]
    assert len(files) >= 3
    for file in files:
        file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert () == built(root).problems
    assert expected == tree(root / "output")
