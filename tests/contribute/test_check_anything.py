"""Whatever is submitted, a check ends, says where and what, and mends without losing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import NOW, write_tree
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from contribute.checkcases import TERRITORY
from kiosque import i18n
from kiosque.contribute.check import check
from kiosque.contribute.check.inspect import data_files, file_names, images
from kiosque.contribute.check.summary import comment
from kiosque.model import Problem
from kiosque.settings import pelicanconf as settings

PIECES = (
    "---\n", "title: ", "date: ", "2026-02-01", "commune: ", "Grigny{}", "{value.__class__}", "%s",
    "image: {file: ", "a.jpg", "}", "\n", "[a](", "](", ")", "![", "{filename}", "{attach}", "../", "#",
    "## ", "`", "```\n", "<a href='", "<b onclick=", ">", "javascript:", "//",
    "https://x.example/?utm_source=1", "[a]: ", "\x00", "\u202e", "é", "06 12 34 56 78", "a.b@free.fr",
    "expires: ", "0001-01-01", "9999-12-31", "feeds: [", "]", "slug: ", "aliases: ", ":date: ", "=====\n",
    ".. image:: ", "    ", "- ", "&a ", "*a", "!!x ", "'", '"', "\\", "\r",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join)
FAILING = {(images, "picture"): KeyError("MPO"), (data_files, "ledger"): RecursionError()}
NAMES = st.sampled_from(
    [
        "articles/a.md",
        "articles/b.rst",
        "pages/c.md",
        "sources/d.md",
        "curation.yml",
        "themes.yml",
        "works.yml",
        "takedowns.yml",
        "territory.yml",
    ]
)


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, TEXTS, min_size=1, max_size=4))
@example(
    {
        "articles/a.md": (
            "---\ntitle: '{0}'\ndate: 2026-02-01\ncommune: Grigny {value.__class__}\n---\n[{x}]({y})\n"
        )
    }
)
@example(
    {"articles/a.md": "---\ntitle: a\ndate: 2026-02-01\n---\n[a]({tag}//[a) ![b]({attach}//[b) [c](//[c)\n"}
)
@example(
    {"articles/a.md": "---\ntitle: a\ndate: 0001-01-01\nexpires: 9999-12-31\nupdated: 9999-12-31\n---\n"}
)
def test_any_text_is_checked_to_its_end(files: dict[str, str]) -> None:
    """No exception, and each finding has words; mending twice mends nothing more."""
    with tempfile.TemporaryDirectory() as folder:
        data = {f"content/{name}": text.encode(errors="surrogatepass") for name, text in files.items()}
        root = write_tree(Path(folder), {"content/territory.yml": TERRITORY, **data})
        hub = settings.load(root, NOW)
        report = check(hub)
        assert all(one.message and one.why and one.path for one in report.findings)
        assert comment(hub, None, report)
        check(hub, fix=True)
        assert () == check(hub, fix=True).mended


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff\xe1\x00\x20Exif\0\0MM",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x10\0\0\0WEBPVP8X",
            b"GIF89a",
        ]
    ),
)
def test_any_picture_is_checked_to_its_end(data: bytes, start: bytes) -> None:
    """Broken pictures are findings too."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(Path(folder), {"content/articles/a.jpg": start + data})
        assert ["image-refused"] == [one.rule for one in check(settings.load(root, NOW), fix=True).findings]


def test_a_look_that_fails_costs_its_own_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is a finding of this file, in words for it; the others are looked at too."""
    i18n.use("en")
    looks = {(module, name): getattr(module, name) for module, name in FAILING}

    def failing(module: ModuleType, name: str) -> Callable[[Any, Any], Iterable[Problem]]:
        def look(one: Any, hub: Any) -> Iterable[Problem]:
            if "bad" in one:
                raise FAILING[module, name]
            found: Iterable[Problem] = looks[module, name](one, hub)
            return found

        return look

    for module, name in FAILING:
        monkeypatch.setattr(module, name, failing(module, name))
    monkeypatch.setattr(file_names, "LEDGERS", {"content/bad.yml", *file_names.LEDGERS})
    files = {
        "content/articles/bad.jpg": b"",
        "content/articles/b.jpg": b"no",
        "content/articles/c.md": "---\n",
        "content/bad.yml": "",
    }
    found = check(settings.load(write_tree(tmp_path, files), NOW)).findings
    picture = "this picture can't be checked ('MPO'): save it again as JPEG, PNG or WebP"
    assert [
        ("content/articles/b.jpg", "image-refused"),
        ("content/articles/bad.jpg", "check-failed", picture),
        ("content/articles/c.md", "head-unreadable"),
        ("content/bad.yml", "check-failed", "this list can't be checked, for it goes too deep: keep it flat"),
    ] == [
        (one.path, one.rule, *([one.message] if one.rule == "check-failed" else []))
        for one in found
        if one.rule != "file-lost"
    ]


@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=4))
def test_any_bytes_are_checked_to_their_end(files: dict[str, bytes]) -> None:
    """A head, a text or a ledger may be anything."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_tree(Path(folder), {f"content/{name}": data for name, data in files.items()})
        report = check(settings.load(root, NOW), fix=True)
        assert all(one.message and one.why and one.path for one in report.findings)
