"""The health of each source: facts about it and its feeds, and the words that tell people."""

from kiosque.health.facts import (
    ROUTINE,
    Condition,
    Fact,
    FactKind,
    FeedHealth,
    SourceHealth,
    source_health,
    worst_first,
)
from kiosque.health.words import Words, advice_text, age, sentence, tally, verdict

__all__ = [
    "ROUTINE",
    "Condition",
    "Fact",
    "FactKind",
    "FeedHealth",
    "SourceHealth",
    "Words",
    "advice_text",
    "age",
    "sentence",
    "source_health",
    "tally",
    "verdict",
    "worst_first",
]
