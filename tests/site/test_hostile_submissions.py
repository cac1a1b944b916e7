"""Hostile submissions, one of each sort: `check` names each, `build` makes it harmless, and a browser meets
nothing of it.

The browser opens every page without the policy that a careful host sends, so that a script that came through
would run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.serving import served
from conftest import NOW, built, write_tree
from contribute.checkcases import huge, picture

from kiosque import i18n
from kiosque.contribute.check import Severity, check
from kiosque.settings import pelicanconf as settings

HEAD = "title: Un texte\ndate: 2026-03-01\nlicence: CC0\n"
SECRET = "the-secret-of-this-computer"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
TRIPWIRE = """
window.tripped = [];
for (const name of ["alert", "confirm", "prompt", "open", "print"])
  Object.defineProperty(window, name, {value: () => { window.tripped.push(name); }});
"""
# What is pressed, pointed at or reached by keyboard counts too; addresses that are programs are looked for,
# not followed.
PROBE = """
async () => {
  for (const one of document.querySelectorAll("main *")) {
    one.focus?.();
    for (const name of ["mouseover", "pointerenter", "focus", "load", "error", "toggle"])
      one.dispatchEvent(new Event(name));
  }
  const bad = [...document.querySelectorAll("[href], [src], [action], [formaction], [data]")]
    .flatMap(one => ["href", "src", "action", "formaction", "data"].map(name => one.getAttribute(name) ?? ""))
    .filter(address => /^[\\s\\0]*(javascript|vbscript|data|file):/i.test(address));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const objects = [...document.querySelectorAll("main svg script, main iframe, main object")];
  return [...window.tripped, ...bad, ...objects.map(one => one.outerHTML)];
}
"""


def article(head: str = "", body: str = "Texte.\n") -> str:
    return f"---\n{HEAD}{head}---\n{body}"


IMAGE = "image: {file: %s, alt: Une image, licence: CC0}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
# What each sort of submission is, its files below content/articles/, and what `check` says of it.
SUBMISSIONS: dict[str, tuple[dict[str, str | bytes], set[str]]] = {
    "raw HTML": (
        {
            "html.md": article(
                body="<script>alert(1)</script><img src=x onerror=alert(2)>\n\n"
                     "<iframe src='https://evil.example/'></iframe>\n\n"
                "<p onclick='alert(3)' style='background:url(https://evil.example/x)'>a</p>\n\n"
                "<svg onload=alert(4)></svg>\n\n"
                "<form action='https://evil.example/'><button>b</button></form><meta http-equiv=refresh "
                "content='0;url=https://evil.example'>\n"
            )
        },
        {"html-removed", "html-attribute", "image-missing", "image-alt"},
    ),
    "javascript: links": (
        {
            "links.md": article(
                body="[a](javascript:alert(1)) <a href='java&#115;cript:alert(2)'>b</a> <a "
                     "href='&#9;javascript:alert(3)'>c</a> "
                "[d](data:text/html,<script>alert(4)</script>) [e][f] ![g](javascript:alert(5))\n\n"
                "[f]: vbscript:alert(6)\n"
            )
        },
        {"link-unsafe", "html-removed"},
    ),
    "links that break parsers": (
        {
            "broken-links.md": article(
                body="<a href='{tag}//[a'>a</a> <a href='{filename}//[b'>b</a> <a href='//[c'>c</a> "
                "<a href='https://hub.example//[d'>d</a> ![e]({attach}//[e)\n"
            )
        },
        {"link-broken", "image-missing"},
    ),
    "a YAML bomb": ({"bomb.md": f"---\n{HEAD}{BOMB}---\nTexte.\n"}, {"head-unsafe"}),
    "a Python object": ({"object.md": ('---\ntitle: !!python/object/apply:os.system ["touch /tmp/tripped"]\n'
                                       'date: 2026-03-01\n---\nx\n')}, {"head-unsafe"}),
    "a slug that climbs": ({"slug.md": article("slug: ../../../index\n")}, {"address-invalid"}),
    "an alias that climbs": ({"alias.md": article("aliases: [/../../index.html]\n")}, {"address-invalid"}),
    "a huge picture": ({"huge.md": article(IMAGE % "huge.png"), "huge.png": huge()}, {"image-refused"}),
    "an SVG with a script": (
        {"svg.md": article(IMAGE % "a.svg", "![a]({attach}a.svg) [b]({attach}a.svg)\n"), "a.svg": SVG},
        {"image-refused", "image-missing", "link-broken"},
    ),
    "an SVG called PNG": ({"fake.md": article(IMAGE % "svg.png", "![a]({attach}svg.png)\n"), "svg.png": SVG},
                          {"image-refused"}),
    "a page called JPEG": (
        {"page.md": article(IMAGE % "page.jpg", "[a]({attach}page.jpg)\n"),
         "page.jpg": b"<html><script>alert(1)</script></html>"},
        {"image-refused"},
    ),
    "a page": ({"html-file.md": article(body="[a]({attach}evil.html)\n"),
                "evil.html": "<script>alert(1)</script>"}, {"link-broken", "file-kind"}),
    "a name with signs": ({"a\x1b[31m\u202egpj.md": article(), "b\nc.md": article()}, {"file-control"}),
    "a picture elsewhere": ({"climb.md": article(IMAGE % "../../../secret.png",
                                                 "![a]({static}/../../secret.png)\n")},
                                                 {"file-outside", "image-missing"}),
    "an include": (
        {"include.rst": ("Titre\n#####\n\n:date: 2026-03-01\n:licence: CC0\n\n"
                         ".. include:: ../../../secret.txt\n\n.. raw:: html\n\n"
                         "   <script>alert(1)</script>\n")},
        {"directive-removed"},
    ),
    "words": (
        {"words.md": '---\ntitle: "<script>alert(1)</script>"\ndate: 2026-03-01\n'
                     "authors: ['\"><img src=x onerror=alert(1)>']\n"
                     "tags: ['<b onmouseover=alert(1)>']\nlicence: '<script>alert(1)</script>'\n"
                     "summary: '<img src=x onerror=alert(1)>'\n---\nTexte.\n"},
        set(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hub of all these submissions, built; links out of it besides."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.md").write_text(article(body=SECRET))
    (folder / "secret.png").write_bytes(picture("PNG"))
    root = folder / "hub"
    files = {
        f"content/articles/{name}": data
        for given, _codes in SUBMISSIONS.values()
        for name, data in given.items()
    }
    write_tree(root, {"pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n', **files})
    articles = root / "content/articles"
    (articles / "link.md").symlink_to(folder / "secret.md")
    (articles / "folder").symlink_to(folder)
    (articles / "linked.png").symlink_to(folder / "secret.png")
    (articles / "linked.md").write_text(article(IMAGE % "linked.png", "[a]({attach}linked.png)\n"))
    i18n.use("en")
    built(root)
    return root


@pytest.mark.parametrize("sort", SUBMISSIONS)
def test_check_names_each(sort: str, tmp_path: Path) -> None:
    """Alone, each submission is told what is wrong with it; what can't be shown blocks."""
    files, codes = SUBMISSIONS[sort]
    root = write_tree(tmp_path, {f"content/articles/{name}": data for name, data in files.items()})
    assert codes == {one.rule for one in check(settings.load(root, NOW)).findings}


