"""The site on localhost, as a host would serve it, built again whenever something that it is made of changes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import click
from watchfiles import watch

from kiosque.i18n import _, default_theme
from kiosque.model import KiosqueError, SettingsError
from kiosque.own_command import own_command
from kiosque.settings.pelicanconf import check
from kiosque.site.pelican_host import load_settings

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_MEDIA_TYPES = {
    # Under their own types, application/atom+xml and application/rss+xml, Firefox offers a feed for download and Chromium shows
    # its source; readers take either. As XML, both show the page that is in it.
    ".atom": "application/xml; charset=utf-8",
    ".rss": "application/xml; charset=utf-8",
    ".vtt": "text/vtt",
    ".webp": "image/webp",
    ".avif": "image/avif",
}


class Handler(SimpleHTTPRequestHandler):
    """Serves files with HTTP Range (RFC 9110, section 14), which players need to move within a sound."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | _MEDIA_TYPES
    root = ""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing of each request."""

    def translate_path(self, path: str) -> str:
        """Return the file of an address, below the hub's own path."""
        if self.root and path.startswith(f"{self.root}/"):
            path = path[len(self.root) :]
        return super().translate_path(path)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the hub's own page where an address isn't there."""
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_head(self) -> BinaryIO | None:
        """Answer a request for one range of bytes; leave all else to the base class."""
        wanted = _RANGE.fullmatch(self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not wanted or not path.is_file():
            return super().send_head()
        size = path.stat().st_size
        start, end = _bounds(wanted[1], wanted[2], size)
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
        """Say that ranges can be asked for, and that nothing is to be kept: the next build may differ."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def _bounds(first: str, last: str, size: int) -> tuple[int | None, int]:
    """Return the first and last byte of a range; no first where it can't be satisfied."""
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return None, 0
    return (start, end) if start <= end else (None, 0)


class Server(ThreadingHTTPServer):
    """A server that says nothing of a reader who leaves before the end."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over connections that were closed; leave all else to the base class."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def server(folder: Path, port: int, root: str = "") -> Server:
    """Return a server of a folder on localhost; raises SettingsError where the port is taken."""
    handler = type("HubHandler", (Handler,), {"root": root})
    try:
        return Server(("127.0.0.1", port), partial(handler, directory=str(folder)))
    except OSError as error:
        message = _("port {port} can't be used ({reason}): choose another with --port")
        raise SettingsError(message.format(port=port, reason=error.strerror)) from error


def serve(root: Path, port: int) -> None:
    """Build, serve, and build again on each change, until interrupted."""
    settings = check(load_settings(root), root)
    with server(settings.output, port, settings.site.root) as httpd:
        builds = Builds(root)
        builds.again()
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
            for _changes in watch(*watched, debounce=300):
                builds.again()
        finally:
            builds.stop()
            httpd.shutdown()


class Builds:
    """The builds of a hub that is served: its pages at once, its search index behind them.

    They are processes of their own, so that changed code counts.
    """

    def __init__(self, root: Path) -> None:
        """Build nothing yet."""
        self._command = [*own_command(root), "build"]
        self._indexing: subprocess.Popen[bytes] | None = None

    def again(self) -> None:
        """Build the pages, then begin with the index; one that is still being made is given up."""
        self.stop()
        done = subprocess.run([*self._command, "--no-search"], check=False, env=os.environ)  # noqa: S603 - our own command
        if done.returncode < 0:
            raise KiosqueError(_("the build was stopped"))
        # What this build would say of the pages, the one before has said.
        self._indexing = subprocess.Popen(  # noqa: S603 - our own command
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def stop(self) -> None:
        """End the making of the index, with all that it has started; the next build mends what it left."""
        if self._indexing and self._indexing.poll() is None:
            os.killpg(self._indexing.pid, signal.SIGTERM)
            self._indexing.wait()
