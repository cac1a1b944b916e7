"""`kiosque check --fix` mends what is safe, says what it did, and leaves every other byte as it was."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import NOW, write_tree
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from contribute.checkcases import A, article, exif, picture
from kiosque import i18n
from kiosque.contribute.check import Report, check, picture_metadata
from kiosque.contribute.check.mending import Edit, edited
from kiosque.settings import pelicanconf


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def mended(root: Path) -> Report:
    return check(pelicanconf.load(root, NOW), fix=True)


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(one.path, one.rule, one.message) for one in report.mended]


def test_a_misspelt_key_gets_its_name(tmp_path: Path) -> None:
    """Line ends, comments, byte order mark and all that isn't the key stay."""
    before = (
        "\ufeff---\r\ntitel: Une fontaine # oui\r\ndate:   2026-02-01\r\nlicense:  CC0\r\n"
        "image: {fil: a.jpg, alt: Une carte, licence: CC0}\r\n---\r\n\tTexte titel.  \r\n"
    )
    root = write_tree(tmp_path, {A: before.encode(), "content/articles/a.jpg": picture()})
    report = mended(root)
    expected = before.replace("titel: Une", "titre: Une").replace("{fil:", "{file:")
    assert expected.encode() == (root / A).read_bytes()
    assert (
        [(A, "key-unknown", "“titel” is now “titre”"), (A, "key-unknown", "“fil” is now “file”")],
        (),
    ) == (
        told(report),
        report.findings,
    )


def test_a_key_that_may_be_meant_for_what_is_there_stays(tmp_path: Path) -> None:
    """Renamed, it would stand twice, and hide what the other says; one that is near to nothing stays too."""
    text = article("titel: Autre\nxyzzy: 1\n")
    root = write_tree(tmp_path, {A: text})
    report = mended(root)
    assert ([], text) == (told(report), (root / A).read_text())
    assert ["key-unknown", "key-unknown"] == [one.rule for one in report.findings]


def test_what_follows_readers_leaves_links(tmp_path: Path) -> None:
    """In each form of link; code, which is there to be read, stays as it is."""
    body = (
        "[a](https://x.example/?utm_source=a&id=1#b) <https://x.example/?fbclid=2> [c]\n\n"
        "`https://x.example/?utm_source=a` ![d]({attach}a.jpg)\n\n[c]: https://x.example/c?gclid=3\n"
    )
    root = write_tree(tmp_path, {A: article(body=body), "content/articles/a.jpg": picture()})
    report = mended(root)
    after = (
        "[a](https://x.example/?id=1#b) <https://x.example/> [c]\n\n"
        "`https://x.example/?utm_source=a` ![d]({attach}a.jpg)\n\n[c]: https://x.example/c\n"
    )
    assert (article(body=after), ()) == ((root / A).read_text(), report.findings)
    assert 3 == len(report.mended)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_leave_a_picture_and_its_pixels_stay(kind: str, tmp_path: Path) -> None:
    """Position and names go, whatever the format keeps them in; the pixels are the same, and so is which way
    is up.
    """
    data = picture(kind, exif=exif(gps=True, artist="Awa Diallo", turned=6))
    name = f"content/articles/a.{kind.lower()}"
    root = write_tree(tmp_path, {name: data})
    report = mended(root)
    after = (root / name).read_bytes()
    assert ((), [(name, "image-names", "what it told beside its pixels is gone")]) == (
        report.findings,
        told(report),
    )
    assert len(after) < len(data)
    assert b"Awa" not in after
    with Image.open(io.BytesIO(data)) as old, Image.open(io.BytesIO(after)) as new:
        assert (old.size, old.tobytes()) == (new.size, new.tobytes())
        assert (6, {}) == (new.getexif().get(0x0112), dict(new.getexif().get_ifd(0x8825)))


XMP = (
    '<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:GPSLatitude="44,45N">'
    "<dc:creator><rdf:Seq><rdf:li>Awa Diallo</rdf:li></rdf:Seq></dc:creator></rdf:Description></x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("kind", "saved"),
    [
        ("JPEG", {"xmp": XMP.encode()}),
        ("WEBP", {"xmp": XMP.encode()}),
        ("PNG", {"pnginfo": "XML:com.adobe.xmp"}),
        ("PNG", {"pnginfo": "Author"}),
    ],
)
def test_names_are_found_wherever_programs_put_them(kind: str, saved: dict[str, object]) -> None:
    """In XMP, and in the texts of a PNG; nothing is found once they are gone."""
    if "pnginfo" in saved:
        from PIL.PngImagePlugin import PngInfo

        info, key = PngInfo(), str(saved["pnginfo"])
        info.add_itxt(key, XMP) if "XML" in key else info.add_text(key, "Awa Diallo")
        saved = {"pnginfo": info}
    data = picture(kind, **saved)
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        assert ("Awa Diallo",) == picture_metadata.personal_metadata(opened).names
    with Image.open(io.BytesIO(picture_metadata.without_metadata(data))) as opened:
        opened.load()
        assert picture_metadata.PersonalMetadata() == picture_metadata.personal_metadata(opened)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"]),
)
def test_what_is_no_picture_is_left_as_it_is_or_shorter(data: bytes, start: bytes) -> None:
    """Broken files raise nothing."""
    assert len(picture_metadata.without_metadata(start + data)) <= len(start + data)


