# SPDX-License-Identifier: BSD-2-Clause
"""eval: one message, decided and explained; held against files, and against the daemon on the wire."""
import json
import pathlib
import random
import re

import pytest

from lib.milter_client import MilterClient
from lib.tool import ROOT, golden, lines, run

COMMAND = "eval"
EXAMPLES = "contrib/examples"
SENDER, NETWORK, RECIPIENTS, SAFE = (f"{EXAMPLES}/{name}.json" for name in ("sender", "network", "recipients", "recipients-safe"))
ALL = ("--policy", SENDER, "--policy", NETWORK, "--policy", RECIPIENTS)
GOOD = ("--sender", "no-reply@example.net", "--client", "172.31.5.6")

# File, exit status, options.
GOLDENS = [
    ("eval-allowed", 0, [*ALL, *GOOD, "--recipient", "a@example.org"]),
    ("eval-explain-allowed", 0, [*ALL, *GOOD, "--recipient", "a@example.org", "--explain"]),
    ("eval-explain-sender", 1, [*ALL, "--sender", "boss@example.net", "--client", "172.31.5.6", "--recipient", "a@example.org",
                                "--explain"]),
    ("eval-explain-network", 1, [*ALL, "--sender", "no-reply@example.net", "--client", "192.0.2.1", "--recipient", "a@example.org",
                                 "--explain"]),
    ("eval-explain-recipients", 1, [*ALL, *GOOD, "--recipient", "x@evil.test", "--explain"]),
    ("eval-explain-one-recipient", 1, ["--policy", SAFE, *GOOD, "--recipient", "x@evil.test", "--recipient", "a@example.org",
                                       "--explain"]),
    ("eval-explain-header", 1, [*ALL, *GOOD, "--recipient", "a@example.org", "--header", "From: Boss <boss@example.net>",
                                "--explain"]),
    ("eval-explain-no-client", 1, ["--policy", NETWORK, "--sender", "no-reply@example.net", "--recipient", "a@example.org",
                                   "--explain"]),
    ("eval-bad-address", 1, ["--policy", SAFE, "--sender", "no-reply", "--recipient", "a@example.org", "--explain"]),
    ("eval-json", 1, [*ALL, *GOOD, "--recipient", "x@evil.test", "--json"]),
    ("eval-json-explain", 1, ["--policy", SAFE, *GOOD, "--recipient", "x@evil.test", "--recipient", "a@example.org", "--json",
                              "--explain"]),
    ("eval-help", 0, ["--help"]),
]


@pytest.mark.parametrize("name, status, options", GOLDENS, ids=[row[0] for row in GOLDENS])
def test_golden(name: str, status: int, options: list[str]) -> None:
    done = run(COMMAND, *options)
    assert done.stderr == ""
    assert done.stdout == golden(f"{name}.txt")
    assert done.returncode == status


def test_readme_shows_what_is_printed() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = "".join(f"    {line}\n" if line else "\n" for line in golden("eval-explain-recipients.txt").splitlines())
    assert shown in readme


