"""What forms do with pictures, with hostile text, and with whatever YAML could take for something else."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import patience
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from contribute.forms import FORGES, PICTURE_LIMIT, Writer, hub_with_forms
from kiosque.content.frontmatter import decode, split
from kiosque.content.kinds import KINDS
from kiosque.content.kinds.article import Article
from kiosque.content.reader import read_record
from kiosque.text import line_text

ZONE = ZoneInfo("Europe/Paris")
PERSON = "Jeanne Photographe"
HOSTILE = """# Titre

<script>document.title = "tripped"</script>
<img src=x onerror="document.title = 'tripped'"><svg/onload="document.title='tripped'">
<iframe srcdoc="<script>parent.document.title='tripped'</script>"></iframe>
<p style="position:fixed;inset:0" onclick="document.title='tripped'">Un <b>mot</b></p>
<a href="javascript:document.title='tripped'">lien</a> [autre](javascript:document.title='tripped')
<style>body { display: none }</style><form action="https://evil.example"><input name=q><button>Envoyer</button></form>
<meta http-equiv="refresh" content="0;url=https://evil.example/"><base href="https://evil.example/">
<math><mtext><style><img src=x onerror="document.title='tripped'"></style></mtext></math>

![loin](https://evil.example/pixel.gif) [bon](https://ami.example/)
"""  # noqa: E501 - a document as it is


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small hub on a forge."""
    with hub_with_forms(tmp_path_factory.mktemp("hub") / "hub", REPOSITORY=FORGES["github"]) as address:
        yield address


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A window for one test, which notes what it breaks of the policy, and what it asks of other hosts."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="fr-FR")
    context.set_default_timeout(patience.MILLISECONDS)
    page = context.new_page()
    page.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation',"
        " event => window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`));"
    )
    yield page
    context.close()


def photograph(size: tuple[int, int] = (2400, 1800)) -> bytes:
    """Return a picture as a phone takes it: turned, with its place, its owner, and a comment."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Artist] = exif[Base.Copyright] = PERSON
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (44.0, 45.0, 12.9)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (5.0, 22.0, 13.0)
    data = BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(
        data, "JPEG", exif=exif, comment=PERSON.encode(), xmp=f"<x:xmpmeta>{PERSON}</x:xmpmeta>".encode()
    )
    return data.getvalue()


def test_pictures_leave_small_and_say_nothing_of_who_took_them(page: Any, url: str, tmp_path: Path) -> None:
    """The zip opens everywhere; in it lie the text and its pictures, upright, without place, name or
    camera.
    """
    taken = photograph()
    assert PERSON.encode() in taken
    writer = Writer(page, url).fill(title="La crue", date="2026-03-10", text="Avant.")
    page.set_input_files(
        "[name='image.file']", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": taken}
    )
    writer.fill(image__alt="La rivière sort de son lit").add_picture(photograph((300, 200)), "Un pont")
    archive = writer.finish().downloaded("zip")
    expected = """---
title: La crue
date: 2026-03-10
image:
  file: la-crue.jpg
  alt: La rivière sort de son lit
---
Avant.

![Un pont]({attach}la-crue-1.jpg)
"""
    if program := shutil.which("unzip"):
        subprocess.run([program, "-tq", str(archive)], check=True, capture_output=True)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        files = {name: opened.read(name) for name in opened.namelist()}
    assert ["la-crue.md", "la-crue.jpg", "la-crue-1.jpg"] == list(files)
    assert expected == files["la-crue.md"].decode()
    sizes = {}
    for name in ("la-crue.jpg", "la-crue-1.jpg"):
        picture = Image.open(BytesIO(files[name]))
        sizes[name] = picture.size
        assert ({}, False) == (dict(picture.getexif()), PERSON.encode() in files[name])
        assert b"Exif" not in files[name] and b"GPS" not in files[name] and "comment" not in picture.info
    assert {"la-crue.jpg": (1200, PICTURE_LIMIT), "la-crue-1.jpg": (200, 300)} == sizes
    _write(tmp_path, files)
    read = read_record(
        KINDS["article"], split(files["la-crue.md"].decode(), "a.md"), "content/articles/la-crue.md", ZONE
    )
    assert isinstance(read.record, Article) and read.record.image
    assert (tmp_path / read.record.image.url).is_file()


def _write(root: Path, files: dict[str, bytes]) -> None:
    folder = root / "content" / "articles"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_every_picture_must_be_described_and_used(page: Any, url: str) -> None:
    """Without a description, or outside the text, a picture keeps the file from being made."""
    writer = Writer(page, url).fill(title="La crue", date="2026-03-10", text="Avant.")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph((300, 200))}
    page.set_input_files("[name='image.file']", picture)
    page.set_input_files("#f-pictures", picture)
    page.locator(".form-picture [data-do=insert]").click()
    assert page.locator(".form-picture [data-part=error]").is_visible()
    writer.press()
    assert [
        "2 things are still to be mended",
        "Description of the picture\u00a0: Say what the picture shows, for those who don’t see it.",
        "Description of the picture\u00a0: This picture isn’t in the text yet: put it in, or remove it.",
    ] == writer.wrong.split("\n")
    page.locator(".form-picture [data-do=remove]").click()
    writer.fill(image__alt="La rivière").finish()


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 no picture"),
        ("a.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'/>"),
        ("a.jpg", "text/html", b"<script>document.title = 'tripped'</script>"),
    ],
)
def test_what_only_looks_like_a_picture_is_refused(
    page: Any, url: str, name: str, kind: str, data: bytes
) -> None:
    """In the field and in the text, in plain words."""
    Writer(page, url)
    for field in ("[name='image.file']", "#f-pictures"):
        page.set_input_files(field, {"name": name, "mimeType": kind, "buffer": data})
    for error in ("#f-image-file-error", "#f-pictures-error"):
        page.wait_for_selector(f"{error}:not([hidden])")
        assert "can’t be read as a picture" in page.locator(error).inner_text()


def test_a_preview_of_hostile_text_does_nothing(page: Any, url: str) -> None:
    """Nothing runs, nothing is loaded, no rule of the policy is even touched; words and honest links stay."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith(url) else None)
    writer = Writer(page, url).fill(title="<img src=x onerror=1>", text=HOSTILE)
    page.click("[data-do=preview]")
    page.wait_for_selector("[data-part=preview]:not([hidden])")
    shown = page.locator("[data-part=article]")
    found = shown.evaluate(
        "one => ({names: [...new Set([...one.querySelectorAll('*')].map(e => e.localName))].sort(),"
        " attributes: [...new Set([...one.querySelectorAll('*')].flatMap(e => "
        "e.getAttributeNames()))].sort(),"
        " links: [...one.querySelectorAll('a[href]')].map(e => e.getAttribute('href'))})"
    )
    assert {
        "names": ["a", "b", "div", "em", "h1", "h2", "header", "p"],
        "attributes": ["class", "href", "rel", "target"],
        "links": ["https://ami.example/"],
    } == found
    for word in ("mot", "lien", "autre", "loin"):
        assert word in shown.inner_text()
    writer.press()
    assert ([], [], False) == (asked, page.evaluate("() => window.violations"), "tripped" in page.title())


