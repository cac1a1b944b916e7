"""What a build for the public writes makes real servers do what it should, on every file of the site."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote, urldefrag, urlsplit

import brotli
import pytest

from hosting.conftest import GONE, GONE_SOURCE, Answer, Hosted

POLICY = (
    "default-src 'self'; media-src 'self' https:; script-src 'self' 'wasm-unsafe-eval'; "
    "frame-src 'self' https://canal-gervanne.example; object-src 'none'; base-uri 'self'; form-action "
    "'self'; "
    "frame-ancestors "
)
SITE = "https://kiosque-drome.example"
YEAR = "public, max-age=31536000, immutable"
_REFERENCE = re.compile(r'(?:href|src|data-source)="([^"]*)"')
_SOURCES = re.compile(r'srcset="([^"]*)"')
_TYPES = {
    "atom": "application/xml; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "opml": "text/x-opml; charset=utf-8",
    "pagefind": "application/octet-stream",
    "pdf": "application/pdf",
    "pf_filter": "application/octet-stream",
    "pf_fragment": "application/octet-stream",
    "pf_index": "application/octet-stream",
    "pf_meta": "application/octet-stream",
    "rss": "application/xml; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wav": "audio/wav",
    "webp": "image/webp",
    "xml": "application/xml; charset=utf-8",
}
_NAMED = {
    "feed.json": "application/feed+json; charset=utf-8",
    "chapitres.json": "application/json+chapters; charset=utf-8",
}


def files(output: Path) -> Iterator[tuple[str, Path]]:
    """Yield the address and the file of all that is published, but for copies and what hosts alone read."""
    for file in sorted(output.rglob("*")):
        path = file.relative_to(output).as_posix()
        if file.is_file() and file.suffix not in {".br", ".gz"} and path[0] not in "._":
            yield f"/{quote(path.removesuffix('index.html'))}", file


def lifetime(address: str) -> str:
    """Return what the cache of a browser is to be told of an address."""
    if address == "/sw.js" or address.endswith("/pagefind/index.json"):
        return "no-cache"
    if address.startswith(("/theme/", "/recherche/pagefind/")):
        return YEAR
    if address.startswith("/images/"):
        return "public, max-age=2592000"
    if address.startswith("/fichiers/") or address.endswith((".jpg", ".webp", ".png")):
        return "public, max-age=604800"
    if address.endswith((".atom", ".rss")):
        return "public, max-age=900"
    return "public, max-age=300, must-revalidate"


def expected(address: str, file: Path) -> dict[str, str]:
    ancestors = "*" if address.startswith("/embarquer/") else "'self'"
    found = {
        "content-type": _NAMED.get(file.name, _TYPES[file.suffix[1:]]),
        "cache-control": lifetime(address),
        "content-security-policy": POLICY + ancestors,
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=31536000",
        "cross-origin-opener-policy": "same-origin",
    }
    if file.suffix in {".atom", ".csv", ".json", ".opml", ".rss", ".vtt"}:
        found["access-control-allow-origin"] = "*"
    return found


def told(answer: Answer, names: dict[str, str]) -> dict[str, str]:
    found = {
        name: answer.headers[name]
        for name in (*names, "access-control-allow-origin")
        if name in answer.headers
    }
    return found | {name: re.sub(r"; *charset=", "; charset=", value).lower() for name, value in found.items()
                    if name == "content-type"}  # fmt: skip


def test_every_file_has_its_type_lifetime_and_headers(hosted: Hosted) -> None:
    """All that is published answers 200, with the bytes of its file and the headers of its address."""
    wrong, moved = {}, {"/articles/comment-participer/"}
    for address, file in files(hosted.output):
        answer = hosted.client.get(address)
        wanted = expected(address, file)
        if address not in moved and (answer.status, told(answer, wanted)) != (200, wanted):
            differing = wanted.items() ^ told(answer, wanted).items()
            wrong[address] = (answer.status, sorted(differing))
        elif address not in moved and answer.body != file.read_bytes():
            wrong[address] = (answer.status, [("body", f"{len(answer.body)}")])
    assert {} == dict(list(wrong.items())[:5])


def test_no_link_is_broken(hosted: Hosted) -> None:
    """From the home page on, each address of the hub that a page names is there."""
    waiting, seen, broken = ["/"], {"/"}, {}
    while waiting:
        address = waiting.pop()
        answer = hosted.client.get(address)
        if answer.status == 301:
            answer = hosted.client.get(urlsplit(answer.headers["location"]).path)
        if answer.status != 200:
            broken[address] = answer.status
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        page = answer.body.decode()
        named = _REFERENCE.findall(page)
        named += [
            one.split()[0] for value in _SOURCES.findall(page) for one in value.split(",") if one.strip()
        ]
        for one in named:
            target = urldefrag(unescape(one)).url.removeprefix(SITE).partition("?")[0]
            if target.startswith("/") and not target.startswith("//") and target not in seen:
                seen.add(target)
                waiting.append(target)
    assert {} == broken
    assert len(seen) > 600


@pytest.mark.parametrize("address", ["/", "/fil/", "/feed.atom", "/donnees/medias.json", "/flux.css"])
def test_text_is_sent_as_it_was_compressed(hosted: Hosted, address: str) -> None:
    """A browser gets the copy in the encoding that it prefers, under the type of the text; one that knows
    none the text.
    """
    file = hosted.output / address[1:]
    file = file / "index.html" if address.endswith("/") else file
    answers = {asked: hosted.client.get(address, Accept_Encoding=asked) for asked in ("gzip, br", "gzip", "")}
    assert brotli.decompress(answers["gzip, br"].body) == file.read_bytes()
    assert gzip.decompress(answers["gzip"].body) == file.read_bytes()
    assert answers[""].body == file.read_bytes()
    copies = [file.with_name(f"{file.name}{suffix}").read_bytes() for suffix in (".br", ".gz")]
    assert copies == [answers["gzip, br"].body, answers["gzip"].body]
    wanted = expected(address, file)
    for asked, encoding in {"gzip, br": "br", "gzip": "gzip", "": None}.items():
        answer = answers[asked]
        assert (200, encoding) == (answer.status, answer.headers.get("content-encoding"))
        assert wanted == told(answer, wanted)
        assert "accept-encoding" in answer.headers["vary"].lower()


def test_what_was_renamed_leads_on(hosted: Hosted) -> None:
    """A former address leads to today's, for good."""
    answer = hosted.client.get("/articles/comment-participer/")
    assert (301, "/articles/ecrire-pour-le-kiosque/") == (
        answer.status,
        urlsplit(answer.headers["location"]).path,
    )