def test_check_names_links_out_of_the_hub(hub: Path) -> None:
    """A text, a folder and a picture that are links to what lies elsewhere."""
    found = check(settings.load(hub, NOW)).findings
    assert ["folder", "link.md", "linked.png"] == [
        Path(one.path).name for one in found if one.rule == "file-link"
    ]
    assert {Severity.BLOCKS} == {
        one.severity for one in found if one.rule in {"file-link", "image-refused", "head-unsafe"}
    }


def test_a_build_says_what_it_leaves_out(hub: Path) -> None:
    """It ends, and names each file that can't be read, with plain signs only."""
    problems = [str(problem) for problem in built(hub).problems]
    for name in (
        "bomb.md",
        "object.md",
        "slug.md",
        "huge.png",
        "svg.png",
        "page.jpg",
        "climb.md",
        "svg.md",
        "html-file.md",
        "link.md",
        "folder",
        "linked.png",
        "a\\u001b[31m\\u202egpj.md",
    ):
        assert [one for one in problems if f"/{name}" in one], name
    assert [] == [sign for one in problems for sign in one if sign in "\x1b\n\u202e"]


def test_nothing_of_elsewhere_is_published(hub: Path) -> None:
    """Neither the words of other files nor what only looks like a picture or is a page."""
    output = hub / "output"
    texts = [path for path in output.rglob("*") if path.is_file()]
    assert [] == [path for path in texts if SECRET.encode() in path.read_bytes()]
    assert [] == [
        path.name for path in (output / "fichiers").rglob("*") if path.suffix in {".svg", ".html", ".jpg"}
    ]
    assert [] == list(hub.parent.glob("index.html"))
    assert not Path("/tmp/tripped").exists()


@pytest.fixture(scope="module")
def events(hub: Path, browser: Any) -> Iterator[dict[str, list[str]]]:
    """Open every page of the hub; yield what happened on each that should not."""
    seen: dict[str, list[str]] = {}
    output = hub / "output"
    with served(output) as address:
        context = browser.new_context(bypass_csp=True)
        context.add_init_script(TRIPWIRE)
        page = context.new_page()
        happened: list[str] = []

        def answer(route: Any) -> None:
            if not route.request.url.startswith(address):
                happened.append(f"{route.request.resource_type} {route.request.url}")
                route.abort()
            else:
                route.continue_()

        context.route("**/*", answer)
        context.on("page", lambda other: happened.append(f"window {other.url}"))
        page.on("dialog", lambda dialog: (happened.append(dialog.message), dialog.dismiss()))
        pages = sorted(path for path in output.rglob("*.html") if "charte" not in path.parts)
        for path in pages:
            happened.clear()
            name = path.relative_to(output).as_posix()
            page.goto(f"{address}/{name}", wait_until="load")
            happened += page.evaluate(PROBE)
            seen[name] = list(happened)
        context.close()
    yield seen


def test_a_browser_meets_nothing_of_it(events: dict[str, list[str]]) -> None:
    """No script runs, no other host is asked, no address is a program, on any page."""
    assert len(events) > 20
    assert {} == {name: happened for name, happened in events.items() if happened}


def test_the_tripwire_would_notice(browser: Any) -> None:
    """The same probe, on what was not cleaned."""
    page = browser.new_page()
    page.add_init_script(TRIPWIRE)
    page.set_content("<main><img src=x onerror=alert(1)><a href='javascript:confirm()'>a</a></main>")
    page.evaluate(TRIPWIRE)
    assert "javascript:confirm()" in page.evaluate(PROBE)
    page.close()
