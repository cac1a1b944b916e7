"""Check the body of a content file: that it has a text, its headings, its raw HTML, the people in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.contribute.check.context import Context
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import RULES
from kiosque.html.allow_list import KEPT_TAGS
from kiosque.html.tokenizer import attributes
from kiosque.model import Problem
from kiosque.text import excerpt, folded

# Tags that cleaning removes, but that become players. ``links`` checks the addresses of frames and pictures.
_BECOME_PLAYERS = frozenset({"audio", "source", "track", "video"})
# Directives that are switched off in docutils, since they read files or let HTML pass.
_UNSAFE_DIRECTIVES = frozenset({"csv-table", "include", "raw", "role", "default-role"})
_PHONE = re.compile(
    r"(?<![\d.+/-])(?:(?:\+|00)33[ .]?(?:\(0\)[ .]?)?[67]|0[67])(?:[ .\u00a0\u202f-]?\d{2}){4}(?!\d)"
)
# Arcep reserves these numbers for films and examples (decision 2018-0881).
_FICTITIOUS = re.compile(r"0?6399[89]")
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[a-z]{2,})(?![\w-])", re.IGNORECASE)
# Hosts of mailboxes that anyone can open, groups too.
_PUBLIC_HOSTS = re.compile(
    r"(?:aol|bbox|club-internet|free|gmail|gmx|googlemail|hotmail|icloud|laposte|live|mailo|me|msn|neuf|numericable|"
    r"orange|outlook|posteo|proton|protonmail|riseup|sfr|tutanota|tuta|voila|wanadoo|yahoo|ymail|zaclys)"
    r"\.(?:[a-z.]{2,6})", re.IGNORECASE
)  # fmt: skip
# Words in a line, or in the name of a mailbox, which tell that it is the public contact of a group.
_GROUP = re.compile(
    r"accueil|administration|adhesion|agence|amap|amis|asso|atelier|billet|bonjour|bureau|cafe|ciné|cine|collectif|comite|"
    r"commission|communication|compta|conseil|contact|coop|dpd|dpo|ecole|equipe|federation|ferme|festival|gare|hello|"
    r"inscription|info|jardin|journal|mairie|maison|mediatheque|office|permanence|presse|radio|redaction|"
    r"reseau|reservation|secretariat|service|standard|studio|support|syndicat|tiers|tv|urgence|vie|webmaster"
)
_MARKUP = re.compile(r"[#>*_`\[\](){}|~=:.!-]+")


def empty(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem where there is no text below the head; a source needs none."""
    if text.kind.name != "source" and text.parsed.values and not _MARKUP.sub("", text.head.body).strip():
        yield RULES["text-empty"].at(text.path, text.content.count("\n") + 1)


def headings(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem for each heading that skips a level; the title of the page is level 1."""
    above = 1
    for heading in text.marks.headings:
        if heading.level > above + 1:
            marks = "#" * (above + 1)
            yield RULES["heading-skipped"].at(
                text.path, heading.line, 1, text=excerpt(heading.words, 60), level=heading.level, above=above,
                marks="=" if text.path.lower().endswith(".rst") else marks,
            )  # fmt: skip
        above = heading.level


def raw_html(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem for each tag, attribute or directive that cleaning removes."""
    for tag in text.marks.tags:
        if text.path.lower().endswith(".rst"):
            if tag.name in _UNSAFE_DIRECTIVES:
                yield RULES["directive-removed"].at(text.path, tag.line, tag.column, name=tag.name)
        elif tag.name not in KEPT_TAGS | _BECOME_PLAYERS:
            yield RULES["html-removed"].at(text.path, tag.line, tag.column, name=tag.name)
        else:
            yield from _attributes(text, tag.name, tag.attributes, tag.line, tag.column)


def _attributes(text: CheckedText, tag: str, attributes_: str, line: int, column: int) -> Iterator[Problem]:
    for name in attributes(attributes_):
        if name.startswith("on") or name in {"style", "srcdoc"}:
            yield RULES["html-attribute"].at(text.path, line, column, name=name, tag=tag)


def people(text: CheckedText, _hub: Context) -> Iterator[Problem]:
    """Yield a problem for each phone number or e-mail address that may be that of a private person."""
    first_line = text.content.count("\n") - text.head.body.count("\n") + 1
    for number, line in enumerate(text.marks.prose.split("\n"), start=first_line):
        if "@" in line or "0" in line:
            yield from _people_of(text, line, number)


def _people_of(text: CheckedText, line: str, number: int) -> Iterator[Problem]:
    is_of_group: bool | None = None
    for phone in _PHONE.finditer(line):
        digits = re.sub(r"\D", "", phone[0]).removeprefix("0033").removeprefix("33")
        if _FICTITIOUS.match(digits):
            continue
        if is_of_group is None:
            # Once a line: a line may hold thousands of numbers.
            is_of_group = bool(_GROUP.search(folded(line)))
        if not is_of_group:
            yield RULES["personal-phone"].at(text.path, number, phone.start() + 1, value=phone[0])
    for email in _EMAIL.finditer(line):
        if _is_personal(email[1], email[2]):
            yield RULES["personal-email"].at(text.path, number, email.start() + 1, value=email[0])


def _is_personal(mailbox: str, host: str) -> bool:
    """Whether a mailbox is likely to be that of a private person.

    It is where its name is a full name, or where anyone can open a mailbox at its host, unless its name has a
    word of a group.
    """
    name = folded(mailbox)
    if _GROUP.search(name) or host.lower().endswith((".example", "example.com", "example.org")):
        return False
    return bool(_PUBLIC_HOSTS.fullmatch(host) or re.fullmatch(r"[a-z]{2,}[._][a-z]{2,}", name))
