"""A table of the places where publishing programs and services have their feeds, in alphabetical order."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from kiosque.urls import safe_url


class Platform(NamedTuple):
    """A program or service: how its pages are recognised, and where their feeds may be.

    ``address`` is a pattern for the page's address, ``markup`` one for its HTML, which starts with a line
    ``generator=…``. Either may be empty. The named groups of both are filled into the addresses in ``feeds``,
    and so are ``{origin}`` (scheme and host) and ``{page}`` (the page's address without file name and last
    slash).
    """

    name: str
    address: str
    markup: str
    feeds: tuple[str, ...]


_HOST = r"^https?://[^/]+"
_YOUTUBE = r"^https?://(?:www\.|m\.)?youtube\.com/"
_YOUTUBE_FEED = "https://www.youtube.com/feeds/videos.xml"

PLATFORMS = (
    Platform("Blogger", "", "^generator=blogger", ("{origin}/feeds/posts/default",)),
    Platform("Castopod", rf"{_HOST}/@(?P<name>\w+)", "castopod|/themes/colors",
             ("{origin}/@{name}/feed.xml",)),
    Platform("Dotclear", "", "dotclear", ("{page}/feed/atom", "{page}/?feed/atom",
             "{page}/index.php?feed/atom", "{page}/feed/rss2")),
    Platform("Drupal", "", "^generator=drupal", ("{origin}/rss.xml",)),
    Platform("Ghost", "", "^generator=ghost", ("{page}/rss/", "{origin}/rss/")),
    Platform("Hugo", "", "^generator=hugo", ("{page}/index.xml", "{origin}/index.xml")),
    Platform("Jekyll", "", "^generator=jekyll", ("{page}/feed.xml", "{origin}/feed.xml")),
    Platform("Joomla", "", "^generator=joomla", ("{page}?format=feed&type=rss",)),
    Platform("Mastodon", rf"{_HOST}/@(?P<name>\w+)/?$", "mastodon", ("{origin}/@{name}.rss",)),
    Platform("Medium", r"^https?://medium\.com/(?P<name>@?[\w.-]+)", "", ("https://medium.com/feed/{name}",)),
    Platform("Over-blog", r"^https?://[^/]+\.over-blog\.(?:com|fr|net|org)(?:/|$)", "", ("{origin}/rss",)),
    Platform("PeerTube, account", rf"{_HOST}/(?:a|accounts)/(?P<name>[\w.@-]+)", "peertube",
             ("{origin}/feeds/videos.xml?accountName={name}",)),
    Platform("PeerTube, channel", rf"{_HOST}/(?:c|video-channels)/(?P<name>[\w.@-]+)", "peertube",
             ("{origin}/feeds/videos.xml?videoChannelName={name}",)),
    Platform("PeerTube, instance", rf"{_HOST}(?:/home|/videos/[\w-]+)?/?$",
             r"og:platform\W+content=\W+peertube",
             ("{origin}/feeds/videos.xml?isLocal=true",)),
    Platform("Pelican", "", "^generator=pelican", ("{page}/feeds/all.atom.xml", "{page}/feeds/all.rss.xml",
             "{origin}/feeds/all.atom.xml")),
    Platform("SoundCloud", r"^https?://(?:www\.|m\.)?soundcloud\.com/",
             r"soundcloud://users:(?P<number>\d{1,15})",
             ("https://feeds.soundcloud.com/users/soundcloud:users:{number}/sounds.rss",)),
    Platform("SPIP", "", r"^generator=spip|spip\.php|/squelettes", ("{page}/spip.php?page=backend",
             "{origin}/spip.php?page=backend", "{page}/backend")),
    Platform("Squarespace", "", r"static\d?\.squarespace\.com", ("{page}?format=rss",
             "{page}/blog?format=rss")),
    Platform("Substack", "", r"substackcdn\.com", ("{origin}/feed",)),
    Platform("Tumblr", "", r"assets\.tumblr\.com", ("{origin}/rss",)),
    Platform("Vimeo", r"^https?://vimeo\.com/(?P<name>[a-z][\w-]*)/?$", "",
             ("https://vimeo.com/{name}/videos/rss",)),
    Platform("Wix", "", "^generator=wix", ("{page}/blog-feed.xml",)),
    Platform("WordPress", "", "^generator=wordpress|/wp-(?:content|includes)/",
             ("{page}/feed/", "{origin}/feed/")),
    Platform("WriteFreely", "", "^generator=writefreely", ("{page}/feed/",)),
    Platform("YouTube, channel", rf"{_YOUTUBE}channel/(?P<id>UC[\w-]{{22}})", "",
             (f"{_YOUTUBE_FEED}?channel_id={{id}}",)),
    Platform("YouTube, name", rf"{_YOUTUBE}(?:@|c/|user/|\w+/?$)",
             r"""["/](?:channelId|externalId|channel)["/]+:?\s*"?(?P<id>UC[\w-]{22})""",
             (f"{_YOUTUBE_FEED}?channel_id={{id}}",)),
    Platform("YouTube, playlist", rf"{_YOUTUBE}playlist\?(?:.*&)?list=(?P<id>[\w-]+)", "",
             (f"{_YOUTUBE_FEED}?playlist_id={{id}}",)),
)  # fmt: skip

# The places to try for pages of an unknown program.
_USUAL_PLACES = (
    "{page}/feed/",
    "{page}/rss.xml",
    "{page}/feed.xml",
    "{page}/atom.xml",
    "{page}/index.xml",
    "{page}/rss",
)


def certain(url: str, markup: str) -> tuple[str, ...]:
    """Return the feeds of the channel or account that this very address shows."""
    return _addresses([platform for platform in PLATFORMS if platform.address], url, markup)


def likely(url: str, markup: str) -> tuple[str, ...]:
    """Return the addresses where the program that made a page usually has its feeds."""
    return _addresses([platform for platform in PLATFORMS if not platform.address], url, markup)


def usual(url: str) -> tuple[str, ...]:
    """Return the addresses where most pages have their feeds."""
    return _filled(_USUAL_PLACES, url, {})


def _addresses(platforms: list[Platform], url: str, markup: str) -> tuple[str, ...]:
    candidates = [
        _filled(platform.feeds, url, parts)
        for platform in platforms
        if (parts := _named_parts(platform, url, markup)) is not None
    ]
    return tuple(dict.fromkeys(address for addresses in candidates for address in addresses))


def _named_parts(platform: Platform, url: str, markup: str) -> dict[str, str] | None:
    """Return the named parts of a page's address and HTML; ``None`` if it isn't a page of this platform."""
    by_address = re.search(platform.address, url, re.IGNORECASE)
    by_markup = by_address and re.search(platform.markup, markup, re.IGNORECASE | re.MULTILINE)
    return by_address.groupdict() | by_markup.groupdict() if by_address and by_markup else None


def _filled(feeds: tuple[str, ...], url: str, named: dict[str, str]) -> tuple[str, ...]:
    """Return the addresses of feeds with the parts of a page filled in, each once."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    folder, _slash, file = parts.path.rpartition("/")
    page = origin + (folder if "." in file else parts.path.rstrip("/"))
    filled = (safe_url(feed.format(origin=origin, page=page, **named)) for feed in feeds)
    return tuple(dict.fromkeys(address for address in filled if address))
