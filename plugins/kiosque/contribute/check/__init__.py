"""Checking what people write, before it is published: each finding with its place, why it matters and the mend.

``check`` looks at a hub, or at some of its files; ``RULES`` are all that it looks for.
"""

from kiosque.contribute.check.checker import check, check_stale
from kiosque.contribute.check.report import Finding, Mended, Report, Severity
from kiosque.contribute.check.rules import RULES, Rule, as_markdown

__all__ = ["RULES", "Finding", "Mended", "Report", "Rule", "Severity", "as_markdown", "check", "check_stale"]
