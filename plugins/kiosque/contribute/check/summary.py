"""Write a comment in Markdown for the people who decide on a change: what arrives, and what to mend.

Titles and messages have words of the person who sent the change. Every character in them that Markdown or a
forge acts on is made inert, so that they can't become a mention, link, reference, command or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kiosque.content.linking.link_targets import linked_path
from kiosque.contribute.check import checker
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.inspect.links import pictures_of
from kiosque.contribute.check.reading import CheckedText, kind_of
from kiosque.contribute.check.report import Finding, Report, Severity
from kiosque.i18n import _, ngettext
from kiosque.model import spelt_out
from kiosque.settings.pelicanconf import HubSettings
from kiosque.text import excerpt, line_text

# Forges limit a comment: GitHub's is 65,536 characters.
_MOST_ITEMS = 40
_LONGEST_TEXT = 300
_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+.!|~>&<:@$%^=/-]")
# Characters that forges act on even behind a backslash: mentions, references, addresses. An invisible space
# in between stops them.
_ACTED_ON = re.compile(
    r"([@#!~$%&:])(?=\S)|\b(www)(?=\.)|\b(GH)(?=-\d)|([0-9a-f]{6})(?=[0-9a-f])", re.IGNORECASE
)
_INVISIBLE_SPACE = "\u200b"


def comment(settings: HubSettings, paths: Sequence[str] | None, report: Report) -> str:
    """Return the comment on the files in ``paths``, or on a whole hub; ``report`` is that of their check."""
    hub = Context(settings)
    texts = [text for path in checker.files(hub, paths) if kind_of(path) and (text := hub.text(path)[0])]
    parts = [
        _verdict(report),
        *_section(_("What arrives"), [_arrival(text, hub) for text in texts]),
        *_section(_("Other files that change"), _others(hub, paths, texts)),
        *_section(_("To mend before it is published"), _listed(report, Severity.BLOCKS)),
        *_section(_("Likely doubles"), _listed(report, Severity.WARNS, doubles=True)),
        *_section(_("To look at"), _listed(report, Severity.WARNS)),
        *_section(_("Good to know"), _listed(report, Severity.INFORMS)),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict(report: Report) -> str:
    number = report.tally[Severity.BLOCKS]
    if number:
        message = ngettext(
            "**{number} thing is to be mended before this can be published.**",
            "**{number} things are to be mended before this can be published.**",
            number,
        )
        return message.format(number=number)
    return _("**Nothing stands in the way of publishing this.**")


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    all_items = list(items)
    if not all_items:
        return
    shown = all_items[:_MOST_ITEMS]
    if more := len(all_items) - len(shown):
        shown.append(ngettext("- and {number} more", "- and {number} more", more).format(number=more))
    yield f"### {title}"
    yield "\n".join(shown)


def _arrival(text: CheckedText, hub: Context) -> str:
    title = quoted(text.title) if text.title else _("Untitled")
    facts = [_(text.kind.label), *_commune(text, hub), _words(text), *_pictures(text, hub)]
    return f"- **{title}** · {' · '.join(facts)}\n  {quoted(text.path)}"


def _others(hub: Context, paths: Sequence[str] | None, texts: Iterable[CheckedText]) -> list[str]:
    """Return the files in ``paths`` that are neither texts nor their pictures: nobody must overlook them."""
    known = {text.path for text in texts}
    for text in texts:
        known |= {
            *pictures_of(text, hub),
            *(linked_path(text.path, name) for name, _line, _column in text.pictures()),
        }
    others = (path for path in paths or () if path not in known and (hub.root / path).is_file())
    return [f"- {quoted(path)}" for path in others]


def _commune(text: CheckedText, hub: Context) -> Iterator[str]:
    if commune := hub.communes.by_code.get(str(text.parsed.values.get("commune"))):
        yield inert(commune.name)


def _words(text: CheckedText) -> str:
    number = len(text.head.body.split())
    return ngettext("{number} word", "{number} words", number).format(number=number)


def _pictures(text: CheckedText, hub: Context) -> Iterator[str]:
    number = len({*pictures_of(text, hub), *(name for name, _line, _column in text.pictures())})
    if number:
        yield ngettext("{number} picture", "{number} pictures", number).format(number=number)


def _listed(report: Report, severity: Severity, *, doubles: bool = False) -> list[str]:
    return [
        _item(finding)
        for finding in report.findings
        if finding.severity is severity and (finding.rule == "text-alike") is doubles
    ]


def _item(finding: Finding) -> str:
    place = f":{finding.line}" if finding.line else ""
    return f"- {quoted(f'{finding.path}{place}')} {inert(finding.message)}"


def quoted(words: str) -> str:
    """Return words as a span of code, where forges act on nothing; the words can't close it."""
    plain = excerpt(line_text(spelt_out(words)), _LONGEST_TEXT)
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if "`" in plain else f"`{plain}`"


def inert(words: str) -> str:
    """Return words as Markdown that shows them, and that forges don't act on."""
    plain = excerpt(line_text(spelt_out(words)), _LONGEST_TEXT)
    separated = _ACTED_ON.sub(lambda match: f"{match[0]}{_INVISIBLE_SPACE}", plain)
    return _SPECIAL.sub(_escaped, separated)


def _escaped(match: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(match[0], f"\\{match[0]}")