@pytest.mark.parametrize("address", [GONE, GONE_SOURCE, f"{GONE_SOURCE}2026/", f"{GONE_SOURCE}feed.atom"])
def test_what_was_taken_down_is_gone(hosted: Hosted, address: str) -> None:
    """The page of what was taken down answers that it is gone, and so does all of a medium that was."""
    answer = hosted.client.get(address)
    assert (410, True) == (answer.status, "Cette page n’est pas ici" in answer.body.decode())


@pytest.mark.parametrize(
    "address", ["/nulle-part/", "/medias/radio-glandasse/1999/", "/theme/0/style.css", "/embarquer/rien/"]
)
def test_what_is_not_there_shows_the_error_page(hosted: Hosted, address: str) -> None:
    """An address that isn't there shows the hub's own page, under the policy, and nobody keeps that for a
    year.
    """
    answer = hosted.client.get(address)
    assert (404, (hosted.output / "404.html").read_bytes()) == (answer.status, answer.body)
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert "max-age=31536000" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("address", ["/.htaccess", "/.git/config", "/medias/.htaccess"])
def test_what_is_for_servers_is_not_shown(hosted: Hosted, address: str) -> None:
    """A file whose name begins with a point is nobody's to read."""
    assert hosted.client.get(address).status in {403, 404}


def test_sounds_can_be_asked_for_in_parts(hosted: Hosted) -> None:
    """A player may move within a sound."""
    sound = next(file for _address, file in files(hosted.output) if file.suffix == ".mp3")
    answer = hosted.client.get(
        f"/{quote(sound.relative_to(hosted.output).as_posix())}", Range="bytes=100-199"
    )
    assert (206, sound.read_bytes()[100:200]) == (answer.status, answer.body)


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_what_did_not_change_is_not_sent_again(hosted: Hosted, encoding: str) -> None:
    """A browser that has a page is told that it is the same, whichever encoding it came in."""
    validator = hosted.client.get("/", Accept_Encoding=encoding).headers["etag"]
    answer = hosted.client.get("/", Accept_Encoding=encoding, If_None_Match=validator)
    assert (304, b"") == (answer.status, answer.body)


def test_a_hub_in_a_folder_is_served_there(hosted_in_folder: Hosted) -> None:
    """Where the hub's address has a path, all of it holds below that: pages, errors, redirects, takedowns."""
    client = hosted_in_folder.client
    addresses = (
        "/kiosque/",
        "/kiosque/rien/",
        "/kiosque/ancienne/",
        "/kiosque/2019/rue.html",
        "/kiosque/medias/radio/2026/two/",
        "/kiosque/feed.atom",
    )
    found = {address: client.get(address) for address in addresses}
    assert [200, 404, 301, 301, 410, 200] == [answer.status for answer in found.values()]
    for old in ("/kiosque/ancienne/", "/kiosque/2019/rue.html"):
        assert urlsplit(found[old].headers["location"]).path == "/kiosque/articles/rue/"
    page = (hosted_in_folder.output / "404.html").read_bytes()
    assert [page, page] == [found["/kiosque/rien/"].body, found["/kiosque/medias/radio/2026/two/"].body]
    assert "strict-transport-security" not in found["/kiosque/"].headers
    framed = client.get("/kiosque/embarquer/articles/")
    kept = client.get(
        f"/kiosque/{next(hosted_in_folder.output.glob('theme/*/style.css')).relative_to(hosted_in_folder.output)}"
    )
    assert framed.headers["content-security-policy"].endswith("frame-ancestors *")
    assert (YEAR, "br") == (kept.headers["cache-control"], client.get(
        "/kiosque/feed.atom", Accept_Encoding="br").headers["content-encoding"])  # fmt: skip
