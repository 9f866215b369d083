# SPDX-License-Identifier: BSD-2-Clause
"""State: what one message leaves behind must not touch the next, whatever ends it."""
import socket
import struct

import pytest

from conftest import example
from lib.milter_client import MilterClient

GOOD, BAD = "no-reply@example.net", "other@example.net"
INSIDE, OUTSIDE = "ann@example.org", "eve@evil.test"


@pytest.fixture
def daemon(start):
    return start(settings={"from_address": "envelope", "early_accept": "off"}, sender=example("sender"),
                 recipients=example("recipients"), network=example("network"))


def accepted(outcome):
    return outcome.stage == "" and not outcome.refused


def test_several_messages_in_one_session(daemon, client):
    one = client(daemon)
    assert accepted(one.message(GOOD, [INSIDE]))
    assert one.message(BAD, [INSIDE]).stage == "MAIL"
    assert accepted(one.message(GOOD, [INSIDE, OUTSIDE]))
    # The outsider alone is refused: the insider of the message before must be forgotten.
    assert one.message(GOOD, [OUTSIDE]).stage == "DATA"
    assert accepted(one.message(GOOD, [INSIDE]))


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end of message"])
def test_abort(daemon, client, stage):
    """RSET: recipients named before it do not count."""
    one = client(daemon)
    one.mail(f"<{GOOD}>")
    if stage != "mail":
        one.rcpt(f"<{INSIDE}>")
    if stage in ("data", "end of message"):
        one.data()
    if stage == "end of message":
        one.eom()
    else:
        one.abort()
    assert one.message(GOOD, [OUTSIDE]).stage == "DATA"
    assert accepted(one.message(GOOD, [INSIDE]))


def test_new_message_without_abort(daemon, client):
    """MAIL is the only sure sign that a message begins."""
    one = client(daemon)
    one.mail(f"<{GOOD}>")
    one.rcpt(f"<{INSIDE}>")
    assert one.message(GOOD, [OUTSIDE]).stage == "DATA"


def test_abort_without_message_and_helo_twice(daemon, client):
    one = client(daemon)
    one.abort()
    one.helo("again.example")
    one.abort()
    one.helo("and.again")
    assert accepted(one.message(GOOD, [INSIDE]))
    assert one.message(BAD, [INSIDE]).stage == "MAIL"


def test_quit_nc_begins_another_client(daemon, client):
    """The MTA may use the connection again for another client: the first one's address must not stay.

    (Only after a whole message: elsewhere libmilter itself passes over the command.)
    """
    one = client(daemon, "172.31.5.6")
    for _ in range(3):
        assert accepted(one.message(GOOD, [INSIDE]))
        one.quit_nc()
        one.connect("172.31.5.7")
        one.helo()
    assert accepted(one.message(GOOD, [INSIDE]))
    one.quit_nc()
    one.connect("203.0.113.9")
    one.helo()
    assert one.message(GOOD, [INSIDE]).stage == "MAIL"


def test_connect_and_close(daemon, client):
    for _ in range(200):
        with socket.socket(socket.AF_UNIX) as bare:
            bare.connect(daemon.address()[1])
    for _ in range(50):
        MilterClient(daemon.address()).close()
    assert accepted(client(daemon).message(GOOD, [INSIDE]))


def packets() -> bytes:
    """A whole session as bytes."""
    def packet(command: bytes, data: bytes = b"") -> bytes:
        return struct.pack("!I", len(data) + 1) + command + data
    return b"".join((
        packet(b"O", struct.pack("!III", 6, 0x1FF, 0x1FFFFF)),
        packet(b"C", b"client.example\x004" + struct.pack("!H", 4000) + b"172.31.5.6\0"),
        packet(b"D", b"M{mail_addr}\0" + GOOD.encode() + b"\0"),
        packet(b"M", b"<" + GOOD.encode() + b">\0SIZE=1\0"),
        packet(b"R", b"<" + INSIDE.encode() + b">\0"),
        packet(b"T"), packet(b"E"), packet(b"Q")))


def test_end_at_every_byte(daemon, client):
    """The MTA may die anywhere."""
    session = packets()
    for length in range(len(session)):
        with socket.socket(socket.AF_UNIX) as bare:
            bare.connect(daemon.address()[1])
            try:
                bare.sendall(session[:length])
            except BrokenPipeError:
                pass
    assert accepted(client(daemon).message(GOOD, [INSIDE]))


def test_many_sessions_at_once(daemon, client):
    """Each session has its own client and its own recipients, interleaved step by step."""
    addresses = [f"172.31.0.{i}" if i % 2 else f"203.0.113.{i}" for i in range(1, 101)]
    sessions = [client(daemon, address) for address in addresses]
    for address, one in zip(addresses, sessions):
        assert one.mail(f"<{GOOD}>").refused == address.startswith("203."), address
    inside = [one for address, one in zip(addresses, sessions) if address.startswith("172.")]
    for number, one in enumerate(inside):
        assert not one.rcpt(f"<{INSIDE if number % 2 else OUTSIDE}>").refused
    for number, one in enumerate(inside):
        assert one.data().refused == (number % 2 == 0)


def test_thousand_recipients(daemon, client):
    one = client(daemon)
    outside = [f"r{i}@evil.test" for i in range(1000)]
    assert one.message(GOOD, outside).stage == "DATA"
    assert accepted(one.message(GOOD, outside[:999] + [INSIDE]))


def test_macros_that_did_not_come(start, client):
    """Nobody's login is that of the message before, and none is no other one: 451 until they come."""
    daemon = start(settings={"principals": [{"login": "svc", "arn": "arn:aws:iam::123456789012:user/svc"},
                                            {"arn": "arn:aws:iam::123456789012:user/rest"}]}, policy=example("sender"))
    one = client(daemon)
    assert not one.mail("<no-reply@example.net>", macros={"{auth_authen}": "svc"}).refused
    one.abort()
    one.send(b"M", b"<no-reply@example.net>\0")
    assert one.answer().code == 451
    assert not one.mail("<no-reply@example.net>").refused
    one.send(b"R", b"<ann@example.org>\0")  # not answered at this site
    assert not one.data().refused and one.eom().code == 451
    assert "reason=no-macros" in daemon.wait_line("stage=RCPT")
