"""What addresses hold to follow people: parameters of links, and pictures that only count readers."""

from __future__ import annotations

import re

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
# For small letters: a search that takes both for the same costs three times as much.
_TRACKING = re.compile(rf"(?:amp;)?(?:{'|'.join(_PARAMETERS)})(?:=|$)")
_COUNTER = re.compile(
    rf"https?://(?:(?:[\w-]+\.)*(?:{'|'.join(_COUNTERS)})|[^?#]*(?:{'|'.join(_COUNTERS_ANYWHERE)}))"
)


def is_counter(address: str) -> bool:
    """Whether the address of a picture is that of a known counter of readers."""
    return bool(_COUNTER.match(address.lower()))


def without_tracking(address: str) -> str:
    """Return an address without the parameters that follow people; one as it was where there are none."""
    if "?" not in address and "#" not in address:
        return address
    before, hash_, fragment = address.partition("#")
    page, question, query = before.partition("?")
    kept = "&".join(one for one in query.split("&") if not _TRACKING.match(one.lower()))
    before = before if kept == query else page + (question if kept else "") + kept
    return before if _TRACKING.match(fragment.lower()) else before + hash_ + fragment
