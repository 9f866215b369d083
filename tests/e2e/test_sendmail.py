# SPDX-License-Identifier: BSD-2-Clause
"""Real Sendmail: who is refused where, in which words, and what SES gets."""
import json

import pytest

from conftest import example
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
CLIENT, STRANGER = "127.0.5.7", "127.0.6.7"  # real addresses: Sendmail has no XCLIENT


def network(*networks: str) -> str:
    return example("network").replace('"172.31.0.0/16"', json.dumps(networks))


@pytest.fixture
def mta(start, sendmail):
    return sendmail(start(sender=example("sender"), recipients=example("recipients"), network=network("127.0.5.0/24")))


def test_several_messages_in_one_session(mta, endpoint):
    with Smtp(mta.port, bind=CLIENT) as session:
        stages = [session.message(sender, recipients).stage for sender, recipients in (
            (GOOD, [INSIDE]), (BAD, [INSIDE]), (GOOD, [OUTSIDE]), (GOOD, [INSIDE, OUTSIDE]), (GOOD, [OUTSIDE]), (GOOD, [INSIDE]))]
    assert stages == ["", "MAIL", "DATA", "", "DATA", ""], mta.log_text()
    messages = endpoint.wait(3)
    assert sorted(sorted(message["rcpt_to"]) for message in messages) == [[INSIDE], [INSIDE], [INSIDE, OUTSIDE]]
    assert all(message["mail_from"] == GOOD and message["tls"] and message["user"] for message in messages)


def test_client_address(mta, endpoint):
    with Smtp(mta.port, bind=STRANGER) as session:
        sent = session.message(GOOD, [INSIDE])
    assert (sent.stage, sent.reply.code) == ("MAIL", 550) and "policy network" in sent.reply.text
    with Smtp(mta.port, bind=CLIENT) as session:
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(1)) == 1


def test_text_of_the_refusal(mta):
    """Sendmail puts the address in front, and would throw away the whole text for a single `%`."""
    with Smtp(mta.port, bind=CLIENT) as session:
        for sender in (BAD, "100%sure%%s@example.net", "%s%n%d@example.net"):
            reply = session.say(f"MAIL FROM:<{sender}>")
            assert reply.text.startswith(f"550 5.7.1 <{sender}>... Access denied for {sender}: "), reply
            assert "(policy sender, statement stmt1721805312724) id=" in reply.text and len(reply.lines) == 1
        assert session.say(f"MAIL FROM:<{GOOD}>").ok
        assert session.say(f"RCPT TO:<{OUTSIDE}>").ok
        reply = session.say("DATA")
        assert reply.text.startswith("550 5.7.1 Access denied") and "(policy recipients, " in reply.text


def test_one_recipient_refused(start, sendmail, endpoint):
    """Each outsider is refused alone, with its own name, and the others go on without it."""
    mta = sendmail(start(recipients=example("recipients-safe")))
    with Smtp(mta.port) as session:
        sent = session.message(GOOD, ["eve%d@evil.test", INSIDE, "mallory@evil.test", "bob@example.org"])
        assert sent.stage == "" and list(sent.refused) == ["eve%d@evil.test", "mallory@evil.test"], sent
        for recipient, reply in sent.refused.items():
            assert reply.text.startswith(f"550 5.7.1 <{recipient}>... Access denied for {recipient}: "), reply
        assert session.message(GOOD, [OUTSIDE]).stage == "RCPT"
    assert [sorted(message["rcpt_to"]) for message in endpoint.wait(1)] == [[INSIDE, "bob@example.org"]]


@pytest.mark.parametrize("reset, stages", [("RSET", ("MAIL", "RCPT", "refused DATA")), ("EHLO again.example", ("MAIL", "RCPT"))],
                         ids=["RSET", "EHLO"])
def test_reset(mta, endpoint, reset, stages):
    """What was named before is forgotten."""
    with Smtp(mta.port, bind=CLIENT) as session:
        for stage in stages:
            assert session.say(f"MAIL FROM:<{GOOD}>").ok
            if stage != "MAIL":
                assert session.say(f"RCPT TO:<{OUTSIDE if stage == 'refused DATA' else INSIDE}>").ok
            if stage == "refused DATA":
                assert session.say("DATA").code == 550
            assert session.say(reset).ok
            assert session.message(GOOD, [OUTSIDE]).stage == "DATA", stage
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(1)) == 1


DENY_NEAR = network("172.31.0.0/16").replace("NotIpAddress", "IpAddress")
DENY_NAMELESS = network().replace('"NotIpAddress"', '"Null"').replace("[]", '"true"')


@pytest.mark.parametrize("policy, refused", [(network("0.0.0.0/0", "::/0"), True), (DENY_NEAR, False), (DENY_NAMELESS, True)],
                         ids=["NotIpAddress", "IpAddress", "Null"])
def test_client_without_address(start, sendmail, endpoint, policy, refused):
    """
    `sendmail -bs`: there is no aws:SourceIp. What denies every address outside a network denies this too, even if the
    network is the whole world; what denies the inside of one does not.
    """
    mta = sendmail(start(network=policy))
    with mta.submission() as session:
        sent = session.message(GOOD, [INSIDE])
    assert (sent.stage, sent.reply.code) == (("MAIL", 550) if refused else ("", 250)), sent
    assert len(endpoint.accepted) == (0 if refused else 1)


def test_submission_is_not_refused_at_rcpt(start, sendmail, endpoint):
    """A local program cannot be told about one recipient: the message is refused whole, later."""
    mta = sendmail(start(recipients=example("recipients-safe")))
    with mta.submission() as session:
        sent = session.message(GOOD, [OUTSIDE, INSIDE])
        assert sent.stage in ("DATA", "EOM") and not sent.refused, sent
        assert sent.reply.code == 550 and "policy recipients" in sent.reply.text, sent
        assert session.message(BAD, [INSIDE]).stage == ""
    assert [(message["mail_from"], message["rcpt_to"]) for message in endpoint.accepted] == [(BAD, [INSIDE])]


def test_daemon_fails(start, sendmail, endpoint):
    """With F=T nothing is relayed unjudged, whenever the daemon goes; once it is back, mail flows."""
    daemon = start(sender=example("sender"))
    mta = sendmail(daemon)
    for before in ([], [f"MAIL FROM:<{GOOD}>"], [f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>"]):
        with Smtp(mta.port) as session:
            for line in before:
                assert session.say(line).ok
            daemon.process.kill()
            daemon.process.wait()
            rest = [f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>", "DATA", "Subject: unjudged\r\n\r\nhello\r\n."][len(before):]
            code = 0
            while code < 400:
                code = session.say(rest.pop(0)).code
            assert code == 451, before
        with Smtp(mta.port) as session:
            assert session.say(f"MAIL FROM:<{GOOD}>").code == 451
        daemon.start()
        with Smtp(mta.port) as session:
            assert session.message(BAD, [INSIDE]).stage == "MAIL"
            assert session.message(GOOD, [INSIDE]).stage == ""
    messages = endpoint.wait(3)
    assert len(messages) == 3 and not any("unjudged" in message["data"] for message in messages)
