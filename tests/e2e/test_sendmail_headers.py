# SPDX-License-Identifier: BSD-2-Clause
"""The From header, and what goes with it, through real Sendmail."""
import email
import email.policy

import pytest

from lib.smtp import Smtp

A, B, RECIPIENT = "a@example.net", "b@example.net", "ann@example.org"


def deny(condition: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": {"Sid": "s", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
            "Resource": "arn:aws:ses:us-west-2:123456789012:identity/*", "Condition": condition}}


@pytest.mark.parametrize("header, stage", [
    (A, ""), (f"Ann <{A}>", ""), (B, "EOM"), (f"{A}, {B}", "EOM"), (f"{A} {B}", "EOM"), (f"<@{B}:{A}>", "EOM"),
    (f'"{A}"@evil.test', "EOM"), (f"{A}(@evil.test)", ""),
])
def test_from(start, sendmail, header, stage):
    mta = sendmail(start(policy=deny({"StringNotEquals": {"ses:FromAddress": A}})))
    with Smtp(mta.port) as session:
        sent = session.message(A, [RECIPIENT], header)
    assert sent.stage == stage, sent
    if stage:
        assert sent.reply.text.startswith("550 5."), sent


def test_return_path(start, sendmail, endpoint):
    """Sendmail shows a Return-Path header, and so it counts; but it takes it out, and so the envelope's sender does too."""
    daemon = start(policy=deny({"StringNotEquals": {"ses:FeedbackAddress": A}}))
    mta = sendmail(daemon)
    with Smtp(mta.port) as session:
        assert session.message(A, [RECIPIENT]).stage == ""
        assert session.message(B, [RECIPIENT]).stage == "EOM"
        mark = daemon.mark()
        assert session.message(A, [RECIPIENT], headers=(f"Return-Path: <{B}>",)).stage == "EOM"
        assert "stage=EOH" in daemon.wait_line("stage=", mark)
        assert session.message(B, [RECIPIENT], headers=(f"Return-Path: <{A}>",)).stage == "EOM"
        assert session.message(A, [RECIPIENT], headers=(f"Return-Path: <{A}>",)).stage == ""
        assert session.message(A, [RECIPIENT], headers=(f"Return-Path: <{A}>", f"Return-Path: <{B}>")).stage == "EOM"
    messages = endpoint.wait(2)
    assert len(messages) == 2 and not any("Return-Path" in message["data"] for message in messages)


def without_from(session: Smtp, *headers: str) -> str:
    """Send a message without From; the reply to its end."""
    for line in (f"MAIL FROM:<{A}>", f"RCPT TO:<{RECIPIENT}>", "DATA"):
        assert session.say(line).ok
    for line in ("Subject: test", *headers, "", "hello"):
        session.send(line)
    return session.say(".").text


def header_of(message: dict, name: str) -> list[str]:
    return email.message_from_string(message["data"], policy=email.policy.default).get_all(name, [])


@pytest.mark.parametrize("value, name", [
    ("Boss", "Boss"), ("The Boss", "The Boss"), ("Boss, The", "Boss, The"), ("B. Oss", "B. Oss"), ("O'Boss", "O'Boss"),
    ("=?utf-8?q?B=6Fss?=", "Boss"), ('"Boss"', "Boss"), ("Boss: a;", "Boss: a;"), ("Boss\\", "Boss\\"),
    (B, B), (f"Boss <{B}>, x", f"Boss <{B}>, x"), (f'"Boss" <{B}>', f'"Boss" <{B}>'), ('"Boss', '"Boss'), ("(Boss", "(Boss"),
])
def test_full_name(start, sendmail, endpoint, value, name):
    """Of Full-Name Sendmail makes the From header of a message that has none, behind the filter: with that name it is judged."""
    daemon = start(policy=deny({"StringNotEquals": {"ses:FromDisplayName": name}}))
    mta = sendmail(daemon)
    with Smtp(mta.port) as session:
        assert without_from(session).startswith("550 5.7.1 ")
        assert without_from(session, "Full-Name: Ann").startswith("550 5.7.1 ")
        before = len(endpoint.accepted)
        reply = without_from(session, f"Full-Name: {value}")
    assert reply.startswith("250 "), (reply, mta.log_text())
    (message,) = endpoint.wait(before + 1)[before:]
    (made,) = header_of(message, "From")
    assert [(one.display_name, one.addr_spec) for one in made.addresses] == [(name, A)], message["data"]


@pytest.mark.parametrize("value", ["<boss>", '"Boss" <boss>', 'x" <b@example.net>, "y', "\\<b\\@example.net\\>", "a\\, b"])
def test_full_name_that_is_more_than_a_name(start, sendmail, value):
    """What might become another From header than one of that name is refused."""
    mta = sendmail(start(policy=deny({"StringEquals": {"ses:FromAddress": B}})))
    with Smtp(mta.port) as session:
        assert without_from(session, "Full-Name: Ann").startswith("250 ")
        assert without_from(session, f"Full-Name: {value}").startswith("550 5.1.7 Header Full-Name is not a name")


def test_full_name_beside_from_is_nothing(start, sendmail, endpoint):
    mta = sendmail(start(policy=deny({"StringEquals": {"ses:FromDisplayName": "Boss"}})))
    with Smtp(mta.port) as session:
        assert without_from(session, f"From: Ann <{A}>", "Full-Name: Boss").startswith("250 ")
        assert without_from(session, "Full-Name: Boss").startswith("550 5.7.1 ")
    (message,) = endpoint.wait(1)
    assert [one.display_name for one in header_of(message, "From")[0].addresses] == ["Ann"]
