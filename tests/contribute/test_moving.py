"""`kiosque import site` and `kiosque import wordpress`: whole sites move in, nothing is lost silently.

Each site of ``data/moving`` has its folder, and beside it what the hub holds afterwards and what is said.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import NOW, built, tree, write_tree

from kiosque import i18n
from kiosque.cli import main
from kiosque.contribute.check import check
from kiosque.contribute.moving import importing
from kiosque.contribute.moving.old_address import of_braces, of_colons, pelican_slug
from kiosque.contribute.moving.wordpress_export.html_to_markdown import markdown_of
from kiosque.contribute.moving.wordpress_export.wxr import read_export
from kiosque.model import KiosqueError
from kiosque.settings import pelicanconf

DATA = Path(__file__).parents[1] / "data" / "moving"
TOOLS = ("pelican", "hugo-yaml", "hugo-toml", "jekyll", "eleventy", "wordpress")
ITEM = "<item><title>A</title><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>{}</item>"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "hub", {})


def move(root: Path, tool: str, *options: str) -> Result:
    """Import one of the sites of the test data."""
    if tool == "wordpress":
        place = (str(DATA / tool / "export.xml"), "--uploads", str(DATA / tool / "uploads"))
    else:
        place = (str(DATA / tool / "site"),)
    command = "wordpress" if tool == "wordpress" else "site"
    words = [
        "--hub",
        str(root),
        "import",
        command,
        *place,
        "--now",
        NOW,
        "--licence",
        "CC BY-SA 4.0",
        *options,
    ]
    return CliRunner().invoke(main, words)


def move_folder(root: Path, folder: Path) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), "import", "site", str(folder), "--now", NOW])


def wxr(items: str, before: str = "") -> bytes:
    """Return an export of WordPress."""
    return (
        f'<?xml version="1.0"?>{before}<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
        f"<link>https://a.example</link><wp:wxr_version>1.2</wp:wxr_version>{items}</channel></rss>"
    ).encode()


@pytest.mark.parametrize("tool", TOOLS)
def test_a_site_moves_in_whole(tool: str, root: Path) -> None:
    """Texts, pages, drafts, pictures, tags, authors and former addresses are there, and all that is said."""
    result = move(root, tool)
    assert (tree(DATA / tool / "expected"), (DATA / tool / "said.txt").read_text(), 1) == (
        tree(root / "content"),
        result.output,
        result.exit_code,
    )


@pytest.mark.parametrize("tool", TOOLS)
def test_importing_again_changes_nothing(tool: str, root: Path) -> None:
    """The second time says the same things to look at, and writes no file."""
    move(root, tool)
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    again = json.loads(move(root, tool, "--json").stdout)
    assert (before, []) == ({path: path.stat().st_mtime_ns for path in root.rglob("*")}, again["written"])
    assert sorted(again["wanted"]) == sorted(again["unchanged"])


@pytest.mark.parametrize("tool", TOOLS)
def test_an_imported_hub_is_built(tool: str, root: Path) -> None:
    """Pages, former addresses and pictures are there, drafts aren't; the import named all that is to mend."""
    said = json.loads(move(root, tool, "--json").stdout)
    built(root)
    output = {path for path in tree(root / "output") if "theme/" not in path}
    folder = "2019/03/le-bal" if tool == "wordpress" else ""
    article = (
        "le-bal-de-lete" if tool == "pelican" else "le-bal" if tool in {"jekyll", "wordpress"} else "bal"
    )
    former = {
        "pelican": "2019/le-bal-de-lete.html",
        "hugo-yaml": "vieux-bal",
        "hugo-toml": "2019/03/bal",
        "jekyll": "vie/locale/2019/03/12/le-bal.html",
        "eleventy": "posts/bal",
        "wordpress": folder,
    }[tool]
    assert {f"articles/{article}/index.html", f"{former}/index.html"} <= output
    assert any(path.startswith(f"fichiers/articles/{article}/") for path in output)
    drafts = {"la-fontaine", "moulin", "brouillon", "secret"}
    assert not any(f"articles/{draft}/index.html" in output for draft in drafts)
    findings = check(pelicanconf.load(root, NOW)).findings
    named = {(problem["path"], problem["message"]) for problem in said["problems"]}
    assert set() == {(finding.path, finding.message) for finding in findings} - named


