"""Findings as forges show them beside the lines of a change.

Whatever is in a file's name or text may end up here: it must not pass for a command of its own.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from kiosque.contribute.check.reading import digest_of
from kiosque.contribute.check.report import Finding, Report, Severity
from kiosque.model import spelt_out

_COMMANDS = {Severity.BLOCKS: "error", Severity.WARNS: "warning", Severity.INFORMS: "notice"}
_DEGREES = {Severity.BLOCKS: "major", Severity.WARNS: "minor", Severity.INFORMS: "info"}


def commands(report: Report) -> str:
    """Return workflow commands, a line each, as runners of GitHub and of Forgejo read them.

    The format, and what has to be escaped in it, are those of ``actions/toolkit``, ``packages/core/src/command.ts``.
    """
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    place = {"file": finding.path, "line": finding.line or 1, "col": finding.column, "title": finding.rule}
    properties = ",".join(
        f"{key}={_property(str(value))}" for key, value in place.items() if value is not None
    )
    message = _data(finding.message + "\n" + finding.why)
    return f"::{_COMMANDS[finding.severity]} {properties}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(spelt_out(text)).replace(":", "%3A").replace(",", "%2C")


def gitlab(report: Report) -> str:
    """Return a report in GitLab's Code Quality format, JSON (https://docs.gitlab.com/ci/testing/code_quality/).

    A fingerprint names a finding by its file, rule and words, not by its line: it stays while others come and go.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    issues = []
    for finding in report.findings:
        key = (finding.path, finding.rule, finding.message)
        seen[key] += 1
        issues.append(
            {
                "description": f"{finding.message} {finding.why}",
                "check_name": finding.rule,
                "fingerprint": digest_of((*key, str(seen[key]))),
                "severity": _DEGREES[finding.severity],
                "location": {"path": spelt_out(finding.path), "lines": {"begin": finding.line or 1}},
            }
        )
    return msgspec.json.encode(issues).decode()
