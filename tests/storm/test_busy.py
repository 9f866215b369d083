# SPDX-License-Identifier: BSD-2-Clause
"""A machine with ten times as much to do as it can, and quotas in a Redis that is well: no message is put off."""
import contextlib
import os
import subprocess
import time

from lib.postfix import free_port
from lib.redis import Redis
from storm.mail import RECIPIENT, SENDER, mail, plain, scaled, seen
from storm.test_stuck import metric

# For each processor: a load of 20 on two.
HOGS = 10


@contextlib.contextmanager
def busy(count: int):
    hogs = [subprocess.Popen(["sh", "-c", "while :; do :; done"], stdin=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
        for hog in hogs:
            hog.wait()


def test_a_healthy_store_on_a_busy_machine(start, folder, figures):
    redis = Redis(folder / "redis", unixsocketperm="777")
    with contextlib.ExitStack() as stack:
        stack.callback(redis.kill)
        redis.start()
        # With the time-out that it has by default.
        daemon = start(sender=SENDER, recipient=RECIPIENT, settings={
            "metrics": f"127.0.0.1:{free_port()}", "from_address": "envelope",
            "quotas": {"store": redis.store, "account": {"per_day": 100_000_000}, "senders": [{"sender": "*", "per_day": 100_000_000}]}})
        messages, count = scaled(6_000, 300), HOGS * len(os.sched_getaffinity(0))
        with busy(count):
            begun = time.monotonic()
            with mail(daemon, plain, clients=8) as loads:
                while seen(loads).total() < messages:
                    assert time.monotonic() < begun + 60 + messages, f"{seen(loads)}"
                    time.sleep(0.1)
            seconds = time.monotonic() - begun
        counts, longest = seen(loads), max(load.longest for load in loads)
        late = metric(daemon, 'quota_store_errors_total{kind="timeout"}')
        figures(f"{counts.total()} messages beside {count} that only compute, {counts.total() / seconds:.0f}/s, longest {longest * 1000:.0f} ms, "
                f"{late:.0f} questions without an answer in time, {dict(counts)}")
        assert set(counts) == {"right"} and late == 0
