"""Reads the texts of another tool's site into records of what they say here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

from kiosque.content import frontmatter
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.guarded import guarded
from kiosque.content.kinds import KINDS
from kiosque.content.other_tools.drafts import is_mark, kept_back
from kiosque.content.reader import ReadFile, read_record
from kiosque.content.schema.fields import fields_by_key, plain_key
from kiosque.contribute.moving.old_site import OldSite
from kiosque.contribute.moving.old_text import OldPicture, OldText
from kiosque.contribute.moving.template_tags import without_template_tags
from kiosque.curation import is_junk
from kiosque.files import read_file
from kiosque.i18n import _, ngettext
from kiosque.model import Problem
from kiosque.text import slug
from kiosque.wording.reasons import reason_of

_ADDRESSES = ("permalink", "url", "path")
_FORMER = ("aliases", "alias", "redirect from")
_PICTURES = (
    "image", "cover", "thumbnail", "featured image", "featuredimage", "feature image", "images", "banner",
    "header",
)  # fmt: skip
_TAGS = ("tags", "categories", "category", "taxonomies")
_DRAFTS = frozenset({"draft", "brouillon", "private", "privé", "pending"})
# Names of Eleventy's collections, which it gives to texts as tags.
_COLLECTIONS = frozenset({"all", "nav", "page", "pages", "post", "posts"})
# Files that may hold words for readers.
_LIKE_TEXTS = frozenset({
    ".adoc", ".asciidoc", ".htm", ".html", ".ipynb", ".liquid", ".markdown", ".md", ".mdx", ".njk", ".org",
    ".rst", ".textile",
})  # fmt: skip
# Remarks that the check of the new file makes too.
_SAID_LATER = frozenset({"field-missing", "licence-missing"})


@dataclass(slots=True)
class SiteTexts:
    """The texts of a site, and the problems of those that can't be read."""

    texts: list[OldText] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # The first place of each key that has no meaning here, and the number of texts with it.
    keys: defaultdict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))


def read_texts(site: OldSite, zone: tzinfo) -> SiteTexts:
    """Return the texts of a site in the order of their paths; ``zone`` is the time zone of their dates."""
    result = SiteTexts()
    for path in site.folder.sizes:
        if not site.is_text(path):
            continue
        read = guarded(path, lambda path=path: _read(site, path, zone, result))  # type: ignore[misc]
        if isinstance(read, Problem):
            result.problems.append(read)
        elif read:
            result.texts.append(read)
    result.problems += [*_about_keys(result.keys), *_left_out(site)]
    return result


def _read(site: OldSite, path: str, zone: tzinfo, result: SiteTexts) -> OldText | None:
    """Return a text of the site; None, and a problem in ``result``, where it can't be read."""
    try:
        text, problems = frontmatter.decode_text(read_file(site.folder.file(path)), path)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        problems, text = (Problem(path=path, message=message.format(reason=reason_of(error))),), ""
    head = frontmatter.split_file(text, path)
    if problems or (head.problems and not head.values):
        result.problems += problems or head.problems
        return None
    said = {plain_key(key): located.plain() for key, located in head.values.items()}
    kind = KINDS[site.kind(path, said)]
    content = read_record(kind, _for_reading(head, path, site), path, zone)
    _note(content.problems, result)
    is_kept_back = bool(kept_back(head.values, fields_by_key(kind.fields)))
    return _old_text(site, path, kind.name, said, content, zone, is_kept_back=is_kept_back)


def _old_text(
    site: OldSite,
    path: str,
    kind: str,
    said: Mapping[str, Any],
    content: ReadFile[Any],
    zone: tzinfo,
    *,
    is_kept_back: bool,
) -> OldText:
    values = content.values
    moment = values.get("date")
    day = moment.astimezone(zone).date() if isinstance(moment, datetime) else None
    name = slug(str(said.get("slug") or "")) or site.name(path, str(values.get("title", "")))
    is_draft = site.is_draft(path) or is_kept_back or str(said.get("status", "")).strip().lower() in _DRAFTS
    markup = ".rst" if path.endswith(".rst") else ".md"
    return OldText(
        origin=path,
        kind=kind,
        slug=slug(name, fallback="texte"),
        head=new_head(values, kind, zone, is_draft=is_draft, author=site.author),
        body=content.body if markup == ".rst" else without_template_tags(content.body),
        suffix=markup,
        addresses=tuple(_addresses(site, path, name, said, day)),
        picture=picture_of(said),
    )


def _for_reading(head: FrontMatter, path: str, site: OldSite) -> FrontMatter:
    """Return a head without what is read here, with tags as a list and authors as names."""
    read_here = {
        *_ADDRESSES,
        *_FORMER,
        *_PICTURES,
        "save as",
        "slug",
        "draft",
        "published",
        "status",
        "private",
    }
    values = {}
    tags = [*site.tags(path, {plain_key(key): located.plain() for key, located in head.values.items()})]
    first: Located | None = None
    for key, located in head.values.items():
        plain = plain_key(key)
        if plain in _TAGS:
            first = first or located
            tags += _words(located.plain(), splits_at_spaces=site.splits_at_spaces and plain != "category")
        elif plain in {"author", "authors"}:
            values[key] = replace(
                located, value=[Located(name, located.line) for name in _names(located.plain())]
            )
        elif plain not in read_here and not is_mark(key):
            values[key] = located
    if tags := [tag for tag in dict.fromkeys(tags) if not is_junk(slug(tag)) and tag not in _COLLECTIONS]:
        place = first or Located(None, 1)
        values["tags"] = replace(place, value=[Located(tag, place.line) for tag in tags])
    return replace(head, values=values)


