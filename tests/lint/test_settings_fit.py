# SPDX-License-Identifier: BSD-2-Clause
"""Policies against settings: whose connection is meant, and keys that nobody gives. Each claim is tried with a message."""
import json
import pathlib

import pytest

from lib.daemon import Daemon
from lib.tool import lines, run

IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
USER = "arn:aws:iam::123456789012:user/"
RELAY = {"connection": "relay", "egress": ["203.0.113.7"]}
VPC = {"connection": "relay", "egress": "vpc"}
CLIENT = {"connection": "client"}
LAN = {"principals": [{"network": "10.1.0.0/16", "arn": USER + "lan"}, {"refuse": True}]}
LOGINS = {"login_realms": [], "principals": [{"login": "*", "arn": USER + "${login}"}, {"refuse": True}]}
KINDS = {"deny-of-every-message", "allow-of-no-message", "principal-allowed-nothing", "key-not-given", "source-ip-of-no-client",
         "public-ip-address", "private-ip-address-of-relay", "secure-transport-of-client", "egress-private", "endpoint-key-with-egress"}
# What refuses all mail, whatever it is.
ALL, NONE, NOTHING, SAYS = "deny-of-every-message", "allow-of-no-message", "principal-allowed-nothing", "key-not-given"


def statement(effect: str, **condition: dict) -> dict:
    return {"Effect": effect, "Action": "ses:SendRawEmail", "Resource": "*", "Condition": condition}


def deny(**condition: dict) -> list[dict]:
    return [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*"}, statement("Deny", **condition)]


def allow(**condition: dict) -> list[dict]:
    return [statement("Allow", **condition)]


def site(folder: pathlib.Path, statements: list[dict], settings: dict) -> pathlib.Path:
    """A user's policy, and another policy that refuses nothing here."""
    (folder / "user.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    (folder / "quiet.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "ses:SendEmail", "Resource": IDENTITY}]}))
    text = {"policies": [str(folder / "quiet.json")], "account": "123456789012", "region": "us-east-1", "identities": ["example.com"],
            "principals": [{"arn": USER + "u"}]} | settings
    for entry in text["principals"]:
        if "arn" in entry:
            entry |= {"policies": [str(folder / "user.json")]}
    path = folder / "milter.json"
    path.write_text(json.dumps(text))
    return path


def found(path: pathlib.Path) -> list[dict]:
    return [one for one in lines(run("lint", "--json", "--settings", path).stdout) if one["id"] in KINDS]


def is_refused(path: pathlib.Path, *options: str) -> bool:
    done = run("eval", "--settings", path, "--sender", "a@example.com", "--recipient", "b@gmail.test", "--client", "10.1.2.3", *options)
    assert done.returncode in (0, 1), done
    return done.returncode == 1


