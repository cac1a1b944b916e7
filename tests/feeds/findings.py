"""What all checks of feeds share: a finding, and what makes an address, date, language, media type or text a
good one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from lxml import etree, html

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "georss": "http://www.georss.org/georss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
_PREFIXES = {namespace: prefix for prefix, namespace in NAMESPACES.items()}
# RFC 3986, section 2; the W3C's validator takes no other in RSS. Only ASCII: an IRI is no URI.
_URI = re.compile(
    r"https?://[\w.-]+(?::\d+)?(?:[/?#](?:[\w;/?:@&=+$.!~*'(),#-]|%[0-9A-Fa-f]{2})*)?", re.ASCII
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RFC_822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)"
)
_RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
# What the W3C's validator takes for no risk, without what only makes sense on a page of one's own (forms,
# canvas…).
_ELEMENTS = frozenset(
    """a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup
    table tbody td tfoot th thead time tr u ul var""".split()
)
_ATTRIBUTES = frozenset(
    """alt cite colspan datetime dir height href hreflang id lang rel reversed role rowspan scope span src
    start title width""".split()
)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class Finding(NamedTuple):
    """What is wrong with a feed: where, and the rule that is broken."""

    place: str
    rule: str


Findings = Iterator[Finding]


def name(element: etree._Element) -> str:
    """Return the usual name of an element.

    ``atom:id``, ``media:content``, or ``item`` without a namespace.
    """
    return _name(element.tag)


@cache
def _name(tag: str) -> str:
    qualified = etree.QName(tag)
    if not qualified.namespace:
        return qualified.localname
    return f"{_PREFIXES.get(qualified.namespace, qualified.namespace)}:{qualified.localname}"


def place(element: etree._Element) -> str:
    """Return where an element stands, readable: ``entry[3]/link[2]``."""
    steps = []
    for one in (element, *element.iterancestors()):
        same = [other for other in one.itersiblings(one.tag, preceding=True)]
        steps.append(f"{name(one)}[{len(same) + 1}]")
    return "/".join(reversed(steps[:-1])) or steps[0]


def parsed(data: bytes) -> etree._Element:
    """Return the root of a document; raises ``etree.XMLSyntaxError`` where it isn't well-formed."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def is_uri(text: str) -> bool:
    """Whether a text is an absolute http(s) address that is all ASCII."""
    return bool(_URI.fullmatch(text))


def is_id(text: str) -> bool:
    """Whether a text can be an id: a UUID or an address."""
    return bool(_UUID.fullmatch(text)) or is_uri(text)


def is_media_type(text: str) -> bool:
    """Whether a text is a media type (RFC 6838)."""
    return bool(_MEDIA_TYPE.fullmatch(text))


def is_language(text: str) -> bool:
    """Whether a text is a language tag (BCP 47)."""
    return bool(_LANGUAGE.fullmatch(text))


def is_whole(text: str | None, least: int = 0) -> bool:
    """Whether a text is a whole number of at least ``least``."""
    return text is not None and text.isascii() and text.isdecimal() and int(text) >= least


def rfc_3339(text: str) -> datetime | None:
    """Return a moment as RFC 3339 writes it; ``None`` for any other writing."""
    try:
        return datetime.fromisoformat(text) if _RFC_3339.fullmatch(text) else None
    except ValueError:
        return None


def rfc_822(text: str) -> datetime | None:
    """Return a moment as RFC 822 writes it, with a year of four digits and the right day of the week."""
    if not _RFC_822.fullmatch(text):
        return None
    try:
        moment = datetime.strptime(text.replace("GMT", "+0000"), "%a, %d %b %Y %H:%M:%S %z")
    except ValueError:
        return None
    return moment if moment.strftime("%a") == text[:3] else None


def is_plausible(moment: datetime, now: datetime) -> bool:
    """Whether something can have been published then."""
    return _OLDEST < moment <= now + timedelta(minutes=10)


@cache
def in_html(written: str) -> tuple[str, ...]:
    """Return the rules that a text breaks which readers show as HTML; many feeds hold the same texts."""
    return tuple(_in_html(written))


def _in_html(written: str) -> Iterator[str]:
    if any(character in written for character in "\ufffd\ufffe\uffff") or re.search(r"[\x80-\x9f]", written):
        yield "no control or broken characters"
    for element in html.fragment_fromstring(written, create_parent="div").iter(etree.Element, etree.Comment):
        if not isinstance(element.tag, str):
            yield "no comments"
        elif element.tag not in _ELEMENTS:
            yield f"no <{element.tag}>: what shows HTML of others refuses it"
        else:
            yield from _in_attributes(element)


def _in_attributes(element: html.HtmlElement) -> Iterator[str]:
    for attribute, value in element.attrib.items():
        if attribute not in _ATTRIBUTES:
            yield f"no attribute {attribute}: what shows HTML of others refuses it"
        elif attribute in {"href", "src", "cite"} and _RELATIVE.match(value):
            yield "no relative address: it would start from the feed"
        elif attribute in {"href", "src", "cite"} and not value.startswith(("http", "mailto:", "tel:")):
            yield "only addresses of the web, of mail and of telephones"


def like_html(written: str) -> bool:
    """Whether a plain text could be taken for HTML, since RSS doesn't say which it is."""
    return bool(re.search(r"<[A-Za-z/!?]", written))
