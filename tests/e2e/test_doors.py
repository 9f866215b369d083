# SPDX-License-Identifier: BSD-2-Clause
"""
Doors beside the filter: what Postfix does behind its back. contrib/postfix/README.md lists each of them; here is what the filter
saw of a message, and what SES got.
"""
import email
import email.policy
import json
import pathlib
import subprocess
import time

import pytest

from lib.changing_milter import ChangingMilter
from lib.fake_ses import PASSWORD, USER
from lib.postfix import Postfix
from lib.smtp import Smtp

A, BOSS, INSIDE, EVE = "a@example.net", "boss@example.net", "ann@example.org", "eve@evil.test"

# Nothing of what the tests smuggle in would pass.
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Sender", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
     "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net", "Condition": {"StringNotLike": {"ses:FromAddress": "a@*"}}},
    {"Sid": "Recipients", "Effect": "Deny", "Principal": "*", "Action": "ses:*",
     "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net",
     "Condition": {"ForAnyValue:StringLike": {"ses:Recipients": "*@evil.test"}}}]}


@pytest.fixture
def daemon(start):
    return start(settings={"records": "RUN/records.jsonl", "records_required": True}, policy=POLICY)


def seen(daemon) -> list[tuple[str, list[str], list[str]]]:
    """Sender, recipients and From of the messages that the filter has let through."""
    text = (daemon.run / "records.jsonl").read_text()
    records = [json.loads(line) for line in text.splitlines()]
    return [(one["sender"], one["recipients"], [mailbox["address"] for mailbox in one["header_from"]])
            for one in records if one["decision"] == "allowed"]


def got(message: dict) -> tuple[str, list[str], list[str]]:
    """The same of what SES was given."""
    headers = email.message_from_string(message["data"], policy=email.policy.default)
    return (message["mail_from"], sorted(message["rcpt_to"]), [one.addr_spec for one in headers["From"].addresses])


def test_what_would_be_smuggled_in_is_refused(daemon, relay):
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        assert session.message(BOSS, [INSIDE]).stage == "MAIL"
        assert session.message(A, [INSIDE], header_from=BOSS).stage == "EOM"
        assert session.message(A, [EVE]).stage == "RCPT"


REPLACE = "regexp:{{/^From:.*/ REPLACE From: %s}}"

# Settings of main.cf, and what SES gets of a message from A, by A, to INSIDE: in place of the sender, the recipients, the From header.
BEHIND = {
    "sender_canonical_maps": ({"sender_canonical_maps": f"inline:{{{A}={BOSS}}}", "sender_canonical_classes": "envelope_sender"},
                              BOSS, [INSIDE], A),
    "canonical_maps": ({"canonical_maps": f"inline:{{{INSIDE}={EVE}}}"}, A, [EVE], A),
    "recipient_canonical_maps": ({"recipient_canonical_maps": f"inline:{{{INSIDE}={EVE}}}"}, A, [EVE], A),
    "virtual_alias_maps": ({"virtual_alias_maps": f"inline:{{{{{INSIDE}={INSIDE}, {EVE}}}}}"}, A, [INSIDE, EVE], A),
    "always_bcc": ({"always_bcc": EVE}, A, [INSIDE, EVE], A),
    "sender_bcc_maps": ({"sender_bcc_maps": f"inline:{{{A}={EVE}}}"}, A, [INSIDE, EVE], A),
    "recipient_bcc_maps": ({"recipient_bcc_maps": f"inline:{{{INSIDE}={EVE}}}"}, A, [INSIDE, EVE], A),
    "masquerade_domains": ({"masquerade_domains": "net", "masquerade_classes": "envelope_sender"}, "a@net", [INSIDE], A),
    "smtp_generic_maps": ({"smtp_generic_maps": f"inline:{{{A}={BOSS}}}"}, BOSS, [INSIDE], BOSS),
    "smtp_header_checks": ({"smtp_header_checks": REPLACE % BOSS}, A, [INSIDE], BOSS),
    "REDIRECT of access": ({"smtpd_sender_restrictions": f"check_sender_access inline:{{{{{A}=REDIRECT {EVE}}}}}"}, A, [EVE], A),
    "BCC of access": ({"smtpd_sender_restrictions": f"check_sender_access inline:{{{{{A}=BCC {EVE}}}}}"}, A, [INSIDE, EVE], A),
    "BCC of header_checks": ({"header_checks": f"regexp:{{{{/^Subject:/ BCC {EVE}}}}}"}, A, [INSIDE, EVE], A),
}


