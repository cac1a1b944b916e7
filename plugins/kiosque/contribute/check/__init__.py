"""Check what people write before it is published. A finding has its place, why it matters, and the remedy.

``check`` examines a hub, or some of its files, by all ``RULES``.
"""

from kiosque.contribute.check.checker import check, check_stale
from kiosque.contribute.check.report import Finding, Mended, Report, Severity
from kiosque.contribute.check.rules import RULES, Rule, as_markdown

__all__ = ["RULES", "Finding", "Mended", "Report", "Rule", "Severity", "as_markdown", "check", "check_stale"]
