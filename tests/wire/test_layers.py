# SPDX-License-Identifier: BSD-2-Clause
"""Policies of users alone, boundaries and the organization in the daemon: start, answers, log, records, check, reload."""
import json
import pathlib
import re
import time

import pytest

from lib.daemon import Daemon, put_in_place

ARN = "arn:aws:iam::123456789012:user/"
IDENTITY = "arn:aws:ses:us-west-2:123456789012:identity/example.net"
SENDER, OTHER, RECIPIENT = "a@example.net", "b@example.net", "ann@example.org"


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str = "*", resource: str = "*", **more: object) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


SEND = document(allow("ses:SendRawEmail", IDENTITY))
EVERYTHING = document(allow())
READ = document(allow("s3:GetObject"))
# Of the senders only one, which is known at the end of the headers: until then each answer is open.
ONE = document(allow("ses:*", Condition={"StringEquals": {"ses:FromAddress": SENDER}}))
NOT_OTHER = document(allow(), {"Sid": "NotOther", "Effect": "Deny", "Action": "ses:*", "Resource": "*",
                               "Condition": {"StringEquals": {"ses:FromAddress": OTHER}}})


def site(folder: pathlib.Path, users: dict[str, tuple[dict, dict | None]], organization: list[dict], **more: object) -> dict:
    """Settings without policies of identities: each login a user with policies and a boundary."""
    def file(name: str, policy: dict) -> str:
        put_in_place(folder / name, policy)
        return str(folder / name)
    principals = [{"login": login, "arn": ARN + login, "policies": [file(f"{login}.json", own)]}
                  | ({"boundary": file(f"{login}-boundary.json", boundary)} if boundary else {}) for login, (own, boundary) in users.items()]
    return {"account": "123456789012", "region": "us-west-2", "identities": ["example.net"], "principals": [*principals, {"refuse": True}],
            "organization": [[file(f"level-{number}.json", policy)] for number, policy in enumerate(organization)]} | more


USERS = {"free": (SEND, None), "bound": (SEND, ONE), "none": (READ, None), "shut": (SEND, READ)}


def send(one, login: str, sender: str = SENDER):
    return one.message(sender, [RECIPIENT], (("From", f" {sender}"),), macros={"{auth_authen}": login})


def wait_record(path: pathlib.Path) -> dict:
    """The first record, once it is whole."""
    end = time.monotonic() + 60
    while "\n" not in (text := path.read_text()):
        assert time.monotonic() < end, text
        time.sleep(0.01)
    return json.loads(text.splitlines()[0])


@pytest.mark.parametrize("login, sender, said", [
    ("free", SENDER, None),
    ("free", OTHER, "(service control policy level-1, statement NotOther)"),
    ("bound", SENDER, None),
    ("bound", "c@example.net", "(the permissions boundary does not allow it)"),
    ("none", SENDER, "(no policy allows it)"),
    ("shut", SENDER, "(the permissions boundary does not allow it)"),
])
def test_each_layer_answers(start, client, folder, login, sender, said):
    daemon = start(settings=site(folder, USERS, [EVERYTHING, NOT_OTHER], policies=[], records="RUN/decisions.jsonl"))
    outcome = send(client(daemon), login, sender)
    if said is None:
        assert outcome.stage == ""
        return
    assert outcome.stage != "" and said in outcome.answer.text
    line = daemon.wait_line(r"\bdecision=(explicit|implicit)Deny ")
    word, layer = {"(no": ("no-allow", ""), "(the": ("boundary", " layer=boundary "), "(service": ("policy", " layer=scp level=2 ")}[said.split()[0]]
    assert f" reason={word} " in line and layer in line
    record = wait_record(daemon.run / "decisions.jsonl")
    assert (record["reason"], record["layer"], record["level"]) == (word, (re.search(r"layer=(\w+)", layer) or [None, None])[1], 2 if "scp" in layer else None)


@pytest.mark.parametrize("policies", ["none", "empty folder", "empty map"])
def test_users_alone(start, client, folder, policies):
    """No policies of identities at all: the daemon starts, and says what it has."""
    settings = site(folder, {"free": (SEND, None)}, [])
    if policies == "none":
        settings["policies"] = []
    made = {"nothing": {"Policies": {}}} if policies == "empty map" else {}
    daemon = start(settings=settings, **made)
    assert send(client(daemon), "free").stage == ""
    daemon.wait_line(rf"generation 1 in force: {1 + len(made)} files?, 1 policy, 1 statement")


def test_a_reload_takes_the_organization_in(start, client, folder):
    daemon = start(settings=site(folder, {"free": (SEND, None)}, [EVERYTHING], policies=[]))
    one = client(daemon)
    assert send(one, "free").stage == ""
    put_in_place(folder / "level-0.json", READ)
    daemon.reload()
    assert "no service control policy of level 1 allows it" in send(client(daemon), "free").answer.text
    # A level that would refuse everything by mistake does not come into force.
    put_in_place(folder / "level-0.json", {"Policies": {}})
    assert "reload: refused, generation 2 stays in force: organization[0]: " in daemon.reload()
    put_in_place(folder / "level-0.json", EVERYTHING)
    assert "reload: generation 3 in force: " in daemon.reload()
    assert send(client(daemon), "free").stage == ""


def test_check_names_what_is_wrong(folder):
    daemon = Daemon(folder, site(folder, {"free": (SEND, document(allow(Principal="*")))}, [document(allow(Principal="*"))], policies=[]))
    check = daemon.check()
    assert check.returncode == 78
    assert "free-boundary.json:" in check.stderr and "every statement has a Principal" in check.stderr
    assert "level-0.json:" in check.stderr and "resource control policies do not cover SES" in check.stderr


@pytest.mark.parametrize("where, found", [("own", True), ("boundary", False), ("organization", False)])
def test_an_allow_of_everything_is_told_where_it_opens_the_gate(folder, where, found):
    users = {"free": (EVERYTHING if where == "own" else SEND, EVERYTHING if where == "boundary" else None)}
    daemon = Daemon(folder, site(folder, users, [EVERYTHING] if where == "organization" else [], policies=[]))
    check = daemon.check()
    assert check.returncode == 0 and check.stdout.startswith("ok: ")
    assert ("1 security" in check.stderr) == found, check.stderr
