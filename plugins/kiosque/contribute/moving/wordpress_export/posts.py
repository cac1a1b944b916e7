"""Makes the texts of a hub from an export of WordPress."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

from kiosque.content.guarded import guarded
from kiosque.contribute.moving.arrangement import Target, is_served
from kiosque.contribute.moving.old_address import host_of, path_of
from kiosque.contribute.moving.old_text import OldPicture, OldText, Remark
from kiosque.contribute.moving.site_folder import LARGEST_FILE, Folder
from kiosque.contribute.moving.site_texts import written_moment
from kiosque.contribute.moving.targets import links_of
from kiosque.contribute.moving.wordpress_export.html_to_markdown import markdown_of
from kiosque.contribute.moving.wordpress_export.wxr import Export, Post, posts_of
from kiosque.curation import is_junk
from kiosque.html.plain_text import plain_text
from kiosque.i18n import _, ngettext
from kiosque.model import Problem
from kiosque.text import line_text, slug

_KINDS = {"post": "article", "page": "page"}
# Types of WordPress itself and its editor, which hold no texts for readers.
_TECHNICAL = frozenset({
    "attachment", "custom_css", "customize_changeset", "nav_menu_item", "oembed_cache", "revision",
    "user_request",
    "wp_block", "wp_font_face", "wp_font_family", "wp_global_styles", "wp_navigation", "wp_template",
    "wp_template_part",
})  # fmt: skip
_LEFT_OUT = frozenset({"auto-draft", "inherit", "trash"})
_SHOWN = frozenset({"publish", "future"})
_UPLOADS = "/wp-content/uploads/"
# bal-300x200.jpg is a size of bal.jpg.
_SIZE = re.compile(r"-\d{2,5}x\d{2,5}(?=\.\w{2,5}$)")
_SHORTCODE = re.compile(r"\\\[/?([a-z][\w-]{2,40})((?: [^\]\n]{0,300})?)\\\]")
_DYNAMIC_BLOCK = re.compile(r"<!-- wp:([\w/-]{1,60})[^>]{0,2000}/-->")


class WordPress:
    """The texts of an export. ``uploads`` is a copy of the site's folder of pictures, if a person has one."""

    def __init__(self, export: Export, name: str, zone: tzinfo, uploads: Folder | None = None) -> None:
        """Read all posts; ``name`` is the name of the export's file, ``zone`` the hub's time zone."""
        self.problems: list[Problem] = []
        self._export, self._name, self._zone, self._uploads = export, name, zone, uploads
        self._hosts = host_of(export.url)
        self._attachments = {post.get("wp:post_id"): post for post in posts_of(export, "attachment")}
        self.texts = [*self._texts()]
        self._by_address = {_key(address): text.origin for text in self.texts for address in text.addresses}
        self.problems += [*self._left_out(), *self._missing_files()]

    def _texts(self) -> Iterator[OldText]:
        for post in self._export.posts:
            kind = _KINDS.get(post.get("wp:post_type"))
            if kind and post.get("wp:status") not in _LEFT_OUT:
                origin = self._origin(post)
                text = guarded(origin, lambda post=post, kind=kind: self._text(post, kind))  # type: ignore[misc]
                if isinstance(text, Problem):
                    self.problems.append(text)
                else:
                    yield text

    def _origin(self, post: Post) -> str:
        number = post.get("wp:post_id")
        return f"{self._name}#{number}" if number else f"{self._name}#{post.get('link')}"

    def _text(self, post: Post, kind: str) -> OldText:
        title = plain_text(post.get("title"))
        name = slug(unquote(post.get("wp:post_name"))) or slug(title, fallback="texte")
        content = post.fields.get("content:encoded", "")
        body = markdown_of(content, post.get("link"))
        return OldText(
            origin=self._origin(post),
            kind=kind,
            slug=name,
            head=self._head(post, kind, title),
            body=_with_galleries(body, self._attachments),
            addresses=tuple(self._addresses(post)),
            picture=self._picture(post),
            remarks=(*_of_state(post), *_of_parts(content, body)),
        )

    def _head(self, post: Post, kind: str, title: str) -> dict[str, object]:
        login = post.get("dc:creator")
        author = plain_text(self._export.authors.get(login) or login)
        terms = [plain_text(name) for domain, name in post.terms if domain in {"category", "post_tag"}]
        tags = [name for name in dict.fromkeys(terms) if not is_junk(slug(name))]
        is_article = kind == "article"
        is_draft = post.get("wp:status") not in _SHOWN or post.get("wp:post_password")
        head = {
            "title": title,
            "date": written_moment(self._moment(post), self._zone) if is_article else "",
            "authors": [author] if author and is_article else [],
            "summary": plain_text(post.get("excerpt:encoded")),
            "tags": tags if is_article else [],
            "status": "draft" if is_draft else "",
        }
        return {key: value for key, value in head.items() if value}

    def _moment(self, post: Post) -> datetime | None:
        """Return the moment of a post: in UTC where it is said, else in the hub's time zone."""
        for field, zone in (
            ("wp:post_date_gmt", UTC),
            ("wp:post_date", self._zone),
            ("wp:post_modified_gmt", UTC),
        ):
            try:
                return datetime.fromisoformat(post.get(field)).replace(tzinfo=zone)
            except ValueError:
                continue
        return None

    def _addresses(self, post: Post) -> Iterator[str]:
        path = path_of(post.get("link"), self._hosts)
        # Drafts, and sites without addresses in words, have ?p=12: hosts can't redirect it.
        if path.strip("/") and "?" not in post.get("link"):
            yield path

    def _picture(self, post: Post) -> OldPicture | None:
        attachment = self._attachments.get(post.meta.get("_thumbnail_id", ""))
        if attachment is None:
            return None
        alt = attachment.meta.get("_wp_attachment_image_alt", "")
        return OldPicture(
            attachment.get("wp:attachment_url"), alt, plain_text(attachment.get("excerpt:encoded"))
        )

    def _left_out(self) -> Iterator[Problem]:
        """Yield what doesn't move: comments, what lies in the bin, and types of other plugins."""
        comments = sum(post.comments for post in self._export.posts)
        if comments:
            message = ngettext("{number} comment stays behind: a hub has none",
                               "{number} comments stay behind: a hub has none", comments)  # fmt: skip
            yield Problem(path=self._name, message=message.format(number=comments))
        posts = [post for post in self._export.posts if post.get("wp:post_type") in _KINDS]
        in_bin = sum(post.get("wp:status") == "trash" for post in posts)
        if in_bin:
            message = ngettext(
                "{number} text in the bin stays behind", "{number} texts in the bin stay behind", in_bin
            )
            yield Problem(path=self._name, message=message.format(number=in_bin))
        others = Counter(post.get("wp:post_type") for post in self._export.posts)
        for name, number in sorted(others.items()):
            if name not in _TECHNICAL | _KINDS.keys():
                message = ngettext("{number} text of the type “{name}” stays behind: copy what readers need",
                                   "{number} texts of the type “{name}” stay behind: copy what readers need",
                                   number)  # fmt: skip
                yield Problem(path=self._name, message=message.format(number=number, name=name or "?"))

    def _missing_files(self) -> Iterator[Problem]:
        """Yield the attachments that aren't here, and that no text shows: the check names the others."""
        shown = {_without_size(link.target) for text in self.texts for link in links_of(text.body, ".md")}
        shown |= {text.picture.target for text in self.texts if text.picture}
        message = _("the file {url} stays on the old site: keep a copy of it if you need it")
        for post in self._attachments.values():
            url = post.get("wp:attachment_url")
            if url and _without_size(url) not in shown and self._file(url) is None:
                yield Problem(path=self._name, message=message.format(url=url))

    def resolve(self, text: OldText, target: str) -> Target:
        """Return where a target in a text leads; nothing for one that stays as it is."""
        base = self._export.url or "https://"
        path = path_of(urljoin(f"{base.rstrip('/')}/", target), self._hosts) if self._hosts else ""
        del text
        if not path or target.startswith("#"):
            return Target()
        if file := self._file(target):
            return Target(file=file)
        fragment = target.partition("#")[2]
        if (origin := self._by_address.get(_key(path), "")) and "?" not in target:
            return Target(origin=origin, fragment=fragment)
        return Target()

    def _file(self, url: str) -> Path | None:
        """Return the copy of a file of the old site, in its full size; None where there is none."""
        if self._uploads is None or _UPLOADS not in url:
            return None
        path = unquote(url.partition(_UPLOADS)[2].partition("?")[0].partition("#")[0])
        for candidate in dict.fromkeys((_SIZE.sub("", path), path)):
            if self._uploads.sizes.get(candidate, LARGEST_FILE + 1) <= LARGEST_FILE and is_served(candidate):
                return self._uploads.file(candidate)
        return None


