"""Write findings in the formats that forges show beside the lines of a change.

The name and the text of a file may come from anyone: they must not become a command to the runner.
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
    """Return a workflow command for each finding, as runners of GitHub and of Forgejo read them.

    Format and escapes are those of ``actions/toolkit``, ``packages/core/src/command.ts``.
    """
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    properties = {
        "file": finding.path,
        "line": finding.line or 1,
        "col": finding.column,
        "title": finding.rule,
    }
    listed = ",".join(
        f"{key}={_property(str(value))}" for key, value in properties.items() if value is not None
    )
    message = _data(finding.message + "\n" + finding.why)
    return f"::{_COMMANDS[finding.severity]} {listed}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(spelt_out(text)).replace(":", "%3A").replace(",", "%2C")


def gitlab(report: Report) -> str:
    """Return a report as JSON in GitLab's Code Quality format (https://docs.gitlab.com/ci/testing/code_quality/).

    A fingerprint is made of file, rule and message, without the line. So it stays the same while other
    findings come and go.
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
