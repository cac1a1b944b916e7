"""The whole demonstration hub: every page leads somewhere, can be read by everyone, and calls nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
import pytest
from conftest import tree
from lxml import etree, html

from kiosque.site.build import BuildReport, build

ATOM = "{http://www.w3.org/2005/Atom}"
LINKING = (("a", "href"), ("link", "href"), ("area", "href"), ("form", "action"))
LOADING = (("img", "src"), ("script", "src"), ("video", "poster"), ("iframe", "src"), ("embed", "src"))


@dataclass(frozen=True)
class Site:
    """A built hub: its folder, where it was built, its address, and what the build said."""

    root: Path
    output: Path
    url: str
    report: BuildReport
    documents: dict[str, html.HtmlElement]
    feeds: dict[str, etree._Element]


@pytest.fixture(scope="session")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory, demonstration_copy: Callable[[Path], Path]
) -> Site:
    """Return the demonstration hub, copied and built."""
    root = demonstration_copy(tmp_path_factory.mktemp("demonstration") / "hub")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        report = build(root)
    output = root / "output"
    documents = {
        path.relative_to(output).as_posix(): html.document_fromstring(path.read_bytes())
        for path in sorted(output.rglob("*.html"))
    }
    feeds = {
        path.relative_to(output).as_posix(): etree.fromstring(path.read_bytes())
        for path in sorted(output.rglob("*.atom"))
    }
    return Site(root, output, "https://kiosque-drome.example", report, documents, feeds)


def pages(site: Site) -> dict[str, html.HtmlElement]:
    """Return the pages that people read: all but redirects."""
    return {
        path: document
        for path, document in site.documents.items()
        if not document.xpath('//meta[@http-equiv="refresh"]')
    }


def place(site: Site, path: str) -> str:
    """Return the whole address of an output file."""
    return f"{site.url}/{path.removesuffix('index.html')}"


def references(document: html.HtmlElement) -> Iterator[str]:
    """Yield every address that a page names, wherever it stands."""
    for attribute in ("href", "src", "poster", "action"):
        yield from document.xpath(f"//@{attribute}")
    for several in document.xpath("//@srcset"):
        yield from (one.split()[0] for one in several.split(","))
    for content in document.xpath('//meta[@http-equiv="refresh"]/@content'):
        yield content.partition("url=")[2]


def missing(site: Site, base: str, addresses: Iterator[str]) -> set[str]:
    """Return those addresses of this hub that lead to no file, or to no place in it."""
    wrong = set()
    for address in addresses:
        whole = urlsplit(urljoin(base, address))
        if f"{whole.scheme}://{whole.netloc}" != site.url:
            continue
        file = unquote(whole.path).lstrip("/")
        file += "index.html" if not file or file.endswith("/") else ""
        if not (site.output / file).is_file():
            wrong.add(address)
        elif whole.fragment and file in site.documents:
            ids = site.documents[file].xpath("//@id")
            wrong |= set() if unquote(whole.fragment) in ids else {address}
    return wrong


def test_the_demonstration_builds_without_a_problem(demonstration: Site) -> None:
    """Nothing of the demonstration hub needs mending."""
    assert () == demonstration.report.problems
    assert 500 < len(demonstration.documents)


def test_every_internal_link_of_every_page_leads_somewhere(demonstration: Site) -> None:
    """What a page names on this hub is there, fragments included."""
    wrong = {
        path: found
        for path, document in demonstration.documents.items()
        if (found := missing(demonstration, place(demonstration, path), references(document)))
    }
    assert {} == wrong


def test_the_site_map_names_every_page_that_is_to_be_found(demonstration: Site) -> None:
    """All addresses of the site map lead to pages, each once, and only what robots are to leave alone is left
    out.
    """
    loc = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    found = [one.text for one in etree.parse(demonstration.output / "sitemap.xml").iter(loc)]
    hidden = '//meta[@name="robots"][@content="noindex"]'
    found_by_robots = (path for path, document in pages(demonstration).items() if not document.xpath(hidden))
    expected = {place(demonstration, path) for path in found_by_robots}
    assert len(set(found)) == len(found)
    assert expected == set(found)


def test_every_internal_link_of_every_feed_leads_somewhere(demonstration: Site) -> None:
    """What a feed links to on this hub is there, in its text too."""
    wrong = {}
    for path, feed in demonstration.feeds.items():
        addresses = [str(one) for one in feed.xpath("//@href")]
        for content in feed.iter(f"{ATOM}content"):
            inner = html.fragment_fromstring(content.text, create_parent=True)
            addresses += references(inner)
        if found := missing(demonstration, f"{demonstration.url}/{path}", iter(addresses)):
            wrong[path] = found
    assert {} == wrong


def test_links_in_feeds_are_whole(demonstration: Site) -> None:
    """A feed is read elsewhere: its links, and those in its texts, name the host, save to notes of the text
    itself.
    """
    wrong = {}
    for path, feed in demonstration.feeds.items():
        addresses = [str(one) for one in feed.xpath("//@href")]
        for content in feed.iter(f"{ATOM}content"):
            addresses += references(html.fragment_fromstring(content.text, create_parent=True))
        if found := {one for one in addresses if not urlsplit(one).scheme and one[:1] != "#"}:
            wrong[path] = found
    assert {} == wrong


def test_every_page_has_what_a_reader_needs(demonstration: Site) -> None:
    """Each page has one first heading, a language, a title, a main landmark, and a link that skips to it."""
    wrong = {}
    for path, document in pages(demonstration).items():
        has = {
            "doctype": "<!DOCTYPE html>" == document.getroottree().docinfo.doctype,
            "h1": 1 == len(document.xpath("//h1")) and "" != document.xpath("string(//h1)").strip(),
            "lang": "fr" == document.get("lang"),
            "title": 1 == len(document.xpath("//head/title")) and document.findtext(".//title").strip() != "",
            "viewport": 1 == len(document.xpath('//meta[@name="viewport"]')),
            "main": 1 == len(document.xpath("//main")),
            "skip": path.startswith("embarquer/")  # it stands in the page of another, and has no menu to skip
            or document.xpath("//body//a[1]/@href")[:1] == [f"#{document.xpath('string(//main/@id)')}"],
        }
        if lacking := [name for name, there in has.items() if not there]:
            wrong[path] = lacking
    assert {} == wrong


def test_no_two_pages_at_the_top_share_a_title(demonstration: Site) -> None:
    """A title tells which page it is: no two pages at the top of the hub bear the same."""
    lists = [path for path in pages(demonstration) if "/" not in path.removesuffix("/index.html")]
    titles = [demonstration.documents[path].findtext(".//title") for path in lists]
    assert sorted(set(titles)) == sorted(titles)


def test_no_id_stands_twice_on_a_page(demonstration: Site) -> None:
    """An id names one element of its page."""
    wrong = {
        path: [one for one in set(ids) if ids.count(one) > 1]
        for path, document in demonstration.documents.items()
        if len(ids := document.xpath("//@id")) != len(set(ids))
    }
    assert {} == wrong


def test_no_page_has_an_inline_script_or_style(demonstration: Site) -> None:
    """Pages work under a strict content security policy."""
    inline = (
        "//style | //script[not(@src or @type='application/ld+json' or @type='application/json')] | "
        "//@style | //@*[starts-with(name(), 'on')]"
    )
    assert [] == [path for path, document in demonstration.documents.items() if document.xpath(inline)]


def test_no_page_loads_anything_from_another_host(demonstration: Site) -> None:
    """What a browser fetches by itself lies on the hub; media of others wait until someone plays them."""
    wrong = {}
    for path, document in demonstration.documents.items():
        loaded = [one for tag, name in LOADING for one in document.xpath(f"//{tag}/@{name}")]
        loaded += document.xpath("//link[not(@rel='canonical') and not(@rel='alternate')]/@href")
        loaded += [one.split()[0] for several in document.xpath("//@srcset") for one in several.split(",")]
        loaded += document.xpath("//*[self::audio or self::video][not(@preload='none')]//@src")
        base = place(demonstration, path)
        if away := [one for one in loaded if not urljoin(base, one).startswith(f"{demonstration.url}/")]:
            wrong[path] = away
    assert {} == wrong


def test_no_style_names_another_host(demonstration: Site) -> None:
    """Style sheets and scripts load nothing from elsewhere."""
    for path in (demonstration.output / "theme").rglob("*.css"):
        text = path.read_text()
        assert "@import" not in text
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "")


def test_every_picture_has_an_alt_and_a_size(demonstration: Site) -> None:
    """A picture says what it shows or that it shows nothing, and keeps its place while it loads."""
    wrong = {
        path: found
        for path, document in demonstration.documents.items()
        if (
            found := document.xpath(
                "//img[not(@alt)]/@src | //main//img[not(ancestor::*[contains(@class, "
                "'prose')])][not(@width)]/@src"
            )
        )
    }
    assert {} == wrong


def test_every_feed_is_a_feed(demonstration: Site) -> None:
    """Each feed has an identity, a title, a date, and entries that have theirs, none twice."""
    assert {} != demonstration.feeds
    identities = [feed.findtext(f"{ATOM}id") for feed in demonstration.feeds.values()]
    assert len(set(identities)) == len(identities)
    for path, feed in demonstration.feeds.items():
        assert f"{ATOM}feed" == feed.tag, path
        entries = feed.findall(f"{ATOM}entry")
        for one in (feed, *entries):
            for name in ("id", "title", "updated"):
                assert one.findtext(f"{ATOM}{name}"), (path, name)
        ids = [one.findtext(f"{ATOM}id") for one in entries]
        assert len(set(ids)) == len(ids), path
        assert feed.findtext(f"{ATOM}updated") == max(one.findtext(f"{ATOM}updated") for one in entries), path


def test_what_is_yet_to_come_and_drafts_are_nowhere(demonstration: Site) -> None:
    """An entry of the future has no page and no mention, nor has a draft."""
    future = []
    for path in (demonstration.root / "archive").rglob("*.jsonl"):
        for line in path.read_text().splitlines():
            one = msgspec.json.decode(line)
            if one.get("published", "") > "2026-03-15T08":
                future.append(one["slug"])
    assert [] != future
    everything = b"".join(data for path, data in tree(demonstration.output).items() if "theme/" not in path)
    assert [] == [slug for slug in future if f"/{slug}/".encode() in everything]


def run(*command: str, root: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr


def without_index(output: Path) -> dict[str, bytes]:
    """Return a tree without the search index, whose bytes Pagefind's threads decide."""
    return {path: data for path, data in tree(output).items() if not path.startswith("recherche/pagefind/")}


def test_pelican_gives_the_same_bytes_as_kiosque(demonstration: Site, tmp_path: Path) -> None:
    """``pelican -s pelicanconf.py`` and ``kiosque build`` in processes of their own leave equal trees."""
    root = tmp_path / "hub"
    shutil.copytree(
        demonstration.root, root, ignore=shutil.ignore_patterns("output", ".cache", "__pycache__")
    )
    # To shrink the pictures anew would be most of the time.
    shutil.copytree(demonstration.root / ".cache" / "pictures", root / ".cache" / "pictures")
    settings = ("-s", "pelicanconf.py", "-o", str(tmp_path / "pelican"))
    run(sys.executable, "-m", "pelican", *settings, root=root)
    run(sys.executable, "-m", "kiosque", "build", "--output", str(tmp_path / "kiosque"), root=root)
    expected = without_index(demonstration.output)
    assert expected == without_index(tmp_path / "kiosque")
    assert expected == without_index(tmp_path / "pelican")
