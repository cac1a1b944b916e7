"""The rules of ``kiosque check``: the severity of each, what is wrong, why it matters, and how to mend it.

``says``, ``why`` and ``mend`` are English messages, which are translated; braces hold the values of a case.
``docs/verifications.md`` lists all rules. The code that reads files composes some messages itself: those of
the first block, and those of ledgers. Their rules describe here what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kiosque.contribute.check.report import Severity
from kiosque.i18n import N_, _
from kiosque.model import Problem

_BLOCKS, _WARNS, _INFORMS = Severity.BLOCKS, Severity.WARNS, Severity.INFORMS


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``mends_itself`` tells that ``--fix`` can mend it."""

    code: str
    severity: Severity
    says: str
    why: str
    mend: str
    mends_itself: bool = False

    def at(
        self,
        path: str,
        line: int | None = None,
        column: int | None = None,
        mend: str = "",
        remedy: str = "",
        **values: object,
    ) -> Problem:
        """Return the problem at a place; ``values`` are those of the braces in its messages.

        ``mend`` replaces the rule's own message. ``remedy`` replaces both, and is used as it is: it may have
        words of the checked file, whose braces mean nothing.
        """
        what, remedy = _(self.says).format(**values), remedy or _(mend or self.mend).format(**values)
        message = _("{what}: {mend}").format(what=what, mend=remedy)
        return Problem(path=path, line=line, column=column, message=message, rule=self.code)


