# SPDX-License-Identifier: BSD-2-Clause
"""Whole sessions on the wire in which an allocation fails, libmilter's too: a client gets what the files say, or comes again later."""
import itertools
import json
import time

import pytest

from faults.site import LATER, MAIL, QUESTIONS, TAKEN, Question, ask, ask_on, records, write
from lib.daemon import Daemon
from lib.faults import ALL, MEMORY, ON, ONCE
from lib.milter_client import MilterClient

# In the short form: one of each way to be somebody, and of each stage.
SHORT = {"billing's own sender of a", "what billing may not", "no network of anybody", "the network of a", "context of a network",
         "with TLS", "a login that may nothing", "a set by header", "From names another", "From with a name", "a recipient"}
ASKED = [question for question in QUESTIONS if ALL or question.name in SHORT]


@pytest.fixture
def daemon(start, faults, folder) -> Daemon:
    one = Daemon(folder, {"records_allowed": True})
    write(one, "a")
    daemon = start(settings=one.settings, before=faults.before)
    assert faults.live()
    return daemon


@pytest.mark.parametrize("question", ASKED, ids=[question.name for question in ASKED])
def test_memory(daemon, faults, question):
    """Each allocation from the connection to the end of the message."""
    write(daemon, "a")
    ask(daemon, question)
    for mode in (ONCE, ON):
        # At the first few libmilter sleeps for a second or two before it takes the next connection.
        later, n, step = 0, 1 if ALL or question is ASKED[0] else 4, 1 if mode == ONCE or ALL else 3
        while True:
            faults.fail(MEMORY, n, mode)
            said = ask(daemon, question)
            failed = faults.failed(MEMORY)
            faults.off()
            assert daemon.process.poll() is None, f"it died: {faults.said()}"
            assert said in (question.a, LATER), f"allocation {n}, mode {mode}: {said}\n{faults.said()}"
            later += said == LATER
            if not failed:
                assert said == question.a
                break
            n += step
        # Else the wrapping does not work.
        assert n > 10 and later > 3, (n, later)


@pytest.mark.parametrize("first, second", [("billing", ""), ("", "billing"), ("mallory", "malloryx"), ("malloryx", "mallory")])
def test_second_message(daemon, faults, first, second):
    """What was known of one message is not what is not known of the next: a lost macro is neither absent nor the one before."""
    sender = {"billing": "billing-a@example.net", "": "public@example.net"}

    def question(login: str, like: str) -> Question:
        want = TAKEN if login != "mallory" and (login == like or login == "malloryx") else MAIL
        return Question("", "172.31.1.1", login, sender.get(like, "good@example.net"), want, want)

    write(daemon, "a")
    for like in (first, second):
        one, two = question(first, like), question(second, like)
        for n in itertools.count(1):
            try:
                with MilterClient(daemon.address()) as client:
                    client.connect(one.client)
                    client.helo()
                    assert ask_on(client, one) == one.a
                    faults.fail(MEMORY, n, ONCE)
                    said = ask_on(client, two)
            except (ConnectionError, BrokenPipeError):
                said = LATER
            failed = faults.failed(MEMORY)
            faults.off()
            assert said in (two.a, LATER), f"allocation {n}: {two.sender} as {second!r} after {first!r}: {said}\n{faults.said()}"
            if not failed:
                assert said == two.a
                break


def test_nothing_leaks(daemon, faults):
    """Allocations as before, after sessions that failed at each place; and the records are whole lines."""
    question = next(one for one in QUESTIONS if one.name == "a set by header")
    write(daemon, "a")

    def live() -> int:
        for _ in range(3):
            assert ask(daemon, question) == question.a
        low, end = faults.live(), time.monotonic() + 1
        while time.monotonic() < end:
            low = min(low, faults.live())
            time.sleep(0.01)
        return low
    before = live()
    for n in range(4, 150):
        faults.fail(MEMORY, n, ONCE)
        ask(daemon, question)
        faults.off()
    assert live() < before + 80
    for line in records(daemon, "a").read_text().splitlines():
        assert json.loads(line)["sender"] in ("", question.sender)
