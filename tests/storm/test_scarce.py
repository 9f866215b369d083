# SPDX-License-Identifier: BSD-2-Clause
"""Too little of everything: descriptors, memory for a minute. Mail may have to come again later; it is never answered wrong."""
import contextlib
import re
import time

import pytest

from faults.site import LATER, QUESTIONS, ask, wrong, write
from lib.daemon import Daemon
from lib.faults import MEMORY, ON
from lib.milter_client import MilterClient
from lib.redis import wait_until
from storm.mail import BAD, GOOD, INSIDE, SENDER, deny, mail, scaled, seen


def crowd(daemon: Daemon, count: int) -> list[str]:
    """What the sender that may nothing hears on so many connections that are open at the same time."""
    said = []
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            try:
                one = stack.enter_context(MilterClient(daemon.address(), timeout=0.5))
                one.connect("172.31.5.6")
                one.helo()
                said.append(str(one.mail(f"<{BAD}>").code or "taken"))
            except OSError:
                said.append(LATER)
    return said


def answers_right(daemon: Daemon) -> bool:
    with contextlib.suppress(OSError), MilterClient(daemon.address(), timeout=5) as one:
        one.connect("172.31.5.6")
        one.helo()
        return one.mail(f"<{BAD}>").code == 550 and one.message(GOOD, [INSIDE]).stage == ""
    return False


@pytest.mark.parametrize("limit", [16, 20, 32])
def test_descriptors(folder, limit, figures):
    daemon = Daemon(folder, {"records": "RUN/records"})
    daemon.write_policy("sender", SENDER)
    daemon.launch("prlimit", f"--nofile={limit}:{limit}")
    try:
        wait_until(lambda: daemon.process.poll() is not None or daemon.answers(), "it neither serves nor ends")
        if daemon.process.poll() is not None:
            figures(f"{limit} descriptors: ended with status {daemon.process.returncode}")
            assert daemon.process.returncode not in (0, 78) and "LimitNOFILE=" in daemon.log()
            return
        said, rounds = [], scaled(50, 2)
        for number in range(rounds):
            said += crowd(daemon, limit + 8)
            wait_until(lambda: answers_right(daemon), "it does not come back")
            # In the crowd's place a reload: whole, or refused with its remedy.
            with contextlib.ExitStack() as stack:
                for _ in range(limit):
                    stack.enter_context(MilterClient(daemon.address(), negotiate=False))
                daemon.write_policy("other", deny("other", {"StringEquals": {"ses:FromAddress": f"{number}@example.net"}}))
                line = daemon.reload()
                assert "in force" in line or "LimitNOFILE=" in daemon.log(), line
            wait_until(lambda: answers_right(daemon), "it does not come back")
        wait_until(lambda: "in force" in daemon.reload(), "reloads do not come back")
        figures(f"{limit} descriptors, {rounds} crowds of {limit + 8}: {said.count('550')} refused, {said.count(LATER)} later, {said.count('taken')} taken; "
                f"{len(re.findall('reload: refused', daemon.log()))} of the reloads refused, all right afterwards")
        assert set(said) <= {"550", LATER} and LATER in said
    finally:
        daemon.stop()


def test_memory(start, faults, folder, figures):
    """Every allocation fails, libmilter's too. Then there is memory again."""
    one = Daemon(folder)
    write(one, "a")
    daemon = start(settings=one.settings, before=faults.before)
    assert faults.live() and not wrong(daemon, "a")
    seconds, asked = scaled(60, 2), iter(QUESTIONS * 1000)

    def question(_: MilterClient) -> str:
        one = next(asked)
        answer = ask(daemon, one)
        return answer if answer == LATER else "right" if answer == one.a else f"{one.name}: {answer}"
    with contextlib.ExitStack() as stack:
        faults.fail(MEMORY, 1, ON)
        stack.callback(faults.off)
        end, said = time.monotonic() + seconds, []
        while time.monotonic() < end:
            daemon.signal(1)
            said.append(question(None))
            time.sleep(0.01)
        failed = faults.failed(MEMORY)
    assert daemon.process.poll() is None, daemon.log()[-2000:]
    # libmilter sleeps after each connection for which it had no memory.
    wait_until(lambda: ask(daemon, QUESTIONS[0]) == QUESTIONS[0].a, "it does not come back", 120)
    with mail(daemon, question) as loads:
        time.sleep(scaled(10))
    counts = seen(loads)
    write(daemon, "b")
    assert "in force" in daemon.reload()
    differ = wrong(daemon, "b")
    figures(f"{seconds} s, {failed} allocations failed, {len(said)} questions: {said.count(LATER)} later, {said.count('right')} right; "
            f"then {counts.total()} messages, {dict(counts)}, and the next reload in force")
    assert set(said) <= {LATER, "right"} and failed > 10
    assert set(counts) == {"right"} and not differ, (counts, differ)