ENDPOINT = {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
GIVEN = {"context": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
PIN = {"NotIpAddress": {"aws:SourceIp": ["203.0.113.7", "203.0.113.8"]}}
ROWS = [
    # A negated Deny on a key that nobody gives.
    ("endpoint", deny(**ENDPOINT), {}, [ALL]),
    ("endpoint given", deny(**ENDPOINT), GIVEN, []),
    ("endpoint given, vpc", deny(**ENDPOINT), VPC | GIVEN, []),
    ("another endpoint given", deny(**ENDPOINT), {"context": {"aws:SourceVpce": "vpce-ffffffff"}}, [ALL]),
    ("endpoint in another case of letters", deny(StringNotEquals={"AWS:sourcevpce": "vpce-1a2b3c4d"}), GIVEN, []),
    ("organization", deny(StringNotEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}), {}, [ALL]),
    ("user agent", deny(StringNotLike={"aws:UserAgent": "aws-cli*"}), {}, [ALL]),
    ("IfExists", deny(StringNotEqualsIfExists={"aws:SourceVpce": "vpce-1a2b3c4d"}), {}, [ALL]),
    ("IfExists, plain", deny(StringEqualsIfExists={"aws:SourceVpce": "vpce-1a2b3c4d"}), {}, [ALL]),
    ("Null", deny(Null={"aws:SourceVpce": "true"}), {}, [ALL]),
    ("Null, the other way", deny(Null={"aws:SourceVpce": "false"}), {}, []),
    ("ForAllValues", deny(**{"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1/*"}}), {}, [ALL]),
    ("ForAnyValue", deny(**{"ForAnyValue:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1/*"}}), {}, [SAYS]),
    ("MFA", deny(BoolIfExists={"aws:MultiFactorAuthPresent": "false"}), {}, [ALL]),
    ("a tag", deny(StringNotEquals={"aws:PrincipalTag/team": "mail"}), {}, [ALL]),
    ("a tag that a principal has", deny(StringNotEquals={"aws:PrincipalTag/team": "mail"}),
     {"principals": [{"arn": USER + "u", "context": {"aws:PrincipalTag/team": "mail"}}]}, []),
    ("a key that a network has", deny(**ENDPOINT), {"networks": [{"network": "10.0.0.0/8", "context": {"aws:SourceVpce": "vpce-1a2b3c4d"}}]}, []),
    ("variable of a tag", deny(StringNotLike={"ses:FromAddress": "${aws:PrincipalTag/box}@example.com"}), {}, [ALL]),
    ("variable with a default", deny(StringNotLike={"ses:FromAddress": "${aws:PrincipalTag/box, 'a'}@example.com"}), {}, []),
    ("variable beside a value", deny(StringNotLike={"ses:FromAddress": ["${aws:PrincipalTag/box}@example.com", "a@example.com"]}), {}, []),
    ("variable in an Allow", allow(StringLike={"ses:FromAddress": "${aws:PrincipalTag/box}@example.com"}), {}, [NONE, NOTHING]),
    ("tenant", deny(StringNotEquals={"ses:TenantName": "t1"}), {}, [ALL]),
    ("one tenant", deny(StringEquals={"ses:TenantName": "t1"}), {}, []),
    ("another Region", deny(StringNotEquals={"aws:RequestedRegion": "eu-west-1"}), {}, [ALL]),
    ("the Region", deny(StringNotEquals={"aws:RequestedRegion": "us-east-1"}), {}, []),
    # What does not exist is an error of its own; a key of another service does.
    ("a key of another service", deny(StringNotEquals={"s3:prefix": "x"}), {}, [ALL]),
    # With other conditions: not every message.
    ("with a sender", deny(StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}, StringLike={"ses:FromAddress": "x@*"}), {}, [SAYS]),
    ("a Deny that needs it", deny(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}), {}, [SAYS]),
    # An Allow on it.
    ("an Allow", allow(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}), {}, [NONE, NOTHING]),
    ("an Allow, given", allow(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}), GIVEN, []),
    ("an Allow beside another", allow(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}) + allow(StringLike={"ses:FromAddress": "a@*"}), {}, [NONE]),
    # Of the relay's addresses.
    ("pinned", deny(**PIN), RELAY, []),
    ("pinned elsewhere", deny(**PIN), {"connection": "relay", "egress": ["198.51.100.1"]}, [ALL]),
    ("pinned, one elsewhere", deny(**PIN), {"connection": "relay", "egress": ["203.0.113.7", "198.51.100.1"]}, [ALL]),
    ("pinned, endpoint", deny(**PIN), VPC, [ALL]),
    ("allowed from", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}), RELAY, []),
    ("allowed from one", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}), {"connection": "relay", "egress": ["203.0.113.7", "203.0.113.8"]}, [NOTHING]),
    ("allowed from each by another Allow", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}) + allow(IpAddress={"aws:SourceIp": "203.0.113.8"}),
     {"connection": "relay", "egress": ["203.0.113.7", "203.0.113.8"]}, []),
    ("allowed from elsewhere", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}), {"connection": "relay", "egress": ["203.0.113.8"]}, [NONE, NOTHING]),
    ("allowed from, endpoint", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}), VPC, [NONE, NOTHING]),
]


@pytest.mark.parametrize("name, statements, settings, want", ROWS, ids=[row[0] for row in ROWS])
def test_keys_that_the_settings_decide(folder, name, statements, settings, want):
    path = site(folder, statements, settings)
    got = found(path)
    assert sorted(one["id"] for one in got) == sorted(want), got
    certain = {ALL, NOTHING} & set(want)
    # What is said of all mail is so of a usual message; where nothing is said, one goes out that fits.
    assert is_refused(path) == bool(certain)
    severity = {one["id"]: one["severity"] for one in got}
    assert all(severity[id] == "error" for id in certain) and all(severity[id] == "warning" for id in {NONE, SAYS} & set(want))
    # The check of the daemon shows it.
    checked = Daemon(folder).command("--settings", str(path), "--check")
    assert checked.returncode == 0
    told = [line for line in checked.stderr.splitlines() if f"{path.parent}/user.json:" in line]
    assert [line.partition(": error: ")[2] or line.partition(": warning: ")[2] for line in told] == [one["message"] for one in got]


