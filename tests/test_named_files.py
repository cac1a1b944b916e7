"""Which file of the hub a name means, and which one is likely where there is none of that name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import Content, write_tree

from kiosque.content.linking.link_targets import LinkTarget, beside_target
from kiosque.content.linking.named_files import PICTURES, NamedFiles

FILES: Mapping[str, Content] = {
    "content/articles/fete/index.md": "",
    "content/articles/fete/Lampions.JPG": b"",
    "content/articles/fete/ma photo.png": b"",
    "content/articles/fete/Bal.jpg": b"",
    "content/articles/fete/bal.JPG": b"",
    f"content/articles/fete/{unicodedata.normalize('NFD', 'fête.webp')}": b"",
    "content/articles/fete/._Lampions.jpg": b"",
    "content/images/Affiche.pdf": b"",
    "content/images/2026/lampions.gif": b"",
    "secret.jpg": b"",
}
FETE = "content/articles/fete"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("lampions.jpg", "Lampions.JPG"),
        ("./Lampions.JPG", "Lampions.JPG"),
        ("ma%20photo.png", "ma photo.png"),
        ("ma photo.png#haut", "ma photo.png"),
        ("f%C3%AAte.webp", unicodedata.normalize("NFD", "fête.webp")),
        ("FÊTE.webp?v=2", unicodedata.normalize("NFD", "fête.webp")),
        ("../../images/affiche.PDF", "../../images/Affiche.pdf"),
        ("bal.jpg", ""),
        ("Bal.jpg", "Bal.jpg"),
        ("._Lampions.JPG", ""),
        ("absent.jpg", ""),
        ("../../../secret.jpg", ""),
        ("..%2f..%2f..%2f..%2fsecret.jpg", ""),
        ("a%00.jpg", ""),
        ("a" * 5000 + ".jpg", ""),
    ],
)
def test_a_link_from_the_folder_of_a_text_means_a_file(link: str, found: str, tmp_path: Path) -> None:
    """In any case and Unicode form if only one file has that name, and never one outside ``content/``."""
    root = write_tree(tmp_path, FILES)
    target = beside_target(link, f"{FETE}/index.md")
    assert target is not None
    expected = (Path(FETE) / found).as_posix().replace("articles/fete/../../", "") if found else ""
    assert expected == NamedFiles(root).found(target.name, any_case=True)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "#a",
        "?a",
        "/a.jpg",
        "//x.example/a.jpg",
        "https://x.example/a.jpg",
        "{tag}a",
        "mailto:a@x",
        "C:a.jpg",
    ],
)
def test_other_links_do_not_start_from_the_folder(link: str) -> None:
    """Addresses, parts of a page, and Pelican's own links."""
    assert None is beside_target(link, f"{FETE}/index.md")


def test_a_link_keeps_its_part_of_the_page() -> None:
    """What stands behind the hash sign belongs to the target."""
    expected = LinkTarget("beside", "content/articles/autre.md", "suite")
    assert expected == beside_target("../autre.md?x=1#suite", f"{FETE}/index.md")


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("lampions.jpg", "Lampions.JPG"),
        ("Lampions.png", "Lampions.JPG"),
        ("FETE.webp", ""),
        ("Fête.gif", unicodedata.normalize("NFD", "fête.webp")),
        ("lampions.gif", "Lampions.JPG"),
        ("vieux/lampions.gif", "../../images/2026/lampions.gif"),
        ("affiche.png", ""),
        ("absent.jpg", ""),
    ],
)
def test_a_missing_picture_has_a_likely_one(name: str, likely: str, tmp_path: Path) -> None:
    """The one beside it that differs in case, Unicode form or suffix, else the one in another folder."""
    root = write_tree(tmp_path, FILES)
    expected = (Path(FETE) / likely).as_posix().replace("articles/fete/../../", "") if likely else ""
    assert expected == NamedFiles(root).likely(f"{FETE}/{name}", PICTURES)


def test_the_nearest_of_several_folders_is_likely(tmp_path: Path) -> None:
    """Of files of the same name, the one that shares most folders with the missing one."""
    files = {f"content/{folder}/plan.pdf": b"" for folder in ("a/b", "articles/bal/2025", "articles/fete/x")}
    likely = NamedFiles(write_tree(tmp_path, files)).likely(f"{FETE}/plan.pdf")
    assert "content/articles/fete/x/plan.pdf" == likely
