# SPDX-License-Identifier: BSD-2-Clause
"""Nothing piles up: descriptors, memory, waiting sessions."""
import contextlib
import json
import time

from conftest import example
from lib.daemon import Daemon
from lib.milter_client import MilterClient

GOOD, BAD, OUTSIDE = "no-reply@example.net", "other@example.net", [f"recipient-{i}@evil.test" for i in range(20)]
MIB = 1 << 20
# AddressSanitizer keeps freed memory for a while; here it shall not.
SMALL_QUARANTINE = ("env", "ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64")


def wait_for_descriptors(daemon: Daemon, most: int) -> None:
    """libmilter closes a session a moment after its end."""
    end = time.monotonic() + 60
    while daemon.descriptors() > most:
        assert time.monotonic() < end, f"{daemon.descriptors()} descriptors, {most} before"
        time.sleep(0.01)


def test_descriptors(start, client):
    """Sessions ended in every way, and reloads, leave none open."""
    daemon = start(sender=example("sender"), recipients=example("recipients"))
    client(daemon).message(GOOD, OUTSIDE)
    before = daemon.descriptors()
    for number in range(200):
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            if number % 4 > 0:
                one.mail(f"<{GOOD}>")
            if number % 4 > 1:
                one.rcpt(f"<{OUTSIDE[0]}>")
            if number % 4 > 2:
                one.quit()
    for text in (example("recipients-safe"), "{", example("recipients")):
        daemon.write_policy("recipients", text)
        daemon.reload()
    wait_for_descriptors(daemon, before)


def growth(daemon: Daemon, work, warm_up: int, rounds: int) -> int:
    """By how much the memory grows in `rounds` of work, after a warm-up."""
    for _ in range(warm_up):
        work()
    before = daemon.memory()
    for _ in range(rounds):
        work()
    return daemon.memory() - before


def test_memory_of_messages(start, client):
    """Messages taken, refused and broken off; each holds about 600 bytes of addresses, so all together 4 MiB."""
    daemon = start(before=SMALL_QUARANTINE, sender=example("sender"), recipients=example("recipients"))
    one = client(daemon)

    def work() -> None:
        for _ in range(250):
            assert one.message(GOOD, OUTSIDE).stage == "DATA"
            assert one.message(BAD, OUTSIDE).stage == "MAIL"
            assert one.message(GOOD, [*OUTSIDE, "ann@example.org"]).stage == ""
            one.mail(f"<{GOOD}>")
            one.rcpt(f"<{OUTSIDE[0]}>")
            one.abort()

    assert growth(daemon, work, 4, 8) < MIB


def test_memory_of_sessions(start):
    """A session has a record of its own, and its messages their login; 8,000 of each take 2 MiB at the least."""
    daemon = start(before=SMALL_QUARANTINE, sender=example("sender"))

    def work() -> None:
        for _ in range(500):
            with MilterClient(daemon.address()) as one:
                one.connect("172.31.5.6")
                one.mail(f"<{GOOD}>", macros={"{auth_authen}": "login" * 60})
                one.mail(f"<{BAD}>", macros={"{auth_authen}": "login" * 60})

    assert growth(daemon, work, 4, 16) < 2 * MIB


def test_memory_of_reloads(start):
    """A generation of 2,000 addresses takes more than 100 KiB; the last message that held one lets go of it."""
    many = json.dumps([f"user-{number}@example.org" for number in range(2000)])
    daemon = start(before=SMALL_QUARANTINE, policy=example("recipients-safe").replace('"*@example.org"', many))

    def work() -> None:
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.mail(f"<{GOOD}>")
            assert "reload: generation" in daemon.reload()
            one.abort()

    assert growth(daemon, work, 10, 60) < 2 * MIB


def test_idle_sessions_keep_nobody_waiting(start, client):
    daemon = start(sender=example("sender"))
    for _ in range(400):
        client(daemon)
    assert client(daemon).mail(f"<{BAD}>").code == 550


def test_too_few_descriptors(folder, client):
    """With no descriptor left new sessions wait; once one ends they are served."""
    daemon = Daemon(folder)
    daemon.write_policy("sender", example("sender"))
    daemon.start("prlimit", "--nofile=40:40")
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(MilterClient(daemon.address(), negotiate=False)) for _ in range(60)]
        for one in crowd[:20]:
            one.negotiate()
            one.connect("172.31.5.6")
        for one in crowd[:40]:
            one.close()
        for one in crowd[40:]:
            one.negotiate()
            one.connect("172.31.5.6")
            assert one.mail(f"<{BAD}>").code == 550
    assert daemon.stop() == 0, daemon.log()