def test_the_words(folder):
    path = site(folder, deny(**ENDPOINT), {})
    [one] = found(path)
    assert one["message"] == (
        "your settings do not give aws:SourceVpce: this Deny refuses every message; if the relay reaches SES through a VPC endpoint, "
        'write "connection": "relay", "egress": "vpc" and "context": {"aws:SourceVpce": "vpce-1a2b3c4d"}')
    # Doing what it says helps.
    path = site(folder, deny(**ENDPOINT), {"connection": "relay", "egress": "vpc", "context": {"aws:SourceVpce": "vpce-1a2b3c4d"}})
    assert not found(path) and not is_refused(path)


def test_a_misspelt_key_is_told_once(folder):
    path = site(folder, deny(StringNotLike={"ses:FromAdress": "*@example.com"}), {})
    assert not found(path) and is_refused(path)
    assert 'did you mean "ses:FromAddress"?' in run("lint", "--settings", path).stdout


def test_without_settings_nothing_is_certain(folder):
    site(folder, deny(**ENDPOINT), {})
    assert not KINDS & {one["id"] for one in lines(run("lint", "--json", folder / "user.json").stdout)}


def test_a_resource_policy_may_allow(folder):
    """Another Allow that may match: it is not certain that nothing goes out."""
    path = site(folder, allow(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}), {})
    (folder / "quiet.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": USER + "u"}, "Action": "ses:SendRawEmail", "Resource": IDENTITY}]}))
    assert [one["id"] for one in found(path)] == [NONE] and not is_refused(path)


@pytest.mark.parametrize("resource, principal, want", [
    (IDENTITY, "*", [ALL]), (IDENTITY, {"AWS": "123456789012"}, [ALL]), (IDENTITY, {"AWS": USER + "u"}, [ALL]),
    (IDENTITY, {"AWS": USER + "somebody-else"}, []), (IDENTITY.replace("us-east-1", "eu-west-1"), "*", []),
    (IDENTITY.replace("123456789012", "111122223333"), "*", []), (IDENTITY, {"Service": "mail.amazonaws.com"}, []),
])
def test_a_deny_of_an_identity(folder, resource, principal, want):
    path = site(folder, allow(), {})
    (folder / "quiet.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": principal, "Action": "ses:SendRawEmail", "Resource": resource, "Condition": ENDPOINT}]}))
    got = found(path)
    assert [one["id"] for one in got] == want and is_refused(path) == bool(want)
    assert all("this Deny refuses every message that it is about" in one["message"] for one in got)


@pytest.mark.parametrize("settings, where", [({"organization": [["LIMIT"]]}, "organization"), ({"organization": [["ALL"], ["ALL", "LIMIT"]]}, "levels"),
                                            ({"principals": [{"arn": USER + "u", "boundary": "LIMIT"}]}, "boundary")], ids=lambda value: str(value)[:12])
def test_boundaries_and_service_control_policies(folder, settings, where):
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    (folder / "all.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [anything]}))
    others = {"Effect": "Deny", "Action": ["iam:*", "s3:*"], "Resource": "*", "Condition": ENDPOINT}
    for condition, want in ((ENDPOINT, [ALL]), (PIN, []), ({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}, [])):
        (folder / "limit.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [
            anything, others, {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}]}))
        text = json.dumps(settings).replace('"LIMIT"', json.dumps(str(folder / "limit.json"))).replace('"ALL"', json.dumps(str(folder / "all.json")))
        path = site(folder, [anything], RELAY | json.loads(text))
        got = found(path)
        assert [one["id"] for one in got] == want and is_refused(path) == bool(want), got
        assert all(one["file"].endswith("limit.json") and one["statement"] == 2 for one in got)


def test_ids_and_tags_may_come_from_iam(folder):
    """An entry without policies of its own, and an account in which users have an id and tags."""
    policies = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": deny(StringNotEquals={"aws:PrincipalTag/team": "mail"})}}
    other = {"PolicyName": "q", "PolicyDocument": {"Version": "2012-10-17", "Statement": deny(**ENDPOINT)}}
    user = {"Path": "/", "UserName": "u", "UserId": "AIDAEXAMPLEEXAMPLEEXA", "Arn": USER + "u", "CreateDate": "2026-01-01T00:00:00+00:00",
            "GroupList": [], "AttachedManagedPolicies": [], "Tags": [{"Key": "team", "Value": "mail"}]}
    for lists, want in (([policies], []), ([policies, other], [ALL])):
        (folder / "iam.json").write_text(json.dumps({"UserDetailList": [user | {"UserPolicyList": lists}], "GroupDetailList": [], "RoleDetailList": [],
                                                     "Policies": []}))
        path = site(folder, [], {})
        settings = json.loads(path.read_text()) | {"iam": str(folder / "iam.json"), "principals": [{"arn": USER + "u"}]}
        path.write_text(json.dumps(settings))
        assert [one["id"] for one in found(path)] == want and is_refused(path) == bool(want)


