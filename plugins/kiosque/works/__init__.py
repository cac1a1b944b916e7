"""The same work from several feeds: which entries carry it, what a person says of it, and what may be alike."""

from kiosque.works.grouping import MOST_IN_A_WORK, Work, Works, group
from kiosque.works.said import Said, load_said, unmatched
from kiosque.works.suggest import Suggestion, suggest

__all__ = [
    "MOST_IN_A_WORK",
    "Said",
    "Suggestion",
    "Work",
    "Works",
    "group",
    "load_said",
    "suggest",
    "unmatched",
]