# How the mend of a missing file begins where another is likely to be meant.
LIKELY = N_("write “{likely}”, the file that is there")
_ALL = (
    # Problems that the reader of files reports.
    Rule("encoding", _BLOCKS,
         N_("The file is not text in UTF-8"),
         N_("Letters with accents would come out as other signs."),
         N_("save it again with the encoding UTF-8")),
    Rule("head-unreadable", _BLOCKS,
         N_("The head of the file can’t be read"),
         N_("Without its head a file has neither title nor date, and the hub leaves it out."),
         N_("put values with “: ” or “#” between quotes, indent with spaces, and close the head with ---")),
    Rule("value-quotes", _BLOCKS,
         N_("A value of the head holds signs that have a meaning of their own"),
         N_("Without its head a file has neither title nor date, and the hub leaves it out."),
         N_("put the value between quotes"), mends_itself=True),
    Rule("value-cut", _WARNS,
         N_("The end of a value is left out, from a “#” on"),
         N_("In a head, a “#” behind a space begins a remark, which nobody sees."),
         N_("put the whole value between quotes if this belongs to it"), mends_itself=True),
    Rule("text-long", _BLOCKS,
         N_("The file is longer than any text"),
         N_("It would take everyone’s time, and the hub leaves it out."),
         N_("cut it into several")),
    Rule("text-unreadable", _BLOCKS,
         N_("The text can’t be read"),
         N_("It stops the program that reads it, so the hub leaves it out."),
         N_("simplify it")),
    Rule("check-failed", _BLOCKS,
         N_("A file makes its check fail"),
         N_("Nobody knows if it is in order, or what the hub would show of it."),
         N_("save it again or simplify it, and tell the makers of Kiosque")),
    Rule("head-unsafe", _BLOCKS,
         N_("The head of the file holds &, * or ! where they have a meaning of their own in YAML"),
         N_("Such signs can fill a computer’s memory or call a program, so none is accepted."),
         N_("put the value between quotes")),
    Rule("key-twice", _WARNS,
         N_("A key stands twice"),
         N_("Only the last one counts, which may not be the one that you mean."),
         N_("keep one of the two")),
    Rule("key-unknown", _WARNS,
         N_("A key is not known, or misspelt"),
         N_("What it says is left aside: nobody will see it."),
         N_("write the key as the guide has it"), mends_itself=True),
    Rule("key-elsewhere", _INFORMS,
         N_("Keys that other site generators show have no place here"),
         N_("Nobody sees what they say."),
         N_("bring what readers need into the text or its summary")),
    Rule("not-public", _BLOCKS,
         N_("The file says that it isn’t to be published, and its kind has no drafts"),
         N_("What someone keeps back is never shown, so the hub leaves the file out."),
         N_("remove the line, or the file")),
    Rule("field-missing", _BLOCKS,
         N_("A field that is needed is missing"),
         N_("The hub can’t show the file without it."),
         N_("add a line with it")),
    Rule("value-wrong", _BLOCKS,
         N_("A value doesn’t fit its field"),
         N_("What it says is left aside: nobody will see it."),
         N_("write it as the message shows")),
    Rule("date-wrong", _BLOCKS,
         N_("A date can’t be read, or isn’t in the calendar"),
         N_("Publications are sorted by their dates: without one, the text has no place."),
         N_("write it as 2026-02-01, or 2026-02-01 18:30")),
    Rule("address-invalid", _BLOCKS,
         N_("An address holds what no address can"),
         N_("An address becomes a folder of the site: it must not lead out of it, and must be easy to copy."),
         N_("use small letters, digits and hyphens only")),
    Rule("file-outside", _BLOCKS,
         N_("The name of a file leads out of its folder"),
         N_("A text must not publish files that lie elsewhere on the computer that builds the site."),
         N_("put the file beside the text, and write its name alone")),
    Rule("source-without-feed", _BLOCKS,
         N_("A medium has neither feeds nor a homepage"),
         N_("The hub couldn’t gather anything from it."),
         N_("add “feeds:” with the address of its feed")),
    Rule("feed-address", _BLOCKS,
         N_("A feed is neither a web address nor a file of the hub"),
         N_("The hub couldn’t ask it for anything."),
         N_("write its address in full, as https://radio.example/podcast.xml")),
    Rule("address-taken", _BLOCKS,
         N_("Two files want the same address"),
         N_("A page has one text: the second one would not be shown."),
         N_("rename the file, or give it a “slug:” of its own")),
    Rule("alias-taken", _BLOCKS,
         N_("the former address {alias} is taken by {address}"),
         N_("What stands at an address of today is shown there: the former one would lead nowhere."),
         N_("take it out, or write the address that the text really had")),
    # The head.
    Rule("commune-code", _BLOCKS,
         N_("“{value}” is not the code of a commune"),
         N_("Several communes may bear one name; the official code tells them apart, "
            "and puts the text on its place’s page."),
         N_('write its official code between quotes, as "26113" for Die')),
    Rule("commune-unknown", _BLOCKS,
         N_("the commune {value} is not one that this hub covers"),
         N_("Nobody would find the text under its place."),
         N_("mend the code, or add the commune to content/territory.yml")),
    Rule("date-odd", _WARNS,
         N_("{field}: {value} is a date that can hardly be meant"),
         N_("The text would be shown far from where readers look for it, or not before that day."),
         N_("make sure of the year")),
    Rule("expires-early", _BLOCKS,
         N_("it is shown until {end}, which is before its date, {start}"),
         N_("It would never be shown."),
         N_("mend one of the two dates")),
    Rule("expired", _INFORMS,
         N_("it was to be shown until {end}"),
         N_("The hub doesn’t show it any more."),
         N_("give “expires” a later day if it still holds; there is nothing to do if it doesn’t")),
    Rule("title-capitals", _WARNS,
         N_("the title is in capitals"),
         N_("Capitals are read more slowly, shout, and are spelt letter by letter by some screen readers."),
         N_("write it as a sentence, such as {lower}")),
    Rule("licence-missing", _WARNS,
         N_("nothing says under which licence {what} may be shared"),
         N_("Without a licence nobody may take it up, not even a neighbouring paper."),
         N_("add “{key}: CC BY-SA 4.0”, or the licence that its authors chose")),
    Rule("logo-missing", _BLOCKS,
         N_("the logo “{file}” isn’t there"),
         N_("The medium would be shown without it."),
         N_("put it beside this file, or mend its name")),
    Rule("feed-missing", _BLOCKS,
         N_("the feed “{file}” isn’t among the files of this hub"),
         N_("The hub couldn’t read anything from it."),
         N_("mend its path, which begins at the hub’s folder")),
    Rule("feed-twice", _WARNS,
         N_("the feed {url} is named by {other} too"),
         N_("Each of its publications would be shown twice."),
         N_("leave it in one of the two files")),
    Rule("agreement-bare", _INFORMS,
         N_("the agreement to show whole texts doesn’t say since when, or who gave it"),
         N_("Whoever runs the hub in a year must be able to answer the medium’s new team."),
         N_("add “since:” and “by:” to the agreement")),
    # The text.
    Rule("text-empty", _WARNS,
         N_("there is no text below the head"),
         N_("Its page would be empty."),
         N_("write the text below the second line of hyphens")),
    Rule("text-alike", _WARNS,
         N_("this text is nearly the same as {other} ({likeness} alike)"),
         N_("Readers would meet it twice, and a correction would reach only one of the two."),
         N_("keep one, or make one lead to the other")),
    Rule("text-published", _WARNS,
         N_("{page} already has this title"),
         N_("Readers would meet it twice, and a correction would reach only one of the two."),
         N_("make sure that it isn’t the same text; if it is, keep one")),
    Rule("heading-skipped", _WARNS,
         N_("the heading “{text}” is of level {level}, below one of level {above}"),
         N_("Screen readers move from heading to heading: "
            "a level that is left out sounds like a missing part."),
         N_("begin it with {marks}")),
    Rule("heading-space", _WARNS,
         N_("“{text}” begins no heading without a space behind it"),
         N_("Readers would see the signs instead of a heading."),
         N_("write “{mended}”"), mends_itself=True),
    Rule("html-removed", _WARNS,
         N_("<{name}> is HTML that the hub doesn’t keep"),
         N_("Code in a text could follow readers or act in their name, so only plain formatting passes."),
         N_("say it in Markdown, or leave it out; a sound or video is a link on a line of its own")),
    Rule("html-attribute", _WARNS,
         N_("the attribute “{name}” of <{tag}> is left out"),
         N_("Code in a text could follow readers or act in their name, so only plain formatting passes."),
         N_("leave it out")),
    Rule("directive-removed", _BLOCKS,
         N_("the directive “{name}” isn’t allowed, and the text would be left out with it"),
         N_("It could read other files of the computer that builds the site, or bring in code."),
         N_("say it in plain reStructuredText")),
    # Links.
    Rule("link-broken", _BLOCKS,
         N_("the link “{link}” leads nowhere"),
         N_("Who follows it finds an empty page."),
         N_("check its name and folder")),
    Rule("link-space", _WARNS,
         N_("an address with spaces makes no link: “{text}”"),
         N_("Readers would see brackets instead of a link or a picture."),
         N_("put it between angle brackets, {mended}"), mends_itself=True),
    Rule("link-gone", _WARNS,
         N_("the link “{link}” leads to what the hub doesn’t show any more"),
         N_("Who follows it finds an empty page. The text is published all the same."),
         N_("take the link out, or say in words what was there")),
    Rule("anchor-broken", _WARNS,
         N_("the link “{link}” leads to a part of the page that isn’t there"),
         N_("Who follows it stays at the top of the page."),
         N_("take the name of a heading: {known}")),
    Rule("link-unsafe", _BLOCKS,
         N_("the link “{link}” is not one that a page may have"),
         N_("Such links run a program, or open a file of the reader’s computer."),
         N_("link to an address that begins with https://")),
    Rule("link-tracking", _WARNS,
         N_("the link “{link}” tells others who follows it"),
         N_("Such parameters serve to watch readers, and the page opens without them."),
         N_("write {clean}"), mends_itself=True),
    # Pictures.
    Rule("image-missing", _BLOCKS,
         N_("the picture “{file}” isn’t there"),
         N_("Readers would see an empty place."),
         N_("put it beside this file, or mend its name; capitals count")),
    Rule("image-alt", _WARNS,
         N_("the picture “{file}” has no description"),
         N_("People who don’t see it would not know what it shows, "
            "nor anyone whose connection is too slow for it."),
         N_("say in a sentence what it shows: {example}")),
    Rule("image-remote", _WARNS,
         N_("the picture {link} lies on another site"),
         N_("The hub shows a link in its place: that site would see everyone who reads the page."),
         N_("put the picture beside this file, if its licence allows it")),
    Rule("image-refused", _BLOCKS,
         N_("“{file}” is no picture that can be shown ({reason})"),
         N_("It can’t be shown, and a file that only looks like a picture may be an attack."),
         N_("save it again as JPEG, PNG or WebP")),
    Rule("image-heavy", _WARNS,
         N_("the picture “{file}” is heavy: {size}, {width} × {height} pixels"),
         N_("Everyone who copies the hub downloads it, for ever; the site shows 1600 pixels at most."),
         N_("shrink it to 2000 pixels wide"), mends_itself=True),
    Rule("image-position", _BLOCKS,
         N_("the picture “{file}” says where it was taken"),
         N_("Anyone can read from the file where its author, or someone in the picture, lives."),
         N_("save it again without its metadata"), mends_itself=True),
    Rule("image-names", _WARNS,
         N_("the picture “{file}” names someone in its metadata ({names})"),
         N_("The file goes on telling that name wherever it is copied."),
         N_("save it again without its metadata, and name its author under “credit” if they wish"),
         mends_itself=True),
    # People.
    Rule("personal-phone", _WARNS,
         N_("“{value}” looks like the phone number of a private person"),
         N_("What stands on a page is collected by machines within hours, and can’t be taken back."),
         N_("make sure that they agree, or give the contact of their group")),
    Rule("personal-email", _WARNS,
         N_("“{value}” looks like the e-mail address of a private person"),
         N_("What stands on a page is collected by machines within hours, and can’t be taken back."),
         N_("make sure that they agree, or give the contact of their group")),
    # Files.
    Rule("file-name", _WARNS,
         N_("the name of this file has capitals, spaces or accents"),
         N_("It becomes part of an address, and computers differ in how they write such signs."),
         N_("rename it to {name}")),
    Rule("file-control", _BLOCKS,
         N_("the name of this file holds signs that nobody sees"),
         N_("Such a name can pass for another one, and confuses whoever lists the folder."),
         N_("rename it to {name}")),
    Rule("file-link", _BLOCKS,
         N_("this is a link that leads out of content/"),
         N_("It would publish another file of the hub, or of the computer that builds the site."),
         N_("put a copy of the file here")),
    Rule("file-lost", _WARNS,
         N_("nothing reads a file of this folder"),
         N_("The hub would never show it."),
         N_("move it to {folders}")),
    Rule("file-kind", _WARNS,
         N_("the hub doesn’t serve files that end in “{suffix}”"),
         N_("A link to it would lead nowhere, and browsers couldn’t show it."),
         N_("save it as PDF, or as plain text")),
    Rule("file-unreadable", _BLOCKS,
         N_("this file can’t be opened ({reason})"),
         N_("The hub would leave it out."),
         N_("check its permissions")),
    # Data of the hub.
    Rule("territory", _BLOCKS,
         N_("The list of communes can’t be read, in whole or in part"),
         N_("Texts of these communes would lose their place."),
         N_("write each commune as the message shows")),
    Rule("territory-code", _BLOCKS,
         N_("The code and the name of a commune don’t belong together"),
         N_("Texts would stand under another commune, and programs that read the hub’s data would put them "
            "there."),
         N_("write the official code (Insee) of the commune, which isn’t its postcode")),
    Rule("ledger", _BLOCKS,
         N_("A decision of the hub’s editors can’t be read"),
         N_("It would not be carried out: what was taken down or hidden might come back."),
         N_("write it as the message shows")),
    Rule("ledger-unmatched", _WARNS,
         N_("A decision of the hub’s editors names no publication"),
         N_("It changes nothing: what was meant stays as it is."),
         N_("take the address from the publication’s page on this hub")),
    Rule("archive", _BLOCKS,
         N_("A line of the archive can’t be read"),
         N_("What it holds is not shown, and the medium’s archive can’t be written any more."),
         N_("take the file back from git")),
    Rule("archive-twice", _WARNS,
         N_("the entry {id} stands twice in this archive"),
         N_("It would be shown twice."),
         N_("remove one of the two lines")),
    Rule("archive-lost", _INFORMS,
         N_("no source file belongs to this archive"),
         N_("What it holds is not shown."),
         N_("bring content/sources/{source}.md back, or remove the folder if the medium left for good")),
    # Only with --stale.
    Rule("stale-unverified", _INFORMS,
         N_("nobody has verified it since {day}"),
         N_("Hours, contacts and prices change; what is wrong makes people lose their way."),
         N_("read it again, mend it, and write “verified: {today}”")),
    Rule("stale-never", _INFORMS,
         N_("nobody has said when it was verified"),
         N_("Hours, contacts and prices change; what is wrong makes people lose their way."),
         N_("read it again, mend it, and write “verified: {today}”")),
)  # fmt: skip