OFFICE, PRIVATE = {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
CLEAR = {"Bool": {"aws:SecureTransport": "false"}}
FITS = [
    # Public addresses where they are the client's: the office may well have them.
    ("hosts", deny(**PIN), {}, ["public-ip-address"]),
    ("hosts, said", deny(**PIN), CLIENT, []),
    ("hosts, relay", deny(**PIN), RELAY, []),
    ("hosts in an Allow", allow(IpAddress={"aws:SourceIp": "203.0.113.7"}), {}, ["public-ip-address"]),
    ("a network", deny(**OFFICE), {}, []),
    ("hosts and a private network", deny(NotIpAddress={"aws:SourceIp": ["203.0.113.7", "10.0.0.0/8"]}), {}, []),
    ("hosts that a principal has", deny(**PIN), {"principals": [{"network": "203.0.113.0/24", "arn": USER + "u"}, {"refuse": True}]}, []),
    ("hosts that a network has", deny(**PIN), {"networks": [{"network": "203.0.113.7", "context": {"aws:UserAgent": "x"}}]}, []),
    ("all clients are elsewhere", deny(**OFFICE), LAN, ["source-ip-of-no-client"]),
    ("all clients are elsewhere, said", deny(**OFFICE), LAN | CLIENT, ["source-ip-of-no-client"]),
    ("all clients are elsewhere, not closed", deny(**OFFICE), {"principals": LAN["principals"][:1]}, []),
    ("not all clients are elsewhere", deny(**PRIVATE), LAN, []),
    # Private ones, where they are the relay's.
    ("private, client", deny(**PRIVATE), {}, []),
    ("private, relay", deny(**PRIVATE), RELAY, ["deny-of-every-message", "private-ip-address-of-relay"]),
    ("private beside public, relay", deny(NotIpAddress={"aws:SourceIp": ["203.0.113.7", "10.0.0.0/8"]}), RELAY, ["private-ip-address-of-relay"]),
    # TLS.
    ("clear", deny(**CLEAR), {}, ["secure-transport-of-client"]),
    ("clear, said", deny(**CLEAR), CLIENT, []),
    ("clear, relay", deny(**CLEAR), RELAY, []),
    ("clear, all log in", deny(**CLEAR), LOGINS, []),
    ("clear, a network need not", deny(**CLEAR), LAN, ["secure-transport-of-client"]),
    ("an Allow of TLS", allow(Bool={"aws:SecureTransport": "true"}), {}, ["secure-transport-of-client"]),
    # Egress itself.
    ("private egress", deny(**CLEAR), {"connection": "relay", "egress": ["203.0.113.7", "10.1.2.3"]}, ["egress-private"]),
    ("endpoint beside addresses", deny(**CLEAR), RELAY | GIVEN, ["endpoint-key-with-egress"]),
    ("endpoint beside addresses, of a network", deny(**CLEAR), RELAY | {"networks": [{"network": "10.0.0.0/8", "context": {"aws:VpcSourceIp": "10.0.0.1"}}]},
     ["endpoint-key-with-egress"]),
    ("endpoint", deny(**CLEAR), VPC | GIVEN, []),
]


@pytest.mark.parametrize("name, statements, settings, want", FITS, ids=[row[0] for row in FITS])
def test_whose_connection_is_meant(folder, name, statements, settings, want):
    path = site(folder, statements, settings)
    got = found(path)
    assert sorted(one["id"] for one in got) == sorted(want), got
    # Each names the setting to write.
    assert all('"connection"' in one["message"] or '"egress"' in one["message"] for one in got), got
    assert "private-ip-address" not in run("lint", "--json", "--settings", path).stdout.replace("private-ip-address-of-relay", "")


def test_every_kind_of_these_is_tried():
    assert {id for row in [*ROWS, *FITS] for id in row[3]} == KINDS
