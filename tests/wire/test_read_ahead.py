# SPDX-License-Identifier: BSD-2-Clause
"""What the MTA has sent is read before libmilter asks for it: nobody sees it in an answer, and every connection ends as before."""
import contextlib
import random
import socket
import struct
import threading
import time

import pytest

from conftest import example
from lib.daemon import Daemon
from lib.milter_client import COMMAND, MilterClient
from lib.postfix import free_port

GOOD, BAD = "no-reply@example.net", "other@example.net"
HEADERS = (("From", f"<{GOOD}>"), ("To", "<user@example.org>"), ("Subject", "x" * 900), ("Date", "Thu, 1 Jan 1970 00:00:00 +0000"))


def places() -> list[str | None]:
    return [None, f"inet:{free_port()}@127.0.0.1", f"inet6:{free_port()}@[::1]"]


def packet(command: bytes, data: bytes = b"") -> bytes:
    return struct.pack("!I", len(data) + 1) + command + data


def event(name: str, data: bytes = b"", **macros: str) -> bytes:
    pairs = b"".join(f"{key}\0{value}\0".encode() for key, value in macros.items())
    return (packet(b"D", COMMAND[name] + pairs) if macros else b"") + packet(COMMAND[name], data)


def message(sender: str) -> bytes:
    """All that an MTA says of a message, if nothing of it had to be answered first."""
    return (event("mail", f"<{sender}>\0".encode(), **{"{mail_mailer}": "smtp"}) +
            event("rcpt", b"<user@example.org>\0", **{"{rcpt_mailer}": "smtp"}) + event("data", i="Q1") +
            b"".join(event("header", f"{name}\0{value}\0".encode()) for name, value in HEADERS) + event("eoh") + event("eom"))


def session(daemon: Daemon, client: MilterClient, send: object, sender: str) -> list[str]:
    """The answers to a session that begins after the negotiation and is sent by `send`."""
    connect = event("connect", b"client.example\0" + b"4" + struct.pack("!H", 40000) + b"172.31.5.6\0", j="relay.test")
    bad = sender != GOOD
    send(client.socket, connect + message(sender) + (packet(b"A") if bad else b"") + message(GOOD) + packet(b"Q"))
    # How many are answered: those that are not silent; a refused message is asked about no more, but for what was sent already.
    kinds = []
    with contextlib.suppress(ConnectionError):
        while True:
            command, data = client.receive()
            kinds.append(command.decode() + data[:3].decode("ascii", "replace"))
    return kinds


def whole(one: socket.socket, data: bytes) -> None:
    one.sendall(data)


def bytewise(one: socket.socket, data: bytes) -> None:
    one.setsockopt(*((socket.IPPROTO_TCP, socket.TCP_NODELAY) if one.family != socket.AF_UNIX else (socket.SOL_SOCKET, socket.SO_KEEPALIVE)), 1)
    for i in range(len(data)):
        one.sendall(data[i:i + 1])


def in_pieces(seed: int) -> object:
    def send(one: socket.socket, data: bytes) -> None:
        chance = random.Random(seed)
        while data:
            size = chance.choice((1, 4, 5, 6, 30, 500, 9000))
            one.sendall(data[:size])
            data = data[size:]
            if not chance.randrange(20):
                time.sleep(0.003)   # longer than a worker of libmilter stays with a session
    return send


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("sender", [GOOD, BAD])
def test_answers_do_not_depend_on_pieces(start, place, sender):
    """Those of the same bytes with and without it, however they arrive."""
    said = []
    for ahead in (False, True):
        daemon = start(settings={"read_ahead": ahead}, socket_spec=places()[place], sender=example("sender"))
        if ahead:
            daemon.wait_line(r"read_ahead: on$")
        for send in (whole, bytewise, in_pieces(1), in_pieces(2)):
            with MilterClient(daemon.address()) as client:
                said.append(session(daemon, client, send, sender))
        assert daemon.stop() == 0
    assert all(kinds == said[0] for kinds in said), said
    assert ("y550" in said[0]) == (sender == BAD)
    assert said[0][-1] in ("c", "a")


def test_it_is_on_unless_it_is_switched_off(start):
    daemon = start(sender=example("sender"))
    daemon.wait_line(r"read_ahead: on$")
    daemon.stop()
    mark = daemon.mark()
    daemon.settings["read_ahead"] = False
    daemon.start()
    with MilterClient(daemon.address()) as client:
        client.connect("172.31.5.6")
        assert client.mail(f"<{BAD}>").code == 550
    assert daemon.stop() == 0
    assert "read_ahead" not in daemon.log(mark)


def parting(client: MilterClient, way: int) -> None:
    """A session that ends in one way or another."""
    everything = message(GOOD) + message(BAD)
    connect = event("connect", b"client.example\0" + b"4" + struct.pack("!H", 40000) + b"172.31.5.6\0", j="relay.test")
    client.socket.sendall(connect + everything[:[0, 3, 5, 40, 400, len(everything)][way % 6]])
    if way % 5 == 1:
        client.socket.shutdown(socket.SHUT_WR)
    elif way % 5 == 2:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif way % 5 == 3:
        client.socket.sendall(packet(b"Q"))
    elif way % 5 == 4:
        client.socket.sendall(packet(b"K") + connect + message(BAD))
    if way % 2:
        client.socket.settimeout(0.02)
        with contextlib.suppress(OSError):
            client.socket.recv(1)
    client.socket.close()


@pytest.mark.parametrize("place", [0, 1])
def test_every_end(start, client, place):
    """Nothing stays behind of connections that end at any moment; the next one with the same descriptor has only its own."""
    daemon = start(socket_spec=places()[place], sender=example("sender"))
    daemon.wait_line(r"read_ahead: on$")
    one = client(daemon)
    assert one.mail(f"<{BAD}>").code == 550
    before = daemon.descriptors()

    def storm(seed: int) -> None:
        for way in range(60):
            with contextlib.suppress(ConnectionError):
                parting(MilterClient(daemon.address()), seed * 7 + way)

    threads = [threading.Thread(target=storm, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        with MilterClient(daemon.address()) as two:
            two.connect("172.31.5.6")
            assert two.mail(f"<{BAD}>").code == 550
            assert not two.mail(f"<{GOOD}>").refused
    for thread in threads:
        thread.join()
    end = time.monotonic() + 60
    while daemon.descriptors() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert daemon.descriptors() <= before
    assert one.mail(f"<{BAD}>").code == 550
