"""Media that mean well: each publishes at times of its own, and shows its newest posts in a feed.

All is drawn from a seed. The title of a post ends with its token, so that its page is found by its address.
"""

from __future__ import annotations

import functools
import io
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from PIL import Image

_BEFORE, _IN_A_FEED = 5, 15
_HOURS_BETWEEN = 24.0
_PICTURE_EVERY, _CORRECTED_EVERY = 5, 10
_CORRECTED_AFTER = timedelta(hours=5)
_WORDS = [
    "rivière",
    "montagne",
    "école",
    "marché",
    "vallée",
    "jardin",
    "chemin",
    "fête",
    "concert",
    "atelier",
    "radio",
    "récit",
    "quartier",
]


@dataclass(frozen=True, slots=True)
class Post:
    """A publication of a medium. ``token`` names it, and no other; ``picture`` is the name of its file."""

    token: str
    date: datetime
    title: str
    text: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium with all that it publishes until the end, oldest first."""

    number: int
    posts: tuple[Post, ...]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return f"media-{self.number:03}"

    def feed(self, now: datetime, base: str) -> bytes:
        """Return its feed at an instant; ``base`` is the address of its server."""
        shown = [_corrected(post, now) for post in self.posts if post.date <= now][-_IN_A_FEED:]
        return (_rss, _atom, _json)[self.number % 3](self, shown[::-1], base)


def medium(number: int, seed: int, start: datetime, end: datetime) -> Medium:
    """Return a medium that published before ``start`` and goes on until ``end``, about once a day."""
    draw = random.Random(f"{seed}/{number}")
    dates = [start - timedelta(hours=draw.randrange(1, 700)) for _ in range(_BEFORE)]
    date = start
    while (date := date + timedelta(seconds=int(draw.expovariate(1 / (_HOURS_BETWEEN * 3600))) + 1)) <= end:
        dates.append(date)
    return Medium(number, tuple(_post(draw, number, place, date) for place, date in enumerate(sorted(dates))))


@functools.cache
def picture(name: str) -> bytes:
    """Return a small JPEG whose colour follows from its name."""
    colour = tuple(random.Random(name).randbytes(3))
    data = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(data, "JPEG")
    return data.getvalue()


def _post(draw: random.Random, number: int, place: int, date: datetime) -> Post:
    token = f"p{number:03}x{place:04}"
    title = f"{' '.join(draw.choices(_WORDS, k=3)).capitalize()} {token}"
    text = f"<p>{' '.join(draw.choices(_WORDS, k=60))}.</p>"
    return Post(token, date, title, text, f"{token}.jpg" if place % _PICTURE_EVERY == 0 else "")


def _corrected(post: Post, now: datetime) -> Post:
    """Return a post as its author has left it: some are corrected some hours later."""
    if int(post.token[-4:]) % _CORRECTED_EVERY or now < post.date + _CORRECTED_AFTER:
        return post
    return Post(post.token, post.date, post.title, f"{post.text}<p>Corrigé.</p>", post.picture)


def _rss(medium: Medium, posts: Iterable[Post], base: str) -> bytes:
    items = "".join(
        f"<item><title>{post.title}</title><link>{base}/{post.token}</link><guid>{base}/{post.token}</guid>"
        f"<pubDate>{format_datetime(post.date)}</pubDate><description><![CDATA[{post.text}]]></description>"
        + (f'<enclosure url="{base}/{post.picture}" type="image/jpeg" length="9"/>' if post.picture else "")
        + "</item>"
        for post in posts
    )
    head = f"<title>{medium.slug}</title><link>{base}/</link><language>fr</language>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _atom(medium: Medium, posts: Iterable[Post], base: str) -> bytes:
    entries = "".join(
        f'<entry><title>{post.title}</title><link href="{base}/{post.token}"/><id>{base}/{post.token}</id>'
        f"<published>{post.date.isoformat()}</published><updated>{post.date.isoformat()}</updated>"
        f'<content type="html"><![CDATA[{post.text}]]></content>'
        + (f'<link rel="enclosure" href="{base}/{post.picture}" type="image/jpeg"/>' if post.picture else "")
        + "</entry>"
        for post in posts
    )
    head = f"<title>{medium.slug}</title><id>{base}/</id><updated>2026-03-15T00:00:00Z</updated>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">{head}{entries}</feed>'.encode()


def _json(medium: Medium, posts: Iterable[Post], base: str) -> bytes:
    items = [
        {
            "id": f"{base}/{post.token}",
            "url": f"{base}/{post.token}",
            "title": post.title,
            "content_html": post.text,
            "date_published": post.date.isoformat(),
            **({"image": f"{base}/{post.picture}"} if post.picture else {}),
        }
        for post in posts
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": medium.slug, "language": "fr"}
    return json.dumps({**head, "home_page_url": f"{base}/", "items": items}).encode()
