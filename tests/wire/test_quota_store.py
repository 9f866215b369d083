# SPDX-License-Identifier: BSD-2-Clause
"""Quotas and their store, through the daemon: away, damaged, shared by two daemons, and killed."""
import bisect
import collections
import contextlib
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import struct
import threading
import time
import urllib.request
from collections.abc import Callable

import pytest

from lib.daemon import Daemon
from lib.milter_client import MilterClient
from lib.postfix import free_port
from lib.redis import Redis, wait_until
from test_records import wait_records

SENDERS = [f"{name}@example.net" for name in ("billing", "news", "shop")]
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "ses:*", "Condition": {
    "StringEquals": {"ses:FromAddress": "bad@example.net"}}, "Resource": "arn:aws:ses:us-west-2:123456789012:identity/example.net"}]}


@pytest.fixture
def redis(folder):
    one = Redis(folder / "redis", unixsocketperm="777")
    yield one.start()
    one.kill()


def site(start, quotas: dict, **settings: object) -> Daemon:
    """Where a Redis counts, a busy machine may keep it waiting."""
    slow = {} if str(quotas["store"]).startswith("/") else {"store_timeout_ms": 10_000}
    return start(settings={"from_address": "envelope", "metrics": f"127.0.0.1:{free_port()}", "quotas": slow | quotas} | settings, policy=POLICY)


def scrape(daemon: Daemon) -> str:
    with urllib.request.urlopen(f"http://{daemon.settings['metrics']}/metrics", timeout=60) as response:
        return response.read().decode()


def metric(daemon: Daemon, name: str) -> float:
    return float(re.search(rf"^ses_policy_quota_{re.escape(name)} (\S+)$", scrape(daemon), re.M)[1])


def send(one: MilterClient, sender: str, recipients: int = 1) -> str:
    """The reply that refuses the message, or "250"."""
    steps = [lambda: one.mail(f"<{sender}>", macros={"{mail_addr}": sender}),
             *(lambda i=i: one.rcpt(f"<r{i}@example.org>", macros={"{rcpt_addr}": f"r{i}@example.org"}) for i in range(recipients)),
             one.data, lambda: one.header("From", sender), one.eoh, one.eom]
    for step in steps:
        answer = step()
        if answer.refused:
            return answer.text
    return "250"


def test_refused_while_the_store_is_away(start, client, redis):
    daemon = site(start, {"store": redis.store, "account": {"per_day": 100}})
    one = client(daemon)
    assert send(one, SENDERS[0], 3) == "250" and metric(daemon, "store_up") == 1
    redis.kill()
    assert re.match(r"451 4\.3\.0 .* id=\w+", send(client(daemon), SENDERS[0]))
    wait_until(lambda: metric(daemon, "store_up") == 0, "the store is still taken to be there")
    # A policy's no needs no store, and is told as ever.
    assert send(client(daemon), "bad@example.net").startswith("550 5.7.1 ")
    daemon.wait_line("quota")
    redis.start()
    wait_until(lambda: send(client(daemon), SENDERS[0]) == "250", "it does not come back")
    assert metric(daemon, "unmetered_total") == 0


def test_let_through_while_the_store_is_away(start, client, redis):
    daemon = site(start, {"store": redis.store, "unavailable": "accept", "account": {"per_day": 2, "per_second": 0.001, "burst": 5}},
                  records="RUN/decisions.jsonl", records_allowed=True)
    assert send(client(daemon), SENDERS[0], 2) == "250" and metric(daemon, "store_up") == 1
    redis.kill()
    # The day is not known any more; the rate still holds, on this relay.
    replies = [send(client(daemon), SENDERS[0]) for _ in range(8)]
    assert replies[:5] == ["250"] * 5
    assert all(reply.startswith("454 4.7.0 Throttling failure: Maximum sending rate exceeded") for reply in replies[5:])
    assert metric(daemon, "unmetered_total") == 5
    # Each that passed uncounted says so.
    records = wait_records(daemon.run / "decisions.jsonl", 9)
    assert [(record["decision"], record["reason"]) for record in records[:6]] == [("allowed", "")] + [("allowed", "quota-unavailable")] * 5
    assert {record["reason"] for record in records[6:]} == {"quota"}


def errors(daemon: Daemon) -> dict[str, int]:
    """Those that there were, by their kinds."""
    found = re.findall(r'^ses_policy_quota_store_errors_total\{kind="(\w+)"\} (\d+)$', scrape(daemon), re.M)
    assert {kind for kind, _ in found} == {"connect", "timeout", "refused", "answer", "write", "damaged", "memory"}
    return {kind: int(count) for kind, count in found if count != "0"}


