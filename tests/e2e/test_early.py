# SPDX-License-Identifier: BSD-2-Clause
"""After a message that was let through early, real MTAs ask about the next one: whatever stands between them, nothing passes unseen."""
import json

import pytest

from conftest import example
from lib.changing_milter import ChangingMilter
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"
NEAR, FAR = "172.31.5.6", "203.0.113.9"
# Where the yes is told, and the policies.
YES = {"MAIL": {"sender": example("sender")}, "DATA": {"sender": example("sender"), "recipients": example("recipients-safe")}}


def daemon_of(start, stage: str):
    """One that says yes at this stage; what it lets through is in its metrics alone."""
    return start(settings={"from_address": "envelope"}, **YES[stage])


def nothing(session: Smtp) -> None:
    assert session.say("NOOP").ok


def reset(session: Smtp) -> None:
    assert session.say("RSET").ok


def hello(session: Smtp) -> None:
    assert session.say("EHLO again.example").ok


def mail_and_reset(session: Smtp) -> None:
    """Let through at MAIL, and taken back."""
    assert session.say(f"MAIL FROM:<{GOOD}>").ok
    assert session.say("RSET").ok


def refused_recipient(session: Smtp) -> None:
    """By the MTA itself, or by the filter."""
    assert session.say(f"MAIL FROM:<{GOOD}>").ok
    assert not session.say("RCPT TO:<>").ok
    session.say(f"RCPT TO:<{OUTSIDE}>")
    assert session.say("RSET").ok


def failed_data(session: Smtp) -> None:
    assert session.say(f"MAIL FROM:<{GOOD}>").ok
    assert not session.say("DATA").ok
    assert session.say("RSET").ok


def refused_sender(session: Smtp) -> None:
    assert session.say(f"MAIL FROM:<{BAD}>").code == 550


BETWEEN = [nothing, reset, hello, mail_and_reset, refused_recipient, failed_data, refused_sender]


def nothing_passes(session: Smtp, stage: str) -> int:
    """A yes, what may stand behind it, and what is forbidden. How many messages were let through."""
    good = 0
    for between in BETWEEN:
        for forbidden in ((BAD, [INSIDE]), (GOOD, [OUTSIDE])):
            assert session.message(GOOD, [INSIDE]).stage == "", between
            good += 1
            between(session)
            sent = session.message(*forbidden)
            if forbidden[0] == BAD:
                assert (sent.stage, sent.reply.code) == ("MAIL", 550), between
            elif stage == "DATA":
                assert (sent.stage, sent.reply.code) == ("RCPT", 550), between
            else:
                good += 1
            between(session)
    return good


def check(endpoint, daemon, good: int, stage: str) -> None:
    """SES got what was allowed, and nothing else; the daemon met no trouble."""
    messages = endpoint.wait(good)
    assert len(messages) == good and {message["mail_from"] for message in messages} == {GOOD}
    assert stage == "MAIL" or {tuple(message["rcpt_to"]) for message in messages} == {(INSIDE,)}
    assert daemon.stop() == 0 and "decision=error" not in daemon.log()


@pytest.mark.parametrize("stage", YES)
def test_postfix(start, relay, endpoint, stage):
    daemon = daemon_of(start, stage)
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        good = nothing_passes(session, stage)
        session.starttls()
        good += nothing_passes(session, stage)
    check(endpoint, daemon, good, stage)


@pytest.mark.parametrize("stage", YES)
@pytest.mark.parametrize("ours", ["first", "last"])
def test_postfix_with_another_filter(start, relay, endpoint, stage, ours):
    """The yes is ours alone: the other filter is asked on, and what it refuses is refused."""
    daemon = daemon_of(start, stage)
    with ChangingMilter() as other:
        both = [f"{{ {daemon.postfix_name()}, default_action=tempfail }}", f"inet:127.0.0.1:{other.port}"]
        postfix = relay(daemon, extra={"smtpd_milters": " ".join(both if ours == "first" else both[::-1])})
        with Smtp(postfix.port) as session:
            good = nothing_passes(session, stage)
            other.refuse = True
            assert session.message(GOOD, [INSIDE]).stage == "EOM"
            other.refuse = False
            assert session.message(BAD, [INSIDE]).stage == "MAIL"
    check(endpoint, daemon, good, stage)


