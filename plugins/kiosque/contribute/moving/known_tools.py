"""Recognises the tool that made a site, and reads the few of its settings that matter here.

Settings are read, never run: Pelican's are Python, of which only plain values are taken.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from kiosque.content.frontmatter import parse_yaml
from kiosque.contribute.moving.old_address import of_braces, of_colons, pelican_slug
from kiosque.contribute.moving.old_site import MARKDOWN, OldSite, inner, plain_name
from kiosque.contribute.moving.site_folder import Folder
from kiosque.text import slug

_HUGO_SETTINGS = tuple(
    f"{folder}{name}.{suffix}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for suffix in ("toml", "yaml", "yml", "json")
)
_ELEVENTY_SETTINGS = (
    ".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts",
)  # fmt: skip
_JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}
_BLOGS = frozenset({"articles", "blog", "news", "posts", "post", "actualites", "billets"})


def recognised(folder: Folder) -> tuple[str, OldSite]:
    """Return the name of the tool that made a site, and the site; an empty name for an unknown tool."""
    for name, read in _TOOLS.items():
        if site := read(folder):
            return name, site
    return "", OldSite(folder)


@dataclass(frozen=True)
class Pelican(OldSite):
    """A site of Pelican, with the settings that say where texts stand."""

    article_url: str = "{slug}.html"
    page_url: str = "pages/{slug}.html"
    pages: tuple[str, ...] = ("pages",)
    name_has_slug: bool = False
    folder_is_category: bool = True

    def kind(self, path: str, values: Mapping[str, Any]) -> str:
        """Return ``page`` for texts in the folders of pages."""
        del values
        below = inner(path, self.top).as_posix()
        return "page" if any(below.startswith(f"{folder}/") for folder in self.pages) else "article"

    def name(self, path: str, title: str) -> str:
        """Return the slug that Pelican makes of the title, unless names of files hold it."""
        return plain_name(path) if self.name_has_slug else pelican_slug(title) or plain_name(path)

    def addresses(self, path: str, name: str, values: Mapping[str, Any], day: date | None) -> tuple[str, ...]:
        """Return the address after ARTICLE_URL or PAGE_URL."""
        category = next(iter([*values.get("category", ()), *self.tags(path, values), "misc"]))
        words = {"slug": name, "category": pelican_slug(category), "lang": str(values.get("language", ""))}
        pattern = self.page_url if self.kind(path, values) == "page" else self.article_url
        address = of_braces(pattern, words, day)
        return (address,) if address else ()

    def tags(self, path: str, head: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the folder of an article, which is its category."""
        parts = inner(path, self.top).parts[:-1]
        is_named = self.folder_is_category and parts and not head.get("category")
        return (parts[-1],) if is_named and self.kind(path, {}) == "article" else ()


@dataclass(frozen=True)
class Hugo(OldSite):
    """A site of Hugo; ``permalinks`` has the pattern of each section that has one."""

    permalinks: Mapping[str, str] | None = None
    is_ugly: bool = False

    def kind(self, path: str, values: Mapping[str, Any]) -> str:
        """Return ``page`` for texts at the top of ``content/``, and for pages by folder or type."""
        parts = inner(path, self.top).parts[:-1]
        is_bundle_at_top = len(parts) == 1 and PurePosixPath(path).stem == "index" and not values.get("date")
        is_page = not parts or is_bundle_at_top or parts[0] in {"page", "pages"}
        return "page" if is_page or str(values.get("type", "")) in {"page", "pages"} else "article"

    def is_text(self, path: str) -> bool:
        """Whether a file is a text; lists of sections, ``_index.md``, aren't."""
        return super().is_text(path) and not PurePosixPath(path).stem.startswith("_index")

    def addresses(self, path: str, name: str, values: Mapping[str, Any], day: date | None) -> tuple[str, ...]:
        """Return the address after the section's pattern, else after the place of the file."""
        below = inner(path, self.top)
        folders = below.parts[:-1]
        own = folders[:-1] if below.stem == "index" else folders
        stem = below.parent.name if below.stem == "index" else below.stem
        pattern = (self.permalinks or {}).get(folders[0] if folders else "")
        if pattern:
            title = slug(str(values.get("title", "")))
            words = {"slug": name, "title": title, "filename": stem, "section": folders[0],
                     "contentbasename": stem, "slugorfilename": name, "slugorcontentbasename": name,
                     "sections": "/".join(own)}  # fmt: skip
            return tuple(filter(None, [of_colons(pattern, words, day)]))
        last = str(values.get("slug") or stem).lower()
        address = "/".join(["", *(folder.lower().replace(" ", "-") for folder in own), last])
        return (f"{address}.html" if self.is_ugly else f"{address}/",)


