"""Pages that a child compares while its parent goes on come out as they would without a child."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import NOW, Content, built, entry, tree

from kiosque.model import Enclosure, Format
from kiosque.settings.pelicanconf import check
from kiosque.site.gather.gather import gather
from kiosque.site.hub import related
from kiosque.site.output import publisher, unchanged
from kiosque.site.output.fingerprints import Fingerprints
from kiosque.site.output.manifest import load_manifest
from kiosque.site.output.processes import Child
from kiosque.site.output.wanted import Unchanged
from kiosque.site.pages.part_table import LARGEST
from kiosque.site.pelican_host import load_settings
from kiosque.site.render.theme import Theme

MakeHub = Callable[[Mapping[str, Content]], Path]
SOURCE = "---\nname: Radio\nfeeds: [demo/feed.xml]\nagreement: {scope: full}\n---\n"


@pytest.fixture(autouse=True)
def _always_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a child work however few pages there are, and however few cores."""
    monkeypatch.setattr(unchanged, "_LEAST", 1)
    monkeypatch.setattr(related, "_MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def small(**changed: Content) -> dict[str, Content]:
    entries = [entry("radio", name, f"2026-01-{day:02}T10:00:00Z") for day, name in enumerate("abcd", 1)]
    return {"content/sources/radio.md": SOURCE, "archive/radio/2026.jsonl": entries, **changed}


def clean(root: Path) -> dict[str, bytes]:
    """Return what a build from nothing gives, which has nothing to compare."""
    built(root, root.parent / "clean")
    found = tree(root.parent / "clean")
    (root / ".cache").rename(root.parent / "cache")
    return found


def test_nothing_is_made_again_where_nothing_differs(hub: MakeHub) -> None:
    """The child's word is enough: all files are kept."""
    root = hub(small())
    first = built(root)
    again = built(root)
    assert ((), (), len(first.written)) == (again.written, again.removed, again.kept)


def test_what_differs_is_made_and_nothing_else(hub: MakeHub) -> None:
    """An entry that is corrected, one that is lost from the output, and one that goes are seen by the
    child.
    """
    root = hub(small())
    built(root)
    corrected = [
        entry("radio", "a", "2026-01-01T10:00:00Z", content="<p>Corrected.</p>"),
        *[entry("radio", name, f"2026-01-{day:02}T10:00:00Z") for day, name in ((2, "b"), (3, "c"))],
    ]
    hub({"archive/radio/2026.jsonl": corrected})
    (root / "output/medias/radio/2026/b/index.html").unlink()
    report = built(root)
    pages = {f"medias/radio/2026/{name}/index.html" for name in "abc"}
    # The third had the fourth for a neighbour.
    assert pages == {path for path in report.written if path.startswith("medias/radio/2026/")}
    assert ("medias/radio/2026/d/index.html",) == report.removed
    assert clean(root) == tree(root / "output")


def test_files_that_pages_name_are_served(hub: MakeHub) -> None:
    """What only the child would know of, the parent finds out itself."""
    sound = Enclosure(url="demo/a.mp3", type="audio/mpeg")
    root = hub(
        small(**{"archive/radio/2026.jsonl": [entry("radio", "a", enclosures=(sound,))], "demo/a.mp3": "x"})
    )
    built(root)
    again = built(root)
    assert ((), ()) == (again.written, again.removed)
    assert (root / "output/fichiers/demo/a.mp3").is_file()


def test_what_no_template_makes_is_compared_too(hub: MakeHub) -> None:
    """A picture that is drawn, in a part, isn't a reason for its parent to do all of it again."""
    sound = Enclosure(url="https://radio.example/a.mp3", type="audio/mpeg")
    heard = [entry("radio", "a", format=Format.SOUND, enclosures=(sound,))]
    root = hub(
        small(**{"archive/radio/2026.jsonl": heard, "pelicanconf.py": 'SITEURL = "https://hub.example"\n'})
    )
    built(root)
    settings = check(load_settings(root) | {"ASKED_NOW": NOW}, root)
    theme = Theme(settings)
    gathered = gather(settings, theme.assets()[0])
    manifest = max((root / ".cache/manifests").iterdir(), key=lambda file: file.stat().st_size)
    files = load_manifest(manifest)
    assert files
    standing = publisher.PreviousBuild(root / "output", files, Fingerprints(theme))
    with unchanged.compared_ahead(lambda: LARGEST(gathered), standing) as wanted:
        assert {Unchanged} == {type(one) for one in wanted}


def test_a_child_that_fails_costs_nothing(hub: MakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a child ends before it has spoken, its parent does all of it."""
    root = hub(small())
    built(root)
    monkeypatch.setattr(unchanged, "_compare", lambda *_anything: 1 / 0)
    again = built(root)
    assert ((), ()) == (again.written, again.removed)


def test_half_a_word_is_none(hub: MakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that is killed while it speaks is not believed."""
    root = hub(small())
    built(root)
    whole = Child.result
    monkeypatch.setattr(Child, "result", lambda self: whole(self)[:-3])
    again = built(root)
    assert ((), ()) == (again.written, again.removed)


def test_a_child_is_ended_when_its_parent_fails() -> None:
    """No process stays behind."""
    with pytest.raises(KeyError), Child(lambda: os.read(os.pipe()[0], 1)) as child:
        raise KeyError
    with pytest.raises(ChildProcessError):
        os.waitpid(child._pid, os.WNOHANG)
