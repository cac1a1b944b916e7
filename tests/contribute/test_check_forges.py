"""What forges are told of a check: annotations, a report, a comment; nothing hostile passes for a command or
a mention.
"""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import NOW, write_tree
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from contribute.checkcases import TERRITORY, WORDS, A, article, picture
from kiosque import i18n
from kiosque.contribute.check import Finding, Report, Severity, check
from kiosque.contribute.check.annotations import commands, gitlab
from kiosque.contribute.check.changed import since
from kiosque.contribute.check.summary import comment, inert, quoted
from kiosque.model import KiosqueError
from kiosque.settings import pelicanconf as settings

NASTY = (
    "@all #1 !2 <b onclick=x> [x](https://evil.example) `code` ![i](//e.example/i.png) "
    "https://evil.example www.evil.example a@evil.example /close owner/repo#3 GH-4 ::error::x "
    "0123456789abcdef0123456789abcdef01234567 %0A"
)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def finding(path: str = A, message: str = "wrong", line: int | None = 3) -> Finding:
    return Finding(
        path=path,
        rule="link-broken",
        severity=Severity.BLOCKS,
        message=message,
        why="so",
        line=line,
        column=2,
    )


def unescaped(text: str) -> str:
    return (
        text.replace("%0A", "\n")
        .replace("%0D", "\r")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%")
    )


def test_annotations_are_workflow_commands() -> None:
    """A command a finding, its kind by how much it matters."""
    expected = "::error file=content/articles/a.md,line=3,col=2,title=link-broken::wrong%0Aso\n"
    assert expected == commands(Report((finding(),)))


@given(st.text(), st.text())
def test_nothing_that_is_said_is_a_command_of_its_own(path: str, message: str) -> None:
    """A finding is one line, whatever is in it, and its properties stay apart."""
    line, *others = re.split(r"[\r\n]", commands(Report((finding(path, message),))))
    assert [""] == others
    found = re.fullmatch(r"::error file=([^:,]*),line=3,col=2,title=link-broken::(.*)", line, re.DOTALL)
    assert found
    assert f"{message}\nso" == unescaped(found[2])


def test_gitlab_gets_a_report_that_it_can_compare() -> None:
    """A fingerprint stays where lines move, and differs for two findings that say the same."""
    first, moved = (json.loads(gitlab(Report((finding(line=n), finding(line=n + 1))))) for n in (3, 30))
    assert [one["fingerprint"] for one in first] == [one["fingerprint"] for one in moved]
    assert 2 == len({one["fingerprint"] for one in first})
    expected = {
        "description": "wrong so",
        "check_name": "link-broken",
        "severity": "major",
        "location": {"path": A, "lines": {"begin": 3}},
    }
    assert expected == {key: value for key, value in first[0].items() if key != "fingerprint"}


def test_the_comment_says_what_arrives(tmp_path: Path) -> None:
    """Title, kind, commune, words and pictures; what blocks, doubles, and what deserves a look."""
    body = f"{WORDS * 2}\n\n![]({{attach}}a.jpg) [x]({{filename}}absent.md)\n"
    root = write_tree(
        tmp_path,
        {
            "content/territory.yml": TERRITORY,
            A: article('commune: "26113"\n', body),
            "content/articles/a.jpg": picture(),
            "pelicanconf.py": "",
            "content/articles/old.md": article(body=WORDS * 2),
        },
    )
    hub = settings.load(root, NOW)
    arriving = (A, "content/articles/a.jpg", "pelicanconf.py")
    said = comment(hub, arriving, check(hub, arriving))
    expected = """**1 thing is to be mended before this can be published.**

### What arrives

- **`Une fontaine`** · Article · Die · 39 words · 1 picture
  `content/articles/a.md`

### Other files that change

- `pelicanconf.py`

### To mend before it is published

- `content/articles/a.md:10` the link “{filename}absent.md” leads nowhere: check its name and folder

### Likely doubles

- `content/articles/a.md:1` this text is nearly the same as content/articles/old.md (83% alike): keep one, or make one lead to the other

### To look at

- `content/articles/a.md:8` the picture “a.jpg” has no description: say in a sentence what it shows: ![…]({attach}a.jpg)
"""  # noqa: E501 - a document as it is
    shown = said.replace("\\", "").replace("\u200b", "")
    assert re.sub(r"\d+ words|\d+%|a\.md:\d+", "N", expected) == re.sub(
        r"\d+ words|\d+%|a\.md:\d+", "N", shown
    )


class Tags(HTMLParser):
    """The tags of HTML, and its text outside code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["code"]:
            self.text += data


ACTED_ON = re.compile(
    r"@\w|[#!~$%&]\d|\w#\d|https?://\w|www\.\w|GH-\d|\b[0-9a-f]{7,40}\b|^/\w", re.IGNORECASE | re.MULTILINE
)


@pytest.mark.parametrize(
    "words", [NASTY, "``` @all", "a`b", "`", "<script>", "\u202e@all", "a\n/close\n\n# x", "https&#58;//x"]
)
def test_words_of_others_do_nothing_in_a_comment(words: str) -> None:
    """Rendered as forges render, they are code, or text in which there is nothing to act on."""
    render = MarkdownIt("gfm-like", {"linkify": False}).render
    assert ["p", "code"] == Tags(render(quoted(words))).tags
    said = Tags(render(f"- {inert(words)}"))
    assert ["ul", "li"] == said.tags
    assert [] == ACTED_ON.findall(said.text)


@given(st.text(alphabet="`@#<>[]()!*_\\~|:/.ahtps \n-"))
def test_no_words_close_their_code(words: str) -> None:
    """Whatever backticks are in a title, it stays one span of code."""
    if words.strip():
        tags = Tags(MarkdownIt("commonmark").render(f"- **{quoted(words)}** after")).tags
        assert ["ul", "li", "strong", "code"] == tags


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-C", str(root), *arguments]
    subprocess.run(command, check=True, capture_output=True)


def test_git_says_what_a_change_brings(tmp_path: Path) -> None:
    """What was added or changed since the branch left, committed or not; not what the other branch did
    meanwhile.
    """
    root = write_tree(tmp_path / "repository" / "hub", {A: article(), "content/articles/gone.md": article()})
    top = root.parent
    git(top, "init", "-q", "-b", "main")
    git(top, "add", ".")
    git(top, "commit", "-qm", "a")
    git(top, "checkout", "-qb", "change")
    write_tree(root, {"content/articles/é new.md": article(), A: article("featured: true\n")})
    (root / "content/articles/gone.md").unlink()
    git(top, "add", ".")
    git(top, "commit", "-qm", "b")
    write_tree(root, {"content/articles/draft.md": article()})
    assert (A, "content/articles/draft.md", "content/articles/é new.md") == since(root, "main")
    for ref in ("absent", "--output=x"):
        with pytest.raises(KiosqueError):
            since(root, ref)
