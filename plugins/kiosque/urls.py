"""Addresses of the web: checked, written as standards ask, rid of tracking, and told to be the same. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from kiosque.text import CONTROLS

_LONGEST_URL = 2000
# An address that needs no mending, where it has no "/." either: most are such, and taking each apart would cost half the
# time of cleaning.
PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?:/[\w.~/%+,;=:@!$*-]*)?",
    re.ASCII,
)
_PLAIN_URL = re.compile(
    PLAIN_ADDRESS.pattern + r"(?:\?[\w.~/%+,;=:@!$*&-]+)?(?:#[\w.~/%+,;=:@!$*&?-]+)?", re.ASCII
)
# What stands in no part of an address as it is (https://url.spec.whatwg.org/#url-code-points).
_NOT_IN_URLS = re.compile(r'[\s"<>\[\\\]^`{|}]|%(?![0-9A-Fa-f]{2})')
_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_EMPTY_LABEL = re.compile(r"//(?:\.|[^@]*\.\.|$)")


def safe_url(url: str, base: str = "") -> str:
    """Return an absolute http(s) address without spaces or credentials; empty where it can't be one."""
    if is_plain(url, _PLAIN_URL):
        return url
    url = CONTROLS.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
        parts.port  # noqa: B018 - reading it checks it
        whole = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    except ValueError:
        return ""
    if re.search(r'[\s<>"\\^`{|}%]', parts.netloc):
        return ""
    whole = re.sub(
        r'[\s<>"\\^`{|}]', lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), whole
    )
    return whole if len(whole) <= _LONGEST_URL else ""


def is_plain(url: str, plain: re.Pattern[str]) -> bool:
    """Whether an address matches a pattern of plain ones as a whole, and no host or path in it ends with a dot."""
    return len(url) <= _LONGEST_URL and "/." not in url and plain.fullmatch(url) is not None


def standard_url(url: str) -> str:
    """Return an address as the standard writes it, escaped where it has to be; empty for one without a host."""
    found = _HOST.match(url)
    host, rest = (found[0], url[found.end() :]) if found else ("", url)
    if _EMPTY_LABEL.search(host):
        return ""
    path, mark, fragment = rest.partition("#")
    whole = path + mark + fragment.replace("#", "%23")
    return host + _NOT_IN_URLS.sub(lambda one: quote(one[0], safe=""), whole)


def without_secrets(url: str) -> str:
    """Return an address for logs: without user name, password, query and fragment, which may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def web_url(url: str) -> str:
    """Return an address that a link may lead to; empty for a program, or whatever else isn't http(s)."""
    return url if url.startswith(("https://", "http://")) else ""


# What a path holds as it is (RFC 3986, section 3.3), besides letters, digits and “_.-~/”.
_KEPT = "!$&'()*+,;=:@/"
# An address that can be written in no other way but with another scheme, “www.” or a slash at its end: taking others
# apart costs five times as much, and a hub has many.
_PLAIN = re.compile(
    r"https?://(?:www\.)?(?!www\.)([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~!$&'()*+,;=:@-]*)*)"
    r"(?:\?([\w.~!$&'()*+,;:@/?=-]*))?(?:#.*)?",
    re.ASCII,
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN_URI = re.compile(r"https?://[a-z0-9.:-]+/[\w./:;=&?+,~!$'()*@-]{0,1000}", re.ASCII)
_AUTHORITY = re.compile(r"(https?://)([^/?#]*)")


def uri(address: str) -> str:
    """Return an address as a URI, all ASCII (RFC 3987, section 3.1): RSS and many readers of feeds take no other."""
    if _PLAIN_URI.fullmatch(address):
        return address
    address = standard_url(address) or address
    if (found := _AUTHORITY.match(address)) and not found[2].isascii():
        address = found[1] + _ascii_host(found[2]) + address[found.end() :]
    return _NOT_ASCII.sub(lambda one: quote(one[0]), address)


def web_uri(address: str) -> str:
    """Return an address of the web as a URI; empty for anything else."""
    return address if _PLAIN_URI.fullmatch(address) else uri(safe_url(address))


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def address_key(address: str) -> str:
    """Return what of an address stays, however it is written; empty for what is no address of the web.

    A site moves to https, drops ``www.``, gains a slash at the end, escapes more letters, and whoever shares an
    address adds parameters that follow people. Host and path are parted by the first slash; that of a whole site has
    none.
    """
    if found := _PLAIN.fullmatch(address):
        host, path, query = found.groups()
    else:
        host, path, query = _taken_apart(address)
    path = path.rstrip("/")
    if query and (query := _plain_query(query)):
        return f"{host}{path or '/'}?{query}"
    return host + path


def _taken_apart(address: str) -> tuple[str, str, str]:
    parts = urlsplit(safe_url(address))
    if not parts.hostname:
        return "", "", ""
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return parts.hostname.removeprefix("www.") + port, quote(unquote(parts.path), safe=_KEPT), parts.query


def _plain_query(query: str) -> str:
    kept = without_tracking(f"?{query}").removeprefix("?")
    return "&".join(sorted(filter(None, kept.split("&")))) if "&" in kept else kept


# Names of a link's parameters, and who follows with them; a new one is a row, in the order of the alphabet.
_PARAMETERS = {
    r"__hs(?:fp|sc|tc)|_hs(?:enc|mi)|hsctatracking": "HubSpot",
    r"__s": "Drip",
    r"_openstat": "Openstat",
    r"at_(?:campaign|creation|custom\d+|emailtype|format|general_placement|link|link_type|link_id|medium|"
    r"network|platform|ptr_name|recipient_id|recipient_list|send_date|send_time|source|term|variant)": "AT Internet",
    r"[dgw]clid|[gw]braid|gclsrc": "Google Ads",
    r"fbclid|fb_(?:action_ids|action_types|ref|source)": "Facebook",
    r"igsh(?:id)?": "Instagram",
    r"li_fat_id": "LinkedIn",
    r"m(?:atomo|tm)_\w+|p(?:iwi)?k_\w+": "Matomo",
    r"mc_[ce]id": "Mailchimp",
    r"mkt_tok": "Marketo",
    r"ml_subscriber(?:_hash)?": "MailerLite",
    r"msclkid": "Microsoft Ads",
    r"oly_(?:anon|enc)_id": "Omeda",
    r"ref_(?:src|url)|twclid": "Twitter",
    r"s_cid": "Adobe Analytics",
    r"ttclid": "TikTok",
    r"utm_\w+": "Google Analytics, and all that took its names over",
    r"vero_(?:conv|id)": "Vero",
    r"wickedid": "Wicked Reports",
    r"wt_\w+": "Webtrekk, Webtrends",
    r"xt(?:cr|mc|np|or|ref|s)": "AT Internet, once Xiti",
    r"ysclid|yclid": "Yandex",
}
# For small letters: a search that takes both for the same costs three times as much.
_TRACKING = re.compile(rf"(?:amp;)?(?:{'|'.join(_PARAMETERS)})(?:=|$)")


def without_tracking(address: str) -> str:
    """Return an address without the parameters that follow people; one as it was where there are none."""
    if "?" not in address and "#" not in address:
        return address
    before, hash_, fragment = address.partition("#")
    page, question, query = before.partition("?")
    kept = "&".join(one for one in query.split("&") if not _TRACKING.match(one.lower()))
    before = before if kept == query else page + (question if kept else "") + kept
    return before if _TRACKING.match(fragment.lower()) else before + hash_ + fragment
