# SPDX-License-Identifier: BSD-2-Clause
"""Quotas through real MTAs: what is counted is what was queued, and a client that is over its limit reads SES's words."""
import re
import socket
import urllib.request

import pytest

from conftest import example
from lib.changing_milter import ChangingMilter
from lib.daemon import Daemon
from lib.postfix import free_port
from lib.redis import Redis
from lib.smtp import Smtp

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"


class Counted:
    """A daemon in front of an MTA; `used` is what the account has been counted."""

    def __init__(self, start, folder, per_day: int) -> None:
        self.place = f"127.0.0.1:{free_port()}"
        quotas = {"store": str(folder / "run" / "quota.db"), "account": {"per_day": per_day}}
        self.daemon = start(settings={"metrics": self.place, "quotas": quotas}, sender=example("sender"), recipients=example("recipients-safe"))

    def used(self) -> int:
        with urllib.request.urlopen(f"http://{self.place}/metrics", timeout=30) as response:
            return int(re.search(r'^ses_policy_quota_used\{scope="account",key=""\} (\d+)$', response.read().decode(), re.M)[1])


def lost_in_data(port: int) -> None:
    """A client that hangs up in the middle of its message."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for line in ("", "EHLO client.example", f"MAIL FROM:<{GOOD}>", f"RCPT TO:<{INSIDE}>", "DATA"):
            if line:
                connection.sendall(line.encode() + b"\r\n")
            while not re.search(rb"^\d{3} .*\r\n\Z", connection.recv(65536), re.M):
                pass
        connection.sendall(f"From: {GOOD}\r\nSubject: half".encode())


@pytest.mark.parametrize("mta", ["relay", "sendmail"])
def test_what_is_queued_is_counted(start, folder, endpoint, request, mta):
    counted = Counted(start, folder, per_day=4)
    port = request.getfixturevalue(mta)(counted.daemon).port
    with Smtp(port) as session:
        assert session.message(BAD, [INSIDE]).stage == "MAIL"
        assert session.message(GOOD, [OUTSIDE]).stage
        assert session.say(f"MAIL FROM:<{GOOD}>").ok and session.say(f"RCPT TO:<{INSIDE}>").ok and session.say("RSET").ok
    lost_in_data(port)
    assert counted.used() == 0
    with Smtp(port) as session:
        # One of the two is refused by a policy.
        outcome = session.message(GOOD, [INSIDE, OUTSIDE])
        assert outcome.stage == "" and list(outcome.refused) == [OUTSIDE]
        assert counted.used() == 1
        assert session.message(GOOD, [INSIDE, "bob@example.org"]).stage == "" and counted.used() == 3
        reply = session.message(GOOD, [INSIDE, "bob@example.org"]).reply
        assert reply.code == 454 and "4.7.0 Throttling failure: Daily message quota exceeded for the account (3 of 4 recipients in 24 hours" in reply.text
        # What is smaller fits, and nothing was taken by what was not.
        assert session.message(GOOD, [INSIDE]).stage == "" and counted.used() == 4
        assert session.message(GOOD, [INSIDE]).reply.code == 454
    assert len(endpoint.wait(3)) == 3


@pytest.mark.parametrize("ours", ["first", "last"])
def test_what_another_filter_refuses_at_the_end(start, folder, endpoint, relay, ours):
    """One behind this one is a counted message that nobody sends: contrib/postfix says to be the last."""
    counted = Counted(start, folder, per_day=10)
    with ChangingMilter(refuse=True) as other:
        both = [f"{{ {counted.daemon.postfix_name()}, default_action=tempfail }}", f"inet:127.0.0.1:{other.port}"]
        postfix = relay(counted.daemon, extra={"smtpd_milters": " ".join(both if ours == "first" else both[::-1])})
        with Smtp(postfix.port) as session:
            for times in (1, 2):
                assert session.message(GOOD, [INSIDE, "bob@example.org"]).stage == "EOM"
                assert counted.used() == (2 * times if ours == "first" else 0)
            other.refuse = False
            assert session.message(GOOD, [INSIDE]).stage == "" and counted.used() == (5 if ours == "first" else 1)
    assert len(endpoint.wait(1)) == 1


def test_what_postfix_itself_refuses(start, folder, endpoint, relay):
    """It looks at the size and at its own checks before it asks about the end: nothing is counted."""
    counted = Counted(start, folder, per_day=10)
    checks = folder / "header_checks"
    checks.write_text("/^Subject: forbidden/ REJECT no\n")
    postfix = relay(counted.daemon, extra={"message_size_limit": "20000", "header_checks": f"regexp:{checks}"})
    with Smtp(postfix.port) as session:
        for head, body in (("Subject: large", "x" * 70 + "\r\n"), ("Subject: forbidden", "")):
            session.say(f"MAIL FROM:<{GOOD}>")
            session.say(f"RCPT TO:<{INSIDE}>")
            session.say("DATA")
            session.socket.sendall(f"From: {GOOD}\r\n{head}\r\n\r\n{body * 500}".encode())
            assert session.say(".").code in (550, 552) and counted.used() == 0
        assert session.message(GOOD, [INSIDE]).stage == "" and counted.used() == 1
    assert len(endpoint.wait(1)) == 1


def test_two_relays_and_one_redis(start, folder, endpoint, relay):
    """The account's limit holds over both, and one application cannot take all of it."""
    redis = Redis(folder / "redis", unixsocketperm="777").start()
    quotas = {"store": redis.store, "store_timeout_ms": 10_000, "account": {"per_day": 12}, "senders": [{"sender": "no-reply@*", "per_day": 8}]}
    first = start(settings={"quotas": quotas}, recipients=example("recipients-safe"))
    second = Daemon(folder / "second", first.settings | {"socket": "unix:RUN/milter.sock"})
    second.write_policy("recipients", example("recipients-safe"))
    try:
        second.start()
        ports = [relay(daemon).port for daemon in (first, second)]

        def sent(sender: str, messages: int) -> int:
            """How many of them are taken, one here and one there."""
            taken = 0
            for i in range(messages):
                with Smtp(ports[i % 2]) as session:
                    outcome = session.message(sender, [INSIDE])
                    assert outcome.stage == "" or outcome.reply.code == 454
                    taken += outcome.stage == ""
            return taken

        assert sent(GOOD, 12) == 8
        assert sent("billing@example.net", 10) == 4
        assert len(endpoint.wait(12)) == 12
    finally:
        if second.process:
            assert second.stop() == 0
        redis.kill()