def test_a_preview_looks_like_the_site(page: Any, url: str) -> None:
    """Title, summary, main picture, headings and the pictures of the text, with their descriptions."""
    writer = Writer(page, url).fill(title="La crue", summary="En une nuit.", text="## Avant\n\nDes *mots*.")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph((300, 200))}
    page.set_input_files("[name='image.file']", picture)
    writer.fill(image__alt="La rivière").add_picture(photograph((300, 200)), "Un pont")
    page.click("[data-do=preview]")
    page.wait_for_selector("[data-part=preview]:not([hidden])")
    shown = page.locator("[data-part=article]")
    assert ["La rivière", "Un pont"] == [
        one.get_attribute("aria-label") for one in shown.locator("canvas").all()
    ]
    assert ("La crue", "En une nuit.", "Avant", "mots") == tuple(
        shown.locator(name).first.inner_text() for name in ("h1", ".intro", ".prose h2", ".prose em")
    )
    assert "preview" == page.evaluate("() => document.activeElement.id")


_TRICKY = st.sampled_from(["yes", "null", "~", "---", "...", "26113", "2026-01-01", "1e3", "- a", "a: b",
                           "a #b", "&a", "*a",
                           "!!x", "{a", "[", "'", '"', "|", ">", "%", "@", "`", "?", "\\", "\u2028", "\x85",
                           ":", "é", "🎈", "\u00a0"])  # fmt: skip
_LINES = st.lists(_TRICKY | st.text(max_size=12), min_size=1, max_size=4).map(" ".join)


@pytest.fixture(scope="module")
def written(browser: Any, url: str) -> Iterator[Any]:
    """Return a function that writes a head in the browser, from pairs of key and value."""
    page = browser.new_page()
    page.goto(f"{url}/contribuer/article/")
    folder = page.get_attribute("script[type=module]", "src").removesuffix("main.js")
    page.evaluate(f"async () => {{ window.yaml = await import('{folder}contribute/yaml.js') }}")

    def write(pairs: list[tuple[str, Any]]) -> str:
        # As JSON, so that surrogates come through as they are.
        head = page.evaluate("given => window.yaml.head(JSON.parse(given)).join('\\n')", json.dumps(pairs))
        return f"---\n{head}\n---\n"

    yield write
    page.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=_LINES.filter(line_text), tags=st.lists(_LINES, min_size=1, max_size=3))
def test_whatever_is_written_reads_back(written: Any, title: str, tags: list[str]) -> None:
    """Any title, any words in lists and groups: the head is read without a problem, and says the same."""
    title, tags = line_text(title), [clean for one in tags if (clean := line_text(one))]
    pairs: list[tuple[str, Any]] = [
        ("title", title),
        ("date", "2026-03-01"),
        ("image", [("file", "a.jpg"), ("alt", title)]),
    ]
    data = written([*pairs, *([("tags", tags)] if tags else [])]).encode()
    text, problems = decode(data, "a.md")
    read = read_record(KINDS["article"], split(text, "a.md"), "a.md", ZONE)
    assert ((), ()) == (problems, read.problems)
    assert isinstance(read.record, Article) and read.record.image
    assert (title, title, tuple(dict.fromkeys(tags))) == (
        read.record.title,
        read.record.image.alt,
        read.record.tags,
    )
