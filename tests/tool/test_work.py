# SPDX-License-Identifier: BSD-2-Clause
"""What would take too long, through the tool: said at load where it can be known, else to the message."""
import json
import pathlib
import re

from lib.tool import run

IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.net"


def policy(folder: pathlib.Path, key: str, operator: str, patterns: list[str]) -> pathlib.Path:
    path = folder / "dear.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Resource": IDENTITY, "Condition": {operator: {key: patterns}}}]}))
    return path


def evaluate(path: pathlib.Path, sender: str, *more: str) -> tuple[int, str, str]:
    done = run("eval", "--policy", path, "--sender", sender, "--recipient", "r@x.test", *more)
    return done.returncode, done.stdout, done.stderr


def test_a_message_that_takes_too_long(tmp_path: pathlib.Path) -> None:
    late = "a?" * 200
    path = policy(tmp_path, "ses:FromAddress", "StringLike", [f"*{late}{number}b*" for number in range(5000)])
    status, said, _ = evaluate(path, f"{'a' * 960}@example.net")
    assert status == 1 and "implicitDeny at MAIL (too-much-work)\n" in said
    assert "550 5.7.1 Too much to check in one message; send it to fewer recipients, from fewer senders id=" in said
    assert evaluate(path, "no-reply@example.net")[0] == 0


def test_policies_that_take_too_long(tmp_path: pathlib.Path) -> None:
    path = policy(tmp_path, "ses:Recipients", "ForAnyValue:StringLike", [f"*{number}*" for number in range(5000)])
    status, said, why = evaluate(path, "no-reply@example.net")
    assert (status, said) == (2, "")
    assert re.search(rf"{path}:1:\d+: Statement\[0\]: asking the policies would take too long: \d+ units of work for a message to 50 "
                     r"recipients, of which a message may take \d+; this statement takes the largest part: \d+; use fewer patterns", why)
    assert evaluate(policy(tmp_path, "ses:Recipients", "ForAnyValue:StringLike", [f"*@{number}.test" for number in range(50_000)]),
                    "no-reply@example.net")[0] == 0


def test_many_recipients_of_a_principal_with_policies_of_its_own(tmp_path: pathlib.Path) -> None:
    """Where an Allow looks at recipients, each of them asks about all: that is not to refuse a list that takes little as a whole."""
    allow = [{"Effect": "Allow", "Action": "ses:*", "Resource": "*",
              "Condition": {"ForAllValues:StringLike": {"ses:Recipients": [f"*@{number}.test", "*@ok.test"]}}} for number in range(20)]
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"Version": "2012-10-17", "Statement": allow}))
    settings = tmp_path / "milter.json"
    settings.write_text(json.dumps({"account": "123456789012", "region": "us-west-2", "identities": ["example.net"], "principals": [
        {"arn": "arn:aws:iam::123456789012:user/own", "policies": [str(own)]}]}))
    path = policy(tmp_path, "ses:FromAddress", "StringEquals", ["nobody@example.net"])

    def ask(*last: str) -> tuple[int, str]:
        recipients = [word for number in range(1000) for word in ("--recipient", f"user{number}@ok.test")]
        done = run("eval", "--settings", settings, "--policy", path, "--sender", "no-reply@example.net", "--header",
                   "From: no-reply@example.net", *recipients, *last)
        return done.returncode, done.stdout

    assert ask() == (0, "allowed\n")
    status, said = ask("--recipient", "eve@evil.test")
    assert status == 1 and said.startswith("implicitDeny at DATA (no-allow)\n")
