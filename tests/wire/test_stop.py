# SPDX-License-Identifier: BSD-2-Clause
"""The end may come at any time: it is quick, the exit status is 0, and no message is taken that was not judged."""
import json
import signal
import threading

import pytest

from conftest import example
from lib.daemon import Daemon
from lib.milter_client import MilterClient

GOOD, BAD, INSIDE, OUTSIDE = "no-reply@example.net", "other@example.net", "ann@example.org", "eve@evil.test"


class Sender(threading.Thread):
    """Mail until the daemon is gone; every answer until then must be the right one."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__()
        self.address = daemon.address()
        self.busy = threading.Event()
        self.wrong: list[str] = []

    def run(self) -> None:
        try:
            while True:
                with MilterClient(self.address) as one:
                    one.connect("172.31.5.6")
                    for sender, recipient, stage in ((GOOD, INSIDE, ""), (BAD, INSIDE, "MAIL"), (GOOD, OUTSIDE, "DATA")):
                        outcome = one.message(sender, [recipient])
                        if outcome.stage != stage:
                            self.wrong.append(f"{sender} {recipient}: {outcome}")
                    self.busy.set()
        except OSError:
            pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_under_load(start, number):
    daemon = start(sender=example("sender"), recipients=example("recipients"))
    senders = [Sender(daemon) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        assert sender.busy.wait(30)
    daemon.signal(number)
    assert daemon.process.wait(10) == 0, daemon.log()
    for sender in senders:
        sender.join(30)
        assert not sender.is_alive() and not sender.wrong, sender.wrong
    assert not (daemon.run / "milter.sock").exists()


def test_during_a_reload(start):
    """Also while a reload that takes its time is under way, and with signals for more of them waiting."""
    many = json.dumps([f"user-{number}@example.org" for number in range(20_000)])
    daemon = start(policy=example("recipients").replace('"*@example.org"', many))
    for _ in range(20):
        daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGHUP)
    daemon.signal(signal.SIGTERM)
    assert daemon.process.wait(10) == 0, daemon.log()


def test_reload_before_the_first_session(start):
    daemon = start(policy=example("sender"))
    daemon.write_policy("policy", example("recipients"))
    assert "reload: generation 2 in force" in daemon.reload()


def test_started_with_signals_ignored(start, folder, client):
    """As by nohup(1) or in the background of a shell: SIGHUP still reloads, SIGTERM still ends it."""
    daemon = Daemon(folder)
    daemon.write_policy("policy", example("recipients"))
    daemon.start("env", "--ignore-signal=HUP", "--ignore-signal=TERM", "--ignore-signal=INT")
    daemon.write_policy("policy", example("sender"))
    assert "reload: generation 2 in force" in daemon.reload()
    assert client(daemon).mail(f"<{BAD}>").code == 550
    assert daemon.stop() == 0, daemon.log()
