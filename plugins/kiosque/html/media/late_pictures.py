"""Pictures that scripts load late get their addresses back, and smileys become characters. Pure functions.

Kiosque's pages have no such scripts. ``srcset`` is that of HTML (https://html.spec.whatwg.org/#srcset-attribute).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiosque.html.allow_list import ATTRIBUTES
from kiosque.html.tokenizer import attributes

# Where scripts that load late keep the address of a picture, or those of its sizes. To add a script, add a
# name.
_ADDRESSES = (
    "data-src", "data-lazy-src", "data-original", "data-orig-src", "data-original-src", "data-lazyload",
    "data-lazy", "data-cfsrc", "data-echo", "data-ezsrc", "data-litespeed-src", "data-pagespeed-lazy-src",
)  # fmt: skip
_SETS = (
    "data-srcset", "data-lazy-srcset", "data-original-set", "data-original-srcset", "data-ezsrcset",
    "data-litespeed-srcset", "srcset",
)  # fmt: skip
_KEPT = ATTRIBUTES["img"] | ATTRIBUTES["*"] | {"class", "style"}
# In pixels: the smallest size that is at least as wide is chosen.
_WIDTH = 960
_MOST_SIZES = 50
_LONGEST_SMILEY = 40
# Signs of what this module changes, as programs write them. A search for texts is faster than a pattern.
_TAGS = ("<img", "<IMG", "<source")
_SIGNS = (
    "<noscript", "<picture", "srcset", "data-", "emoji", "emoticon", "smil", "Smil", "avatar",
    "NOSCRIPT", "DATA-",
)  # fmt: skip
# A picture with a plain address, without anything of a script that loads late. Most pictures are such.
_PLAIN = re.compile(r"\ssrc=[\"']?(https?://[^\s\"'<>]+)", re.IGNORECASE)
_LATE = re.compile(
    r"data-(?!id|attach|recalc|perma|image|medium|large|comments)|emoji|emoticon|smil|avatar", re.IGNORECASE
)
_TAG = re.compile(
    r"<(?:!--(?:.*?-->|.*)"
    r"|(?P<end>/)?(?P<name>img|noscript|picture|source)(?=[\s/>])"
    r"(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>?)",
    re.IGNORECASE | re.DOTALL,
)
_NOSCRIPT_END = re.compile(r"</noscript\s*>", re.IGNORECASE)
# A picture whose name says that it only keeps the place of another one.
_PLACEHOLDER = re.compile(
    r"(?:^|[/_-])(?:1x1|blank|clear|dummy|empty|gr[ae]y|lazy|lazy[_-]?load\w*|loader|loading|pixel|placeholder|px"
    r"|spacer|trans|transparent)(?:[_-][\w-]{0,40})?\.(?:gif|jpe?g|png|svg|webp)(?:[?#]|$)",
    re.IGNORECASE,
)
_SMILEY = re.compile(
    r"(?:^|[\s_-])(?:emoji|emojione|emoticon|joypixels|smile?y|smil(?:ey|ie)s?|twemoji)(?:$|[\s_-])"
)
_SMILEY_ADDRESS = re.compile(r"/(?:emojis?|emojione|emoticons?|smil(?:e?ys?|ies)|twemoji)[/.@]|emoji\.php/")
_PORTRAIT = re.compile(r"(?:^|[\s_-])(?:avatar|gravatar)(?:$|[\s_-])")
_SET_ADDRESS = re.compile(r"[\s,]*+(\S++)")
_SET_DESCRIPTOR = re.compile(r"[^,]*+")
_DESCRIPTOR = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)[wx](?:\s+\d{1,6}h)?", re.ASCII)
# What WordPress adds to the name of a picture for another size of it.
_SIZE_IN_NAME = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)(?=\.\w{1,5}$)")


def with_shown_pictures(source: str) -> str:
    """Return HTML in which each picture has its address in ``src``, as a browser with scripts shows it.

    A picture inside ``<noscript>`` is shown once: not beside the late one that it stands for. A smiley is its
    character. A portrait of an author disappears.
    """
    if not any(tag in source for tag in _TAGS) or not any(sign in source for sign in _SIGNS):
        return source
    return _Reader(source).result()


@dataclass(slots=True)
class _Noscript:
    """A ``<noscript>`` with pictures: the number of its piece, its content, and where it ends."""

    piece: int
    content: str
    stop: int
    is_covered: bool


@dataclass(slots=True)
class _Reader:
    """Reads the tags of pictures in one pass, and writes new ones.

    ``shown`` has the keys of the addresses so far. ``sources`` are those of the ``<picture>`` that is open.
    ``late_stop`` is the place where the last picture that is loaded late ends, ``next_start`` that where the
    next tag may start: after a ``<noscript>`` with all its content.
    """

    source: str
    shown: set[str] = field(default_factory=set)
    drops_shown: bool = False
    pieces: list[str] = field(default_factory=list)
    position: int = 0
    next_start: int = 0
    has_ends: bool = True
    sources: list[dict[str, str]] | None = None
    late_stop: int = -1
    noscripts: list[_Noscript] = field(default_factory=list)

    def result(self) -> str:
        """Return the new HTML."""
        for tag in _TAG.finditer(self.source):
            if tag["name"] and tag.start() >= self.next_start:
                self._tag(tag)
        for noscript in self.noscripts:
            inner = _Reader(noscript.content, self.shown, drops_shown=True)
            if not noscript.is_covered:
                # Whatever else it repeats is left out where tags are read.
                self.pieces[noscript.piece] = f"<noscript>{inner.result()}</noscript>"
        return "".join((*self.pieces, self.source[self.position :]))

    def _tag(self, tag: re.Match[str]) -> None:
        name = tag["name"].lower()
        if name == "picture":
            if tag["end"] and self.sources:
                self._replace(tag.start(), tag.start(), self._picture({}, tag))
            self.sources = None if tag["end"] else []
        elif tag["end"]:
            return
        elif name == "img" and not self.drops_shown and not self.noscripts and self._is_plain(tag):
            self.sources = None if self.sources is None else []
        elif name == "img":
            self._replace(tag.start(), tag.end(), self._picture(attributes(tag["attributes"]), tag))
            self.sources = None if self.sources is None else []
        elif name == "source" and self.sources is not None and len(self.sources) < _MOST_SIZES:
            self.sources.append(attributes(tag["attributes"]))
        elif name == "noscript":
            self._noscript(tag)

    def _is_plain(self, tag: re.Match[str]) -> bool:
        """Whether a picture stays as it is; remember its address."""
        plain = _PLAIN.search(tag["attributes"])
        if not plain or _LATE.search(tag["attributes"]) or _is_placeholder(plain[1]):
            return False
        self.shown.add(_key(plain[1]))
        return True

    def _replace(self, start: int, stop: int, markup: str) -> None:
        self.pieces += self.source[self.position : start], markup
        self.position = stop

    def _noscript(self, tag: re.Match[str]) -> None:
        """Set the content of a ``<noscript>`` aside, if it has a picture, until all others are known."""
        # Without an end from here on, no later one has any.
        end = _NOSCRIPT_END.search(self.source, tag.end()) if self.has_ends else None
        if not end:
            self.has_ends = False
            return
        self.next_start = end.end()
        content = self.source[tag.end() : end.start()]
        if "<img" in content.lower():
            self._replace(tag.start(), end.end(), "")
            is_covered = self.late_stop >= 0 and self._is_beside(self.late_stop, tag.start())
            self.noscripts.append(_Noscript(len(self.pieces) - 1, content, end.end(), is_covered))

    def _is_beside(self, start: int, stop: int) -> bool:
        return self.source[start:stop].strip() in {"", "</picture>"} if stop - start < 200 else False

    def _picture(self, values: Mapping[str, str], tag: re.Match[str]) -> str:
        """Return the markup of a picture with its address; empty if it has none, or isn't to be shown."""
        own = values.get("src", "").strip()
        if (smiley := _smiley(values, own)) is not None:
            return smiley
        if _PORTRAIT.search(values.get("class", "").lower()):
            return ""
        late = _late_address(values)
        is_shown = bool(own) and not _is_placeholder(own)
        address = late or (own if is_shown else _from_sets((values, *(self.sources or ()))))
        if not is_shown and not address:
            return tag[0] if values and own and not own.startswith("data:") else ""
        if self._is_repeated(address):
            return ""
        if address != own:
            self._note_late(tag)
        return tag[0] if address == own else _markup(values, address)

    def _is_repeated(self, address: str) -> bool:
        key = _key(address)
        is_repeated = self.drops_shown and key in self.shown
        self.shown.add(key)
        return is_repeated

    def _note_late(self, tag: re.Match[str]) -> None:
        self.late_stop = tag.end()
        if self.noscripts and self._is_beside(self.noscripts[-1].stop, tag.start()):
            self.noscripts[-1].is_covered = True


