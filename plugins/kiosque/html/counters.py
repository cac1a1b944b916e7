"""Pictures that only count readers, known by their addresses. A new one is a row."""

from __future__ import annotations

import re

# Addresses of pictures, from the name of the host on (a shorter one covers what lies under it), and what they count.
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
# The same on any host.
_COUNTERS_ANYWHERE = {
    r"/(?:matomo|piwik)\.php": "Matomo",
    r"/hit\.xiti": "AT Internet",
    r"\?(?:[^#]*&)?action=cron\b": "a picture that makes SPIP do its daily work",
}
_COUNTER = re.compile(
    rf"https?://(?:(?:[\w-]+\.)*(?:{'|'.join(_COUNTERS)})|[^?#]*(?:{'|'.join(_COUNTERS_ANYWHERE)}))"
)


def is_counter(address: str) -> bool:
    """Whether the address of a picture is that of a known counter of readers."""
    return bool(_COUNTER.match(address.lower()))
