# SPDX-License-Identifier: BSD-2-Clause
"""keys and diff."""
import json
import pathlib

import pytest

from lib.tables import MESSAGE_KEYS
from lib.tool import golden, lines, run

EXAMPLES = "contrib/examples"
SENDER, NETWORK, RECIPIENTS, SAFE = (f"{EXAMPLES}/{name}.json" for name in ("sender", "network", "recipients", "recipients-safe"))
GOLDENS = [
    ("keys", 0, ["keys", "--policy", SENDER, "--policy", NETWORK, "--policy", RECIPIENTS]),
    ("keys-json", 0, ["keys", "--policy", SENDER, "--policy", NETWORK, "--policy", RECIPIENTS, "--json"]),
    ("keys-help", 0, ["keys", "--help"]),
    ("diff", 1, ["diff", RECIPIENTS, SAFE]),
    ("diff-all", 1, ["diff", EXAMPLES, SENDER]),
    ("diff-json", 1, ["diff", "--json", SENDER, NETWORK]),
    ("diff-same", 0, ["diff", RECIPIENTS, RECIPIENTS]),
    ("diff-help", 0, ["diff", "--help"]),
    ("help", 0, ["--help"]),
]


@pytest.mark.parametrize("name, status, options", GOLDENS, ids=[row[0] for row in GOLDENS])
def test_golden(name: str, status: int, options: list[str]) -> None:
    done = run(*options)
    assert done.stderr == ""
    assert done.stdout == golden(f"{name}.txt")
    assert done.returncode == status


def document(*, sid: str = "S", effect: str = "Deny", resource: str = "identity/example.net", principal: object = "*",
             action: str = "ses:*", **condition: dict) -> dict:
    statement = {"Sid": sid, "Effect": effect, "Principal": principal, "Action": action,
                 "Resource": f"arn:aws:ses:us-west-2:123456789012:{resource}"}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


