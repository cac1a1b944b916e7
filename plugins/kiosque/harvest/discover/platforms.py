"""Where programs and services that publish keep their feeds. A new one is a row in an alphabetical table."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from kiosque.urls import safe_url


class Platform(NamedTuple):
    """How pages of one program or service are recognised, and where their feeds may lie.

    ``address`` is a pattern of the page's address, ``markup`` one of its HTML, which starts with a line
    ``generator=…``; either may be empty, and what both name fills the addresses of ``feeds``. So do ``{origin}``, scheme
    and host, and ``{page}``, the page's address without file name and slash.
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
    Platform("Castopod", rf"{_HOST}/@(?P<name>\w+)", "castopod|/themes/colors", ("{origin}/@{name}/feed.xml",)),
    Platform("Dotclear", "", "dotclear", ("{page}/feed/atom", "{page}/?feed/atom", "{page}/index.php?feed/atom",
             "{page}/feed/rss2")),
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
    Platform("PeerTube, instance", rf"{_HOST}(?:/home|/videos/[\w-]+)?/?$", r"og:platform\W+content=\W+peertube",
             ("{origin}/feeds/videos.xml?isLocal=true",)),
    Platform("Pelican", "", "^generator=pelican", ("{page}/feeds/all.atom.xml", "{page}/feeds/all.rss.xml",
             "{origin}/feeds/all.atom.xml")),
    Platform("SoundCloud", r"^https?://(?:www\.|m\.)?soundcloud\.com/", r"soundcloud://users:(?P<number>\d{1,15})",
             ("https://feeds.soundcloud.com/users/soundcloud:users:{number}/sounds.rss",)),
    Platform("SPIP", "", r"^generator=spip|spip\.php|/squelettes", ("{page}/spip.php?page=backend",
             "{origin}/spip.php?page=backend", "{page}/backend")),
    Platform("Squarespace", "", r"static\d?\.squarespace\.com", ("{page}?format=rss", "{page}/blog?format=rss")),
    Platform("Substack", "", r"substackcdn\.com", ("{origin}/feed",)),
    Platform("Tumblr", "", r"assets\.tumblr\.com", ("{origin}/rss",)),
    Platform("Vimeo", r"^https?://vimeo\.com/(?P<name>[a-z][\w-]*)/?$", "", ("https://vimeo.com/{name}/videos/rss",)),
    Platform("Wix", "", "^generator=wix", ("{page}/blog-feed.xml",)),
    Platform("WordPress", "", "^generator=wordpress|/wp-(?:content|includes)/", ("{page}/feed/", "{origin}/feed/")),
    Platform("WriteFreely", "", "^generator=writefreely", ("{page}/feed/",)),
    Platform("YouTube, channel", rf"{_YOUTUBE}channel/(?P<id>UC[\w-]{{22}})", "", (f"{_YOUTUBE_FEED}?channel_id={{id}}",)),
    Platform("YouTube, name", rf"{_YOUTUBE}(?:@|c/|user/|\w+/?$)", r"""["/](?:channelId|externalId|channel)["/]+:?\s*"?(?P<id>UC[\w-]{22})""",
             (f"{_YOUTUBE_FEED}?channel_id={{id}}",)),
    Platform("YouTube, playlist", rf"{_YOUTUBE}playlist\?(?:.*&)?list=(?P<id>[\w-]+)", "", (f"{_YOUTUBE_FEED}?playlist_id={{id}}",)),
)  # fmt: skip

# Where a page of no known program may have them.
_USUAL = (
    "{page}/feed/",
    "{page}/rss.xml",
    "{page}/feed.xml",
    "{page}/atom.xml",
    "{page}/index.xml",
    "{page}/rss",
)


def certain(url: str, markup: str) -> tuple[str, ...]:
    """Return the feeds that belong to what this very address shows: a channel, an account."""
    return _addresses([one for one in PLATFORMS if one.address], url, markup)


def likely(url: str, markup: str) -> tuple[str, ...]:
    """Return where the program that made a page usually has its feeds."""
    return _addresses([one for one in PLATFORMS if not one.address], url, markup)


def usual(url: str) -> tuple[str, ...]:
    """Return where pages have their feeds more often than not."""
    return _filled(_USUAL, url, {})


def _addresses(platforms: list[Platform], url: str, markup: str) -> tuple[str, ...]:
    found = [
        _filled(one.feeds, url, named) for one in platforms if (named := _names(one, url, markup)) is not None
    ]
    return tuple(dict.fromkeys(address for addresses in found for address in addresses))


def _names(platform: Platform, url: str, markup: str) -> dict[str, str] | None:
    """Return what a page's address and HTML name, where it is one of this platform."""
    by_address = re.search(platform.address, url, re.IGNORECASE)
    by_markup = by_address and re.search(platform.markup, markup, re.IGNORECASE | re.MULTILINE)
    return by_address.groupdict() | by_markup.groupdict() if by_address and by_markup else None


def _filled(feeds: tuple[str, ...], url: str, named: dict[str, str]) -> tuple[str, ...]:
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    folder, _slash, file = parts.path.rpartition("/")
    page = origin + (folder if "." in file else parts.path.rstrip("/"))
    filled = (safe_url(feed.format(origin=origin, page=page, **named)) for feed in feeds)
    return tuple(dict.fromkeys(address for address in filled if address))