def test_what_a_person_changed_stays(root: Path) -> None:
    """The file is named; a picture that went with it isn't brought back."""
    move(root, "eleventy")
    text, picture = root / "content/articles/bal/index.md", root / "content/articles/bal/bal.jpg"
    text.write_text("---\ntitle: Mon bal\ndate: 2019-03-12\n---\nÀ ma façon.\n")
    picture.unlink()
    again = json.loads(move(root, "eleventy", "--json").stdout)
    message = (
        "this file differs from the old site’s, and stays: to take the other, remove it and import again"
    )
    assert ("À ma façon.", False, [], ["content/articles/bal/index.md"]) == (
        text.read_text().splitlines()[-1],
        picture.exists(),
        again["written"],
        [problem["path"] for problem in again["problems"] if problem["message"] == message],
    )


def test_a_text_of_the_hub_with_the_same_address_stays(root: Path) -> None:
    """The old one is left out, and both are named."""
    own = write_tree(
        root, {"content/articles/bal.md": "---\ntitle: Notre bal\ndate: 2026-01-01\n---\nIci.\n"}
    )
    result = move(own, "eleventy")
    assert (
        "site/src/posts/2019-03-12-bal.md: content/articles/bal.md has the address of this text already"
        in (result.output)
    )
    assert "Ici." in (own / "content/articles/bal.md").read_text()
    assert not (own / "content/articles/bal").exists()


def test_a_dry_run_writes_nothing(root: Path) -> None:
    result = move(root, "pelican", "--dry-run")
    assert ({}, True) == (tree(root / "content"), "7 new files" in result.output)


def test_the_list_to_tick_off_is_a_file(root: Path, tmp_path: Path) -> None:
    """Each line has the file, the line and the mend."""
    file = tmp_path / "a-regarder.md"
    move(root, "hugo-toml", "--list", str(file))
    lines = file.read_text().splitlines()
    assert "# To look at after moving in" == lines[0]
    assert (
        '- [ ] content/articles/bal/index.md:20: “{{\\< carte lieu="Die" >}}” is a command of the old tool: '
        "say what it showed in words, or remove it"
    ) in lines


def test_no_link_and_no_path_leads_out_of_the_site(root: Path, tmp_path: Path) -> None:
    """Links of the file system aren't followed, whatever a text names."""
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/loin.md").write_text("---\ntitle: Loin\ndate: 2020-01-01\n---\nLoin.\n")
    body = (
        "![a](../../secret.jpg) ![b](/../secret.jpg) ![c](lien.jpg) ![d](%2e%2e/%2e%2e/secret.jpg) ![e](..)\n"
    )
    old = write_tree(tmp_path / "old", {"content/a.md": f"---\ntitle: A\ndate: 2020-01-01\n---\n{body}"})
    (old / "content/lien.jpg").symlink_to(tmp_path / "secret.jpg")
    (old / "content/dossier").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(old / "content/tube.md")
    result = move_folder(root, old)
    message = "this is a link, which isn’t followed: put a copy of the file here, and import again"
    assert f"content/dossier: {message}" in result.output
    assert f"content/lien.jpg: {message}" in result.output
    assert ["articles/a.md"] == list(tree(root / "content"))


def test_nothing_is_written_through_a_link(root: Path, tmp_path: Path) -> None:
    """A hub whose folder of articles is a link elsewhere gets nothing there."""
    (tmp_path / "outside").mkdir()
    (root / "content/articles").symlink_to(tmp_path / "outside")
    result = move(root, "eleventy")
    assert {} == tree(tmp_path / "outside")
    assert "content/articles/fontaine.md: this is a link that leads out of content/" in result.output


def test_the_hub_itself_is_no_old_site(root: Path) -> None:
    result = move_folder(root, root)
    assert ("kiosque: this folder is the hub itself: name the folder of the old site\n", 1) == (
        result.output,
        result.exit_code,
    )


def test_settings_of_pelican_are_read_and_never_run(root: Path, tmp_path: Path) -> None:
    """What isn't a plain value is passed over."""
    conf = (
        "open('ran', 'w')\nSITEURL = __import__('os').getcwd()\n"
        "ARTICLE_URL = '{slug.__class__}/{slug:>99999999}'\n"
    )
    old = write_tree(
        tmp_path / "old", {"pelicanconf.py": conf, "content/a.md": "Title: A\nDate: 2020-01-01\n\nOui."}
    )
    result = move_folder(root, old)
    assert "Made with Pelican." in result.output
    assert not Path("ran").exists()
    assert b"aliases" not in (root / "content/articles/a.md").read_bytes()


