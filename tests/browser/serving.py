"""The site on loopback as a careful host sends it: compressed, and with the policy that the design promises
to hold.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from kiosque.site.serve import Handler, Server

POLICY = "default-src 'self'; media-src 'self' https:; script-src 'self' 'wasm-unsafe-eval'"
_COMPRESSED = {".atom", ".css", ".html", ".js", ".json", ".rss", ".svg", ".txt", ".vtt", ".xml"}


class CarefulHandler(Handler):
    """Kiosque's own server, with compression and the policy."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        if path.suffix not in _COMPRESSED or not path.is_file() or "Range" in self.headers:
            return super().send_head()
        body = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)


@lru_cache(maxsize=1000)
def compressed(path: Path) -> bytes:
    """Return a file as a host sends it: gzip at its usual level."""
    return gzip.compress(path.read_bytes(), 6, mtime=0)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; gives the address of its root, without a slash at the end."""
    with Server(("127.0.0.1", 0), partial(CarefulHandler, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()
