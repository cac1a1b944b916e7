"""Rules of a text: its headings, its raw HTML, the people whom it names, and that there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.contribute.check.context import Context
from kiosque.contribute.check.reading import Text
from kiosque.contribute.check.rules import RULES
from kiosque.html.allow_list import KEPT_TAGS
from kiosque.html.tokenizer import attributes
from kiosque.model import Problem
from kiosque.text import excerpt, folded

# Sounds and videos become players, and what frames and pictures lead to is looked at as links.
_BECOME_LINKS = frozenset({"audio", "source", "track", "video"})
# What docutils is told not to do, since it reads files or lets HTML pass.
_UNSAFE_DIRECTIVES = frozenset({"csv-table", "include", "raw", "role", "default-role"})
_PHONE = re.compile(
    r"(?<![\d.+/-])(?:(?:\+|00)33[ .]?(?:\(0\)[ .]?)?[67]|0[67])(?:[ .\u00a0\u202f-]?\d{2}){4}(?!\d)"
)
# Arcep keeps these for films and examples (decision 2018-0881).
_MADE_UP = re.compile(r"0?6399[89]")
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[a-z]{2,})(?![\w-])", re.IGNORECASE)
# Mailboxes that anyone can open, where groups have them too.
_FOR_EVERYONE = re.compile(
    r"(?:aol|bbox|club-internet|free|gmail|gmx|googlemail|hotmail|icloud|laposte|live|mailo|me|msn|neuf|numericable|"
    r"orange|outlook|posteo|proton|protonmail|riseup|sfr|tutanota|tuta|voila|wanadoo|yahoo|ymail|zaclys)"
    r"\.(?:[a-z.]{2,6})", re.IGNORECASE
)  # fmt: skip
# Words that tell a group's public contact from a person's, in a line or in a mailbox.
_OF_A_GROUP = re.compile(
    r"accueil|administration|adhesion|agence|amap|amis|asso|atelier|billet|bonjour|bureau|cafe|ciné|cine|collectif|comite|"
    r"commission|communication|compta|conseil|contact|coop|dpd|dpo|ecole|equipe|federation|ferme|festival|gare|hello|"
    r"inscription|info|jardin|journal|mairie|maison|mediatheque|office|permanence|presse|radio|redaction|"
    r"reseau|reservation|secretariat|service|standard|studio|support|syndicat|tiers|tv|urgence|vie|webmaster"
)
_MARKUP = re.compile(r"[#>*_`\[\](){}|~=:.!-]+")


def is_there(text: Text, _hub: Context) -> Iterator[Problem]:
    """There is a text below the head, save where a medium says nothing of itself."""
    if text.kind.name != "source" and text.read.values and not _MARKUP.sub("", text.head.body).strip():
        yield RULES["text-empty"].at(text.path, text.text.count("\n") + 1)


def headings(text: Text, _hub: Context) -> Iterator[Problem]:
    """No level of headings is left out: the page's own is the first."""
    above = 1
    for heading in text.marks.headings:
        if heading.level > above + 1:
            marks = "#" * (above + 1)
            yield RULES["heading-skipped"].at(
                text.path, heading.line, 1, text=excerpt(heading.words, 60), level=heading.level, above=above,
                marks="=" if text.path.endswith(".rst") else marks,
            )  # fmt: skip
        above = heading.level


def raw_html(text: Text, _hub: Context) -> Iterator[Problem]:
    """Nothing is written that cleaning takes out."""
    for tag in text.marks.tags:
        if text.path.endswith(".rst"):
            if tag.name in _UNSAFE_DIRECTIVES:
                yield RULES["directive-removed"].at(text.path, tag.line, tag.column, name=tag.name)
        elif tag.name not in KEPT_TAGS | _BECOME_LINKS:
            yield RULES["html-removed"].at(text.path, tag.line, tag.column, name=tag.name)
        else:
            yield from _attributes(text, tag.name, tag.attributes, tag.line, tag.column)


def _attributes(text: Text, tag: str, written: str, line: int, column: int) -> Iterator[Problem]:
    for name in attributes(written):
        if name.startswith("on") or name in {"style", "srcdoc"}:
            yield RULES["html-attribute"].at(text.path, line, column, name=name, tag=tag)


def people(text: Text, _hub: Context) -> Iterator[Problem]:
    """No phone or mailbox of a private person: a group's contact is told by its words, and by its mailbox's name."""
    first = text.text.count("\n") - text.head.body.count("\n") + 1
    for number, line in enumerate(text.marks.prose.split("\n"), start=first):
        if "@" in line or "0" in line:
            yield from _people_of(text, line, number)


def _people_of(text: Text, line: str, number: int) -> Iterator[Problem]:
    for found in _PHONE.finditer(line):
        digits = re.sub(r"\D", "", found[0]).removeprefix("0033").removeprefix("33")
        if not _MADE_UP.match(digits) and not _OF_A_GROUP.search(folded(line)):
            yield RULES["personal-phone"].at(text.path, number, found.start() + 1, value=found[0])
    for found in _EMAIL.finditer(line):
        if _is_personal(found[1], found[2]):
            yield RULES["personal-email"].at(text.path, number, found.start() + 1, value=found[0])


def _is_personal(mailbox: str, host: str) -> bool:
    """Whether a mailbox is likely to be one person's: open to anyone and not named for a group, or a full name."""
    name = folded(mailbox)
    if _OF_A_GROUP.search(name) or host.lower().endswith((".example", "example.com", "example.org")):
        return False
    return bool(_FOR_EVERYONE.fullmatch(host) or re.fullmatch(r"[a-z]{2,}[._][a-z]{2,}", name))
