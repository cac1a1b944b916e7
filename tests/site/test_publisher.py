"""The publisher: what it writes, what it leaves alone, what it removes, and what it mends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import NOW, built, entry, tree

from kiosque import i18n
from kiosque.i18n import default_theme
from kiosque.model import Entry, OutputError
from kiosque.site.output import publisher

SOURCE = (
    "---\nname: Radio\nfeeds: [https://radio.example/feed.xml]\nagreement: {scope: full}\n---\nWho we are.\n"
)
SETTINGS = 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n'
FEEDS = ("feed.atom", "feed.rss", "feed.json")
TAG_PAGES = {"mots-cles/index.html", "mots-cles/eau/index.html"}

Write = Callable[..., Path]


def article(title: str, *lines: str, date: str = "2026-01-15") -> str:
    return "\n".join(["---", f"title: {title}", f"date: {date}", *lines, "---", "A text.", ""])


def small(entries: Iterable[Entry] | None = None) -> dict:
    """Return a hub with one source, two entries and two articles."""
    given = [entry("radio", "one"), entry("radio", "two", "2026-01-20T10:00:00Z", tags=("eau",))]
    return {
        "pelicanconf.py": SETTINGS,
        "content/sources/radio.md": SOURCE,
        "content/articles/first.md": article("First"),
        "content/articles/second.md": article("Second", date="2026-01-16"),
        "content/pages/about.md": "---\ntitle: About\n---\nUs.\n",
        "archive/radio/2026.jsonl": list(entries if entries is not None else given),
    }


def states(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return inode, time and content of each file: what writing it again would change."""
    return {
        path: ((folder / path).stat().st_ino, (folder / path).stat().st_mtime_ns, data)
        for path, data in tree(folder).items()
    }


def clean(root: Path) -> dict[str, bytes]:
    """Return the tree of a build that starts from nothing."""
    bare = root.with_name("bare")
    shutil.rmtree(bare, ignore_errors=True)
    shutil.copytree(root, bare, ignore=shutil.ignore_patterns("output", ".cache"))
    built(bare)
    return tree(bare / "output")


def test_nothing_changed_writes_nothing(hub: Write) -> None:
    """A build after which nothing changed leaves every file alone, its time included."""
    root = hub(small())
    first = built(root)
    before = states(root / "output")
    second = built(root)
    assert ((), ()) == (second.written, second.removed)
    assert len(first.written) == second.kept
    assert before == states(root / "output")


def test_no_cache_file_but_locks_changes_when_nothing_did(hub: Write) -> None:
    """A build that finds nothing new doesn't write the manifest again."""
    root = hub(small())
    built(root)
    before = states(root / ".cache" / "manifests")
    built(root)
    assert before == states(root / ".cache" / "manifests")


def test_a_new_entry_touches_what_shows_it_and_one_neighbour(hub: Write) -> None:
    """One arrival rewrites the lists that show it, its own page, and the page of the one before it."""
    year = [
        entry("radio", f"old-{day:02}", f"2025-10-{day:02}T10:00:00Z", tags=("eau",)) for day in range(1, 29)
    ]
    recent = [entry("radio", f"new-{day:02}", f"2026-03-{day:02}T10:00:00Z") for day in range(1, 13)]
    root = hub(small(recent) | {"archive/radio/2025.jsonl": year})
    built(root)
    hub({"archive/radio/2026.jsonl": [*recent, entry("radio", "latest", "2026-03-14T10:00:00Z")]})
    report = built(root)
    expected = {
        "index.html",
        "donnees/index.html",
        "donnees/publications-2026.csv",
        "donnees/publications-2026.json",
        *(f"embarquer/{folder}index.html" for folder in ("", "lire/", "medias/radio/")),
        *(f"{folder}{name}" for folder in ("", "lire/", "medias/radio/") for name in FEEDS),
        *(f"embarquer/{folder}index.html" for folder in ("", "lire/", "medias/radio/")),
        *(f"donnees/{name}" for name in ("index.html", "publications-2026.csv", "publications-2026.json")),
        "sitemap.xml",
        "fil/index.html",
        "fil/2026/03/index.html",
        "lire/index.html",
        "lire/2026/index.html",
        "medias/radio/index.html",
        "medias/radio/2026/index.html",
        "medias/radio/2026/latest/index.html",
        "medias/radio/2026/new-12/index.html",
        "sante/index.html",
    }
    assert expected == set(report.written)
    assert () == report.removed
    assert clean(root) == tree(root / "output")