LIKE, EACH, ALL = "StringLike", "ForAnyValue:StringLike", "ForAllValues:StringLike"
FROM, RCPT = "ses:FromAddress", "ses:Recipients"
# Two policies that differ, each pair in another way; what the message that shows it must be like.
PAIRS = {
    "address": (document(**{LIKE: {FROM: "a@example.net"}}), document(**{LIKE: {FROM: "b@example.net"}}), None),
    "star": (document(**{LIKE: {FROM: "a*@example.net"}}), document(**{LIKE: {FROM: "a?@example.net"}}), None),
    "subdomain": (document(**{EACH: {RCPT: "*@example.org"}}), document(**{EACH: {RCPT: "*@*.example.org"}}), None),
    "case": (document(StringEquals={FROM: "a@example.net"}), document(StringEqualsIgnoreCase={FROM: "a@example.net"}),
             {"sender": "A@example.net"}),
    "quantifier": (document(**{EACH: {RCPT: "*@evil.test"}}), document(**{ALL: {RCPT: "*@evil.test"}}), None),
    "network": (document(IpAddress={"aws:SourceIp": "10.0.0.0/8"}), document(IpAddress={"aws:SourceIp": "10.0.0.0/9"}),
                {"client": "10.255.255.255"}),
    "network start": (document(IpAddress={"aws:SourceIp": "10.0.0.0/9"}), document(IpAddress={"aws:SourceIp": "10.0.0.1"}), None),
    "network v6": (document(IpAddress={"aws:SourceIp": "2001:db8::/32"}), document(IpAddress={"aws:SourceIp": "2001:db8::/33"}),
                   {"client": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"}),
    "time": (document(DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}),
             document(DateLessThanEquals={"aws:CurrentTime": "2026-01-01T00:00:00Z"}), {"time": "2026-01-01T00:00:00Z"}),
    "seconds": (document(NumericLessThan={"aws:EpochTime": "1767225600"}), document(NumericLessThanEquals={"aws:EpochTime": "1767225600"}),
                {"time": "2026-01-01T00:00:00Z"}),
    "tls": (document(Bool={"aws:SecureTransport": "true"}), document(Bool={"aws:SecureTransport": "false"}), None),
    "name": (document(**{LIKE: {"ses:FromDisplayName": "Boss*"}}), document(**{LIKE: {"ses:FromDisplayName": "Boss"}}),
             {"headers": ['From: "Bossx" <named-nowhere@example.net>']}),
    "feedback": (document(**{LIKE: {"ses:FeedbackAddress": "b@evil.test"}}), document(**{LIKE: {"ses:FeedbackAddress": "c@evil.test"}}), None),
    "tenant": (document(StringEquals={"ses:TenantName": "t1"}), document(StringEquals={"ses:TenantName": "t2"}),
               {"headers": ["X-SES-TENANT: t1"]}),
    "context": (document(StringEquals={"aws:SourceVpc": "vpc-1"}), document(StringEquals={"aws:SourceVpc": "vpc-2"}),
                {"context": "aws:SourceVpc=vpc-1"}),
    "principal": (document(principal={"AWS": "arn:aws:iam::123456789012:user/a"}),
                  document(principal={"AWS": "arn:aws:iam::123456789012:user/b"}), {"principal": "arn:aws:iam::123456789012:user/a"}),
    "account": (document(effect="Allow", principal={"AWS": "123456789012"}),
                document(effect="Deny", principal={"AWS": "123456789012"}), None),
    "identity": (document(), document(resource="identity/other.test"), None),
    "effect": (document(), document(effect="Allow"), None),
    "action": (document(), document(action="ses:SendEmail"), None),
    "configuration set": (document(resource="configuration-set/news"), document(resource="configuration-set/olds"),
                          {"headers": ["X-SES-CONFIGURATION-SET: news"]}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_difference_is_found(folder: pathlib.Path, name: str) -> None:
    old, new, like = PAIRS[name]
    (folder / "old.json").write_text(json.dumps(old))
    (folder / "new.json").write_text(json.dumps(new))
    (folder / "milter.json").write_text(json.dumps({"policies": [str(folder)], "account": "123456789012", "region": "us-west-2",
                                                    "identities": ["example.net"]}))
    done = run("diff", "--settings", folder / "milter.json", "--json", folder / "old.json", folder / "new.json")
    assert done.returncode == 1, done
    found = lines(done.stdout)
    assert all(("allowed" in (one["old"], one["new"])) and one["old"] != one["new"] for one in found)
    if like:
        assert any(like.items() <= one.items() for one in found), found
    # Each message shown is decided so by eval too.
    for one in found:
        if one["context"] or one["principal"]:
            continue
        options = ["--sender", one["sender"], "--client", one["client"], "--time", one["time"], *(["--tls"] if one["tls"] else [])]
        for part in ("recipient", "header"):
            for value in one[part + "s"]:
                options += [f"--{part}", value]
        for which in ("old", "new"):
            assert run("eval", "--settings", folder / "milter.json", "--policy", folder / f"{which}.json", *options).returncode == (0 if one[which] == "allowed" else 1)


def test_every_source_of_values_has_a_pair() -> None:
    """But what the settings alone decide: they are the same for both sets of policies."""
    keys = {key for old, new, _ in PAIRS.values() for one in (old, new) for block in one["Statement"][0].get("Condition", {}).values() for key in block}
    tried = {MESSAGE_KEYS[key].source for key in keys if key in MESSAGE_KEYS}
    assert tried == {key.source for key in MESSAGE_KEYS.values()} - {"SITE", "PRINCIPAL", "RESOURCE"}


SAME = [
    (document(**{LIKE: {FROM: ["a@example.net", "b@example.net"]}}), document(**{LIKE: {FROM: ["b@example.net", "a@example.net"]}})),
    (document(**{LIKE: {FROM: "a@example.net"}}), document(StringEquals={FROM: "a@example.net"})),
    (document(sid="A"), document(sid="B")),
    (document(IpAddress={"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}), document(IpAddress={"aws:SourceIp": "10.0.0.0/8"})),
]


@pytest.mark.parametrize("pair", SAME)
def test_another_spelling_is_no_difference(folder: pathlib.Path, pair: tuple[dict, dict]) -> None:
    for name, one in zip(("old", "new"), pair):
        (folder / f"{name}.json").write_text(json.dumps(one))
    done = run("diff", folder / "old.json", folder / "new.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("options, what", [(["diff", SAFE], "OLD and NEW"), (["diff", SAFE, SAFE, SAFE], "OLD and NEW"),
                                           (["diff", SAFE, "no/such.json"], "no/such.json"), (["keys", "x"], "unexpected argument"),
                                           (["keys", "--policy", "no/such"], "no/such"), (["nonsense"], "no such command"), ([], "Usage")])
def test_could_not(options: list[str], what: str) -> None:
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, "")
    assert what in done.stderr


def test_keys_of_the_settings(folder: pathlib.Path) -> None:
    (folder / "p.json").write_text(json.dumps(document(StringEquals={"aws:SourceVpc": "a", "aws:PrincipalTag/t": "b", "aws:PrincipalOrgID": "c",
                                                                     "aws:PrincipalArn": "d"})))
    (folder / "milter.json").write_text(json.dumps({
        "policies": [str(folder / "p.json")], "context": {"aws:PrincipalOrgID": "o-1"},
        "networks": [{"network": "10.0.0.0/8", "context": {"aws:SourceVpc": "vpc-1"}}],
        "principals": [{"arn": "arn:aws:iam::123456789012:user/x"}]}))
    holds = {one["key"]: (one["stage"], one["holds"]) for one in lines(run("keys", "--settings", folder / "milter.json", "--json").stdout)}
    assert holds == {"aws:SourceVpc": ("MAIL", "vpc-1 (a network)"), "aws:PrincipalOrgID": ("MAIL", "o-1 (context)"),
                     "aws:PrincipalTag/t": ("MAIL", "absent: neither the message nor the settings give it"),
                     "aws:PrincipalArn": ("MAIL", "arn:aws:iam::123456789012:user/x")}
