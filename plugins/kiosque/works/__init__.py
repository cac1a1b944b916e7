"""Works: entries of several feeds that carry the same thing, decisions of editors on them, likely doubles."""

from kiosque.works.decisions import WorkDecisions, load_decisions, named_by_editors, unmatched
from kiosque.works.grouping import MOST_IN_A_WORK, Work, Works, group
from kiosque.works.suggest import Suggestion, suggest

__all__ = [
    "MOST_IN_A_WORK",
    "Suggestion",
    "Work",
    "WorkDecisions",
    "Works",
    "group",
    "load_decisions",
    "named_by_editors",
    "suggest",
    "unmatched",
]