def test_removed_content_removes_its_pages(hub: Write) -> None:
    """What is gone from the archive and from content/ is gone from the output, with its emptied folders."""
    root = hub(small())
    built(root)
    hub({"archive/radio/2026.jsonl": [entry("radio", "one")]})
    (root / "content/articles/first.md").unlink()
    report = built(root)
    gone = {"medias/radio/2026/two/index.html", "articles/first/index.html"}
    assert gone | (TAG_PAGES - {"mots-cles/index.html"}) == set(report.removed)
    assert not (root / "output/articles/first").exists()
    assert not (root / "output/mots-cles/eau").exists()
    assert clean(root) == tree(root / "output")


def test_foreign_files_are_never_touched(hub: Write) -> None:
    """Files that someone else put into the output stay, beside pages and where a page was removed."""
    root = hub(small())
    built(root)
    foreign = {
        "CNAME": b"hub.example",
        "medias/radio/2026/two/note.txt": b"mine",
        "recherche/pagefind/a.js": b"",
    }
    for path, data in foreign.items():
        (root / "output" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "output" / path).write_bytes(data)
    before = states(root / "output")
    hub({"archive/radio/2026.jsonl": [entry("radio", "one")]})
    built(root)
    after = states(root / "output")
    assert {path: before[path] for path in foreign} == {path: after[path] for path in foreign}
    assert not (root / "output/medias/radio/2026/two/index.html").exists()


@pytest.mark.parametrize("change", ["edit", "same size", "remove", "folder of another"])
def test_a_hand_changed_file_is_mended(hub: Write, change: str) -> None:
    """An output file that someone edited or removed is as it should be after the next build."""
    root = hub(small())
    built(root)
    before = tree(root / "output")
    page = root / "output/medias/radio/2026/one/index.html"
    if change == "edit":
        page.write_text("vandalised")
    elif change == "same size":
        page.write_bytes(page.read_bytes().replace(b"one", b"eno"))
    elif change == "remove":
        page.unlink()
    else:
        shutil.rmtree(root / "output/medias")
    built(root)
    assert before == tree(root / "output")


def test_a_file_that_someone_changed_is_not_removed(hub: Write) -> None:
    """A page that nobody wants any more, but that someone rewrote, is theirs and stays."""
    root = hub(small())
    built(root)
    page = root / "output/articles/first/index.html"
    page.write_text("mine now")
    (root / "content/articles/first.md").unlink()
    built(root)
    assert "mine now" == page.read_text()


@pytest.mark.parametrize("damage", ["lost", "garbage"])
def test_a_lost_manifest_overwrites_and_prunes_nothing(hub: Write, damage: str) -> None:
    """Without a manifest what is wanted is overwritten, what isn't stays, and the report says so."""
    root = hub(small())
    assert not built(root).had_manifest
    assert built(root).had_manifest
    for manifest in (root / ".cache/manifests").iterdir():
        manifest.unlink() if damage == "lost" else manifest.write_bytes(b"\x00garbage")
    (root / "output/index.html").write_text("old")
    (root / "content/articles/first.md").unlink()
    report = built(root)
    assert not report.had_manifest
    assert () == report.removed
    stale = {"articles/first/index.html"}
    assert stale == set(tree(root / "output")) - set(clean(root))
    assert clean(root) == {path: data for path, data in tree(root / "output").items() if path not in stale}


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosque.site.output import publisher
from kiosque.site.build import build

left, real = int(sys.argv[2]), publisher._write_new

