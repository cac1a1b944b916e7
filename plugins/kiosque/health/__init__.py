"""How each source fares, for people: the facts, and the words that say them."""

from kiosque.health.facts import (
    ROUTINE,
    Condition,
    Fact,
    FeedHealth,
    Kind,
    SourceHealth,
    source_health,
    worst_first,
)
from kiosque.health.words import Words, advice_text, sentence, tally, verdict

__all__ = [
    "ROUTINE",
    "Condition",
    "Fact",
    "FeedHealth",
    "Kind",
    "SourceHealth",
    "Words",
    "advice_text",
    "sentence",
    "source_health",
    "tally",
    "verdict",
    "worst_first",
]
