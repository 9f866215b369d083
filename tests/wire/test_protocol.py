# SPDX-License-Identifier: BSD-2-Clause
"""
An MTA that breaks the protocol gets nothing past the filter and does not end it.

One thing ends it, and no filter on libmilter 8.17 can help that: macros whose last name has no value. smfi_getsymval then
reads behind the end of its list. So no test sends them; the socket's mode decides who could.
"""
import random
import struct

import pytest

from conftest import example
from lib.milter_client import ALL_ACTIONS, ALL_STEPS, VERSION, MilterClient
from lib.noise import BAD, EVERY_REPLY, GOOD, INSIDE, OUTSIDE, heard, packets_of, session


@pytest.fixture
def daemon(start):
    return start(settings={"from_address": "envelope", "early_accept": "off"}, sender=example("sender"), recipients=example("recipients"))


# Commands in an order that SMTP does not have: libmilter drops those that do not fit, unanswered. name, packets, replies to them
ORDERS = [
    ("RCPT without MAIL", [(b"R", INSIDE)], b""),
    ("DATA without MAIL", [(b"T", b"")], b""),
    ("end without MAIL", [(b"E", b"")], b""),
    ("header without MAIL", [(b"L", b"From\0x\0")], b""),
    ("DATA without RCPT", [(b"M", GOOD), (b"T", b"")], b"c"),
    ("end without RCPT", [(b"M", GOOD), (b"E", b"")], b"c"),
    ("RCPT after DATA", [(b"M", GOOD), (b"R", INSIDE), (b"T", b""), (b"R", OUTSIDE), (b"E", b"")], b"ccc"),
    ("RCPT after the end", [(b"M", GOOD), (b"R", INSIDE), (b"T", b""), (b"E", b""), (b"R", OUTSIDE), (b"E", b"")], b"cccc"),
    ("end twice", [(b"M", GOOD), (b"R", INSIDE), (b"T", b""), (b"E", b""), (b"E", b"")], b"cccc"),
    ("end after abort", [(b"M", GOOD), (b"R", INSIDE), (b"A", b""), (b"E", b"")], b"cc"),
    ("end after a refusal", [(b"M", BAD), (b"R", INSIDE), (b"T", b""), (b"E", b"")], b"y"),
    ("end after a refusal of the list", [(b"M", GOOD), (b"R", OUTSIDE), (b"T", b""), (b"E", b"")], b"ccy"),
    ("CONNECT twice", [(b"C", b"again\x00U")], b""),
]


@pytest.mark.parametrize("packets, replies", [row[1:] for row in ORDERS], ids=[row[0] for row in ORDERS])
def test_order(daemon, client, packets, replies):
    one = client(daemon, steps=EVERY_REPLY)
    # A sentinel that is answered in any state: its reply shows that no other one is on its way.
    for command, data in [*packets, (b"A", b""), (b"M", BAD)]:
        if command in b"MR":
            one.send(b"D", command + b"{mail_addr}\0x\0{rcpt_addr}\0x\0")
        one.send(command, data)
    got = b""
    while True:
        command, text = one.receive()
        if command == b"y" and len(got) == len(replies):
            break
        got += command
    assert got == replies
    assert text.startswith(b"550 5.7.1 ")


# What libmilter hands on as an argument although no MTA sends it. name, command, data
ARGUMENTS = [
    ("MAIL without argument", b"M", b""),
    ("MAIL without end", b"M", b"<no-reply@example.net>"),
    ("MAIL with an empty argument", b"M", b"\0"),
    ("macros for no command", b"D", b""),
    ("macros for an unknown command", b"D", b"\xffi\0x\0"),
    ("CONNECT cut off", b"C", b"client\x004"),
    ("CONNECT of no family", b"C", b"client\x00Z\0\0x\0"),
    ("CONNECT of no address", b"C", b"client\x004\0\0not an address\0"),
    ("unknown command", b"\xff", b"x"),
    ("second negotiation", b"O", struct.pack("!III", VERSION, ALL_ACTIONS, ALL_STEPS)),
    ("negotiation cut off", b"O", b"\0\0"),
    ("negotiation of version 0", b"O", struct.pack("!III", 0, 0, 0)),
]


@pytest.mark.parametrize("command, data", [row[1:] for row in ARGUMENTS], ids=[row[0] for row in ARGUMENTS])
@pytest.mark.parametrize("first", [True, False], ids=["at once", "in a session"])
def test_argument(daemon, client, command, data, first):
    """Dropped, refused or closed, as libmilter will; and the message behind it is judged."""
    one = MilterClient(daemon.address(), negotiate=False) if first else client(daemon, steps=EVERY_REPLY)
    with one:
        try:
            one.send(command, data)
            one.send(b"R", INSIDE)
            one.send(b"E")
            one.send(b"A")
            one.send(b"M", BAD)
            while (answer := one.receive())[0] != b"y":
                assert answer[0] != b"a"
        except ConnectionError:
            pass
    assert client(daemon).mail("<other@example.net>").code == 550


@pytest.mark.parametrize("length", [0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_length(daemon, client, length):
    assert heard(daemon.address(), struct.pack("!I", length) + b"O" * 64) == b""
    assert client(daemon).mail("<other@example.net>").code == 550


def test_noise(daemon, client):
    dice = random.Random(20240723)  # the same noise every time
    for _ in range(1000):
        sent = session(dice)
        assert all(command in b"Ocyrt" for command in packets_of(heard(daemon.address(), sent))), sent
    assert client(daemon).mail("<other@example.net>").code == 550
    assert client(daemon).message("no-reply@example.net", ["ann@example.org"]).stage == ""