def test_what_metrics_say_of_the_store(start, client, redis):
    daemon = site(start, {"store": redis.store, "account": {"per_day": 100}})
    for _ in range(3):
        assert send(client(daemon), SENDERS[0]) == "250"
    buckets = [(bound, int(count)) for bound, count in re.findall(r'^ses_policy_quota_store_seconds_bucket\{le="(\S+)"\} (\d+)$', scrape(daemon), re.M)]
    counts = [count for _, count in buckets]
    assert counts == sorted(counts) and buckets[-1][0] == "+Inf" and counts[-1] >= 3
    assert [float(bound) for bound, _ in buckets] == sorted({float(bound) for bound, _ in buckets})
    assert metric(daemon, "store_seconds_count") >= counts[-1] and metric(daemon, "store_seconds_sum") > 0
    assert (errors(daemon), metric(daemon, "counts_lost_total")) == ({}, 0)
    redis.kill()
    assert send(client(daemon), SENDERS[0]).startswith("451 4.3.0 ")
    assert set(errors(daemon)) == {"connect"} and metric(daemon, "counts_lost_total") == 0
    redis.start()
    wait_until(lambda: send(client(daemon), SENDERS[0]) == "250", "it does not come back")
    daemon.wait_line("counts were lost")
    assert metric(daemon, "counts_lost_total") == 1 and metric(daemon, "store_up") == 1


def test_others_are_not_held_by_a_store_that_stands_still(start, client, redis):
    """While messages wait for it at their end, sessions begin: libmilter's threads are few."""
    timeout = 3.0
    daemon = site(start, {"store": redis.store, "store_timeout_ms": int(timeout * 1000), "account": {"per_day": 100}})
    waiting = [client(daemon) for _ in range(12)]
    for one in waiting:
        one.mail(f"<{SENDERS[0]}>", macros={"{mail_addr}": SENDERS[0]})
        one.rcpt("<r@example.org>", macros={"{rcpt_addr}": "r@example.org"})
        one.data()
        one.header("From", SENDERS[0])
        one.eoh()
    redis.signal(signal.SIGSTOP)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda one=one: answers.append(one.eom().text)) for one in waiting]
    for thread in threads:
        thread.start()
    took = []
    for _ in range(8):
        began = time.monotonic()
        new = client(daemon)
        assert send(new, "bad@example.net").startswith("550 5.7.1 ")
        took.append(time.monotonic() - began)
    for thread in threads:
        thread.join()
    assert max(took) < 2 * timeout
    assert len(answers) == len(waiting) and all(answer.startswith("451 4.3.0 ") for answer in answers)


def test_a_file_that_is_no_database(start, client, folder):
    path = folder / "run" / "quota.db"
    Daemon(folder)  # makes the folder, the daemon's user's
    path.write_bytes(b"no database" * 1000)
    path.chmod(0o600)
    shutil.chown(path, "nobody")
    daemon = site(start, {"store": str(path), "account": {"per_day": 100}})
    daemon.wait_line(re.escape(str(path)))
    assert send(client(daemon), SENDERS[0]).startswith("451 4.3.0 ")
    assert path.read_bytes().startswith(b"no database"), "an operator's file was changed"


def test_a_refused_reload_opens_no_store(start, client, folder):
    """The store of settings that did not come into force is not the one that is counted in afterwards."""
    daemon = start(policy=POLICY)
    daemon.settings |= {"records": "/proc/none/records", "quotas": {"store": f"{folder}/run/refused.db", "account": {"per_day": 100}}}
    daemon.write_settings()
    assert "refused" in daemon.reload()
    assert not (folder / "run" / "refused.db").exists()
    del daemon.settings["records"]
    daemon.settings["quotas"]["store"] = f"{folder}/run/quota.db"
    daemon.write_settings()
    assert "generation 2 in force" in daemon.reload()
    assert (folder / "run" / "quota.db").exists() and not (folder / "run" / "refused.db").exists()
    assert send(client(daemon), SENDERS[0]) == "250"


SESSIONS = 4


