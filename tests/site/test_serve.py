"""The site on localhost, asked by a real client."""

import http.client
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import patience
import pytest
from conftest import write_tree

from kiosque.model import SettingsError
from kiosque.site.serve import server

SOUND = bytes(range(256)) * 4


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Serve a small folder and return its port."""
    (tmp_path / "sound.mp3").write_bytes(SOUND)
    (tmp_path / "404.html").write_text("<h1>Pas ici</h1>", encoding="utf-8")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("<h1>Page</h1>", encoding="utf-8")
    (tmp_path / "feed.atom").write_text("<feed/>", encoding="utf-8")
    with server(tmp_path, 0, "/hub") as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield httpd.server_address[1]
        httpd.shutdown()
        thread.join()


def ask(port: int, address: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience.SECONDS)
    connection.request(method, address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.title(): value for name, value in answer.getheaders()}, body


@pytest.mark.parametrize(
    ("wanted", "status", "content_range", "body"),
    [
        ("bytes=0-9", 206, "bytes 0-9/1024", SOUND[:10]),
        ("bytes=1000-", 206, "bytes 1000-1023/1024", SOUND[1000:]),
        ("bytes=-4", 206, "bytes 1020-1023/1024", SOUND[-4:]),
        ("bytes=0-99999", 206, "bytes 0-1023/1024", SOUND),
        ("bytes=1024-", 416, "bytes */1024", b""),
        ("bytes=-", 416, "bytes */1024", b""),
        ("pages=1-2", 200, None, SOUND),
    ],
)
def test_a_player_can_ask_for_a_part_of_a_sound(
    port: int, wanted: str, status: int, content_range: str | None, body: bytes
) -> None:
    """A range of bytes is answered as RFC 9110 says; one that makes no sense is refused or left aside."""
    got, headers, data = ask(port, "/sound.mp3", Range=wanted)
    assert (status, content_range, body) == (got, headers.get("Content-Range"), data)


def test_the_head_of_a_range_has_no_body(port: int) -> None:
    """HEAD says how long a range is, without sending it."""
    status, headers, body = ask(port, "/sound.mp3", "HEAD", Range="bytes=0-9")
    assert (206, "10", b"") == (status, headers["Content-Length"], body)


def test_an_address_that_is_not_there_shows_the_page_of_the_hub(port: int) -> None:
    """The error page is the hub's own, with status 404."""
    status, headers, body = ask(port, "/nope/")
    assert (404, "text/html; charset=utf-8", b"<h1>Pas ici</h1>") == (status, headers["Content-Type"], body)


def test_a_hub_below_a_path_is_served_there(port: int) -> None:
    """Addresses with the hub's own path lead to the same files."""
    assert ask(port, "/page/")[2] == ask(port, "/hub/page/")[2] == b"<h1>Page</h1>"


def test_feeds_have_their_type(port: int) -> None:
    """As XML, which browsers show: under a type of their own they would be downloaded."""
    assert "application/xml; charset=utf-8" == ask(port, "/feed.atom")[1]["Content-Type"]


def test_a_port_that_is_taken_is_said(port: int, tmp_path: Path) -> None:
    """A port in use gives a clear message, not a traceback."""
    with pytest.raises(SettingsError, match=f"{port}.*--port"):
        server(tmp_path, port)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_an_edit_is_built_and_served(tmp_path: Path) -> None:
    """Whoever writes saves a file, and finds the change under the same address."""
    page = "---\ntitle: About\n---\n{}\n"
    root = write_tree(tmp_path / "hub", {"content/pages/about.md": page.format("Before")})
    port = free_port()
    command = [sys.executable, "-m", "kiosque", "--hub", str(root), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as serving:
        said: queue.Queue[str] = queue.Queue()
        assert serving.stdout is not None
        threading.Thread(
            target=lambda lines: [said.put(line) for line in lines], args=[serving.stdout]
        ).start()
        try:
            while f"localhost:{port}/" not in said.get(timeout=patience.SECONDS):
                pass
            assert "Before" in ask(port, "/about/")[2].decode()
            # The watch may start a moment after it is announced: an edit is made again until one is seen.
            for number in range(60):
                (root / "content" / "pages" / "about.md").write_text(page.format(f"After {number}"))
                try:
                    said.get(timeout=0.5)
                    break
                except queue.Empty:
                    continue
            assert "After" in ask(port, "/about/")[2].decode()
        finally:
            serving.terminate()
