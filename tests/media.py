"""A medium with a website on loopback, for guides that begin with the address of one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Its address in the guides.
MEDIUM = "https://radio.example/"
FEED = """<rss version="2.0"><channel><title>Radio du Fleuve</title><link>/</link>
<item><title>Une nouvelle</title><link>https://fleuve.example/1</link><guid>1</guid>
<pubDate>Sat, 14 Mar 2026 10:00:00 +0000</pubDate></item></channel></rss>"""
PAGE = """<!doctype html><html lang="fr"><head><title>Radio du Fleuve</title>
<link rel="alternate" type="application/rss+xml" title="Radio du Fleuve" href="/feed.xml"></head></html>"""


class _Medium(BaseHTTPRequestHandler):
    """The website of a medium, with a feed."""

    def do_GET(self) -> None:
        is_feed = self.path == "/feed.xml"
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((FEED if is_feed else PAGE).encode())

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@contextmanager
def medium_on_loopback() -> Iterator[str]:
    """Yield the address of the medium's website."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Medium)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
