"""Pictures that say nothing of a text, recognised by their addresses: portraits, badges, smileys, counters.

Such a picture is never that of an entry, and leaves no link in its text. To add a kind, add a row.
"""

from __future__ import annotations

import re

from kiosque.html.counters import is_counter

# Patterns for addresses of portraits, badges and smileys, and what they show. A pattern starts with the name
# of the host, and also matches its subdomains. A shorter pattern covers all addresses that start with it.
_ORNAMENTS = {
    r"abs\.twimg\.com/emoji/": "Twitter's smileys",
    r"addtoany\.com/buttons/|addthis\.com/static/|sharethis\.com/": "buttons to share",
    r"badge\.fury\.io/|badgen\.net/|shields\.io/": "badges of software",
    r"blogblog\.com/img/|blogger\.com/img/": "Blogger's blank portraits and icons",
    r"buymeacoffee\.com/(?:buttons?|button-api|assets)\b": "buttons to donate",
    r"avatars\d*\.": "portraits",
    r"c\d+\.patreon\.com/external/": "buttons to donate",
    r"cdn\.jsdelivr\.net/[^?#]*emoji": "smileys",
    r"(?:i|mirrors)\.creativecommons\.org/|licensebuttons\.net/": "buttons of Creative Commons",
    r"creativecommons\.org/(?:images|i/l|wp-content|presskit)/": "buttons of Creative Commons",
    r"fbcdn\.net/(?:images/)?emoji\.php/": "Facebook's smileys",
    r"flattr\.com/(?:_img|button|api/button)": "buttons to donate",
    r"githubassets\.com/images/icons/emoji/": "GitHub's smileys",
    r"gravatar\.com/": "portraits",
    r"ko-fi\.com/(?:img|cdn)/": "buttons to donate",
    r"liberapay\.com/assets/": "buttons to donate",
    r"libravatar\.org/": "portraits",
    r"opencollective\.com/[^?#]*(?:badge|button)": "buttons to donate",
    r"paypal(?:objects)?\.com/(?:[^?#]*/)?(?:btn|i/|scr/)": "buttons to donate",
    r"pbs\.twimg\.com/profile_images/": "portraits",
    r"play\.google\.com/intl/[^?#]*/badges/|apple\.com/[^?#]*badges?/": "badges of shops",
    r"s\.w\.org/images/core/emoji/|w\.org/images/core/emoji/": "WordPress's smileys",
    r"s\d*\.wp\.com/wp-content/mu-plugins/(?:wpcom-smileys|emoji)/": "WordPress.com's smileys",
    r"twemoji\.": "smileys",
    r"w3\.org/(?:icons|images)/valid|validator\.w3\.org/feed/images/": "badges of validators",
}
# Patterns that match on any host, in the path.
_ORNAMENTS_ANYWHERE = {
    r"/avatars?/": "portraits",
    r"/badge\.svg": "badges of software",
    r"/(?:emojis?|emojione|emoticons?|smil(?:e?ys?|ies))/": "smileys",
    r"[/_-]88x31[^/]{0,40}$": "buttons of Creative Commons and alike",
    r"[/_-](?:btn|button|bouton)[_-]?(?:donate|dons?|kofi|paypal|tipeee|patreon)\b": "buttons to donate",
    r"[/_-](?:donate|kofi|paypal|tipeee|patreon)[_-]?(?:btn|button|bouton)\b": "buttons to donate",
    r"/btn_?donate": "buttons to donate",
    r"/donate\.(?:png|gif|jpe?g|svg|webp)$": "buttons to donate",
}
# In characters. What tells an ornament stands before.
_LONGEST = 2_000
_HOSTS = re.compile(rf"https?://(?:[\w-]+\.)*?(?:{'|'.join(_ORNAMENTS)})")
_PATHS = re.compile("|".join(_ORNAMENTS_ANYWHERE))


def is_ornament(address: str) -> bool:
    """Whether the address of a picture is that of a portrait, badge, smiley or tracking picture."""
    lower = address[:_LONGEST].lower()
    if is_counter(lower) or _HOSTS.match(lower):
        return True
    path = lower.partition("?")[0].partition("://")[2]
    return bool(_PATHS.search(path[path.find("/") :]))
