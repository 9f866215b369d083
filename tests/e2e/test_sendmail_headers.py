# SPDX-License-Identifier: BSD-2-Clause
"""The From header, and what goes with it, through real Sendmail."""
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