@pytest.mark.parametrize("name", BEHIND)
def test_rewritten_behind_the_filter(daemon, relay, endpoint, name):
    settings, sender, recipients, header_from = BEHIND[name]
    postfix = relay(daemon, extra=settings)
    with Smtp(postfix.port) as session:
        assert session.message(A, [INSIDE]).stage == ""
    (message,) = endpoint.wait(1)
    assert seen(daemon) == [(A, [INSIDE], [A])]
    assert got(message) == (sender, sorted(recipients), [header_from])


def test_aliases(daemon, relay, endpoint):
    """Aliases and .forward: local(8) sends on to whom they name."""
    postfix = relay(daemon, extra={"mydestination": "relay.test", "local_transport": "local:",
                                   "alias_maps": f"inline:{{{{list={INSIDE}, {EVE}}}}}"})
    with Smtp(postfix.port) as session:
        assert session.message(A, ["list@relay.test"]).stage == ""
    (message,) = endpoint.wait(1)
    assert seen(daemon) == [(A, ["list@relay.test"], [A])]
    assert got(message) == (A, [INSIDE, EVE], [A])


def test_xverp(daemon, relay, endpoint):
    """Who may ask for it has a sender of its own for each recipient; the filter is shown the one that was given."""
    postfix = relay(daemon, extra={"smtpd_authorized_verp_clients": "127.0.0.0/8"})
    with Smtp(postfix.port) as session:
        assert session.message(A, [INSIDE, "bob@example.org"], parameters=" XVERP").stage == ""
    messages = endpoint.wait(2)
    assert seen(daemon) == [(A, [INSIDE, "bob@example.org"], [A])]
    assert sorted(message["mail_from"] for message in messages) == ["a+ann=example.org@example.net", "a+bob=example.org@example.net"]


def test_xverp_is_for_nobody_by_default(daemon, relay):
    postfix = relay(daemon)
    with Smtp(postfix.port) as session:
        assert session.message(A, [INSIDE], parameters=" XVERP").reply.code == 555


@pytest.mark.parametrize("ours", ["first", "last"])
def test_another_filter(daemon, relay, endpoint, ours):
    """What it makes of the envelope is never shown; what it makes of headers only if it comes before this one."""
    with ChangingMilter(sender=BOSS, add=EVE) as other:
        both = [f"{{ {daemon.postfix_name()}, default_action=tempfail }}", f"inet:127.0.0.1:{other.port}"]
        postfix = relay(daemon, extra={"smtpd_milters": " ".join(both if ours == "first" else both[::-1])})
        with Smtp(postfix.port) as session:
            assert session.message(A, [INSIDE]).stage == ""
            (message,) = endpoint.wait(1)
            assert seen(daemon) == [(A, [INSIDE], [A])]
            assert got(message) == (BOSS, [INSIDE, EVE], [A])
            other.sender = other.add = ""
            other.header_from = BOSS
            assert session.message(A, [INSIDE]).stage == ("" if ours == "first" else "EOM")
    if ours == "first":
        assert got(endpoint.wait(2)[1]) == (A, [INSIDE], [BOSS])


# What Postfix itself does to headers before any filter sees them: settings, the From that the client wrote, and the one that is judged.
BEFORE = {
    "header_checks": ({"header_checks": REPLACE % BOSS}, A, BOSS),
    "canonical maps": ({"sender_canonical_maps": f"inline:{{{A}={BOSS}}}", "local_header_rewrite_clients": "static:all"}, A, BOSS),
    "completion": ({"local_header_rewrite_clients": "static:all", "myorigin": "example.net"}, "boss", BOSS),
    "masquerade_domains": ({"masquerade_domains": "example.net", "local_header_rewrite_clients": "static:all"},
                           "boss@host.example.net", BOSS),
}


@pytest.mark.parametrize("name", BEFORE)
def test_headers_are_seen_as_postfix_has_made_them(daemon, relay, name):
    settings, written, judged = BEFORE[name]
    postfix = relay(daemon, extra=settings)
    with Smtp(postfix.port) as session:
        mark = daemon.mark()
        sent = session.message(A, [INSIDE], header_from=written)
    assert sent.stage == "EOM" and f"Access denied for {judged}: " in sent.reply.text, sent
    assert "sid=Sender" in daemon.wait_line("stage=EOH", mark)


def without_from(postfix: Postfix):
    with Smtp(postfix.port) as session:
        for line in (f"MAIL FROM:<{A}>", f"RCPT TO:<{INSIDE}>", "DATA"):
            assert session.say(line).ok, line
        return session.say("Subject: test\r\n\r\nhello\r\n.")


