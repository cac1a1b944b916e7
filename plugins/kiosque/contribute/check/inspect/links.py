"""Check links and pictures in a text: that their targets exist, are safe, and don't track readers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin

from kiosque.archive.entries import ARCHIVE
from kiosque.archive.year_files import year_files
from kiosque.content.addresses import ENTRY_PAGE
from kiosque.content.kinds import KINDS
from kiosque.content.kinds.source import SOURCE
from kiosque.content.linking.link_targets import LinkTarget, beside_target, link_target, split_link
from kiosque.content.linking.named_files import PICTURES, is_served, proposal
from kiosque.content.visibility import is_shown
from kiosque.contribute.check import reading
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.markup_scan import Link
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.rules import LIKELY, RULES
from kiosque.files import read_file
from kiosque.i18n import N_
from kiosque.model import ContentItem, Problem
from kiosque.text import excerpt
from kiosque.urls import without_tracking

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE = frozenset({"http", "https", "mailto", "tel"})
# Characters that a browser removes from an address before it reads the scheme
# (https://url.spec.whatwg.org/#url-parsing).
_REMOVED = re.compile(r"[\x00-\x20\x7f]")
# The anchors of footnotes, which the reader of texts makes.
_FOOTNOTE = re.compile(r"fn(?:ref)?\d*[:-].*")
_FROM_CONTENT = N_("write {attach}/{place} for a file, or {filename}/{place} for another text")
_HIDDEN = N_("it leads to a text that the hub doesn’t show yet: publish that one first, or take the link out")


def links(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each link that leads nowhere, runs a program or tracks readers."""
    for link in text.marks.links:
        target = html.unescape(link.target).strip()
        if pelican_target := link_target(link.target, text.path):
            yield from _pelican_link(text, hub, link, pelican_target)
        elif scheme := _SCHEME.match(_REMOVED.sub("", unquote(target))):
            yield from _web_link(text, hub, link, scheme[1].lower(), target)
        elif target.startswith("//"):
            yield from _web_link(text, hub, link, "https", f"https:{target}")
        elif target.startswith("#"):
            yield from _anchor(text, link, target[1:], text)
        elif target.startswith("/"):
            yield from _page(text, hub, link, target)
        else:
            yield from _relative(text, hub, link, target)


def descriptions(text: CheckedText, hub: Context) -> Iterator[Problem]:
    """Yield a problem for each picture without a description, for people who don't see it."""
    del hub
    for link in text.marks.links:
        if link.is_picture and not link.words:
            yield _without_description(text, link.line, link.column, link.target)
    for group in text.kind.fields:
        value = text.parsed.values.get(group.name)
        names = {field.name for field in group.fields}
        if isinstance(value, dict) and value.get("file") and "alt" in names and not value.get("alt"):
            place = text.place(group.name)
            yield _without_description(
                text,
                place.line,
                place.column,
                value["file"],
                key=f"{text.parsed.keys.key(group.name + '.alt')}: ",
            )


def _without_description(text: CheckedText, line: int, column: int, target: str, key: str = "") -> Problem:
    """Return the problem of a picture; ``key`` is what a picture in the head lacks."""
    file = _file_of(target)
    example = f"{key}…" if key else f"![…]({target})"
    return RULES["image-alt"].at(
        text.path, line, column, file=excerpt(file, 80), example=excerpt(example, 120)
    )


def _file_of(target: str) -> str:
    """Return the file name in a link."""
    path = target.rpartition("}")[2]
    return path.partition("?")[0].rpartition("/")[2] or target


def _broken(text: CheckedText, link: Link, mend: str = "", **values: str) -> Problem:
    rule = RULES["image-missing" if link.is_picture else "link-broken"]
    shown = excerpt(link.target, 120)
    return rule.at(text.path, link.line, link.column, mend, link=shown, file=_file_of(shown), **values)


def _missing(text: CheckedText, hub: Context, link: Link, path: str) -> Problem:
    """Return the problem that the file at ``path`` isn't there, with the one that is likely to be meant."""
    likely = hub.named.likely(path, *([PICTURES] if link.is_picture else []))
    if not likely:
        return _broken(text, link)
    return _broken(text, link, LIKELY, likely=excerpt(proposal(link.target, text.path, likely), 120))


def _pelican_link(text: CheckedText, hub: Context, link: Link, target: LinkTarget) -> Iterator[Problem]:
    """Check a link to a file, as Pelican writes it; a link to a tag or an author always leads somewhere."""
    if not target.is_file:
        return
    path = target.name
    other, _problems = hub.text(path) if reading.kind_of(path) else (None, ())
    if target.kind == "filename" and other:
        if _is_hidden(other, hub):
            yield _to_hidden(text, link, other, hub)
        elif target.fragment:
            yield from _anchor(text, link, target.fragment, other)
    elif not (path.startswith("content/") and hub.file(path) and is_served(path)):
        yield _missing(text, hub, link, path)