def _smiley(values: Mapping[str, str], address: str) -> str | None:
    """Return the characters that a smiley stands for, as HTML; None for any other picture."""
    is_smiley = _SMILEY.search(values.get("class", "").lower()) or _SMILEY_ADDRESS.search(address.lower())
    if not is_smiley:
        return None
    words = html.unescape(values.get("alt", "") or values.get("title", "")).strip()
    return html.escape(words[:_LONGEST_SMILEY], quote=False)


def _late_address(values: Mapping[str, str]) -> str:
    """Return the address that a script would load; empty if there is none."""
    found = (values[name].strip() for name in _ADDRESSES if name in values)
    return next((address for address in found if _is_address(address)), "")


def _is_address(value: str) -> bool:
    is_one = bool(value) and " " not in value and ("/" in value or "." in value)
    return is_one and not value.startswith(("{", "[", "data:", "javascript:")) and not _is_placeholder(value)


def _is_placeholder(address: str) -> bool:
    """Whether a picture only keeps the place of another one."""
    return address.startswith(("data:", "about:", "#")) or bool(_PLACEHOLDER.search(address[-200:]))


def _from_sets(elements: tuple[Mapping[str, str], ...]) -> str:
    """Return the address of a fitting size from the first element that names some, as HTML.

    A ``<source>`` of a type that few programs can read waits for the others.
    """
    ordered = sorted(
        elements, key=lambda values: "avif" in values.get("type", "") or "jxl" in values.get("type", "")
    )
    for values in ordered:
        for name in _SETS:
            if address := _fitting(html.unescape(values.get(name, ""))):
                return html.escape(address)
    return ""


