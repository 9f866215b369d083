# SPDX-License-Identifier: BSD-2-Clause
"""All that the daemon writes to or is asked by stands still, each alone and all together: mail goes on, and so do reloads."""
import contextlib
import json
import re
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from lib.daemon import Daemon, program
from lib.pipe import Pipe
from lib.postfix import free_port
from lib.redis import Redis, wait_until
from storm.mail import RECIPIENT, SENDER, mail, plain, scaled, seen

PARTS = ["log", "records", "metrics", "control", "store"]


def hold(family: int, address: object, said: bytes, stack: contextlib.ExitStack) -> None:
    one = stack.enter_context(socket.socket(family))
    one.connect(address)
    one.sendall(said)


def status(daemon: Daemon) -> dict:
    said = subprocess.run([program("ses-policy-milter"), "--settings", str(daemon.file), "--status", "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=True)
    return json.loads(said.stdout)


def metric(daemon: Daemon, name: str) -> float:
    with urllib.request.urlopen(f"http://{daemon.settings['metrics']}/metrics", timeout=60) as response:
        return float(re.search(rf"^ses_policy_{re.escape(name)} (\S+)$", response.read().decode(), re.M)[1])


@pytest.mark.parametrize("what", [*PARTS, "all"])
def test_stuck(folder, what, figures):
    with contextlib.ExitStack() as stack:
        redis = Redis(folder / "redis", unixsocketperm="777")
        stack.callback(redis.kill)
        redis.start()
        host, port = "127.0.0.1", free_port()
        records, log = Pipe(folder / "records", stack), Pipe(folder / "log", stack)
        daemon = Daemon(folder, {
            "metrics": f"{host}:{port}", "records": str(records.path), "records_allowed": True, "from_address": "envelope",
            "quotas": {"store": redis.store, "unavailable": "accept", "account": {"per_day": 100_000_000}}})
        daemon.write_policy("sender", SENDER)
        daemon.write_policy("recipient", RECIPIENT)
        if what in ("log", "all"):
            daemon.log_file = log.path
        daemon.start()
        stack.callback(daemon.stop)
        daemon.log_file = daemon.folder / "daemon.log"
        wait_until(lambda: metric(daemon, "quota_store_up") == 1, "the store is not there")
        if what in ("log", "all"):
            log.fill()
        if what in ("records", "all"):
            records.fill()
        if what in ("metrics", "all"):
            for number in range(40):
                hold(socket.AF_INET, (host, port), (b"GET /metrics HTTP/1.1\r\n", b"GET /metrics HTTP/1.1\r\n\r\n", b"")[number % 3], stack)
        if what in ("control", "all"):
            for _ in range(12):
                hold(socket.AF_UNIX, str(daemon.run / "control.sock"), b"sta", stack)
        if what in ("store", "all"):
            redis.signal(signal.SIGSTOP)
        messages, begun, number = scaled(20_000, 300), time.monotonic(), 1
        with mail(daemon, plain) as loads:
            while seen(loads).total() < messages or number < 4:
                assert time.monotonic() < begun + 60 + messages / 10, f"{seen(loads)} in {time.monotonic() - begun:.0f} s"
                if number < 4:
                    # A reload is in force, whoever is told of it or not.
                    number += 1
                    daemon.signal(signal.SIGHUP)
                    wait_until(lambda: status(daemon)["generation"]["number"] == number, "the reload does not come")
                time.sleep(0.1)
            seconds = time.monotonic() - begun
        counts, longest = seen(loads), max(load.longest for load in loads)
        lost = metric(daemon, "milter_records_lost_total")
        begun = time.monotonic()
        assert daemon.stop() == 0
        figures(f"{counts.total()} messages with 3 reloads, {counts.total() / seconds:.0f}/s, longest {longest * 1000:.0f} ms, "
                f"{dict(counts)}, {lost:.0f} lines lost, stopped in {time.monotonic() - begun:.1f} s")
        assert set(counts) == {"right"}
        # Three messages wait for the store, for 250 ms; what waits for those that stand still waits for ever.
        assert longest < 10
