"""Web addresses: checked, brought into standard form, freed of tracking, and compared. Pure functions."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from kiosque.i18n import _
from kiosque.model import Source
from kiosque.text import CONTROLS

_LONGEST_URL = 2000
# An address that needs no change, if it has no "/." either. Most addresses are such. Splitting each address
# into its parts would take half of the time of the sanitizer.
PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::(?:[1-9]\d{0,3}|[1-5]\d{4}))?(?:/[\w.~/%+,;=:@!$*-]*)?",
    re.ASCII,
)
_PLAIN_URL = re.compile(
    PLAIN_ADDRESS.pattern + r"(?:\?[\w.~/%+,;=:@!$*&-]+)?(?:#[\w.~/%+,;=:@!$*&?-]+)?", re.ASCII
)
# Characters that must be escaped in each part of an address (https://url.spec.whatwg.org/#url-code-points).
_NOT_IN_URLS = re.compile(r'[\s"<>\[\\\]^`{|}]|%(?![0-9A-Fa-f]{2})')
_HOST_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE | re.ASCII)
_BRACKETED = re.compile(r"\[[0-9a-f:.]+\](?::[0-9]*)?", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
# A parameter of a query whose name says that its value is secret.
_KEY = re.compile(
    r"([?&;](?:[\w-]{0,40}(?:token|secret|signature|password|passwd)|(?:api|access|auth|private|user)?[_-]?key|auth|sig|pwd)=)"
    r"(?!\*\*\*)[^&;#\s\"'<>“”«»]{1,500}",
    re.IGNORECASE | re.ASCII,
)
# The part of an address in front of its host (userinfo, RFC 3986, section 3.2.1).
_USERINFO = re.compile(r"(?<=://)[^\s/?#\"<>“”«»]*@")
# The same without a scheme, or with a password that holds a bare “/”. A port and a path, as in
# https://host:8080/@name, are no password. The limit keeps the search fast in long texts.
_USER_AND_PASSWORD = re.compile(r"(?<![^\s/?#@:\[\]])[^\s/?#@:\[\]]+:(?!//|\d*[/?#])\S{1,256}@")
_PASSWORD = re.compile(r"(?<=://)[^\s/?#@:\"<>“”«»]*:(?!\d*[/?#])[^\s\"<>“”«»]{1,256}@")


def safe_url(url: str, base: str = "") -> str:
    """Return an absolute http(s) address, with unsafe characters escaped; empty if ``url`` can't become one.

    An address with a user name or password is refused. ``base`` is the address that a relative one starts
    from.
    """
    if is_plain(url, _PLAIN_URL):
        return url
    url = CONTROLS.sub("", url).strip()
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
        parts.port  # noqa: B018 - reading the port raises ValueError if it isn't valid
        whole = urlunsplit(parts._replace(netloc=parts.netloc.lower()))
    except ValueError:
        return ""
    if not _is_host(parts.hostname, parts.netloc):
        return ""
    whole = re.sub(
        r'[\s<>"\\^`{|}]', lambda unsafe: "".join(f"%{byte:02X}" for byte in unsafe[0].encode()), whole
    )
    return whole if len(whole) <= _LONGEST_URL else ""


def _is_host(host: str, netloc: str) -> bool:
    """Whether a host is, after IDNA, a name of letters, digits and ``.-_``, or an IPv6 address.

    Hosts end up in the configurations of servers and in policies, where other characters have a meaning.
    ``netloc`` is the host with brackets and port.
    """
    try:
        if "[" in netloc:
            return _BRACKETED.fullmatch(netloc) is not None and bool(IPv6Address(host))
        return _HOST_NAME.fullmatch(host if host.isascii() else host.encode("idna").decode()) is not None
    except ValueError:
        return False


def is_plain(url: str, plain: re.Pattern[str]) -> bool:
    """Whether the whole address matches a pattern of plain addresses, without a dot after a slash."""
    return len(url) <= _LONGEST_URL and "/." not in url and plain.fullmatch(url) is not None


def standard_url(url: str) -> str:
    """Return an address with characters escaped as the URL Standard asks; empty if its host isn't valid."""
    match = _HOST.match(url)
    host, rest = (match[0], url[match.end() :]) if match else ("", url)
    name = host.partition("//")[2].rpartition("@")[2]
    if host and (not name or name.startswith(".") or ".." in name):
        return ""
    path, hash_, fragment = rest.partition("#")
    whole = path + hash_ + fragment.replace("#", "%23")
    return host + _NOT_IN_URLS.sub(lambda character: quote(character[0], safe=""), whole)


def without_secrets(url: str) -> str:
    """Return an address for logs: without user name, password, query and fragment, which may be secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def public_address(url: str) -> str:
    """Return an address that may be published; empty if its query holds a key that only its owner has.

    Paid podcasts and private feeds give such an address to each listener.
    """
    return "" if _KEY.search(url) else url


def public_feeds(source: Source) -> list[str]:
    """Return the addresses of a source's feeds that may be published: not the files of the hub."""
    return [feed.url for feed in source.feeds if not feed.is_file and public_address(feed.url)]


def without_userinfo(text: str) -> str:
    """Return a text with ``***`` for what stands before the host in each address: a name, a password.

    An address may lack its scheme, and a password may hold a bare “/”. A key in its query is hidden too.
    """
    text = _USER_AND_PASSWORD.sub("***@", _USERINFO.sub("***@", text)) if "@" in text else text
    return _without_keys(text)