def test_postfix_says_another_client(start, relay, endpoint):
    """XCLIENT behind a yes: the client is another one, and is judged as that."""
    daemon = start(settings={"from_address": "envelope"}, network=example("network"))
    postfix = relay(daemon)
    with Smtp(postfix.port, address=NEAR) as session:
        for _ in range(3):
            assert session.message(GOOD, [INSIDE]).stage == ""
            assert session.xclient(address=FAR).code == 220
            assert session.message(GOOD, [INSIDE]).stage == "MAIL"
            assert session.xclient(address=NEAR).code == 220
            assert session.message(GOOD, [INSIDE]).stage == ""
    check(endpoint, daemon, 6, "MAIL")


def test_postfix_local_submission(start, relay, endpoint):
    """Mail that does not come by SMTP is let through early as well, and refused as ever."""
    daemon = daemon_of(start, "DATA")
    postfix = relay(daemon, local_milter="{ %s, default_action=tempfail }" % daemon.postfix_name())
    for sender, recipient in ((GOOD, INSIDE), (BAD, INSIDE), (GOOD, OUTSIDE), (GOOD, INSIDE)):
        postfix.sendmail(sender, [recipient], f"From: {sender}\nTo: {recipient}\n\nhello\n")
    messages = endpoint.wait(2)
    assert {(message["mail_from"], *message["rcpt_to"]) for message in messages} == {(GOOD, INSIDE)}
    daemon.wait_line(f"decision=explicitDeny .*sender={BAD}")
    daemon.wait_line(f"decision=explicitDeny .*rcpt={OUTSIDE}")


@pytest.mark.parametrize("protocol", ["2", "3", "4", "6"])
def test_postfix_of_old(start, relay, endpoint, protocol):
    """With milter_protocol 2 and 3 there is no DATA: the yes waits for the end."""
    daemon = daemon_of(start, "DATA")
    postfix = relay(daemon, extra={"milter_protocol": protocol})
    with Smtp(postfix.port) as session:
        for _ in range(2):
            assert session.message(GOOD, [INSIDE]).stage == ""
            assert session.message(BAD, [INSIDE]).stage == "MAIL"
            assert session.message(GOOD, [OUTSIDE]).stage == "RCPT"
    check(endpoint, daemon, 2, "DATA")


@pytest.mark.parametrize("before, behind", [(False, False), (True, False), (False, True)], ids=["alone", "last", "first"])
@pytest.mark.parametrize("stage", YES)
def test_sendmail(start, sendmail, endpoint, stage, before, behind):
    daemon = daemon_of(start, stage)
    with ChangingMilter() as other:
        mta = sendmail(daemon, before=other.port if before else 0, behind=other.port if behind else 0)
        with Smtp(mta.port) as session:
            good = nothing_passes(session, stage)
            if before or behind:
                other.refuse = True
                assert session.message(GOOD, [INSIDE]).stage == "EOM"
                other.refuse = False
                assert session.message(BAD, [INSIDE]).stage == "MAIL"
    check(endpoint, daemon, good, stage)


def test_reload_between(start, relay, endpoint):
    """A session that is older than what is in force."""
    daemon = start(settings={"from_address": "envelope"}, policy=example("sender"))
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        assert session.message(GOOD, [OUTSIDE]).stage == ""
        daemon.write_policy("policy", example("recipients"))
        assert "in force" in daemon.reload()
        for _ in range(2):
            assert session.message(GOOD, [OUTSIDE]).stage == "EOM"
            assert session.message(GOOD, [INSIDE]).stage == ""
        daemon.write_policy("policy", example("sender"))
        assert "in force" in daemon.reload()
        assert session.message(GOOD, [OUTSIDE]).stage == ""
        assert session.message(BAD, [INSIDE]).stage == "MAIL"
    check(endpoint, daemon, 4, "MAIL")


def test_queue_id(start, relay, endpoint):
    """A record of allowed mail has Postfix's queue id, for it waits for DATA."""
    daemon = start(settings={"from_address": "envelope", "records": "RUN/decisions.jsonl"}, sender=example("sender"))
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        sent = session.message(GOOD, [INSIDE, OUTSIDE])
    assert sent.stage == ""
    endpoint.wait(1)
    assert daemon.stop() == 0
    (record,) = [json.loads(line) for line in (daemon.run / "decisions.jsonl").read_text().splitlines()]
    assert record["stage"] == "DATA" and record["recipients"] == [INSIDE, OUTSIDE]
    assert record["queue_id"] and record["queue_id"] in sent.reply.text