def _fitting(srcset: str) -> str:
    """Return the address of the smallest size that is wide enough, else of the widest."""
    sizes = [size for size in _sizes(srcset) if _is_address(size[1])]
    wide = [size for size in sizes if size[0] >= _WIDTH]
    return min(wide)[1] if wide else max(sizes, default=(0.0, ""), key=lambda size: size[0])[1]


def _sizes(srcset: str) -> Iterator[tuple[float, str]]:
    """Yield the width and address of each size. A density counts as a share of what is wide enough."""
    position = 0
    for _size in range(_MOST_SIZES):
        if not (address := _SET_ADDRESS.match(srcset, position)):
            return
        # A comma at the end of an address ends the size. Commas within belong to the address.
        descriptor = "" if address[1].endswith(",") else _SET_DESCRIPTOR.match(srcset, address.end())[0]  # type: ignore[index]
        position = address.end() + len(descriptor)
        yield _width(descriptor.strip()), address[1].rstrip(",")


def _width(descriptor: str) -> float:
    """Return the width that a descriptor such as “960w” or “2x” stands for."""
    number, unit = _DESCRIPTOR.fullmatch(descriptor or "1x"), descriptor[-1:]
    return (float(number[1]) if number else 1.0) * (1.0 if number and unit == "w" else _WIDTH / 2)


def _key(address: str) -> str:
    """Return what the addresses of one picture share, whatever its size."""
    path = html.unescape(address).partition("://")[2] or html.unescape(address)
    return _SIZE_IN_NAME.sub("", path.partition("?")[0].partition("#")[0].lstrip("/"))


def _markup(values: Mapping[str, str], address: str) -> str:
    kept = {name: value for name, value in values.items() if name in _KEPT and name != "src"}
    texts = (
        f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in ({"src": address} | kept).items()
    )
    return f"<img{''.join(texts)}>"
