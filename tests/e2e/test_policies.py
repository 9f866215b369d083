# SPDX-License-Identifier: BSD-2-Clause
"""
The three example policies through real Postfix: who is refused where, and what SES gets.

Expectations are thought through by hand. A Deny needs every condition: StringNotLike on the sender and NotIpAddress on the
client are certain at MAIL; ForAllValues:StringNotLike is true only when every recipient is outside, which is certain at DATA.
"""
import itertools
import json

import pytest

from conftest import example
from lib.smtp import Smtp

NAMES = ("sender", "recipients", "network")
SENDERS = {"no-reply@example.net": True, "other@example.net": False}
RECIPIENTS = {"inside": ["ann@example.org", "bob@example.org"], "outside": ["eve@evil.test", "mallory@evil.test"],
              "mixed": ["ann@example.org", "eve@evil.test"]}
# client and whether it is in 172.31.0.0/16; the last is ::ffff:172.31.9.9
CLIENTS = {"172.31.5.6": True, "172.30.255.255": False, "203.0.113.9": False, "2001:db8::9": False, "::ffff:172.31.9.9": True,
           "::ffff:203.0.113.9": False}


def expected(policies: tuple[str, ...], sender: str, recipients: str, client: str) -> str:
    if "sender" in policies and not SENDERS[sender]:
        return "MAIL"
    if "network" in policies and not CLIENTS[client]:
        return "MAIL"
    if "recipients" in policies and recipients == "outside":
        return "DATA"
    return ""


@pytest.mark.parametrize("policies", [(name,) for name in NAMES] + [NAMES], ids="+".join)
def test_table(start, relay, endpoint, policies):
    daemon = start(**{name: example(name) for name in policies})
    postfix = relay(daemon)
    relayed = []
    for sender, recipients, client in itertools.product(SENDERS, RECIPIENTS, CLIENTS):
        want = expected(policies, sender, recipients, client)
        with Smtp(postfix.port, address=client) as session:
            sent = session.message(sender, RECIPIENTS[recipients])
        row = (sender, recipients, client)
        assert sent.stage == want, (row, sent)
        if want:
            assert sent.reply.text.startswith("550 5.7.1 "), (row, sent)
        else:
            assert not sent.refused and sent.taken == RECIPIENTS[recipients], (row, sent)
            relayed.append((sender, tuple(sorted(RECIPIENTS[recipients]))))
    messages = endpoint.wait(len(relayed))
    assert sorted((message["mail_from"], tuple(sorted(message["rcpt_to"]))) for message in messages) == sorted(relayed)
    assert all(message["tls"] and message["user"] for message in messages)


def test_safer_recipients(start, relay, endpoint):
    """ForAnyValue: each outsider is refused alone, the others go on without it."""
    postfix = relay(start(recipients=example("recipients-safe")))
    with Smtp(postfix.port, address="172.31.5.6") as session:
        sent = session.message("no-reply@example.net", ["eve@evil.test", "ann@example.org", "mallory@evil.test", "bob@example.org"])
        assert sent.stage == "" and sorted(sent.refused) == ["eve@evil.test", "mallory@evil.test"]
        assert all(reply.text.startswith("550 5.7.1 ") for reply in sent.refused.values())
        assert session.message("no-reply@example.net", ["eve@evil.test"]).stage == "RCPT"
    assert [message["rcpt_to"] for message in endpoint.wait(1)] == [["ann@example.org", "bob@example.org"]]


def test_credentials_pinned_to_the_relay(start, relay, endpoint, folder):
    """SMTP credentials that may be used from the relay's public address alone: who the client is does not matter."""
    user = folder / "ses-smtp-user.json"
    user.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7"}}},
        {"Effect": "Deny", "Action": "ses:SendRawEmail", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}))
    daemon = start(settings={"connection": "relay", "egress": ["203.0.113.7"], "principals": [
        {"arn": "arn:aws:iam::123456789012:user/ses-smtp-user", "policies": [str(user)]}]}, sender=example("sender"))
    postfix = relay(daemon)
    for client in ("172.31.5.6", "203.0.113.9", "2001:db8::9"):
        with Smtp(postfix.port, address=client) as session:
            assert session.message("no-reply@example.net", ["ann@example.org"]).stage == ""
    endpoint.wait(3)
    # The other way out of a second provider is not in the policy.
    daemon.settings["egress"] = ["203.0.113.7", "198.51.100.9"]
    daemon.write_settings()
    daemon.reload()
    with Smtp(postfix.port, address="172.31.5.6") as session:
        sent = session.message("no-reply@example.net", ["ann@example.org"])
    assert sent.stage == "MAIL" and "(no policy allows it, aws:SourceIp 198.51.100.9)" in sent.reply.text