@pytest.mark.parametrize("clients, header_from, form", [("static:all", [A], "auto"), ("", [], "ignore")], ids=["added", "left out"])
def test_from_that_postfix_adds(start, relay, clients, header_from, form):
    daemon = start(policy=POLICY, settings={"records": "RUN/records.jsonl", "records_required": True, "form": form})
    assert without_from(relay(daemon, extra={"local_header_rewrite_clients": clients})).ok
    assert seen(daemon) == [(A, [INSIDE], header_from)]


def test_from_that_postfix_leaves_out_is_missing_at_ses(daemon, relay):
    reply = without_from(relay(daemon, extra={"local_header_rewrite_clients": ""}))
    assert reply.text.startswith("554 5.6.0 Transaction failed: Missing required header 'From'. "), reply


def pass_unjudged(daemon, postfix: Postfix, endpoint, recipient: str) -> None:
    """
    The message goes on before its end: a forged From passes, nothing is recorded although that is required. It is counted, and
    the log tells of many.
    """
    with Smtp(postfix.port) as session:
        # What needs no headers is refused as ever.
        assert session.message(BOSS, [INSIDE]).stage == "MAIL"
        assert session.message(A, [EVE]).stage == "RCPT"
        for number in range(12):
            assert session.message(A, [INSIDE], header_from=BOSS).stage == "", number
    assert all(got(message) == (A, [recipient], [BOSS]) for message in endpoint.wait(12))
    assert seen(daemon) == []
    assert "smtpd_proxy_filter" in daemon.wait_line("10 messages in an hour came to DATA and never to their end here")


def test_proxy_filter(daemon, relay, endpoint, folder: pathlib.Path):
    back = Postfix(folder / "back")
    try:
        back.start(relay=(endpoint.port, USER, PASSWORD))
        pass_unjudged(daemon, relay(daemon, extra={"smtpd_proxy_filter": f"127.0.0.1:{back.port}"}), endpoint, INSIDE)
    finally:
        back.stop()


def test_content_filter_comes_later(daemon, relay):
    postfix = relay(daemon, extra={"content_filter": "smtp:[127.0.0.1]:9"})
    with Smtp(postfix.port) as session:
        assert session.message(A, [INSIDE], header_from=BOSS).stage == "EOM"


@pytest.mark.parametrize("checks, pattern", [("header_checks", "^Subject:"), ("body_checks", "^hello")])
def test_redirect_of_checks(daemon, relay, endpoint, checks, pattern):
    """In access tables REDIRECT leaves the filter in; here Postfix asks it no more."""
    postfix = relay(daemon, extra={checks: f"regexp:{{{{/{pattern}/ REDIRECT {EVE}}}}}"})
    pass_unjudged(daemon, postfix, endpoint, EVE)


@pytest.mark.parametrize("ours", ["first", "last"])
def test_refused_by_another_filter(daemon, relay, ours):
    """A filter before this one that refuses at the end of the message leaves it without one; one behind it does not."""
    with ChangingMilter(refuse=True) as other:
        both = [f"{{ {daemon.postfix_name()}, default_action=tempfail }}", f"inet:127.0.0.1:{other.port}"]
        postfix = relay(daemon, extra={"smtpd_milters": " ".join(both if ours == "first" else both[::-1])})
        with Smtp(postfix.port) as session:
            for _ in range(10):
                assert session.message(A, [INSIDE]).stage == "EOM"
    if ours == "last":
        daemon.wait_line("never to their end here")
    assert daemon.stop() == 0
    assert ("never to their end" in daemon.log()) == (ours == "last")
    assert len(seen(daemon)) == (10 if ours == "first" else 0)


def test_requeued_mail(daemon, relay, endpoint, folder: pathlib.Path):
    """postsuper -r: Postfix rewrites it again, by its settings of today, and asks no filter."""
    endpoint.replies["MAIL"] = "454 Throttling failure: Maximum sending rate exceeded."
    canonical = folder / "canonical"
    canonical.write_text("")
    postfix = relay(daemon, extra={"sender_canonical_maps": f"texthash:{canonical}"})
    with Smtp(postfix.port) as session:
        assert session.message(A, [INSIDE]).stage == ""
    end = time.monotonic() + 60
    while "status=deferred" not in postfix.log_text():
        assert time.monotonic() < end, postfix.log_text()
        time.sleep(0.05)
    del endpoint.replies["MAIL"]
    canonical.write_text(f"{A} {BOSS}\n")
    postfix.command("reload")
    subprocess.run(["postsuper", "-c", str(postfix.etc), "-r", "ALL"], check=True, capture_output=True)
    subprocess.run(["postkick", "-c", str(postfix.etc), "public", "pickup", "W"], check=True)
    (message,) = endpoint.wait(1)
    assert got(message) == (BOSS, [INSIDE], [BOSS])
    assert seen(daemon) == [(A, [INSIDE], [A])]
