# SPDX-License-Identifier: BSD-2-Clause
"""
Each condition key that a relay can know, through real Postfix: a Deny on it, a message that passes, one that does not.

What is refused by its headers is refused after the dot: Postfix shows them no earlier.
"""
import dataclasses

import pytest

from lib.smtp import Sent, Smtp

ACCOUNT, REGION = "123456789012", "us-west-2"
USER = f"arn:aws:iam::{ACCOUNT}:user/"
A, B = "a@example.net", "b@example.net"


@dataclasses.dataclass
class Mail:
    sender: str = A
    recipients: tuple[str, ...] = ("ann@example.org",)
    address: str = "172.31.5.6"
    login: str | None = None
    tls: bool = False
    header_from: str | None = None
    headers: tuple[str, ...] = ()

    def send(self, port: int) -> Sent:
        with Smtp(port, address=self.address, login=self.login) as session:
            if self.tls:
                session.starttls()
            return session.message(self.sender, list(self.recipients), self.header_from, headers=self.headers)


PRINCIPALS = {"principals": [
    {"login": "billing", "arn": USER + "team/billing", "context": {"aws:PrincipalTag/team": "money", "aws:userid": "AIDAB"}},
    {"login": "batch", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/batch/night"},
    {"arn": USER + "else", "context": {"aws:userid": "AIDAE"}}]}
NETWORKS = {"networks": [
    {"network": "10.0.0.0/8", "context": {"aws:SourceVpc": "vpc-10", "aws:SourceVpce": "vpce-10", "aws:VpcSourceIp": "10.9.9.9"}},
    {"network": "0.0.0.0/0", "context": {"aws:SourceVpc": "vpc-0"}}]}
BILLING, BATCH, TEN = Mail(login="billing"), Mail(login="batch"), Mail(address="10.1.2.3")

# name, the Deny's condition, settings, a message that passes, one that does not, where
ROWS = [
    ("ses:FromAddress, envelope", {"StringNotEquals": {"ses:FromAddress": A}}, {}, Mail(), Mail(sender=B), "MAIL"),
    ("ses:FromAddress, header", {"StringNotEquals": {"ses:FromAddress": A}}, {}, Mail(), Mail(header_from=f"Bob <{B}>"), "EOM"),
    ("ses:FromAddress, one of several", {"StringNotEquals": {"ses:FromAddress": A}}, {}, Mail(header_from=f"{A}, Ann <{A}>"),
     Mail(header_from=f"{A}, {B}"), "EOM"),
    ("ses:FromAddress, header only", {"StringNotEquals": {"ses:FromAddress": A}}, {"from_address": "header"}, Mail(sender=B, header_from=A),
     Mail(header_from=B), "EOM"),
    ("ses:FromAddress, envelope only", {"StringNotEquals": {"ses:FromAddress": A}}, {"from_address": "envelope"}, Mail(header_from=B),
     Mail(sender=B, header_from=A), "MAIL"),
    ("ses:FromDisplayName", {"StringNotLike": {"ses:FromDisplayName": "Sales*"}}, {}, Mail(header_from=f"Sales Team <{A}>"),
     Mail(header_from=f"Boss <{A}>"), "EOM"),
    ("ses:FromDisplayName, encoded", {"StringEquals": {"ses:FromDisplayName": "Jörg"}}, {}, Mail(header_from=f"Joerg <{A}>"),
     Mail(header_from=f"=?iso-8859-1?q?J=F6rg?= <{A}>"), "EOM"),
    ("ses:FromDisplayName, none", {"Null": {"ses:FromDisplayName": "true"}}, {}, Mail(header_from=f"Ann <{A}>"), Mail(header_from=A), "EOM"),
    ("ses:FeedbackAddress", {"StringNotEquals": {"ses:FeedbackAddress": A}}, {}, Mail(header_from=B), Mail(sender=B, header_from=A), "EOM"),
    ("ses:Recipients", {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}, {}, Mail(), Mail(recipients=("eve@evil.test",)), "RCPT"),
    ("ses:ApiVersion", {"StringNotEquals": {"ses:ApiVersion": "1"}, "StringEquals": {"ses:FromAddress": B}}, {}, Mail(), Mail(sender=B), "MAIL"),
    ("aws:SourceIp", {"NotIpAddress": {"aws:SourceIp": "172.31.0.0/16"}}, {}, Mail(), TEN, "MAIL"),
    ("aws:SourceIp, IPv6", {"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, {}, Mail(), Mail(address="2001:db8::9"), "MAIL"),
    ("aws:CurrentTime", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00Z"}, "StringEquals": {"ses:FromAddress": B}}, {}, Mail(),
     Mail(sender=B), "MAIL"),
    ("aws:EpochTime", {"NumericGreaterThan": {"aws:EpochTime": "1577836800"}, "StringEquals": {"ses:FromAddress": B}}, {}, Mail(),
     Mail(sender=B), "MAIL"),
    ("aws:SecureTransport", {"Bool": {"aws:SecureTransport": "false"}}, {}, Mail(tls=True), Mail(), "MAIL"),
    ("aws:PrincipalArn", {"ArnEquals": {"aws:PrincipalArn": USER + "team/*"}}, PRINCIPALS, Mail(), BILLING, "MAIL"),
    ("aws:PrincipalArn of a session", {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/batch"}}, PRINCIPALS, Mail(), BATCH, "MAIL"),
    ("aws:PrincipalAccount", {"StringEquals": {"aws:PrincipalAccount": ACCOUNT, "aws:username": "billing"}}, PRINCIPALS, Mail(), BILLING, "MAIL"),
    ("aws:PrincipalType", {"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, PRINCIPALS, BILLING, BATCH, "MAIL"),
    ("aws:username", {"StringNotEquals": {"aws:username": "billing"}}, PRINCIPALS, BILLING, Mail(), "MAIL"),
    ("aws:username of a role", {"Null": {"aws:username": "true"}}, PRINCIPALS, BILLING, BATCH, "MAIL"),
    ("aws:userid", {"StringEquals": {"aws:userid": "AIDAE"}}, PRINCIPALS, BILLING, Mail(), "MAIL"),
    ("aws:PrincipalTag", {"StringEquals": {"aws:PrincipalTag/team": "money"}}, PRINCIPALS, Mail(), BILLING, "MAIL"),
    ("aws:PrincipalOrgID", {"StringEquals": {"aws:PrincipalOrgID": "o-1", "ses:FromAddress": B}}, {"context": {"aws:PrincipalOrgID": "o-1"}},
     Mail(), Mail(sender=B), "MAIL"),
    ("aws:UserAgent", {"StringEquals": {"aws:UserAgent": "relay", "ses:FromAddress": B}}, {"context": {"aws:UserAgent": "relay"}},
     Mail(), Mail(sender=B), "MAIL"),
    ("aws:RequestedRegion", {"StringEquals": {"aws:RequestedRegion": REGION, "ses:FromAddress": B}}, {}, Mail(), Mail(sender=B), "MAIL"),
    ("aws:ResourceAccount", {"StringEquals": {"aws:ResourceAccount": ACCOUNT, "ses:FromAddress": B}}, {}, Mail(), Mail(sender=B), "MAIL"),
    ("aws:SourceVpc", {"StringEquals": {"aws:SourceVpc": "vpc-10"}}, NETWORKS, Mail(), TEN, "MAIL"),
    ("aws:SourceVpce", {"Null": {"aws:SourceVpce": "false"}}, NETWORKS, Mail(), TEN, "MAIL"),
    ("aws:VpcSourceIp", {"IpAddress": {"aws:VpcSourceIp": "10.9.0.0/16"}}, NETWORKS, Mail(), TEN, "MAIL"),
    # What an SMTP user of SES never has.
    ("aws:MultiFactorAuthPresent", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}, "StringEquals": {"ses:FromAddress": B}}, {},
     Mail(), Mail(sender=B), "MAIL"),
    ("aws:SourceArn", {"Null": {"aws:SourceArn": "true"}, "StringEquals": {"ses:FromAddress": B}}, {}, Mail(), Mail(sender=B), "MAIL"),
]


@pytest.fixture
def world(start, relay):
    """A daemon and a Postfix that stay; set_up(CONDITION, SETTINGS) puts another policy in force."""
    daemon = start(policy={"Statement": {"Effect": "Allow", "Principal": "*", "Action": "ses:*", "Resource": "*"}},
                   settings={"account": ACCOUNT, "region": REGION})
    before = dict(daemon.settings)
    postfix = relay(daemon)

    def set_up(condition: dict, settings: dict, resource: str = "identity/*") -> None:
        daemon.settings = before | settings
        daemon.write_settings()
        daemon.write_policy("policy", {"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "ses:SendRawEmail", "Condition": condition,
             "Resource": f"arn:aws:ses:{REGION}:{ACCOUNT}:{resource}"}]})
        assert "in force" in daemon.reload()
    return daemon, postfix, set_up


def test_keys(world, endpoint):
    _, postfix, set_up = world
    wrong = []
    for name, condition, settings, good, bad, stage in ROWS:
        set_up(condition, settings)
        passed, refused = good.send(postfix.port), bad.send(postfix.port)
        if passed.stage or refused.stage != stage or not refused.reply.text.startswith("550 5.7.1 Access denied for "):
            wrong.append((name, passed, refused))
    assert not wrong
    # Each that passed has reached SES, and no other.
    assert len(endpoint.wait(len(ROWS))) == len(ROWS)


def test_the_record_names_the_end_of_headers(world):
    daemon, postfix, set_up = world
    set_up({"StringNotEquals": {"ses:FromAddress": A}}, {})
    mark = daemon.mark()
    assert Mail(header_from=B).send(postfix.port).stage == "EOM"
    assert "stage=EOH decision=explicitDeny reason=policy" in daemon.wait_line("stage=", mark)


@pytest.mark.parametrize("header, good", [
    ("ceo@example.net, eve@evil.test", False), ("ceo@example.net eve@evil.test", False), 
    # Postfix has taken the route away before anybody else sees it, SES too.
    ("<@evil.test:ceo@example.net>", True),
    ("ceo@example.net(@evil.test)", True), ('"ceo@example.net"@evil.test', False), ("=?utf-8?q?ceo=40example=2Enet?= <eve@evil.test>", False),
    ("ceo@example.net\r\n\t, eve@evil.test", False), ("team: ceo@example.net, eve@evil.test;", False), ("nobody", False),
    ("ceo@example.net\x01", False), ("Ceo <ceo@EXAMPLE.net>", True), ("=?utf-8?q?ceo=40example=2Enet?=", False),
])
def test_forged_from(world, header, good):
    """Only ceo@example.net may write; no spelling of anybody else passes for him."""
    _, postfix, set_up = world
    set_up({"StringNotEquals": {"ses:FromAddress": "ceo@example.net"}}, {"from_address": "both"}, "*")
    sent = Mail(sender="ceo@example.net", header_from=header).send(postfix.port)
    assert (sent.stage == "") == good, sent
    assert good or sent.reply.text.startswith("550 5.")


def test_second_from_header(world):
    _, postfix, set_up = world
    set_up({"StringNotEquals": {"ses:FromAddress": A}}, {}, "*")
    assert Mail(headers=(f"From: {B}",)).send(postfix.port).stage == "EOM"
    assert Mail(headers=(f"FROM : {B}",)).send(postfix.port).stage == "EOM"


IDENTITY = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.net"


def only_as_itself(user: str) -> dict:
    return {"Sid": user.title(), "Effect": "Deny", "Principal": {"AWS": USER + user}, "Action": "ses:*", "Resource": IDENTITY,
            "Condition": {"StringNotEquals": {"ses:FromAddress": f"{user}@example.net"}}}


def test_two_applications(start, relay):
    """Two SASL logins on one relay, told apart by a policy that names their users: each may send only as itself."""
    daemon = start(settings={"principals": [{"login": "billing@relay.test", "arn": USER + "billing"},
                                            {"login": "shop@relay.test", "arn": USER + "shop"}]},
                   apps={"Version": "2012-10-17", "Statement": [only_as_itself("billing"), only_as_itself("shop")]})
    postfix = relay(daemon, sasl_users={"billing": "pw1", "shop": "pw2"})
    stages = {}
    for user, password in (("billing", "pw1"), ("shop", "pw2")):
        with Smtp(postfix.port) as session:
            session.starttls()
            assert session.auth(user, password).ok
            for sender in ("billing", "shop"):
                stages[user, sender] = session.message(f"{sender}@example.net", ["ann@example.org"]).stage
            # Nor may it write another's name into the header.
            stages[user, "forged"] = session.message(f"{user}@example.net", ["ann@example.org"], "shop@example.net").stage
    assert stages == {("billing", "billing"): "", ("billing", "shop"): "MAIL", ("billing", "forged"): "EOM",
                      ("shop", "billing"): "MAIL", ("shop", "shop"): "", ("shop", "forged"): ""}
    # A login that the client claims itself (MAIL ... AUTH=) is nobody's.
    with Smtp(postfix.port) as session:
        assert session.message("billing@example.net", ["ann@example.org"], parameters=" AUTH=shop@relay.test").stage == ""


def test_every_login_is_a_user(start, relay):
    daemon = start(settings={"principals": [{"login": "*", "arn": USER + "mail/${login}"}]},
                   own={"Version": "2012-10-17", "Statement": [
                       {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": IDENTITY,
                        "Condition": {"StringNotEquals": {"ses:FromAddress": "${aws:username}"}}}]})
    postfix = relay(daemon)
    for login, sender, stage in (("ann@example.net", "ann@example.net", ""), ("ann@example.net", "bob@example.net", "MAIL"),
                                 ("bob@example.net", "bob@example.net", ""), (None, "ann@example.net", "MAIL")):
        assert Mail(sender=sender, login=login).send(postfix.port).stage == stage, (login, sender)
    # What could end or widen an ARN is no name of a user.
    for login in ("ann/x", "*", "a:b"):
        sent = Mail(sender="ann@example.net", login=login).send(postfix.port)
        assert sent.stage == "MAIL" and "can be no principal" in sent.reply.text


def test_policies_of_a_principal(start, relay, folder):
    """With policies of its own a principal needs an Allow: here, or in the identity's policy for the user himself."""
    own = folder / "billing.json"
    own.write_text('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*",'
                   ' "Condition": {"StringEquals": {"ses:FromAddress": "billing@example.net"}}}}')
    daemon = start(settings={"principals": [{"login": "billing", "arn": USER + "billing", "policies": [str(own)]}]},
                   identity={"Version": "2012-10-17", "Statement": [
                       {"Effect": "Allow", "Principal": {"AWS": USER + "billing"}, "Action": "ses:SendRawEmail", "Resource": IDENTITY,
                        "Condition": {"StringEquals": {"ses:FromAddress": "extra@example.net"}}},
                       {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "ses:SendRawEmail", "Resource": IDENTITY,
                        "Condition": {"StringEquals": {"ses:FromAddress": "account@example.net"}}}]})
    postfix = relay(daemon)
    for login, sender, stage in (("billing", "billing@example.net", ""), ("billing", "extra@example.net", ""),
                                 # An Allow to the account delegates, it does not grant.
                                 ("billing", "account@example.net", "MAIL"), ("billing", "other@example.net", "MAIL"),
                                 (None, "other@example.net", "")):
        sent = Mail(sender=sender, login=login).send(postfix.port)
        assert sent.stage == stage, (login, sender, sent)
        assert not stage or "(no policy allows it)" in sent.reply.text


def test_steering_headers(world):
    daemon, postfix, set_up = world
    deny = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    # The set that the message names, and the one that its identity has by default.
    set_up(deny, {"configuration_sets": {"example.net": "quiet"}}, "configuration-set/loud")
    assert Mail().send(postfix.port).stage == ""
    assert Mail(headers=("X-SES-CONFIGURATION-SET: loud",)).send(postfix.port).stage == "EOM"
    assert Mail(headers=("X-SES-CONFIGURATION-SET: mild", "X-SES-CONFIGURATION-SET: loud")).send(postfix.port).stage == ""
    assert "is not the name" in Mail(headers=("X-SES-CONFIGURATION-SET: l*d",)).send(postfix.port).reply.text
    set_up(deny, {"configuration_sets": {"example.net": "loud"}}, "configuration-set/loud")
    assert Mail().send(postfix.port).stage == "EOM"
    assert Mail(headers=("X-SES-CONFIGURATION-SET: mild",)).send(postfix.port).stage == ""
    # An identity that a header names is checked beside the sender's, never in its place.
    other = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"
    set_up(deny, {}, "identity/example.com")
    for name in ("X-SES-SOURCE-ARN", "X-SES-FROM-ARN", "x-ses-return-path-arn"):
        assert Mail().send(postfix.port).stage == ""
        assert Mail(headers=(f"{name}: {other}",)).send(postfix.port).stage == "EOM"
        assert "not the ARN of an identity" in Mail(headers=(f"{name}: {other} x",)).send(postfix.port).reply.text
    set_up(deny, {}, "identity/example.net")
    assert Mail(headers=(f"X-SES-SOURCE-ARN: {other}",)).send(postfix.port).stage == "MAIL"
    set_up(deny, {"ses_headers": "refuse"}, "identity/example.com")
    assert Mail().send(postfix.port).stage == ""
    assert "Header X-SES-CONFIGURATION-SET is not allowed" in Mail(headers=("X-SES-CONFIGURATION-SET: mild",)).send(postfix.port).reply.text


def test_sandbox(world):
    """Recipients must be verified; a policy on a recipient's identity counts; the simulator takes all."""
    _, postfix, set_up = world
    set_up({"StringEquals": {"ses:FromAddress": B}}, {"sandbox": True, "identities": ["example.net", "ann@example.org"]}, "identity/ann@example.org")
    sent = Mail(recipients=("ann@example.org", "eve@example.org", "success+x@simulator.amazonses.com")).send(postfix.port)
    assert sent.stage == "" and list(sent.refused) == ["eve@example.org"]
    assert sent.refused["eve@example.org"].text == (
        "550 5.7.1 Message rejected: Email address is not verified. The following identities failed the check in region "
        "US-WEST-2: eve@example.org id=" + sent.refused["eve@example.org"].text.rpartition("id=")[2])
    sent = Mail(sender=B, recipients=("ann@example.org", "c@example.net")).send(postfix.port)
    assert sent.stage == "" and sent.taken == ["c@example.net"]


def test_unknown_identity(world):
    _, postfix, set_up = world
    set_up({"StringEquals": {"ses:FromAddress": B}}, {"unknown_identity": "reject", "identities": ["example.net"]})
    assert Mail(sender="x@mail.example.net").send(postfix.port).stage == ""
    for mail, stage in ((Mail(sender="x@example.com"), "MAIL"), (Mail(header_from="x@example.com"), "EOM"),
                        (Mail(headers=("Sender: x@example.com",)), "EOM")):
        sent = mail.send(postfix.port)
        assert sent.stage == stage, sent
        assert "Email address is not verified. The following identities failed the check in region US-WEST-2: x@example.com" in sent.reply.text