def cut(name, data):
    global left
    left -= 1
    if left > 0:
        return real(name, data)
    real(name, data[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)

publisher._write_new = cut
build(Path(sys.argv[1]), now=sys.argv[3])
"""


def kill_while_writing(root: Path, count: int) -> None:
    """Build in another process, which is killed when it has written half of its ``count``-th file."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(root), str(count), NOW], check=False)
    assert -signal.SIGKILL == done.returncode


@pytest.mark.parametrize("count", [1, 9])
def test_a_killed_build_is_mended_by_the_next(hub: Write, count: int) -> None:
    """A build killed in the middle of a file leaves nothing that the next build doesn't mend."""
    root = hub(small())
    kill_while_writing(root, count)
    built(root)
    assert clean(root) == tree(root / "output")
    hub({"pelicanconf.py": SETTINGS.replace("Hub", "Other")})
    (root / "content/articles/first.md").unlink()
    kill_while_writing(root, count)
    built(root)
    assert clean(root) == tree(root / "output")


def test_a_build_that_fails_in_the_middle_is_mended_by_the_next(
    hub: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up stops the build with a plain error; with room again the next build mends all."""
    root = hub(small())
    built(root)
    hub({"pelicanconf.py": SETTINGS.replace("Hub", "Other"), "content/articles/third.md": article("Third")})
    (root / "content/articles/first.md").unlink()
    real, calls = publisher._write_new, []

    def full(name: str, data: bytes) -> object:
        calls.append(name)
        if len(calls) > 8:
            raise OSError(28, "No space left on device")
        return real(name, data)

    with monkeypatch.context() as patch, pytest.raises(OutputError):
        patch.setattr(publisher, "_write_new", full)
        built(root)
    built(root)
    assert clean(root) == tree(root / "output")


def test_a_changed_template_renders_again_only_its_pages(hub: Write) -> None:
    """A template of the hub's own theme changes the pages that it makes, and removing it changes them
    back.
    """
    root = hub(small())
    built(root)
    before = tree(root / "output")
    theirs = (default_theme() / "templates/entry.html").read_text()
    hub({"theme/templates/entry.html": theirs.replace('<article class="', '<article class="mine ')})
    entries = {"medias/radio/2026/one/index.html", "medias/radio/2026/two/index.html"}
    assert entries == set(built(root).written)
    assert clean(root) == tree(root / "output")
    (root / "theme/templates/entry.html").unlink()
    assert entries == set(built(root).written)
    assert before == tree(root / "output")


def test_a_changed_component_renders_again_what_imports_it(hub: Write) -> None:
    """A template that others import changes all pages that it has a share in."""
    root = hub(small())
    built(root)
    theirs = (default_theme() / "templates/components/neighbours.html").read_text()
    hub({"theme/templates/components/neighbours.html": theirs.replace("<nav", '<nav data-mine=""')})
    written = set(built(root).written)
    assert {"medias/radio/2026/one/index.html", "articles/first/index.html"} <= written
    assert "index.html" not in written
    assert clean(root) == tree(root / "output")


def test_a_changed_catalogue_renders_again_what_it_translates(hub: Write) -> None:
    """A word translated otherwise in the hub's own catalogue changes the pages that show it."""
    root = hub(small())
    built(root)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    hub(
        {"theme/translations/fr/LC_MESSAGES/kiosque.po": f'{head}msgid "All articles"\nmsgstr "Nos textes"\n'}
    )
    assert {"index.html"} == set(built(root).written)
    assert b"Nos textes" in (root / "output/index.html").read_bytes()
    assert clean(root) == tree(root / "output")


@pytest.mark.parametrize(
    "change",
    [
        'SITENAME = "Other"',
        'SITEURL = "https://other.example/hub"',
        'DEFAULT_LANG = "en"',
        'TIMEZONE = "Asia/Tokyo"',
    ],
)
def test_a_changed_setting_renders_again_what_it_could_change(hub: Write, change: str) -> None:
    """After a setting changes, the output is that of a clean build with it."""
    root = hub(small([entry("radio", "late", "2026-01-31T22:00:00Z")]))
    built(root)
    before = tree(root / "output")
    hub({"pelicanconf.py": f"{SETTINGS}{change}\n"})
    report = built(root)
    assert clean(root) == tree(root / "output") != before
    changed = {path for path, data in tree(root / "output").items() if before.get(path) != data}
    assert changed == set(report.written)


def test_two_pages_wanting_one_address_are_a_problem(hub: Write) -> None:
    """Where a former address is one of today, the page of today is published and the other is named."""
    root = hub(small() | {"content/articles/second.md": article("Second", "aliases: [/medias/radio/]")})
    report = built(root)
    assert ["medias/radio/index.html"] == [problem.path for problem in report.problems]
    assert b"refresh" not in (root / "output/medias/radio/index.html").read_bytes()


def test_a_template_that_cannot_be_read_is_a_problem_with_its_line(hub: Write) -> None:
    """A syntax error in a template names file and line, leaves its pages as they were, and stops nothing
    else.
    """
    root = hub(small())
    built(root)
    before = tree(root / "output")
    hub({"theme/templates/entry.html": "<p>\n{% if %}\n", "content/articles/third.md": article("Third")})
    report = built(root)
    assert {("theme/templates/entry.html", 2)} == {(one.path, one.line) for one in report.problems}
    after = tree(root / "output")
    for path in ("medias/radio/2026/one/index.html", "medias/radio/2026/two/index.html"):
        assert before[path] == after[path]
    assert "articles/third/index.html" in after
    (root / "theme/templates/entry.html").unlink()
    assert () == built(root).problems
    assert clean(root) == tree(root / "output")


def test_a_template_that_fails_on_a_page_is_a_problem_with_its_line(hub: Write) -> None:
    """A fault that shows only when a page is made names the template, its line and the page."""
    root = hub(small())
    built(root)
    before = (root / "output/about/index.html").read_bytes()
    hub({"theme/templates/page.html": "<p>\n\n{{ nothing.like_it }}\n"})
    (problem,) = built(root).problems
    assert ("theme/templates/page.html", 3) == (problem.path, problem.line)
    assert "/about/index.html" in problem.message
    assert before == (root / "output/about/index.html").read_bytes()
    (root / "theme/templates/page.html").unlink()
    assert () == built(root).problems
    assert clean(root) == tree(root / "output")


def test_a_page_that_takes_without_end_costs_itself_only(hub: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering has a limit of time: a page beyond it is left out and named, and all others are made."""
    monkeypatch.setattr(publisher, "_MOST_SECONDS", 0.2)
    endless = "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}"
    root = hub(small() | {"theme/templates/article.html": endless})
    pages = ["articles/first/index.html", "articles/second/index.html"]
    report = built(root)
    assert pages == sorted(problem.path for problem in report.problems)
    assert ([False, False], True) == (
        [(root / "output" / page).exists() for page in pages],
        (root / "output/medias/radio/2026/one/index.html").exists(),
    )


def test_a_folder_that_cannot_be_written_is_an_output_error(hub: Write) -> None:
    """An output folder below a file is a plain error that names it."""
    root = hub(small() | {"taken": "a file"})
    with pytest.raises(OutputError, match="taken"):
        built(root, output=root / "taken" / "output")


def test_a_cache_that_cannot_be_written_is_an_output_error(hub: Write) -> None:
    """A file in the place of the cache is a plain error that names it."""
    root = hub(small() | {".cache": "a file"})
    with pytest.raises(OutputError, match="cache"):
        built(root)


def test_each_output_folder_has_its_own_manifest(hub: Write) -> None:
    """Two output folders of one hub are each kept up to date and pruned by themselves."""
    root = hub(small())
    built(root)
    built(root, output=root / "other")
    (root / "content/articles/first.md").unlink()
    assert "articles/first/index.html" in built(root, output=root / "other").removed
    assert (root / "output/articles/first/index.html").exists()
    assert "articles/first/index.html" in built(root).removed
    assert tree(root / "output") == tree(root / "other")


def test_many_pages_are_made_by_all_cores_like_by_one(hub: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough pages to be shared among children give the same bytes as one process makes."""
    many = [
        entry("radio", f"e{number}", f"2026-01-10T10:{number // 60:02}:{number % 60:02}Z")
        for number in range(320)
    ]
    root = hub(small(many))
    monkeypatch.setattr(publisher.os, "cpu_count", lambda: 1)
    built(root)
    monkeypatch.setattr(publisher.os, "cpu_count", lambda: 2)
    built(root, output=root / "other")
    assert tree(root / "output") == tree(root / "other")


def test_the_output_does_not_depend_on_the_language_of_whoever_builds(
    hub: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub speaks its own language, whichever the builder's terminal speaks."""
    root = hub(small([entry("radio", "nameless", title="")]))
    monkeypatch.setattr(i18n, "_current", i18n._current)  # each build sets it: this takes it back at the end
    monkeypatch.setenv("LANGUAGE", "fr")
    built(root)
    monkeypatch.setenv("LANGUAGE", "en")
    assert clean(root) == tree(root / "output")
