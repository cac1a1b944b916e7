"""The relay that tests of deployments cut servers off with: a test that trusts it must be able to."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from .relay import FAR, NEAR, Cutter


@pytest.fixture
def cutter() -> Iterator[Cutter]:
    made = Cutter(ports=2)
    yield made
    made.close()


def listening(port: int) -> socket.socket:
    return socket.create_server((FAR, port))


def received(connection: socket.socket) -> bytes:
    """Return all that comes, to the end or a reset."""
    data = b""
    connection.settimeout(10)
    try:
        while piece := connection.recv(4096):
            data += piece
    except ConnectionResetError:
        return data + b"|"
    return data


def test_what_goes_through_arrives_and_is_counted(cutter: Cutter) -> None:
    """In both ways, on two ports, to the end of each way; then nobody has anything to complain of."""
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


def test_a_cut_is_at_its_byte_and_for_all(cutter: Cutter) -> None:
    """Another connection falls too, whoever comes later is turned away, until it counts anew."""
    one, two = cutter.ports
    with listening(one) as server, listening(two) as other:
        cutter.cut_after(1000)
        with socket.create_connection((NEAR, one)) as client, socket.create_connection((NEAR, two)) as second:
            served, _address = server.accept()
            third, _address = other.accept()
            client.sendall(b"x" * 5000)
            assert (b"x" * 1000 + b"|", b"|", b"|") == (received(served), received(second), received(third))
        served.close(), third.close()
        with socket.create_connection((NEAR, one)) as late:
            assert b"|" == received(late)
        assert 1000 == cutter.passed
        cutter.cut_after(None)
        with socket.create_connection((NEAR, one)) as client:
            served, _address = server.accept()
            client.sendall(b"again")
            client.shutdown(socket.SHUT_WR)
            with served:
                assert b"again" == received(served)
    assert [] == cutter.faults


def test_a_server_may_come_late_and_whoever_waits_holds_up_nobody(cutter: Cutter) -> None:
    """One port's server isn't there yet when its client comes; the other's answers meanwhile."""
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


def test_nothing_of_it_stays() -> None:
    """Neither its thread nor a file descriptor, even of connections that are under way."""
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    cutter = Cutter(ports=2)
    with listening(cutter.ports[0]) as server:
        with socket.create_connection((NEAR, cutter.ports[0])), server.accept()[0] as served:
            with socket.create_connection((NEAR, cutter.ports[1])):
                cutter.close()
            assert b"|" == received(served)
    assert before == (threading.active_count(), len(os.listdir("/proc/self/fd")))
