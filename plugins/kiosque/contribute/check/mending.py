"""Mend what ``--fix`` can mend: keys, quotes, links, metadata and sizes of pictures. All other bytes stay."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from kiosque.content.frontmatter import Located
from kiosque.content.reader import likely_key
from kiosque.content.schema.fields import Field, fields_by_key, plain_key
from kiosque.content.yaml_heads.head_slips import HASH, quoted
from kiosque.contribute.check import picture_metadata
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.inspect import images
from kiosque.contribute.check.inspect.slips import slips_of
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.report import Mended
from kiosque.files import replace_file
from kiosque.i18n import _, current_language
from kiosque.model import Problem
from kiosque.pictures import PictureError
from kiosque.urls import without_tracking
from kiosque.wording.localized import format_size

logger = logging.getLogger(__name__)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_REMARK = re.compile(r"(?:\A|\s)(#.*)")
_TEXT_RULES = frozenset({
    "heading-space", "key-unknown", "link-space", "link-tracking", "value-cut", "value-quotes"
})  # fmt: skip
_PICTURE_RULES = frozenset({"image-position", "image-names", "image-heavy"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of words within a line; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    old: str
    new: str
    rule: str


def mend(hub: Context, problems: Iterable[Problem]) -> Iterator[Mended]:
    """Mend the problems that can be mended safely, file by file, and yield the changes."""
    by_path: defaultdict[str, set[str]] = defaultdict(set)
    for problem in problems:
        by_path[problem.path].add(problem.rule)
    for path, rules in by_path.items():
        if rules & _PICTURE_RULES:
            yield from _picture(hub, path, rules)
        elif rules & _TEXT_RULES:
            yield from _text(hub, path, rules)


def _text(hub: Context, path: str, rules: set[str]) -> Iterator[Mended]:
    text, _problems = hub.text(path)
    if text is None or (hub.root / path).is_symlink():
        return
    all_edits = (*_keys(text), *_quotes(text), *_links(text), *_slips(text))
    edits = [edit for edit in all_edits if edit.rule in rules]
    before = hub.data[path]
    after = edited(before, edits)
    if after != before:
        replace_file(hub.root / path, after, lasting=True)
        message = _("“{old}” is now “{new}”")
        logger.debug("%s: %d places changed", path, len(edits))
        for edit in edits:
            yield Mended(path=path, rule=edit.rule, message=message.format(old=edit.old, new=edit.new))


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a file's bytes after some edits; line ends and byte order mark stay as they are."""
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    lines = _LINE.findall(data[len(bom) :].decode())
    for edit in sorted(edits, key=lambda edit: (edit.line, edit.column), reverse=True):
        line, start = lines[edit.line - 1] if edit.line <= len(lines) else "", edit.column - 1
        if line.startswith(edit.old, start):
            lines[edit.line - 1] = line[:start] + edit.new + line[start + len(edit.old) :]
    return bom + "".join(lines).encode()


def _keys(text: CheckedText) -> Iterator[Edit]:
    yield from _misspelt(text.head.values, text.kind.fields)


def _misspelt(values: dict[str, Located], fields: tuple[Field, ...]) -> Iterator[Edit]:
    """Yield an edit for each misspelt key.

    The field that was probably meant must have no other key in the head.
    """
    by_key = fields_by_key(fields)
    plain_keys = (plain_key(key.partition(".")[0]) for key in values)
    fields_with_key = {by_key[plain].name for plain in plain_keys if plain in by_key}
    for key, located in values.items():
        first_part = key.partition(".")[0]
        field = by_key.get(plain_key(first_part))
        if field and field.fields:
            yield from _misspelt_in_group(located, field)
        if field or not located.key:
            continue
        likely = likely_key(first_part, by_key)
        if likely and by_key[likely].name not in fields_with_key and first_part == key:
            fields_with_key.add(by_key[likely].name)
            yield Edit(*located.key, key, _spelt(likely, by_key[likely]), "key-unknown")


def _misspelt_in_group(located: Located, group: Field) -> Iterator[Edit]:
    for item in located.value if isinstance(located.value, list) else [located]:
        if isinstance(item.value, dict):
            yield from _misspelt(item.value, group.fields)


def _spelt(key: str, field: Field) -> str:
    """Return a plain key with the hyphens and accents of the field's name."""
    return next(name for name in (field.name, *field.french) if plain_key(name) == key)


def _quotes(text: CheckedText) -> Iterator[Edit]:
    """Yield an edit for each value of the head that needs quotes to be read, or to be read whole."""
    lines = text.content.split("\n")
    for slip in text.head.slips:
        # Tabs before the value may have counted as several columns.
        if (start := lines[slip.line - 1].rfind(slip.old)) >= 0:
            yield Edit(slip.line, start + 1, slip.old, slip.new, "value-quotes")
    for problem in text.parsed.problems:
        if problem.rule == "value-cut" and problem.line and problem.column:
            behind = lines[problem.line - 1][problem.column - 1 :]
            value = behind.strip()
            remark = _REMARK.search(value)
            if remark and HASH.match(remark[1]):
                column = problem.column + len(behind) - len(behind.lstrip())
                yield Edit(problem.line, column, value, quoted(value), "value-cut")


def _links(text: CheckedText) -> Iterator[Edit]:
    seen = set()
    for link in text.marks.links:
        clean = without_tracking(link.target)
        is_web = link.target.startswith(("http://", "https://"))
        if is_web and not link.is_picture and clean != link.target and (link.line, link.column) not in seen:
            seen.add((link.line, link.column))
            yield Edit(link.line, link.column, link.target, clean, "link-tracking")


def _slips(text: CheckedText) -> Iterator[Edit]:
    for slip in slips_of(text):
        yield Edit(slip.line, slip.column, slip.old, slip.new, slip.rule)


def _picture(hub: Context, path: str, rules: set[str]) -> Iterator[Mended]:
    file = hub.file(path)
    if file is None or (hub.root / path).is_symlink():
        return
    before = file.read_bytes()
    after = before
    if rules & {"image-position", "image-names"}:
        after = picture_metadata.without_metadata(before)
    if "image-heavy" in rules:
        # A picture that can't be shrunk stays: an animation, or a broken file.
        with suppress(PictureError, OSError, ValueError):
            after = min(after, picture_metadata.without_metadata(images.shrunk(before)), key=len)
    if after == before:
        return
    replace_file(file, after, lasting=True)
    logger.debug("%s: %d bytes, %d before", path, len(after), len(before))
    if rules & {"image-position", "image-names"}:
        yield Mended(
            path=path, rule=min(rules & _PICTURE_RULES), message=_("what it told beside its pixels is gone")
        )
    if "image-heavy" in rules:
        sizes = _("shrunk from {before} to {after}").format(
            before=format_size(len(before), current_language()),
            after=format_size(len(after), current_language()),
        )
        yield Mended(path=path, rule="image-heavy", message=sizes)
