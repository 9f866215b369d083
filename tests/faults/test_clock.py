# SPDX-License-Identifier: BSD-2-Clause
"""A wall clock that is set while the daemon runs: what waits does not wait by it. (The long form: ../storm/test_clock.py.)"""
import contextlib
import signal
import time

import pytest

from conftest import example
from lib.clock import Clock
from lib.daemon import Daemon
from lib.milter_client import MilterClient
from lib.pipe import Pipe
from lib.redis import Redis


@pytest.mark.parametrize("year", [1971, 2149])
def test_stop(folder, year):
    """What a stop gives to a log that stands still is counted by a clock that nobody sets."""
    with contextlib.ExitStack() as stack:
        clock, pipe = Clock(folder), Pipe(folder / "log", stack)
        daemon = Daemon(folder)
        daemon.write_policy("sender", example("sender"))
        daemon.log_file = pipe.path
        daemon.start(*clock.before)
        stack.callback(daemon.stop)
        daemon.log_file = folder / "none"
        pipe.fill()
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            assert one.mail("<other@example.net>").code == 550
        clock.set(year)
        assert daemon.stop() == 0


# What a question to a store that stands still may take.
LONG = 10


@pytest.mark.parametrize("year", [1971, 2149])
def test_stop_while_the_store_stands_still(folder, start, year):
    """The thread that asks Redis how it does is given a moment, by a clock that nobody sets; then the stop goes on without it."""
    clock, redis = Clock(folder), Redis(folder / "redis", unixsocketperm="777")
    with contextlib.ExitStack() as stack:
        stack.callback(redis.kill)
        redis.start()
        daemon = start(before=clock.before, good=example("sender"),
                       settings={"quotas": {"store": redis.store, "store_timeout_ms": LONG * 1000, "account": {"per_day": 100}}})
        redis.signal(signal.SIGSTOP)
        clock.set(year)
        # It asks again now, and hears nothing.
        assert "in force" in daemon.reload()
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 0.8 * LONG


HOUR = 3600


@pytest.mark.parametrize("store", ["file", "rate"])
def test_quotas_go_on_while_the_machine_sleeps(folder, start, client, store):
    """A day and a debt pass by the time that has passed, awake or not; and nobody is late because the machine slept."""
    clock = Clock(folder)
    limits = {"file": {"per_day": 3}, "rate": {"per_second": 0.001, "burst": 3}}[store]
    daemon = start(before=clock.before, good=example("sender"), settings={
        "from_address": "envelope", "quotas": {"store": str(folder / "run" / "quota.db"), "account": limits}})

    def send() -> int:
        return client(daemon).message("no-reply@example.net", ["ann@example.org"], (("From", "no-reply@example.net"),)).answer.code

    assert [send() for _ in range(4)] == [0, 0, 0, 454]
    early, late = {"file": (23 * HOUR, 24 * HOUR + 301), "rate": (600, 1001)}[store]
    clock.sleep(early)
    assert send() == 454
    clock.sleep(late)
    assert send() == 0
    # The wall clock alone is nobody's time.
    assert [send() for _ in range(3)] == ([0, 0, 454] if store == "file" else [454] * 3)
    clock.set(2149)
    assert send() == 454