def _of_state(post: Post) -> Iterator[Remark]:
    """Yield what a person must decide: whether a text that wasn't open to all becomes so."""
    if post.get("wp:post_password"):
        yield Remark(_("this text had a password: it is a draft here, until someone decides"))
    if post.get("wp:status") == "private":
        yield Remark(_("this text was private: it is a draft here, until someone decides"))


def _of_parts(content: str, body: str) -> Iterator[Remark]:
    """Yield the parts of a text that plugins of the old site made."""
    message = _("“{name}”: the old site made this part: say in words what it showed, or remove it")
    seen = {"gallery"}
    for found in _SHORTCODE.finditer(body):
        if found[1] not in seen and ("=" in found[2] or f"[/{found[1]}" in content):
            seen.add(found[1])
            yield Remark(message.format(name=found[1]), near=found[0])
    for name in dict.fromkeys(found[1] for found in _DYNAMIC_BLOCK.finditer(content)):
        yield Remark(message.format(name=name))


def _key(address: str) -> str:
    return unquote(address).strip("/").lower()


def _without_size(url: str) -> str:
    return _SIZE.sub("", url.partition("?")[0])


_GALLERY = re.compile(
    r"\n{0,9}\\\[gallery\b[^\]\n]{0,400}?ids=\"([\d,\\ ]{1,400})\"[^\]\n]{0,400}\\\]\n{0,9}"
)


def _with_galleries(body: str, attachments: Mapping[str, Post]) -> str:
    """Return a text with the pictures of its galleries, each a paragraph."""

    def pictures(gallery: re.Match[str]) -> str:
        posts = [attachments.get(number.strip()) for number in gallery[1].split(",")]
        shown = "\n\n".join(_shown(post) for post in posts if post)
        return f"\n\n{shown}\n\n" if shown else gallery[0]

    return _GALLERY.sub(pictures, body) if "gallery" in body else body


def _shown(post: Post) -> str:
    words = re.sub(r"[\[\]\\]", "", line_text(post.meta.get("_wp_attachment_image_alt", "")))
    return f"![{words}]({quote(post.get('wp:attachment_url'), safe=':/?&=%#~,;+')})"
