# SPDX-License-Identifier: BSD-2-Clause
"""The stand-in for SES is as strict as SES: what it would let through that SES refuses, the other tests would not see."""
import base64
import json

import pytest

from lib import fake_ses
from lib.smtp import Smtp

MAIL, RCPT = "MAIL FROM:<a@example.net>", "RCPT TO:<b@example.org>"


@pytest.fixture
def session(endpoint):
    with Smtp(endpoint.port) as one:
        yield one


def test_nothing_without_tls_and_login(session):
    assert session.say(MAIL).text == "530 Must issue a STARTTLS command first"
    assert session.auth(fake_ses.USER, fake_ses.PASSWORD).code == 530
    session.starttls()
    assert session.say(MAIL).text == "530 Authentication required"
    assert session.auth(fake_ses.USER, "wrong").text == "535 Authentication Credentials Invalid"
    assert session.say(MAIL).code == 530
    assert session.auth(fake_ses.USER, fake_ses.PASSWORD).code == 235
    assert session.say(MAIL).code == 250


def test_auth_login(session):
    session.starttls()
    assert session.say("AUTH LOGIN").code == 334
    assert session.say(base64.b64encode(fake_ses.USER.encode()).decode()).code == 334
    assert session.say(base64.b64encode(fake_ses.PASSWORD.encode()).decode()).code == 235


def test_order_and_record(session, endpoint):
    session.starttls()
    session.auth(fake_ses.USER, fake_ses.PASSWORD)
    assert session.say(RCPT).code == 503
    assert session.say("MAIL FROM:<>").text == "501 Invalid MAIL FROM address provided"
    assert session.say("DATA").code == 503
    assert session.message("a@example.net", ["b@example.org", "c@example.org"]).stage == ""
    (message,) = endpoint.wait(1)
    assert (message["mail_from"], message["rcpt_to"], message["user"]) == ("a@example.net", ["b@example.org", "c@example.org"], fake_ses.USER)
    assert json.loads((endpoint.folder / "accepted.jsonl").read_text()) == message


def test_told_to_refuse(session, endpoint):
    """As SES does what the policy forbids: only at the end, which is what the filter is there to spare."""
    session.starttls()
    session.auth(fake_ses.USER, fake_ses.PASSWORD)
    endpoint.replies["EOM"] = "554 Access denied: User `u' is not authorized to perform `ses:SendRawEmail' on resource `r'"
    assert session.message("a@example.net", ["b@example.org"]).reply.code == 554
    del endpoint.replies["EOM"]
    assert session.message("a@example.net", ["b@example.org"]).stage == ""
    assert len(endpoint.accepted) == 1