def test_two_texts_of_one_name_have_two_addresses(root: Path, tmp_path: Path) -> None:
    """A translation gets its language, another text a number, the same in each import."""
    head = "---\ntitle: Bal\ndate: 2020-01-01\n"
    files = {
        "a/bal.md": f"{head}---\nUn.",
        "b/bal.md": f"{head}lang: oc\n---\nDeux.",
        "c/bal.md": f"{head}---\nTrois.",
    }
    move_folder(root, write_tree(tmp_path / "old", files))
    assert {"articles/bal.md", "articles/bal-oc.md", "articles/bal-2.md"} == set(tree(root / "content"))


@pytest.mark.parametrize(
    ("head", "is_draft"),
    [("draft: true", True), ("draft: false", False), ("published: false", True), ("published: oui", False),
     ("published: 2020-01-01", False), ("status: draft", True), ("private: yes", True),
     ("brouillon: oui", True)],
)  # fmt: skip
def test_drafts_stay_drafts(head: str, is_draft: bool, root: Path, tmp_path: Path) -> None:
    old = write_tree(tmp_path / "old", {"a.md": f"---\ntitle: A\ndate: 2020-01-01\n{head}\n---\nTexte."})
    move_folder(root, old)
    assert is_draft == (b"status: draft" in (root / "content/articles/a.md").read_bytes())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "this export can't be read (line 1 isn"),
        (b"<rss></rss>", "this is not an export of WordPress"),
        (wxr("", '<!DOCTYPE x [<!ENTITY a "b">]>'), "this export declares a document type of its own"),
        (wxr("<a>" * 100 + "</a>" * 100), "this export nests its elements too deep"),
        (wxr(ITEM.format("&a;")), "this export can't be read (line 1 isn"),
    ],
)
def test_an_export_that_cannot_be_read_is_named(data: bytes, message: str) -> None:
    with pytest.raises(KiosqueError) as error:
        read_export(data)
    assert str(error.value).startswith(message)


def test_bad_bytes_cost_no_export() -> None:
    """Control characters and broken UTF-8, which WordPress writes as they are, cost one letter each."""
    content = "<content:encoded><![CDATA[Un\x0bdeux \xe9]]></content:encoded>"
    data = wxr(ITEM.format(content)).replace("é".encode(), b"\xe9")
    assert ["Undeux �"] == [post.get("content:encoded") for post in read_export(data).posts]


@given(st.text(max_size=300), st.text(alphabet="<>/![]&;-=\"' \nabp", max_size=300))
@settings(max_examples=60)
def test_any_html_becomes_markdown(words: str, markup: str) -> None:
    """No traceback, and no word of plain text is lost."""
    markdown_of(markup)
    words = re.sub(r"[<>&\[\]]", "", words)
    before, after = ("".join(filter(str.isalnum, text)) for text in (words, markdown_of(words)))
    assert before == after


NAMES = ("a.md", "_posts/2020-01-01-b.md", "x/index.md", "pelicanconf.py", "config.toml", "content/c.md",
         "_config.yml", "d.rst")  # fmt: skip
BYTES = st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode))


@given(st.lists(st.tuples(st.sampled_from(NAMES), BYTES)))
@settings(max_examples=40)
def test_any_folder_is_imported(files: list[tuple[str, bytes]]) -> None:
    """Whatever the bytes, what can't be read is a problem of its file."""
    with TemporaryDirectory() as folder:
        hub, old = write_tree(Path(folder, "hub"), {}), write_tree(Path(folder, "old"), dict(files))
        planned = importing.site(pelicanconf.load(hub, NOW), old)
    assert all(file.path.startswith("content/") and ".." not in file.path for file in planned.moving.files)


def test_addresses_follow_the_patterns_of_each_tool() -> None:
    day = date(2019, 3, 2)
    assert [
        "/2019/bal/", "", "/a/bal.html", "/2019/03/02/bal.html", "/3/bal/", "", "lete-loeuvre-dawa",
    ] == [
        of_braces("{date:%Y}/{slug}/", {"slug": "bal"}, day),
        of_braces("{author}/{slug}/", {"slug": "bal"}, day),
        of_braces("{category}/{slug}.html", {"slug": "bal", "category": "a"}, None),
        of_colons("/:categories/:year/:month/:day/:title.html", {"title": "bal", "categories": ""}, day),
        of_colons("/:i_month/:title/", {"title": "bal"}, day),
        of_colons("/:weekday/:title/", {"title": "bal"}, day),
        pelican_slug("L’été, l'œuvre d’Awa !"),
    ]  # fmt: skip
