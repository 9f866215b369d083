# SPDX-License-Identifier: BSD-2-Clause
"""What Postfix makes of our answers, and we of its ways."""
import time

import pytest

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
INSIDE_NETWORK = "172.31.5.6"


@pytest.fixture
def postfix(start, relay):
    return relay(start(sender=example("sender"), recipients=example("recipients"), network=example("network")))


def test_several_messages_in_one_session(postfix, endpoint):
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        stages = [session.message(sender, recipients).stage for sender, recipients in (
            (GOOD, [INSIDE]), (BAD, [INSIDE]), (GOOD, [OUTSIDE]), (GOOD, [INSIDE, OUTSIDE]), (GOOD, [OUTSIDE]), (GOOD, [INSIDE]))]
    assert stages == ["", "MAIL", "DATA", "", "DATA", ""]
    assert len(endpoint.wait(3)) == 3


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "EHLO"])
def test_reset(postfix, stage):
    """RSET or EHLO in the middle: what was named before is forgotten."""
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        session.say(f"MAIL FROM:<{GOOD}>")
        if stage != "MAIL":
            session.say(f"RCPT TO:<{INSIDE}>")
        if stage == "DATA":
            session.say("RSET")
            session.say(f"MAIL FROM:<{GOOD}>")
            session.say(f"RCPT TO:<{INSIDE}>")
        assert session.say("EHLO again.example" if stage == "EHLO" else "RSET").ok
        assert session.message(GOOD, [OUTSIDE]).stage == "DATA"
        assert session.message(GOOD, [INSIDE]).stage == ""


@pytest.mark.parametrize("lines", [[], [f"MAIL FROM:<{GOOD}>"], [f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>"],
                                   [f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>", "DATA", "Subject: cut off"]], ids=len)
def test_client_vanishes(postfix, endpoint, lines):
    for _ in range(5):
        session = Smtp(postfix.port, address=INSIDE_NETWORK)
        for line in lines[:3]:
            session.say(line)
        for line in lines[3:]:
            session.send(line)
        session.close()
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        assert session.message(GOOD, [OUTSIDE]).stage == "DATA"
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(1)) == 1


# name, argument of MAIL, reply's first characters
SENDERS = [
    ("null sender", "<>", "250 "),
    ("source route", f"<@a.test,@b.test:{BAD}>", "550 5.7.1"),
    ("source route to the good one", f"<@a.test:{GOOD}>", "250 "),
    ("quoted", '<"other"@example.net>', "550 5.7.1"),
    ("quoted good one", '<"no-reply"@example.net>', "250 "),
    ("at-sign in quotes", f'<"{GOOD}"@example.net>', "550 5.7.1"),
    ("capitals in the domain", "<other@EXAMPLE.NET>", "550 5.7.1"),
    ("capitals in the domain of the good one", "<no-reply@Example.Net>", "250 "),
    ("SMTPUTF8", "<jörg@example.net> SMTPUTF8", "553 5.6.7"),
    ("SMTPUTF8, another domain", "<jörg@exämple.net> SMTPUTF8", "553 5.6.7"),
    ("320 characters", f"<{'a' * 308}@example.net>", "550 5.7.1"),
    ("without a domain", "<other>", "250 "),
    ("parameters", f"<{BAD}> BODY=8BITMIME SIZE=1234", "550 5.7.1"),
]


def test_senders(postfix):
    wrong = []
    for name, argument, want in SENDERS:
        with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
            reply = session.say(f"MAIL FROM:{argument}")
        if not reply.text.startswith(want) or len(reply.lines) != 1 or not reply.text.isascii() or len(reply.text) >= 400:
            wrong.append((name, reply))
    assert not wrong


def test_percent_arrives_as_typed(postfix):
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        reply = session.say("MAIL FROM:<100%sure%%s@example.net>")
    assert "100%sure%%s@example.net" in reply.text


def test_thousand_recipients(postfix, endpoint):
    many = [f"r{i}@example.org" for i in range(999)]
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        sent = session.message(GOOD, [OUTSIDE, *many])
        assert sent.stage == "" and len(sent.taken) == 1000
        assert session.message(GOOD, [f"r{i}@evil.test" for i in range(1000)]).stage == "DATA"
    end = time.monotonic() + 60
    while sum(len(message["rcpt_to"]) for message in endpoint.wait(1)) < 1000:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_pipelining(postfix):
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        session.socket.sendall(f"MAIL FROM:<{BAD}>\r\nRCPT TO:<{INSIDE}>\r\nMAIL FROM:<{GOOD}>\r\nRCPT TO:<{INSIDE}>\r\nNOOP\r\n".encode())
        assert [session.hear().code for _ in range(5)] == [550, 503, 250, 250, 250]


def test_reload_under_mail(start, relay, endpoint):
    """A broken file changes nothing; a good one changes the next message."""
    daemon = start(policy=example("recipients"))
    postfix = relay(daemon)
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        assert session.message(GOOD, [OUTSIDE, INSIDE]).stage == ""
        daemon.write_policy("policy", "{")
        assert "refused, generation 1 stays in force" in daemon.reload()
        assert not session.message(GOOD, [OUTSIDE, INSIDE]).refused
        daemon.write_policy("policy", example("recipients-safe"))
        assert "generation 2 in force" in daemon.reload()
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        assert list(session.message(GOOD, [OUTSIDE, INSIDE]).refused) == [OUTSIDE]
    assert sorted(len(message["rcpt_to"]) for message in endpoint.wait(3)) == [1, 2, 2]


def test_login_and_tls(start, relay, endpoint):
    """STARTTLS in the middle of the session is seen: aws:SecureTransport."""
    daemon = start(policy=example("sender").replace('"StringNotLike"', '"Bool"').replace("ses:FromAddress", "aws:SecureTransport")
                   .replace('"no-reply@example.net"', '"false"'))
    postfix = relay(daemon, sasl_users={"alice": "pw"})
    with Smtp(postfix.port) as session:
        assert session.message(GOOD, [INSIDE]).stage == "MAIL"
        session.starttls()
        assert session.auth("alice", "pw").ok
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(1)) == 1


DENY_BLOCKED = {"Version": "2012-10-17", "Statement": [{
    "Sid": "NoBlocked", "Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail",
    "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
    "Condition": {"ForAnyValue:StringLike": {"ses:Recipients": "*@blocked.test"}}}]}


@pytest.mark.parametrize("argument", ["eve%blocked.test@relay.test", "blocked.test!eve@relay.test", '"eve@blocked.test"@relay.test',
                                      "eve%blocked.test@[127.0.0.1]"])
def test_routed_recipient(start, relay, endpoint, argument):
    """Postfix sends what is routed through a domain of its own on to the inner address: no way around a policy."""
    postfix = relay(start(blocked=DENY_BLOCKED), extra={"mydestination": "relay.test, localhost"})
    with Smtp(postfix.port, address=INSIDE_NETWORK) as session:
        assert session.message(GOOD, ["ann@example.org"]).stage == ""
        assert session.message(GOOD, ["eve@blocked.test"]).refused
        session.message(GOOD, ["ann@example.org", argument])
    messages = endpoint.wait(2)
    assert all(recipient == "ann@example.org" for message in messages for recipient in message["rcpt_to"]), messages