RULES = {rule.code: rule for rule in _ALL}


# The rules of problems that are found while a file of this place is read, and that name none.
_BY_PLACE = (
    (re.compile(r"content/territory\.yml"), "territory"),
    (re.compile(r"content/[^/]+\.yml"), "ledger"),
    (re.compile(r"archive/"), "archive"),
)


def rule_of(problem: Problem) -> Rule:
    """Return the rule that a problem breaks: wherever it is found, it matters as much."""
    if problem.rule:
        return RULES[problem.rule]
    by_place = (code for place, code in _BY_PLACE if place.match(problem.path))
    return RULES[next(by_place, "value-wrong")]


def as_markdown(rules: Iterable[Rule] = _ALL) -> str:
    """Return the list of rules for people as Markdown, in the language of messages."""
    return "\n\n".join(map(_section, rules)) + "\n"


def _section(rule: Rule) -> str:
    itself = _("`kiosque check --fix` mends it.") if rule.mends_itself else ""
    lines = (
        f"## `{rule.code}`",
        f"**{rule.severity.label}** · {_sentence(_in_general(rule.says))}",
        _("Why: {why}").format(why=_(rule.why)),
        _("The mend: {mend}.").format(mend=_in_general(rule.mend)) + (f" {itself}" if itself else ""),
    )
    return "\n\n".join(lines)


def _in_general(message: str) -> str:
    """Return a message as Markdown, with “…” for the values of a case."""
    return re.sub(r"\{\w+\}", "…", _(message)).replace("<", "\\<").replace("*", "\\*")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