@dataclass(frozen=True)
class Jekyll(OldSite):
    """A site of Jekyll; ``permalink`` is the pattern of its posts."""

    permalink: str = _JEKYLL_STYLES["date"]
    splits_at_spaces: bool = True

    def is_text(self, path: str) -> bool:
        """Whether a file is a post, a draft or a page; folders of collections aren't read."""
        folders = PurePosixPath(path).parts[:-1]
        hidden = {folder for folder in folders if folder.startswith("_")} - {"_posts", "_drafts", "_pages"}
        return super().is_text(path) and not hidden

    def kind(self, path: str, values: Mapping[str, Any]) -> str:
        """Return ``article`` for posts and drafts."""
        del values
        return "article" if {"_posts", "_drafts"} & set(PurePosixPath(path).parts) else "page"

    def addresses(self, path: str, name: str, values: Mapping[str, Any], day: date | None) -> tuple[str, ...]:
        """Return the address after ``permalink``; of pages, that of the file."""
        pure = PurePosixPath(path)
        folders = [part for part in pure.parts[:-1] if not part.startswith("_")]
        if self.kind(path, values) == "page":
            place = "/".join(["", *folders])
            is_pretty = self.permalink.endswith("/")
            name = "" if pure.stem == "index" else pure.stem
            return (f"{place}/{name}/" if is_pretty or not name else f"{place}/{name}.html",)
        named = [str(tag) for tag in values.get("category", ())] or folders
        words = {"title": name, "slug": name, "name": name, "categories": "/".join(map(_lower_slug, named))}
        return tuple(filter(None, [of_colons(self.permalink, words, day)]))

    def tags(self, path: str, head: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the folders above ``_posts``, which are categories."""
        del head
        parts = PurePosixPath(path).parts
        return parts[: parts.index("_posts")] if "_posts" in parts else ()


def _lower_slug(word: str) -> str:
    return word.strip().lower().replace(" ", "%20")


@dataclass(frozen=True)
class Eleventy(OldSite):
    """A site of Eleventy. Its settings are a program: articles are known by their date or folder."""

    def kind(self, path: str, values: Mapping[str, Any]) -> str:
        """Return ``article`` for texts with a date, and for those in a folder of posts."""
        folders = {part.lower() for part in PurePosixPath(path).parts[:-1]}
        return "article" if values.get("date") or folders & _BLOGS else "page"

    def addresses(self, path: str, name: str, values: Mapping[str, Any], day: date | None) -> tuple[str, ...]:
        """Return the address after the place of the file, without the day in its name."""
        del name, values, day
        below = inner(path, self.top)
        stem = "" if below.stem == "index" else plain_name(below.name)
        return ("/" + "".join(f"{part}/" for part in [*below.parts[:-1], stem] if part),)


def _pelican(folder: Folder) -> OldSite | None:
    if "pelicanconf.py" not in folder.sizes:
        return None
    settings = _python_values(folder.small("pelicanconf.py"))
    settings |= {key: value for key, value in _python_values(folder.small("publishconf.py")).items() if value}
    top = _folder_name(settings.get("PATH", "content"))
    return Pelican(
        folder=folder,
        url=_text(settings, "SITEURL"),
        top=top,
        static=(top, "static/", ""),
        author=_text(settings, "AUTHOR"),
        language=_text(settings, "DEFAULT_LANG"),
        suffixes=(*MARKDOWN, ".rst"),
        article_url=_text(settings, "ARTICLE_URL", "{slug}.html"),
        page_url=_text(settings, "PAGE_URL", "pages/{slug}.html"),
        pages=tuple(_words(settings.get("PAGE_PATHS", ["pages"]))),
        name_has_slug="(?P<slug>" in _text(settings, "FILENAME_METADATA"),
        folder_is_category=bool(settings.get("USE_FOLDER_AS_CATEGORY", True)),
    )


def _python_values(data: bytes) -> dict[str, Any]:
    """Return the plain values that a file in Python gives to names in capitals; nothing of it runs."""
    try:
        lines = ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    values = {}
    for line in lines:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            try:
                values[line.targets[0].id] = ast.literal_eval(line.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue
    return values


def _hugo(folder: Folder) -> OldSite | None:
    name = next((name for name in _HUGO_SETTINGS if name in folder.sizes), "")
    has_content = any(path.startswith("content/") for path in folder.sizes)
    if not name or not has_content or "_config.yml" in folder.sizes:
        return None
    settings = _settings(name, folder.small(name))
    permalinks = settings.get("permalinks")
    permalinks = permalinks if isinstance(permalinks, dict) else {}
    nested = permalinks.get("page")
    patterns = {**permalinks, **(nested if isinstance(nested, dict) else {})}
    return Hugo(
        folder=folder,
        url=_text(settings, "baseURL") or _text(settings, "baseurl"),
        top="content/",
        static=("static/", "assets/"),
        language=_text(settings, "languageCode"),
        permalinks={str(key): value for key, value in patterns.items() if isinstance(value, str)},
        is_ugly=str(settings.get("uglyURLs", settings.get("uglyurls", ""))).lower() == "true",
    )


def _jekyll(folder: Folder) -> OldSite | None:
    name = next(
        (name for name in ("_config.yml", "_config.yaml", "_config.toml") if name in folder.sizes), ""
    )
    if not name and not any("_posts/" in path for path in folder.sizes):
        return None
    settings = _settings(name, folder.small(name)) if name else {}
    style = _text(settings, "permalink", "date")
    return Jekyll(
        folder=folder,
        url=_text(settings, "url") + _text(settings, "baseurl"),
        static=("",),
        language=_text(settings, "lang"),
        permalink=_JEKYLL_STYLES.get(style, style),
    )


def _eleventy(folder: Folder) -> OldSite | None:
    root_names = {name for name in _ELEVENTY_SETTINGS if (folder.root / name).is_file()}
    if not root_names:
        return None
    tops = ("src/", "content/", "site/")
    top = next((top for top in tops if any(path.startswith(top) for path in folder.sizes)), "")
    return Eleventy(folder=folder, top=top, static=(top, "public/", "static/", ""))


_TOOLS: Mapping[str, Callable[[Folder], OldSite | None]] = {
    "Pelican": _pelican,
    "Jekyll": _jekyll,
    "Eleventy": _eleventy,
    "Hugo": _hugo,
}


def _settings(name: str, data: bytes) -> dict[str, Any]:
    """Return the settings of a file in TOML, JSON or YAML; none where it can't be read."""
    text = data.decode("utf-8-sig", "replace")
    try:
        if name.endswith(".toml"):
            values: object = tomllib.loads(text)
        elif name.endswith(".json"):
            values = json.loads(text)
        else:
            located, _problems = parse_yaml(text, name)
            values = located.plain() if located else {}
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _text(settings: Mapping[str, Any], key: str, default: str = "") -> str:
    value = settings.get(key, default)
    return value if isinstance(value, str) else default


def _words(value: object) -> Iterable[str]:
    return (
        [word.strip("/") for word in value if isinstance(word, str)]
        if isinstance(value, list | tuple)
        else []
    )


def _folder_name(value: object) -> str:
    name = str(value).strip("./")
    return f"{name}/" if name else ""
