"""Compressed copies and configuration follow the pages: made where these differ, removed with them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import brotli
from conftest import NOW

from kiosque.site.build import build

SETTINGS = 'SITENAME = "Un kiosque"\nSITEURL = "https://kiosque.example"\nSEARCH = False\n'
ARTICLE = "---\ntitle: Ma rue\ndate: 2026-02-01\naliases: [/ancienne/]\n---\n{text}\n"
OTHER = "---\ntitle: Une place\ndate: 2026-02-02\n---\nUn texte.\n"
COPIES = (".br", ".gz")


def copies(output: Path) -> dict[str, tuple[int, bytes]]:
    """Return the time and the bytes of each copy, by its path."""
    return {
        path.relative_to(output).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in output.rglob("*")
        if path.suffix in COPIES
    }


def start(hub: Callable[[Mapping[str, str]], Path]) -> Path:
    files = {"pelicanconf.py": SETTINGS, "publishconf.py": SETTINGS, "content/articles/place.md": OTHER}
    return hub({**files, "content/articles/rue.md": ARTICLE.format(text="Un texte.")})


def test_copies_hold_what_pages_say(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """Each text of more than a kilobyte has two copies, which unpack to its bytes; what is for servers has
    none.
    """
    root = start(hub)
    # As many as make a list of the week's texts that is worth it.
    for number in range(15):
        (root / "content" / "articles" / f"place-{number}.md").write_text(OTHER)
    build(root, publish=True, now=NOW)
    output, unpack = root / "output", {".br": brotli.decompress, ".gz": gzip.decompress}
    found = copies(output)
    unpacked = {path: unpack[path[-3:]](data) for path, (_time, data) in found.items()}
    assert {path: (output / path[:-3]).read_bytes() for path in found} == unpacked
    assert {
        f"{name}{suffix}"
        for name in ("index.html", "feed.atom", "flux.css", "hors-ligne/semaine.json")
        for suffix in COPIES
    } <= found.keys()
    assert [] == [
        path
        for path in found
        if path.startswith((".htaccess", "_")) or (output / path[:-3]).stat().st_size < 1024
    ]


def test_only_copies_of_what_changed_are_made_again(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """A build that changes nothing touches none; a changed article leaves those of another page alone."""
    root = start(hub)
    build(root, publish=True, now=NOW)
    first = copies(root / "output")
    build(root, publish=True, now=NOW)
    assert first == copies(root / "output")
    (root / "content" / "articles" / "rue.md").write_text(ARTICLE.format(text="Un autre texte."))
    build(root, publish=True, now=NOW)
    changed = {path for path, one in copies(root / "output").items() if first.get(path) != one}
    assert "articles/rue/index.html.br" in changed
    assert "a-propos/index.html.br" not in changed and "accessibilite/index.html.gz" not in changed


def test_copies_go_with_their_pages(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """What is no longer published leaves neither page nor copy, nor its redirect."""
    root = start(hub)
    build(root, publish=True, now=NOW)
    assert "/ancienne/" in (root / "hosting" / "nginx.conf").read_text()
    (root / "content" / "articles" / "rue.md").unlink()
    build(root, publish=True, now=NOW)
    assert [] == list((root / "output" / "articles" / "rue").glob("*"))
    assert "/ancienne/" not in (root / "hosting" / "nginx.conf").read_text()


def test_a_build_that_is_not_for_the_public_leaves_no_stale_copy(
    hub: Callable[[Mapping[str, str]], Path],
) -> None:
    """It has no configuration for hosts, and a page that it changes loses its copies: the next one for the
    public makes them.
    """
    root = start(hub)
    build(root, publish=True, now=NOW)
    (root / "content" / "articles" / "rue.md").write_text(ARTICLE.format(text="Un autre texte."))
    build(root, now=NOW)
    page = root / "output" / "articles" / "rue" / "index.html"
    assert (True, [False, False]) == (
        page.is_file(),
        [page.with_name(page.name + one).exists() for one in COPIES],
    )
    assert not (root / "output" / ".htaccess").exists()
    build(root, publish=True, now=NOW)
    assert brotli.decompress(page.with_name("index.html.br").read_bytes()) == page.read_bytes()


def test_what_was_taken_down_is_named_to_servers_only(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """Its address stands in what lies beside the site, and in no file that readers could ask for."""
    root = start(hub)
    takedown = "- {address: /medias/radio/2026/nom-de-quelqu-un/, date: 2026-03-10, reason: demandé}\n"
    (root / "content" / "takedowns.yml").write_text(takedown)
    build(root, publish=True, now=NOW)
    naming = [path for path in root.rglob("*") if path.is_file() and b"nom-de-quelqu-un" in path.read_bytes()]
    assert {"Caddyfile", "nginx.conf", "takedowns.yml"} == {path.name for path in naming}


def given(rules: str, address: str) -> list[tuple[str, str]]:
    """Return the headers that hosts of ``_headers`` send for an address: those of all rules that fit."""
    found, fits = [], False
    for line in rules.splitlines():
        if line.startswith("/"):
            fits = fnmatchcase(address, line)
        elif fits and line.startswith("  "):
            name, _colon, value = line.strip().partition(": ")
            found.append((name, value))
    return found


def test_hosts_that_join_headers_are_given_each_once(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """In ``_headers`` no address has a header twice, all have the policy, and what is made for frames may be
    framed.
    """
    root = start(hub)
    build(root, publish=True, now=NOW)
    output = root / "output"
    rules = (output / "_headers").read_text()
    paths = [path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()]
    found = {f"/{path.removesuffix('index.html')}": path for path in paths if path[0] not in "._"}
    headers = {address: given(rules, address) for address in found}
    assert [] == [
        one for one, pairs in headers.items() if len({name for name, _value in pairs}) != len(pairs)
    ]
    assert [] == [one for one, pairs in headers.items() if "Content-Security-Policy" not in dict(pairs)]
    open_to_all = {
        one
        for one, path in found.items()
        if path.endswith(".html") and "X-Frame-Options" not in dict(headers[one])
    }
    assert {one for one in found if one.startswith("/embarquer/") and one.endswith("/")} | {
        "/404.html"
    } == open_to_all
    assert {"/theme/"} == {
        one[:7] for one, pairs in headers.items() if "immutable" in dict(pairs).get("Cache-Control", "")
    }


def test_hosts_of_redirects_are_told_what_moved(hub: Callable[[Mapping[str, str]], Path]) -> None:
    """Each former address has its line."""
    root = start(hub)
    build(root, publish=True, now=NOW)
    lines = (root / "output" / "_redirects").read_text().splitlines()
    assert ["/ancienne/ /articles/rue/ 301"] == [line for line in lines if not line.startswith("#")]
