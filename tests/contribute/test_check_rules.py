"""Every rule of `kiosque check`, with a submission that breaks it: what is said, in both languages, and in
the docs.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import NOW, REPOSITORY, built, write_tree

from contribute.checkcases import CASES, TERRITORY, A, Case, article
from kiosque import i18n
from kiosque.contribute.check import RULES, Finding, Severity, as_markdown, check, check_stale, reading
from kiosque.contribute.check.rules import rule_of
from kiosque.settings import pelicanconf

DOCS = REPOSITORY / "docs" / "verifications.md"
# These need more than files: see the tests below.
BY_THEMSELVES = {
    "check-failed",
    "file-link",
    "file-unreadable",
    "stale-never",
    "stale-unverified",
    "text-unreadable",
}


def found(root: Path, rule: str) -> list[str]:
    """Return what is said of a hub by one rule, each as ``path:line:column: message``."""
    report = check(pelicanconf.load(root, NOW))
    return [as_line(one) for one in report.findings if one.rule == rule]


def as_line(one: Finding) -> str:
    place = [one.path, one.line, one.column]
    return f"{':'.join(str(part) for part in place if part is not None)}: {one.message}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_rule_says_what_is_wrong_and_the_mend(case: Case, tmp_path: Path) -> None:
    """The finding has its file and place, and names what is to be done."""
    i18n.use("en")
    assert list(case.said) == found(write_tree(tmp_path, case.files), case.rule)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_rule_speaks_french(case: Case, tmp_path: Path) -> None:
    """In French the same findings stand at the same places, in other words, and so do their reasons."""
    root = write_tree(tmp_path, case.files)
    i18n.use("fr")
    try:
        said = found(root, case.rule)
        reason = i18n._(RULES[case.rule].why)
    finally:
        i18n.use("en")
    places = re.compile(r"^[^ ]*(?: [^ ]*\.md)?: ")
    assert len(case.said) == len(said)
    assert [] == [one for one, french in zip(case.said, said, strict=True) if one == french]
    assert [places.match(one)[0] for one in case.said] == [places.match(one)[0] for one in said]
    assert reason != RULES[case.rule].why


def test_the_table_has_a_case_of_each_rule() -> None:
    """A rule that is added needs a submission that breaks it."""
    assert set(RULES) == {case.rule for case in CASES} | BY_THEMSELVES


# A build only knows that a link leads nowhere; a check also why: its text is over, or was taken down.
SAID_BY_BOTH = [case for case in CASES if case.rule != "link-gone"]


@pytest.mark.parametrize("case", SAID_BY_BOTH, ids=lambda case: case.rule)
def test_a_build_finds_a_thing_as_serious_as_a_check(case: Case, tmp_path: Path) -> None:
    """Whatever both find in a file, both find it as serious."""
    i18n.use("en")
    root = write_tree(tmp_path, case.files)
    by_check: dict[str, set[Severity]] = {}
    for finding in check(pelicanconf.load(root, NOW)).findings:
        by_check.setdefault(finding.path, set()).add(finding.severity)
    by_build = [(problem.path, rule_of(problem).severity) for problem in built(root).problems]
    assert [] == [
        (path, severity) for path, severity in by_build if severity not in by_check.get(path, {severity})
    ]


def test_the_docs_list_all_rules() -> None:
    """docs/verifications.md ends with what `kiosque check --rules` prints in French."""
    i18n.use("fr")
    try:
        listed = as_markdown()
    finally:
        i18n.use("en")
    assert DOCS.read_text().endswith(listed)


def test_the_docs_name_each_rule() -> None:
    """Each rule has its section in docs/verifications.md, in the order of the table."""
    assert list(RULES) == re.findall(r"^## `([a-z-]+)`$", DOCS.read_text(), re.MULTILINE)


def test_a_submission_that_is_in_order_has_no_findings(tmp_path: Path) -> None:
    """The article that the cases start from is fine."""
    root = write_tree(tmp_path, {A: article(), "content/territory.yml": TERRITORY})
    assert () == check(pelicanconf.load(root, NOW)).findings


def test_a_link_out_of_the_hub_is_said(tmp_path: Path) -> None:
    """Neither a text nor a picture nor a folder may be a link that leads elsewhere; one within the hub
    may.
    """
    i18n.use("en")
    root = write_tree(tmp_path / "hub", {A: article(), "content/articles/b/index.md": article()})
    (tmp_path / "secret.md").write_text(article())
    (root / "content/articles/c.md").symlink_to(tmp_path / "secret.md")
    (root / "content/articles/d").symlink_to(tmp_path)
    (root / "content/articles/b/inside.txt").symlink_to(root / A)
    message = "this is a link that leads out of content/: put a copy of the file here"
    expected = [f"content/articles/c.md: {message}", f"content/articles/d: {message}"]
    assert expected == found(root, "file-link")


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are checked all the same."""
    i18n.use("en")

    def refuse(_root: Path, _path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(reading, "bytes_of", refuse)
    root = write_tree(tmp_path, {A: article()})
    assert [f"{A}: this file can’t be opened (access is denied): check its permissions"] == found(
        root, "file-unreadable"
    )


def test_what_is_stale_is_listed_when_asked_for(tmp_path: Path) -> None:
    """Past its day, or not verified for a year; pages and media should be verified, articles where someone
    began to.
    """
    i18n.use("en")
    page = "---\ntitle: Qui\n{}---\nNous.\n"
    root = write_tree(
        tmp_path,
        {
            A: article("verified: 2024-03-01\n"),
            "content/articles/new.md": article(),
            "content/articles/past.md": article("expires: 2026-03-01\n"),
            "content/pages/fresh.md": page.format("verified: 2026-01-01\n"),
            "content/pages/never.md": page.format(""),
            "content/pages/old.md": page.format("verified: 2025-03-01\n"),
        },
    )
    mend = "read it again, mend it, and write “verified: 2026-03-15”"
    expected = [
        f"{A}:5: nobody has verified it since 1 March 2024: {mend}",
        (
            "content/articles/past.md:5:10: it was to be shown until 1 March 2026: give “expires” a later "
            "day if it still holds; there is nothing to do if it doesn’t"
        ),
        f"content/pages/never.md:1: nobody has said when it was verified: {mend}",
        f"content/pages/old.md:3: nobody has verified it since 1 March 2025: {mend}",
    ]
    assert expected == [as_line(one) for one in check_stale(pelicanconf.load(root, NOW)).findings]
