"""Pictures of elsewhere: pages show what a harvest has kept of them, from their own host, and nothing
else.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import built, entry, tree, write_tree
from lxml import html
from PIL import Image

from kiosque import pictures
from kiosque.archive.entries import FeedFacts, FeedState, write_state
from kiosque.model import Picture

COVER = "https://cdn.example/cover.jpg?size=large"
LOGO = "https://radio.example/logo.png"
FEED = "https://radio.example/feed.xml"
ENTRY = "medias/radio/2026/show/index.html"
SOURCE = "medias/radio/index.html"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a hub of which a feed and an entry name pictures of elsewhere."""
    shown = Picture(url=COVER, alt="Un studio", credit="Radio")
    root = write_tree(
        tmp_path / "hub",
        {
            "pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n',
            "content/sources/radio.md": f"---\nname: Radio\nfeeds: [{FEED}]\n---\n",
            "archive/radio/2026.jsonl": [entry("radio", "show", image=shown), entry("radio", "other")],
        },
    )
    write_state(root / "archive", "radio", {FEED: FeedState(facts=FeedFacts(image=LOGO))})
    return root


def keep(root: Path, address: str, width: int) -> str:
    """Keep a picture of an address, as a harvest does, and return what its addresses on the hub begin
    with.
    """
    data = io.BytesIO()
    Image.new("RGB", (width, width // 2), "teal").save(data, "JPEG")
    pictures.keep(data.getvalue(), address, pictures.remote_folder(root))
    return f"/images/{pictures.remote_key(address)}"


def shown(root: Path, page: str) -> list[dict[str, str]]:
    """Return the pictures of a page."""
    document = html.document_fromstring((root / "output" / page).read_bytes())
    return [
        {name: image.get(name) for name in ("src", "srcset", "width", "height")}
        for image in document.xpath("//main//img")
    ]


def named_elsewhere(root: Path) -> list[str]:
    """Return the pages that name a picture of elsewhere; feeds may: whoever reads them asks for it, not the
    hub's pages.
    """
    return [
        path
        for path, data in tree(root / "output").items()
        if path.endswith(".html") and (b"cdn.example" in data or b"radio.example/logo" in data)
    ]


def test_a_picture_that_is_not_kept_is_not_shown(root: Path) -> None:
    """Without a harvest's pictures no page shows or names one, and nobody has anything to mend."""
    assert () == built(root).problems
    assert ([], [], []) == (shown(root, ENTRY), shown(root, SOURCE), named_elsewhere(root))
    assert not (root / "output/images").exists()


def test_a_kept_picture_is_shown_from_the_hub(root: Path) -> None:
    """An entry's page shows its picture in the widths that are kept, a source's page that of its feed."""
    cover, logo = keep(root, COVER, 1200), keep(root, LOGO, 200)
    assert () == built(root).problems
    assert [
        {
            "src": f"{cover}-480.webp",
            "srcset": f"{cover}-480.webp 480w, {cover}-960.webp 960w",
            "width": "960",
            "height": "480",
        }
    ] == shown(root, ENTRY)
    assert f"{logo}-200.webp" in [image["src"] for image in shown(root, SOURCE)]
    assert [] == named_elsewhere(root)
    kept = {f"/images/{path.name}" for path in (root / "output/images").iterdir()}
    assert {f"{cover}-480.webp", f"{cover}-960.webp", f"{logo}-200.webp"} == kept
    for path in (root / "output/images").iterdir():
        with Image.open(path) as picture:
            assert ("WEBP", int(path.stem.split("-")[1])) == (picture.format, picture.width)


def test_a_picture_that_arrives_later_renders_what_shows_it(root: Path) -> None:
    """The pages that show a picture are written again when it arrives, and when it goes; a clean build is the
    same.
    """
    keep(root, LOGO, 200)
    built(root)
    before = tree(root / "output")
    stem = keep(root, COVER, 600)
    report = built(root)
    assert {ENTRY, f"{stem}-480.webp"[1:], f"{stem}-600.webp"[1:]} <= set(report.written)
    assert "medias/radio/2026/other/index.html" not in report.written
    built(root, root / "clean")
    assert tree(root / "clean") == tree(root / "output")
    pictures.forget(pictures.remote_folder(root), [pictures.remote_key(LOGO)], most=9)
    assert {f"{stem}-480.webp"[1:], f"{stem}-600.webp"[1:]} == set(built(root).removed)
    assert before == tree(root / "output")


def test_a_picture_that_is_kept_anew_is_copied_anew(root: Path) -> None:
    """Where the cache was lost and an address gives another picture, the output follows, though no name
    changed.
    """
    keep(root, COVER, 300)
    built(root)
    pictures.forget(pictures.remote_folder(root), [], most=9)
    data = io.BytesIO()
    Image.new("RGB", (300, 150), "orange").save(data, "JPEG")
    pictures.keep(data.getvalue(), COVER, pictures.remote_folder(root))
    stem = f"images/{pictures.remote_key(COVER)}"
    assert (f"{stem}-300.webp",) == built(root).written
    assert () == built(root).written


def test_a_damaged_picture_of_the_cache_is_not_published(root: Path) -> None:
    """A file of which the disk changed a byte is removed and named; the next harvest asks for it again."""
    stem = keep(root, COVER, 300)
    (kept,) = pictures.remote_folder(root).glob("*.webp")
    data = kept.read_bytes()
    kept.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert [str(kept)] == [problem.path for problem in built(root).problems]
    assert (False, {}) == ((root / f"output{stem}-300.webp").exists(), pictures.remote_pictures(root))
    keep(root, COVER, 300)
    assert () == built(root).problems
    assert data == (root / f"output{stem}-300.webp").read_bytes()


def test_a_logo_comes_before_the_picture_of_a_feed(root: Path) -> None:
    """A source's own logo is shown, whatever its feed names."""
    keep(root, LOGO, 200)
    data = io.BytesIO()
    Image.new("RGB", (100, 100), "teal").save(data, "PNG")
    (root / "content/sources/own.png").write_bytes(data.getvalue())
    (root / "content/sources/radio.md").write_text(f"---\nname: Radio\nlogo: own.png\nfeeds: [{FEED}]\n---\n")
    built(root)
    sources = [image["src"] for image in shown(root, SOURCE)]
    assert ["/fichiers/sources/own-100.webp"] == [source for source in sources if "images" not in source]
    assert not (root / "output/images").exists()


def test_a_state_that_cannot_be_read_is_named_and_stops_nothing(root: Path) -> None:
    """A broken state.json costs the source its picture, and the build says so."""
    (root / "archive/radio/state.json").write_text("broken")
    report = built(root)
    assert ["archive/radio/state.json"] == [problem.path for problem in report.problems]
    assert (root / "output" / ENTRY).is_file()
