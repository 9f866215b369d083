# SPDX-License-Identifier: BSD-2-Clause
"""A daemon that is killed, or stands still, again and again under Postfix: what a client heard 250 for is delivered, and nothing else."""
import collections
import random
import re
import signal
import threading
import time

import pytest

from lib.redis import wait_until
from lib.smtp import Smtp
from storm.mail import BAD, GOOD, INSIDE, OUTSIDE, RECIPIENT, SENDER, scaled

CLIENT = "172.31.5.6"


class Sender(threading.Thread):
    """A client of Postfix. Of three messages one may pass, one has a recipient too many, one is of a sender that may nothing."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__()
        self.port, self.number, self.sent = port, number, 0
        self.end = threading.Event()
        self.accepted: set[str] = set()
        self.seen: collections.Counter[str] = collections.Counter()

    def run(self) -> None:
        while not self.end.is_set():
            try:
                with Smtp(self.port, address=CLIENT) as session:
                    while not self.end.is_set() and self.message(session):
                        pass
            except OSError:
                self.seen["session closed"] += 1

    def message(self, session: Smtp) -> bool:
        """False: a session whose filter has gone is not judged any more."""
        self.sent += 1
        name = f"{self.number}-{self.sent}"
        sender, recipients = (BAD if self.sent % 3 == 0 else GOOD), ([OUTSIDE, INSIDE] if self.sent % 3 == 1 else [INSIDE])
        sent = session.message(sender, recipients, headers=(f"X-Storm: {name}",))
        if sent.stage == "":
            self.accepted.add(name)
        self.seen[f"{'250' if sent.stage == '' else sent.reply.code}"] += 1
        return sent.stage == "" or sent.reply.code == 550


@pytest.fixture
def senders(start, relay):
    """Four clients, and the daemon that they ask."""
    daemon = start(sender=SENDER, recipient=RECIPIENT)
    postfix = relay(daemon, milter_options=", command_timeout=2s, content_timeout=2s")
    threads = [Sender(postfix.port, number) for number in range(4)]
    for one in threads:
        one.start()
    yield daemon, threads
    end(threads)


def end(threads: list[Sender]) -> None:
    for one in threads:
        one.end.set()
    for one in threads:
        one.join()


def some_pass(threads: list[Sender]) -> None:
    before = sum(len(one.accepted) for one in threads)
    wait_until(lambda: sum(len(one.accepted) for one in threads) > before, "no mail passes any more")


def delivered_is_accepted(endpoint, threads: list[Sender]) -> str:
    """The figures."""
    end(threads)
    accepted = set().union(*(one.accepted for one in threads))
    messages = endpoint.wait(len(accepted))
    names = collections.Counter(re.search(r"^X-Storm: (\S+)", message["data"], re.M)[1] for message in messages)
    assert set(names) == accepted and set(names.values()) == {1}
    assert {(message["mail_from"], *message["rcpt_to"]) for message in messages} == {(GOOD, INSIDE)}
    seen = sum((one.seen for one in threads), collections.Counter())
    assert set(seen) <= {"250", "451", "550", "session closed"} and seen["451"] and seen["550"]
    return f"replies {dict(seen)}; {len(accepted)} accepted, {len(messages)} delivered, 0 forbidden"


def test_kill(senders, endpoint, figures):
    daemon, threads = senders
    dice = random.Random(18)
    kills = scaled(200, 4)
    some_pass(threads)
    for number in range(kills):
        time.sleep(dice.random() / 4)
        daemon.process.kill()
        daemon.process.wait()
        daemon.start()
        if number % 3 == 2:
            some_pass(threads)
    some_pass(threads)
    figures(f"kill -9 {kills} times")
    figures(delivered_is_accepted(endpoint, threads))


def test_stand_still(senders, endpoint, figures):
    """Longer than Postfix waits, and shorter."""
    daemon, threads = senders
    stops = scaled(40, 2)
    some_pass(threads)
    for number in range(stops):
        daemon.signal(signal.SIGSTOP)
        time.sleep(3 if number % 2 == 0 else 0.5)
        daemon.signal(signal.SIGCONT)
        some_pass(threads)
    figures(f"SIGSTOP {stops} times, 0.5 and 3 s")
    figures(delivered_is_accepted(endpoint, threads))
