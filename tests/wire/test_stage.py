# SPDX-License-Identifier: BSD-2-Clause
"""At which stage the answer comes, what is asked of the MTA, and that nothing is lost under a reply not asked for."""
import json

import pytest

from conftest import example
from lib.milter_client import NO, NO_REPLY, MilterClient

GOOD, BAD = "no-reply@example.net", "other@example.net"
INSIDE, OUTSIDE = "ann@example.org", "eve@evil.test"


def policy(condition: dict, effect: str = "Deny", **more: object) -> dict:
    return {"Version": "2012-10-17", "Statement": {"Sid": "s", "Effect": effect, "Principal": "*", "Action": "ses:*",
            "Resource": "arn:aws:ses:us-west-2:123456789012:identity/*", "Condition": condition} | more}


def test_events_that_nothing_needs_are_left_out(start, client):
    one = client(start(settings={"from_address": "envelope"}, sender=example("sender")))
    for event in ("header", "eoh", "body", "unknown"):
        assert not one.wants(event), event
    # A message that was sent is told from one that was taken back; nothing is waited for.
    assert one.wants("data") and not one.replies("data")
    # Only MAIL can refuse.
    assert one.replies("mail")
    assert not one.replies("rcpt")
    assert not one.replies("connect")
    # Only the list of macros is an action that is asked for.
    assert one.actions & ~0x100 == 0