def _is_hidden(other: CheckedText, hub: Context) -> bool:
    record = other.parsed.record
    return isinstance(record, ContentItem) and not is_shown(other.kind, record, hub.now)


def _to_hidden(text: CheckedText, link: Link, other: CheckedText, hub: Context) -> Problem:
    is_over = other.kind.is_over(other.parsed.record, hub.now)
    return _gone(text, link) if is_over else _broken(text, link, _HIDDEN)


def _gone(text: CheckedText, link: Link) -> Problem:
    return RULES["link-gone"].at(text.path, link.line, link.column, link=excerpt(link.target, 120))


def _web_link(text: CheckedText, hub: Context, link: Link, scheme: str, target: str) -> Iterator[Problem]:
    if scheme not in _SAFE:
        yield RULES["link-unsafe"].at(text.path, link.line, link.column, link=excerpt(link.target, 120))
        return
    site = hub.settings.site.url
    if site and (target == site or target.startswith(f"{site}/")):
        yield from _page(text, hub, link, target[len(site) :] or "/")
    elif link.is_picture:
        yield RULES["image-remote"].at(text.path, link.line, link.column, link=excerpt(target, 120))
    elif scheme in {"http", "https"} and (clean := without_tracking(target)) != target:
        yield RULES["link-tracking"].at(
            text.path, link.line, link.column, link=excerpt(target, 120), clean=excerpt(clean, 200)
        )


def _page(text: CheckedText, hub: Context, link: Link, target: str) -> Iterator[Problem]:
    """Check a link to a page of the site.

    Lists such as /fil/ and /themes/ come and go, so that links to them aren't checked.
    """
    address, fragment = split_link(target)
    path = unquote(address).removesuffix("index.html").rstrip("/") + "/"
    if entry_page := ENTRY_PAGE.fullmatch(path):
        if not _has_entry(hub, entry_page["page"]):
            is_gone = hub.takedowns.covers(path.split("/")[2], "", [entry_page["page"]])
            yield _gone(text, link) if is_gone else _broken(text, link)
    elif any(kind.slug_in(path) for kind in KINDS.values() if kind.list_address != "/"):
        files = hub.addresses.get(path)
        other, _problems = hub.text(files[0]) if files else (None, ())
        if hub.takedowns.covers_source(SOURCE.slug_in(path)):
            yield _gone(text, link)
        elif other is None:
            yield _broken(text, link)
        elif _is_hidden(other, hub):
            yield _to_hidden(text, link, other, hub)
        elif fragment:
            yield from _anchor(text, link, fragment, other)
    elif path.startswith("/content/"):
        yield _broken(
            text,
            link,
            _FROM_CONTENT,
            attach="{attach}",
            filename="{filename}",
            place=path.strip("/").removeprefix("content/"),
        )


def _has_entry(hub: Context, page: str) -> bool:
    """Whether the archive has the entry of a page.

    Searching for its slug takes a hundredth of the time of decoding the file.
    """
    _root, _medias, source, year, name = page.split("/")
    slug = f'"slug":"{name}"'.encode()
    files = [path for file_year, path in year_files(hub.root / ARCHIVE, source) if str(file_year) == year]
    return any(slug in read_file(path) for path in files)


def _relative(text: CheckedText, hub: Context, link: Link, target: str) -> Iterator[Problem]:
    """Check a link from the folder of its text to a file, or from the address of its page to another page."""
    beside = beside_target(target, text.path)
    found = hub.named.found(beside.name, any_case=True) if beside else ""
    if beside and found and not (link.is_picture and reading.kind_of(found)):
        yield from _pelican_link(text, hub, link, LinkTarget("filename", found, beside.fragment))
    elif beside and (link.is_picture or PurePosixPath(beside.name).suffix):
        yield _missing(text, hub, link, beside.name)
    elif not target:
        yield _broken(text, link)
    else:
        yield from _page(text, hub, link, urljoin(text.address, target))


def pictures_of(text: CheckedText, hub: Context) -> Iterator[str]:
    """Yield the paths, from the hub's folder, of the files that a text shows as pictures."""
    for link in text.marks.links:
        if not link.is_picture:
            continue
        if (target := link_target(link.target, text.path)) and target.is_file:
            yield target.name
        elif beside := beside_target(link.target, text.path):
            yield hub.named.found(beside.name, any_case=True) or beside.name


def _anchor(text: CheckedText, link: Link, name: str, other: CheckedText) -> Iterator[Problem]:
    """Check that a link to a part of a page, ``#name``, has a heading there."""
    names = other.anchors
    if name and unquote(name) not in names and not _FOOTNOTE.fullmatch(name):
        listed = ", ".join(f"#{anchor}" for anchor in [*names][:5]) or "–"
        yield RULES["anchor-broken"].at(
            text.path, link.line, link.column, link=excerpt(link.target, 120), known=listed
        )
