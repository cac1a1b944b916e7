"""The relay with which tests of deployments cut connections."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import patience
import pytest

from .relay import FAR, NEAR, Cutter


@pytest.fixture
def cutter() -> Iterator[Cutter]:
    relay = Cutter(ports=2)
    yield relay
    relay.close()


def listening(port: int) -> socket.socket:
    return socket.create_server((FAR, port))


def received(connection: socket.socket) -> bytes:
    """Return all bytes up to the end of a connection; a reset adds “|”."""
    data = b""
    connection.settimeout(patience.SECONDS)
    try:
        while piece := connection.recv(4096):
            data += piece
    except ConnectionResetError:
        return data + b"|"
    return data


def test_bytes_arrive_and_are_counted(cutter: Cutter) -> None:
    """Bytes pass in both directions on two ports, to the end of each direction, without a fault."""
    for port in cutter.ports:
        with listening(port) as server, socket.create_connection((NEAR, port)) as client:
            served, _address = server.accept()
            with served:
                client.sendall(b"x" * 300_000)
                client.shutdown(socket.SHUT_WR)
                served_data = received(served)
                served.sendall(b"answer")
                served.shutdown(socket.SHUT_WR)
                assert (300_000, b"answer") == (len(served_data), received(client))
    assert (2 * 300_006, []) == (cutter.passed, cutter.faults)


def test_a_cut_is_exact_and_ends_all_connections(cutter: Cutter) -> None:
    """Other connections are reset too, and new ones are refused until the count starts again."""
    first_port, second_port = cutter.ports
    with listening(first_port) as server, listening(second_port) as other:
        cutter.cut_after(1000)
        with (
            socket.create_connection((NEAR, first_port)) as client,
            socket.create_connection((NEAR, second_port)) as second,
        ):
            served, _address = server.accept()
            third, _address = other.accept()
            client.sendall(b"x" * 5000)
            assert (b"x" * 1000 + b"|", b"|", b"|") == (received(served), received(second), received(third))
        served.close(), third.close()
        with socket.create_connection((NEAR, first_port)) as late:
            assert b"|" == received(late)
        assert 1000 == cutter.passed
        cutter.cut_after(None)
        with socket.create_connection((NEAR, first_port)) as client:
            served, _address = server.accept()
            client.sendall(b"again")
            client.shutdown(socket.SHUT_WR)
            with served:
                assert b"again" == received(served)
    assert [] == cutter.faults


def test_a_connection_waits_for_its_server_without_blocking_others(cutter: Cutter) -> None:
    """A client of a server that hasn't started waits, while the other port's server answers."""
    late, prompt = cutter.ports
    with socket.create_connection((NEAR, late)) as waiting:
        waiting.sendall(b"early")
        with listening(prompt) as server, socket.create_connection((NEAR, prompt)) as client:
            served, _address = server.accept()
            with served:
                served.sendall(b"prompt")
            assert b"prompt" == received(client)
        with listening(late) as server:
            served, _address = server.accept()
            waiting.shutdown(socket.SHUT_WR)
            with served:
                assert b"early" == received(served)


def test_closing_leaves_nothing_behind() -> None:
    """The thread and all file descriptors are gone, those of open connections included."""
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    cutter = Cutter(ports=2)
    with listening(cutter.ports[0]) as server:
        with socket.create_connection((NEAR, cutter.ports[0])), server.accept()[0] as served:
            with socket.create_connection((NEAR, cutter.ports[1])):
                cutter.close()
            assert b"|" == received(served)
    assert before == (threading.active_count(), len(os.listdir("/proc/self/fd")))