@pytest.mark.parametrize("mode, condition, resource, wanted", [
    ("envelope", {"StringEquals": {"ses:FromAddress": BAD}}, "identity/example.net", False),
    ("both", {"StringEquals": {"ses:FromAddress": BAD}}, "*", True),
    ("header", {"StringEquals": {"ses:FromAddress": BAD}}, "*", True),
    # Whose identity it is depends on the From header.
    ("both", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "identity/example.net", True),
    ("both", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "identity/*", False),
    ("both", {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}, "*", False),
    ("envelope", {"StringEquals": {"ses:FromDisplayName": "Ann"}}, "*", True),
    ("envelope", {"StringEquals": {"ses:FeedbackAddress": BAD}}, "*", True),
    ("envelope", {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "configuration-set/a", False),
    ("envelope", {"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}, "configuration-set/a", True),
])
def test_headers_only_where_they_count(start, client, mode, condition, resource, wanted):
    arn = resource if resource == "*" else f"arn:aws:ses:us-west-2:123456789012:{resource}"
    settings = {"from_address": mode, "account": "123456789012", "region": "us-west-2"}
    one = client(start(settings=settings, a=policy(condition, Resource=arn)))
    assert [one.wants(event) for event in ("header", "eoh")] == [wanted, wanted]
    # A reply to a header says nothing that the end of the headers could not say.
    assert not one.replies("header")


@pytest.mark.parametrize("name, mail, rcpt, data", [
    ("sender", True, False, False),
    ("network", True, False, False),
    ("recipients", False, False, True),
    ("recipients-safe", False, True, False),
])
def test_replies_only_where_a_refusal_can_come(start, client, name, mail, rcpt, data):
    one = client(start(**{name: example(name)}))
    assert one.replies("mail") == mail
    assert one.replies("rcpt") == rcpt
    assert (one.wants("data") and one.replies("data")) == data


@pytest.mark.parametrize("name, sender, recipients, stage", [
    ("sender", BAD, [INSIDE], "MAIL"),
    ("recipients", GOOD, [OUTSIDE, OUTSIDE], "DATA"),
    ("recipients", GOOD, [OUTSIDE, INSIDE], ""),
    ("recipients-safe", GOOD, [OUTSIDE], "RCPT"),
])
def test_stage(start, client, name, sender, recipients, stage):
    assert client(start(**{name: example(name)})).message(sender, recipients).stage == stage


def test_refused_recipient_leaves_the_message(start, client):
    outcome = client(start(recipients=example("recipients-safe"))).message(GOOD, [INSIDE, OUTSIDE, "bob@example.org"])
    assert outcome.stage == ""
    assert outcome.taken == [INSIDE, "bob@example.org"]
    assert list(outcome.refused) == [OUTSIDE]


@pytest.mark.parametrize("address, refused", [
    ("172.31.5.6", False), ("172.30.255.255", True), ("172.32.0.0", True), ("203.0.113.9", True),
    ("::ffff:172.31.5.6", False), ("::ffff:203.0.113.9", True), ("2001:db8::1", True), ("::1", True),
    ("/run/local.sock", True), (None, True),
])
def test_client_address(start, client, address, refused):
    """A client without an address has no aws:SourceIp: NotIpAddress is true then."""
    assert client(start(network=example("network")), address).mail(f"<{GOOD}>").refused == refused


def test_mta_that_cannot_leave_out_replies(start, client):
    """An older MTA offers neither no-reply steps nor DATA: the answers come all the same."""
    daemon = start(sender=example("sender"), recipients=example("recipients-safe"))
    one = client(daemon, steps=0x7F)
    assert one.message(BAD, [INSIDE]).stage == "MAIL"
    assert one.message(GOOD, [OUTSIDE]).stage == "RCPT"
    assert one.message(GOOD, [INSIDE]).stage == ""


def test_mta_without_data(start, client):
    """Where DATA is never told, a refusal of the whole list comes at a later stage."""
    daemon = start(recipients=example("recipients"))
    one = client(daemon, steps=0x7F)
    one.steps |= NO["data"]
    assert one.message(GOOD, [OUTSIDE]).stage in ("HEADER", "EOH", "EOM")
    assert one.message(GOOD, [INSIDE]).stage == ""


def test_refusal_under_no_reply_comes_later(start, client):
    """A session keeps what it negotiated: a policy that refuses earlier speaks at the next stage with a reply."""
    daemon = start(policy=example("recipients"))
    one = client(daemon)
    assert one.steps & NO_REPLY["mail"] and one.steps & NO_REPLY["rcpt"]
    assert one.message(BAD, [INSIDE]).stage == ""
    daemon.write_policy("policy", example("sender"))
    assert "reload: generation" in daemon.reload()
    outcome = one.message(BAD, [INSIDE])
    assert outcome.stage in ("DATA", "EOM") and outcome.answer.code == 550
    daemon.write_policy("policy", example("recipients-safe"))
    assert "reload: generation" in daemon.reload()
    outcome = one.message(GOOD, [INSIDE, OUTSIDE])
    assert outcome.stage in ("DATA", "EOM") and outcome.answer.code == 550
    assert client(daemon).message(GOOD, [OUTSIDE]).stage == "RCPT"


@pytest.mark.parametrize("address, port", [("127.0.0.1", 0), (None, 0)], ids=["Postfix", "Sendmail -bs"])
def test_local_submission_is_not_refused_at_rcpt(start, address, port):
    """The MTA cannot take it there: the mail would be tried for ever."""
    daemon = start(recipients=example("recipients-safe"))
    with MilterClient(daemon.address()) as one:
        one.connect(address, "localhost", port=port)
        one.helo("localhost")
        assert not one.event("mail", GOOD.encode() + b"\0").refused
        assert not one.event("rcpt", OUTSIDE.encode() + b"\0").refused
        answers = [one.data(), one.eom()]
    assert [answer.code for answer in answers if answer.refused][:1] == [550], answers


def test_allow_list(start, client):
    """Deny what is not allowed, in two conditions: pending until the recipients are known."""
    daemon = start(policy=policy({"StringEquals": {"ses:FromAddress": BAD},
                                  "ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}))
    one = client(daemon)
    assert one.message(BAD, [INSIDE]).stage == ""
    assert one.message(GOOD, [OUTSIDE]).stage == ""
    outcome = one.message(BAD, [INSIDE, OUTSIDE])
    assert outcome.taken == [INSIDE] and list(outcome.refused) == [OUTSIDE]


def test_time(start, client):
    daemon = start(policy=json.dumps(policy({"DateGreaterThan": {"aws:CurrentTime": "2000-01-01T00:00:00Z"}})))
    assert client(daemon).mail(f"<{GOOD}>").code == 550
    daemon.write_policy("policy", policy({"DateLessThan": {"aws:CurrentTime": "2000-01-01T00:00:00Z"}}))
    daemon.reload()
    assert not client(daemon).mail(f"<{GOOD}>").refused


def test_a_policy_on_headers_comes_into_force(start, client):
    """A session that was told to show no headers cannot carry mail any more: it is closed, and a new one shows them."""
    daemon = start(settings={"account": "123456789012", "region": "us-west-2"},
                   policy=policy({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Resource="*"))
    old = client(daemon)
    assert not old.wants("header")
    assert old.message(GOOD, [INSIDE], (("From", BAD),)).stage == ""
    daemon.write_policy("policy", policy({"StringEquals": {"ses:FromAddress": BAD}}))
    assert "in force" in daemon.reload()
    outcome = old.message(GOOD, [INSIDE], (("From", BAD),))
    assert outcome.answer.text.startswith("421 4.3.2 Policies have changed"), outcome
    new = client(daemon)
    assert new.message(GOOD, [INSIDE], (("From", BAD),)).stage == "EOH"
    assert new.message(GOOD, [INSIDE], (("From", GOOD),)).stage == ""
    # And back: headers that nobody needs any more do no harm.
    daemon.write_policy("policy", policy({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Resource="*"))
    assert "in force" in daemon.reload()
    assert new.message(GOOD, [INSIDE], (("From", BAD),)).stage == ""
    assert not client(daemon).wants("header")
