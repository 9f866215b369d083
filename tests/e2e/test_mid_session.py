# SPDX-License-Identifier: BSD-2-Clause
"""What the client is changes in the middle of a session: TLS begins, it logs in, it is another one (XCLIENT)."""
import smtplib
import ssl

import pytest

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
NEAR, FAR = "172.31.5.6", "203.0.113.9"
# Denied to who does not use TLS.
TLS_ONLY = (example("sender").replace('"StringNotLike"', '"Bool"').replace("ses:FromAddress", "aws:SecureTransport")
            .replace('"no-reply@example.net"', '"false"'))


def test_tls(start, relay, endpoint):
    """It counts from STARTTLS to the end of the session, and for this session alone."""
    postfix = relay(start(tls=TLS_ONLY))
    with Smtp(postfix.port) as secured, Smtp(postfix.port) as plain:
        assert secured.message(GOOD, [INSIDE]).stage == "MAIL"
        secured.starttls()
        for _ in range(2):
            assert secured.message(GOOD, [INSIDE]).stage == ""
            assert plain.message(GOOD, [INSIDE]).stage == "MAIL"
        assert secured.say("RSET").ok and secured.say("EHLO again.example").ok
        assert secured.message(GOOD, [INSIDE]).stage == ""
    with Smtp(postfix.port) as later:
        assert later.message(GOOD, [INSIDE]).stage == "MAIL"
    assert len(endpoint.wait(3)) == 3


def test_message_before_tls_is_forgotten(start, relay):
    postfix = relay(start(recipients=example("recipients")))
    with Smtp(postfix.port) as session:
        session.say(f"MAIL FROM:<{GOOD}>")
        session.say(f"RCPT TO:<{INSIDE}>")
        session.say("RSET")
        session.starttls()
        assert session.message(GOOD, [OUTSIDE]).stage == "DATA"
        assert session.message(GOOD, [INSIDE]).stage == ""


def record(daemon, mark: int) -> dict[str, str]:
    """The next decision in the log, up to the reply."""
    line = daemon.wait_line(r" decision=", mark)
    return dict(word.split("=", 1) for word in line.partition(" reply=")[0].split() if "=" in word)


def test_login(start, relay):
    """Nobody, then somebody: as Postfix tells it of SASL, with its realm, and of XCLIENT, bare. Nothing stays for the next."""
    daemon = start(sender=example("sender"))
    postfix = relay(daemon, sasl_users={"billing": "pw", "alice": "other"})

    def login_in_record(session: Smtp) -> str:
        mark = daemon.mark()
        assert session.message(BAD, [INSIDE]).stage == "MAIL"
        return record(daemon, mark).get("login", "")

    with Smtp(postfix.port) as one, Smtp(postfix.port) as other:
        assert login_in_record(one) == ""
        assert one.auth("billing", "wrong").code == 535
        assert login_in_record(one) == ""
        assert one.auth("billing", "pw").ok
        assert login_in_record(one) == "billing@relay.test"
        assert login_in_record(other) == ""
        other.starttls()
        assert other.auth("alice", "other").ok
        assert [login_in_record(session) for session in (other, one)] == ["alice@relay.test", "billing@relay.test"]
        # TLS that begins after the login ends it (RFC 3207, 4.2).
        one.starttls()
        assert login_in_record(one) == ""
    with Smtp(postfix.port, login="carol") as session:
        assert login_in_record(session) == "carol"
        assert session.xclient(login="dave").code == 220
        assert login_in_record(session) == "dave"
        assert session.xclient(address=NEAR).code == 220
        assert login_in_record(session) == ""
    with Smtp(postfix.port) as session:
        # What a client says of itself with MAIL is no login.
        mark = daemon.mark()
        assert session.say(f"MAIL FROM:<{BAD}> AUTH=billing@relay.test").code == 550
        assert "login" not in record(daemon, mark)


def test_by_smtplib(start, relay, endpoint):
    """As a program in Python does it: TLS that is verified, login, a refusal as an exception."""
    daemon = start(sender=example("sender"), tls=TLS_ONLY)
    postfix = relay(daemon, sasl_users={"billing": "pw"})
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=60) as client:
        client.starttls(context=ssl.create_default_context(cafile=postfix.certificate))
        client.login("billing", "pw")
        mark = daemon.mark()
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            client.sendmail(BAD, [INSIDE], "Subject: no\r\n\r\nhello\r\n")
        assert refusal.value.smtp_code == 550 and b"policy sender" in refusal.value.smtp_error
        assert record(daemon, mark)["login"] == "billing@relay.test"
        assert client.sendmail(GOOD, [INSIDE], f"From: {GOOD}\r\nSubject: yes\r\n\r\nhello\r\n") == {}
    assert len(endpoint.wait(1)) == 1


def test_xclient(start, relay, endpoint):
    """The client becomes another one, there and back; a message that is on its way keeps the one it began with."""
    postfix = relay(start(network=example("network"), recipients=example("recipients")))
    with Smtp(postfix.port) as session:
        assert session.message(GOOD, [INSIDE]).stage == "MAIL"
        for _ in range(3):
            assert session.xclient(NEAR).code == 220
            assert session.message(GOOD, [INSIDE]).stage == ""
            assert session.message(GOOD, [OUTSIDE]).stage == "DATA"
            assert session.xclient(FAR).code == 220
            assert session.message(GOOD, [INSIDE]).stage == "MAIL"
        assert session.xclient(NEAR).code == 220
        assert session.say(f"MAIL FROM:<{GOOD}>").ok and session.say(f"RCPT TO:<{INSIDE}>").ok
        assert session.xclient(FAR).code == 503
        assert session.say("DATA").code == 354
        assert session.say(f"From: {GOOD}\r\n\r\nhello\r\n.").ok
    assert len(endpoint.wait(4)) == 4
