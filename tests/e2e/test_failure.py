# SPDX-License-Identifier: BSD-2-Clause
"""Whatever becomes of the daemon in the middle of a session, nothing that was not judged is relayed: 451."""
import signal
import time

import pytest

from conftest import example
from lib.daemon import Daemon, of_threads
from lib.smtp import Smtp

GOOD, INSIDE, CLIENT = "no-reply@example.net", "ann@example.org", "172.31.5.6"
# Lines of a session, each with the code of its reply; the daemon fails behind the last.
STEPS = [("MAIL", f"MAIL FROM:<{GOOD}>", 250), ("RCPT", f"RCPT TO:<{INSIDE}>", 250), ("DATA", "DATA", 354)]
REST = ["Subject: unjudged\r\n\r\nhello\r\n."]


def refused_later(session: Smtp, done: int) -> list[int]:
    """Say the rest of the message, as far as it is wanted; the codes heard."""
    codes = []
    for line in [line for _, line, _ in STEPS[done:]] + REST:
        codes.append(session.say(line).code)
        if codes[-1] >= 400:
            break
    return codes


def hang(daemon: Daemon) -> None:
    """All its threads stand still, however late the signal reaches them."""
    daemon.signal(signal.SIGSTOP)
    end = time.monotonic() + 60
    while {text.rpartition(") ")[2][0] for text in of_threads(daemon.process.pid, "stat")} != {"T"}:
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.mark.parametrize("failure", ["killed", "hung"])
def test_fails_in_a_session(start, relay, endpoint, failure):
    """Killed, or stopped until Postfix's patience ends, behind each step; then back again."""
    daemon = start(sender=example("sender"), recipients=example("recipients"))
    postfix = relay(daemon, milter_options=", command_timeout=2s, content_timeout=2s")
    for done in range(len(STEPS) + 1):
        with Smtp(postfix.port, address=CLIENT) as session:
            for _, line, code in STEPS[:done]:
                assert session.say(line).code == code
            if failure == "killed":
                daemon.process.kill()
                daemon.process.wait()
            else:
                hang(daemon)
            codes = refused_later(session, done)
            assert codes[-1] == 451, (done, codes)
        if failure == "killed":
            daemon.start()
        else:
            daemon.signal(signal.SIGCONT)
        with Smtp(postfix.port, address=CLIENT) as session:
            sent = session.message(GOOD, [INSIDE], headers=(f"X-Judged: {done}",))
            assert sent.stage == "", (done, sent, postfix.log_text())
    messages = endpoint.wait(len(STEPS) + 1)
    assert all("X-Judged: " in message["data"] for message in messages) and len(messages) == len(STEPS) + 1


def test_never_started(start, relay, endpoint, folder):
    daemon = start(sender=example("sender"))
    postfix = relay(daemon)
    assert daemon.stop() == 0
    with Smtp(postfix.port, address=CLIENT) as session:
        sent = session.message(GOOD, [INSIDE])
    assert (sent.stage, sent.reply.code) == ("MAIL", 451)
    assert not endpoint.accepted


def test_restarted_under_a_session(start, relay, endpoint):
    """A session that lives longer than the daemon is not let through: 451 until the client comes anew."""
    daemon = start(sender=example("sender"))
    postfix = relay(daemon)
    with Smtp(postfix.port, address=CLIENT) as session:
        assert session.message(GOOD, [INSIDE]).stage == ""
        assert daemon.stop() == 0
        daemon.start()
        assert session.message("other@example.net", [INSIDE]).reply.code in (451, 550)
    with Smtp(postfix.port, address=CLIENT) as session:
        assert session.message("other@example.net", [INSIDE]).reply.code == 550
        assert session.message(GOOD, [INSIDE]).stage == ""
    assert len(endpoint.wait(2)) == 2
