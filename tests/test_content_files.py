"""Which files of a hub's folder are texts, for the build and for `kiosque check` alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import NOW, write_tree

from kiosque.content.content_files import content_files
from kiosque.content.kinds import KINDS
from kiosque.contribute.check import check
from kiosque.settings import pelicanconf

TEXT = "---\ntitle: Le moulin\ndate: 2025-02-01\nlicence: CC0\n---\nBonjour.\n"


def texts(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in content_files(root, KINDS["article"])]


@pytest.mark.parametrize(
    "name",
    [
        "._a.md",
        ".DS_Store",
        "Thumbs.db",
        "thumbs.DB",
        "ehthumbs.db",
        "desktop.ini",
        "~$a.docx",
        "~$a.md",
        "a.md~",
        ".a.md.swp",
        ".#a.md",
        "#a.md#",
        "a.md.bak",
        "a.md.BAK",
        "a.orig",
        "a.md.orig",
        "a.md.rej",
        "a.md.tmp",
        "b/._index.md",
        "b/index.md~",
        "Icon\r",
    ],
)
def test_a_file_of_a_program_is_no_text_and_nothing_is_said_of_it(name: str, tmp_path: Path) -> None:
    files = {"content/articles/a.md": TEXT, f"content/articles/{name}": b"\0\5\x16\7\xff"}
    root = write_tree(tmp_path, files)
    assert (["content/articles/a.md"], ()) == (texts(root), check(pelicanconf.load(root, NOW)).findings)


@pytest.mark.parametrize(
    "name", ["A.MD", "a.markdown", "a.Markdown", "a (copie).md", "b/index.MD", "b/index.markdown"]
)
def test_a_text_is_one_however_its_suffix_is_spelt(name: str, tmp_path: Path) -> None:
    root = write_tree(tmp_path, {f"content/articles/{name}": TEXT})
    said = {one.rule for one in check(pelicanconf.load(root, NOW)).findings}
    assert ([f"content/articles/{name}"], set()) == (texts(root), said - {"file-name"})


@pytest.mark.parametrize("name", ["b/c.txt", "a.txt", "md"])
def test_any_other_file_is_none(name: str, tmp_path: Path) -> None:
    assert [] == texts(write_tree(tmp_path, {f"content/articles/{name}": TEXT}))