class Sending(threading.Thread):
    """One session: messages with one recipient until the daemon has gone. `heard`: when each 250 came, by the wall clock."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__()
        self.under_test = daemon
        self.heard: list[float] = []
        self.others: list[str] = []
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError), MilterClient(self.under_test.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            while True:
                said = send(one, SENDERS[0])
                if said == "250":
                    self.heard.append(time.time())
                else:
                    self.others.append(said)


def used_in(path: pathlib.Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as file:
        return sum(used for (used,) in file.execute("SELECT used FROM quota WHERE key = 'account'"))


def written(path: pathlib.Path) -> tuple[int, float]:
    """What the file says: recipients of the account, and by the wall clock until when everything that was counted is in it."""
    with contextlib.closing(sqlite3.connect(path)) as file:
        ((row,),) = file.execute("SELECT row FROM clock")
    # As policy/quota/quota_blob.h has it.
    version, kind, _, wall, _ = struct.unpack("<BcqqQ", row)
    assert (version, kind) == (1, b"c")
    return used_in(path), wall / 1e6


@pytest.mark.parametrize("pause", [0.05, 0.2, 0.4, 0.7, 1.3])
def test_killed_under_load(start, folder, pause):
    """In the file is all that was let through before it was written last, and no more than was let through and a message of each session."""
    path, copy = folder / "run" / "quota.db", folder / "copy"
    daemon = site(start, {"store": str(path), "account": {"per_day": 100_000_000}})
    sessions = [Sending(daemon) for _ in range(SESSIONS)]
    wait_until(lambda: all(len(one.heard) > 20 for one in sessions) and used_in(path) > 0, "no mail passes, or nothing is written")
    time.sleep(pause)  # somewhere between two writes
    daemon.process.send_signal(signal.SIGKILL)
    daemon.process.wait()
    for one in sessions:
        one.join()
    heard = sorted(moment for one in sessions for moment in one.heard)
    assert not [said for one in sessions for said in one.others]
    copy.mkdir()
    for file in path.parent.glob("quota.db*"):
        shutil.copy(file, copy)
    used, wall = written(copy / path.name)
    assert 0 < bisect.bisect_left(heard, wall) <= used <= len(heard) + SESSIONS
    daemon.start()
    assert metric(daemon, 'used{scope="account",key=""}') == used


def test_two_daemons_and_one_redis(start, client, redis, folder):
    """Exactly the account's limit over both, and one application cannot take all of it."""
    quotas = {"store": redis.store, "account": {"per_day": 100}, "senders": [{"sender": SENDERS[0], "per_day": 60}]}
    first = site(start, quotas)
    second = Daemon(folder / "second", first.settings | {"socket": "unix:RUN/milter.sock", "metrics": f"127.0.0.1:{free_port()}"})
    second.write_policy("policy", POLICY)
    taken: list[str] = []

    def hammer(daemon: Daemon, sender: str) -> None:
        with MilterClient(daemon.address()) as one:
            one.connect("172.31.5.6")
            one.helo()
            for _ in range(80):
                if send(one, sender) == "250":
                    taken.append(sender)

    def together(sender: str) -> None:
        threads = [threading.Thread(target=hammer, args=(daemon, sender)) for daemon in (first, second) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    second.start()
    try:
        together(SENDERS[0])
        assert len(taken) == 60
        together(SENDERS[1])
        assert (taken.count(SENDERS[0]), taken.count(SENDERS[1])) == (60, 40)
    finally:
        assert second.stop() == 0


class Session(threading.Thread):
    """One session at a relay. `work` drives it, and `taken` are the recipients that were let through."""

    def __init__(self, daemon: Daemon, number: int, work: Callable[["Session"], None]) -> None:
        super().__init__()
        self.under_test, self.dice, self.work = daemon, random.Random(number), work
        self.sender, self.taken, self.said = f"application-{number}@example.net", 0, collections.Counter()
        self.start()

    def run(self) -> None:
        with MilterClient(self.under_test.address(), timeout=300) as self.client:
            self.client.connect("172.31.5.6")
            self.client.helo()
            self.work(self)

    def send(self, recipients: int, sender: str | None = None) -> bool:
        said = send(self.client, sender or self.sender, recipients)
        self.said[said[:3]] += 1
        self.taken += recipients if said == "250" else 0
        return said == "250"


RELAYS, ALL = 8, 500


def together(relays: list[Daemon], work: Callable[[Session], None]) -> list[Session]:
    sessions = [Session(daemon, number * 10 + i, work) for number, daemon in enumerate(relays) for i in range(3)]
    for session in sessions:
        session.join()
    return sessions


def asked(redis: Redis) -> int:
    return sum(int(n) for n in re.findall(r"^cmdstat_eval(?:sha)?:calls=(\d+)", redis.cli("INFO", "commandstats"), re.M))


def test_eight_relays_and_one_redis(folder, redis):
    """Eight daemons with three sessions each let exactly the account's limit through, and what they refuse changes nothing."""
    quotas = {"store": redis.store, "store_timeout_ms": 10_000, "account": {"per_day": ALL}, "senders": [{"sender": "*", "per_day": ALL}]}
    with contextlib.ExitStack() as stack:
        relays = []
        for number in range(RELAYS):
            relays.append(Daemon(folder / str(number), {"from_address": "envelope", "metrics": f"127.0.0.1:{free_port()}", "quotas": quotas}))
            relays[-1].write_policy("policy", POLICY)
            relays[-1].launch()
            stack.callback(relays[-1].stop)
        wait_until(lambda: all(relay.answers() for relay in relays), "a relay does not answer")

        def by_threes(session: Session) -> None:
            while session.send(3 * session.dice.randint(1, 4)) or session.send(3):
                pass

        sessions = together(relays, by_threes)
        # Whatever the order, there is a rest of two.
        assert sum(session.taken for session in sessions) == ALL - 2
        assert set().union(*(session.said for session in sessions)) == {"250", "454"}
        before, questions = redis.everything(), asked(redis)
        refused = together(relays, lambda session: session.send(3, f"new-{session.sender}"))
        assert sum((session.said for session in refused), collections.Counter()) == {"454": len(refused)}
        assert asked(redis) == questions + len(refused)
        assert redis.everything() == before
        rest = together(relays, lambda session: session.send(1))
        assert sum(session.taken for session in rest) == 2
        counts = [metric(relay, 'used{scope="account",key=""}') for relay in relays]
        assert counts == [ALL] * RELAYS
        assert all(relay.stop() == 0 for relay in relays)