def without_passwords(text: str) -> str:
    """Return a text with ``***`` for the name and the password in its addresses, and for keys in queries.

    A name alone stays.
    """
    return _without_keys(_PASSWORD.sub("***@", text) if "@" in text else text)


def _without_keys(text: str) -> str:
    return _KEY.sub(r"\1***", text) if "=" in text else text


def not_taken(address: str) -> str:
    """Return why ``safe_url`` refuses an address, without the password that it may hold."""
    shown = without_userinfo(address)
    if shown == address or address.startswith("mailto:"):
        message = _("“{value}” is not a web address: write it in full, as https://radio.example/")
    else:
        message = _(
            "“{value}” holds a name or a password, and such addresses aren't taken: all that a hub shows is "
            "public, and so is this address. Change that password; ask for an address that everyone may read"
        )
        address = shown
    return message.format(value=address)


def web_url(url: str) -> str:
    """Return a valid address that a link may have; empty if it isn't http(s), such as ``javascript:``."""
    if not url.startswith(("https://", "http://")):
        return ""
    return url if _PLAIN_URI.fullmatch(url) else standard_url(url)


# Characters that stay unescaped in a path (RFC 3986, section 3.3), besides letters, digits and “_.-~/”.
_UNESCAPED = "!$&'()*+,;=:@/"
# An address whose spellings differ only in scheme, “www.” and a slash at the end. Its key needs no splitting
# into parts, which takes five times as long, and a hub has many addresses.
_PLAIN = re.compile(
    r"https?://(?:www\.)?(?!www\.)([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[\w.~!$&'()*+,;=:@-]*)*)"
    r"(?:\?([\w.~!$&'()*+,;:@/?=-]*))?(?:#.*)?",
    re.ASCII,
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PLAIN_URI = re.compile(r"https?://[a-z0-9.:-]+/[\w./:;=&?+,~!$'()*@-]{0,1000}", re.ASCII)
_AUTHORITY = re.compile(r"(https?://)([^/?#]*)")


def uri(address: str) -> str:
    """Return an address as a URI in ASCII (RFC 3987, section 3.1), as RSS and many feed readers need it."""
    if _PLAIN_URI.fullmatch(address):
        return address
    address = standard_url(address) or address
    if (match := _AUTHORITY.match(address)) and not match[2].isascii():
        address = match[1] + _ascii_host(match[2]) + address[match.end() :]
    return _NOT_ASCII.sub(lambda characters: quote(characters[0]), address)


def web_uri(address: str) -> str:
    """Return an http(s) address as a URI; empty for anything else."""
    return address if _PLAIN_URI.fullmatch(address) else uri(safe_url(address))


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def address_key(address: str) -> str:
    """Return a key that is the same for all spellings of an address; empty if it isn't an http(s) address.

    Spellings differ because a site moves to https, drops ``www.``, adds a slash at the end, or escapes more
    letters, and because people share addresses with tracking parameters. The first slash of a key separates
    host and path. The key of a whole site has no slash. Example: ``radio.example/a`` for
    ``https://www.radio.example/a/?utm_source=b``.
    """
    if match := _PLAIN.fullmatch(address):
        host, path, query = match.groups()
    else:
        host, path, query = _split(address)
    path = path.rstrip("/")
    if query and (query := _plain_query(query)):
        return f"{host}{path or '/'}?{query}"
    return host + path


def _split(address: str) -> tuple[str, str, str]:
    """Return host, path and query of any address, in the form that a key has them."""
    parts = urlsplit(safe_url(address))
    if not parts.hostname:
        return "", "", ""
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return (
        parts.hostname.removeprefix("www.") + port,
        quote(unquote(parts.path), safe=_UNESCAPED),
        parts.query,
    )


def _plain_query(query: str) -> str:
    """Return a query without tracking parameters, and with the others in alphabetical order."""
    rest = without_tracking(f"?{query}").removeprefix("?")
    return "&".join(sorted(filter(None, rest.split("&")))) if "&" in rest else rest


# Names of tracking parameters, and who uses them. To add one, add a row, in alphabetical order.
_PARAMETERS = {
    r"__hs(?:fp|sc|tc)|_hs(?:enc|mi)|hsctatracking": "HubSpot",
    r"__s": "Drip",
    r"_openstat": "Openstat",
    r"at_(?:campaign|creation|custom\d+|emailtype|format|general_placement|link|link_type|link_id|medium|"
    r"network|platform|ptr_name|recipient_id|recipient_list|send_date|send_time|source|term|"
    r"variant)": "AT Internet",
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
# For text in lower case: a search that ignores case takes three times as long.
_TRACKING = re.compile(rf"(?:amp;)?(?:{'|'.join(_PARAMETERS)})(?:=|$)")


def without_tracking(address: str) -> str:
    """Return an address without tracking parameters, in its query and its fragment."""
    if "?" not in address and "#" not in address:
        return address
    before, hash_, fragment = address.partition("#")
    page, question, query = before.partition("?")
    rest = "&".join(parameter for parameter in query.split("&") if not _TRACKING.match(parameter.lower()))
    before = before if rest == query else page + (question if rest else "") + rest
    return before if _TRACKING.match(fragment.lower()) else before + hash_ + fragment