def _words(value: object, *, splits_at_spaces: bool = False) -> list[str]:
    """Return the words of a list, or those between commas, or else, where a tool does so, between spaces."""
    if isinstance(value, dict):
        return [word for item in value.values() for word in _words(item)]
    if isinstance(value, list):
        return [str(item).strip() for item in value if item not in (None, "")]
    text = str(value or "")
    words = text.split() if splits_at_spaces and "," not in text else text.split(",")
    return [word.strip() for word in words if word.strip()]


def _names(value: object) -> list[str]:
    """Return the names of authors: a list, or names between semicolons or commas; never their e-mail."""
    if isinstance(value, dict):
        return [str(value["name"])] if value.get("name") else []
    if isinstance(value, list):
        return [name for item in value for name in _names(item)]
    text = str(value or "")
    return [name.strip() for name in text.split(";" if ";" in text else ",") if name.strip()]


def new_head(
    values: Mapping[str, Any], kind: str, zone: tzinfo, *, is_draft: bool, author: str = ""
) -> dict[str, object]:
    """Return the head of the new file from checked values; keys without a value are left out."""
    is_article = kind == "article"
    authors = list(values.get("authors") or ([author] if author and is_article else []))
    head: dict[str, object] = {
        "title": values.get("title", ""),
        "date": written_moment(values.get("date"), zone),
        "updated": written_moment(values.get("updated"), zone),
        "authors": authors if is_article else [],
        "summary": values.get("summary", ""),
        "tags": list(values.get("tags", ())),
        "language": values.get("language", ""),
        "expires": written_moment(values.get("expires"), zone),
        "status": "draft" if is_draft else "",
    }
    return {key: value for key, value in head.items() if value}


def written_moment(moment: object, zone: tzinfo) -> object:
    """Return a moment as a head has it: a day, or a day and an hour in the hub's time zone."""
    if not isinstance(moment, datetime):
        return ""
    local = moment.astimezone(zone)
    return local.date() if not (local.hour or local.minute) else f"{local:%Y-%m-%d %H:%M}"


def picture_of(said: Mapping[str, Any]) -> OldPicture | None:
    """Return the main picture of a text: the first that one of its keys names."""
    return next((found for key in _PICTURES if (found := _picture(said.get(key)))), None)


def _picture(value: object) -> OldPicture | None:
    if isinstance(value, list):
        return _picture(value[0]) if value else None
    if isinstance(value, dict):
        keys = ("src", "url", "path", "image", "file", "relative", "teaser", "overlay_image")
        target = next((value[key] for key in keys if isinstance(value.get(key), str)), "")
        alt, caption = (str(value.get(key) or "") for key in ("alt", "caption"))
        return OldPicture(target, alt, caption) if target else None
    return OldPicture(value.strip()) if isinstance(value, str) and value.strip() else None


def _addresses(
    site: OldSite, path: str, name: str, said: Mapping[str, Any], day: date | None
) -> Iterator[str]:
    """Yield the address of a text, which its head or the settings tell, and its former ones."""
    own = [str(said[key]) for key in _ADDRESSES if isinstance(said.get(key), str)]
    plain = [address for address in own if "{" not in address and ":" not in address]
    yield from (f"/{address.lstrip('/')}" for address in plain)
    if not plain:
        categories = _words(said.get("categories"), splits_at_spaces=site.splits_at_spaces)
        head = {**said, "category": _words(said.get("category")) or categories}
        yield from site.addresses(path, name, head, day)
    for key in _FORMER:
        yield from (f"/{address.lstrip('/')}" for address in _words(said.get(key)))


def _left_out(site: OldSite) -> Iterator[Problem]:
    """Yield a problem for the files of each folder that look like texts, and aren't read."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in site.folder.sizes:
        pure = PurePosixPath(path)
        if pure.suffix.lower() in _LIKE_TEXTS and not site.is_text(path):
            groups[str(pure.parent), pure.suffix].append(path)
    for (_folder, suffix), paths in groups.items():
        message = ngettext(
            "this file isn’t read: copy by hand what readers need",
            "{number} files in {suffix} of this folder aren’t read: copy by hand what readers need",
            len(paths),
        )
        yield Problem(path=paths[0], message=message.format(number=len(paths), suffix=suffix))


def _note(problems: Iterable[Problem], result: SiteTexts) -> None:
    for problem in problems:
        if problem.rule in {"key-unknown", "key-elsewhere"}:
            result.keys[problem.message].append(problem)
        elif problem.rule not in _SAID_LATER:
            result.problems.append(problem)


def _about_keys(keys: Mapping[str, list[Problem]]) -> Iterator[Problem]:
    """Yield one problem for all texts with the same keys that mean nothing here: at the first of them."""
    for message, problems in keys.items():
        more = _("{message} (in {number} texts)").format(message=message, number=len(problems))
        yield Problem(path=problems[0].path, line=problems[0].line, message=more if problems[1:] else message)