@pytest.mark.parametrize("options, what", [
    (["--policy", SAFE, "--sender", "a@example.net"], "at least one --recipient"),
    (["--policy", "no/such/file.json", "--sender", "a@example.net", "--recipient", "b@example.org"], "no/such/file.json"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--time", "soon"], "--time soon"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--client", "300.1.1.1"], "--client 300.1.1.1"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--header", "no colon"], "--header no colon"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--message", "no/such.eml"], "--message no/such.eml"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--context", "x"], "--context KEY=VALUE"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--context", "ses:FromAddress=x"], "--context ses:FromAddress=x"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "--nonsense"], "nonsense"),
    (["--policy", SAFE, *GOOD, "--recipient", "a@example.org", "extra"], "`extra`"),
    (["--settings", "no/such.json", *GOOD, "--recipient", "a@example.org"], "no/such.json"),
])
def test_could_not(options: list[str], what: str) -> None:
    done = run(COMMAND, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert what in done.stderr


def test_raw_input_may_be_empty() -> None:
    done = run("eval", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


DENY_TEAM = {"Version": "2012-10-17", "Statement": [{
    "Sid": "Team", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
    "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
    "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "billing"}}}]}


def test_context_wins_over_every_part_of_the_settings(folder: pathlib.Path) -> None:
    policy = folder / "team.json"
    policy.write_text(json.dumps(DENY_TEAM))
    settings = folder / "milter.json"
    settings.write_text(json.dumps({
        "policies": [str(policy)], "context": {"aws:PrincipalTag/team": "site"},
        "principals": [{"arn": "arn:aws:iam::123456789012:user/x", "context": {"aws:PrincipalTag/Team": "own"}}],
        "networks": [{"network": "172.31.0.0/16", "context": {"aws:PrincipalTag/team": "network"}}]}))
    message = ("--settings", settings, *GOOD, "--recipient", "a@example.org")
    assert run("eval", *message).returncode == 1
    assert run("eval", *message, "--context", "aws:principaltag/TEAM=billing").returncode == 0


def test_what_the_message_lacks_is_named(folder: pathlib.Path) -> None:
    policy = folder / "team.json"
    policy.write_text(json.dumps(DENY_TEAM))
    done = run("eval", "--policy", policy, *GOOD, "--recipient", "a@example.org", "--json")
    (answer,) = lines(done.stdout)
    assert answer["MissingContextValues"] == ["aws:PrincipalTag/team"]
    assert answer["EvalDecision"] == "explicitDeny"


@pytest.mark.parametrize("head, refused", [
    ("From: boss@example.net\n", True),
    ("From: no-reply@example.net\n", False),
    ("Subject: x\r\nFrom: No\r\n reply <boss@example.net>\r\n\r\nbody\r\n", True),
    ("Subject: x\n\nFrom: boss@example.net\n", False),
    ("From x@y Tue Nov 24\nFrom: boss@example.net\n\n", True),
    ("Subject: x\nthis is no field\nFrom: boss@example.net\n", False),
    ("Subject: a\n From: no-reply@example.net\nFROM : boss@example.net\n\n", True),
    ("", False),
])
def test_headers_of_a_file(folder: pathlib.Path, head: str, refused: bool) -> None:
    mail = folder / "mail.eml"
    mail.write_bytes(head.encode())
    done = run("eval", "--policy", SENDER, *GOOD, "--recipient", "a@example.org", "--message", mail)
    assert done.returncode == (1 if refused else 0), done.stdout


def test_no_colour_in_a_file() -> None:
    done = run("eval", *ALL, *GOOD, "--recipient", "x@evil.test", "--explain", env={"TERM": "xterm"})
    assert "\033" not in done.stdout


# ---- the same messages on the wire ----

def policy(sid: str, effect: str = "Deny", resource: str = "identity/example.net", **condition: dict) -> dict:
    statement = {"Sid": sid, "Effect": effect, "Principal": "*", "Action": "ses:*",
                 "Resource": f"arn:aws:ses:us-west-2:123456789012:{resource}"}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


SITES = {
    "examples": ({}, {"sender": policy("NoReply", StringNotLike={"ses:FromAddress": "no-reply@example.net"}),
                      "network": policy("Inside", NotIpAddress={"aws:SourceIp": "172.31.0.0/16"}),
                      "recipients": policy("All", **{"ForAllValues:StringNotLike": {"ses:Recipients": "*@example.org"}})}),
    "each recipient": ({"from_address": "envelope"},
                       {"safe": policy("Each", **{"ForAnyValue:StringNotLike": {"ses:Recipients": "*@example.org"}})}),
    "headers": ({"from_address": "header", "ses_headers": "refuse"},
                {"name": policy("Name", StringLike={"ses:FromDisplayName": "*Boss*"}),
                 "bounce": policy("Bounce", StringNotLike={"ses:FeedbackAddress": "*@example.net"})}),
    "tenants": ({"from_address": "header", "principals": [
                    {"login": "billing", "arn": "arn:aws:iam::123456789012:user/billing", "tenant": "t2"}]},
                {"name": policy("Name", StringLike={"ses:FromDisplayName": "*Boss*"}),
                 "tenant": policy("Tenant", StringEquals={"ses:TenantName": "t1"}, Bool={"aws:SecureTransport": "true"})}),
    "logins": ({"principals": [{"login": "billing", "arn": "arn:aws:iam::123456789012:user/billing"},
                               {"login": "*", "arn": "arn:aws:iam::123456789012:user/${login}"}],
                "null_sender": "reject"},
               {"own": policy("Own", StringNotEquals={"aws:username": "billing"}),
                "tls": policy("Tls", Bool={"aws:SecureTransport": "false"})}),
    "realms": ({"login_realms": ["relay.test"], "principals": [
                   {"login": "billing", "arn": "arn:aws:iam::123456789012:user/billing"}, {"login": "news", "refuse": True},
                   {"network": "172.31.0.0/16", "arn": "arn:aws:iam::123456789012:user/inside"}, {"refuse": True}]},
               {"own": policy("Own", StringEquals={"aws:username": "inside"}, **{"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}})}),
    "sandbox": ({"sandbox": True, "identities": ["example.net", "example.org"], "unknown_identity": "reject"},
                {"sender": policy("NoReply", StringLike={"ses:FromAddress": "boss@*"}),
                 "there": policy("There", resource="identity/example.org", Bool={"aws:SecureTransport": "true"})}),
    "allows": ({"principals": [{"arn": "arn:aws:iam::999999999999:user/other"}]},
               {"allow": policy("Allow", "Allow", StringLike={"ses:FromAddress": "*@example.net"},
                                **{"ForAllValues:StringLike": {"ses:Recipients": ["*@example.org", "x@*"]}})}),
}
ADDRESSES = ["no-reply@example.net", "boss@example.net", "x@EXAMPLE.net", "a@evil.test", '"a b"@example.net', "no-domain", "a@@b",
             "tag+1@example.net", "jörg@example.net"]
RECIPIENTS_OF = ["a@example.org", "b@example.org", "x@evil.test", "success@simulator.amazonses.com", "user%evil.test@example.org",
                 "broken"]
HEADERS = [("From", "No Reply <no-reply@example.net>"), ("From", "The Boss <boss@example.net>"),
           ("From", "a@example.net,\n\tb@evil.test"), ("From", "nobody"), ("Return-Path", "<b@example.net>"),
           ("Sender", "a@evil.test"), ("X-SES-CONFIGURATION-SET", "news"), ("Subject", "hello"),
           ("X-SES-SOURCE-ARN", "arn:aws:ses:us-west-2:123456789012:identity/example.net"),
           ("X-SES-TENANT", "t1"), ("Full-Name", "The Boss"), ("X-SES-MESSAGE-TAGS", "a=b")]
MESSAGES_PER_SITE = 34  # 272 in all


def made(random_: random.Random) -> dict:
    submission = random_.random() < 0.15
    return {"sender": random_.choice([*ADDRESSES[:3] * 2, *ADDRESSES, ""]),
            "recipients": [random_.choice([*RECIPIENTS_OF[:2] * 2, *RECIPIENTS_OF]) for _ in range(random_.randint(1, 4))],
            "headers": random_.sample(HEADERS, random_.randint(0, 3)), "submission": submission,
            "client": None if submission else random_.choice(["172.31.5.6", "172.31.5.6", "192.0.2.1", "2001:db8::1"]),
            "login": random_.choice(["", "billing", "news", "no/arn", "billing@relay.test", "News@relay.test", "@relay.test"]), "tls": random_.random() < 0.5}


def by_wire(wire: MilterClient, message: dict) -> tuple[str, str, dict[str, list[str]]]:
    """Stage ("" if taken), reply without its id, and replies to refused recipients."""
    macros = ({"{auth_authen}": message["login"]} if message["login"] else {}) | ({"{tls_version}": "TLSv1.3"} if message["tls"] else {})
    refused: dict[str, list[str]] = {}
    taken = 0

    def text(answer: object) -> str:
        assert answer.kind == "reply", answer
        return re.sub(r" id=\w+$", "", answer.text).replace("%%", "%")

    answer = wire.mail(f"<{message['sender']}>", macros=macros)
    if answer.refused:
        return "MAIL", text(answer), refused
    for recipient in message["recipients"]:
        answer = wire.rcpt(f"<{recipient}>")
        if answer.refused:
            refused.setdefault(recipient, []).append(text(answer))
        else:
            taken += 1
    if not taken:
        wire.abort()
        return "RCPT", text(answer), refused
    for stage, step in (("DATA", wire.data), ("HEADER", None), ("EOH", wire.eoh), ("EOM", wire.eom)):
        for answer in [wire.header(*pair) for pair in message["headers"]] if step is None else [step()]:
            if answer.refused:
                if stage != "EOM":
                    wire.abort()
                return stage, text(answer), refused
    return "", "", refused


def by_tool(settings: pathlib.Path, message: dict) -> tuple[str, str, dict[str, list[str]]]:
    options = ["--sender", message["sender"]]
    for recipient in message["recipients"]:
        options += ["--recipient", recipient]
    for pair in message["headers"]:
        options += ["--header", ": ".join(pair)]
    options += ["--client", message["client"]] if message["client"] else []
    options += ["--login", message["login"]] if message["login"] else []
    options += ["--tls"] if message["tls"] else []
    options += ["--submission"] if message["submission"] else []
    done = run("eval", "--settings", settings, *options, "--json")
    assert done.returncode in (0, 1), done.stderr
    (answer,) = lines(done.stdout)
    refused: dict[str, list[str]] = {}
    spelled = {re.sub(r"@.*", lambda domain: domain.group().lower(), recipient): recipient for recipient in message["recipients"]}
    for one in answer["refused_recipients"]:
        refused.setdefault(spelled.get(one["recipient"], one["recipient"].strip("<>")), []).append(one["reply"].removesuffix(" id=..."))
    assert done.returncode == (1 if refused or answer["EvalDecision"] != "allowed" else 0)
    if answer["EvalDecision"] == "allowed":
        return "", "", refused
    return answer["stage"], answer["reply"].removesuffix(" id=..."), refused


@pytest.mark.parametrize("site", SITES)
def test_decides_as_the_daemon(start, client, site: str) -> None:
    settings, policies = SITES[site]
    daemon = start(settings=settings, **policies)
    random_ = random.Random(site)
    stages = set()
    for _ in range(MESSAGES_PER_SITE):
        message = made(random_)
        wire = by_wire(client(daemon, message["client"]), message)
        assert by_tool(daemon.file, message) == wire, message
        stages.add(wire[0])
    # Messages that all meet the same fate would prove little.
    assert len(stages) > 1
