"""However a hub came to be as it is, its output is that of a clean build of it, byte for byte."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
from conftest import built, entry, tree, write_tree
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosque.i18n import default_theme
from kiosque.model import Entry, Format

SOURCES = ("radio", "blog")
NAMES = st.sampled_from(["one", "two", "three", "four", "five"])
MOMENTS = st.sampled_from(
    [
        "2025-06-01T10:00:00Z",
        "2025-12-31T23:30:00Z",
        "2026-01-10T18:30:00Z",
        "2026-03-01T06:00:00Z",
        "2026-03-14T09:00:00Z",
        "2026-09-01T09:00:00Z",
    ]
)
TITLES = st.sampled_from(["", "Une eau claire", "Un <b>été</b> & l’hiver", "Une fête au bord de la rivière"])
TAGS = st.lists(st.sampled_from(["eau", "Eau", "école", "forêt"]), max_size=2).map(tuple)
AUTHORS = st.lists(st.sampled_from(["Ana", "Bo"]), max_size=1).map(tuple)
SLOTS = st.tuples(st.sampled_from(SOURCES), NAMES)
VALUES = {
    "SITENAME": ["Hub", "Un autre"],
    "SITESUBTITLE": ["", "Ici & là"],
    "SITEURL": ["", "https://hub.example", "https://other.example/hub"],
    "DEFAULT_LANG": ["fr", "en"],
    "TIMEZONE": ["Europe/Paris", "America/Martinique"],
    "DEMONSTRATION": [False, True],
}
TEMPLATES = ("entry.html", "tag.html", "components/card.html", "base.html", "feed.atom")


class Edits(RuleBasedStateMachine):
    """A hub that people edit, and build when they like."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kiosque-"))
        self.root = self.folder / "hub"
        self.entries: dict[tuple[str, str], Entry] = {}
        self.years: dict[tuple[str, str], int] = {}
        self.stale = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def write(self, path: str, text: str) -> None:
        write_tree(self.root, {path: text})
        self.stale = True

    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)
        self.stale = True

    def archive(self) -> None:
        """Write the archive anew: what an entry left is emptied."""
        shutil.rmtree(self.root / "archive", ignore_errors=True)
        files: dict[str, list[Entry]] = {}
        for slot, one in self.entries.items():
            files.setdefault(f"archive/{slot[0]}/{self.years[slot]}.jsonl", []).append(one)
        write_tree(self.root, files)
        self.stale = True

    @initialize()
    def start(self) -> None:
        self.source("radio", "full")
        self.store(("radio", "one"), "2026-01-10T18:30:00Z", "Une eau claire", ("eau",), (), "text")

    @rule(
        slot=SLOTS,
        moment=MOMENTS,
        title=TITLES,
        tags=TAGS,
        authors=AUTHORS,
        kind=st.sampled_from(["text", "sound", "video"]),
        is_dated=st.sampled_from([True, True, False]),
    )
    def store(self, slot, moment, title, tags, authors, kind, is_dated=True) -> None:
        """Add an entry; or correct and re-date one, which keeps its year."""
        source, name = slot
        fields = {"title": title, "tags": tags, "authors": authors, "summary": f"A text of {name}."}
        self.entries[slot] = entry(source, name, moment, **fields, format=Format(kind), content="<p>Text</p>")
        if not is_dated:
            self.entries[slot] = msgspec.structs.replace(self.entries[slot], published=None)
        self.years.setdefault(slot, int(moment[:4]))
        self.archive()

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def take_down(self, data) -> None:
        slot = data.draw(st.sampled_from(sorted(self.entries)))
        del self.entries[slot], self.years[slot]
        self.archive()

    @rule(said=st.sampled_from(["", "same: ", "apart: "]))
    def say(self, said) -> None:
        """Say that two entries, of which there may be none, are one work, or two."""
        pair = "[[/medias/radio/2026/one/, /medias/blog/2026/two/]]"
        self.write("content/works.yml", f"{said}{pair}\n" if said else "")

    @rule(slug=st.sampled_from(SOURCES), scope=st.sampled_from(["full", "excerpt", "link"]))
    def source(self, slug, scope) -> None:
        """Add a source, or change what it allows."""
        head = f"name: {slug.title()}\nhomepage: https://{slug}.example/\nagreement: {{scope: {scope}}}"
        self.write(f"content/sources/{slug}.md", f"---\n{head}\n---\nWho we are.\n")

    @rule(slug=st.sampled_from(SOURCES))
    def remove_source(self, slug) -> None:
        self.remove(f"content/sources/{slug}.md")

    @rule(
        name=NAMES,
        day=st.integers(1, 28),
        title=TITLES.filter(bool),
        tags=TAGS,
        featured=st.booleans(),
        status=st.sampled_from(["published", "draft", "hidden"]),
        body=st.sampled_from(["Text.", "# Head\n\n*Text*", "See [this]({filename}one.md).", ""]),
    )
    def article(self, name, day, title, tags, featured, status, body) -> None:
        """Add an article, or edit it."""
        head = f'title: "{title}"\ndate: 2026-02-{day:02}\ntags: {list(tags)}\nstatus: {status}'
        self.write(f"content/articles/{name}.md", f"---\n{head}\nfeatured: {featured}\n---\n{body}\n".lower())

    @rule(name=NAMES)
    def remove_article(self, name) -> None:
        self.remove(f"content/articles/{name}.md")

    @rule(title=st.sampled_from(["About", "Us"]), there=st.booleans())
    def page(self, title, there) -> None:
        """Write or remove a page, which all menus show."""
        if there:
            self.write("content/pages/about.md", f"---\ntitle: {title}\n---\nText.\n")
        else:
            self.remove("content/pages/about.md")

    @rule(chosen=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}))
    def setting(self, chosen) -> None:
        lines = [f"{key} = {value!r}\n" for key, value in chosen.items()]
        # Python caches a settings file by its size and whole second: edits of this speed need another size.
        shutil.rmtree(self.root / "__pycache__", ignore_errors=True)
        self.write("pelicanconf.py", "".join(lines))

    @rule(name=st.sampled_from(TEMPLATES), change=st.sampled_from(["one", "another", ""]))
    def template(self, name, change) -> None:
        """Override a template in the hub's own theme, or go back to the default one."""
        if change:
            theirs = (default_theme() / "templates" / name).read_text()
            self.write(f"theme/templates/{name}", f"{theirs}<!-- {change} -->\n")
        else:
            self.remove(f"theme/templates/{name}")

    @rule(data=st.data())
    def vandalise(self, data) -> None:
        """Change or remove a file of the output by hand."""
        files = sorted(tree(self.root / "output"))
        if files:
            path = self.root / "output" / data.draw(st.sampled_from(files))
            path.write_text("vandalised") if data.draw(st.booleans()) else path.unlink()
            # A page changed by hand and unwanted since would stay, as it should: so nothing else changes
            # first.
            self.stale = True
            self.check()

    @invariant()
    def check(self) -> None:
        """Build what is there and build it from nothing: the trees are equal."""
        if not self.stale:
            return
        self.stale = False
        report = built(self.root)
        bare = self.folder / "bare"
        shutil.copytree(self.root, bare, ignore=shutil.ignore_patterns("output", ".cache", "__pycache__"))
        clean = built(bare)
        expected = tree(bare / "output")
        shutil.rmtree(bare)
        assert expected == tree(self.root / "output")
        assert clean.problems == report.problems
        assert len(expected) == len(report.written) + report.kept


Edits.TestCase.settings = settings(
    max_examples=5,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
TestEveryHistory = Edits.TestCase
