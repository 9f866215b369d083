# SPDX-License-Identifier: BSD-2-Clause
"""Policies that speak of the relay's own connection: answers, log, records, and what a replay makes of these."""
import json
import pathlib

import pytest

from lib.daemon import Daemon
from lib.tool import lines, run

IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.net"
USER = "arn:aws:iam::123456789012:user/ses-smtp-user"
SENDER, RECIPIENT = "a@example.net", "ann@example.org"
RELAY = {"connection": "relay", "egress": ["203.0.113.7"]}
TWO = {"connection": "relay", "egress": ["203.0.113.7", "198.51.100.9"]}


def policy(effect: str = "Deny", **condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": [{"Sid": "Pin", "Effect": effect, "Principal": "*", "Action": "ses:SendRawEmail",
            "Resource": IDENTITY, "Condition": condition}]}


PIN = policy(NotIpAddress={"aws:SourceIp": "203.0.113.0/28"})
# Of a user: nothing but mail from the relay's address.
USERS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": "*",
         "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7"}}}]}


def pinned(folder: pathlib.Path, **settings: object) -> dict:
    file = folder / "ses-smtp-user.json"
    file.write_text(json.dumps(USERS))
    return {"principals": [{"arn": USER, "policies": [str(file)]}]} | settings


@pytest.mark.parametrize("settings, refused", [
    ({}, "stage=MAIL"), (RELAY, None), (TWO, "egress=198.51.100.9"), ({"connection": "relay", "egress": "vpc"}, "stage=MAIL"),
    ({"connection": "relay", "egress": ["::ffff:203.0.113.7"]}, None), ({"connection": "relay", "egress": ["2001:db8::7"]}, "egress=2001:db8::7"),
])
@pytest.mark.parametrize("kind", ["deny", "allow"])
def test_credentials_pinned_to_the_relay(start, client, folder, settings, refused, kind):
    """Whatever the client's address is, and whether it uses TLS."""
    nothing = policy(StringEquals={"ses:FromAddress": "nobody@example.net"})
    daemon = start(settings=settings if kind == "deny" else pinned(folder, **settings), pin=PIN if kind == "deny" else nothing)
    for address in ("10.1.2.3", "2001:db8::9", None):
        sent = client(daemon, address).message(SENDER, [RECIPIENT])
        assert sent.stage == ("MAIL" if refused else ""), (address, sent)
        if refused:
            assert refused in daemon.wait_line(refused)
        if refused and "egress" in refused:
            assert f", aws:SourceIp {refused.partition('=')[2]})" in sent.answer.text


def test_tls_is_that_to_ses(start, client):
    daemon = start(settings=RELAY, tls=policy(Bool={"aws:SecureTransport": "false"}))
    assert client(daemon).message(SENDER, [RECIPIENT]).stage == ""


def test_endpoint_keys_come_from_context(start, client):
    endpoint = policy(StringNotEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}, Null={"aws:SourceIp": "true"})
    settings = {"connection": "relay", "egress": "vpc"}
    daemon = start(settings=settings, endpoint=endpoint)
    assert client(daemon).message(SENDER, [RECIPIENT]).stage == "MAIL"
    daemon.settings["context"] = {"aws:SourceVpce": "vpce-1a2b3c4d"}
    daemon.write_settings()
    daemon.reload()
    assert client(daemon).message(SENDER, [RECIPIENT]).stage == ""


def test_principals_and_networks_are_of_the_client(start, client):
    daemon = start(settings=RELAY | {
        "principals": [{"network": "10.9.0.0/16", "refuse": True}, {"arn": USER}],
        "networks": [{"network": "10.1.0.0/16", "context": {"aws:UserAgent": "x"}}]},
        pin=PIN, agent=policy(StringEquals={"aws:UserAgent": "x"}))
    assert [client(daemon, address).message(SENDER, [RECIPIENT]).stage for address in ("10.9.1.1", "10.1.1.1", "10.2.1.1")] == ["MAIL", "MAIL", ""]


@pytest.mark.parametrize("settings", [RELAY, TWO])
def test_records_replay_alike(start, client, folder, settings):
    daemon: Daemon = start(settings=settings | {"records": "RUN/decisions.jsonl"}, pin=PIN,
                           part=policy(**{"IpAddress": {"aws:SourceIp": "203.0.113.7"},
                                          "ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}))
    one = client(daemon, "10.1.2.3")
    for recipients in ([RECIPIENT], ["x@evil.test"], [RECIPIENT, "x@evil.test"]):
        one.message(SENDER, recipients)
    assert daemon.stop() == 0
    file = daemon.run / "decisions.jsonl"
    found = [json.loads(line) for line in file.read_text().splitlines()]
    want = [("RCPT", "203.0.113.7"), ("EOM", None), ("RCPT", "203.0.113.7"), ("EOM", None)] if settings is RELAY else [("MAIL", "198.51.100.9")] * 3
    assert sorted((record["stage"], record["egress"] or "") for record in found) == sorted((stage, egress or "") for stage, egress in want)
    # The address that was recorded is the client's.
    assert {record["client"] for record in found} == {"10.1.2.3"}
    done = run("replay", "--settings", daemon.file, "--policy", daemon.policies, file)
    assert done.returncode == 0 and not done.stderr, done
    other = json.loads(daemon.file.read_text()) | {"egress": ["192.0.2.1"]}
    daemon.file.write_text(json.dumps(other))
    changed = run("replay", "--settings", daemon.file, "--policy", daemon.policies, file, "--json")
    assert changed.returncode == (settings is RELAY), changed


def test_explain_and_keys(folder):
    (folder / "p.json").write_text(json.dumps(PIN))
    (folder / "milter.json").write_text(json.dumps(TWO | {"policies": [str(folder / "p.json")]}))
    command = ["eval", "--settings", folder / "milter.json", "--sender", SENDER, "--recipient", RECIPIENT, "--client", "10.1.2.3"]
    shown = run(*command, "--explain").stdout
    assert f"on {IDENTITY} from 203.0.113.7: allowed" in shown and f"on {IDENTITY} from 198.51.100.9: explicitDeny" in shown
    # The client's address is nowhere.
    assert "10.1.2.3" not in shown
    answer = json.loads(run(*command, "--json", "--explain").stdout)
    assert [one.get("egress") for one in answer["ResourceSpecificResults"]] == TWO["egress"]
    [key] = lines(run("keys", "--settings", folder / "milter.json", "--json").stdout)
    assert (key["key"], key["stage"], key["holds"]) == ("aws:SourceIp", "MAIL", "203.0.113.7, 198.51.100.9 (egress; each must be allowed)")


def test_diff_and_test_follow_the_settings(folder):
    (folder / "p.json").write_text(json.dumps(PIN))
    (folder / "q.json").write_text(json.dumps(policy(NotIpAddress={"aws:SourceIp": "203.0.113.8"})))
    (folder / "milter.json").write_text(json.dumps(RELAY | {"policies": [str(folder / "p.json")]}))
    done = run("diff", "--settings", folder / "milter.json", folder / "p.json", folder / "q.json", "--json")
    assert done.returncode == 1 and lines(done.stdout), done
    assert run("diff", "--settings", folder / "milter.json", folder / "p.json", folder / "p.json").returncode == 0
    tests = folder / "t.test.json"
    tests.write_text(json.dumps({"settings": str(folder / "milter.json"), "tests": [
        {"name": "from the LAN", "sender": SENDER, "recipients": [RECIPIENT], "client": "10.1.2.3", "expect": {"decision": "allowed"}}]}))
    done = run("test", tests)
    assert done.returncode == 0, done
