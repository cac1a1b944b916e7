"""A server of the site on localhost, which builds the site again whenever one of its files changes."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import click
from watchfiles import watch

from kiosque.i18n import _, current_language, default_theme
from kiosque.model import KiosqueError, SettingsError
from kiosque.own_command import own_command
from kiosque.settings.pelicanconf import check
from kiosque.site.pelican_host import load_settings
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

# Without the words of the base class, which are in English. It fills in the code.
_ERROR_PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{sentence}</title>'
    "<p>{sentence} (%(code)d).</p></html>"
)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_MEDIA_TYPES = {
    # With the types application/atom+xml and application/rss+xml, Firefox downloads a feed and Chromium shows
    # its source. As XML, both show the page that is inside the feed. Feed readers accept either type.
    ".atom": "application/xml; charset=utf-8",
    ".rss": "application/xml; charset=utf-8",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
    ".avif": "image/avif",
}


class Handler(SimpleHTTPRequestHandler):
    """A request handler with HTTP Range (RFC 9110, section 14), which players need to move within a sound."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | _MEDIA_TYPES
    root = ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Print nothing: ``log_request`` logs requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - size is the base class's
        """Log a request without the query of its address."""
        # A request that can't be parsed has no path.
        logger.debug("%s %s: %s", self.command, getattr(self, "path", "").partition("?")[0], code)

    def translate_path(self, path: str) -> str:
        """Return the file of an address; the hub's own path isn't part of the file's path."""
        if self.root and path.startswith(f"{self.root}/"):
            path = path[len(self.root) :]
        return super().translate_path(path)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the hub's own error page for an unknown address, and a sentence for other errors."""
        # The base class gives it in English.
        del message
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            sentence = (
                _("This page is not here")
                if code == HTTPStatus.NOT_FOUND
                else _("The server can’t answer this")
            )
            self.error_message_format = _ERROR_PAGE.format(language=current_language(), sentence=sentence)
            super().send_error(code, None, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_head(self) -> BinaryIO | None:
        """Answer a request for a single range of bytes; leave other requests to the base class."""
        byte_range = _RANGE.fullmatch(self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not byte_range or not path.is_file():
            return super().send_head()
        size = path.stat().st_size
        start, end = _bounds(byte_range[1], byte_range[2], size)
        if start is None:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        if self.command != "HEAD":
            with path.open("rb") as file:
                file.seek(start)
                self.wfile.write(file.read(end - start + 1))
        return None

    def end_headers(self) -> None:
        """Add headers that offer ranges and forbid caching, since the next build may change any file."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def _bounds(first: str, last: str, size: int) -> tuple[int | None, int]:
    """Return the first and last byte of a range; the first is ``None`` where the range can't be satisfied."""
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return None, 0
    return (start, end) if start <= end else (None, 0)


class Server(ThreadingHTTPServer):
    """A server that ignores readers who close the connection before the end of an answer."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore closed connections; leave other errors to the base class."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def server(folder: Path, port: int, root: str = "") -> Server:
    """Return a server of a folder on localhost. Raises SettingsError where the port can't be used."""
    handler = type("HubHandler", (Handler,), {"root": root})
    try:
        return Server(("127.0.0.1", port), partial(handler, directory=str(folder)))
    except OSError as error:
        message = _("port {port} can't be used ({reason}): choose another with --port")
        raise SettingsError(message.format(port=port, reason=reason_of(error))) from error


def serve(root: Path, port: int) -> None:
    """Build and serve the hub, and build it again at each change, until somebody interrupts."""
    settings = check(load_settings(root), root)
    with server(settings.output, port, settings.site.root) as httpd:
        builds = Builds(root)
        builds.run()
        click.echo(
            _("The hub is at http://localhost:{port}{root}/ (Ctrl-C stops)").format(
                port=port, root=settings.site.root
            )
        )
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        code = Path(__file__).parents[1]
        names = ("content", "archive", "theme", "demo", "pelicanconf.py")
        watched = {
            path.resolve()
            for path in (*(root / name for name in names), code, default_theme())
            if path.exists()
        }
        try:
            logger.debug("watching %s", sorted(map(str, watched)))
            for changes in watch(*watched, debounce=300):
                logger.debug(
                    "%d files changed, such as %s", len(changes), min(path for _kind, path in changes)
                )
                builds.run()
        finally:
            builds.stop()
            httpd.shutdown()


class Builds:
    """The builds of a served hub: first its pages, then its search index in the background.

    Each build is a process of its own, so that changes of Kiosque's code have an effect.
    """

    def __init__(self, root: Path) -> None:
        """Prepare the command; ``run`` builds."""
        self._command = [*own_command(root), "build"]
        self._indexing: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Build the pages, then start to make the index; an index that is still being made is abandoned."""
        self.stop()
        start = time.perf_counter()
        result = subprocess.run([*self._command, "--no-search"], check=False, env=os.environ)  # noqa: S603 - our own command
        logger.debug("the build ended with %d in %.3f s", result.returncode, time.perf_counter() - start)
        if result.returncode < 0:
            raise KiosqueError(_("the build was stopped"))
        # Its messages about pages are dropped: the build above has printed the same.
        self._indexing = subprocess.Popen(  # noqa: S603 - our own command
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def stop(self) -> None:
        """End the process that makes the index, and its children; the next build cleans up."""
        if self._indexing and self._indexing.poll() is None:
            logger.debug("abandoning the search index that process %d makes", self._indexing.pid)
            os.killpg(self._indexing.pid, signal.SIGTERM)
            self._indexing.wait()
