"""What feeds and submissions say is shown as text: nothing of it runs, and nothing of it calls anyone."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import built, entry, write_tree
from lxml import etree, html

from kiosque.model import Enclosure, Format, Person, Transcript

ATOM = "{http://www.w3.org/2005/Atom}"
BREAKOUT = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
REMOTE = "https://tracker.example/pixel.png"
RAW = f"""Before.

<script>alert(3)</script>
<img src="x" onerror="alert(4)">
<img src="{REMOTE}" alt="tracked">
<a href="javascript:alert(5)">link</a> [link](javascript:alert(6)) <a href=" java&#9;script:alert(7)">link</a>
[quote](<https://x.example/" onmouseover="alert(8)>) ![alt" onerror="alert(9)](x.png)
<svg onload="alert(10)"><script>alert(11)</script></svg>
<iframe src="{REMOTE}" srcdoc="<script>alert(12)</script>"></iframe>
<style>@import "{REMOTE}";</style><p style="background: url({REMOTE})" onclick="alert(13)">styled</p>
<math><mtext></p><style><img src=x onerror=alert(14)></style></mtext></math>
<base href="https://tracker.example/"><form action="https://tracker.example/"><button>x</button></form>
<video src="{REMOTE}" autoplay></video><object data="{REMOTE}"></object><link rel="stylesheet" href="{REMOTE}">
<meta http-equiv="refresh" content="0; url=https://tracker.example/">

{{{{ site.name }}}} {{% raw %}}
"""  # noqa: E501 - a document as it is
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset", "cite", "background")
FORBIDDEN = "iframe object embed base form style".split()


def quoted(text: str) -> str:
    """Return a YAML text between single quotes."""
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output of a hub of which everything that can be said by others is an attack."""
    script = "javascript:alert(20)"
    sound = Enclosure(
        url=f"https://radio.example/{BREAKOUT}.mp3",
        type=f"audio/{BREAKOUT}",
        title=BREAKOUT,
        duration=60,
        transcripts=(Transcript(url=script, type=BREAKOUT),),
    )
    fields = {"title": BREAKOUT, "authors": (BREAKOUT,), "tags": (BREAKOUT,), "summary": BREAKOUT}
    attack = entry(
        "radio",
        "attack",
        "2026-03-01T10:00:00Z",
        **fields,
        content=RAW,
        url=script,
        people=(Person(name=BREAKOUT, role=BREAKOUT, url=script),),
        rights=BREAKOUT,
        language='fr"><script>alert(21)</script>',
        format=Format.SOUND,
        enclosures=(
            sound,
            Enclosure(url="javascript://x/%0aalert(22)", type="audio/mpeg"),
            Enclosure(url="javascript://x/%0aalert(23)", type="application/pdf"),
        ),
    )
    quoting = entry("radio", "quoting", "2026-03-02T10:00:00Z", **fields, url=f"https://x.example/{BREAKOUT}")
    entries = [attack, quoting, entry("radio", BREAKOUT, "2026-03-03T10:00:00Z", **fields)]
    entries[-1] = type(attack)(
        **{f: getattr(entries[-1], f) for f in attack.__struct_fields__} | {"slug": "id"}
    )
    head = "\n".join(
        [
            f"title: {quoted(BREAKOUT)}",
            "date: 2026-03-01",
            f"authors: [{quoted(BREAKOUT)}]",
            f"tags: [{quoted(BREAKOUT)}]",
            f"summary: {quoted(BREAKOUT)}",
            f"licence: {quoted(BREAKOUT)}",
            "featured: true",
        ]
    )
    source = f"name: {quoted(BREAKOUT)}\nagreement: {{scope: full}}\nfeeds: [https://radio.example/feed.xml]"
    root = write_tree(
        tmp_path_factory.mktemp("hostile") / "hub",
        {
            "pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n',
            "content/sources/radio.md": f"---\n{source}\n---\n{RAW}",
            "content/articles/hostile.md": f"---\n{head}\n---\n{RAW}",
            "content/pages/hostile-page.md": f"---\ntitle: {quoted(BREAKOUT)}\n---\n{RAW}",
            "archive/radio/2026.jsonl": entries,
        },
    )
    built(root)
    return root / "output"


def dangers(tree: html.HtmlElement) -> Iterator[str]:
    """Yield whatever could run or call another host in a document or a part of one."""
    for element in tree.iter(etree.Element):
        is_ours = (
            (element.tag == "script" and element.get("src", "").startswith("/theme/"))
            or (
                element.tag == "script" and element.get("type") in {"application/ld+json", "application/json"}
            )  # data, which doesn't run
            or (element.tag == "base" and dict(element.attrib) == {"target": "_blank"})
            or (element.tag == "form" and element.get("action") == "/recherche/")
            or (
                element.tag == "form"
                and element.get("class") == "contribute__form"
                and not element.get("action")
            )
        )
        if element.tag in (*FORBIDDEN, "script") and not is_ours:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            plain = "".join(value.split()).lower()
            if name.startswith("on") or name in {"style", "srcdoc", "autoplay"}:
                yield f"{element.tag} {name}"
            if name in ADDRESSES and plain.startswith(("javascript:", "data:", "vbscript:")):
                yield f"{element.tag} {name}={value}"


def fetched(tree: html.HtmlElement) -> Iterator[str]:
    """Yield the addresses that a browser would fetch by itself."""
    loading = "//img/@src | //img/@srcset | //script/@src | //video/@poster | //video/@src | //audio/@src"
    yield from tree.xpath(f"{loading} | //iframe/@src | //object/@data | //embed/@src")
    yield from tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href")
    yield from tree.xpath("//*[self::audio or self::video][not(@preload='none')]/source/@src")


def test_nothing_hostile_is_lost(hostile: Path) -> None:
    """The attacks are there to be read: each has its page, and says what it says as text."""
    for path in ("medias/radio/2026/attack", "medias/radio/2026/quoting", "articles/hostile"):
        document = html.document_fromstring((hostile / path / "index.html").read_bytes())
        assert BREAKOUT == document.xpath("string(//h1)")


def test_no_page_holds_anything_that_runs(hostile: Path) -> None:
    """No page has a foreign script, a handler, an address that is a program, or a frame."""
    found = {
        path.relative_to(hostile).as_posix(): sorted(set(wrong))
        for path in hostile.rglob("*.html")
        if (wrong := list(dangers(html.document_fromstring(path.read_bytes()))))
    }
    assert {} == found


def test_no_page_calls_another_host(hostile: Path) -> None:
    """Pictures and frames of others that a text names are links at most."""
    for path in hostile.rglob("*.html"):
        for address in fetched(html.document_fromstring(path.read_bytes())):
            assert urlsplit(address).netloc in {"", "hub.example"}, (path, address)


def test_text_is_not_a_template(hostile: Path) -> None:
    """Template marks in a text are shown as they were written."""
    assert "{{ site.name }} {% raw %}" in (hostile / "articles/hostile/index.html").read_text()


NAMESPACES = {
    "http://purl.org/syndication/history/1.0",
    "http://search.yahoo.com/mrss/",
    "http://www.georss.org/georss",
    "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2005/Atom",
    "https://podcastindex.org/namespace/1.0",
}


def test_feeds_are_well_formed_and_inert(hostile: Path) -> None:
    """Each feed parses strictly; its texts and links hold nothing that runs."""
    feeds = list(hostile.rglob("*.atom"))
    assert [] != feeds
    for path in feeds:
        feed = etree.fromstring(path.read_bytes())
        assert {etree.QName(one).namespace for one in feed.iter(etree.Element)} <= NAMESPACES
        assert [] == list(dangers(feed)), path
        for content in feed.iter(f"{ATOM}content"):
            assert [] == list(dangers(html.fragment_fromstring(content.text, create_parent=True))), path
        if (titles := [one.text for one in feed.iter(f"{ATOM}title")]) and path.parent == hostile:
            assert BREAKOUT in titles


def test_the_site_map_is_well_formed(hostile: Path) -> None:
    """No name that others gave breaks the site map, nor leads it elsewhere."""
    places = etree.fromstring((hostile / "sitemap.xml").read_bytes()).xpath("//*[local-name()='loc']/text()")
    assert {"hub.example"} == {urlsplit(place).netloc for place in places}


TRIPWIRE = """
window.tripped = [];
for (const name of ["alert", "confirm", "prompt", "open", "print"])
  window[name] = (...given) => { window.tripped.push([name, ...given.map(String)]); };
"""


def test_nothing_runs_in_a_browser(browser: Any, hostile: Path) -> None:
    """A browser that opens the hostile pages runs nothing of theirs and calls no other host."""
    from playwright.sync_api import Page, Route

    away: list[str] = []

    def answer(route: Route) -> None:
        """Serve the output from the disk; note whatever goes elsewhere."""
        address = urlsplit(route.request.url)
        if address.netloc != "hub.example":
            away.append(route.request.url)
            route.abort()
            return
        name = unquote(address.path).lstrip("/")
        file = hostile / (f"{name}index.html" if not name or name.endswith("/") else name)
        if name == "control":
            route.fulfill(
                body="<img src=x onerror=alert(1)><img src=https://tracker.example/>",
                content_type="text/html",
            )
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0])
        else:
            route.fulfill(status=404, body="")

    def tripped(page: Page, path: str) -> list[str]:
        page.goto(f"https://hub.example/{path}", wait_until="load")
        return page.evaluate("window.tripped")

    context = browser.new_context()
    context.add_init_script(TRIPWIRE)
    context.route("**/*", answer)
    page = context.new_page()
    assert [["alert", "1"]] == tripped(page, "control")
    assert ["https://tracker.example/"] == away
    away.clear()
    paths = ["", "medias/radio/", "medias/radio/2026/attack/", "medias/radio/2026/quoting/"]
    paths += [
        "medias/radio/2026/id/",
        "articles/hostile/",
        "hostile-page/",
        "fil/",
        "mots-cles/",
        "auteurs/",
    ]
    for path in paths:
        assert [] == tripped(page, path), path
        assert f"https://hub.example/{path}" == page.url
    assert [] == away
