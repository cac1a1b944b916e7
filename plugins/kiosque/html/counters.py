"""Tracking pictures, which only count readers, recognised by their addresses. To add one, add a row."""

from __future__ import annotations

import re

# Patterns for addresses of pictures, and who counts with them. A pattern starts with the name of the host,
# and also matches its subdomains. A shorter pattern covers all addresses that start with it.
_COUNTERS = {
    r"adnxs\.com/": "Xandr's advertisements",
    r"amazon-adsystem\.com/|assoc-amazon\.[a-z.]+/e/ir": "Amazon's partners",
    r"bat\.bing\.com/": "Microsoft's advertisements",
    r"blogger\.googleusercontent\.com/tracker/": "readers of a Blogger feed",
    r"chartbeat\.net/ping": "Chartbeat",
    r"counter\.theconversation\.com/": "readers of a republished article",
    r"doubleclick\.net/": "Google's advertisements",
    r"estat\.com/": "Médiamétrie",
    r"facebook\.com/tr\b": "Meta's advertisements",
    r"feedburner\.com/~": "FeedBurner: readers of a feed, and its buttons to share",
    r"feedpress\.(?:com|it|me)/": "FeedPress",
    r"feedproxy\.google\.com/~": "FeedBurner under its later name",
    r"feeds\.wordpress\.com/1\.0/": "buttons to share that count who sees them",
    r"feedsportal\.com/": "advertisements in feeds",
    r"google-analytics\.com/|googletagmanager\.com/": "Google Analytics",
    r"list-manage\.com/track/": "who opens a letter sent by Mailchimp",
    r"medium\.com/_/stat": "readers of a Medium feed",
    r"pixel\.quantserve\.com/": "Quantcast",
    r"pixel\.wp\.com/|stats\.w(?:ordpress|p)\.com/": "Jetpack and WordPress.com",
    r"rss\.art19\.com/": "listeners of Art19",
    r"scorecardresearch\.com/": "comScore",
    r"sitemeter\.com/": "Site Meter",
    r"smartadserver\.com/": "advertisements",
    r"statcounter\.com/": "StatCounter",
    r"weborama\.fr/": "advertisements",
    r"xiti\.com/": "AT Internet",
}
# Patterns that match on any host, after the host's name.
_COUNTERS_ANYWHERE = {
    r"/(?:matomo|piwik)\.php": "Matomo",
    r"/hit\.xiti": "AT Internet",
    r"\?(?:[^#]*&)?action=cron\b": "a picture that makes SPIP do its daily work",
}
_COUNTER = re.compile(
    rf"https?://(?:(?:[\w-]+\.)*(?:{'|'.join(_COUNTERS)})|[^?#]*(?:{'|'.join(_COUNTERS_ANYWHERE)}))"
)


def is_counter(address: str) -> bool:
    """Whether the address of a picture is that of a known tracking picture."""
    return bool(_COUNTER.match(address.lower()))