def test_a_heavy_picture_is_shrunk(tmp_path: Path) -> None:
    """To 2000 pixels, in its own format and under its own name."""
    name = "content/articles/a.jpg"
    root = write_tree(tmp_path, {name: picture(size=(3000, 1500), quality=95)})
    report = mended(root)
    with Image.open(root / name) as opened:
        assert ("JPEG", (2000, 1000)) == (opened.format, opened.size)
    assert ((), ["image-heavy"]) == (report.findings, [one.rule for one in report.mended])


def test_nothing_is_written_where_nothing_can_be_mended(tmp_path: Path) -> None:
    """A file that needs a person stays as it is, time stamp included."""
    root = write_tree(tmp_path, {A: article("commune: Xyzzy\n")})
    before = (root / A).stat().st_mtime_ns
    assert ((), before) == (mended(root).mended, (root / A).stat().st_mtime_ns)


@given(st.text(), st.integers(1, 5), st.integers(1, 9), st.text(min_size=1, max_size=3))
def test_an_edit_that_doesnt_fit_changes_nothing(text: str, line: int, column: int, old: str) -> None:
    """What isn't where it was said to be stays: the file may have changed meanwhile."""
    data = text.encode(errors="ignore")
    after = edited(data, [Edit(line, column, old, old, "key-unknown")])
    assert data == after


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
def test_a_photo_in_several_frames_is_a_jpeg(options: dict[str, object], tmp_path: Path) -> None:
    """Phones write such files. What their second frame tells of people goes too, and the first one stays."""
    frames = [Image.effect_noise((90, 60), 80), Image.new("L", (90, 60))]
    data = io.BytesIO()
    frames[0].save(data, "MPO", save_all=True, append_images=frames[1:], exif=exif(gps=True), **options)
    root = write_tree(tmp_path, {"content/articles/a.jpg": data.getvalue(), "content/articles/b.png": b"no"})
    found = check(pelicanconf.load(root, NOW)).findings
    assert [("a.jpg", "image-position"), ("b.png", "image-refused")] == [
        (Path(one.path).name, one.rule) for one in found
    ]
    mended(root)
    after = (root / "content/articles/a.jpg").read_bytes()
    with Image.open(io.BytesIO(after)) as opened, Image.open(io.BytesIO(data.getvalue())) as before:
        assert ("JPEG", before.tobytes(), {}) == (opened.format, opened.tobytes(), dict(opened.getexif()))
    assert (1, after[-2:]) == (after.count(b"\xff\xd9"), b"\xff\xd9")


def test_values_get_the_quotes_that_they_need(tmp_path: Path) -> None:
    """All that can't be read, or is cut, and no other byte."""
    before = (
        "\ufeff---\r\ntitle:   Eau: l'enquête #3  \r\ndate: 2026-02-01 # hier\r\nlicence: CC0\r\n"
        'summary: "Oui" dit-elle\r\n---\r\nTexte: #3 @x.  \r\n'
    )
    root = write_tree(tmp_path, {A: before.encode()})
    report = mended(root)
    expected = before.replace("Eau: l'enquête #3", '"Eau: l\'enquête #3"').replace(
        '"Oui" dit-elle', "'\"Oui\" dit-elle'"
    )
    assert (expected.encode(), ()) == ((root / A).read_bytes(), report.findings)
    assert ["value-quotes", "value-quotes"] == [one.rule for one in report.mended]


def test_a_cut_title_is_whole_again(tmp_path: Path) -> None:
    """Its number or hashtag was taken for a remark; real remarks stay what they are."""
    head = (
        "title: Réunion #3 d'avril\ndate: 2026-02-01 #hier\nlicence: CC0 # libre\n"
        "summary: #bal ce soir\ntags:\n- bal #musette\n"
    )
    root = write_tree(tmp_path, {A: f"---\n{head}---\nTexte.\n"})
    report = mended(root)
    expected = (
        head.replace("Réunion #3 d'avril", '"Réunion #3 d\'avril"')
        .replace("#bal ce soir", "'#bal ce soir'")
        .replace("bal #musette", "'bal #musette'")
    )
    assert (f"---\n{expected}---\nTexte.\n", ()) == ((root / A).read_text(), report.findings)
    assert {"value-cut"} == {one.rule for one in report.mended}


def test_values_behind_tabs_are_mended_too(tmp_path: Path) -> None:
    """A tab counts as spaces while the head is read, and stays a tab in the file."""
    text = article("image:\n\tfile: a.jpg\n\tlicence: CC0\n\talt: Vue: le bal\n")
    root = write_tree(tmp_path, {A: text, "content/articles/a.jpg": picture()})
    report = mended(root)
    assert (text.replace("Vue: le bal", "'Vue: le bal'"), ()) == ((root / A).read_text(), report.findings)
